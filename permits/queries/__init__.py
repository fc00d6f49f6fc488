"""Reads of the room, each from what the person who asks may see: permits, reports, exceedances."""

from permits.queries import categories, exceedances, permits, reports, rights, stations, tax

__all__ = ["categories", "exceedances", "permits", "reports", "rights", "stations", "tax"]
