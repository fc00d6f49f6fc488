"""Permits with outlets, limits and what must be monitored and reported, each entered as a clerk would."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from app.demo import reporting
from app.demo.trades import LOOSE, Limited
from core import clock
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
from permits.models import LimitKind, LimitSource, OutletKind, Permit, PermitVersion, ReportPeriod, VersionGround
from permits.rules.conditions import labels_for, library
from registry.models import Category, Scale

if TYPE_CHECKING:
    from accounts.models import Office
    from app.demo.world import Player, World

LEFT = {
    "阜康晨岭": 111,
    "阜康银砂": 66,
    "奇台碧水泉": 64,
    "昌吉安泽": 72,
    "准东新固": 79,
    "阜康宏砾": 43,
    "吉木萨尔泉畔": -21,
}
"""Days left of some permits: to be renewed soon, not applied for in time, run out."""

CHANGING = ("昌吉精饰", "阜康融科")
"""Permits of which the clerk has begun a change and not yet put it in force."""

USUAL = (130, 190, 260, 340, 430, 520, 640, 780, 900, 1050, 1240, 1420, 1610)

SHARE = {
    Scale.LARGE: Decimal(1),
    Scale.MEDIUM: Decimal("0.4"),
    Scale.SMALL: Decimal("0.12"),
    Scale.MICRO: Decimal("0.05"),
}
"""The tonnes of a works of this size, as part of a large one's."""

LATER = 130
"""Days ago that permits were entered, but for those of the firms that began two years ago."""

MONTHLY = ("阜康甘泉", "阜康广源", "准东火烧山", "昌吉明澈")
"""Firms that report each month although their trade does not."""


NEAR_URUMQI = ("652301", "652302", "652323", "652324")
"""Places of the 乌—昌—石 area; which of the zones belong to it is 未核对."""


def plan(world: World) -> None:
    """Give every firm its permit or registration: the first ones two years ago, most others in the last half-year."""
    number = registered = 0
    for player in world.players:
        if player.firm.trade.category is Category.REGISTRATION:
            left = ENDING.get(registered)
            world.on(world.start + timedelta(days=30 + number % 60), _registration(player, world, left))
            registered += 1
            number += 1
            continue
        early = is_early(player, world)
        entered = world.start if early else world.today - timedelta(days=LATER - number % 9)
        world.on(entered, _permit(world, player, number, early))
        number += 1
    for key in CHANGING:
        world.on(world.ago(2), partial(_being_changed, world, key))
    world.on(world.ago(21), lambda: _rectify(world, "呼图壁雀河"))


def is_early(player: Player, world: World) -> bool:
    """Whether a firm was among those that began."""
    place = world.players.index(player)
    return place % 14 == 0 or player.key in STORIED


def _rectify(world: World, key: str) -> None:
    """A permit under a notice to rectify (条例第四十六条)."""
    player = world.player(key)
    if player and key in world.permits:
        actions.rectify_permit(world.permits[key], "旁路尚未拆除，限期三个月整改（示例）", by=player.clerk)


def _being_changed(world: World, key: str) -> None:
    """A change that the clerk has begun and not yet put in force."""
    player = world.player(key)
    if player and key in world.permits:
        _stricter(player, world.permits[key], issue=False)


STORIED = ("阜康晨岭", "阜康博峰", "阜康华岳", "阜康甘泉", "准东芨芨湖")


def periods_of(player: Player) -> tuple[ReportPeriod, ...]:
    """The reports that a permit asks for: a simplified one only the year's."""
    trade = player.firm.trade
    if trade.category is Category.SIMPLIFIED:
        return (ReportPeriod.YEAR,)
    often = (ReportPeriod.MONTH,) if trade.monthly or player.key in MONTHLY else ()
    return (*often, ReportPeriod.QUARTER, ReportPeriod.YEAR)


ENDING = {1: 25, 3: 70, 8: 25, 13: -18}
"""Registrations taken over near their end: the how manieth, how many days from today it lasts; one has run out."""


def _registration(player: Player, world: World, left: int | None) -> Callable[[], None]:
    def act() -> None:
        day = clock.today()
        ends = _years_on(day, 5) - timedelta(days=1) if left is None else _no_leap(world.today + timedelta(days=left))
        begins = _years_on(ends + timedelta(days=1), -5)
        face = PermitInput(
            f"{player.firm.code}001{'WXYZ'[day.day % 4]}", Category.REGISTRATION, _authority(player), begins
        )
        facts = VersionInput(VersionGround.FIRST, begins, begins, ends, decided_on=begins)
        permit = actions.draft_permit(player.site, face, facts, by=player.clerk)
        actions.issue_version(permit.versions[0], by=player.clerk)

    return act


def _authority(player: Player) -> Office:
    """The prefecture's bureau, or the division's for its own firms: counties issue no permits."""
    return player.clerk.office or player.enterprise.office


def _no_leap(ends: date) -> date:
    """No term of five years ends on the eve of a leap day."""
    return ends - timedelta(days=(ends.month, ends.day) == (2, 28) and calendar.isleap(ends.year))


def _years_on(day: date, years: int) -> date:
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def _permit(world: World, player: Player, number: int, early: bool) -> Callable[[], None]:
    def act() -> None:
        left = LEFT.get(player.key, USUAL[number % len(USUAL)] + number % 7)
        ends = world.today + timedelta(days=left)
        monthly = ReportPeriod.MONTH in periods_of(player)
        renewed = early and number % 3 == 1 and player.key not in LEFT and not monthly
        if renewed:
            ends = world.today - timedelta(days=60 + number * 5 % 420)
        ends = _no_leap(ends)
        begins = _years_on(ends + timedelta(days=1), -5)
        face = PermitInput(
            f"{player.firm.code}001{'PQRV'[number % 4]}", player.firm.trade.category, _authority(player), begins
        )
        facts = VersionInput(VersionGround.FIRST, begins, begins, ends, decided_on=begins)
        permit = actions.draft_permit(player.site, face, facts, by=player.clerk)
        write(permit.versions[0], player, monthly=not early)
        actions.issue_version(permit.versions[0], by=player.clerk)
        world.permits[player.key] = permit
        reporting.expect(world, player, permit)
        if renewed:
            world.on(ends - timedelta(days=20), _renew(world, player, permit, ends))
        elif early and number % 2 and not monthly:
            world.on(world.today - timedelta(days=200 + number), lambda: _stricter(player, permit))
        if early and monthly:
            world.on(world.today - timedelta(days=LATER - 3), lambda: _monthly(world, player, permit))

    return act


def _renew(world: World, player: Player, permit: Permit, ends: date) -> Callable[[], None]:
    def act() -> None:
        begins = ends + timedelta(days=1)
        facts = VersionInput(
            VersionGround.RENEWAL,
            begins,
            begins,
            _years_on(ends, 5),
            applied_on=ends - timedelta(days=75),
            decided_on=clock.today(),
            remark="届满前申请延续，准予延续五年（示例）",
        )
        version = actions.draft_version(permit, facts, by=player.clerk)
        actions.issue_version(version, by=player.clerk)
        reporting.expect(world, player, permit)

    return act


def _change(permit: Permit, remark: str) -> VersionInput:
    day = clock.today()
    return VersionInput(
        VersionGround.CHANGE,
        day + timedelta(days=1),
        permit.valid_from,
        permit.valid_to,
        applied_on=day - timedelta(days=12),
        decided_on=day,
        remark=remark,
    )


def _monthly(world: World, player: Player, permit: Permit) -> None:
    """A change that asks a large works for a report each month."""
    version = actions.draft_version(permit, _change(permit, "增加月度执行报告（示例）"), by=player.clerk)
    actions.set_conditions(version, _conditions(player, periods_of(player)), by=player.clerk)
    actions.set_reports(version, _reports(periods_of(player)), by=player.clerk)
    actions.issue_version(version, by=player.clerk)
    reporting.expect(world, player, permit)


def _stricter(player: Player, permit: Permit, *, issue: bool = True) -> None:
    """A change that tightens one limit, so that two versions differ in something worth reading."""
    version = actions.draft_version(permit, _change(permit, "执行更严的排放限值（示例）"), by=player.clerk)
    limits = []
    for outlet in version.outlets:
        stricter = LimitSource.ULTRA_LOW if outlet.kind is OutletKind.AIR_MAIN else LimitSource.PROMISED
        for place, limit in enumerate(outlet.limits):
            tighter = limit.kind is LimitKind.CONCENTRATION and limit.value_low is None and place == 0
            value = (limit.value * Decimal("0.8")).normalize() if tighter else limit.value
            limits.append(
                LimitInput(
                    outlet.code,
                    limit.pollutant_code,
                    limit.pollutant_name,
                    limit.kind,
                    value,
                    limit.unit,
                    value_low=limit.value_low,
                    basis=limit.basis,
                    source=stricter if tighter else limit.source,
                )
            )
    actions.set_limits(version, limits, by=player.clerk)
    if issue:
        actions.issue_version(version, by=player.clerk)


def write(version: PermitVersion, player: Player, *, monthly: bool) -> None:
    """What the permit of a firm says: outlets, limits, monitoring, reports, conditions."""
    clerk = player.clerk
    periods = tuple(each for each in periods_of(player) if monthly or each is not ReportPeriod.MONTH)
    trade, dice = player.firm.trade, Random(player.firm.code)  # noqa: S311 - fiction
    outlets, limits, monitoring = [], [], []
    for mouth in trade.outlets:
        longitude = Decimal(str(round(player.firm.longitude + dice.uniform(-0.003, 0.003), 6)))
        latitude = Decimal(str(round(player.firm.latitude + dice.uniform(-0.003, 0.003), 6)))
        spot = (None, None) if mouth.kind is LOOSE else (longitude, latitude)
        outlets.append(OutletInput(mouth.code, mouth.name, mouth.kind, mouth.goes_to, *spot))
        for each in mouth.limited:
            where = (mouth.code, each.code, each.name)
            limits.append(
                LimitInput(
                    *where,
                    LimitKind.CONCENTRATION,
                    each.most,
                    each.unit,
                    value_low=each.least,
                    basis=mouth.basis,
                    source=LimitSource.AREA
                    if mouth.kind is OutletKind.AIR_MAIN and player.enterprise.area.code in NEAR_URUMQI
                    else LimitSource.STANDARD,
                )
            )
            if each.annual is not None:
                tonnes = _tonnes(each, player.firm.trade.scale, dice)
                limits.append(
                    LimitInput(
                        *where,
                        LimitKind.ANNUAL,
                        tonnes,
                        "t",
                        basis="技术规范绩效法（示例）",
                        source=LimitSource.QUANTITY,
                    )
                )
            monitoring.append(MonitoringInput(*where, each.frequency, each.method))
    actions.set_outlets(version, outlets, by=clerk)
    actions.set_limits(version, limits, by=clerk)
    actions.set_monitoring(version, monitoring, by=clerk)
    actions.set_conditions(version, _conditions(player, periods), by=clerk)
    actions.set_reports(version, _reports(periods), by=clerk)


def _reports(periods: Sequence[ReportPeriod]) -> list[ReportInput]:
    labels = {ReportPeriod.YEAR: ("8.1", 31), ReportPeriod.QUARTER: ("8.2", 15), ReportPeriod.MONTH: ("8.3", 15)}
    return [ReportInput(period, labels[period][1], labels[period][0]) for period in periods]


def _tonnes(each: Limited, scale: Scale, dice: Random) -> Decimal:
    whole = (each.annual or Decimal(0)) * SHARE[scale] * Decimal(str(round(dice.uniform(0.8, 1.2), 2)))
    return whole.quantize(Decimal("0.0001") if whole < 1 else Decimal("0.1"), ROUND_HALF_UP)


def _conditions(player: Player, periods: Sequence[ReportPeriod]) -> list[ConditionInput]:
    texts = [
        ("5", "无组织排放", "生产、装卸、贮存过程应采取密闭、围挡、遮盖、喷淋等措施。"),
        ("5.2", "无组织排放", "物料堆场应封闭或全部遮盖，装卸应喷淋；厂区道路硬化并定期清扫。"),
        ("6.1", "自行监测", "按表列点位、因子和频次开展自行监测，原始记录保存不少于五年。"),
        ("6.3", "污染防治设施", "污染防治设施应与生产设施同时运行，故障时立即报告并停止对应工序。"),
        ("7.1", "环境管理台账", "每日记录生产和污染防治设施运行情况，保存不少于五年。"),
        ("8.1", "执行报告", "次年 1 月 31 日前提交年度执行报告。"),
    ]
    if ReportPeriod.QUARTER in periods:
        texts.append(("8.2", "执行报告", "每季度结束后 15 日内提交季度执行报告。"))
    if ReportPeriod.MONTH in periods:
        texts.append(("8.3", "执行报告", "每月结束后 15 日内提交月度执行报告。"))
    own = [ConditionInput(label, category, text, "许可证副本（示例）") for label, category, text in texts]
    return sorted([*own, *_standard(player)], key=lambda each: [int(part) for part in each.label.split(".")])


def _standard(player: Player) -> list[ConditionInput]:
    """What the clerk chose from the library, the measures of a heavy-pollution day filled in."""
    keys = ["limits.kept", "facilities.run", "special.periods", "disclosure.made", "term.renewal", "other.inspection"]
    if player.firm.trade.category is Category.KEY:
        keys += ["heavy.orange", "heavy.red", "soil.risk"]
    chosen = [library()[key] for key in keys]
    measures = {
        "heavy.orange": "产量压减三成，停止露天装卸（示例）",
        "heavy.red": "产量压减五成，国四以下车辆不得进出（示例）",
    }
    return [
        ConditionInput(
            label, each.category, each.text.replace("【待填：措施】", measures.get(each.key, "")), each.source, each.key
        )
        for label, each in zip(labels_for(keys, ()), chosen, strict=True)
    ]
