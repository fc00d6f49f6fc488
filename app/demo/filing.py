"""Registrations (排污登记): filed online, waiting for the signer, and keyed in from paper in every kind."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.demo.applying import speaks
from app.demo.people import PASSWORD
from core import clock
from permits import actions, queries
from permits.models import Registration, RegistrationKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.demo.world import Player, World
    from registry.models import Site

K = RegistrationKind


def plan(world: World) -> None:
    """Put each kind of form on its day, each for another firm."""
    taken: set[int] = set()
    for ago, kind, act in (
        (20, K.CHANGE, _sign),
        (16, K.RENEWAL, _file_paper),
        (13, K.CANCELLATION, _file_paper),
        (0, K.CHANGE, _key_in),
    ):
        world.on(world.ago(ago), partial(_file, world, kind, act, taken))
    world.on(world.ago(3), partial(_file, world, K.CHANGE, _send, set()))
    world.on(world.ago(10), partial(_first, world))


def _file(
    world: World, kind: RegistrationKind, act: Callable[[Player, Site, RegistrationKind], object], taken: set[int]
) -> None:
    """The next registered firm that speaks for itself; who renews is near its end, who leaves is not."""
    soon = clock.today() + timedelta(days=90)
    for player in world.players:
        permit = queries.registrations.registered_at(player.site.id)
        if permit is None or permit.id in taken or (clock.today() - permit.valid_from).days <= 30:
            continue
        if permit.valid_to < clock.today() or (permit.valid_to < soon) is not (kind is K.RENEWAL):
            continue
        if act not in (_key_in, _file_paper) and not speaks(player):
            continue
        taken.add(permit.id)
        act(player, player.site, kind)
        return


def _first(world: World) -> None:
    """A site without permit and registration gets its number."""
    for player in world.players:
        for site in player.enterprise.sites:
            if site.closed_on or site.id == player.site.id or not speaks(player):
                continue
            if queries.applications.live_permits_at(site.id) or queries.applications.open_first_at(site.id):
                continue
            _sign(player, site, K.FIRST)
            return


def _filled(player: Player, found: Registration, *, keyed: bool = False) -> None:
    facts = actions.RegistrationInput(
        found.unit_name,
        found.legal_representative,
        found.site_address,
        found.contact_name,
        found.contact_phone,
        "产品规模不变（示例）",
        player.firm.trade.word,
        "电、天然气",
        "废气经袋式除尘后排放，生活污水排入市政管网",
        "GB 16297",
        clock.today() - timedelta(days=6) if found.kind is K.CHANGE else None,
        "生产设施已经拆除，不再排污（示例）" if found.kind is K.CANCELLATION else "",
    )
    actions.save_registration(found, facts, by=player.clerk if keyed else player.preparer)


def _begin(player: Player, site: Site, kind: RegistrationKind) -> Registration:
    return actions.begin_registration(kind, site, by=player.preparer)


def _send(player: Player, site: Site, kind: RegistrationKind) -> Registration:
    found = _begin(player, site, kind)
    _filled(player, found)
    actions.send_registration(found, by=player.preparer)
    return found


def _sign(player: Player, site: Site, kind: RegistrationKind) -> None:
    actions.sign_registration(_send(player, site, kind), PASSWORD, declared=True, by=player.signer)


def _key_in(player: Player, site: Site, kind: RegistrationKind) -> Registration:
    """Brought on paper, not filed yet."""
    found = actions.begin_registration(kind, site, by=player.clerk, keyed=True)
    _filled(player, found, keyed=True)
    return found


def _file_paper(player: Player, site: Site, kind: RegistrationKind) -> None:
    """Brought on paper and filed by the clerk."""
    actions.key_in_registration(_key_in(player, site, kind), by=player.clerk)
