"""What must be true of an inspection record, an order and a penalty decision. Pure: no clock, no session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.said import said
from core.workflow import Missing

BACKDATED_AFTER = timedelta(days=7)
"""A record begun more than this before it reached the system needs a reason and the approver's consent; a house rule."""

ORDER_DAYS = 10
"""Days offered first for putting right, in working days. No article fixes the figure: 未核对, the officer decides."""


@dataclass(frozen=True)
class OfficerOnSite:
    """An officer as the record names one, with the certificate of the day."""

    name: str
    certificate_number: str
    certificate_until: date | None


@dataclass(frozen=True)
class RecordFacts:
    """What the record (现场检查笔录) holds when it is to become final."""

    officers: Sequence[OfficerOnSite]
    started_at: datetime
    ended_at: datetime | None
    started_on: date
    recorded_at: datetime
    backdated_reason: str
    person_met: str
    certificates_shown: bool
    rights_told: bool
    production: str
    narrative: str
    questions: int
    answered: int
    failed: int
    findings: int
    signed: bool
    refusal: str
    backdating_allowed: bool = False


def missing_in_record(facts: RecordFacts, now: datetime) -> list[Missing]:
    """What the record still lacks.

    At least two officers with a valid certificate, shown (行政处罚法第42条、第55条); start and end; who was met; rights
    told; situation described; every question answered; signature of the party, or the refusal put down.
    """
    found = missing_officers(facts.officers, facts.started_on)
    if facts.started_at > now:
        found.append(Missing(said("开始时间在将来，请核对。"), "started_at"))
    if facts.ended_at is None:
        found.append(Missing(said("填写检查结束时间。"), "ended_at"))
    elif facts.ended_at <= facts.started_at:
        found.append(Missing(said("结束时间要晚于开始时间。"), "ended_at"))
    elif facts.ended_at > now + timedelta(minutes=5):
        found.append(Missing(said("结束时间在将来，请核对。"), "ended_at"))
    if needs_reason(facts.started_at, facts.recorded_at) and not facts.backdated_reason:
        found.append(Missing(said("开始时间比记录时间早 7 日以上，要写补录原因。"), "backdated_reason"))
    elif needs_reason(facts.started_at, facts.recorded_at) and not facts.backdating_allowed:
        found.append(Missing(said("开始时间比记录时间早 7 日以上，要审批人同意补录。"), "backdated_reason"))
    if not facts.person_met:
        found.append(Missing(said("填写现场负责人。"), "person_met"))
    if not facts.certificates_shown:
        found.append(Missing(said("确认已出示执法证件（行政处罚法第55条）。"), "certificates_shown"))
    if not facts.rights_told:
        found.append(Missing(said("确认已告知回避、陈述申辩的权利和配合调查的义务。"), "rights_told"))
    if not facts.production:
        found.append(Missing(said("填写生产及污染防治设施运行情况。"), "production"))
    if not facts.narrative:
        found.append(Missing(said("填写现场情况。"), "narrative"))
    if facts.answered < facts.questions:
        found.append(
            Missing(
                said("检查清单还有 %(questions)s 项没有回答。", questions=facts.questions - facts.answered), "checklist"
            )
        )
    if facts.failed and not facts.findings:
        found.append(Missing(said("清单有 %(failed)s 项不符合，但没有记录问题。", failed=facts.failed), "findings"))
    if not facts.signed and not facts.refusal:
        found.append(Missing(said("请当事人签名；拒签的，写明拒签情况和见证。"), "signature"))
    return found


def missing_officers(officers: Sequence[OfficerOnSite], on: date) -> list[Missing]:
    """What the team lacks: two officers at least, each with a certificate valid on the day (行政处罚法第42条)."""
    found = []
    if len(officers) < 2:
        found.append(
            Missing(said("选第二名执法人员。行政处罚法第四十二条：执法人员不得少于两人。"), "second_officer_id")
        )
    for position, officer in enumerate(officers):
        field = "second_officer_id" if position else "lead_officer_id"
        if not officer.certificate_number:
            found.append(Missing(said("%(officer)s没有登记行政执法证号。", officer=officer.name), field))
        elif officer.certificate_until and officer.certificate_until < on:
            found.append(
                Missing(
                    said(
                        "%(officer)s的执法证在 %(certificate_until)s 已过期。",
                        officer=officer.name,
                        certificate_until=officer.certificate_until.isoformat(),
                    ),
                    field,
                )
            )
    return found


def needs_reason(started_at: datetime, recorded_at: datetime) -> bool:
    """Whether a record came so late that the reason must be put down."""
    return recorded_at - started_at > BACKDATED_AFTER


@dataclass(frozen=True)
class OrderFacts:
    """A rectification order before it goes to the approver."""

    items: int
    officers: Sequence[OfficerOnSite]
    drafted_on: date
    facts: str
    evidence: str
    content: str
    days_allowed: int
    rules: Sequence[str]
    conflict: bool
    choice_reason: str


def missing_in_order(order: OrderFacts) -> list[Missing]:
    """What an order lacks: findings, facts, evidence, the law, what to do by when (行政处罚法第28条; FACTS C7)."""
    found = missing_officers(order.officers, order.drafted_on)
    if not order.items:
        found.append(Missing(said("至少选一个检查发现的问题。"), "findings"))
    if not order.facts:
        found.append(Missing(said("填写违法事实。"), "facts"))
    if not order.evidence:
        found.append(Missing(said("填写证据。"), "evidence"))
    if not order.content:
        found.append(Missing(said("填写改正内容。"), "content"))
    if order.days_allowed < 1:
        found.append(Missing(said("改正期限至少一天。"), "days_allowed"))
    if not order.rules:
        found.append(Missing(said("选法律依据。"), "rule_id"))
    if order.conflict and not order.choice_reason:
        found.append(Missing(said("新旧规定不一致，要由具名的人选定并写明理由。"), "choice_reason"))
    return found


@dataclass(frozen=True)
class Check:
    """One thing looked at before an order is issued: what is right, or what is fatal and in which field."""

    words: str
    field: str = ""

    @property
    def fatal(self) -> bool:
        """Whether the order may not go out like this."""
        return bool(self.field)


ORDER_CHECKS = (
    ({"second_officer_id", "lead_officer_id"}, "执法人员两名，证件在有效期内"),
    ({"findings"}, "写明依据的检查发现"),
    ({"facts", "evidence"}, "有违法事实和证据"),
    ({"rule_id", "choice_reason"}, "法律依据与行为日期相符"),
    ({"content", "days_allowed"}, "改正内容和期限明确"),
)
"""What 行政处罚法第28条 and the national rubric of case files look at in such a paper, by the fields that hold it."""


def checks_before_issue(order: OrderFacts) -> list[Check]:
    """Everything that is looked at, what is fatal first; the remedies stand in every paper of this kind."""
    missing = missing_in_order(order)
    fatal = [Check(item.text, item.field or "findings") for item in missing]
    fields = {item.field or "findings" for item in missing}
    passed = [Check(words) for watched, words in ORDER_CHECKS if not watched & fields]
    return [*fatal, *passed, Check("载明复议、诉讼的途径和期限")]


def days_overdue(due_on: date | None, today: date) -> int:
    """Whole days past the deadline; 0 while there is still time."""
    return max(0, (today - due_on).days) if due_on else 0


@dataclass(frozen=True)
class DecisionFacts:
    """A penalty decision as it is put on record."""

    decided_on: date
    served_on: date | None
    act_from: date
    act_to: date
    rules: Sequence[str]
    chosen_rule: str
    conflict: bool
    choice_reason: str
    kinds: Sequence[str]
    fine: Decimal | None
    fine_min: Decimal | None
    fine_max: Decimal | None
    has_document: bool
    has_fine: bool = True
    """Whether the chosen rule knows a fine."""


def missing_in_decision(facts: DecisionFacts, today: date) -> list[Missing]:
    """What is wrong with a decision on record: its dates, its law, its fine within the range of the chosen rule."""
    found = []
    if facts.decided_on > today:
        found.append(Missing(said("决定日期不能晚于今天。"), "decided_on"))
    if facts.act_to < facts.act_from:
        found.append(Missing(said("行为结束日期早于开始日期。"), "act_to"))
    if facts.act_from > facts.decided_on:
        found.append(Missing(said("决定不能早于行为。"), "decided_on"))
    if facts.served_on and facts.served_on < facts.decided_on:
        found.append(Missing(said("送达不能早于决定。"), "served_on"))
    if facts.served_on and facts.served_on > today:
        found.append(Missing(said("送达日期不能晚于今天。"), "served_on"))
    if facts.chosen_rule not in facts.rules:
        found.append(Missing(said("所选罚则不适用于这个行为日期和决定日期。"), "rule_id"))
    if facts.conflict and not facts.choice_reason:
        found.append(Missing(said("新旧规定不一致，要由具名的人选定并写明理由。"), "choice_reason"))
    if not facts.kinds:
        found.append(Missing(said("至少选一种处罚。"), "kinds"))
    if ("fine" in facts.kinds) != (facts.fine is not None and facts.fine > 0):
        found.append(Missing(said("处罚种类选了罚款就要填金额，没选就不填。"), "fine"))
    elif facts.fine and not facts.has_fine:
        found.append(Missing(said("所选罚则没有罚款。"), "fine"))
    elif facts.fine and facts.fine_min is not None and facts.fine < facts.fine_min and not facts.choice_reason:
        found.append(
            Missing(
                said(
                    "低于罚则下限 %(fine_min)s 元；减轻处罚的，请在选用理由中写明依据。",
                    fine_min=f"{facts.fine_min:,.0f}",
                ),
                "fine",
            )
        )
    elif facts.fine is not None and facts.fine_max is not None and facts.fine > facts.fine_max:
        found.append(Missing(said("超过罚则上限 %(fine_max)s 元。", fine_max=f"{facts.fine_max:,.0f}"), "fine"))
    if not facts.has_document:
        found.append(Missing(said("上传决定书扫描件。"), "scan"))
    return found
