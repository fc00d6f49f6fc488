"""Recording an inspection on the spot: begin, ask, find, photograph, sign, make final."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from inspections import notices, rules
from inspections.models import (
    AnswerKind,
    Checklist,
    ChecklistAnswer,
    Finding,
    FindingState,
    Inspection,
    InspectionKind,
    InspectionState,
    RectificationOrder,
    Severity,
)
from inspections.workflow import FINDING, RECORD
from permits import actions as permits
from registry import documents, evidence, notifications
from registry.models import DocumentKind, Site

MOST_STROKES = 400
FURTHEST_BACK = timedelta(days=400)


@dataclass(frozen=True)
class StartInput:
    """What begins a record."""

    kind: InspectionKind
    started_at: datetime
    second_officer: User | None
    checklist: Checklist | None
    follows_order: RectificationOrder | None = None


@dataclass(frozen=True)
class RecordInput:
    """The written part of a record."""

    started_at: datetime
    ended_at: datetime | None
    second_officer: User | None
    backdated_reason: str
    person_met: str
    person_met_role: str
    certificates_shown: bool
    rights_told: bool
    production: str
    narrative: str


@dataclass(frozen=True)
class FindingInput:
    """A finding: what should be, what was."""

    requirement: str
    requirement_source: str
    facts: str
    severity: Severity
    violation_key: str = ""
    violation_branch: str = ""
    outlet_code: str = ""
    corrected_on_spot: bool = False


def begin_inspection(site: Site, start: StartInput, *, by: User) -> Inspection:
    """Open a record at a site; the officer who begins it leads."""
    now = clock.now()
    if by.office_id is None:
        raise NotAllowed([said("执法员要有所属机关。")])
    _refuse_start(start.started_at, now)
    if start.second_officer is not None and start.second_officer.id == by.id:
        raise NotAllowed([Missing(said("协办人不能是主办人自己。"), "second_officer_id")])
    if site.closed_on is not None:
        raise NotAllowed([said("该场所已于 %(closed_on)s 关闭。", closed_on=site.closed_on)])
    inspection = Inspection(
        enterprise_id=site.enterprise_id,
        site_id=site.id,
        office_id=by.office_id,
        kind=start.kind,
        lead_officer_id=by.id,
        second_officer_id=start.second_officer.id if start.second_officer else None,
        lead_certificate=by.certificate_number,
        second_certificate=start.second_officer.certificate_number if start.second_officer else "",
        started_at=start.started_at,
        recorded_at=now,
        checklist_id=start.checklist.id if start.checklist else None,
        follows_order_id=start.follows_order.id if start.follows_order else None,
    )
    db.session.add(inspection)
    record(inspection, "inspection:begin", f"开始{start.kind.label}：{site.name}", by=by)
    return inspection


def _refuse_start(started_at: datetime, now: datetime) -> None:
    """Nothing begins in the future, nor so long ago that only the year can be wrong."""
    if started_at > now + timedelta(minutes=5):
        raise NotAllowed([Missing(said("开始时间在将来，请核对。"), "started_at")])
    if now - started_at > FURTHEST_BACK:
        raise NotAllowed([Missing(said("开始时间太早，请核对年份。"), "started_at")])


def _draft_only(inspection: Inspection) -> None:
    if inspection.state is not InspectionState.DRAFT:
        raise NotAllowed([said("检查笔录%(state)s，不能再改；更正请撤销后重新记录。", state=inspection.state)])


def save_record(inspection: Inspection, facts: RecordInput, *, by: User) -> None:
    """Write down who was met, the situation and the times; a draft may be incomplete.

    What was found was found on the day the inspection began: a corrected day corrects the findings, whose law it picks.
    """
    _draft_only(inspection)
    if facts.second_officer is not None and facts.second_officer.id == inspection.lead_officer_id:
        raise NotAllowed([Missing(said("协办人不能是主办人自己。"), "second_officer_id")])
    _refuse_start(facts.started_at, clock.now())
    if facts.ended_at is not None and facts.ended_at < facts.started_at:
        raise NotAllowed([Missing(said("结束时间要晚于开始时间。"), "ended_at")])
    if (facts.started_at, facts.backdated_reason) != (inspection.started_at, inspection.backdated_reason):
        inspection.backdating_allowed_by = None
    inspection.started_at, inspection.ended_at = facts.started_at, facts.ended_at
    for finding in inspection.findings:
        finding.found_on = clock.beijing(facts.started_at).date()
    inspection.second_officer = facts.second_officer
    inspection.second_certificate = facts.second_officer.certificate_number if facts.second_officer else ""
    inspection.backdated_reason = facts.backdated_reason
    inspection.person_met, inspection.person_met_role = facts.person_met, facts.person_met_role
    inspection.certificates_shown, inspection.rights_told = facts.certificates_shown, facts.rights_told
    inspection.production, inspection.narrative = facts.production, facts.narrative
    _unsign(inspection)
    record(inspection, "inspection:save", "保存检查记录", by=by)
    if waits_for_consent(inspection):
        notifications.notify(
            notifications.deciders_of(inspection.office, Role.APPROVER),
            key=f"backdating-{inspection.id}-{facts.started_at:%Y%m%d}",
            title=f"{inspection.enterprise.name}：请审批补录",
            body=facts.backdated_reason,
            url=f"/inspections/{inspection.id}",
            tone="warn",
        )


def waits_for_consent(inspection: Inspection) -> bool:
    """Whether a draft of more than seven days ago has its reason and waits for the approver."""
    return (
        inspection.state is InspectionState.DRAFT
        and rules.needs_reason(inspection.started_at, inspection.recorded_at)
        and bool(inspection.backdated_reason)
        and inspection.backdating_allowed_by_id is None
    )


def allow_backdating(inspection: Inspection, *, by: User) -> None:
    """Consent to a record of more than seven days ago; a changed time or reason asks for it again."""
    if not waits_for_consent(inspection):
        raise NotAllowed([said("这份记录不需要审批补录，或者还没有写补录原因。")])
    if by.id in (inspection.lead_officer_id, inspection.second_officer_id):
        raise NotAllowed([said("参加检查的人不能同意自己补录，请审批人办理。")])
    inspection.backdating_allowed_by = by
    reason = inspection.backdated_reason
    record(inspection, "inspection:backdate", f"同意补录：{reason}", by=by)
    notifications.notify(
        [inspection.lead_officer],
        key=f"backdating-allowed-{inspection.id}-{inspection.started_at:%Y%m%d}",
        title=f"{inspection.enterprise.name}：已同意补录",
        url=f"/inspections/{inspection.id}",
        tone="ok",
    )


def _unsign(inspection: Inspection) -> None:
    """A signature stands under what was read; a changed text has to be read and signed again."""
    if inspection.signed or inspection.refusal:
        inspection.signature, inspection.signed_name, inspection.refusal = [], "", ""
        inspection.signature_sha256 = ""
        inspection.signed_at = None


def answer_checklist(inspection: Inspection, item_id: int, answer: AnswerKind, remark: str, *, by: User) -> None:
    """Answer one question of the checklist, or change the answer."""
    _draft_only(inspection)
    if inspection.checklist is None or item_id not in {item.id for item in inspection.checklist.items}:
        raise NotAllowed([said("这一项不在本次检查的清单上。")])
    known = next((each for each in inspection.answers if each.item_id == item_id), None)
    if known is None:
        inspection.answers.append(ChecklistAnswer(item_id=item_id, answer=answer, remark=remark))
    else:
        known.answer, known.remark = answer, remark
    _unsign(inspection)
    record(inspection, "inspection:answer", f"清单第 {item_id} 项：{answer.label}", by=by)


def answer_rest(inspection: Inspection, *, by: User) -> int:
    """Put down that every question not answered yet was looked at and is met; how many these were."""
    items = inspection.checklist.items if inspection.checklist else []
    known = {each.item_id for each in inspection.answers}
    left = [item for item in items if item.id not in known]
    for item in left:
        answer_checklist(inspection, item.id, AnswerKind.MEETS, "", by=by)
    return len(left)


def record_finding(
    inspection: Inspection, facts: FindingInput, *, photos: Sequence[FileStorage] = (), by: User
) -> Finding:
    """Put a finding down with its photos; time and place of each photo are read from the original."""
    _draft_only(inspection)
    last = db.session.scalar(select(func.max(Finding.position)).where(Finding.inspection_id == inspection.id)) or 0
    finding = Finding(
        inspection_id=inspection.id,
        enterprise_id=inspection.enterprise_id,
        position=last + 1,
        found_on=clock.beijing(inspection.started_at).date(),
        requirement=facts.requirement,
        requirement_source=facts.requirement_source,
        facts=facts.facts,
        severity=facts.severity,
        violation_key=facts.violation_key,
        violation_branch=facts.violation_branch,
        outlet_code=facts.outlet_code,
        corrected_on_spot=facts.corrected_on_spot,
    )
    db.session.add(finding)
    db.session.flush()
    for photo in photos:
        try:
            evidence.attach(photo, enterprise_id=inspection.enterprise_id, subject=finding, by=by, images_only=True)
        except BadFile as refused:
            raise NotAllowed(
                [Missing(said("%(file)s：%(why)s", file=photo.filename or "", why=refused.sentence), "photos")]
            ) from refused
    _unsign(inspection)
    record(finding, "finding:record", f"记录问题 {finding.position}：{facts.severity.label}", by=by)
    return finding


def sign_record(
    inspection: Inspection,
    strokes: list[Any],
    name: str,
    refusal: str,
    *,
    paper: FileStorage | bytes | None = None,
    by: User,
) -> None:
    """The party signs on the screen or on paper, or the refusal is put down with its witness (现场笔录: 拒签注明).

    ``paper`` is a photo of the signature given on paper.
    """
    _draft_only(inspection)
    if bool(strokes) + bool(refusal) + bool(paper) > 1:
        raise NotAllowed([Missing(said("手写签名、纸上签名和拒签只能有一种。"), "refusal" if refusal else "paper")])
    if not strokes and not refusal and not paper:
        raise NotAllowed([Missing(said("请当事人签名；拒签的，写明拒签情况和见证。"), "refusal")])
    if not refusal and not name:
        raise NotAllowed([Missing(said("填写签名人姓名。"), "signed_name")])
    inspection.signature, inspection.signed_name, inspection.refusal = _strokes(strokes), name, refusal
    inspection.signature_sha256 = _photographed(inspection, paper, by) if paper else ""
    inspection.signed_at = clock.now()
    told = "当事人拒签" if refusal else ("当事人在纸上签名" if paper else "当事人签名")
    record(inspection, "inspection:sign", told, by=by)


def _photographed(inspection: Inspection, paper: FileStorage | bytes, by: User) -> str:
    """Keep the photo of a signature on paper as evidence; the hash of the copy that is printed."""
    try:
        kept = evidence.attach(
            paper,
            enterprise_id=inspection.enterprise_id,
            subject=inspection,
            by=by,
            caption="当事人纸上签名",
            images_only=True,
        )
    except BadFile as refused:
        raise NotAllowed([Missing(refused.sentence, "paper")]) from refused
    return kept.preview_sha256 or kept.sha256


def _strokes(strokes: list[Any]) -> list[Any]:
    """Pen strokes as points in thousandths of the box; anything else is refused."""
    try:
        read = [[(round(float(x)), round(float(y))) for x, y in stroke] for stroke in strokes]
    except (TypeError, ValueError) as error:
        raise NotAllowed([Missing(said("签名数据不完整，请重签。"), "strokes")]) from error
    if len(read) > MOST_STROKES or any(
        not 0 <= value <= 1000 for stroke in read for point in stroke for value in point
    ):
        raise NotAllowed([Missing(said("签名数据不完整，请重签。"), "strokes")])
    return [[list(point) for point in stroke] for stroke in read if stroke]


def finalise(inspection: Inspection, *, by: User) -> None:
    """Make the record final: its PDF is issued and from now on nothing in it can be changed."""
    RECORD.refuse_if_missing("finalise", inspection)
    if by.id not in (inspection.lead_officer_id, inspection.second_officer_id):
        raise NotAllowed([said("只有参加检查的执法人员可以定稿。")])
    photos = evidence.of(inspection.findings)
    document = documents.issue(
        DocumentKind.INSPECTION_RECORD,
        office=inspection.office,
        enterprise=inspection.enterprise,
        subject=inspection,
        title=f"现场检查（勘察）笔录：{inspection.enterprise.name}",
        compose=notices.inspection_record(inspection, photos),
        on=clock.today(),
        by=by,
    )
    inspection.document_id = document.id
    inspected_on, known = clock.beijing(inspection.started_at).date(), inspection.enterprise.last_inspected_on
    inspection.enterprise.last_inspected_on = max(inspected_on, known or inspected_on)
    take(RECORD, "finalise", inspection, by=by, note=document.number)
    permits.note_site_seen(inspection.site_id, inspection.id, inspected_on, by=by)
    for finding in inspection.findings:
        if finding.corrected_on_spot and finding.state is FindingState.OPEN:
            take(FINDING, "correct", finding, by=by, note="当场改正")


def void_inspection(inspection: Inspection, reason: str, *, by: User) -> None:
    """Void a record with a reason: it stays to be read, and its findings with it."""
    verb = "void" if inspection.state is InspectionState.DRAFT else "annul"
    if verb == "annul" and any(finding.state is not FindingState.OPEN for finding in inspection.findings):
        raise NotAllowed([said("笔录中的问题已进入责令改正，先撤销责令改正。")])
    inspection.void_reason = reason
    take(RECORD, verb, inspection, by=by, note=reason)
    if inspection.document is not None:
        documents.void(inspection.document, reason, by=by)


def void_finding(finding: Finding, reason: str, *, by: User) -> None:
    """Void a finding with a reason; it is neither deleted nor changed."""
    finding.void_reason = reason
    take(FINDING, "void", finding, by=by, note=reason)


def correct_on_spot(finding: Finding, *, by: User) -> None:
    """Note that a finding without an order has been put right."""
    take(FINDING, "correct", finding, by=by)
