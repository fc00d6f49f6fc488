"""Rectification orders in every state: drafted, approved, served in different ways, answered, re-checked, not obeyed."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from app.demo import inspecting, pictures
from app.demo.faults import FAULTS
from core import clock
from core.db import db
from inspections import actions, basis
from inspections.models import Finding, Inspection, InspectionKind, OrderItem, OrderState, RectificationOrder
from inspections.notices import evidence_sentence, facts_sentence
from registry import documents, evidence
from registry.models import ServiceMode

if TYPE_CHECKING:
    from app.demo.world import Player, World

MENDS = {fault.facts: fault.mend for fault in FAULTS}
ANSWER = "已按要求改正：{mend}附改正后照片（示例）。"


class Fate(enum.Enum):
    """How far an order comes."""

    NONE = "问题还没有责令改正"
    DRAFTED = "起草，没有送审"
    RETURNED = "审批人退回"
    REVIEW = "等审批"
    APPROVED = "等送达"
    SERVED = "送达，还没有回音"
    ANSWERED = "已报送，等审核"
    PARTLY = "部分改正"
    REJECTED = "报送被退回"
    DONE = "改正，书面审核后办结"
    RECHECKED = "现场复查后办结"
    DISOBEYED = "逾期未改，升级"
    RESCINDED = "撤销"


PAST_FATES = (
    Fate.DONE, Fate.RECHECKED, Fate.DONE, Fate.DONE, Fate.DONE, Fate.RECHECKED, Fate.RESCINDED, Fate.DONE, Fate.DONE,
    Fate.RECHECKED, Fate.DONE,
)  # fmt: skip
"""Taken in turn by the orders of the past: all of them came to an end."""

MODES = (ServiceMode.DIRECT,) * 4 + (ServiceMode.POST, ServiceMode.ELECTRONIC, ServiceMode.LEFT)


@dataclass(frozen=True)
class Story:
    """An order that keeps somebody busy: whose, how far it is, and when it is due in working days from today."""

    key: str
    fate: Fate
    due: int
    days: int = 10
    findings: int = 1
    lead: str = ""


STORIES: tuple[Story, ...] = (
    Story("阜康博峰", Fate.SERVED, -6, 10, 2, "officer"),
    Story("阜康华岳", Fate.ANSWERED, -2, 7, 2, "officer"),
    Story("阜康北坡", Fate.ANSWERED, 0, 10, 1, "officer"),
    Story("阜康中沙", Fate.SERVED, 0, 15, 1, "officer2"),
    Story("阜康重联", Fate.ANSWERED, 2, 10, 1, "officer"),
    Story("阜康瑞恒", Fate.REJECTED, 3, 10, 1, "officer"),
    Story("阜康晨岭", Fate.PARTLY, 4, 10, 2, "officer2"),
    Story("阜康融科", Fate.SERVED, 8, 15, 1, "officer"),
    Story("阜康广源", Fate.APPROVED, 10, 10, 1, "officer"),
    Story("阜康沙岭", Fate.REVIEW, 11, 10, 2, "officer"),
    Story("阜康云锦", Fate.RETURNED, 11, 10, 1, "officer"),
    Story("阜康古道", Fate.DRAFTED, 12, 10, 1, "officer2"),
    Story("阜康银砂", Fate.NONE, 12, 10, 1, "officer"),
    Story("昌吉丝路云", Fate.REVIEW, 11, 10, 1),
    Story("昌吉庭北", Fate.SERVED, 5, 15, 2),
    Story("呼图壁丽彩", Fate.SERVED, -9, 10, 1),
    Story("呼图壁五工", Fate.PARTLY, 3, 15, 2),
    Story("玛纳斯塔河", Fate.ANSWERED, 4, 10, 1),
    Story("奇台古城", Fate.REVIEW, 12, 10, 1),
    Story("吉木萨尔油泉", Fate.APPROVED, 10, 10, 1),
    Story("准东芨芨湖", Fate.SERVED, -12, 10, 2),
    Story("准东准源", Fate.SERVED, 1, 10, 1),
    Story("准东砂晶", Fate.NONE, 12, 10, 1),
    Story("昌吉朔源", Fate.SERVED, 6, 10, 1),
)

ENDED = (
    ("阜康博峰", Fate.DISOBEYED, 236),
    ("准东芨芨湖", Fate.DISOBEYED, 171),
    ("呼图壁丽彩", Fate.DISOBEYED, 122),
    ("阜康北坡", Fate.RESCINDED, 318),
)
"""Orders that went on to a case since they were not obeyed, or were taken back: whose, and how many days ago."""


def plan(world: World) -> None:
    """Put the orders that are open today, and those that were not obeyed, on their days."""
    for number, story in enumerate(STORIES):
        player = world.player(story.key)
        if player is None:
            continue
        if story.lead:
            other = "officer2" if story.lead == "officer" else "officer"
            player.officers = (world.people[story.lead], world.people[other])
        served = world.calendar.add_workdays(world.ahead(story.due), -story.days)
        ripe = {Fate.NONE: 2, Fate.DRAFTED: 3, Fate.RETURNED: 5, Fate.REVIEW: 4, Fate.APPROVED: 5}.get(story.fate)
        seen = world.ago(ripe + number % 2) if ripe else world.after(served, -5)
        world.on(seen, _inspect(world, player, story, served))
    for key, fate, ago in ENDED:
        player = world.player(key)
        if player:
            world.on(world.today - timedelta(days=ago), _inspect(world, player, Story(key, fate, 0, 10, 1), None))


def _inspect(world: World, player: Player, story: Story, served: date | None) -> Callable[[], None]:
    def act() -> None:
        dice = Random(f"{story.key} {story.fate.name}")  # noqa: S311 - fiction
        inspection = inspecting.visit(player, InspectionKind.SPECIAL, story.findings, dice)
        if story.fate is not Fate.NONE:
            day = world.after(clock.today(), 2 if served else 1)
            world.on(day, lambda: begin(world, player, inspection, story.fate, dice, story=story, served=served))

    return act


def begin(
    world: World,
    player: Player,
    inspection: Inspection,
    fate: Fate,
    dice: Random,
    *,
    story: Story | None = None,
    served: date | None = None,
) -> None:
    """Draft the order that answers an inspection, and let it go its way."""
    found = [finding for finding in inspection.findings if finding.state.code == "open"]
    order = _draft(player, inspection, story.days if story else dice.choice((10, 15, 20))) if found else None
    if order is None:
        world.on(world.after(clock.today(), 7), lambda: _put_right(player, inspection))
    if order is None or fate is Fate.DRAFTED:
        return
    actions.send_order(order, by=player.officers[0])
    if fate is Fate.REVIEW:
        return
    day = world.after(served, -1) if served and served > clock.today() else world.after(clock.today(), 1)
    if fate is Fate.RETURNED:
        why = "违法事实只写了现场描述，请补充照片编号和对应的许可证条款。"
        world.on(world.after(clock.today(), 1), lambda: actions.return_order(order, why, by=world.people["approver"]))
        return
    world.on(day, lambda: _approve(world, player, order, fate, dice, served))


def _draft(player: Player, inspection: Inspection, days: int) -> RectificationOrder | None:
    open_ = [each for each in inspection.findings if each.state.code == "open"]
    findings: list[Finding] = []
    rules: list[str] = []
    choosing = False
    for group in basis.causes(open_):
        day = group[0].found_on
        citation = basis.cite(group[0], act_from=day, act_to=day, decided=clock.today())
        offered = list(citation.rules) or [option.rule.rule_id for option in citation.options]
        if offered and not citation.transfer_to:
            findings += group
            rules.append(offered[0])
            choosing = choosing or citation.conflict or not citation.rules
    if not findings:
        return None
    mends = {each.id: MENDS[each.facts] for each in findings}
    order = actions.draft_order(
        inspection,
        actions.OrderInput(
            findings=findings,
            facts=facts_sentence(inspection, findings),
            evidence=evidence_sentence(inspection, len(findings)),
            content="".join(dict.fromkeys(mends.values())),
            days_allowed=days,
            working_days=True,
            rule_id=rules[0],
            more_rules=rules[1:],
            choice_reason="法制审核选定：按行为发生时的规定处理（示例）" if choosing else "",
            second_officer=player.officers[1],
            requirements=mends,
        ),
        by=player.officers[0],
    )
    db.session.flush()
    return order


def _approve(
    world: World, player: Player, order: RectificationOrder, fate: Fate, dice: Random, served: date | None
) -> None:
    actions.approve_order(order, by=world.people["approver"])
    if fate is not Fate.APPROVED:
        day = served or world.after(clock.today(), 1)
        world.on(day, lambda: _serve(world, player, order, fate, dice))


def _serve(world: World, player: Player, order: RectificationOrder, fate: Fate, dice: Random) -> None:
    mode = dice.choice(MODES)
    firm, today = player.enterprise, clock.today()
    if dice.random() < 0.1 and order.document:
        documents.serve(
            order.document,
            mode=ServiceMode.DIRECT,
            recipient=firm.legal_representative,
            place=firm.address,
            failure="法定代表人出差，门卫拒收",
            by=order.lead_officer,
        )
        mode = ServiceMode.LEFT
    facts = actions.ServiceInput(
        mode=mode,
        recipient=firm.legal_representative if mode is not ServiceMode.POST else firm.contact_name,
        place=firm.address,
        served_on=today,
        remark={
            ServiceMode.ELECTRONIC: "受送达人书面同意以电子邮件送达，见送达地址确认书",
            ServiceMode.POST: "邮政特快专递，回执已附卷",
        }.get(mode, ""),
        witness="园区管委会 张立新" if mode is ServiceMode.LEFT else "",
    )
    actions.serve_order(order, facts, by=order.lead_officer)
    due = order.due_on or today
    if fate is Fate.RESCINDED:
        world.on(world.after(today, 6), lambda: _rescind(world, player, order))
    elif fate is Fate.DISOBEYED:
        world.on(world.after(due, 4), lambda: _escalate(order))
    elif fate is not Fate.SERVED:
        early = min(world.after(today, dice.randint(3, 7)), world.calendar.add_workdays(due, -1))
        if fate in (Fate.ANSWERED, Fate.PARTLY, Fate.REJECTED):
            early = min(world.ago(2), world.calendar.add_workdays(due, -1))
        world.on(early, lambda: _answer(world, player, order, fate, dice))


def _answer(world: World, player: Player, order: RectificationOrder, fate: Fate, dice: Random) -> None:
    items = order.items[:1] if fate is Fate.ANSWERED else list(order.items)
    for item in items:
        _prove(player, item, dice)
    if fate is Fate.ANSWERED:
        return
    if fate is Fate.RECHECKED:
        world.on(world.after(clock.today(), 3), lambda: _recheck(world, player, order, dice))
    else:
        world.on(world.after(clock.today(), 1), lambda: _judge(order, fate))


def _prove(player: Player, item: OrderItem, dice: Random) -> None:
    done = clock.today() - timedelta(days=1)
    response = actions.answer_item(
        item, ANSWER.format(mend=item.requirement), max(done, item.finding.found_on), by=player.preparer
    )
    db.session.flush()
    evidence.attach(
        pictures.photo(dice, clock.now() - timedelta(hours=20), player.firm.longitude, player.firm.latitude),
        enterprise_id=item.order.enterprise_id,
        subject=response,
        by=player.preparer,
        name=f"改正后_{item.finding.position}.jpg",
        images_only=True,
    )


def _judge(order: RectificationOrder, fate: Fate) -> None:
    lead = order.lead_officer
    open_ = [item for item in order.items if item.responses and item.responses[-1].accepted is None]
    for place, item in enumerate(open_):
        lacking = fate is Fate.REJECTED or (fate is Fate.PARTLY and place == len(open_) - 1 and len(open_) > 1)
        told = "照片看不出改正部位，请补充近景和运行记录。" if lacking else "资料齐全，情况属实。"
        actions.judge_answer(item.responses[-1], item, not lacking, told, by=lead)
    db.session.flush()
    _end_if_done(order)


def _end_if_done(order: RectificationOrder) -> None:
    if all(item.state.code == "closed" for item in order.items):
        actions.verify_order(order, by=order.lead_officer)


def _recheck(world: World, player: Player, order: RectificationOrder, dice: Random) -> None:
    inspection = inspecting.visit(player, InspectionKind.FOLLOW_UP, 0, dice, follows=order)
    for item in order.items:
        response = item.responses[-1]
        if response.accepted is None:
            actions.judge_answer(response, item, True, "现场复查，情况属实。", by=order.lead_officer)
        elif item.state.code != "closed":
            actions.close_item(item, inspection, by=order.lead_officer)
    db.session.flush()
    _end_if_done(order)


def _escalate(order: RectificationOrder) -> None:
    if order.state is OrderState.SERVED:
        reason = "期限届满没有改正，也没有报送情况，转立案处理（示例）。"
        actions.escalate_order(order, reason, by=order.lead_officer)


def _put_right(player: Player, inspection: Inspection) -> None:
    """What no order covers was put right without one."""
    for finding in inspection.findings:
        if finding.state.code == "open":
            actions.correct_on_spot(finding, by=player.officers[0])


def _rescind(world: World, player: Player, order: RectificationOrder) -> None:
    world.on(world.after(clock.today(), 8), lambda: _put_right(player, order.inspection))
    reason = "复核发现引用的许可证版本有误，撤销后另行作出（示例）。"
    actions.rescind_order(order, reason, by=world.people["approver"])
