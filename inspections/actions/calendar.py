"""When the working-day calendar changes: the last days of served orders follow in the same transaction."""

from datetime import date

from sqlalchemy import select

from accounts.audit import is_recorded, record
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.db import db
from inspections import basis
from inspections.actions.orders import owe
from inspections.models import OrderState, RectificationOrder
from law import actions as law_acts
from law.deadlines import moved
from registry import notifications

REASON = "工作日历或期限算法变动"


def follow_calendar(by: User) -> None:
    """Reckon the last day of every order that runs anew, and tell firm and officer of each that moves.

    The paper that was served says a number of days from its receipt and stays as it is, byte for byte; the day that
    number leads to follows the calendar (``law.deadlines.moved``: never shortened once told for certain). What has
    ended is history: where an escalation now turns out to have come before the term was over, nothing is altered, but
    who must correct it is told.
    """
    running = select(RectificationOrder).where(
        RectificationOrder.state.in_((OrderState.SERVED, OrderState.ESCALATED)), RectificationOrder.working_days
    )
    for order in db.session.scalars(running.order_by(RectificationOrder.id)).unique().all():
        if order.served_on is None or order.due_on is None:
            continue
        if order.state is OrderState.SERVED:
            _follow(order, order.served_on, order.due_on, by)
        else:
            _warn_if_too_early(order, order.served_on, by)


def _follow(order: RectificationOrder, served_on: date, told: date, by: User) -> None:
    now = basis.order_deadline(order.days_allowed, order.working_days, served_on)
    found = moved(now, told, order.provisional, clock.today())
    if (found.due, found.arithmetic, found.provisional) == (told, order.due_arithmetic, order.provisional):
        return
    order.due_on, order.due_arithmetic, order.provisional = found.due, found.arithmetic, found.provisional
    words = f"由 {told} 改为 {found.due}" if found.due != told else f"仍为 {told}"
    record(order, "order:deadline", f"{REASON}：改正期限{words}", by=by)
    owe(order, REASON, by)
    if found.due == told:
        return
    number = order.document.number if order.document else ""
    people = notifications.people_of(order.enterprise_id)
    for whom, url in ((people, f"/my/orders/{order.id}"), ([order.lead_officer], f"/orders/{order.id}")):
        notifications.notify(
            whom,
            key=f"order-deadline-{order.id}-{told}-{found.due}",
            title=f"改正期限改为 {found.due}：{number}",
            body=f"{REASON}，原为 {told}。{found.arithmetic}",
            url=url,
            tone="warn",
        )


def _warn_if_too_early(order: RectificationOrder, served_on: date, by: User) -> None:
    now = basis.order_deadline(order.days_allowed, order.working_days, served_on)
    if order.closed_on is None or order.closed_on > now.due:
        return
    number = order.document.number if order.document else ""
    told = f"{REASON}：{order.closed_on} 升级时期限（{now.due}）尚未届满"
    if is_recorded(order, "order:deadline", told):
        return
    record(order, "order:deadline", told, by=by)
    notifications.notify(
        [order.lead_officer, *notifications.officers_of(order.office_id, Role.APPROVER)],
        key=f"order-early-{order.id}-{now.due}",
        title=f"请复核：{number}升级时期限尚未届满",
        body=f"按现行日历改正期限为 {now.due}，{order.closed_on} 已升级。{now.arithmetic}",
        url=f"/orders/{order.id}",
        tone="danger",
    )


law_acts.AFTER_CALENDAR_CHANGE.append(follow_calendar)
