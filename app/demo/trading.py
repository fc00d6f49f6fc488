"""Emission rights of some permits: allotted with the permit, a few bought, leased or sold."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from permits import actions, queries
from permits.models import LimitKind, RightSource

if TYPE_CHECKING:
    from app.demo.world import Player, World

EVERY = 4
"""One firm in so many has its rights on record."""

BANK = "北庭排污权储备中心（示例）"
LINES = (
    [(RightSource.ALLOTTED, Decimal(1), "", None)],
    [(RightSource.ALLOTTED, Decimal("0.9"), "", None), (RightSource.BOUGHT, Decimal("0.1"), BANK, Decimal(36000))],
    [(RightSource.ALLOTTED, Decimal("0.8"), "", None), (RightSource.LEASED, Decimal("0.1"), BANK, Decimal(9000))],
    [(RightSource.ALLOTTED, Decimal("1.2"), "", None), (RightSource.SOLD, Decimal("0.1"), BANK, Decimal(52000))],
)
"""Source, share of what is permitted, counterparty and price: equal, made up, still short, more than enough."""


def plan(world: World) -> None:
    """A few months ago the clerks began to enter the rights."""
    for number, player in enumerate(world.players[::EVERY]):
        world.on(world.ago(90 - number % 60), partial(_record, world, player, number))


def _record(world: World, player: Player, number: int) -> None:
    permit = world.permits.get(player.key)
    version = queries.permits.version_on(permit, world.today) if permit else None
    if permit is None or version is None:
        return
    totals: dict[tuple[str, str], Decimal] = {}
    for limit in (each for outlet in version.outlets for each in outlet.limits if each.kind is LimitKind.ANNUAL):
        key = (limit.pollutant_code, limit.pollutant_name)
        totals[key] = totals.get(key, Decimal(0)) + limit.value
    term = (version.valid_from, version.valid_to)
    for (code, name), permitted in totals.items():
        for source, share, other, price in LINES[number % len(LINES)]:
            facts = actions.RightInput(
                code,
                name,
                source,
                (permitted * share).quantize(Decimal("0.001")),
                *term,
                other,
                price,
                f"示例核定〔{term[0].year}〕{number + 1}号"
                if source is RightSource.ALLOTTED
                else f"示例合同 {number + 1}",
            )
            if facts.amount > 0:
                actions.record_right(permit, facts, by=player.clerk)
