"""How long the public sees a penalty: by its class, until it is repaired or falls (发改委令第36号)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.db import db
from credit import actions, queries, rules
from credit.models import EventClass
from inspections import actions as inspecting
from registry.models import Enterprise
from tests.credit import made
from tests.inspections.made import at, confirmed, person

SERIOUS: dict[str, Any] = {}
GENERAL = {"violation_key": "LED-NONE", "rule_id": "LED-NONE@C26-1", "fine": Decimal(50_000)}
WARNING = {**GENERAL, "kinds": ["warning"], "fine": None}


@pytest.mark.parametrize(
    ("facts", "last_day"),
    [(GENERAL, date(2027, 11, 15)), (SERIOUS, date(2029, 11, 15)), (WARNING, None)],
    ids=["general", "serious", "minor"],
)
def test_a_penalty_is_shown_as_long_as_its_class_allows(
    browse: Any, firm: Enterprise, facts: dict[str, Any], last_day: date | None
) -> None:
    number = confirmed(firm, **facts).number
    for day in [date(2026, 11, 23), *([last_day, last_day + timedelta(days=1)] if last_day else [])]:
        with clock.at(at(day, 23, 30)):
            shown = last_day is not None and day <= last_day
            citizen = browse(None)
            for address in ("/public/penalties", f"/public/enterprises/{firm.credit_code}"):
                assert (number in citizen.get(address).text) == shown, (address, day)
            text = citizen.client.get("/open-data/penalties.csv").get_data(as_text=True)
            assert (number in text) == shown


def test_what_was_repaired_is_shown_no_longer(browse: Any, firm: Enterprise) -> None:
    event = made.event(firm)
    decision = queries.decision_behind(event)
    assert decision is not None
    with clock.at(at(date(2027, 11, 16))):
        inspecting.note_paid(decision, date(2026, 12, 1), by=person("officer"))
        inspecting.note_corrected(decision, date(2026, 12, 1), by=person("officer"))
        assert decision.number in browse(None).get("/public/penalties").text
        repair = actions.apply_for_repair(event, statement="已改正", promise="承诺守法", by=person("signer"))
        actions.grant_repair(repair, "符合条件", by=person("approver"))
        db.session.commit()
        assert decision.number not in browse(None).get("/public/penalties").text
        assert decision.number not in browse(None).get(f"/public/enterprises/{firm.credit_code}").text


@given(st.sampled_from(rules.SHOWN), st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(-5, 1200))
def test_the_bound_for_the_database_says_the_same_as_the_rule(kind: EventClass, day: date, ago: int) -> None:
    occurred = day - timedelta(days=ago)
    ends = rules.publicity_ends(kind, occurred)
    assert ends is not None
    assert (occurred >= rules.shown_since(kind, day)) == (day < ends)


def test_every_region_of_the_open_data_page_has_a_name_of_its_own(browse: Any) -> None:
    page = browse(None).get("/open-data")
    names = [str(each["aria-label"]) for each in page.soup.select("[role=region]")]
    assert len(names) == len(set(names)) == 2
