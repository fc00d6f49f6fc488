"""The bureau's pages of this room, by page family."""

from permits.views import contents, drafts, enterprise, exceedances, permits, reports

__all__ = ["contents", "drafts", "enterprise", "exceedances", "permits", "reports"]
