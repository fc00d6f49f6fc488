"""Penalty decisions, promises and clean years, listings in every state, and repairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.demo import pictures
from core import clock
from core.db import db
from credit import actions as credit
from credit.models import CreditEvent, Listing, ListType
from inspections import actions, basis
from inspections.models import PenaltyDecision
from law.causes import CODE_FROM
from registry import documents
from registry.models import ServiceMode, Status

if TYPE_CHECKING:
    from app.demo.world import Player, World

BASIS = "示例依据：自治区大气污染防治条例和州“十四五”生态环境保护规划关于失信名单的要求（未核对，仅供演示）"
GROUND = "逃避监管排放污染物或者监测数据弄虚作假"

PROMISED = 5
"""Every fifth firm has made a public promise within the year."""


@dataclass(frozen=True)
class Case:
    """A penalty decision: whose, on which cause, for how much, how many days ago, and what became of it."""

    key: str
    cause: str
    facts: str
    fine: int
    ago: int
    fate: str = ""


CASES: tuple[Case, ...] = (
    # grave: evasion of supervision or made-up data
    Case("阜康百源", "EVA-PIPE", "通过厂区北侧暗管向厂外沟渠排放含铬生产废水", 480000, 310, "listed"),
    Case("呼图壁五工", "EVA-FAKE", "更换监测采样管路稀释样气，伪造自动监测数据", 600000, 244, "listed"),
    Case("吉木萨尔三台", "EVA-ABNORMAL", "夜间停运矿热炉除尘设施，烟气经旁路直接排放", 350000, 171, "answered"),
    Case("昌吉安泽", "EVA-FAKE", "修改焚烧炉烟气自动监测设备量程参数，造成数据失真", 500000, 590, "repaired"),
    Case("玛纳斯棉都", "EVA-PIPE", "利用渗坑排放高浓度含盐废水", 360000, 12, "notified"),
    Case("准东塑源", "EVA-ABNORMAL", "生产期间停运有机废气治理设施", 300000, 22, "objected"),
    Case("昌吉明澈", "EVA-ABNORMAL", "夜间停运曝气设备，出水未经完整处理排放", 280000, 45, "ripe"),
    Case("奇台沙枣", "EVA-PIPE", "通过雨水管网排放生产废水", 320000, 16, "proposed"),
    Case("阜康沙岭", "EVA-ABNORMAL", "装煤除尘地面站停运期间继续装煤", 260000, 12, "confirmed"),
    Case("呼图壁雀河", "EVA-PIPE", "设置旁路管道排放含油废水", 300000, 150, "dropped"),
    Case("昌吉朔源", "EVA-FAKE", "手工监测报告与原始记录不一致，涉嫌伪造", 300000, 260, "quashed"),
    # heavy
    Case("阜康华岳", "PP-CONC", "电石炉尾气颗粒物浓度超过许可排放浓度 0.8 倍", 240000, 205),
    Case("准东戈原", "PP-CONC", "矿热炉除尘排气筒颗粒物浓度超过许可排放浓度 0.6 倍", 220000, 233),
    Case("玛纳斯绿禾", "PP-NONE", "新增锅炉未取得排污许可证排放污染物", 260000, 128),
    Case("昌吉丝路云", "PP-CONC", "废水总排口化学需氧量超过许可排放浓度 1.1 倍", 230000, 290, "repairable"),
    Case("准东砂晶", "PP-CONC", "矿热炉除尘排气筒颗粒物浓度超过许可排放浓度 0.4 倍", 210000, 182),
    Case("呼图壁甜源", "PP-CONC", "废水总排口化学需氧量超过许可排放浓度 0.7 倍", 250000, 216),
    Case("五家渠格辉", "PP-CONC", "工艺加热炉烟囱氮氧化物浓度超过许可排放浓度 0.5 倍", 220000, 163),
    Case("阜康晶澈", "PP-CONC", "氯化氢合成尾气排气筒氯化氢浓度超过许可排放浓度 0.3 倍", 200000, 139),
    # fines that still count
    Case("阜康晨岭", "MON-SELF-AIR", "未按规定对推焦地面除尘站废气开展自行监测", 60000, 158),
    Case("阜康博峰", "MON-SELF-AIR", "未按规定对焙烧炉废气开展自行监测", 40000, 101),
    Case("准东芨芨湖", "LED-NONE", "未按规定记录环境管理台账", 30000, 76),
    Case("呼图壁丽彩", "MON-SELF-WATER", "未按规定对废水开展自行监测", 60000, 64),
    Case("吉木萨尔大龙口", "DUST-IND", "炼焦煤堆场未采取防尘措施", 50000, 117, "repair"),
    Case("奇台将军戈壁", "DUST-IND", "破碎工序未采取集中收集措施", 30000, 109, "repair"),
    Case("昌吉庭北", "HW-STORE", "废脱硝催化剂未按标准贮存", 120000, 125, "refused"),
    Case("玛纳斯塔河", "DUST-COVER", "电石渣堆场未有效覆盖", 20000, 40),
    Case("呼图壁石梯", "PP-CONC", "窑尾排气筒氮氧化物浓度超过许可排放浓度 0.3 倍", 220000, 251),
    Case("准东戈原", "DUST-COVER", "硅石堆场未有效覆盖", 20000, 96),
    Case("阜康华岳", "LED-NONE", "未按规定记录环境管理台账", 20000, 88),
    Case("呼图壁石梯", "DUST-IND", "熟料装车未采取集中收集措施", 40000, 58),
    # fines of the past, lapsed since
    Case("昌吉屯河湾", "DUST-IND", "熟料装卸未采取防尘措施", 40000, 420),
    Case("奇台古城", "PP-CONC", "1 号机组烟囱二氧化硫浓度超过许可排放浓度", 150000, 505),
    Case("木垒西吉尔", "DUST-IND", "制砖原料堆场未采取防尘措施", 20000, 466),
    Case("准东奇岭", "DUST-IND", "筛分破碎工序未采取密闭措施", 50000, 388),
    Case("阜康牧歌", "MON-SELF-WATER", "未按规定对废水开展自行监测", 30000, 342),
    Case("五家渠梧桐", "LED-NONE", "未按规定建立环境管理台账", 10000, 355),
    Case("石河子玛河", "DUST-IND", "煤场未采取防尘措施", 30000, 298),
    # on record, not yet confirmed
    Case("阜康广源", "DUST-IND", "煤场装卸未采取防尘措施", 60000, 3, "recorded"),
    Case("昌吉榆树沟", "DUST-IND", "砖坯原料破碎未采取集中收集措施", 30000, 1, "recorded"),
)


def plan(world: World) -> None:
    """Put every decision on its day, and at the end of each year freeze the grades."""
    for number, case in enumerate(CASES):
        player = world.player(case.key)
        if player:
            world.on(world.today - timedelta(days=case.ago), _record(world, player, case, number))
    guilty = {case.key for case in CASES}
    honest = [player for player in world.players if player.key not in guilty]
    for number, player in enumerate(honest[::PROMISED]):
        world.on(world.today - timedelta(days=40 + number * 7 % 300), _promise(world, player))
    for year in range(world.start.year, world.today.year):
        day = date(year, 12, 31)
        if day > world.start:
            world.exactly(day + timedelta(days=5), _freeze(world, day))


def _freeze(world: World, day: date) -> Callable[[], None]:
    def act() -> None:
        credit.freeze_day(day, by=world.people["credit"])

    return act


def _promise(world: World, player: Player) -> Callable[[], None]:
    def act() -> None:
        if player.enterprise.status is not Status.CLOSED:
            letter = pictures.scan(f"promise {player.enterprise.id}")
            credit.note_promise(player.enterprise, clock.today(), letter, by=world.people["credit"])

    return act


def _record(world: World, player: Player, case: Case, number: int) -> Callable[[], None]:
    def act() -> None:
        today = clock.today()
        done = today - timedelta(days=38)
        citation = basis.cite_key(case.cause, "", act_from=done, act_to=done, decided=today)
        rule = (list(citation.rules) or [option.rule.rule_id for option in citation.options])[0]
        low, high = basis.fine_range(rule)
        amount = max(low or Decimal(0), min(Decimal(case.fine), high or Decimal(case.fine)))
        own = player.enterprise.office
        office = own.parent if own.parent is not None and (own.punishes_from is None or today < CODE_FROM) else own
        decision = actions.record_decision(
            player.enterprise,
            actions.DecisionInput(
                number=f"{office.document_prefix}罚字〔{today.year}〕示-{number + 1}号",
                office=office,
                violation_key=case.cause,
                violation_branch="",
                rule_id=rule,
                choice_reason="法制审核选定：按行为发生时的规定处理（示例）"
                if citation.conflict or citation.waits or not citation.rules
                else "",
                facts=f"{done.year}年{done.month}月{done.day}日，执法人员检查发现你单位{case.facts}（示例）。",
                kinds=["fine"],
                content=f"罚款人民币 {amount:,.0f} 元",
                fine=amount,
                confiscated=None,
                act_from=done,
                act_to=done,
                decided_on=today,
                served_on=today,
                scan=pictures.scan(f"decision {number + 1}"),
            ),
            by=player.officers[0],
        )
        db.session.flush()
        if case.fate != "recorded":
            world.on(world.after(today, 2), lambda: _confirm(world, player, decision, case.fate))

    return act


def _confirm(world: World, player: Player, decision: PenaltyDecision, fate: str) -> None:
    actions.confirm_decision(decision, by=world.people["approver"])
    officer, today = decision.recorded_by, clock.today()
    if player.key not in ("阜康博峰", "准东芨芨湖"):
        world.on(today + timedelta(days=12), lambda: actions.note_paid(decision, clock.today(), by=officer))
        world.on(today + timedelta(days=30), lambda: actions.note_corrected(decision, clock.today(), by=officer))
    if fate == "quashed":
        reason = "行政复议决定撤销，认定事实不清（示例）"
        world.on(
            today + timedelta(days=62),
            lambda: actions.quash_decision(
                actions.propose_quashing(decision, clock.today(), reason, by=officer),
                True,
                "",
                by=world.people["approver"],
            ),
        )
    elif fate in ("repair", "refused", "repairable"):
        world.on(world.ago(6), lambda: _apply(world, player, decision, fate))
    elif fate and fate != "confirmed":
        world.on(world.after(today, 3), lambda: _propose(world, player, decision, fate))


def _event(decision: PenaltyDecision) -> CreditEvent:
    wanted = (CreditEvent.source_kind == "penalty_decision", CreditEvent.source_id == decision.id)
    return db.session.scalars(select(CreditEvent).where(*wanted)).one()


def _propose(world: World, player: Player, decision: PenaltyDecision, fate: str) -> None:
    listing = credit.propose_listing(
        _event(decision),
        list_type=ListType.PREFECTURE,
        ground=GROUND,
        legal_basis=BASIS,
        term_months=18 if fate == "repaired" else 24,
        by=world.people["credit"],
    )
    db.session.flush()
    if fate != "proposed":
        world.on(world.after(clock.today(), 2), lambda: _notify(world, player, listing, fate))


def _notify(world: World, player: Player, listing: Listing, fate: str) -> None:
    firm, clerk, today = player.enterprise, world.people["credit"], clock.today()
    notice = credit.issue_notice(listing, by=clerk)
    mode = {"listed": ServiceMode.DIRECT, "objected": ServiceMode.ELECTRONIC}.get(fate, ServiceMode.POST)
    documents.serve(
        notice,
        mode=mode,
        recipient=firm.legal_representative,
        place=firm.address,
        served_on=today,
        remark="受送达人书面同意电子送达，见送达地址确认书" if mode is ServiceMode.ELECTRONIC else "",
        by=clerk,
    )
    db.session.flush()
    until = listing.objection_until or today
    if fate in ("objected", "dropped", "answered"):
        told = "停运系供电故障所致，并非有意逃避监管，请复核当日供电记录（示例）。"
        world.on(world.after(today, 2), lambda: credit.object_to_listing(listing, told, by=player.signer))
    if fate in ("dropped", "answered"):
        world.on(world.after(today, 6), lambda: _answer(world, listing, upheld=fate == "dropped"))
    if fate in ("listed", "repaired", "answered"):
        day = world.after(until, 3) if fate != "answered" else world.after(until, 6)
        world.on(day, lambda: credit.decide_listing(listing, by=world.people["approver"]))
    if fate == "repaired":
        world.on(today + timedelta(days=400), lambda: _apply(world, player, listing.decision, "granted"))


def _answer(world: World, listing: Listing, *, upheld: bool) -> None:
    told = (
        "主动报告并当日消除，后果轻微，不符合列入情形（示例）。"
        if upheld
        else "供电记录显示当日没有停电，陈述理由不成立（示例）。"
    )
    credit.answer_objection(listing.objections[-1], listing, upheld, told, by=world.people["approver"])


def _apply(world: World, player: Player, decision: PenaltyDecision, fate: str) -> None:
    event = _event(decision)
    if event.ended_on is not None or (event.expires_on and event.expires_on <= clock.today()):
        return
    repair = credit.apply_for_repair(
        event,
        statement="已恢复污染防治设施正常运行，缴清罚款，完成人员培训（示例）。",
        promise="我单位公开承诺：严格守法排污，违反承诺愿意承担相应责任（示例）。",
        by=player.signer,
    )
    db.session.flush()
    approver = world.people["approver"]
    if fate in ("granted", "repairable"):
        reason = "四项条件均已满足（示例）。"
        world.on(world.after(clock.today(), 4), lambda: credit.grant_repair(repair, reason, by=approver))
    elif fate == "refused":
        reason = "危险废物贮存场所验收材料不全，补齐后可以再次申请（示例）。"
        world.on(world.after(clock.today(), 4), lambda: credit.refuse_repair(repair, reason, by=approver))
