"""The lifecycles of the room, by family."""

from permits.workflow.applications import APPLICATION, barred, missing_in, missing_to_hand_in
from permits.workflow.permits import ENDS, PERMIT, VERSION, missing_for_end, missing_in_version
from permits.workflow.registrations import REGISTRATION, missing_in_registration
from permits.workflow.reports import REPORT, missing_in_report, missing_to_send
from permits.workflow.watch import WATCH

__all__ = [
    "APPLICATION",
    "ENDS",
    "PERMIT",
    "REGISTRATION",
    "REPORT",
    "VERSION",
    "WATCH",
    "barred",
    "missing_for_end",
    "missing_in",
    "missing_in_registration",
    "missing_in_report",
    "missing_in_version",
    "missing_to_hand_in",
    "missing_to_send",
]
