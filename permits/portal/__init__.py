"""The enterprise's pages of this room, by page family."""

from permits.portal import applications, filling, monitoring, permits, registrations, reports, sections, signing

__all__ = [
    "applications",
    "filling",
    "monitoring",
    "permits",
    "registrations",
    "reports",
    "sections",
    "signing",
]
