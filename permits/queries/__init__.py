"""Reads of the room, each from what the person who asks may see: permits, reports, exceedances."""

from permits.queries import categories, curves, exceedances, monitoring, permits, reports, rights, tax

__all__ = ["categories", "curves", "exceedances", "monitoring", "permits", "reports", "rights", "tax"]
