"""Permits with outlets, limits and what must be monitored and reported, each entered as a clerk would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.db import db
from permits import actions
from permits.actions import (
    ConditionInput,
    LimitInput,
    MonitoringInput,
    OutletInput,
    PermitInput,
    ReportInput,
    VersionInput,
)
from permits.models import LimitKind, OutletKind, PermitVersion, ReportPeriod, VersionGround
from registry.models import Category, Enterprise, Site

if TYPE_CHECKING:
    from accounts.models import User
    from app.demo.generate import World

AIR = [("a21002", "氮氧化物", 150, 86), ("a21026", "二氧化硫", 50, 42), ("a34013", "颗粒物", 30, 18)]
WATER = [("w01018", "化学需氧量", 150, 12), ("w21003", "氨氮", 25, 2), ("w01012", "悬浮物", 70, 6)]


def plan(world: World) -> None:
    """Give every firm that needs one its permit; some end soon, some have ended."""
    for number, firm in enumerate(world.firms):
        if firm.category not in (Category.KEY, Category.SIMPLIFIED):
            continue
        left = (18, 33, 52, 75, 110, 240, 420, 700, 1000, 1300)[number % 10] if number % 29 else -20
        valid_to = world.today + timedelta(days=left + number % 7)
        world.on(world.today - timedelta(days=720 - number % 20), _permit(world, firm, number, valid_to))


def _permit(world: World, firm: Enterprise, number: int, valid_to: date) -> Callable[[], None]:
    def act() -> None:
        site = db.session.scalars(select(Site).where(Site.enterprise_id == firm.id)).first()
        if site is None:
            return
        valid_from = date(valid_to.year - 5, valid_to.month, min(valid_to.day, 28))
        clerk = world.people["permit"]
        face = PermitInput(
            permit_no=f"{firm.credit_code}001{'PUVQRS'[number % 6]}",
            category=firm.category,
            authority=clerk.office or firm.office,
            issued_on=valid_from,
        )
        facts = VersionInput(VersionGround.FIRST, valid_from, valid_from, valid_to, decided_on=valid_from)
        permit = actions.draft_permit(site, face, facts, by=clerk)
        _contents(permit.versions[0], number, clerk)
        actions.issue_version(permit.versions[0], by=clerk)

    return act


def _contents(version: PermitVersion, number: int, clerk: User) -> None:
    plans = [
        ("DA001", "主要废气排放口", OutletKind.AIR_MAIN, AIR),
        ("DA002", "一般废气排放口", OutletKind.AIR_GENERAL, AIR[2:]),
    ]
    if number % 3 != 1:
        plans.append(("DW001", "废水总排口", OutletKind.WATER, WATER))
    outlets, limits, monitoring = [], [], []
    for code, name, kind, pollutants in plans:
        water = kind is OutletKind.WATER
        outlets.append(OutletInput(code, name, kind, "园区污水处理厂" if water else ""))
        unit = "mg/L" if water else "mg/m³"
        for pollutant, title, limit, annual in pollutants:
            where = (code, pollutant, title)
            limits.append(LimitInput(*where, LimitKind.CONCENTRATION, Decimal(limit), unit, basis="示例标准"))
            if code != "DA002":
                limits.append(LimitInput(*where, LimitKind.ANNUAL, Decimal(annual + number % 9), "t", basis="示例核算"))
            monitoring.append(MonitoringInput(*where, "1次/季", "手工"))
    actions.set_outlets(version, outlets, by=clerk)
    actions.set_limits(version, limits, by=clerk)
    actions.set_monitoring(version, monitoring, by=clerk)
    texts = [
        ("5.2", "无组织排放", "物料堆场应封闭或遮盖，装卸应喷淋。"),
        ("6.1", "自行监测", "按表列点位、因子和频次开展自行监测。"),
        ("7.1", "环境管理台账", "每日记录污染防治设施运行情况，保存不少于五年。"),
        ("8.1", "执行报告", "次年 1 月 31 日前提交年度执行报告。"),
        ("8.2", "执行报告", "每季度结束后 15 日内提交季度执行报告。"),
    ]
    conditions = [ConditionInput(label, category, text, "许可证副本（示例）") for label, category, text in texts]
    actions.set_conditions(version, conditions, by=clerk)
    reports = [ReportInput(ReportPeriod.QUARTER, 15, "8.2"), ReportInput(ReportPeriod.YEAR, 31, "8.1")]
    actions.set_reports(version, reports, by=clerk)
