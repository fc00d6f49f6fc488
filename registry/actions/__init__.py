"""One function per human act: enterprises and sites, lists, representatives, merging."""

from registry.actions.enterprises import (
    ON_FACTS,
    EnterpriseInput,
    SiteInput,
    add_site,
    change_enterprise,
    change_site,
    close_enterprise,
    close_site,
    register_enterprise,
    reopen_enterprise,
    restate_enterprise,
    reveal_contact,
    suspend_enterprise,
)
from registry.actions.hand_ins import ON_RETURNED, confirm_hand_in, hand_in, return_hand_in, why_not_handed_in
from registry.actions.lists import ON_LISTED, add_to_list, copy_lists, remove_from_list
from registry.actions.merging import merge
from registry.actions.people import (
    add_representative,
    appoint_preparer,
    dismiss_representative,
    end_representative,
)
from registry.actions.reminding import MOST, Reminder, remind, reminders

__all__ = [
    "MOST",
    "ON_FACTS",
    "ON_LISTED",
    "ON_RETURNED",
    "EnterpriseInput",
    "Reminder",
    "SiteInput",
    "add_representative",
    "add_site",
    "add_to_list",
    "appoint_preparer",
    "change_enterprise",
    "change_site",
    "close_enterprise",
    "close_site",
    "confirm_hand_in",
    "copy_lists",
    "dismiss_representative",
    "end_representative",
    "hand_in",
    "merge",
    "register_enterprise",
    "remind",
    "reminders",
    "remove_from_list",
    "reopen_enterprise",
    "restate_enterprise",
    "return_hand_in",
    "reveal_contact",
    "suspend_enterprise",
    "why_not_handed_in",
]
