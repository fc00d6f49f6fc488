"""The bureau's pages of this room, by page family."""

from permits.views import (
    api,
    applications,
    categories,
    certificates,
    contents,
    drafts,
    enterprise,
    examining,
    exceedances,
    permits,
    reports,
    rights,
    stations,
    tax,
)

__all__ = [
    "api",
    "applications",
    "categories",
    "certificates",
    "contents",
    "drafts",
    "enterprise",
    "examining",
    "exceedances",
    "monitoring",
    "permits",
    "reports",
    "rights",
    "stations",
    "tax",
]
