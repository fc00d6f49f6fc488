"""Reads of the room, each from what the person who asks may see: permits, applications, reports, exceedances."""

from permits.queries import applications, exceedances, permits, registrations, reports

__all__ = ["applications", "exceedances", "permits", "registrations", "reports"]
