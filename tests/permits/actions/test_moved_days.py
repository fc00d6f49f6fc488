"""An authority moves a last day: what permits make firms owe on it moves too, is told, and comes back when it was wrong."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from accounts.audit import verify
from accounts.models import AuditEntry
from core.workflow import NotAllowed
from law import actions as law_acts
from law import queries as law
from law.models import DeadlineOverride
from permits import actions, queries
from permits.models import Permit
from registry.models import Enterprise, Notification, Obligation
from tests.permits import made
from tests.world import TODAY

ANNUAL, QUARTERLY = "execution_report.annual", "execution_report.quarterly"
USUAL, LATER = date(2027, 1, 31), date(2027, 2, 28)


def move(key: str = ANNUAL, usual: date = USUAL, to: date = LATER, **more: str) -> DeadlineOverride:
    """Entered by the legal officer."""
    facts = {"number": "环办环评函〔2027〕1号（示例）", "document": "关于年度执行报告的通知", **more}
    return law_acts.move_last_day(law_acts.Move(key, usual, to, **facts), on=TODAY, by=made.person("reviewer"))


def test_a_moved_day_moves_what_is_owed_on_it_and_nothing_else(session: Any, permit: Permit) -> None:
    annual, quarter = made.owed(permit, "2026"), made.owed(permit, "2026-q3")
    before = quarter.due_on
    assert [each.key for each in queries.moved_days.waiting(ANNUAL, USUAL)] == ["2026"]
    row = move()
    assert annual.due_on == LATER
    assert "关于年度执行报告的通知（环办环评函〔2027〕1号（示例））" in annual.arithmetic
    assert quarter.due_on == before
    assert (row.entered_by_id, row.entered_on) == (made.person("reviewer").id, TODAY)
    assert queries.moved_days.waiting(ANNUAL, USUAL) == []
    told = session.scalars(select(Notification).where(Notification.user_id == made.person("preparer").id))
    assert any("期限改为 2027-02-28" in each.title for each in told)
    session.commit()
    acts = session.scalars(select(AuditEntry.summary).where(AuditEntry.act == "law:law:check"))
    assert any("录入改定期限" in each for each in acts)
    assert verify(session).ok


@pytest.mark.parametrize(
    ("to", "more", "field"),
    [
        (USUAL, {}, "moved_to"),
        (date(2027, 1, 30), {}, "moved_to"),
        (LATER, {"number": " "}, "number"),
        (LATER, {"document": ""}, "document"),
    ],
)
def test_a_day_is_only_put_off_and_only_on_a_document(
    permit: Permit, to: date, more: dict[str, str], field: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        move(to=to, **more)
    assert [each.field for each in refused.value.missing] == [field]
    assert made.owed(permit, "2026").due_on == USUAL


def test_a_day_is_moved_once_and_a_mistake_is_withdrawn_with_its_reason(session: Any, permit: Permit) -> None:
    row, annual = move(), made.owed(permit, "2026")
    with pytest.raises(NotAllowed, match="已经改为 2027-02-28"):
        move(to=date(2027, 3, 31))
    reviewer = made.person("reviewer")
    with pytest.raises(NotAllowed, match="理由"):
        law_acts.withdraw_moved_day(row, " ", on=TODAY, by=reviewer)
    law_acts.withdraw_moved_day(row, "文件只适用于山东省（示例）", on=TODAY, by=reviewer)
    assert annual.due_on == USUAL
    assert (row.withdrawn_on, row.withdrawn_by) == (TODAY, reviewer)
    with pytest.raises(NotAllowed, match="撤回"):
        law_acts.withdraw_moved_day(row, "再撤", on=TODAY, by=reviewer)
    session.commit()
    right = move(to=date(2027, 2, 15))
    assert annual.due_on == date(2027, 2, 15)
    assert [each.id for each in law.moved_days(ANNUAL)][:2] == [right.id, row.id], "both stay on record"
    session.commit()
    assert law.deadline(ANNUAL, date(2026, 12, 31)).due == date(2027, 2, 15)


def test_what_was_fulfilled_keeps_the_day_by_which_it_was_judged(session: Any, permit: Permit) -> None:
    report = made.sign(made.report(permit))
    move(QUARTERLY, date(2026, 10, 15), date(2026, 11, 30))
    assert report.obligation.due_on == date(2026, 10, 15)
    session.commit()


def test_a_day_that_others_were_moved_to_is_not_theirs(session: Any, permit: Permit) -> None:
    move()
    assert queries.moved_days.waiting(ANNUAL, LATER) == []
    move(usual=LATER, to=date(2027, 3, 31))
    assert made.owed(permit, "2026").due_on == LATER
    session.commit()


def test_a_last_day_that_leaps_a_rest_day_is_found_by_the_day_it_usually_is(session: Any, permit: Permit) -> None:
    rule, reviewer = law.deadline_rule(ANNUAL), made.person("reviewer")
    law_acts.settle_deadline(rule, law_acts.Reading(None, False, True, ""), on=TODAY, by=reviewer)
    annual = made.owed(permit, "2026")
    assert annual.due_on == date(2027, 2, 1), "the 31st of January is a Sunday"
    assert queries.moved_days.waiting(ANNUAL, date(2027, 2, 1)) == []
    assert queries.moved_days.waiting(ANNUAL, USUAL) == [annual]
    move()
    assert annual.due_on == date(2027, 3, 1), "so is the 28th of February"
    session.commit()


def test_very_many_are_moved_by_and_by(
    session: Any, firm: Enterprise, far_firm: Enterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permits.actions.moved_days.BATCH", 1)
    both = [made.permit(firm), made.permit(far_firm)]
    row = move()
    due = [made.owed(each, "2026").due_on for each in both]
    assert sorted(due) == [USUAL, LATER]
    assert len(queries.moved_days.pending(row)) == 1
    assert actions.follow_moved_day(row, made.person("reviewer")) == 1
    assert [made.owed(each, "2026").due_on for each in both] == [LATER, LATER]
    assert queries.moved_days.pending(row) == []
    law_acts.withdraw_moved_day(row, "录错（示例）", on=TODAY, by=made.person("reviewer"))
    assert len(queries.moved_days.pending(row)) == 1
    assert actions.follow_moved_days() == 1
    assert [made.owed(each, "2026").due_on for each in both] == [USUAL, USUAL]
    assert session.scalars(select(Obligation.id).where(Obligation.due_on == LATER)).all() == []
    session.commit()
