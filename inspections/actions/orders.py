"""Rectification orders: draft, approval, service, the firm's answers, re-check of the open items, the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from inspections import basis, notices
from inspections.models import (
    Finding,
    FindingState,
    Inspection,
    ItemResponse,
    ItemState,
    OrderItem,
    OrderState,
    RectificationOrder,
)
from inspections.workflow import FINDING, ITEM, ORDER
from registry import documents, evidence, notifications, obligations
from registry.models import Document, DocumentKind, ObligationKind, ServiceMode

Heard = Callable[[RectificationOrder, User], None]

ON_SERVED: list[Heard] = []
ON_ENDED: list[Heard] = []
ON_ESCALATED: list[Heard] = []
"""What upper rooms do in the same transaction when an order was served, was verified or rescinded, or was not obeyed
in time (credit: an event, its end, another event)."""


@dataclass(frozen=True)
class OrderInput:
    """What the officer writes into an order."""

    findings: Sequence[Finding]
    facts: str
    evidence: str
    content: str
    days_allowed: int
    working_days: bool
    rule_id: str
    choice_reason: str
    second_officer: User
    requirements: dict[int, str] = field(default_factory=dict)
    more_rules: Sequence[str] = ()
    """The rules chosen for the further causes among the findings."""


def draft_order(
    inspection: Inspection, facts: OrderInput, *, by: User, replaces: RectificationOrder | None = None
) -> RectificationOrder:
    """Begin an order from the findings of one inspection."""
    _check_findings(inspection, facts.findings)
    _check_team(by.id, facts)
    order = RectificationOrder(
        enterprise_id=inspection.enterprise_id,
        office_id=inspection.office_id,
        inspection_id=inspection.id,
        lead_officer_id=by.id,
        second_officer_id=facts.second_officer.id,
        drafted_at=clock.now(),
        replaces_id=replaces.id if replaces else None,
        facts=facts.facts,
        evidence=facts.evidence,
        content=facts.content,
        days_allowed=facts.days_allowed,
        working_days=facts.working_days,
        citation={},
        legal_basis="",
    )
    db.session.add(order)
    _write(order, facts, by)
    record(order, "order:draft", "起草责令改正", by=by)
    return order


def change_order(order: RectificationOrder, facts: OrderInput, *, by: User) -> None:
    """Change a draft."""
    if order.state is not OrderState.DRAFT:
        raise NotAllowed([said("责令改正%(state)s，不能再改。", state=order.state)])
    _check_findings(order.inspection, facts.findings)
    _check_team(order.lead_officer_id, facts)
    order.facts, order.evidence, order.content = facts.facts, facts.evidence, facts.content
    order.days_allowed, order.working_days = facts.days_allowed, facts.working_days
    order.second_officer_id = facts.second_officer.id
    order.return_reason = ""
    _write(order, facts, by)
    record(order, "order:change", "修改责令改正", by=by)


def _check_findings(inspection: Inspection, findings: Sequence[Finding]) -> None:
    if any(each.inspection_id != inspection.id for each in findings):
        raise NotAllowed([Missing(said("所选问题不属于这次检查。"), "findings")])
    if any(each.state is not FindingState.OPEN for each in findings):
        raise NotAllowed([Missing(said("所选问题已处理，请重新选择。"), "findings")])


def _check_team(lead_id: int, facts: OrderInput) -> None:
    """Two officers are two persons (行政处罚法第四十二条)."""
    if facts.second_officer.id == lead_id:
        raise NotAllowed([Missing(said("协办人不能是主办人自己。"), "second_officer_id")])


def _write(order: RectificationOrder, facts: OrderInput, by: User) -> None:
    """Set the law the order stands on and its items; what the law leaves open is chosen by a named person.

    The rule chosen is that of the first finding's cause. Findings of other causes bring their own articles, as long as
    the law leaves nothing open there; else they go into an order of their own, where a person chooses.
    """
    if facts.findings:
        rule_ids = (facts.rule_id, *facts.more_rules)
        order.citation = basis.cite_order(facts.findings, rule_ids, facts.choice_reason, decided=clock.today(), by=by)
        order.legal_basis = basis.order_words(order.citation)
    db.session.flush()
    kept = {item.finding_id: item for item in order.items}
    wanted = {each.id for each in facts.findings}
    for finding_id, item in kept.items():
        if finding_id not in wanted:
            order.items.remove(item)
            db.session.delete(item)
    for each in facts.findings:
        text = facts.requirements.get(each.id) or facts.content
        if each.id in kept:
            kept[each.id].requirement = text
        else:
            order.items.append(OrderItem(order_id=order.id, finding_id=each.id, requirement=text))
    db.session.flush()


def send_order(order: RectificationOrder, *, by: User) -> None:
    """Send an order to the approver."""
    take(ORDER, "send", order, by=by)
    notifications.notify(
        notifications.deciders_of(order.office, Role.APPROVER),
        key=f"order-review-{order.id}-{order.version}",
        title=f"待审批：{order.enterprise.name}责令改正",
        url=f"/orders/{order.id}",
    )


def return_order(order: RectificationOrder, reason: str, *, by: User) -> None:
    """Send an order back to its drafter with remarks."""
    order.return_reason = reason
    take(ORDER, "return", order, by=by, note=reason)
    notifications.notify(
        [order.lead_officer],
        key=f"order-returned-{order.id}-{order.version}",
        title=f"已退回：{order.enterprise.name}责令改正",
        body=reason,
        url=f"/orders/{order.id}",
        tone="warn",
    )


def approve_order(order: RectificationOrder, *, by: User) -> Document:
    """Approve an order by another person than its officers; it gets its number and PDF and cannot change any more."""
    if by.id in (order.lead_officer_id, order.second_officer_id):
        raise NotAllowed([said("起草人和协办人不能审批自己的责令改正。")])
    ORDER.refuse_if_missing("approve", order)
    order.approved_by_id, order.approved_on = by.id, clock.today()
    document = documents.issue(
        DocumentKind.ORDER,
        office=order.office,
        enterprise=order.enterprise,
        subject=order,
        title=f"责令改正违法行为决定书：{order.enterprise.name}",
        compose=notices.order(order),
        on=clock.today(),
        by=by,
        law_versions=order.citation["rules"],
        replaces=_replaced_document(order),
    )
    order.document_id = document.id
    take(ORDER, "approve", order, by=by, note=document.number)
    notifications.notify(
        [order.lead_officer],
        key=f"order-approved-{order.id}",
        title=f"已批准，请送达：{document.number}",
        url=f"/orders/{order.id}",
    )
    return document


def _replaced_document(order: RectificationOrder) -> Document | None:
    if order.replaces_id is None:
        return None
    replaced = db.session.get(RectificationOrder, order.replaces_id)
    document = replaced.document if replaced else None
    return document if document is not None and document.state.code == "issued" else None


@dataclass(frozen=True)
class ServiceInput:
    """How and when an order was served, or why it could not be; ``served_on`` and ``failure`` exclude each other."""

    mode: ServiceMode
    recipient: str
    place: str
    served_on: date | None
    remark: str = ""
    witness: str = ""
    failure: str = ""
    noticed_on: date | None = None


def serve_order(order: RectificationOrder, facts: ServiceInput, *, by: User) -> None:
    """Record service, or an attempt that failed; from the day of service the term runs."""
    if order.document is None:
        raise NotAllowed([said("还没有编号的决定书。")])
    ORDER.may_leave("serve", order.state)
    documents.serve(
        order.document,
        mode=facts.mode,
        recipient=facts.recipient,
        place=facts.place,
        served_on=facts.served_on,
        failure=facts.failure,
        remark=facts.remark,
        witness=facts.witness,
        noticed_on=facts.noticed_on,
        by=by,
    )


def order_served(document: Document, served_on: date, by: User) -> None:
    """The order reached the firm, wherever its service was recorded: the term runs, the firm owes what was ordered.

    A second service of the same document changes nothing: the term runs from the first.
    """
    order = db.session.scalars(
        select(RectificationOrder).where(RectificationOrder.document_id == document.id)
    ).one_or_none()
    if order is None or order.served_on is not None:
        return
    ORDER.may_leave("serve", order.state)
    deadline = basis.order_deadline(order.days_allowed, order.working_days, served_on)
    order.served_on = served_on
    order.due_on, order.due_arithmetic, order.provisional = deadline.due, deadline.arithmetic, deadline.provisional
    take(ORDER, "serve", order, by=by, note=served_on.isoformat())
    for item in order.items:
        take(FINDING, "order", item.finding, by=by, note=document.number)
    owe(order, "责令改正送达", by)
    notifications.notify(
        notifications.people_of(order.enterprise_id),
        key=f"order-served-{order.id}",
        title=f"收到责令改正：{document.number}",
        body=f"请在 {order.due_on} 前改正并报送改正情况。",
        url=f"/my/orders/{order.id}",
        tone="warn",
    )
    for told in ON_SERVED:
        told(order, by)


documents.WHEN_SERVED[RectificationOrder.__tablename__] = order_served


def owe(order: RectificationOrder, reason: str, by: User) -> None:
    """Keep the firm's obligation in line with the order; ``reason`` says in the trail why it is written anew."""
    wanted = []
    if (
        order.state in (OrderState.SERVED, OrderState.VERIFIED, OrderState.ESCALATED)
        and order.due_on
        and order.document
    ):
        wanted.append(
            obligations.Wanted(
                key="rectify",
                kind=ObligationKind.RECTIFICATION,
                title=f"按{order.document.number}改正",
                basis=order.legal_basis[:200],
                due_on=order.due_on,
                provisional=order.provisional,
                arithmetic=order.due_arithmetic,
                period_from=order.served_on,
                period_to=order.due_on,
                opens_on=order.served_on,
                site_id=order.inspection.site_id,
                url=f"/my/orders/{order.id}",
            )
        )
    obligations.regenerate(order, wanted, enterprise_id=order.enterprise_id, today=clock.today(), reason=reason, by=by)


def answer_item(
    item: OrderItem, text: str, done_on: date, *, files: Sequence[FileStorage] = (), by: User
) -> ItemResponse:
    """The firm says and proves how one item was put right."""
    if done_on > clock.today():
        raise NotAllowed([Missing(said("完成日期不能晚于今天。"), "done_on")])
    if item.finding.found_on > done_on:
        raise NotAllowed([Missing(said("完成日期早于发现问题的日期。"), "done_on")])
    ITEM.refuse_if_missing("answer", item)
    response = ItemResponse(
        item_id=item.id,
        enterprise_id=item.order.enterprise_id,
        text=text,
        done_on=done_on,
        sent_at=clock.now(),
        sent_by_id=by.id,
    )
    db.session.add(response)
    db.session.flush()
    for file in files:
        try:
            evidence.attach(file, enterprise_id=item.order.enterprise_id, subject=response, by=by)
        except BadFile as refused:
            raise NotAllowed(
                [Missing(said("%(file)s：%(why)s", file=file.filename or "", why=refused.sentence), "files")]
            ) from refused
    record(item.order, "order:answer", f"报送改正情况：第 {item.finding.position} 项", by=by)
    take(ITEM, "answer", item, by=by)
    notifications.notify(
        [item.order.lead_officer],
        key=f"order-answered-{response.id}",
        title=f"{item.order.enterprise.name}报送了改正情况",
        url=f"/orders/{item.order_id}",
    )
    return response


def judge_answer(response: ItemResponse, item: OrderItem, accepted: bool, judgement: str, *, by: User) -> None:
    """Accept a firm's proof and close the item, or send it back with what is lacking."""
    if response.item_id != item.id or response.accepted is not None:
        raise NotAllowed([said("这条报送已经审核过。")])
    if not accepted and not judgement:
        raise NotAllowed([Missing(said("退回要写明还缺什么。"), "judgement")])
    response.accepted, response.judgement = accepted, judgement
    response.judged_at, response.judged_by_id = clock.now(), by.id
    if accepted:
        close_item(item, None, by=by)
    else:
        take(ITEM, "reject", item, by=by, note=judgement)
        notifications.notify(
            notifications.people_of(item.order.enterprise_id),
            key=f"order-rejected-{response.id}",
            title="改正情况退回补充",
            body=judgement,
            url=f"/my/orders/{item.order_id}",
            tone="warn",
        )


def close_item(item: OrderItem, inspection: Inspection | None, *, by: User) -> None:
    """Close one item, on the firm's proof or after a re-check on the spot."""
    ITEM.refuse_if_missing("close", item)
    item.closed_on, item.closed_by_id = clock.today(), by.id
    item.closing_inspection_id = inspection.id if inspection else None
    take(ITEM, "close", item, by=by)
    if item.finding.state is FindingState.ORDERED:
        take(FINDING, "correct", item.finding, by=by)


def verify_order(order: RectificationOrder, *, by: User) -> None:
    """End an order whose items are all closed."""
    ORDER.refuse_if_missing("verify", order)
    order.closed_on = clock.today()
    take(ORDER, "verify", order, by=by)
    for owed in obligations.of(order):
        if owed.fulfilled_on is None and owed.voided_on is None:
            obligations.fulfil(owed, max(_done_on(item) for item in order.items), by)
    for told in ON_ENDED:
        told(order, by)
    notifications.notify(
        notifications.people_of(order.enterprise_id),
        key=f"order-verified-{order.id}",
        title="责令改正已办结",
        url=f"/my/orders/{order.id}",
        tone="ok",
    )


def _done_on(item: OrderItem) -> date:
    """When the firm did its part: the day its accepted proof arrived, not the later day on which it was judged."""
    proofs = [clock.beijing(each.sent_at).date() for each in item.responses if each.accepted]
    return min([*proofs[-1:], item.closed_on or clock.today()])


def escalate_order(order: RectificationOrder, reason: str, *, by: User) -> None:
    """What was not put right in time is escalated: the open findings go on to a case."""
    ORDER.refuse_if_missing("escalate", order)
    order.end_reason, order.closed_on = reason, clock.today()
    take(ORDER, "escalate", order, by=by, note=reason)
    for item in order.items:
        if item.state is not ItemState.CLOSED and item.finding.state is FindingState.ORDERED:
            take(FINDING, "escalate", item.finding, by=by)
    for told in ON_ESCALATED:
        told(order, by)
    _tell(order, "escalated", f"责令改正逾期未改，转立案处理：{_number(order)}", reason, "danger")


def rescind_order(order: RectificationOrder, reason: str, *, by: User) -> None:
    """Take an order back: its document is voided, the findings are open again, nothing is owed."""
    order.end_reason = reason
    take(ORDER, "rescind", order, by=by, note=reason)
    if order.document is not None:
        documents.void(order.document, reason, by=by)
    for item in order.items:
        if item.finding.state in (FindingState.ORDERED, FindingState.ESCALATED):
            take(FINDING, "release", item.finding, by=by)
    owe(order, "责令改正已撤销", by)
    for told in ON_ENDED:
        told(order, by)
    if order.served_on is not None:
        _tell(order, "rescinded", f"责令改正已撤销：{_number(order)}", reason, "ok")


def _number(order: RectificationOrder) -> str:
    return order.document.number if order.document else ""


def _tell(order: RectificationOrder, what: str, title: str, body: str, tone: str) -> None:
    """Tell the firm what became of an order that it was served."""
    notifications.notify(
        notifications.people_of(order.enterprise_id),
        key=f"order-{what}-{order.id}",
        title=title,
        body=body,
        url=f"/my/orders/{order.id}",
        tone=tone,
    )
