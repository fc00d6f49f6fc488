"""The room's documents, by family."""

from permits.notices import applications, certificates, registrations, reports

__all__ = [
    "applications",
    "certificates",
    "registrations",
    "reports",
]
