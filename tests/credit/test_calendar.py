"""When the working-day calendar changes, the days in which a firm may be heard change with it."""

from datetime import date

import pytest

from core import clock
from core.db import db
from core.workflow import NotAllowed
from credit import actions
from credit.models import ListingState
from law import actions as law_acts
from law.calendar import DayKind, MarkedDay
from registry.models import Enterprise
from tests.credit import made
from tests.inspections.made import at, person
from tests.inspections.test_calendar import told, trail


def _holiday(first: date, last: date) -> None:
    law_acts.add_regional_days(first, last, "节（示例）", "通知", by=person("sysadmin"))
    db.session.commit()


def test_the_days_to_be_heard_grow_with_a_regional_holiday(firm: Enterprise) -> None:
    listing = made.notified(firm)
    assert listing.objection_until == date(2026, 11, 30)
    _holiday(date(2026, 11, 26), date(2026, 11, 27))
    assert listing.objection_until == date(2026, 12, 2)
    assert listing.objection_arithmetic.endswith("= 2026-12-02") or "= 12-02" in listing.objection_arithmetic
    assert told("signer", "陈述申辩截止日改为 2026-12-02")
    assert told("credit", "陈述申辩截止日改为 2026-12-02")
    assert trail("陈述申辩截止日由 2026-11-30 改为 2026-12-02")
    with clock.at(at(date(2026, 12, 2))), pytest.raises(NotAllowed, match="届满次日起才能决定"):
        actions.decide_listing(listing, by=person("approver"))


def test_the_days_to_be_heard_never_shrink(firm: Enterprise) -> None:
    listing = made.notified(firm)
    days = law_acts.add_regional_days(date(2026, 11, 26), date(2026, 11, 26), "节", "通知", by=person("sysadmin"))
    law_acts.remove_regional_day(days[0], by=person("sysadmin"))
    assert listing.objection_until == date(2026, 12, 1)
    db.session.rollback()


def test_a_listing_decided_too_early_by_the_new_calendar_is_left_alone_and_told(firm: Enterprise) -> None:
    listing = made.listed(firm)
    with clock.at(at(date(2026, 12, 3))):
        _holiday(date(2026, 11, 26), date(2026, 11, 27))
        _holiday(date(2026, 11, 3), date(2026, 11, 3))
    assert listing.state is ListingState.LISTED
    assert listing.objection_until == date(2026, 11, 30)
    assert told("approver", "列入时陈述申辩期尚未届满")
    assert len(trail("2026-12-01 决定列入时陈述申辩期（2026-12-02）尚未届满")) == 1, "said once, whatever else changes"


def test_nobody_is_listed_while_the_end_of_the_days_to_be_heard_is_provisional(firm: Enterprise) -> None:
    with clock.at(at(date(2026, 12, 28))):
        listing = made.notified(firm)
    assert listing.objection_until == date(2027, 1, 5)
    notice = [MarkedDay(date(2027, 1, day), DayKind.HOLIDAY, "元旦") for day in (1, 2, 3, 4)]
    with clock.at(at(date(2027, 1, 7))):
        with pytest.raises(NotAllowed, match="2027 年放假安排"):
            actions.decide_listing(listing, by=person("approver"))
        law_acts.announce_year(2027, notice, "国办（示例）", on=date(2027, 1, 7), by=person("reviewer"))
        db.session.commit()
        assert listing.objection_until == date(2027, 1, 6)
        actions.decide_listing(listing, by=person("approver"))
    assert listing.state is ListingState.LISTED


def test_what_was_dropped_or_is_only_proposed_has_no_days_to_follow(firm: Enterprise) -> None:
    listing = made.proposed(firm)
    _holiday(date(2026, 11, 26), date(2026, 11, 26))
    assert listing.objection_until is None
