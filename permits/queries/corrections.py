"""Reads of corrections of accepted reports: the one under way, what is in force meanwhile, what would change."""

from permits.models import CorrectionAsker, ExecutionReport, ReportCorrection, ReportSubmission


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
