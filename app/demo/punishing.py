"""Penalty decisions, listings in every state, and repairs."""

from __future__ import annotations

from collections.abc import Callable
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
from registry.models import Enterprise, ServiceMode

if TYPE_CHECKING:
    from app.demo.generate import World

BASIS = "示例依据：新疆维吾尔自治区环境保护相关规定和州“十四五”规划关于失信名单的要求（未核对，仅供演示）"

CASES: list[tuple[str, str, list[str], int, str]] = [
    ("PP-CONC", "废气排放口氮氧化物浓度超过许可限值", ["fine"], 120000, ""),
    ("EVA-PIPE", "通过暗管向厂外沟渠排放生产废水", ["fine"], 480000, "listed"),
    ("DUST-IND", "物料装卸未采取防尘措施", ["fine"], 30000, ""),
    ("EVA-FAKE", "篡改自动监测设备参数，伪造监测数据", ["fine"], 600000, "repaired"),
    ("LED-NONE", "未按规定建立环境管理台账", ["fine"], 20000, ""),
    ("EVA-PIPE", "利用渗坑排放含盐废水", ["fine"], 360000, "notified"),
    ("PP-CONC", "废水排放口化学需氧量超过许可限值", ["fine"], 150000, ""),
    ("EVA-ABNORMAL", "夜间停运脱硫设施排放烟气", ["fine"], 300000, "objected"),
    ("PP-NONE", "未取得排污许可证排放污染物", ["fine"], 260000, ""),
    ("EVA-PIPE", "通过雨水管网排放生产废水", ["fine"], 420000, "dropped"),
    ("EVA-FAKE", "更换监测采样管稀释样气", ["fine"], 500000, "proposed"),
    ("MON-SELF-AIR", "未按规定开展自行监测", ["fine"], 40000, "quashed"),
    ("EVA-ABNORMAL", "擅自停运除尘器排放烟气", ["fine"], 280000, "listed"),
    ("EVA-PIPE", "设置旁路暗管排放废水", ["fine"], 450000, ""),
]


def plan(world: World) -> None:
    """Spread the cases over the last year and a half, the grave ones early enough to run their course."""
    for number, (key, facts, kinds, fine, fate) in enumerate(CASES):
        firm = world.firms[(number * 11 + 2) % len(world.firms)] if number else world.firms[0]
        ago = {
            "listed": 260,
            "repaired": 560,
            "notified": 4,
            "objected": 8,
            "dropped": 90,
            "proposed": 3,
            "quashed": 200,
        }
        day = world.today - timedelta(days=ago.get(fate, 60 + number * 31) + 25)
        world.on(day, _decide(world, firm, number, key, facts, kinds, fine, fate))


def _decide(
    world: World, firm: Enterprise, number: int, key: str, facts: str, kinds: list[str], fine: int, fate: str
) -> Callable[[], None]:
    def act() -> None:
        first, _second = world.officers(firm)
        today = clock.today()
        done = today - timedelta(days=40)
        citation = basis.cite_key(key, "", act_from=done, act_to=done, decided=today)
        offered = [option.rule.rule_id for option in citation.options] or list(citation.rules)
        rule = offered[0]
        low, high = basis.fine_range(rule)
        amount = max(low or Decimal(0), min(Decimal(fine), high or Decimal(fine)))
        office = firm.office if firm.office.parent_id is None or today >= date(2026, 8, 15) else firm.office.parent
        decision = actions.record_decision(
            firm,
            actions.DecisionInput(
                number=f"昌州环罚字〔{today.year}〕示-{number + 1}号",
                office=office or firm.office,
                violation_key=key,
                violation_branch="",
                rule_id=rule,
                choice_reason="法制审核选定（示例）" if citation.conflict or citation.waits else "",
                facts=f"{done.year}年{done.month}月{done.day}日，{facts}（示例）。",
                kinds=kinds,
                content=f"罚款人民币 {amount:,.0f} 元",
                fine=amount,
                confiscated=None,
                act_from=done,
                act_to=done,
                decided_on=today,
                served_on=today,
                scan=pictures.scan(f"decision {number + 1}"),
            ),
            by=first,
        )
        db.session.flush()
        if number != len(CASES) - 1:
            world.on(today + timedelta(days=3), _confirm(world, decision, fate))

    return act


def _confirm(world: World, decision: PenaltyDecision, fate: str) -> Callable[[], None]:
    def act() -> None:
        actions.confirm_decision(decision, by=world.people["approver"])
        officer = decision.recorded_by
        if fate != "listed":
            world.on(clock.today() + timedelta(days=12), lambda: actions.note_paid(decision, clock.today(), by=officer))
            world.on(
                clock.today() + timedelta(days=30), lambda: actions.note_corrected(decision, clock.today(), by=officer)
            )
        if fate == "quashed":
            world.on(
                clock.today() + timedelta(days=50),
                lambda: actions.quash_decision(
                    decision, clock.today(), "复议决定撤销（示例）", by=world.people["approver"]
                ),
            )
        elif fate:
            world.on(clock.today() + timedelta(days=6), _propose(world, decision, fate))

    return act


def _propose(world: World, decision: PenaltyDecision, fate: str) -> Callable[[], None]:
    def act() -> None:
        event = db.session.scalars(
            select(CreditEvent).where(
                CreditEvent.source_kind == "penalty_decision", CreditEvent.source_id == decision.id
            )
        ).one()
        listing = credit.propose_listing(
            event,
            list_type=ListType.PREFECTURE,
            ground="逃避监管排放污染物或者监测数据弄虚作假",
            legal_basis=BASIS,
            term_months=12 if fate == "repaired" else 24,
            by=world.people["credit"],
        )
        db.session.flush()
        if fate != "proposed":
            world.on(clock.today() + timedelta(days=3), _notify(world, listing, fate))

    return act


def _notify(world: World, listing: Listing, fate: str) -> Callable[[], None]:
    def act() -> None:
        firm = listing.enterprise
        credit.notify_listing(
            listing,
            mode=ServiceMode.DIRECT,
            recipient=firm.legal_representative,
            place=firm.address,
            served_on=clock.today(),
            by=world.people["credit"],
        )
        db.session.flush()
        until = listing.objection_until or clock.today()
        if fate in ("objected", "dropped"):
            world.on(
                clock.today() + timedelta(days=2),
                lambda: credit.object_to_listing(
                    listing, "废水系雨季倒灌，并非暗管排放，请复核现场照片（示例）。", by=world.people["signer"]
                ),
            )
        if fate == "dropped":
            world.on(clock.today() + timedelta(days=6), lambda: _uphold(world, listing))
        if fate in ("listed", "repaired"):
            world.on(until + timedelta(days=2), lambda: credit.decide_listing(listing, by=world.people["approver"]))
        if fate == "repaired":
            world.on(until + timedelta(days=400), lambda: _repair(world, listing))

    return act


def _uphold(world: World, listing: Listing) -> None:
    objection = listing.objections[-1]
    credit.answer_objection(
        objection, listing, True, "经复核，证据不足以认定暗管（示例）。", by=world.people["approver"]
    )


def _repair(world: World, listing: Listing) -> None:
    if listing.term_to and listing.term_to <= clock.today():
        return
    repair = credit.apply_for_repair(
        listing.event,
        statement="已拆除旁路，恢复设施正常运行，缴清罚款（示例）。",
        promise="我单位公开承诺守法排污（示例）。",
        by=world.people["signer"],
    )
    db.session.flush()
    credit.grant_repair(repair, "四项条件均已满足（示例）。", by=world.people["approver"])
