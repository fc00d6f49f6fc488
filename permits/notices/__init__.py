"""The room's documents, by family."""

from permits.notices import applications, registrations, reports

__all__ = [
    "applications",
    "registrations",
    "reports",
]
