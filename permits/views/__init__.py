"""The bureau's pages of this room, by page family."""

from permits.views import categories, contents, drafts, enterprise, exceedances, permits, reports, rights, stations, tax

__all__ = [
    "categories",
    "contents",
    "drafts",
    "enterprise",
    "exceedances",
    "permits",
    "reports",
    "rights",
    "stations",
    "tax",
]
