"""What people do with the law."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from core.workflow import NotAllowed
from law import actions, queries
from law.calendar import DayKind, MarkedDay
from law.models import AnnouncedYear, CalendarDay, Law
from law.terms import Unit

TODAY = date(2026, 11, 23)


def _last(session: Any) -> AuditEntry:
    session.commit()
    found: AuditEntry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    return found


def test_a_tick_bears_name_and_day_and_can_be_taken_back(session: Any, person: Any) -> None:
    rule, reviewer = queries.violation_rule("EX-AIR@C26-1"), person("reviewer")
    actions.check_row(rule, on=TODAY, by=reviewer)
    entry = _last(session)
    assert entry.act == "law:law:check"
    assert "周明法" in entry.actor_name
    assert rule.checked_by is reviewer
    with pytest.raises(NotAllowed, match="已由周明法"):
        actions.check_row(rule, on=TODAY, by=reviewer)
    actions.uncheck_row(rule, "上限看错", by=reviewer)
    assert "上限看错" in _last(session).summary
    assert rule.checked_on is None
    with pytest.raises(NotAllowed):
        actions.uncheck_row(rule, "再撤", by=reviewer)


def test_an_article_is_named_in_the_trail(session: Any, person: Any) -> None:
    article = queries.articles("EEC2026")[0]
    actions.check_row(article, on=TODAY, by=person("reviewer"))
    assert f"EEC2026 {article.ref}" in _last(session).summary


def test_choosing_a_side_changes_what_is_cited_from_then_on(session: Any, person: Any) -> None:
    conflict = next(each for each in queries.conflicts("PP-CONC") if each.rule_b == "PP-CONC@C26-1")
    act = date(2026, 9, 1)
    assert queries.cite("PP-QTY", act_from=act, act_to=act, decided=TODAY).conflict
    actions.choose_side(conflict, "PP-CONC@C26-1", "上位法优先", on=TODAY, by=person("reviewer"))
    found = queries.cite("PP-CONC", act_from=act, act_to=act, decided=TODAY)
    assert found.rules[0] == "PP-CONC@C26-1"
    assert "周明法：上位法优先" in found.reason
    actions.reopen_conflict(conflict, "等自治区答复", by=person("reviewer"))
    assert len(queries.cite("PP-CONC", act_from=act, act_to=act, decided=TODAY).rules) == 2
    with pytest.raises(NotAllowed):
        actions.reopen_conflict(conflict, "再撤", by=person("reviewer"))
    assert "等自治区答复" in _last(session).summary


def test_a_choice_needs_a_reason_and_one_of_the_two_rules(session: Any, person: Any) -> None:
    conflict = queries.conflicts("PP-CONC")[0]
    for rule_id, reason in (("EX-AIR@C26-1", "理由"), (conflict.rule_a, "  ")):
        with pytest.raises(NotAllowed):
            actions.choose_side(conflict, rule_id, reason, on=TODAY, by=person("reviewer"))


def _version(**more: Any) -> actions.Version:
    facts = {
        "key": "PPR2027",
        "title": "排污许可管理条例",
        "short_title": "排污许可条例",
        "number": "",
        "passed_on": "",
        "valid_from": date(2027, 3, 1),
        "source": "国务院公报",
    }
    return actions.Version(**{**facts, **more})


def test_a_new_version_ends_the_former_on_its_eve(session: Any, person: Any) -> None:
    former = queries.law("PPR2021")
    made = actions.add_version(former, _version(), by=person("reviewer"))
    assert former.valid_to == date(2027, 2, 28)
    assert list(queries.later_versions(former)) == [made]
    assert made.checked_by is None
    assert "新版本" in _last(session).summary


@pytest.mark.parametrize(
    ("key", "more", "words"),
    [
        ("PPR2021", {"key": "EEC2026"}, "已有"),
        ("PPR2021", {"valid_from": date(2021, 3, 1)}, "须晚于"),
        ("EIA2018", {"valid_from": date(2026, 8, 1)}, "已于 2026-08-14 止"),
    ],
)
def test_a_version_that_does_not_follow_is_refused(session: Any, person: Any, key: str, more: Any, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        actions.add_version(queries.law(key), _version(**more), by=person("reviewer"))
    assert not session.scalars(select(Law).where(Law.key == "PPR2027")).all()


def test_how_a_period_is_counted_is_settled_by_a_named_person(session: Any, person: Any) -> None:
    rule = queries.deadline_rule("fine.pay")
    assert queries.deadline("fine.pay", date(2026, 9, 18)).due == date(2026, 10, 3)
    actions.settle_deadline(rule, actions.Reading(None, False, True, ""), on=TODAY, by=person("reviewer"))
    assert queries.deadline("fine.pay", date(2026, 9, 18)).due == date(2026, 10, 8)
    assert rule.checked_on == TODAY
    rule = queries.deadline_rule("registration.change")
    actions.settle_deadline(rule, actions.Reading(Unit.WORKDAY, False, False, ""), on=TODAY, by=person("reviewer"))
    assert queries.term("registration.change").working
    assert "核定" in _last(session).summary


def test_a_regional_holiday_moves_deadlines_until_it_is_taken_out(session: Any, person: Any) -> None:
    by, first = person("sysadmin"), date(2026, 11, 25)
    before = queries.deadline("case.statement_defence", TODAY).due
    days = actions.add_regional_days(first, date(2026, 11, 26), "肉孜节（示例）", "通知", by=by)
    assert queries.deadline("case.statement_defence", TODAY).due == date(2026, 12, 2)
    with pytest.raises(NotAllowed, match="已经录入"):
        actions.add_regional_days(first, first, "肉孜节（示例）", "通知", by=by)
    for day in days:
        actions.remove_regional_day(day, by=by)
        assert "删除" in _last(session).summary
    assert queries.deadline("case.statement_defence", TODAY).due == before


def test_a_regional_holiday_cannot_end_before_it_begins(session: Any, person: Any) -> None:
    with pytest.raises(NotAllowed, match="结束日期"):
        actions.add_regional_days(TODAY, date(2026, 11, 1), "节", "通知", by=person("sysadmin"))


def test_a_national_holiday_cannot_be_taken_out(session: Any, person: Any) -> None:
    day = session.scalars(select(CalendarDay).where(CalendarDay.day == date(2026, 10, 1))).one()
    with pytest.raises(NotAllowed):
        actions.remove_regional_day(day, by=person("sysadmin"))


NOTICE = [
    *(MarkedDay(date(2027, 1, day), DayKind.HOLIDAY, "元旦") for day in (1, 2, 3, 4)),
    *(MarkedDay(date(2027, 2, day), DayKind.HOLIDAY, "春节") for day in range(5, 13)),
    MarkedDay(date(2027, 2, 14), DayKind.MAKEUP, "春节"),
]


def test_entering_the_notice_makes_deadlines_certain_and_recomputes_them(session: Any, person: Any) -> None:
    before = queries.deadline("court_enforcement_urge", date(2026, 12, 25))
    assert before.provisional
    actions.announce_year(2027, NOTICE, "国办（示例）", on=TODAY, by=person("reviewer"))
    after = queries.deadline("court_enforcement_urge", date(2026, 12, 25))
    assert not after.provisional
    assert after.due == date(2027, 1, 12)
    assert "录入 2027 年放假安排：放假 12 天，上班 1 天" in _last(session).summary


def test_a_notice_entered_wrongly_can_be_entered_again(session: Any, person: Any) -> None:
    actions.announce_year(2027, NOTICE, "国办（示例）", on=TODAY, by=person("reviewer"))
    actions.announce_year(2027, NOTICE[4:], "国办（示例）更正", on=TODAY, by=person("reviewer"))
    assert queries.calendar().is_workday(date(2027, 1, 1))
    assert session.get(AnnouncedYear, 2027).source == "国办（示例）更正"
    _last(session)


NEXT = [
    MarkedDay(date(2027, 12, 26), DayKind.MAKEUP, "元旦"),
    MarkedDay(date(2027, 12, 31), DayKind.HOLIDAY, "元旦"),
    *(MarkedDay(date(2028, 1, day), DayKind.HOLIDAY, "元旦") for day in range(1, 11)),
]


def test_days_of_december_follow_the_notice_of_the_year_that_named_them(session: Any, person: Any) -> None:
    by = person("reviewer")
    actions.announce_year(2027, NOTICE, "国办 2027（示例）", on=TODAY, by=by)
    actions.announce_year(2028, NEXT, "国办 2028（示例）", on=TODAY, by=by)
    assert queries.calendar().is_workday(date(2027, 12, 26)), "a Sunday made up for New Year 2028"
    assert queries.calendar().is_rest(date(2027, 12, 31))
    actions.announce_year(2027, NOTICE, "国办 2027（示例）", on=TODAY, by=by)
    assert queries.calendar().is_rest(date(2027, 12, 31)), "entering 2027 again leaves what 2028 said of December"
    actions.announce_year(2028, NEXT[2:], "国办 2028（示例）更正", on=TODAY, by=by)
    assert queries.calendar().is_workday(date(2027, 12, 31)), "what 2028 said wrongly of December is taken back"
    assert queries.calendar().is_rest(date(2027, 12, 26))
    _last(session)


def test_other_rooms_are_told_when_the_calendar_or_a_way_of_counting_changes(session: Any, person: Any) -> None:
    told: list[Any] = []
    actions.AFTER_CALENDAR_CHANGE.append(told.append)
    try:
        by = person("reviewer")
        actions.announce_year(2027, NOTICE, "国办（示例）", on=TODAY, by=by)
        days = actions.add_regional_days(date(2026, 12, 1), date(2026, 12, 1), "节（示例）", "通知", by=by)
        actions.remove_regional_day(days[0], by=by)
        rule = queries.deadline_rule("fine.pay")
        actions.settle_deadline(rule, actions.Reading(None, False, True, ""), on=TODAY, by=by)
    finally:
        actions.AFTER_CALENDAR_CHANGE.remove(told.append)
    assert told == [by, by, by, by]


def test_the_years_the_product_ships_are_closed(session: Any, person: Any) -> None:
    with pytest.raises(NotAllowed, match="随产品提供"):
        actions.announce_year(2026, NOTICE, "", on=TODAY, by=person("reviewer"))
