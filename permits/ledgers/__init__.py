"""The room's tables for page and Excel, by page family."""

from permits.ledgers.applications import APPLICATIONS, MY_APPLICATIONS, NOTICES
from permits.ledgers.exceedances import EXCEEDANCES
from permits.ledgers.permits import PERMITS
from permits.ledgers.reports import REPORTS

__all__ = ["APPLICATIONS", "EXCEEDANCES", "MY_APPLICATIONS", "NOTICES", "PERMITS", "REPORTS"]
