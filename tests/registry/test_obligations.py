"""Obligations follow their source, and running twice changes nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from core.workflow import NotAllowed
from registry import obligations
from registry.models import Obligation, ObligationKind
from registry.obligations import Wanted
from registry.rules.obligations import Standing
from tests.world import TODAY

Q3 = Wanted("2026-q3", ObligationKind.REPORT, "第三季度执行报告", "排污许可管理条例第二十二条", date(2026, 10, 15))
Q4 = Wanted(
    "2026-q4",
    ObligationKind.REPORT,
    "第四季度执行报告",
    "排污许可管理条例第二十二条",
    date(2027, 1, 15),
    provisional=True,
)


def regenerate(firm: Any, officer: Any, *wanted: Wanted, reason: str = "许可证变更") -> obligations.Difference:
    return obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason=reason, by=officer)


def keys(rows: list[Obligation]) -> list[str]:
    return [row.key for row in rows]


def test_what_the_source_wants_is_added(session: Any, firm: Any, person: Any) -> None:
    difference = regenerate(firm, person("officer"), Q3, Q4)
    session.commit()
    assert keys(difference.added) == ["2026-q3", "2026-q4"]
    assert [row.source_kind for row in obligations.of(firm)] == ["enterprise", "enterprise"]


def test_a_second_run_changes_nothing_and_records_nothing(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q3, Q4)
    session.commit()
    before = session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1))
    again = regenerate(firm, person("officer"), Q3, Q4)
    session.commit()
    assert again.empty
    assert keys(again.kept) == ["2026-q3", "2026-q4"]
    assert session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) == before


def test_what_is_no_longer_wanted_is_voided_with_the_reason(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q3, Q4)
    difference = regenerate(firm, person("officer"), Q3, reason="许可证注销")
    session.commit()
    assert keys(difference.voided) == ["2026-q4"]
    assert difference.voided[0].void_reason == "许可证注销"
    assert difference.voided[0].voided_on == TODAY


def test_what_was_fulfilled_is_never_voided_or_changed(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q3)
    obligations.fulfil(obligations.of(firm)[0], TODAY, person("preparer"))
    assert regenerate(firm, person("officer")).empty
    assert regenerate(firm, person("officer"), replace(Q3, due_on=date(2026, 11, 1))).empty
    session.commit()
    assert obligations.of(firm)[0].due_on == Q3.due_on


def test_another_date_changes_the_open_one_in_place(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q4)
    difference = regenerate(firm, person("officer"), replace(Q4, due_on=date(2027, 1, 20), provisional=False))
    session.commit()
    assert keys(difference.changed) == ["2026-q4"]
    assert obligations.of(firm)[0].due_on == date(2027, 1, 20)


def test_what_is_wanted_again_stands_again(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q4)
    regenerate(firm, person("officer"))
    difference = regenerate(firm, person("officer"), Q4)
    session.commit()
    assert keys(difference.added) == ["2026-q4"]
    assert obligations.of(firm)[0].voided_on is None


def test_two_wishes_with_one_key_are_a_defect(session: Any, firm: Any, person: Any) -> None:
    with pytest.raises(ValueError, match="share a key"):
        regenerate(firm, person("officer"), Q3, Q3)


def test_it_is_fulfilled_once_and_reopened_when_returned(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q3)
    row = obligations.of(firm)[0]
    obligations.fulfil(row, date(2026, 10, 20), person("signer"))
    with pytest.raises(NotAllowed):
        obligations.fulfil(row, TODAY, person("signer"))
    assert obligations.standing(row, TODAY) is Standing.FULFILLED_LATE
    obligations.reopen(row, "报告退回", person("permit"))
    session.commit()
    assert obligations.standing(row, TODAY) is Standing.OVERDUE
    with pytest.raises(NotAllowed):
        obligations.reopen(row, "报告退回", person("permit"))


def test_a_voided_one_need_not_be_fulfilled(session: Any, firm: Any, person: Any) -> None:
    regenerate(firm, person("officer"), Q3)
    regenerate(firm, person("officer"))
    with pytest.raises(NotAllowed):
        obligations.fulfil(obligations.of(firm)[0], TODAY, person("signer"))


def test_the_standing_asked_of_the_database_is_the_standing_of_the_rule(session: Any, firm: Any, person: Any) -> None:
    officer = person("officer")
    days = [date(2026, 11, 22), TODAY, date(2026, 11, 24)]
    wanted = [
        replace(Q3, key=f"{due}-{opens}", due_on=due, opens_on=opens)
        for due in days
        for opens in (None, date(2026, 11, 1), date(2026, 11, 24))
    ]
    regenerate(firm, officer, *wanted)
    rows = list(obligations.of(firm))
    for row in rows[::3]:
        obligations.fulfil(row, TODAY, officer)
    rows[1].voided_on, rows[1].void_reason = TODAY, "试"
    session.flush()
    for each in Standing:
        asked = set(session.scalars(select(Obligation.id).where(obligations.stands([each], TODAY))))
        assert asked == {row.id for row in rows if obligations.standing(row, TODAY) is each}, each
    open_ones = set(session.scalars(select(Obligation.id).where(obligations.is_overdue(TODAY))))
    assert open_ones == {row.id for row in rows if obligations.standing(row, TODAY) is Standing.OVERDUE}
    session.rollback()
