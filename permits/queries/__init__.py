"""Reads of the room, each from what the person who asks may see: permits, applications, reports, exceedances."""

from permits.queries import (
    applications,
    categories,
    certificates,
    contents,
    corrections,
    curves,
    exceedances,
    monitoring,
    moved_days,
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
    "contents",
    "corrections",
    "curves",
    "exceedances",
    "monitoring",
    "moved_days",
    "permits",
    "registrations",
    "reports",
    "rights",
    "stations",
    "tax",
    "watch",
]
