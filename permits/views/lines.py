"""What all permits say, line by line: limits, monitoring and report requirements, conditions; each list as a file."""

from accounts import exports, lists
from accounts.guard import may
from accounts.roles import Action
from core.pages import Answer, page
from permits import ledgers
from permits.blueprint import bp


@bp.get("/limits")
@may(Action.PERMIT_READ)
def all_limits() -> Answer:
    """Every limit that one may see, those in force today unless asked otherwise."""
    return page("permits/all_limits.html", ledger=lists.page_of(ledgers.LIMITS))


@bp.get("/limits.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_limits(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.LIMITS, form)


@bp.get("/limits/monitoring")
@may(Action.PERMIT_READ)
def all_monitoring() -> Answer:
    """How often what is measured where."""
    return page("permits/all_monitoring.html", ledger=lists.page_of(ledgers.MONITORING_REQUIREMENTS))


@bp.get("/limits/monitoring.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_monitoring_requirements(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.MONITORING_REQUIREMENTS, form)


@bp.get("/limits/reports")
@may(Action.PERMIT_READ)
def all_report_requirements() -> Answer:
    """Which reports are asked for, and within how many days."""
    return page("permits/all_report_requirements.html", ledger=lists.page_of(ledgers.REPORT_REQUIREMENTS))


@bp.get("/limits/reports.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_report_requirements(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.REPORT_REQUIREMENTS, form)


@bp.get("/limits/conditions")
@may(Action.PERMIT_READ)
def all_conditions() -> Answer:
    """What is demanded in words, each with its source."""
    return page("permits/all_conditions.html", ledger=lists.page_of(ledgers.CONDITIONS))


@bp.get("/limits/conditions.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_conditions(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.CONDITIONS, form)
