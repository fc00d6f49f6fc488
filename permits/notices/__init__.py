"""The room's documents, by family."""

from permits.notices import applications, certificates, clocks, endings, registrations, reports

__all__ = [
    "applications",
    "certificates",
    "clocks",
    "endings",
    "registrations",
    "reports",
]
