"""Reads of corrections of accepted reports: the one under way, what is in force meanwhile, what would change."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from accounts.models import User
from core.db import db
from permits.models import CorrectionAsker, ExecutionReport, PermitVersion, ReportCorrection, ReportSubmission
from registry import obligations
from registry.models import Enterprise, Obligation
from registry.queries import sees

PERMIT_OF_REPORT = (
    select(PermitVersion.permit_id)
    .where(PermitVersion.id == ExecutionReport.permit_version_id)
    .correlate(ExecutionReport)
    .scalar_subquery()
)
"""The permit under which a report was handed in."""


def visible_corrections(seen_by: User | None) -> Select[ReportCorrection]:
    """The corrections of the reports of the enterprises a person may see."""
    return (
        select(ReportCorrection)
        .join(ExecutionReport, ExecutionReport.id == ReportCorrection.report_id)
        .join(Enterprise, Enterprise.id == ExecutionReport.enterprise_id)
        .where(sees(seen_by))
    )


def of_own_accord(enterprise_id: int, seen_by: User) -> Sequence[tuple[ExecutionReport, ReportCorrection]]:
    """The corrections under way that a firm asked for itself, the oldest first; one that was returned is owed instead."""
    owed = select(Obligation.source_id).where(Obligation.source_kind == "execution_report", obligations.is_open())
    wanted = (
        select(ExecutionReport, ReportCorrection)
        .join(ReportCorrection, ReportCorrection.report_id == ExecutionReport.id)
        .join(ExecutionReport.enterprise)
        .options(contains_eager(ExecutionReport.enterprise))
        .where(
            sees(seen_by),
            Enterprise.id == enterprise_id,
            ReportCorrection.ended_at.is_(None),
            ReportCorrection.asker == CorrectionAsker.FIRM,
            ExecutionReport.id.not_in(owed),
        )
        .order_by(ReportCorrection.id)
    )
    return [(report, asked) for report, asked in db.session.execute(wanted).unique()]


def open_of(report: ExecutionReport) -> ReportCorrection | None:
    """The correction that is under way."""
    return next((each for each in reversed(report.corrections) if each.ended_at is None), None)


def is_begun(report: ExecutionReport) -> bool:
    """Whether a correction is under way of which nothing was handed in yet."""
    found = open_of(report)
    return found is not None and found.corrects == report.submission_number


def is_open_throughout(report: ExecutionReport) -> bool:
    """Whether every line may be changed: the firm itself asked to correct what was accepted."""
    found = open_of(report)
    return found is not None and found.asker is CorrectionAsker.FIRM and found.corrects == report.submission_number


def in_force(report: ExecutionReport) -> ReportSubmission | None:
    """The submission that was accepted last: it stands until a correction of it is accepted."""
    return next((each for each in report.submissions if each.number == report.accepted_number), None)
