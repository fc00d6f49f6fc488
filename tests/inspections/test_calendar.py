"""When the working-day calendar changes, the last days of orders change with it, in the same act."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from core import clock
from core.db import db
from core.workflow import NotAllowed
from inspections import actions
from law import actions as law_acts
from law.calendar import DayKind, MarkedDay
from registry import documents, obligations
from registry.models import Enterprise, Notification
from tests.inspections.made import at, final, person, served

HOLIDAY = [MarkedDay(date(2027, 1, day), DayKind.HOLIDAY, "元旦") for day in (1, 2, 3, 4)]
MAKEUP = [MarkedDay(date(2027, 1, 1), DayKind.HOLIDAY, "元旦"), MarkedDay(date(2027, 1, 2), DayKind.MAKEUP, "元旦")]


def told(username: str, words: str) -> list[Notification]:
    """What a person was told with these words."""
    wanted = select(Notification).where(Notification.user_id == person(username).id)
    return [each for each in db.session.scalars(wanted) if words in each.title]


def trail(words: str) -> list[str]:
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [each.summary for each in entries if words in each.summary]


def announce(days: list[MarkedDay], on: date = date(2026, 11, 23)) -> None:
    law_acts.announce_year(2027, days, "国办（示例）", on=on, by=person("reviewer"))
    db.session.commit()


def test_a_regional_holiday_lengthens_the_term_of_an_order_that_runs(firm: Enterprise) -> None:
    order = served(final(firm))
    assert order.due_on == date(2026, 12, 7)
    document = order.document
    assert document is not None
    paper = documents.pdf(document)
    law_acts.add_regional_days(date(2026, 12, 1), date(2026, 12, 2), "节（示例）", "通知", by=person("sysadmin"))
    assert order.due_on == date(2026, 12, 9)
    assert "遇休息日 6 天" in order.due_arithmetic
    (owed,) = obligations.of(order)
    assert (owed.due_on, owed.arithmetic, owed.period_to) == (order.due_on, order.due_arithmetic, order.due_on)
    assert documents.pdf(document) == paper, "the served paper says a number of days and stays as it is"
    assert trail("改正期限由 2026-12-07 改为 2026-12-09")
    (to_firm,) = told("preparer", "改正期限改为 2026-12-09")
    assert to_firm.url == f"/my/orders/{order.id}"
    assert "原为 2026-12-07" in to_firm.body
    (to_officer,) = told("officer", "改正期限改为 2026-12-09")
    assert to_officer.url == f"/orders/{order.id}"


def test_a_day_told_for_certain_is_not_taken_back_when_a_holiday_is(firm: Enterprise) -> None:
    order = served(final(firm))
    days = law_acts.add_regional_days(date(2026, 12, 1), date(2026, 12, 1), "节（示例）", "通知", by=person("sysadmin"))
    assert order.due_on == date(2026, 12, 8)
    law_acts.remove_regional_day(days[0], by=person("sysadmin"))
    assert order.due_on == date(2026, 12, 8), "the firm relies on the day it was told"
    assert order.due_arithmetic.endswith("= 12-07；已告知至 2026-12-08，不因日历变动缩短")
    assert trail("改正期限仍为 2026-12-08")
    db.session.commit()
    before = len(trail(""))
    actions.follow_calendar(person("sysadmin"))
    assert len(trail("")) == before, "a second run changes nothing"


def test_the_notice_makes_a_provisional_last_day_certain_and_moves_it(firm: Enterprise) -> None:
    order = served(final(firm), days=30)
    assert (order.due_on, order.provisional) == (date(2027, 1, 5), True)
    announce(HOLIDAY)
    assert (order.due_on, order.provisional) == (date(2027, 1, 6), False)
    assert "暂定" not in order.due_arithmetic
    (owed,) = obligations.of(order)
    assert (owed.due_on, owed.provisional) == (date(2027, 1, 6), False)


def test_a_day_told_as_provisional_may_come_earlier_while_it_lies_ahead(firm: Enterprise) -> None:
    order = served(final(firm), days=30)
    announce(MAKEUP)
    assert (order.due_on, order.provisional) == (date(2027, 1, 4), False)
    assert told("preparer", "改正期限改为 2027-01-04")


def test_a_notice_entered_late_never_ends_a_term_in_the_past(firm: Enterprise) -> None:
    order = served(final(firm), days=30)
    with clock.at(date(2027, 1, 5)):
        announce(MAKEUP, date(2027, 1, 5))
    assert (order.due_on, order.provisional) == (date(2027, 1, 5), False)
    assert "已告知至 2027-01-05" in order.due_arithmetic


def test_nothing_is_escalated_on_a_last_day_that_may_still_move(firm: Enterprise) -> None:
    order = served(final(firm), days=30)
    with clock.at(at(date(2027, 1, 7))):
        with pytest.raises(NotAllowed, match="2027 年放假安排"):
            actions.escalate_order(order, "逾期未改", by=person("officer"))
        announce(HOLIDAY, date(2027, 1, 7))
        actions.escalate_order(order, "逾期未改", by=person("officer"))
    assert order.due_on == date(2027, 1, 6)


def test_an_escalation_that_turns_out_too_early_is_left_alone_and_told(firm: Enterprise) -> None:
    order = served(final(firm))
    with clock.at(at(date(2026, 12, 8))):
        actions.escalate_order(order, "逾期未改", by=person("officer"))
        law_acts.add_regional_days(date(2026, 12, 1), date(2026, 12, 2), "节（示例）", "通知", by=person("sysadmin"))
        law_acts.add_regional_days(date(2026, 11, 3), date(2026, 11, 3), "节（示例）", "通知", by=person("sysadmin"))
        db.session.commit()
        law_acts.add_regional_days(date(2026, 11, 4), date(2026, 11, 4), "节（示例）", "通知", by=person("sysadmin"))
        db.session.commit()
    assert order.due_on == date(2026, 12, 7)
    assert told("officer", "升级时期限尚未届满")
    assert len(trail("2026-12-08 升级时期限（2026-12-09）尚未届满")) == 1, "said once, whatever else changes"


def test_an_order_in_calendar_days_knows_no_holidays(firm: Enterprise, person: Any) -> None:
    order = served(final(firm))
    order.working_days = False
    actions.follow_calendar(person("sysadmin"))
    assert order.due_on == date(2026, 12, 7)
    db.session.rollback()
