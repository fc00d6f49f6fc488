"""Inspections with findings and photographs, spread over two years; what follows from them is in ``ordering``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.demo import ordering, pictures
from app.demo.faults import Fault, faults_for
from core import clock
from core.db import db
from inspections import actions
from inspections.models import (
    AnswerKind,
    Checklist,
    Finding,
    Inspection,
    InspectionKind,
    RectificationOrder,
    Severity,
)
from permits import actions as permits
from permits.models import Exceedance
from registry import evidence
from registry.models import Status

if TYPE_CHECKING:
    from app.demo.world import Player, World

PAST = 64
"""Inspections of the last two years, before those that still keep somebody busy."""

WHY = (
    *[InspectionKind.RANDOM] * 5,
    *[InspectionKind.SPECIAL] * 2,
    InspectionKind.COMPLAINT,
    InspectionKind.LEAD,
)


def plan(world: World, past: int) -> None:
    """Spread the inspections over two years, more in the county that the demo's officers know; then today's work."""
    dice = Random(64)  # noqa: S311 - fiction
    near = [player for player in world.players if player.firm.place.office == "CJ-652302"]
    busy = {key for story in ordering.STORIES for key in (story.key,)}
    pool = [player for player in world.players if player.firm.trade.profile and player.key not in busy] or world.players
    for number in range(0, PAST, PAST // past):
        player = dice.choice(near if number % 4 == 1 else pool)
        ago = 715 - number * 10 - dice.randint(0, 7)
        day = world.today - timedelta(days=max(ago, 24))
        joint = player.firm.area.startswith("XPCC")
        kind = InspectionKind.JOINT if joint else WHY[number % len(WHY)]
        count = 0 if joint or number % 5 in (0, 3) else 1 + number % 3 % 2 + (number % 11 == 4)
        fate = ordering.PAST_FATES[number % len(ordering.PAST_FATES)]
        world.on(day, _visit(world, player, kind, count, fate, number))
    ordering.plan(world)
    _unfinished(world)
    _leads(world)


def _visit(
    world: World, player: Player, kind: InspectionKind, count: int, fate: ordering.Fate, number: int
) -> Callable[[], None]:
    def act() -> None:
        if player.enterprise.status is Status.CLOSED:
            return
        dice = Random(f"visit {number}")  # noqa: S311 - fiction
        inspection = visit(player, kind, count, dice, refuses=number % 17 == 6)
        if number == 20:
            actions.void_inspection(inspection, "检查对象录入错误，已另行记录（示例）", by=world.people["approver"])
        elif inspection.findings:
            day = world.after(clock.today(), dice.randint(1, 4))
            world.on(day, lambda: ordering.begin(world, player, inspection, fate, dice))

    return act


def visit(
    player: Player,
    kind: InspectionKind,
    count: int,
    dice: Random,
    *,
    refuses: bool = False,
    follows: RectificationOrder | None = None,
    sign: bool = True,
) -> Inspection:
    """Inspect a firm from the first question to the signed and final record."""
    inspection = begin(player, kind, follows=follows)
    lead = player.officers[0]
    found = dice.sample(faults_for(player.firm.trade), count)
    failed = {fault.item for fault in found}
    for item in inspection.checklist.items if inspection.checklist else []:
        fails = item.position in failed
        answer = AnswerKind.FAILS if fails else AnswerKind.MEETS
        if not player.firm.trade.profile and item.position in (3, 7):
            answer = AnswerKind.NOT_APPLICABLE
        actions.answer_checklist(inspection, item.id, answer, "见问题记录" if fails else "", by=lead)
    for fault in found:
        find(player, inspection, fault, dice)
    actions.save_record(inspection, _words(player, inspection, len(found), follows is not None), by=lead)
    if not sign:
        return inspection
    name = player.enterprise.contact_name
    witness = "现场负责人认为问题已经改正，拒绝签名；见证人：园区管委会 李建民。"
    strokes = [] if refuses else pictures.strokes(dice)
    actions.sign_record(inspection, strokes, "" if refuses else name, witness if refuses else "", by=lead)
    actions.finalise(inspection, by=lead)
    return inspection


def begin(player: Player, kind: InspectionKind, *, follows: RectificationOrder | None = None) -> Inspection:
    """Open a record at the gate of a firm, two hours ago."""
    checklist = db.session.scalars(select(Checklist)).first()
    start = actions.StartInput(
        kind=kind,
        started_at=clock.now() - timedelta(minutes=110),
        second_officer=player.officers[1],
        checklist=checklist if follows is None else None,
        follows_order=follows,
    )
    inspection = actions.begin_inspection(player.site, start, by=player.officers[0])
    db.session.flush()
    return inspection


def _words(player: Player, inspection: Inspection, count: int, again: bool) -> actions.RecordInput:
    idle = player.enterprise.status is Status.SUSPENDED
    what = "对责令改正的各项逐一复查" if again else "对生产区、污染防治设施、排放口和危险废物贮存间进行了检查"
    told = f"发现问题 {count} 个，已当场告知" if count else ("各项均已改正" if again else "未发现环境违法行为")
    return actions.RecordInput(
        started_at=inspection.started_at,
        ended_at=clock.now() - timedelta(minutes=15),
        second_officer=player.officers[1],
        backdated_reason="",
        person_met=player.enterprise.contact_name,
        person_met_role="环保负责人",
        certificates_shown=True,
        rights_told=True,
        production="企业停产，污染防治设施未运行。" if idle else "企业正常生产，生产负荷约 80%，污染防治设施同步运行。",
        narrative=f"{what}，{told}。",
    )


def find(player: Player, inspection: Inspection, fault: Fault, dice: Random) -> Finding:
    """Put one fault down, with photographs taken on the spot."""
    lead = player.officers[0]
    finding = actions.record_finding(
        inspection,
        actions.FindingInput(
            fault.requirement,
            fault.source,
            fault.facts,
            fault.severity,
            fault.cause,
            "",
            fault.outlet,
            fault.severity is Severity.MINOR and dice.random() < 0.25,
        ),
        by=lead,
    )
    for shot in range(dice.choice((1, 1, 2))):
        content = pictures.photo(
            dice, clock.now() - timedelta(minutes=70 - shot * 4), player.firm.longitude, player.firm.latitude
        )
        evidence.attach(
            content,
            enterprise_id=player.enterprise.id,
            subject=finding,
            by=lead,
            name=f"IMG_{clock.today():%m%d}_{finding.position}{shot + 1}.jpg",
            images_only=True,
        )
    return finding


OPEN = (("阜康暖阳", 0, True), ("阜康牧歌", 1, False))
"""Records that are still open: one begun this morning, one of yesterday that wants its signature."""


def _unfinished(world: World) -> None:
    for key, ago, half in OPEN:
        player = world.player(key)
        if player:
            world.exactly(world.ago(ago) if ago else world.today, _leave_open(player, half))


def _leave_open(player: Player, half: bool) -> Callable[[], None]:
    def act() -> None:
        if half:
            begin(player, InspectionKind.RANDOM)
        else:
            visit(player, InspectionKind.SPECIAL, 1, Random(7), sign=False)  # noqa: S311 - fiction

    return act


def _leads(world: World) -> None:
    """Officers follow up what reports showed as broken; the newest leads are still open."""
    step = 12
    for ago in range(5, 700, step):
        world.on(world.today - timedelta(days=ago), lambda: _handle(world, step))


def _handle(world: World, wait: int) -> None:
    before: date = clock.today() - timedelta(days=wait)
    wanted = select(Exceedance).where(Exceedance.handled_at.is_(None), Exceedance.found_on <= before)
    for each in db.session.scalars(wanted).unique().all():
        player = next(player for player in world.players if player.enterprise.id == each.enterprise_id)
        if (world.today - each.found_on).days < 60 and player.firm.place.office in ("CJ-652302", "CJ-ZD"):
            continue
        told = "已现场核实：布袋破损，当日更换，复测达标；移交月度检查重点关注。"
        permits.handle_exceedance(each, told, by=player.officers[0])
