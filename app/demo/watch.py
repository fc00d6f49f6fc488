"""Sites under watch: of firms that closed and of permits that ended, in both states."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from core import clock
from permits import actions, queries
from permits.actions import WatchInput
from permits.models import EndGround, LandUse, PermitState, PostPermitWatch, SoilSurvey

if TYPE_CHECKING:
    from app.demo.world import Player, World

NOTED = 12
RELEASED = 6
"""Working days before today on which an officer wrote down what was found, and the approver ended two watches."""

ENDED = {
    "阜康赤岩": ("withdraw", 40, "以欺骗手段取得许可（示例），按办法第三十条撤销"),
    "准东戈原": ("revoke", 30, "拒不改正超标排放，昌州环罚字〔2026〕示例-吊销"),
    "玛纳斯石灰窑": ("cancel", 26, "产能退出，生产设施已经拆除（示例）"),
}
"""Permits that ended, by which act, how many working days ago, and why."""

FOUND = (
    (SoilSurvey.DONE, "土壤污染状况初步调查报告（示例），未超过筛选值", LandUse.SAME, "设施已拆除，危险废物已清运。"),
    (SoilSurvey.NOT_OWED, "没有使用有毒有害物质，土地用途未变（示例）", LandUse.SAME, "厂房改作仓库，没有积存废水。"),
    (SoilSurvey.OWED, "土地拟收储、变更用途（示例）", LandUse.CHANGING, "旧储罐区尚未清理。"),
)
"""What was found at the first sites: the first two are released, the third waits for its survey; the rest is open."""


def plan(world: World) -> None:
    """A permit runs out or is ended, the machine watches its site; an officer looks, an approver releases."""
    for key, (verb, days, reason) in ENDED.items():
        if player := world.player(key):
            world.on(world.ago(days), partial(_end, world, player, verb, reason))
    world.on(world.ago(NOTED), partial(_note, world))
    world.on(world.ago(RELEASED), partial(_release, world))
    world.exactly(world.today - timedelta(days=1), lambda: actions.follow_watches(clock.today()))


def _end(world: World, player: Player, verb: str, reason: str) -> None:
    permit = world.permits.get(player.key)
    if permit is not None and permit.state is PermitState.IN_FORCE:
        ground = EndGround.FRAUD if "欺骗" in reason else EndGround.OTHER
        actions.end_permit(permit, verb, clock.today(), reason, ground=ground, by=player.clerk)


def _watched(world: World) -> list[tuple[Player, PostPermitWatch]]:
    found = ((each, queries.watch.open_at(each.site.id)) for each in world.players)
    return [(player, watch) for player, watch in found if watch is not None]


def _note(world: World) -> None:
    for (player, watch), (survey, basis, land_use, remark) in zip(_watched(world), FOUND, strict=False):
        officer = player.officers[0]
        actions.note_watch(watch, WatchInput(survey, basis, land_use, officer, remark), by=officer)


def _release(world: World) -> None:
    for _player, watch in _watched(world):
        if watch.survey in (SoilSurvey.DONE, SoilSurvey.NOT_OWED):
            actions.release_watch(
                watch, "设施拆除、废物清运完毕，现场核查没有遗留问题（示例）", by=world.people["approver"]
            )
