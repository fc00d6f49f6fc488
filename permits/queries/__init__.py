"""Reads of the room, each from what the person who asks may see: permits, applications, reports, exceedances."""

from permits.queries import (
    applications,
    categories,
    certificates,
    clocks,
    contents,
    corrections,
    curves,
    exceedances,
    monitoring,
    permits,
    registrations,
    reports,
    rights,
    stations,
    tax,
    watch,
)

__all__ = [
    "applications",
    "categories",
    "certificates",
    "clocks",
    "contents",
    "corrections",
    "curves",
    "exceedances",
    "monitoring",
    "permits",
    "registrations",
    "reports",
    "rights",
    "stations",
    "tax",
    "watch",
]
