"""One function per human act: listings, repairs, frozen evaluations."""

from credit.actions.calendar import follow_calendar
from credit.actions.evaluations import freeze_day
from credit.actions.listings import (
    answer_objection,
    decide_listing,
    decide_removal,
    drop_listing,
    issue_notice,
    note_waiver,
    notify_listing,
    object_to_listing,
    propose_listing,
    propose_removal,
    remove_listing,
)
from credit.actions.merits import credit_clean_year, note_promise
from credit.actions.repairs import apply_for_repair, grant_repair, refuse_repair, repair_facts

__all__ = [
    "answer_objection",
    "apply_for_repair",
    "credit_clean_year",
    "decide_listing",
    "decide_removal",
    "drop_listing",
    "follow_calendar",
    "freeze_day",
    "grant_repair",
    "issue_notice",
    "note_promise",
    "note_waiver",
    "notify_listing",
    "object_to_listing",
    "propose_listing",
    "propose_removal",
    "refuse_repair",
    "remove_listing",
    "repair_facts",
]
