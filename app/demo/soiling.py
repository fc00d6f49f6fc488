"""The yearly duties of the firms on the soil list: handed in, confirmed, given back, late, and never handed in."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.demo import pictures
from core import clock
from core.db import db
from registry import actions, obligations
from registry.models import HandIn, HandInState, ListKind, Obligation, ObligationKind

if TYPE_CHECKING:
    from app.demo.world import Player, World

LACKING = "地下水监测井少报两口，请补齐后再报（示例）"


def plan(world: World) -> None:
    """Each January the year before is handed in and read; this year's is on its way at the first firms of the list."""
    players = [each for each in world.players if ListKind.SOIL in each.firm.trade.lists]
    for year in range(world.start.year, world.today.year):
        world.on(date(year + 1, 1, 5), partial(_plan_year, world, players, year))
    for number, player in enumerate(players[:3]):
        world.on(world.ago((9, 2, 12)[number]), partial(_begin_this_year, world, player, number))


def _plan_year(world: World, players: list[Player], year: int) -> None:
    """All hand in what they owe for a year but the second: one thing comes late, and one never."""
    owing = [each for each in players if _open(each, world, year)]
    for number, player in enumerate(owing):
        day = date(year + 1, 1, 6) + timedelta(days=number % 20)
        world.on(day, partial(_hand_in, world, player, year, ("soil-toxic", "soil-hidden") if number == 1 else ()))
        if number == 1:
            world.on(date(year + 1, 2, 20), partial(_hand_in, world, player, year, ("soil-toxic",)))


def _open(player: Player, world: World, year: int) -> list[Obligation]:
    permit = world.permits.get(player.key)
    return [
        each
        for each in (obligations.of(permit) if permit is not None else ())
        if each.kind is ObligationKind.SOIL
        and each.voided_on is None
        and each.fulfilled_on is None
        and each.period_to is not None
        and each.period_to.year == year
        and (each.opens_on is None or each.opens_on <= clock.today())
    ]


def _hand_in(world: World, player: Player, year: int, but: tuple[str, ...]) -> None:
    for owed in _open(player, world, year):
        if not owed.key.startswith(but):
            _send(player, owed)
    world.on(world.after(clock.today(), 4), partial(_read, player))


def _send(player: Player, owed: Obligation) -> HandIn:
    return actions.hand_in(owed, "已盖章，原件备查（示例）", [pictures.scan(owed.key)], by=player.preparer)


def _read(player: Player) -> None:
    waiting = select(HandIn).where(
        HandIn.enterprise_id == player.enterprise.id, HandIn.state == HandInState.SENT, HandIn.sent_on < clock.today()
    )
    for found in db.session.scalars(waiting.order_by(HandIn.id)).unique().all():
        actions.confirm_hand_in(found, by=player.clerk)


def _begin_this_year(world: World, player: Player, number: int) -> None:
    """The first is given back, the second waits, the third is confirmed."""
    for owed in _open(player, world, clock.today().year)[:1]:
        sent = _send(player, owed)
        if number == 0:
            world.on(world.ago(4), partial(actions.return_hand_in, sent, LACKING, by=player.clerk))
        if number == 2:
            world.on(world.ago(7), partial(_read, player))
