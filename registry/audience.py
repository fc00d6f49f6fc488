"""For whom a page that the bureau and the firms share is drawn."""

from accounts.people import me
from accounts.roles import ENTERPRISE


def is_firm() -> bool:
    """Whether an enterprise's person asks."""
    return bool(me().roles & ENTERPRISE)


def layout() -> str:
    """The frame of a shared page: the enterprise's or the bureau's."""
    return "layout_portal.html" if is_firm() else "layout.html"
