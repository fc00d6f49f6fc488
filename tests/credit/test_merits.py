"""What counts for a firm: a public promise for a year, a year without a record against it for the next."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from credit import actions, queries
from credit.models import CreditEvent, EventKind
from tests.inspections import made
from tests.world import TODAY

LETTER = b"%PDF-1.4\n%%EOF\n"
YEAR_END = date(2027, 12, 31)


def test_a_promise_counts_for_a_year(session: Any, firm: Any, person: Any) -> None:
    event = actions.note_promise(firm, TODAY, LETTER, by=person("credit"))
    session.flush()
    assert (event.kind, event.expires_on) == (EventKind.PROMISE, date(2027, 11, 23))
    assert queries.score(firm.id, TODAY).score == 10
    assert queries.score(firm.id, date(2027, 11, 23)).score == 9


def test_a_promise_that_still_counts_is_not_made_twice(session: Any, firm: Any, person: Any) -> None:
    actions.note_promise(firm, TODAY, LETTER, by=person("credit"))
    with pytest.raises(NotAllowed, match="还在有效期内"):
        actions.note_promise(firm, TODAY, LETTER, by=person("credit"))


def test_a_promise_is_made_by_a_letter_and_not_in_the_future(session: Any, firm: Any, person: Any) -> None:
    with pytest.raises(NotAllowed, match="承诺书"):
        actions.note_promise(firm, TODAY, None, by=person("credit"))
    with pytest.raises(NotAllowed, match="晚于今天"):
        actions.note_promise(firm, TODAY + timedelta(days=1), LETTER, by=person("credit"))
    with pytest.raises(NotAllowed, match="JPEG"):
        actions.note_promise(firm, TODAY, b"not a letter", by=person("credit"))


def clean(session: Any) -> set[int]:
    wanted = select(CreditEvent.enterprise_id).where(CreditEvent.kind == EventKind.CLEAN_YEAR)
    return set(session.scalars(wanted))


def test_a_clean_year_counts_from_the_day_after_its_last(session: Any, firm: Any, far_firm: Any, person: Any) -> None:
    with clock.at(date(2027, 3, 1)):
        made.confirmed(firm, decided_on=date(2027, 3, 1), served_on=date(2027, 3, 1))
    with clock.at(date(2028, 1, 10)):
        actions.freeze_day(YEAR_END, by=person("credit"))
        session.flush()
        assert clean(session) == {far_firm.id}
        assert queries.score(far_firm.id, YEAR_END).score == 9
        assert queries.score(far_firm.id, date(2028, 1, 1)).score == 10


def test_a_firm_registered_within_the_year_has_no_clean_year(session: Any, firm: Any, person: Any) -> None:
    with clock.at(date(2027, 1, 10)):
        actions.freeze_day(date(2026, 12, 31), by=person("credit"))
    session.flush()
    assert clean(session) == set()


def test_other_days_credit_nobody(session: Any, firm: Any, person: Any) -> None:
    with clock.at(date(2028, 2, 1)):
        actions.freeze_day(date(2028, 1, 31), by=person("credit"))
    session.flush()
    assert clean(session) == set()


def test_the_clerk_puts_a_promise_on_record_and_others_may_not(session: Any, firm: Any, browse: Any) -> None:
    address = f"/enterprises/{firm.id}/credit/promise"
    browse("officer").get(address, status=403)
    browser = browse("credit")
    letter = (io.BytesIO(LETTER), "承诺书.pdf")
    assert browser.submit(browser.get(address), {"on": "2026-11-23"}, status=422).errors == ["请上传承诺书。"]
    browser.submit(browser.get(address), {"on": "2026-11-20", "letter": letter})
    assert "公开承诺守信" in browser.get(f"/enterprises/{firm.id}/credit").text
    again = browser.submit(
        browser.get(address), {"on": "2026-11-23", "letter": (io.BytesIO(LETTER), "a.pdf")}, status=422
    )
    assert again.errors == ["承诺日期：这家企业的信用承诺还在有效期内。"]
