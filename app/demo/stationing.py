"""Stations of HJ 212: two that report each minute, one that was taken out, and what was refused of a wrong one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from core import clock
from permits import actions, queries
from permits.models import Fault, Protocol
from permits.rules import hj212, numbers

if TYPE_CHECKING:
    from app.demo.world import Player, World

FIRMS = ("阜康晨岭", "昌吉庭北")
MINUTES = 90
WORD = "demo2126"


def plan(world: World) -> None:
    """They report today, after everything else."""
    for number, key in enumerate(FIRMS):
        if (player := world.player(key)) is not None:
            world.exactly(world.today, partial(_station, world, player, number))


def _station(world: World, player: Player, number: int) -> None:
    permit = world.permits.get(player.key)
    version = queries.permits.version_on(permit, world.today) if permit else None
    outlet = next((each for each in version.outlets if not numbers.is_water(each.code)), None) if version else None
    if permit is None or outlet is None:
        return
    mn = f"6523DEMO{number:04}"
    station = actions.add_station(permit, mn, outlet.code, hj212.AIR, WORD, Protocol.HJ212_2017, by=player.clerk)
    limits = {each.pollutant_code: float(each.value) for each in outlet.limits if each.pollutant_code.startswith("a")}
    known = queries.stations.speaking([mn])
    dice, now = Random(mn), clock.now().replace(second=0, microsecond=0)  # noqa: S311 - fiction
    for back in range(MINUTES, 0, -1):
        at = clock.beijing(now - timedelta(minutes=back)).strftime("%Y%m%d%H%M%S")
        values = ";".join(
            f"{code}-Avg={limit * max(0.2, min(0.9, dice.gauss(0.55, 0.05))):.3f},{code}-Flag=N"
            for code, limit in limits.items()
        )
        head = f"QN={at}000;ST=31;CN=2051;PW={WORD};MN={mn};Flag=5"
        actions.take_message(hj212.parse(f"{head};CP=&&DataTime={at};{values}&&"), known, by=player.clerk)
    if number:
        actions.end_station(station, by=player.clerk)
    else:
        actions.note_refused("192.0.2.17", Fault.PASSWORD, Fault.PASSWORD.label, f"ST=31;CN=2011;MN={mn};")
