"""Listings and repairs for tests, made by the acts that people use."""

from datetime import date
from typing import Any

from sqlalchemy import select

from core import clock
from core.db import db
from credit import actions
from credit.models import CreditEvent, EventKind, Listing, ListType
from registry.models import Enterprise, ServiceMode
from tests.inspections.made import at, confirmed, person

BASIS = "昌吉州重点关注名单办法（示例）"


def event(firm: Enterprise, **more: Any) -> CreditEvent:
    """The event of a penalty for a hidden pipe."""
    confirmed(firm, **more)
    return db.session.scalars(select(CreditEvent).where(CreditEvent.kind == EventKind.EVASION)).one()


def proposed(firm: Enterprise, months: int = 24) -> Listing:
    """A proposal by the credit clerk."""
    made = actions.propose_listing(
        event(firm),
        list_type=ListType.PREFECTURE,
        ground="逃避监管排放污染物或者监测数据弄虚作假",
        legal_basis=BASIS,
        term_months=months,
        by=person("credit"),
    )
    db.session.commit()
    return made


def notified(firm: Enterprise, months: int = 24) -> Listing:
    """A proposal of which the firm was told today."""
    made = proposed(firm, months)
    actions.notify_listing(
        made,
        mode=ServiceMode.DIRECT,
        recipient="孙志远",
        place="厂区办公室",
        served_on=clock.today(),
        by=person("credit"),
    )
    db.session.commit()
    return made


def listed(firm: Enterprise, months: int = 24) -> Listing:
    """A firm on the list since 2026-12-01."""
    made = notified(firm, months)
    with clock.at(at(date(2026, 12, 1))):
        actions.decide_listing(made, by=person("approver"))
        db.session.commit()
    return made
