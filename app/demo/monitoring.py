"""Self-monitoring: a year of day means, some weeks of hours and samples of some firms; limits broken, odd series, keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core import clock
from core.db import db
from permits import actions, queries
from permits.actions import ResultInput
from permits.models import Exceedance, MeasureKind, MonitoringResult, MonitoringSignal, SignalKind
from permits.rules import monitoring, results
from permits.rules.results import Place

if TYPE_CHECKING:
    from app.demo.world import Player, World

AUTOMATIC = ("阜康晨岭", "阜康甘泉", "准东火烧山", "昌吉庭北", "玛纳斯绿禾", "准东净湾")
"""Firms whose instruments are connected: a year of days, three weeks of hours."""

DAYS, HOURS = 365, 21 * 24
SAMPLED = 40
"""So many further firms have entered samples by hand."""

MISSED, MISSED_BY, MISSED_SINCE = (17, 58, 103), ("阜康华岳",), timedelta(days=60)
"""The firms, by their place or name, that did not sample in what ended in the last weeks."""

FLAT, DIGITS, BEYOND, STILL = 0, 1, 2, 4
"""Which of the automatic firms shows which sign."""

WORDS = {
    SignalKind.FLAT: "调阅仪器日志：采样管路结冰堵塞，读数未更新，已检修并重新校准（示例）。",
}


def plan(world: World) -> None:
    """Everything is delivered today, after the reports: they were written without it."""
    for number, key in enumerate(AUTOMATIC):
        if (player := world.player(key)) is not None:
            world.exactly(world.today, partial(_automatic, world, player, number))
    for number, player in enumerate(world.players):
        world.exactly(world.today, partial(_by_hand, world, player, number))
    world.exactly(world.today, partial(actions.begin_rounds, world.today))
    others = [each for each in world.players if each.key not in AUTOMATIC][:: max(1, len(world.players) // SAMPLED)]
    for number, player in enumerate(others):
        world.exactly(world.today, partial(_sampled, world, player, number))
    world.exactly(world.today, partial(_looked_into, world))


def _places(world: World, player: Player) -> list[Place]:
    permit = world.permits.get(player.key)
    version = queries.permits.version_on(permit, world.today) if permit else None
    return [each for each in results.places(version).values() if each.limit is not None]


def _automatic(world: World, player: Player, number: int) -> None:
    permit, places = world.permits.get(player.key), _places(world, player)
    watched = [each for each in places if monitoring.is_automatic(each.frequency, each.method)][:4] or places[:2]
    if permit is None or not watched:
        return
    days = min(DAYS, (world.today - permit.issued_on).days)
    for order, place in enumerate(watched):
        dice = Random(f"{player.key} {place.outlet_code} {place.pollutant_code}")  # noqa: S311 - fiction
        given = [*_days(world.today, place, dice, days, order), *_hours(world.today, place, dice, number, order)]
        actions.record_results(
            permit, given, by=player.preparer, source="api", told=f"数据接口报送 {len(given)} 条监测结果"
        )
    if number == BEYOND:
        at = clock.midnight(world.today) - timedelta(hours=5)
        below = [_result(watched[0], at + timedelta(hours=hour), Decimal("-1.2"), MeasureKind.HOUR) for hour in (0, 1)]
        actions.record_results(permit, below, by=player.preparer, source="hj212")
    actions.create_token(player.enterprise, "在线监测平台（示例）", by=player.signer)
    if number == FLAT:
        old, _secret = actions.create_token(player.enterprise, "旧数采仪（示例）", by=player.signer)
        actions.revoke_token(old, by=player.signer)


def _level(place: Place, dice: Random, share: float, spread: float) -> Decimal:
    """A figure at some share of the limit; pH in the middle of its range."""
    limit = float(place.limit or 1)
    if place.low is not None:
        middle, half = (limit + float(place.low)) / 2, (limit - float(place.low)) / 2
        return Decimal(str(round(middle + half * max(-0.8, min(0.8, dice.gauss(0, 0.25))), 2)))
    value = limit * max(0.05, min(0.96, dice.gauss(share, spread)))
    return Decimal(str(round(value, 2 if limit >= 1 else 5)))


def _days(today: date, place: Place, dice: Random, count: int, order: int) -> Iterator[ResultInput]:
    for back in range(count, 0, -1):
        at = clock.midnight(today - timedelta(days=back))
        season = 0.5 + 0.12 * abs((today - timedelta(days=back)).timetuple().tm_yday - 182) / 182
        value = _level(place, dice, season, 0.08)
        if back in (47, 9) and place.low is None and order == 0:
            value = (Decimal(place.limit or 1) * Decimal("1.06")).quantize(Decimal("0.00001"))
        yield _result(place, at, value, MeasureKind.DAY)


def _hours(today: date, place: Place, dice: Random, number: int, order: int) -> Iterator[ResultInput]:
    begin = clock.midnight(today) - timedelta(hours=HOURS)
    still = _level(place, dice, 0.5, 0.02)
    for hour in range(HOURS):
        value = _level(place, dice, 0.55, 0.1)
        if order == 0 and number == FLAT and 200 <= hour < 226:
            value = still
        if order == 0 and number == STILL and hour >= HOURS - 14:
            value = still
        if order == 0 and number == DIGITS and hour >= HOURS - 90:
            value = (value * 10).to_integral_value() / 10 + Decimal("0.05")
        if hour in (130, 131) and place.medium == results.AIR and order == 0:
            value = (Decimal(place.limit or 1) * Decimal("1.15")).quantize(Decimal("0.00001"))
        yield _result(place, begin + timedelta(hours=hour), value, MeasureKind.HOUR)


def _result(place: Place, at: datetime, value: Decimal | None, kind: MeasureKind, **more: Any) -> ResultInput:
    return ResultInput(place.outlet_code, place.pollutant_code, at, value, place.unit, kind, **more)


def _copy(world: World, player: Player) -> bool:
    """Two days of one outlet's hours given as another's too, where a firm has two outlets for a pollutant."""
    permit, places = world.permits.get(player.key), _places(world, player)
    pairs = (
        (one, two) for one in places for two in places if one.pollutant_code == two.pollutant_code and one is not two
    )
    for one, two in pairs:
        wanted = select(MonitoringResult).where(
            MonitoringResult.permit_id == (permit.id if permit else 0),
            MonitoringResult.outlet_code == one.outlet_code,
            MonitoringResult.pollutant_code == one.pollutant_code,
            MonitoringResult.kind == MeasureKind.HOUR,
            MonitoringResult.value < two.limit,
        )
        rows = db.session.scalars(wanted.order_by(MonitoringResult.measured_at.desc()).limit(48)).all()
        if permit is not None and len(rows) == 48:
            given = [_result(two, each.measured_at, each.value, MeasureKind.HOUR) for each in rows]
            actions.record_results(permit, given, by=player.preparer, source="api")
            return True
    return False


def _sampled(world: World, player: Player, number: int) -> None:
    """A round of samples each quarter; here and there nothing was detected, or the limit was broken."""
    permit, places = world.permits.get(player.key), _places(world, player)
    if permit is None or not places:
        return
    given = []
    for quarter in range(4 if number % 3 else 3):
        day = world.today - timedelta(days=12 + 91 * quarter + number % 7)
        if day < permit.issued_on or queries.permits.version_on(permit, day) is None:
            continue
        at = clock.midnight(day) + timedelta(hours=10, minutes=number % 50)
        for order, place in enumerate(places):
            dice = Random(f"{player.key} {day} {place.outlet_code} {place.pollutant_code}")  # noqa: S311 - fiction
            if order % 5 == 4 and place.low is None:
                least = (Decimal(place.limit or 1) / 50).quantize(Decimal("0.000001"))
                given.append(_result(place, at, None, MeasureKind.SAMPLE, detection_limit=least))
                continue
            value = _level(place, dice, 0.45, 0.15)
            if number % 11 == 5 and quarter == 0 and order == 0 and place.low is None:
                value = (Decimal(place.limit or 1) * Decimal("1.2")).quantize(Decimal("0.00001"))
            given.append(_result(place, at, value, MeasureKind.SAMPLE))
    if given:
        actions.record_results(permit, given, by=player.preparer, told=f"录入监测结果 {len(given)} 条")
        _invalid(world, player, number)


def _by_hand(world: World, player: Player, number: int) -> None:
    """What the permit wants sampled in each round begun, the last round of some firms excepted; few are late."""
    permit = world.permits.get(player.key)
    version = queries.permits.version_on(permit, world.today) if permit else None
    known = results.places(version)
    given = []
    for owed in queries.rounds.begun(permit, world.today) if permit else []:
        over = owed.last < world.today
        misses = number in MISSED or player.key in MISSED_BY
        if (over and misses and owed.last >= world.today - MISSED_SINCE) or (not over and number % 3 == 0):
            continue
        until = min(owed.last, world.today - timedelta(days=1))
        for code, wants in owed.wants.items():
            place = known.get((owed.outlet_code, code))
            if place is None or place.limit is None or until < owed.first:
                continue
            dice = Random(f"{player.key} {owed.key} {code}")  # noqa: S311 - fiction
            days = (until - owed.first).days + 1
            for turn in range(min(wants.times, days)):
                at = clock.midnight(owed.first + timedelta(days=turn * days // min(wants.times, days)))
                moment = at + timedelta(hours=15, minutes=number % 50)
                given.append(_result(place, moment, _level(place, dice, 0.45, 0.12), MeasureKind.SAMPLE))
    if permit is not None and given:
        actions.record_results(permit, given, by=player.preparer, told=f"录入监测结果 {len(given)} 条")


def _invalid(world: World, player: Player, number: int) -> None:
    """One sample that the laboratory took back."""
    if number != 2:
        return
    permit = world.permits[player.key]
    found = db.session.scalars(
        select(MonitoringResult).where(
            MonitoringResult.permit_id == permit.id,
            MonitoringResult.value.is_not(None),
            MonitoringResult.replaced_at.is_(None),
        )
    ).first()
    if found is not None:
        actions.invalidate_result(found, permit, "采样瓶破损，样品受污染，已重新采样（示例）", by=player.preparer)


def _looked_into(world: World) -> None:
    """One firm copies; the officers have looked into some of the signals and one of the leads."""
    next((each for key in AUTOMATIC if (each := world.player(key)) and _copy(world, each)), None)
    for kind, words in WORDS.items():
        sign = db.session.scalars(select(MonitoringSignal).where(MonitoringSignal.kind == kind)).unique().first()
        if sign is not None:
            player = next(each for each in world.players if each.enterprise.id == sign.enterprise_id)
            actions.handle_signal(sign, words, by=player.officers[0])
    lead = (
        db.session.scalars(
            select(Exceedance).where(Exceedance.source_kind == "monitoring_result", Exceedance.handled_at.is_(None))
        )
        .unique()
        .first()
    )
    if lead is not None:
        player = next(each for each in world.players if each.enterprise.id == lead.enterprise_id)
        actions.handle_exceedance(lead, "现场核实：脱硫塔检修期间短时超限，已恢复正常（示例）。", by=player.officers[0])
