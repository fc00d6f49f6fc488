"""Penalty decisions on record: put down by one person, confirmed by another, quashed when a court or an authority says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from werkzeug.datastructures import FileStorage

from accounts.audit import record, take
from accounts.models import Office, User
from accounts.roles import Role
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from inspections import basis, rules
from inspections.models import DecisionState, DecisionStay, PenaltyDecision, QuashProposal, RectificationOrder
from inspections.workflow import DECISION
from registry import evidence, notifications
from registry.models import Enterprise

Heard = Callable[[PenaltyDecision, User], None]

ON_CONFIRMED: list[Heard] = []
ON_QUASHED: list[Heard] = []
ON_STAYED: list[Heard] = []
"""What upper rooms do in the same transaction when a decision takes effect, falls, or its execution is stayed or
resumed (credit: an event, its end, its rest)."""


@dataclass(frozen=True)
class DecisionInput:
    """A decision as its document reads."""

    number: str
    office: Office
    violation_key: str
    violation_branch: str
    rule_id: str
    choice_reason: str
    facts: str
    kinds: Sequence[str]
    content: str
    fine: Decimal | None
    confiscated: Decimal | None
    act_from: date
    act_to: date
    decided_on: date
    served_on: date | None
    scan: FileStorage | bytes | None


def record_decision(
    enterprise: Enterprise, facts: DecisionInput, *, by: User, order: RectificationOrder | None = None
) -> PenaltyDecision:
    """Put a penalty decision on record with its scan; it counts for nothing until another person has confirmed it."""
    citation = basis.cite_key(
        facts.violation_key,
        facts.violation_branch,
        act_from=facts.act_from,
        act_to=facts.act_to,
        decided=facts.decided_on,
    )
    chosen = basis.chosen(citation, facts.rule_id, facts.choice_reason, by)
    if not facts.choice_reason.strip() and (unexplained := basis.must_explain(citation, facts.rule_id, facts.fine)):
        raise NotAllowed(unexplained)
    fine_min, fine_max = basis.fine_range(facts.rule_id)
    lacking = rules.missing_in_decision(
        rules.DecisionFacts(
            decided_on=facts.decided_on,
            served_on=facts.served_on,
            act_from=facts.act_from,
            act_to=facts.act_to,
            rules=chosen.get("offered", []),
            chosen_rule=facts.rule_id,
            conflict=bool(chosen.get("conflict")),
            choice_reason=facts.choice_reason,
            kinds=facts.kinds,
            fine=facts.fine,
            fine_min=fine_min,
            fine_max=fine_max,
            has_document=facts.scan is not None,
            has_fine=basis.has_fine(facts.rule_id),
        ),
        clock.today(),
    )
    if lacking or facts.scan is None:
        raise NotAllowed(lacking)
    decision = PenaltyDecision(
        enterprise_id=enterprise.id,
        office_id=facts.office.id,
        order_id=order.id if order else None,
        number=facts.number,
        violation_key=facts.violation_key,
        violation_branch=facts.violation_branch,
        rule_id=facts.rule_id,
        citation=chosen,
        legal_basis=basis.ground_words(chosen),
        facts=facts.facts,
        kinds=list(facts.kinds),
        content=facts.content,
        fine=facts.fine,
        confiscated=facts.confiscated,
        act_from=facts.act_from,
        act_to=facts.act_to,
        decided_on=facts.decided_on,
        served_on=facts.served_on,
        recorded_by_id=by.id,
        recorded_at=clock.now(),
    )
    db.session.add(decision)
    db.session.flush()
    try:
        kept = evidence.attach(
            facts.scan, enterprise_id=enterprise.id, subject=decision, by=by, name=f"{facts.number}.pdf"
        )
    except BadFile as refused:
        raise NotAllowed([Missing(refused.sentence, "scan")]) from refused
    db.session.flush()
    decision.attachment_id = kept.id
    record(decision, "decision:record", f"登记处罚决定 {facts.number}", by=by)
    notifications.notify(
        [person for person in notifications.deciders_of(facts.office, Role.APPROVER) if person.id != by.id],
        key=f"decision-recorded-{decision.id}",
        title=f"待复核：{enterprise.name}处罚决定 {facts.number}",
        url=f"/cases/{decision.id}",
    )
    return decision


def confirm_decision(decision: PenaltyDecision, *, by: User) -> None:
    """A second person confirms that the record agrees with the served document; from now on it counts."""
    if by.id == decision.recorded_by_id:
        raise NotAllowed([said("登记人不能复核自己登记的处罚决定，请另一人复核。")])
    if decision.served_on is None:
        raise NotAllowed([Missing(said("决定书还没有送达，未生效。"), "served_on")])
    DECISION.may_leave("confirm", decision.state)
    decision.confirmed_by_id, decision.confirmed_at = by.id, clock.now()
    take(DECISION, "confirm", decision, by=by, note=decision.number)
    notifications.notify(
        notifications.people_of(decision.enterprise_id),
        key=f"decision-confirmed-{decision.id}",
        title=f"处罚决定已生效：{decision.number}",
        body=f"{decision.content}。缴款和改正后请报监管机关登记；最短公示期满可以申请信用修复。",
        url="/my/credit",
        tone="danger",
    )
    for told in ON_CONFIRMED:
        told(decision, by)


def propose_quashing(decision: PenaltyDecision, on: date, reason: str, *, by: User) -> QuashProposal:
    """Note by which document a decision was quashed or withdrawn; it takes effect when another person confirms it."""
    DECISION.may_leave("quash", decision.state)
    if on > clock.today() or on < decision.decided_on:
        raise NotAllowed([Missing(said("撤销日期应在决定之后、不晚于今天。"), "quashed_on")])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明撤销的理由和文书。"), "reason")])
    if decision.open_quashing is not None:
        raise NotAllowed([said("已经登记了撤销，正等另一人确认。")])
    asked = QuashProposal(
        enterprise_id=decision.enterprise_id,
        quashed_on=on,
        reason=reason.strip(),
        proposed_by_id=by.id,
        proposed_at=clock.now(),
    )
    decision.quashings.append(asked)
    db.session.flush()
    record(asked, "decision:propose-quashing", f"登记撤销，待另一人确认：{decision.number}", by=by)
    return asked


def quash_decision(asked: QuashProposal, granted: bool, answer: str, *, by: User) -> None:
    """Let a quashing take effect or not; whatever stood on the decision must be corrected within 3 working days."""
    decision = asked.decision
    if asked.decided_on is not None:
        raise NotAllowed([said("这次登记的撤销已经办结。")])
    if asked.proposed_by_id == by.id:
        raise NotAllowed([said("登记撤销的人不能自己确认，请另一人办理。")])
    if not granted and not answer.strip():
        raise NotAllowed([Missing(said("请写明不予撤销的理由。"), "answer")])
    asked.decided_on, asked.decided_by_id = clock.today(), by.id
    asked.granted, asked.answer = granted, answer.strip()
    if not granted:
        record(asked, "decision:keep", f"不予撤销：{decision.number}（{asked.answer[:60]}）", by=by)
        return
    decision.quashed_on, decision.quash_reason = asked.quashed_on, asked.reason
    take(DECISION, "quash", decision, by=by, note=asked.reason)
    for told in ON_QUASHED:
        told(decision, by)


def note_stay(decision: PenaltyDecision, on: date, reason: str, *, by: User) -> DecisionStay:
    """Note that execution was stayed; an appeal alone stays nothing (行政复议法第四十二条, 行政诉讼法第五十六条).

    While it lasts the decision counts for no credit, carries no listing and is not published.
    """
    if decision.state is not DecisionState.CONFIRMED:
        raise NotAllowed([said("处罚决定%(state)s，没有在执行。", state=decision.state)])
    if on > clock.today() or on < decision.decided_on:
        raise NotAllowed([Missing(said("停止执行的日期应在决定之后、不晚于今天。"), "on")])
    if not reason.strip():
        raise NotAllowed([Missing(said("写明停止执行的裁定或决定。"), "reason")])
    if any(each.lifted_on is None or on < each.lifted_on for each in decision.stays):
        raise NotAllowed([Missing(said("这一天已在停止执行期间。"), "on")])
    made = DecisionStay(
        enterprise_id=decision.enterprise_id,
        stayed_from=on,
        reason=reason.strip(),
        noted_by_id=by.id,
        noted_at=clock.now(),
    )
    decision.stays.append(made)
    record(decision, "decision:stay", f"停止执行 {decision.number}，自 {on}：{reason.strip()}", by=by)
    for told in ON_STAYED:
        told(decision, by)
    return made


def lift_stay(decision: PenaltyDecision, on: date, *, by: User) -> None:
    """Note that a stay was lifted: from this day on the decision is carried out, and counts, again."""
    standing = next((each for each in decision.stays if each.lifted_on is None), None)
    if standing is None:
        raise NotAllowed([said("处罚决定没有停止执行。")])
    if decision.state is not DecisionState.CONFIRMED:
        raise NotAllowed([said("处罚决定%(state)s，没有在执行。", state=decision.state)])
    if not standing.stayed_from <= on <= clock.today():
        raise NotAllowed([Missing(said("恢复执行的日期应在停止之后、不晚于今天。"), "on")])
    standing.lifted_on = on
    record(decision, "decision:resume", f"恢复执行 {decision.number}，自 {on}", by=by)
    for told in ON_STAYED:
        told(decision, by)


def note_served(decision: PenaltyDecision, on: date, *, by: User) -> None:
    """Note when a decision that was put on record before its service reached the party; only then can it count."""
    _after_decision(decision, on, "served_on")
    if decision.served_on is not None:
        raise NotAllowed([Missing(said("已登记于 %(served_on)s 送达。", served_on=decision.served_on), "served_on")])
    decision.served_on = on
    record(decision, "decision:served", f"决定书送达 {on}", by=by)


def note_paid(decision: PenaltyDecision, on: date, *, by: User) -> None:
    """Note that the fine was paid."""
    _after_decision(decision, on, "paid_on")
    decision.paid_on = on
    record(decision, "decision:paid", f"罚款缴清 {on}", by=by)


def note_corrected(decision: PenaltyDecision, on: date, *, by: User) -> None:
    """Note that what was punished has been put right."""
    _after_decision(decision, on, "corrected_on")
    decision.corrected_on = on
    record(decision, "decision:corrected", f"改正完成 {on}", by=by)


def _after_decision(decision: PenaltyDecision, on: date, field: str) -> None:
    if on > clock.today():
        raise NotAllowed([Missing(said("日期不能晚于今天。"), field)])
    if field == "paid_on" and on < decision.decided_on:
        raise NotAllowed([Missing(said("缴款不能早于决定。"), field)])
    if field == "served_on" and on < decision.decided_on:
        raise NotAllowed([Missing(said("送达不能早于决定。"), field)])
