"""The bureau's pages of this room, by page family."""

from permits.views import (
    applications,
    categories,
    contents,
    drafts,
    enterprise,
    examining,
    exceedances,
    permits,
    reports,
    rights,
    tax,
)

__all__ = [
    "applications",
    "categories",
    "contents",
    "drafts",
    "enterprise",
    "examining",
    "exceedances",
    "permits",
    "reports",
    "rights",
    "tax",
]
