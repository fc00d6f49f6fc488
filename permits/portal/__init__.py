"""The enterprise's pages of this room, by page family."""

from permits.portal import filling, permits, reports, signing

__all__ = ["filling", "permits", "reports", "signing"]
