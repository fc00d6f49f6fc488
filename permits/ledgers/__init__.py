"""The room's tables for page and Excel, by page family."""

from permits.ledgers.applications import APPLICATIONS, MY_APPLICATIONS, NOTICES
from permits.ledgers.categories import CATEGORIES, CATEGORY_DECISIONS
from permits.ledgers.contents import CONDITIONS, LIMITS, MONITORING_REQUIREMENTS, REPORT_REQUIREMENTS
from permits.ledgers.corrections import CORRECTIONS
from permits.ledgers.endings import PERMIT_ENDS
from permits.ledgers.exceedances import EXCEEDANCES
from permits.ledgers.monitoring import RESULTS, SIGNALS
from permits.ledgers.pauses import PAUSES
from permits.ledgers.permits import PERMITS
from permits.ledgers.registrations import REGISTRATIONS
from permits.ledgers.reports import REPORTS
from permits.ledgers.rights import RIGHTS
from permits.ledgers.stations import STATIONS
from permits.ledgers.tax import TAX
from permits.ledgers.watch import WATCHES

__all__ = [
    "APPLICATIONS",
    "CATEGORIES",
    "CATEGORY_DECISIONS",
    "CONDITIONS",
    "CORRECTIONS",
    "EXCEEDANCES",
    "LIMITS",
    "MONITORING_REQUIREMENTS",
    "MY_APPLICATIONS",
    "NOTICES",
    "PAUSES",
    "PERMITS",
    "PERMIT_ENDS",
    "REGISTRATIONS",
    "REPORTS",
    "REPORT_REQUIREMENTS",
    "RESULTS",
    "RIGHTS",
    "SIGNALS",
    "STATIONS",
    "TAX",
    "WATCHES",
]
