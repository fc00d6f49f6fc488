"""Number and term of a permit out of the enterprise ledger."""

from datetime import date
from typing import Any

import pytest

from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import Permit, VersionGround
from registry.models import Category, Enterprise
from tests.permits import made

TERM = (date(2023, 5, 1), date(2028, 4, 30))


def take(firm: Enterprise, *term: date, number: str = "") -> actions.Taken:
    """Take a row over."""
    number = number or f"{firm.credit_code}001P"
    valid_from, valid_to = term or TERM
    return actions.take_from_ledger(
        firm.sites[0], number, valid_from, valid_to, category=Category.KEY, by=made.person("officer")
    )


def test_a_row_makes_a_permit_in_force_with_its_renewal(session: Any, firm: Enterprise) -> None:
    taken = take(firm)
    session.commit()
    assert taken.outcome == "created"
    assert [each.key for each in queries.permits.duties(taken.permit)] == ["renewal-2028-04-30"]
    assert (firm.permit_no, firm.permit_valid_to) == (taken.permit.permit_no, TERM[1])
    assert taken.permit.versions[0].ground is VersionGround.IMPORTED


def test_the_same_row_again_changes_nothing(session: Any, firm: Enterprise) -> None:
    take(firm)
    session.commit()
    again = take(firm)
    assert again.outcome == "unchanged"
    assert not session.new
    assert not session.dirty
    assert not session.info.get("acts")


def test_a_later_term_is_a_version_of_its_own(session: Any, firm: Enterprise) -> None:
    take(firm)
    taken = take(firm, date(2028, 5, 1), date(2033, 4, 30))
    session.commit()
    assert taken.outcome == "updated"
    assert [(each.number, each.in_force_to) for each in taken.permit.versions] == [(1, date(2028, 4, 30)), (2, None)]
    assert queries.permits.gaps(taken.permit, date(2030, 1, 1)) == []


def test_a_later_term_with_days_between_shows_the_gap(session: Any, firm: Enterprise) -> None:
    take(firm)
    taken = take(firm, date(2028, 6, 1), date(2033, 5, 31))
    (gap,) = queries.permits.gaps(taken.permit, date(2030, 1, 1))
    assert (gap.first, gap.last) == (date(2028, 5, 1), date(2028, 5, 31))


def test_an_earlier_term_is_refused(session: Any, firm: Enterprise) -> None:
    take(firm)
    with pytest.raises(NotAllowed, match="不能改早"):
        take(firm, date(2022, 5, 1), date(2027, 4, 30))


def test_a_number_of_another_firm_is_refused(session: Any, firm: Enterprise, far_firm: Enterprise) -> None:
    take(firm)
    with pytest.raises(NotAllowed, match="另一家企业"):
        take(far_firm, number=f"{firm.credit_code}001P")


def test_a_permit_with_content_keeps_it_under_a_new_term(session: Any, firm: Enterprise, permit: Permit) -> None:
    taken = take(firm, date(2027, 3, 15), date(2032, 3, 14))
    session.commit()
    assert taken.permit is permit
    assert queries.permits.compared(permit.versions[0], permit.versions[1]) == []


def test_an_ended_permit_is_not_revived_by_a_ledger(session: Any, firm: Enterprise, permit: Permit) -> None:
    actions.end_permit(permit, "cancel", date(2026, 11, 23), "关闭", by=made.person("permit"))
    with pytest.raises(NotAllowed, match="已注销"):
        take(firm, date(2027, 3, 15), date(2032, 3, 14))


def test_a_term_that_runs_backwards_is_refused(session: Any, firm: Enterprise) -> None:
    with pytest.raises(NotAllowed, match="早于有效期起"):
        take(firm, date(2023, 5, 1), date(2023, 4, 30))
