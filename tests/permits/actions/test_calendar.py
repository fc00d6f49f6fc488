"""When the calendar or a way of counting changes, what permits make a firm owe changes with it."""

from datetime import date

from sqlalchemy import select

from core.db import db
from law import actions as law_acts
from law import queries as law
from law.calendar import DayKind, MarkedDay
from permits import actions, queries
from registry import obligations
from registry.models import Enterprise, Notification
from tests.permits import made

DAY = date(2026, 11, 23)


def _told(words: str) -> list[Notification]:
    wanted = select(Notification).where(Notification.user_id == made.person("preparer").id)
    return [each for each in db.session.scalars(wanted) if words in each.title]


def test_a_correction_is_lengthened_by_a_holiday_and_never_shortened(firm: Enterprise) -> None:
    report = made.sign(made.report(made.permit(firm)))
    actions.return_report(report, [actions.Comment("", "请核对")], 10, by=made.person("permit"))
    db.session.commit()
    owed = queries.reports.correction_of(report)
    assert owed is not None and owed.due_on == date(2026, 12, 7)
    days = law_acts.add_regional_days(date(2026, 12, 1), date(2026, 12, 1), "节", "通知", by=made.person("sysadmin"))
    assert owed.due_on == date(2026, 12, 8)
    assert owed.opens_on == DAY
    assert _told("期限改为 2026-12-08")
    law_acts.remove_regional_day(days[0], by=made.person("sysadmin"))
    assert owed.due_on == date(2026, 12, 8)
    assert "不因日历变动缩短" in owed.arithmetic
    db.session.commit()


def test_a_provisional_correction_becomes_certain_with_the_notice(firm: Enterprise) -> None:
    report = made.sign(made.report(made.permit(firm)))
    actions.return_report(report, [actions.Comment("", "请核对")], 30, by=made.person("permit"))
    db.session.commit()
    owed = queries.reports.correction_of(report)
    assert owed is not None and (owed.due_on, owed.provisional) == (date(2027, 1, 5), True)
    notice = [MarkedDay(date(2027, 1, day), DayKind.HOLIDAY, "元旦") for day in (1, 2, 3, 4)]
    law_acts.announce_year(2027, notice, "国办（示例）", on=DAY, by=made.person("reviewer"))
    assert (owed.due_on, owed.provisional) == (date(2027, 1, 6), False)
    db.session.commit()


def test_reports_follow_when_the_bureau_settles_that_their_last_day_moves(firm: Enterprise) -> None:
    permit = made.permit(firm)
    owed = made.owed(permit, "2026")
    assert owed.due_on == date(2027, 1, 31), "a Sunday"
    rule = law.deadline_rule("execution_report.annual")
    law_acts.settle_deadline(rule, law_acts.Reading(None, False, True, ""), on=DAY, by=made.person("reviewer"))
    assert (owed.due_on, owed.provisional) == (date(2027, 2, 1), True)
    assert _told("期限改为 2027-02-01")
    law_acts.settle_deadline(rule, law_acts.Reading(None, False, False, ""), on=DAY, by=made.person("reviewer"))
    assert (owed.due_on, owed.provisional) == (date(2027, 1, 31), False)
    db.session.commit()


def test_what_is_fulfilled_keeps_the_last_day_by_which_it_was_judged(firm: Enterprise) -> None:
    permit = made.permit(firm)
    report = made.sign(made.report(permit))
    rule = law.deadline_rule("execution_report.quarterly")
    law_acts.settle_deadline(rule, law_acts.Reading(None, False, True, ""), on=DAY, by=made.person("reviewer"))
    assert report.obligation.due_on == date(2026, 10, 15)
    assert obligations.of(permit)
    db.session.commit()
