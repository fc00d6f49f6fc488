"""The enterprise's tabs of this room: permits and reports."""

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from permits import actions, queries
from permits.blueprint import bp
from permits.rules import validity
from registry import obligations
from registry import queries as registry
from registry.tabs import enterprise_tabs


@bp.get("/enterprises/<int:enterprise_id>/permits")
@may(Action.PERMIT_READ)
def enterprise_permits(enterprise_id: int) -> Answer:
    """The permits of one enterprise, the days it had none, and the limits it broke."""
    found = registry.enterprise(enterprise_id, seen_by=me())
    today = clock.today()
    permits = queries.permits.of_enterprise(found.id, me())
    return page(
        "permits/enterprise_permits.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "permits.enterprise_permits"),
        permits=permits,
        applications=queries.applications.of_enterprise(found.id, me()),
        gaps={each.id: queries.permits.gaps(each, today) for each in permits},
        bands={each.id: validity.band(each.valid_to, today) for each in permits},
        exceedances=queries.exceedances.open_exceedances(found.id, me()),
    )


@bp.get("/enterprises/<int:enterprise_id>/reports")
@may(Action.REPORT_READ)
def enterprise_reports(enterprise_id: int) -> Answer:
    """The reports one enterprise owed and handed in, newest first."""
    found = registry.enterprise(enterprise_id, seen_by=me())
    today = clock.today()
    rows = queries.reports.of_enterprise(found.id, me(), today)
    return page(
        "permits/enterprise_reports.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "permits.enterprise_reports"),
        rows=rows,
        standing=lambda owed: obligations.standing(owed, today),
        days_late=actions.days_late,
    )
