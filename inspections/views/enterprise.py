"""The enterprise's tab of this room."""

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page
from inspections import queries
from inspections.blueprint import bp
from registry import queries as registry
from registry.tabs import enterprise_tabs


@bp.get("/enterprises/<int:enterprise_id>/inspections")
@may(Action.INSPECTION_READ)
def enterprise_inspections(enterprise_id: int) -> Answer:
    """Inspections, orders and decisions of one enterprise."""
    found = registry.enterprise(enterprise_id, seen_by=me())
    return page(
        "inspections/enterprise_inspections.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "inspections.enterprise_inspections"),
        **queries.of_enterprise(found.id, me()),
    )
