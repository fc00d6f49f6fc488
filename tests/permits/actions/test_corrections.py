"""An accepted report is corrected: what was accepted stays in force until the correction is accepted."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.workflow import NotAllowed
from permits import actions, queries
from permits.actions import Comment, FigureInput
from permits.models import (
    CorrectionAsker,
    CorrectionOutcome,
    ExecutionReport,
    Permit,
    ReportCorrection,
    ReportState,
)
from permits.rules import record
from registry.models import Obligation
from tests import world
from tests.permits import made

Make = Callable[..., ExecutionReport]
COD_ROW = f"DW001/{made.COD}"
SO2_ROW = f"DA001/{made.SO2}"
BETTER = FigureInput(Decimal(33), Decimal(20), Decimal(41), 3, 0, Decimal("3.5"))


def accepted(found: ExecutionReport) -> ExecutionReport:
    """Handed in and accepted."""
    actions.accept_report(made.sign(found), by=made.person("permit"))
    db.session.commit()
    return found


def tonnes(permit: Permit) -> Decimal:
    """The tonnes of COD that count."""
    return queries.reports.emitted(permit.id, 2026)[COD_ROW]


def taxed() -> list[Decimal]:
    """The tonnes of COD in the lines for the tax office."""
    lines = queries.tax.LINES
    wanted = select(lines.c.quantity).where(lines.c.pollutant_code == made.COD)
    return [Decimal(each) for each in db.session.scalars(wanted)]


def corrected(found: ExecutionReport) -> ExecutionReport:
    """Asked for by the firm, filled in anew, handed in again."""
    actions.correct_report(found, "化验单位更正了报告", by=made.person("preparer"))
    actions.save_figures(found, {COD_ROW: BETTER}, by=made.person("preparer"))
    return made.sign(found)


def test_what_was_accepted_stays_in_force_until_the_correction_is_accepted(session: Any, permit: Permit) -> None:
    found = accepted(made.report(permit))
    actions.correct_report(found, " 化验单位更正了报告 ", by=made.person("preparer"))
    actions.save_figures(found, {COD_ROW: BETTER}, by=made.person("preparer"))
    session.commit()
    assert (found.state, found.accepted_number) == (ReportState.DRAFT, 1)
    assert (tonnes(permit), taxed()) == (Decimal(3), [Decimal(3)])
    made.sign(found)
    assert (found.state, found.submission_number, found.accepted_number) == (ReportState.SUBMITTED, 2, 1)
    assert (tonnes(permit), taxed()) == (Decimal(3), [Decimal(3)])
    actions.accept_report(found, by=made.person("permit"))
    session.commit()
    assert found.accepted_number == 2
    assert (tonnes(permit), taxed()) == (Decimal("3.5"), [Decimal("3.5")])
    (asked,) = found.corrections
    assert (asked.asker, asked.reason, asked.outcome) == (
        CorrectionAsker.FIRM,
        "化验单位更正了报告",
        CorrectionOutcome.ACCEPTED,
    )


def test_each_submission_has_its_own_copy_that_says_what_it_corrects(session: Any, report: Make) -> None:
    found = corrected(accepted(report()))
    first, second = found.submissions
    assert (first.corrects, second.corrects) == (None, 1)
    assert json.loads(second.content)["correction"] == {
        "asker": "firm",
        "corrects": 1,
        "reason": "化验单位更正了报告",
    }
    assert record.is_intact(first.content, first.sha256)
    differing = record.differences(
        record.lines_in(first.content),
        record.lines_in(second.content),
        record.operation_in(first.content),
        record.operation_in(second.content),
    )
    cells = [(each.line.row if each.line else "", each.name, each.before, each.after) for each in differing]
    assert cells == [
        (COD_ROW, "mean", Decimal(30), Decimal(33)),
        (COD_ROW, "quantity", Decimal(3), Decimal("3.5")),
    ]


def test_a_correction_after_the_last_day_is_late_to_nobody(session: Any, permit: Permit) -> None:
    with clock.at(date(2026, 10, 12)):
        found = accepted(made.report(permit))
    heard: list[int] = []
    actions.ON_LATE.append(lambda late, _by: heard.append(late.id))
    try:
        corrected(found)
    finally:
        actions.ON_LATE.pop()
    assert heard == []
    assert found.first_submitted_on == date(2026, 10, 12)
    assert actions.days_late(found) == 0
    assert found.obligation.fulfilled_on == date(2026, 10, 12)


def test_the_office_says_why_what_and_by_when(session: Any, report: Make) -> None:
    found, clerk = accepted(report()), made.person("permit")
    remark = [Comment(f"{COD_ROW}/mean", "与监督性监测不符")]
    with pytest.raises(NotAllowed, match="为什么更正"):
        actions.order_correction(found, " ", remark, 10, by=clerk)
    with pytest.raises(NotAllowed, match="至少写一条意见"):
        actions.order_correction(found, "监督性监测不符", [], 10, by=clerk)
    session.rollback()
    due = actions.order_correction(found, "监督性监测不符", remark, 10, by=clerk)
    session.commit()
    assert (found.state, found.accepted_number, due.due) == (ReportState.RETURNED, 1, date(2026, 12, 7))
    assert queries.reports.open_rows(found) == {COD_ROW}
    owed = queries.reports.correction_of(found)
    assert owed is not None and owed.due_on == date(2026, 12, 7)
    with pytest.raises(NotAllowed, match="不能放弃"):
        actions.give_up_correction(found, by=made.person("preparer"))
    actions.save_figures(found, {COD_ROW: BETTER}, by=made.person("preparer"))
    made.sign(found)
    assert owed.fulfilled_on == world.TODAY


def test_a_correction_given_up_leaves_the_report_as_it_was_accepted(session: Any, permit: Permit) -> None:
    found = accepted(made.report(permit))
    actions.correct_report(found, "误填", by=made.person("preparer"))
    actions.save_figures(found, {COD_ROW: BETTER, SO2_ROW: FigureInput()}, by=made.person("preparer"))
    actions.save_operation(found, 3, "停产", by=made.person("preparer"))
    actions.give_up_correction(found, by=made.person("preparer"))
    session.commit()
    assert (found.state, found.shutdown_days) == (ReportState.ACCEPTED, 0)
    assert not queries.reports.differs_from_last(found)
    assert found.corrections[0].outcome is CorrectionOutcome.GIVEN_UP


def test_a_correction_not_taken_leaves_its_copy_and_the_next_one_counts_on(session: Any, permit: Permit) -> None:
    found = corrected(accepted(made.report(permit)))
    with pytest.raises(NotAllowed, match="维持原报告"):
        actions.keep_report(found, " ", by=made.person("permit"))
    actions.keep_report(found, "原数据有监测报告支持", by=made.person("permit"))
    session.commit()
    assert (found.state, found.accepted_number, found.submission_number) == (ReportState.ACCEPTED, 1, 1)
    assert tonnes(permit) == Decimal(3)
    third = corrected(found).submissions[-1]
    assert (third.number, third.corrects) == (3, 1)
    actions.accept_report(found, by=made.person("permit"))
    session.commit()
    assert found.accepted_number == 3
    assert tonnes(permit) == Decimal("3.5")


def test_what_was_ordered_and_taken_back_can_be_ordered_again(session: Any, report: Make) -> None:
    found, clerk = accepted(report()), made.person("permit")
    actions.order_correction(found, "核对", [Comment("narrative", "补充")], 10, by=clerk)
    actions.keep_report(found, "已另行说明", by=clerk)
    session.commit()
    with clock.at(date(2026, 11, 24)):
        actions.order_correction(found, "再核对", [Comment(f"{COD_ROW}/mean", "不符")], 10, by=clerk)
        session.commit()
    assert [each.field for each in queries.reports.open_comments(found)] == [f"{COD_ROW}/mean"]
    wanted = select(Obligation).where(Obligation.source_kind == "execution_report").order_by(Obligation.id)
    assert [each.voided_on is None for each in session.scalars(wanted)] == [False, True]


@pytest.mark.parametrize("username", ["signer", "far_preparer", "officer", "permit"])
def test_only_the_firms_preparer_asks_for_a_correction(session: Any, report: Make, username: str) -> None:
    found = accepted(report())
    with pytest.raises(NotAllowed, match="填报人"):
        actions.correct_report(found, "x", by=made.person(username))


def test_who_filled_the_correction_in_never_signs_it(session: Any, report: Make) -> None:
    found = accepted(report())
    actions.correct_report(found, "x", by=made.person("preparer"))
    actions.save_figures(found, {COD_ROW: BETTER}, by=made.person("preparer"))
    made.send(found)
    with pytest.raises(NotAllowed):
        actions.sign_report(found, world.PASSWORD, declared=True, by=made.person("preparer"))


def test_only_what_was_accepted_is_corrected_and_once_at_a_time(session: Any, report: Make) -> None:
    found = made.sign(report())
    with pytest.raises(NotAllowed, match="不能更正"):
        actions.correct_report(found, "x", by=made.person("preparer"))
    accepted_now = actions.accept_report(found, by=made.person("permit"))
    assert accepted_now is None
    asked = actions.correct_report(found, "x", by=made.person("preparer"))
    session.commit()
    with pytest.raises(NotAllowed, match="不能更正"):
        actions.correct_report(found, "y", by=made.person("preparer"))
    twin = ReportCorrection(
        report_id=found.id,
        corrects=1,
        asker=CorrectionAsker.FIRM,
        asked_by_id=asked.asked_by_id,
        asked_at=clock.now(),
        reason="z",
    )
    session.add(twin)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
