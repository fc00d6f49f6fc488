"""The enterprise's pages of this room, by page family."""

from permits import archive  # noqa: F401 - hangs its parts on the archive
from permits.portal import (
    applications,
    corrections,
    filling,
    monitoring,
    permits,
    registrations,
    reports,
    sections,
    signing,
)

__all__ = [
    "applications",
    "corrections",
    "filling",
    "monitoring",
    "permits",
    "registrations",
    "reports",
    "sections",
    "signing",
]
