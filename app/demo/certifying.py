"""正本 and 副本 of permits, as firms ask for them: from then on each new version has its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core import clock
from permits import actions, queries

if TYPE_CHECKING:
    from app.demo.world import Player, World

ASKED = ("阜康晨岭", "阜康博峰", "阜康甘泉", "准东火烧山", "昌吉明澈", "阜康银砂")
"""Firms of the plot that asked for theirs; of the others every fifth."""


def plan(world: World) -> None:
    """Some months ago for the firms of the plot, within the last two months for the others."""
    for number, player in enumerate(world.players):
        if player.key in ASKED:
            world.on(world.ago(60 + number % 5), partial(_certify, world, player))
        elif number % 5 == 0:
            world.on(world.ago(2 + number % 40), partial(_certify, world, player))


def _certify(world: World, player: Player) -> None:
    permit = world.permits.get(player.key)
    version = queries.certificates.to_certify(permit, clock.today()) if permit else None
    if version is not None and not actions.missing_for_certificates(version):
        actions.certify(version, by=player.clerk)
