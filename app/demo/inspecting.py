"""Sixty inspections with findings and photographs, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from accounts.models import User
from app.demo import pictures
from core import clock
from core.db import db
from core.workflow import NotAllowed
from inspections import actions, basis
from inspections.models import AnswerKind, Checklist, Finding, Inspection, InspectionKind, RectificationOrder, Severity
from inspections.notices import evidence_sentence, facts_sentence
from registry import evidence
from registry.models import Enterprise, ServiceMode, Site

if TYPE_CHECKING:
    from app.demo.generate import World

FACTS: list[tuple[str, str, str, str, str]] = [
    (
        "DUST-IND",
        "装卸作业区没有开启喷淋，物料堆场约三分之一没有遮盖，现场可见扬尘。",
        "装卸、堆存应采取密闭、围挡、遮盖、喷淋等措施。",
        "许可证副本 5.2；法典第一千一百二十条",
        "对堆场全部遮盖，恢复喷淋并保持运行记录。",
    ),
    (
        "LED-NONE",
        "除尘设施运行台账 11 月 3 日至 7 日没有记录。",
        "应当建立环境管理台账，如实记录。",
        "许可证副本 7.1；条例第二十一条",
        "补齐可核实的记录，明确专人每日记录。",
    ),
    (
        "PP-FACILITY-OM",
        "布袋除尘器第 3 室破损 2 条，压差低于运行规程下限，没有更换。",
        "应当按许可证规定运行和维护污染防治设施。",
        "许可证副本 6.3；条例第三十六条",
        "更换破损布袋，恢复正常运行并报送更换记录和照片。",
    ),
    (
        "MON-SELF-AIR",
        "第 2 季度 DA002 没有按许可证规定开展手工监测。",
        "应当按规定的点位、因子和频次自行监测。",
        "许可证副本 6.1；条例第十九条",
        "补测并提交监测报告，制定年度监测计划。",
    ),
    (
        "HW-STORE",
        "危险废物贮存间没有设置标志，废机油桶直接放在地面。",
        "应当按标准贮存、设置识别标志。",
        "法典第一千一百七十五条",
        "设置标志和防渗托盘，规范分区存放。",
    ),
    (
        "EM-FILE",
        "突发生态环境事件应急预案已超过三年没有评估修订。",
        "应当至少每三年回顾性评估一次并备案。",
        "环发〔2015〕4号",
        "修订预案并完成备案。",
    ),
]


def plan(world: World) -> None:
    """Spread the inspections over two years; each plans what follows from it."""
    kinds = list(InspectionKind)
    pool = [firm for number, firm in enumerate(world.firms) if number % 3 == 0 or number < 6]
    for number in range(62):
        firm = pool[(number * 7) % len(pool)]
        day = world.today - timedelta(days=700 - number * 11 - world.dice.randint(0, 5))
        world.on(day, _inspect(world, firm, number, kinds[number % 5]))


def _inspect(world: World, firm: Enterprise, number: int, kind: InspectionKind) -> Callable[[], None]:
    def act() -> None:
        first, second = world.officers(firm)
        site = db.session.scalars(select(Site).where(Site.enterprise_id == firm.id)).first()
        checklist = db.session.scalars(select(Checklist)).first()
        if site is None or checklist is None:
            return
        started = clock.now() - timedelta(hours=2)
        inspection = actions.begin_inspection(
            site,
            actions.StartInput(kind=kind, started_at=started, second_officer=second, checklist=checklist),
            by=first,
        )
        db.session.flush()
        if number == 61:
            return
        findings = number % 4 if number % 9 else 0
        for place, item in enumerate(checklist.items):
            fails = place < findings
            actions.answer_checklist(
                inspection,
                item.id,
                AnswerKind.FAILS if fails else AnswerKind.MEETS,
                "见问题记录" if fails else "",
                by=first,
            )
        for place in range(findings):
            _find(world, inspection, site, number + place, first)
        actions.save_record(
            inspection,
            actions.RecordInput(
                started_at=started,
                ended_at=clock.now() - timedelta(minutes=20),
                second_officer=second,
                backdated_reason="",
                person_met=firm.contact_name,
                person_met_role="环保负责人",
                certificates_shown=True,
                rights_told=True,
                production="企业正常生产，生产负荷约 80%，污染防治设施运行。"
                if number % 5
                else "企业停产检修，污染防治设施未运行。",
                narrative=f"对生产区、污染防治设施、排放口和危险废物贮存间进行了检查，发现问题 {findings} 个。",
            ),
            by=first,
        )
        if number >= 59:
            return
        refuses = number % 17 == 3
        actions.sign_record(
            inspection,
            [] if refuses else pictures.strokes(world.dice),
            "" if refuses else firm.contact_name,
            "现场负责人认为问题已经改正，拒绝签名；见证人：示例街道办事处 李某。" if refuses else "",
            by=first,
        )
        actions.finalise(inspection, by=first)
        if findings:
            world.on(clock.today() + timedelta(days=2), _order(world, inspection, number))

    return act


def _find(world: World, inspection: Inspection, site: Site, number: int, by: User) -> None:
    key, facts, requirement, source, _mend = FACTS[number % len(FACTS)]
    severity = (Severity.MINOR, Severity.GENERAL, Severity.GENERAL, Severity.SERIOUS)[number % 4]
    finding = actions.record_finding(
        inspection,
        actions.FindingInput(
            requirement, source, facts, severity, key, "", "DA001" if number % 2 else "", number % 11 == 5
        ),
        by=by,
    )
    for shot in range(1 + number % 3):
        content = pictures.photo(
            world.dice,
            clock.now() - timedelta(minutes=70 - shot * 4),
            float(site.longitude or 0),
            float(site.latitude or 0),
        )
        evidence.attach(
            content,
            enterprise_id=site.enterprise_id,
            subject=finding,
            by=by,
            name=f"IMG_{number:03d}_{shot}.jpg",
            images_only=True,
        )


def _stands_beside(first: Finding, other: Finding) -> bool:
    """Whether a finding may go into one order with another: of its cause, or of one about which the law is clear."""
    if other.violation_key == first.violation_key:
        return True
    try:
        basis.only_rule(other, decided=clock.today())
    except NotAllowed:
        return False
    return True


def _order(world: World, inspection: Inspection, number: int) -> Callable[[], None]:
    def act() -> None:
        open_ = [finding for finding in inspection.findings if finding.state.code == "open"]
        if not open_:
            return
        open_ = [open_[0], *(each for each in open_[1:] if _stands_beside(open_[0], each))]
        first, second = world.officers(inspection.enterprise)
        mends = {key: mend for key, _facts, _requirement, _source, mend in FACTS}
        key = open_[0].violation_key
        citation = basis.cite(open_[0], act_from=open_[0].found_on, act_to=open_[0].found_on, decided=clock.today())
        offered = [option.rule.rule_id for option in citation.options] or list(citation.rules)
        if not offered or citation.transfer_to:
            return
        order = actions.draft_order(
            inspection,
            actions.OrderInput(
                findings=open_,
                facts=facts_sentence(inspection, open_),
                evidence=evidence_sentence(inspection, len(open_)),
                content=mends.get(key, "立即改正并报送改正情况。"),
                days_allowed=(10, 15, 20)[number % 3],
                working_days=True,
                rule_id=offered[0],
                choice_reason="法制审核选定：按行为发生时的规定处理（示例）" if citation.conflict else "",
                second_officer=second,
                requirements={each.id: mends.get(each.violation_key, "立即改正。") for each in open_},
            ),
            by=first,
        )
        db.session.flush()
        recent = (world.today - clock.today()).days < 40
        if recent and number % 4 == 0:
            return
        actions.send_order(order, by=first)
        if recent and number % 4 == 1:
            return
        world.on(clock.today() + timedelta(days=1), _approve(world, order, number))

    return act


def _approve(world: World, order: RectificationOrder, number: int) -> Callable[[], None]:
    def act() -> None:
        actions.approve_order(order, by=world.people["approver"])
        world.on(clock.today() + timedelta(days=1), _serve(world, order, number))

    return act


def _serve(world: World, order: RectificationOrder, number: int) -> Callable[[], None]:
    def act() -> None:
        facts = actions.ServiceInput(
            mode=ServiceMode.DIRECT,
            recipient=order.enterprise.legal_representative,
            place=order.enterprise.address,
            served_on=clock.today(),
        )
        actions.serve_order(order, facts, by=order.lead_officer)
        fate = number % 8
        if fate == 7:
            late = (order.due_on or clock.today()) + timedelta(days=6)
            world.on(late, _escalate(order))
        elif fate == 6:
            return
        else:
            world.on(clock.today() + timedelta(days=8 + number % 5), _answer(world, order, number))

    return act


def _answer(world: World, order: RectificationOrder, number: int) -> Callable[[], None]:
    def act() -> None:
        for item in order.items:
            response = actions.answer_item(
                item,
                "已按要求改正，附改正后照片（示例）。",
                clock.today() - timedelta(days=1),
                by=world.people["preparer"],
            )
            db.session.flush()
            content = pictures.photo(world.dice, clock.now() - timedelta(days=1), 87.9, 44.1)
            evidence.attach(
                content,
                enterprise_id=order.enterprise_id,
                subject=response,
                by=world.people["preparer"],
                name=f"改正后_{item.id}.jpg",
                images_only=True,
            )
        world.on(clock.today() + timedelta(days=3), _judge(order, number))

    return act


def _judge(order: RectificationOrder, number: int) -> Callable[[], None]:
    def act() -> None:
        left = 1 if number % 5 == 4 else 0
        for item in order.items[left:]:
            response = item.responses[-1]
            actions.judge_answer(response, item, True, "现场复查，情况属实。", by=order.lead_officer)
        for item in order.items[:left]:
            actions.judge_answer(
                item.responses[-1], item, False, "照片看不出改正部位，请补充近景和运行记录。", by=order.lead_officer
            )
        if not left:
            db.session.flush()
            actions.verify_order(order, by=order.lead_officer)

    return act


def _escalate(order: RectificationOrder) -> Callable[[], None]:
    def act() -> None:
        actions.escalate_order(order, "期限届满没有改正，也没有报送情况，转立案处理。", by=order.lead_officer)

    return act
