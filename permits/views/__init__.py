"""The bureau's pages of this room, by page family."""

from permits.views import applications, contents, drafts, enterprise, examining, exceedances, permits, reports

__all__ = ["applications", "contents", "drafts", "enterprise", "examining", "exceedances", "permits", "reports"]
