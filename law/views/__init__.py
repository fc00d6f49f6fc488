"""The room's pages, a module for each family; open to staff and to firms, each in their own frame."""

from typing import Any

from accounts.people import visitor
from accounts.roles import ENTERPRISE, Action
from law.blueprint import bp
from law.causes import readable
from law.views import causes, lists, periods, texts, ticks, workdays

__all__ = ["causes", "lists", "periods", "texts", "ticks", "workdays"]


@bp.context_processor
def frame() -> dict[str, Any]:
    """The layout of the person who reads, and what they may do here."""
    person = visitor()
    firm = person is not None and bool(person.roles & ENTERPRISE)
    return {
        "frame": "layout_portal.html" if firm else "layout.html",
        "readable": readable,
        "may_check": person is not None and person.may(Action.LAW_CHECK),
        "may_edit_calendar": person is not None and person.may(Action.CALENDAR_EDIT),
    }
