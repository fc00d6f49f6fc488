"""Where the pages of other rooms' things are: reached by the name of the page, never by an import upwards."""

from typing import Any

from flask import current_app, url_for
from flask_login import current_user

from accounts.guard import doors
from registry.models import Obligation, ObligationKind
from registry.rules.obligations import Standing

PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "application": (("permits.application", "application_id"), ("permits.my_application", "application_id")),
    "enterprise": (("registry.enterprise", "enterprise_id"),),
    "execution_report": (("permits.report", "report_id"), ("permits.my_report", "report_id")),
    "hand_in": (("registry.hand_in", "hand_in_id"),),
    "inspection": (("inspections.inspection", "inspection_id"),),
    "listing": (("credit.listing", "listing_id"), ("credit.my_listing", "listing_id")),
    "penalty_decision": (("inspections.decision", "decision_id"),),
    "permit": (("permits.permit", "permit_id"), ("permits.my_permit", "permit_id")),
    "permit_version": (("permits.permit_version", "version_id"),),
    "post_permit_watch": (("permits.watch", "watch_id"),),
    "rectification_order": (("inspections.order", "order_id"), ("inspections.my_order", "order_id")),
    "registration": (
        ("permits.registration", "registration_id"),
        ("permits.my_registration", "registration_id"),
    ),
    "repair": (("credit.repair", "repair_id"),),
}
"""Table name → its pages by endpoint and argument: the bureau's first, then the enterprise's."""

ON_PAPER: dict[ObligationKind, tuple[str, str]] = {
    ObligationKind.REPORT: ("permits.key_in_report", "obligation_id"),
}
"""What is owed → the page on which the office keys it in when a firm brings it on paper."""

SERVING: dict[str, tuple[str, str]] = {
    "rectification_order": ("inspections.serve_order", "order_id"),
}
"""Table name → the page of its own room on which its document is served, where there is one."""

ENDED_THERE = frozenset({"inspection", "listing", "penalty_decision", "rectification_order"})
"""Whose documents are voided by the act of their own room that ends the matter, never by themselves."""


def open_to_me(endpoint: str) -> bool:
    """Whether a page exists and the person who asks may enter it."""
    if endpoint not in current_app.view_functions:
        return False
    needed = doors(current_app, endpoint)
    return not needed or (current_user.is_authenticated and any(current_user.may(action) for action in needed))


def page_of(table: str, identity: int) -> str:
    """The address of a thing's page for the person who asks, or empty."""
    for endpoint, argument in PAGES.get(table, ()):
        if open_to_me(endpoint):
            return _address(endpoint, argument, identity)
    return ""


def paper_page(owed: Obligation, standing: Standing) -> str:
    """Where the office keys in what is owed now when it is brought on paper, for the person who asks; or empty."""
    endpoint, argument = ON_PAPER.get(owed.kind, ("", ""))
    may_come = standing in (Standing.OPEN, Standing.DUE_TODAY, Standing.OVERDUE)
    return _address(endpoint, argument, owed.id) if may_come and open_to_me(endpoint) else ""


def serving_page(table: str, identity: int) -> str:
    """The address where its own room serves its document, or empty."""
    endpoint, argument = SERVING.get(table, ("", ""))
    return _address(endpoint, argument, identity) if endpoint in current_app.view_functions else ""


def _address(endpoint: str, argument: str, identity: int) -> str:
    values: dict[str, Any] = {argument: identity}
    return url_for(endpoint, **values)
