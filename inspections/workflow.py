"""The lifecycles of the room: records, findings, orders and their items, penalty decisions."""

from accounts.roles import Action
from core import clock
from core.said import said
from core.workflow import Missing, Step, workflow
from inspections import rules
from inspections.models import (
    AnswerKind,
    DecisionState,
    Finding,
    FindingState,
    Inspection,
    InspectionState,
    ItemState,
    OrderItem,
    OrderState,
    PenaltyDecision,
    RectificationOrder,
)


def on_site(inspection: Inspection | RectificationOrder) -> list[rules.OfficerOnSite]:
    """The officers of a record or an order, as the rules read them."""
    people = [inspection.lead_officer, inspection.second_officer]
    return [
        rules.OfficerOnSite(person.name, person.certificate_number, person.certificate_until)
        for person in people
        if person
    ]


def missing_in_record(inspection: Inspection) -> list[Missing]:
    """What the record lacks before it can be final."""
    questions = len(inspection.checklist.items) if inspection.checklist else 0
    facts = rules.RecordFacts(
        officers=on_site(inspection),
        started_at=inspection.started_at,
        ended_at=inspection.ended_at,
        started_on=clock.beijing(inspection.started_at).date(),
        recorded_at=inspection.recorded_at,
        backdated_reason=inspection.backdated_reason,
        backdating_allowed=inspection.backdating_allowed_by_id is not None,
        person_met=inspection.person_met,
        certificates_shown=inspection.certificates_shown,
        rights_told=inspection.rights_told,
        production=inspection.production,
        narrative=inspection.narrative,
        questions=questions,
        answered=len(inspection.answers),
        failed=sum(answer.answer is AnswerKind.FAILS for answer in inspection.answers),
        findings=sum(finding.state is not FindingState.VOIDED for finding in inspection.findings),
        signed=inspection.signed,
        refusal=inspection.refusal,
    )
    return rules.missing_in_record(facts, clock.now())


def missing_in_order(order: RectificationOrder) -> list[Missing]:
    """What an order lacks before the approver may see it."""
    citation = order.citation
    return rules.missing_in_order(
        rules.OrderFacts(
            items=len(order.items),
            officers=on_site(order),
            drafted_on=clock.beijing(order.drafted_at).date(),
            facts=order.facts,
            evidence=order.evidence,
            content=order.content,
            days_allowed=order.days_allowed,
            rules=citation.get("rules", []),
            conflict=bool(citation.get("conflict")),
            choice_reason=str(citation.get("choice_reason", "")),
        )
    )


def missing_for_approval(order: RectificationOrder) -> list[Missing]:
    """The record behind an order must be final, since the order stands on it."""
    found = missing_in_order(order)
    if order.inspection.state is not InspectionState.FINAL:
        found.append(Missing(said("检查笔录还没有定稿，先定稿再审批。")))
    return found


def missing_for_verification(order: RectificationOrder) -> list[Missing]:
    """An order is done when each of its items is closed."""
    left = [item for item in order.items if item.state is not ItemState.CLOSED]
    return [Missing(said("还有 %(count)s 项没有改正，先逐项复查。", count=len(left)))] if left else []


def missing_for_escalation(order: RectificationOrder) -> list[Missing]:
    """Only what was not put right in time can be escalated, and not what the firm proved and nobody has looked at."""
    found = []
    if unread := sum(item.state is ItemState.ANSWERED for item in order.items):
        found.append(Missing(said("企业已报送 %(unread)s 项改正情况，还没有审核：先审核或者复查。", unread=unread)))
    if all(item.state is ItemState.CLOSED for item in order.items):
        found.append(Missing(said("各项都已改正，应当办结，不必升级。")))
    if not rules.days_overdue(order.due_on, clock.today()):
        found.append(Missing(said("改正期限 %(due_on)s 还没有到。", due_on=order.due_on)))
    elif order.provisional and order.due_on:
        found.append(
            Missing(
                said(
                    "改正期限 %(due_on)s 是暂定的：先在工作日历录入 %(year)s 年放假安排。",
                    due_on=order.due_on,
                    year=order.due_on.year,
                )
            )
        )
    return found


def missing_for_answer(item: OrderItem) -> list[Missing]:
    """A firm answers what it was served."""
    return [] if item.order.state is OrderState.SERVED else [Missing(said("责令改正还没有送达或已经结束。"))]


def missing_for_close(item: OrderItem) -> list[Missing]:
    """Only what a firm was served can be found put right; what was escalated may still be."""
    if item.order.state in (OrderState.SERVED, OrderState.ESCALATED):
        return []
    return [Missing(said("责令改正还没有送达或已经结束。"))]


def missing_for_void(finding: Finding) -> list[Missing]:
    """A finding under an order stays; first the order must be rescinded."""
    return [] if finding.state is FindingState.OPEN else [Missing(said("已进入责令改正，先撤销责令改正。"))]


D, F, O, I, P = InspectionState, FindingState, OrderState, ItemState, DecisionState  # noqa: E741

RECORD = workflow(
    "inspection",
    "检查",
    D.DRAFT,
    [
        Step(
            "finalise", frozenset({D.DRAFT}), D.FINAL, Action.INSPECTION_RECORD, "定稿", missing_in_record, grave=True
        ),
        Step("void", frozenset({D.DRAFT}), D.VOIDED, Action.INSPECTION_RECORD, "作废", grave=True),
        Step("annul", frozenset({D.FINAL}), D.VOIDED, Action.ORDER_APPROVE, "撤销笔录", grave=True),
    ],
)

FINDING = workflow(
    "finding",
    "问题",
    F.OPEN,
    [
        Step("order", frozenset({F.OPEN}), F.ORDERED, Action.ORDER_SERVE, "责令改正"),
        Step("release", frozenset({F.ORDERED, F.ESCALATED}), F.OPEN, Action.ORDER_APPROVE, "撤销后退回"),
        Step("correct", frozenset({F.OPEN, F.ORDERED}), F.CORRECTED, Action.ORDER_RECHECK, "认定已改正"),
        Step("escalate", frozenset({F.OPEN, F.ORDERED}), F.ESCALATED, Action.ORDER_RECHECK, "转立案"),
        Step("void", frozenset({F.OPEN}), F.VOIDED, Action.FINDING_RECORD, "作废", missing_for_void, grave=True),
    ],
)

ORDER = workflow(
    "order",
    "责令改正",
    O.DRAFT,
    [
        Step("send", frozenset({O.DRAFT}), O.REVIEW, Action.ORDER_DRAFT, "送审批", missing_in_order),
        Step(
            "approve",
            frozenset({O.REVIEW}),
            O.APPROVED,
            Action.ORDER_APPROVE,
            "批准并编号",
            missing_for_approval,
            grave=True,
        ),
        Step("return", frozenset({O.REVIEW}), O.DRAFT, Action.ORDER_APPROVE, "退回修改"),
        Step("serve", frozenset({O.APPROVED}), O.SERVED, Action.ORDER_SERVE, "登记送达"),
        Step("verify", frozenset({O.SERVED}), O.VERIFIED, Action.ORDER_RECHECK, "办结", missing_for_verification),
        Step(
            "escalate",
            frozenset({O.SERVED}),
            O.ESCALATED,
            Action.ORDER_RECHECK,
            "逾期未改，升级",
            missing_for_escalation,
            grave=True,
        ),
        Step(
            "rescind",
            frozenset({O.APPROVED, O.SERVED, O.ESCALATED}),
            O.RESCINDED,
            Action.ORDER_APPROVE,
            "撤销",
            grave=True,
        ),
    ],
)

ITEM = workflow(
    "order_item",
    "改正项",
    I.OPEN,
    [
        Step("answer", frozenset({I.OPEN}), I.ANSWERED, Action.ORDER_RESPOND, "报送改正情况", missing_for_answer),
        Step("reject", frozenset({I.ANSWERED}), I.OPEN, Action.ORDER_RECHECK, "退回补充"),
        Step("close", frozenset({I.OPEN, I.ANSWERED}), I.CLOSED, Action.ORDER_RECHECK, "认定已改正", missing_for_close),
    ],
)


def missing_to_quash(decision: PenaltyDecision) -> list[Missing]:
    """One person notes the quashing, another lets it take effect."""
    noted = any(each.granted is not False for each in decision.quashings)
    return [] if noted else [Missing(said("先登记撤销的日期和理由，再由另一人确认。"))]


DECISION = workflow(
    "decision",
    "处罚决定",
    P.RECORDED,
    [
        Step("confirm", frozenset({P.RECORDED}), P.CONFIRMED, Action.DECISION_CONFIRM, "复核生效", grave=True),
        Step(
            "quash",
            frozenset({P.RECORDED, P.CONFIRMED}),
            P.QUASHED,
            Action.DECISION_CONFIRM,
            "确认撤销",
            missing_to_quash,
            grave=True,
        ),
    ],
)
