"""Categories of permit management, confirmed by the clerk where the catalogue settles them by the industry alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from permits import actions
from permits.rules import catalog

if TYPE_CHECKING:
    from app.demo.world import Player, World

MONTH = 20
"""Working days before today on which the clerks began to go through the sites."""


def plan(world: World) -> None:
    """A few sites a day over the last month; what needs answers is left for whoever opens the page."""
    settled = [each for each in world.players if catalog.advise([each.site.industry_code or ""], {}).candidate]
    for number, player in enumerate(settled):
        world.on(world.ago(MONTH - number % MONTH), partial(_confirm, player))


def _confirm(player: Player) -> None:
    site, industries = player.site, [player.site.industry_code or ""]
    candidate = catalog.advise(industries, {}).candidate or site.category
    other = candidate is not site.category
    wanted = site.category if other else candidate
    actions.confirm_category(site, industries, {}, wanted, "按名录原文另行核对" if other else "", by=player.clerk)
