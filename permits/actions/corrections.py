"""Corrections of accepted reports: asked for by the firm or ordered by the office, given up, or not taken."""

from collections.abc import Sequence

from accounts.audit import take
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from law.deadlines import Deadline
from permits import queries
from permits.actions.submissions import Comment, correction_deadline, demand_correction, end_correction, pin
from permits.models import CorrectionAsker, CorrectionOutcome, ExecutionReport, ReportCorrection
from permits.rules import checks, record
from permits.workflow import REPORT
from registry import notifications, obligations
from registry.models import Mandate


def correct_report(report: ExecutionReport, reason: str, *, by: User) -> ReportCorrection:
    """Open an accepted report again at the wish of the firm; what was accepted stays in force meanwhile."""
    REPORT.may_leave("correct", report.state)
    notifications.refuse_strangers(report.enterprise, Mandate.PREPARER, by)
    found = _begun(report, CorrectionAsker.FIRM, reason, by)
    take(REPORT, "correct", report, by=by, note=found.reason)
    permit = report.permit_version.permit
    notifications.notify(
        notifications.officers_of(permit.authority_id, Role.PERMIT_CLERK),
        key=f"report-correcting-{found.id}",
        title=f"{report.enterprise.name}更正已接受的 {report.obligation.title}",
        body=f"{found.reason} 更正被接受前，第 {found.corrects} 次提交继续有效。",
        url=f"/reports/{report.id}",
        tone="info",
    )
    return found


def order_correction(
    report: ExecutionReport, reason: str, comments: Sequence[Comment], days: int, *, by: User
) -> Deadline:
    """Have an accepted report corrected: why, what at which places, and within how many working days."""
    REPORT.may_leave("order", report.state)
    found = _begun(report, CorrectionAsker.OFFICE, reason, by)
    pin(report, comments, days, by)
    due = correction_deadline(days)
    report.returned_on, report.correction_days = clock.today(), days
    take(REPORT, "order", report, by=by, note=found.reason)
    demand_correction(report, due, clock.today(), "要求更正已接受的报告", by)
    notifications.notify(
        notifications.people_of(report.enterprise_id),
        key=f"report-ordered-{found.id}",
        title=f"要求更正：{report.obligation.title}",
        body=f"{found.reason} {due.due.isoformat()} 前重新提交；更正被接受前，原报告继续有效。",
        url=f"/my/reports/{report.id}",
        tone="danger",
    )
    return due


def _begun(report: ExecutionReport, asker: CorrectionAsker, reason: str, by: User) -> ReportCorrection:
    if report.accepted_number is None:
        raise NotAllowed([said("报告没有被接受过，不能更正。")])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明为什么更正。"), "reason")])
    found = ReportCorrection(
        corrects=report.accepted_number,
        asker=asker,
        asked_by_id=by.id,
        asked_at=clock.now(),
        reason=reason.strip(),
    )
    report.corrections.append(found)
    db.session.flush()
    return found


def give_up_correction(report: ExecutionReport, *, by: User) -> None:
    """Leave the report as it was accepted; only a correction that the firm itself asked for can be given up."""
    notifications.refuse_strangers(report.enterprise, Mandate.PREPARER, by)
    asked = _under_way(report, "give_up")
    take(REPORT, "give_up", report, by=by)
    _restore(report, by)
    end_correction(asked, CorrectionOutcome.GIVEN_UP, "", by)


def keep_report(report: ExecutionReport, answer: str, *, by: User) -> None:
    """Do not take a correction, or take the demand for it back: the report stays as it was accepted."""
    if not answer.strip():
        raise NotAllowed([Missing(said("请写明为什么维持原报告。"), "reason")])
    asked = _under_way(report, "keep")
    take(REPORT, "keep", report, by=by, note=answer.strip())
    _restore(report, by)
    end_correction(asked, CorrectionOutcome.KEPT, answer, by)
    notifications.notify(
        notifications.people_of(report.enterprise_id),
        key=f"report-kept-{asked.id}",
        title=f"维持原报告：{report.obligation.title}",
        body=f"{answer.strip()} 第 {asked.corrects} 次提交继续有效。",
        url=f"/my/reports/{report.id}",
        tone="info",
    )


def _under_way(report: ExecutionReport, verb: str) -> ReportCorrection:
    REPORT.refuse_if_missing(verb, report)
    found = queries.corrections.open_of(report)
    if found is None:
        raise NotAllowed([said("这份报告没有在办的更正。")])
    return found


def _restore(report: ExecutionReport, by: User) -> None:
    """Put the report back to the copy of record that is in force, and owe its correction no longer."""
    standing = queries.corrections.in_force(report)
    if standing is None:
        raise NotAllowed([said("报告没有被接受过，不能更正。")])
    lines = {each.row: each for each in record.lines_in(standing.content)}
    for figure in report.figures:
        line = lines.get(f"{figure.outlet_code}/{figure.pollutant_code}")
        for name in checks.FIELDS:
            setattr(figure, name, getattr(line, name) if line else None)
    said_then = record.operation_in(standing.content)
    report.shutdown_days, report.narrative = said_then.shutdown_days, said_then.narrative
    report.acknowledged = record.reasons_in(standing.content)
    report.submission_number = standing.number
    report.submitted_at, report.signed_by_id = standing.signed_at, standing.signed_by_id
    report.returned_on, report.correction_days = None, None
    obligations.regenerate(
        report, [], enterprise_id=report.enterprise_id, today=clock.today(), reason="不再更正", by=by
    )
