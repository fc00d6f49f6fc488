"""Where credit events come from: final decisions and established facts, never anything undecided (FACTS D5).

Each function is called in the transaction of the act that establishes the fact.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from credit import queries, rules, standing
from credit.models import CreditEvent, EventClass, EventKind, SchemeRule
from inspections.actions import decisions as decision_acts
from inspections.actions import orders as order_acts
from inspections.models import OrderState, PenaltyDecision, RectificationOrder
from permits import actions as report_acts
from permits.models import ExecutionReport
from registry import notifications

HEAVY_FINE = Decimal(200_000)
"""较大数额罚款: 20 万元 for units, second-hand (rubric README trap 5), regional rules override: 未核对."""

EVASION_KEYS = frozenset({"EVA-ABNORMAL", "EVA-FAKE", "EVA-PIPE", "EVA-TEMPSTOP", "MON-FAKE"})
"""Causes that mean evasion of supervision or fabricated monitoring data (法典1108、1088), each named: a neighbour such as
EVA-DILUTE, expressly no evasion, must not count as one."""


OF_ORDERS = (EventKind.ORDER, EventKind.ORDER_UNRECTIFIED)
"""What rests on a rectification order and falls with it."""


def kind_of(decision: PenaltyDecision) -> EventKind:
    """What a penalty decision counts as: the gravest of what it holds."""
    if decision.violation_key in EVASION_KEYS:
        return EventKind.EVASION
    if "permit" in decision.kinds:
        return EventKind.PENALTY_REVOCATION
    fine = decision.fine or Decimal(0)
    if fine >= HEAVY_FINE or {"confiscation", "restriction"} & set(decision.kinds):
        return EventKind.PENALTY_HEAVY
    if fine > 0:
        return EventKind.PENALTY_FINE
    return EventKind.PENALTY_WARNING


def establish(
    kind: EventKind,
    *,
    enterprise_id: int,
    occurred_on: date,
    reason: str,
    source: Any,
    by: User,
    document_id: int | None = None,
    document_number: str = "",
    url: str = "",
) -> CreditEvent:
    """Record an event once for each source; points, months and class are frozen from the scheme of that day."""
    known = db.session.scalars(
        select(CreditEvent).where(
            CreditEvent.source_kind == source.__tablename__,
            CreditEvent.source_id == source.id,
            CreditEvent.kind == kind,
        )
    ).one_or_none()
    if known is not None:
        return known
    rule = queries.rule_for(kind, occurred_on)
    event = CreditEvent(
        enterprise_id=enterprise_id,
        kind=kind,
        rule_id=rule.id if rule else None,
        event_class=rule.event_class if rule else EventClass.NONE,
        points=rule.points if rule else Decimal(0),
        occurred_on=occurred_on,
        expires_on=_expiry(rule, occurred_on),
        reason=reason,
        source_kind=source.__tablename__,
        source_id=source.id,
        document_id=document_id,
        document_number=document_number,
        url=url,
        recorded_at=clock.now(),
    )
    db.session.add(event)
    record(event, "credit:event:record", f"信用事件：{kind.label} {rules.number_words(event.points)}", by=by)
    standing.refresh(enterprise_id)
    return event


def _expiry(rule: SchemeRule | None, occurred_on: date) -> date | None:
    return rules.months_later(occurred_on, rule.months) if rule and rule.months else None


def end(event: CreditEvent, on: date, reason: str, *, by: User) -> None:
    """End an event: quashed, corrected or repaired. What it was stays to be read."""
    if event.ended_on is not None:
        return
    event.ended_on, event.end_reason = on, reason
    record(event, "credit:event:end", f"信用事件终止：{reason}", by=by)
    standing.refresh(event.enterprise_id)


def decision_confirmed(decision: PenaltyDecision, by: User) -> None:
    """A penalty decision took effect: it counts from the date of the decision (发改委令第36号)."""
    establish(
        kind_of(decision),
        enterprise_id=decision.enterprise_id,
        occurred_on=decision.decided_on,
        reason=f"{decision.content}（{decision.number}）",
        source=decision,
        by=by,
        document_number=decision.number,
        url=f"/cases/{decision.id}",
    )


def decision_quashed(decision: PenaltyDecision, by: User) -> None:
    """A decision fell: its event ends as if it had never counted from that day on, and any listing on it falls too."""
    found = db.session.scalars(
        select(CreditEvent).where(CreditEvent.source_kind == "penalty_decision", CreditEvent.source_id == decision.id)
    )
    for event in found:
        end(event, clock.today(), f"{decision.number} 已撤销", by=by)
    for told in ON_QUASHED:
        told(decision, by)


def decision_stayed(decision: PenaltyDecision, by: User) -> None:
    """Execution was stayed or resumed: what the decision counts for, and the list, rest as long (FACTS D5)."""
    standing.refresh(decision.enterprise_id)
    stay = decision.stay_on(clock.today())
    listed = any(each.listed_on for each in queries.listings_on(decision))
    notifications.notify(
        notifications.people_of(decision.enterprise_id),
        key=f"decision-stay-{decision.id}-{len(decision.stays)}-{'stayed' if stay else 'resumed'}",
        title=f"{decision.number} {'停止执行' if stay else '恢复执行'}",
        body=("相关信用记录" + ("和名单" if listed else "") + ("中止，不对外公开。" if stay else "恢复计算和公开。")),
        url="/my/credit",
        tone="info" if stay else "warn",
    )


def order_escalated(order: RectificationOrder, by: User) -> None:
    """An order was not obeyed in time."""
    establish(
        EventKind.ORDER_UNRECTIFIED,
        enterprise_id=order.enterprise_id,
        occurred_on=clock.today(),
        reason=f"{order.document.number if order.document else ''}期限 {order.due_on} 届满未改正",
        source=order,
        by=by,
        document_id=order.document_id,
        document_number=order.document.number if order.document else "",
        url=f"/orders/{order.id}",
    )


def order_served(order: RectificationOrder, by: User) -> None:
    """A firm was ordered to put things right: it counts from the day the order was approved until it is obeyed."""
    number = order.document.number if order.document else ""
    establish(
        EventKind.ORDER,
        enterprise_id=order.enterprise_id,
        occurred_on=order.approved_on or clock.today(),
        reason=f"被责令改正（{number}）",
        source=order,
        by=by,
        document_id=order.document_id,
        document_number=number,
        url=f"/orders/{order.id}",
    )


def order_ended(order: RectificationOrder, by: User) -> None:
    """An order was obeyed, or taken back: that it was given counts no longer; taken back, not even that it was not
    obeyed."""
    obeyed = order.state is OrderState.VERIFIED
    why, kinds = ("复查通过", [EventKind.ORDER]) if obeyed else ("责令改正已撤销", list(OF_ORDERS))
    found = db.session.scalars(
        select(CreditEvent).where(
            CreditEvent.source_kind == order.__tablename__,
            CreditEvent.source_id == order.id,
            CreditEvent.kind.in_(kinds),
        )
    )
    for event in found:
        end(event, clock.today(), why, by=by)


def report_late(report: ExecutionReport, by: User) -> None:
    """An execution report was first handed in after its last day; the day after that day it counts."""
    due = report.obligation.due_on
    establish(
        EventKind.LATE_REPORT,
        enterprise_id=report.enterprise_id,
        occurred_on=due + timedelta(days=1),
        reason=f"{report.obligation.title}应于 {due} 前提交，{report.first_submitted_on} 提交",
        source=report,
        by=by,
        url=f"/reports/{report.id}",
    )


ON_QUASHED: list[Callable[[PenaltyDecision, User], None]] = []
"""What listings do when the decision they stand on falls."""

decision_acts.ON_CONFIRMED.append(decision_confirmed)
decision_acts.ON_QUASHED.append(decision_quashed)
decision_acts.ON_STAYED.append(decision_stayed)
order_acts.ON_SERVED.append(order_served)
order_acts.ON_ENDED.append(order_ended)
order_acts.ON_ESCALATED.append(order_escalated)
report_acts.ON_LATE.append(report_late)
