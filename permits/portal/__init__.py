"""The enterprise's pages of this room, by page family."""

from permits.portal import filling, monitoring, permits, reports, signing

__all__ = ["filling", "monitoring", "permits", "reports", "signing"]
