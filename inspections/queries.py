"""Reads of the room, each from what the person who asks may see."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from flask import url_for
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy.orm import selectinload

from accounts.models import Office, User, UserRole
from accounts.roles import Role
from core import clock
from core.countdown import late_words
from core.db import db
from core.language import gettext as _
from core.pages import not_found
from inspections.models import (
    Checklist,
    DecisionState,
    DecisionStay,
    Finding,
    FindingState,
    Inspection,
    InspectionState,
    OrderItem,
    OrderState,
    PenaltyDecision,
    RectificationOrder,
)
from registry import alerts, tabs, timeline
from registry.models import Document, Enterprise
from registry.obligations import seen_deadline
from registry.queries import offices_under, sees, works_for
from registry.timeline import FIRM, TODAY, Told

Row = TypeVar("Row")

MOST_EVENTS = 60
"""Of each kind, on the time line of one enterprise."""


def _one(statement: Select[Row]) -> Row:
    found = db.session.scalars(statement).unique().one_or_none()
    return found if found is not None else not_found()


def visible_inspections(seen_by: User | None) -> Select[Inspection]:
    """The inspections of the enterprises a person may see."""
    return select(Inspection).join(Enterprise, Enterprise.id == Inspection.enterprise_id).where(sees(seen_by))


def inspection(inspection_id: int, *, seen_by: User) -> Inspection:
    """One inspection with its answers and findings, or 404."""
    whole = visible_inspections(seen_by).where(Inspection.id == inspection_id)
    return _one(whole.options(selectinload(Inspection.answers), selectinload(Inspection.findings)))


def visible_findings(seen_by: User | None) -> Select[Finding]:
    """The findings of the enterprises a person may see."""
    return select(Finding).join(Enterprise, Enterprise.id == Finding.enterprise_id).where(sees(seen_by))


def finding(finding_id: int, *, seen_by: User) -> Finding:
    """One finding, or 404."""
    return _one(visible_findings(seen_by).where(Finding.id == finding_id))


def visible_orders(seen_by: User | None) -> Select[RectificationOrder]:
    """The orders against the enterprises a person may see; a firm sees none before it was served."""
    return (
        select(RectificationOrder)
        .join(Enterprise, Enterprise.id == RectificationOrder.enterprise_id)
        .where(sees(seen_by))
    )


SERVED = (OrderState.SERVED, OrderState.VERIFIED, OrderState.ESCALATED)


def order(order_id: int, *, seen_by: User) -> RectificationOrder:
    """One order with its items and what was answered, or 404."""
    whole = visible_orders(seen_by).where(RectificationOrder.id == order_id)
    return _one(whole.options(selectinload(RectificationOrder.items).selectinload(OrderItem.responses)))


def served_order(order_id: int, *, seen_by: User) -> RectificationOrder:
    """One order as the enterprise sees it: only once served (or rescinded after that), else 404."""
    found = order(order_id, seen_by=seen_by)
    return found if found.served_on is not None else not_found()


def served_orders(seen_by: User) -> Sequence[RectificationOrder]:
    """What was ordered of the enterprise a person works for, open ones first by deadline."""
    statement = visible_orders(seen_by).where(works_for(seen_by), RectificationOrder.served_on.is_not(None))
    statement = statement.options(selectinload(RectificationOrder.items))
    ordered = statement.order_by(
        RectificationOrder.closed_on.is_not(None), RectificationOrder.due_on, RectificationOrder.id
    )
    return db.session.scalars(ordered).unique().all()


def order_item(item_id: int, *, seen_by: User) -> OrderItem:
    """One item of an order, or 404."""
    found = db.session.get(OrderItem, item_id)
    if found is None:
        not_found()
    order(found.order_id, seen_by=seen_by)
    return found


def visible_decisions(seen_by: User | None) -> Select[PenaltyDecision]:
    """The penalty decisions on the enterprises a person may see."""
    return select(PenaltyDecision).join(Enterprise, Enterprise.id == PenaltyDecision.enterprise_id).where(sees(seen_by))


def decision(decision_id: int, *, seen_by: User) -> PenaltyDecision:
    """One penalty decision, or 404."""
    return _one(visible_decisions(seen_by).where(PenaltyDecision.id == decision_id))


def officers_beside(user: User) -> list[User]:
    """Whom an officer may take along: the officers of the own office and those under it or above it."""
    if user.office is None:
        return []
    offices = offices_under(user.office) | ({user.office.parent_id} if user.office.parent_id else set())
    statement = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            UserRole.role == Role.OFFICER, User.disabled_at.is_(None), User.office_id.in_(offices), User.id != user.id
        )
    )
    return list(db.session.scalars(statement.order_by(User.name)).unique())


def checklists(on: date) -> list[Checklist]:
    """The checklists in use on a day."""
    current = select(Checklist).where(
        Checklist.valid_from <= on, or_(Checklist.valid_to.is_(None), Checklist.valid_to >= on)
    )
    return list(db.session.scalars(current.order_by(Checklist.title)))


def open_findings(inspection_id: int, *, seen_by: User) -> list[Finding]:
    """The findings of one inspection that no order covers yet."""
    statement = visible_findings(seen_by).where(Finding.inspection_id == inspection_id, Finding.state == "open")
    return list(db.session.scalars(statement.order_by(Finding.position)))


def of_enterprise(enterprise_id: int, seen_by: User) -> dict[str, list[Any]]:
    """What the tab of an enterprise shows: its inspections, orders and decisions, the newest first."""
    inspections = visible_inspections(seen_by).where(Inspection.enterprise_id == enterprise_id)
    orders = visible_orders(seen_by).where(RectificationOrder.enterprise_id == enterprise_id)
    decisions = visible_decisions(seen_by).where(PenaltyDecision.enterprise_id == enterprise_id)
    return {
        "inspections": list(
            db.session.scalars(
                inspections.options(selectinload(Inspection.findings)).order_by(Inspection.started_at.desc()).limit(50)
            ).unique()
        ),
        "orders": list(
            db.session.scalars(
                orders.options(selectinload(RectificationOrder.items)).order_by(RectificationOrder.id.desc()).limit(50)
            ).unique()
        ),
        "decisions": list(db.session.scalars(decisions.order_by(PenaltyDecision.decided_on.desc()).limit(50)).unique()),
    }


def drafts_of(user: User) -> list[Inspection]:
    """The records a person has begun and not yet finished."""
    mine = visible_inspections(user).where(
        Inspection.state == InspectionState.DRAFT,
        or_(Inspection.lead_officer_id == user.id, Inspection.second_officer_id == user.id),
    )
    return list(db.session.scalars(mine.order_by(Inspection.started_at)).unique())


def orders_on(found: Finding, *, seen_by: User) -> list[RectificationOrder]:
    """The orders that cover a finding, the newest first."""
    statement = visible_orders(seen_by).join(OrderItem, OrderItem.order_id == RectificationOrder.id)
    statement = statement.where(OrderItem.finding_id == found.id).order_by(RectificationOrder.id.desc())
    return list(db.session.scalars(statement).unique())


def offices_beside(user: User) -> list[Office]:
    """The offices in whose name a person may put a decision on record: the own, those under it, and the one above."""
    if user.office is None:
        return []
    wanted = offices_under(user.office) | ({user.office.parent_id} if user.office.parent_id else set())
    return list(db.session.scalars(select(Office).where(Office.id.in_(wanted)).order_by(Office.code)))


@timeline.source
def _visits(connection: Connection, enterprise_id: int) -> list[timeline.Event]:
    return [_visited(each) for each in connection.execute(_VISITED, {"firm": enterprise_id})]


_VISITED = (
    select(
        Inspection.id,
        Inspection.started_at,
        Inspection.kind,
        select(func.count())
        .select_from(Finding)
        .where(Finding.inspection_id == Inspection.id, Finding.state != FindingState.VOIDED)
        .correlate(Inspection)
        .scalar_subquery()
        .label("found"),
    )
    .where(Inspection.enterprise_id == FIRM, Inspection.state != InspectionState.VOIDED)
    .order_by(Inspection.started_at.desc())
    .limit(MOST_EVENTS)
)


def _visited(each: Told) -> timeline.Event:
    found = each.found
    told = _("发现 %(count)d 个问题", count=found) if found else _("没有发现问题")
    day = clock.beijing(each.started_at).date()
    url = url_for("inspections.inspection", inspection_id=each.id)
    return timeline.Event(day, _(each.kind.label), url, told, "bad" if found else "good")


@timeline.source
def _ordered(connection: Connection, enterprise_id: int) -> list[timeline.Event]:
    return [
        timeline.Event(
            each.closed_on,
            _("责令改正%(state)s", state=_(each.state.label)),
            url_for("inspections.order", order_id=each.id),
            each.number or "",
            "good" if each.state is OrderState.VERIFIED else "bad",
        )
        for each in connection.execute(_CLOSED, {"firm": enterprise_id})
    ]


_CLOSED = (
    select(RectificationOrder.id, RectificationOrder.closed_on, RectificationOrder.state, Document.number)
    .join(RectificationOrder.document, isouter=True)
    .where(RectificationOrder.enterprise_id == FIRM, RectificationOrder.closed_on.is_not(None))
    .order_by(RectificationOrder.closed_on.desc())
    .limit(MOST_EVENTS)
)


@timeline.source
def _punished(connection: Connection, enterprise_id: int) -> list[timeline.Event]:
    rows = connection.execute(_PUNISHED, {"firm": enterprise_id})
    return [event for each in rows for event in _punishment(each)]


_PUNISHED = (
    select(
        PenaltyDecision.id,
        PenaltyDecision.decided_on,
        PenaltyDecision.number,
        PenaltyDecision.content,
        PenaltyDecision.quashed_on,
        PenaltyDecision.quash_reason,
    )
    .where(PenaltyDecision.enterprise_id == FIRM, PenaltyDecision.state != DecisionState.RECORDED)
    .order_by(PenaltyDecision.decided_on.desc())
    .limit(MOST_EVENTS)
)


@timeline.source
def _stayed(connection: Connection, enterprise_id: int) -> list[timeline.Event]:
    return [event for each in connection.execute(_STAYED, {"firm": enterprise_id}) for event in _stay(each)]


_STAYED = (
    select(
        DecisionStay.decision_id,
        DecisionStay.stayed_from,
        DecisionStay.lifted_on,
        DecisionStay.reason,
        PenaltyDecision.number,
    )
    .join(DecisionStay.decision)
    .where(DecisionStay.enterprise_id == FIRM)
    .order_by(DecisionStay.stayed_from.desc())
    .limit(MOST_EVENTS)
)


def _stay(each: Told) -> list[timeline.Event]:
    url = url_for("inspections.decision", decision_id=each.decision_id)
    told = [timeline.Event(each.stayed_from, _("停止执行 %(number)s", number=each.number), url, each.reason)]
    if each.lifted_on:
        told.append(timeline.Event(each.lifted_on, _("恢复执行 %(number)s", number=each.number), url))
    return told


def _punishment(each: Told) -> list[timeline.Event]:
    url = url_for("inspections.decision", decision_id=each.id)
    told = [timeline.Event(each.decided_on, _("处罚决定 %(number)s", number=each.number), url, each.content, "bad")]
    if each.quashed_on:
        title = _("处罚决定撤销 %(number)s", number=each.number)
        told.append(timeline.Event(each.quashed_on, title, url, each.quash_reason))
    return told


@alerts.source
def _uncorrected(connection: Connection, enterprise_id: int) -> list[alerts.Alert]:
    today = clock.today()
    return [
        alerts.Alert(
            3,
            _("责令改正%(late)s", late=late_words(seen_deadline(each.due_on, each.due_arithmetic, today))),
            _("%(number)s，改正期限 %(day)s。", number=each.number, day=each.due_on.isoformat()),
            _("看责令改正"),
            url_for("inspections.order", order_id=each.id),
        )
        for each in connection.execute(_UNCORRECTED, {"firm": enterprise_id, "today": today})
    ]


_UNCORRECTED = (
    select(RectificationOrder.id, RectificationOrder.due_on, RectificationOrder.due_arithmetic, Document.number)
    .join(RectificationOrder.document)
    .where(
        RectificationOrder.enterprise_id == FIRM,
        RectificationOrder.closed_on.is_(None),
        RectificationOrder.due_on < TODAY,
    )
    .order_by(RectificationOrder.due_on)
)


@tabs.counts("inspections.enterprise_inspections")
def _inspection_count(firm: ColumnElement[int]) -> ColumnElement[int]:
    stands = Inspection.state != InspectionState.VOIDED
    return (
        select(func.count()).select_from(Inspection).where(Inspection.enterprise_id == firm, stands).scalar_subquery()
    )
