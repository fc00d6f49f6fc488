"""For whom a page that the bureau and the firms share is drawn."""

from dataclasses import dataclass

from accounts.people import me, visitor
from accounts.roles import ENTERPRISE
from registry import queries
from registry.models import Enterprise


def is_firm() -> bool:
    """Whether an enterprise's person asks."""
    return bool(me().roles & ENTERPRISE)


@dataclass(frozen=True)
class Firms:
    """Whose work is done on the pages of a firm's person, and how many others there are to choose from."""

    current: Enterprise
    others: int


def switch() -> Firms | None:
    """What the head of a firm's pages says; nothing to whoever speaks for one firm alone."""
    person = visitor()
    if person is None or not person.roles & ENTERPRISE:
        return None
    mandated = queries.firms_of(person)
    if len(mandated) < 2:
        return None
    current = queries.firm_of(person)
    return Firms(current, len(mandated) - 1) if current else None


def layout() -> str:
    """The frame of a shared page: the enterprise's or the bureau's."""
    return "layout_portal.html" if is_firm() else "layout.html"
