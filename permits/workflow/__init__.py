"""The lifecycles of the room, by family."""

from permits.workflow.permits import ENDS, PERMIT, VERSION, missing_for_end, missing_in_version
from permits.workflow.reports import REPORT, missing_in_report, missing_to_send

__all__ = [
    "ENDS",
    "PERMIT",
    "REPORT",
    "VERSION",
    "missing_for_end",
    "missing_in_report",
    "missing_in_version",
    "missing_to_send",
]
