"""Reminders: each mark once, whatever runs how often; a day that was missed is made up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app import reminders
from registry import obligations
from registry.models import Notification, ObligationKind
from registry.obligations import Wanted
from tests.world import TODAY


def owe(firm: Any, by: Any, days: int, kind: ObligationKind = ObligationKind.REPORT) -> None:
    wanted = Wanted("r", kind, "第 3 季度执行报告", "许可证", TODAY + timedelta(days=days))
    obligations.regenerate(firm, [wanted], enterprise_id=firm.id, today=TODAY, reason="试", by=by)


def told(session: Any, person: Any) -> list[str]:
    return list(session.scalars(select(Notification.title).where(Notification.user_id == person.id)))


def test_a_deadline_is_told_once_at_each_mark(session: Any, firm: Any, person: Any) -> None:
    owe(firm, person("officer"), 7)
    assert reminders.send(TODAY) == 2
    assert reminders.send(TODAY) == 0
    assert told(session, person("preparer")) == ["还有 7 天：第 3 季度执行报告"]
    assert reminders.send(TODAY + timedelta(days=4)) == 2


def test_a_missed_run_is_made_up_and_tells_nothing_twice(session: Any, firm: Any, person: Any) -> None:
    owe(firm, person("officer"), 20)
    reminders.send(TODAY)
    assert told(session, person("signer")) == ["还有 20 天：第 3 季度执行报告"]
    reminders.send(TODAY + timedelta(days=1))
    assert len(told(session, person("signer"))) == 1


def test_what_is_overdue_is_told_to_the_firm_and_to_its_officers_once(session: Any, firm: Any, person: Any) -> None:
    owe(firm, person("officer"), -1)
    reminders.send(TODAY)
    reminders.send(TODAY + timedelta(days=1))
    assert told(session, person("preparer")) == ["已逾期：第 3 季度执行报告"]
    assert told(session, person("officer")) == [f"{firm.name}逾期：第 3 季度执行报告"]
    assert told(session, person("far_officer")) == []


def test_what_comes_round_again_is_told_a_week_and_a_day_before_and_when_it_is_late(
    session: Any, firm: Any, person: Any
) -> None:
    owe(firm, person("officer"), 20, ObligationKind.MONITORING)
    days = [day for day in range(25) if reminders.send(TODAY + timedelta(days=day))]
    assert days == [13, 19, 21]


def test_what_is_done_is_not_told(session: Any, firm: Any, person: Any) -> None:
    owe(firm, person("officer"), 3)
    for each in obligations.of(firm):
        obligations.fulfil(each, TODAY, person("officer"))
    session.flush()
    assert reminders.send(TODAY) == 0


def test_what_ended_long_ago_tells_nobody(session: Any, firm: Any, person: Any) -> None:
    owe(firm, person("officer"), -61)
    assert reminders.send(TODAY) == 0
