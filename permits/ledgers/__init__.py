"""The room's tables for page and Excel, by page family."""

from permits.ledgers.applications import APPLICATIONS, MY_APPLICATIONS, NOTICES
from permits.ledgers.categories import CATEGORIES
from permits.ledgers.exceedances import EXCEEDANCES
from permits.ledgers.monitoring import RESULTS, SIGNALS
from permits.ledgers.permits import PERMITS
from permits.ledgers.reports import REPORTS
from permits.ledgers.rights import RIGHTS
from permits.ledgers.stations import STATIONS
from permits.ledgers.tax import TAX
from permits.ledgers.watch import WATCHES

__all__ = [
    "APPLICATIONS",
    "CATEGORIES",
    "EXCEEDANCES",
    "MY_APPLICATIONS",
    "NOTICES",
    "PERMITS",
    "REPORTS",
    "RESULTS",
    "RIGHTS",
    "SIGNALS",
    "STATIONS",
    "TAX",
    "WATCHES",
]
