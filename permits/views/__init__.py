"""The bureau's pages of this room, by page family."""

from permits.views import api, categories, contents, drafts, enterprise, exceedances, permits, reports, rights, tax

__all__ = [
    "api",
    "categories",
    "contents",
    "drafts",
    "enterprise",
    "exceedances",
    "monitoring",
    "permits",
    "reports",
    "rights",
    "tax",
]
