"""Permits with outlets, limits and what must be monitored and reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from accounts.audit import record
from core.db import db
from permits.models import (
    Condition,
    EmissionLimit,
    LimitKind,
    MonitoringRequirement,
    Outlet,
    OutletKind,
    Permit,
    PermitState,
    PermitVersion,
    ReportPeriod,
    ReportRequirement,
    VersionGround,
)
from registry.models import Category, Enterprise, Site

if TYPE_CHECKING:
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
        permit = Permit(
            enterprise_id=firm.id,
            site_id=site.id,
            permit_no=f"{firm.credit_code}001{'PUVQRS'[number % 6]}",
            category=firm.category,
            authority_id=world.people["permit"].office_id or firm.office_id,
            state=PermitState.IN_FORCE,
            issued_on=valid_from,
            valid_from=valid_from,
            valid_to=valid_to,
            source="示例",
        )
        db.session.add(permit)
        db.session.flush()
        version = PermitVersion(
            permit_id=permit.id,
            number=1,
            ground=VersionGround.FIRST,
            in_force_from=valid_from,
            valid_from=valid_from,
            valid_to=valid_to,
            decided_on=valid_from,
        )
        db.session.add(version)
        db.session.flush()
        _contents(version, number)
        firm.permit_no, firm.permit_valid_to = permit.permit_no, valid_to
        record(permit, "permit:issue", f"登记许可证 {permit.permit_no}", by=world.people["permit"])

    return act


def _contents(version: PermitVersion, number: int) -> None:
    water = number % 3 != 1
    plans = [
        ("DA001", "主要废气排放口", OutletKind.AIR_MAIN, AIR),
        ("DA002", "一般废气排放口", OutletKind.AIR_GENERAL, AIR[2:]),
    ]
    if water:
        plans.append(("DW001", "废水总排口", OutletKind.WATER, WATER))
    for code, name, kind, pollutants in plans:
        outlet = Outlet(
            permit_version_id=version.id,
            code=code,
            name=name,
            kind=kind,
            destination="" if kind is not OutletKind.WATER else "园区污水处理厂",
        )
        db.session.add(outlet)
        db.session.flush()
        unit = "mg/L" if kind is OutletKind.WATER else "mg/m³"
        for pollutant, title, limit, annual in pollutants:
            db.session.add(
                EmissionLimit(
                    outlet_id=outlet.id,
                    pollutant_code=pollutant,
                    pollutant_name=title,
                    kind=LimitKind.CONCENTRATION,
                    value=Decimal(limit),
                    unit=unit,
                    basis="示例标准",
                )
            )
            if code != "DA002":
                db.session.add(
                    EmissionLimit(
                        outlet_id=outlet.id,
                        pollutant_code=pollutant,
                        pollutant_name=title,
                        kind=LimitKind.ANNUAL,
                        value=Decimal(annual + number % 9),
                        unit="t/a",
                        basis="示例核算",
                    )
                )
            db.session.add(
                MonitoringRequirement(
                    outlet_id=outlet.id,
                    pollutant_code=pollutant,
                    pollutant_name=title,
                    frequency="1次/季",
                    method="手工",
                )
            )
    texts = [
        ("5.2", "无组织排放", "物料堆场应封闭或遮盖，装卸应喷淋。"),
        ("6.1", "自行监测", "按表列点位、因子和频次开展自行监测。"),
        ("7.1", "环境管理台账", "每日记录污染防治设施运行情况，保存不少于五年。"),
        ("8.2", "执行报告", "每季度结束后 15 日内提交季度执行报告，次年 1 月 31 日前提交年度执行报告。"),
    ]
    for position, (label, category, text) in enumerate(texts, 1):
        db.session.add(
            Condition(
                permit_version_id=version.id,
                position=position,
                label=label,
                category=category,
                text=text,
                source="许可证副本（示例）",
            )
        )
    db.session.add(
        ReportRequirement(permit_version_id=version.id, period=ReportPeriod.QUARTER, due_days=15, condition_label="8.2")
    )
    db.session.flush()
