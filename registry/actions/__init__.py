"""One function per human act: enterprises and sites, lists, representatives, merging."""

from registry.actions.enterprises import (
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
from registry.actions.lists import add_to_list, copy_lists, remove_from_list
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
    "copy_lists",
    "dismiss_representative",
    "end_representative",
    "merge",
    "register_enterprise",
    "remind",
    "reminders",
    "remove_from_list",
    "reopen_enterprise",
    "restate_enterprise",
    "reveal_contact",
    "suspend_enterprise",
]
