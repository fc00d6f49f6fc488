"""Accepted reports that are corrected: asked for by the firm or ordered by the office, in every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.demo.reporting import correct, submit
from core.db import db
from permits import actions
from permits.actions import Comment
from permits.models import ExecutionReport, ReportState

if TYPE_CHECKING:
    from app.demo.world import Player, World

FIRM, OFFICE = "化验单位更正了监测报告，平均浓度相应更正。", "监督性监测结果与报告的平均浓度不一致。"

STORIES = {
    "准东火烧山": "accepted",
    "昌吉庭北": "submitted",
    "昌吉丝路云": "begun",
    "呼图壁碧流": "ordered",
    "奇台古城": "kept",
}


def plan(world: World) -> None:
    """Put each correction on its day, some working days before today."""
    for key, until in STORIES.items():
        player = world.player(key)
        if player is not None:
            world.on(world.ago(8), _asked(world, player, until))


def _asked(world: World, player: Player, until: str) -> Callable[[], None]:
    def act() -> None:
        report = _last_accepted(player)
        if report is None:
            return
        if until == "ordered":
            figure = report.figures[0]
            remark = Comment(f"{figure.outlet_code}/{figure.pollutant_code}/mean", "请核对平均浓度并更正。")
            actions.order_correction(report, OFFICE, [remark], 10, by=player.clerk)
            return
        actions.correct_report(report, FIRM, by=player.preparer)
        if until != "begun":
            world.on(world.ago(5), lambda: _handed_in(world, player, report, until))

    return act


def _handed_in(world: World, player: Player, report: ExecutionReport, until: str) -> None:
    correct(player, report)
    submit(player, report)
    if until == "accepted":
        world.on(world.ago(3), lambda: actions.accept_report(report, by=player.clerk))
    elif until == "kept":
        answer = "更正没有化验单位的更正报告支持，原数据与自行监测记录一致。"
        world.on(world.ago(3), lambda: actions.keep_report(report, answer, by=player.clerk))


def _last_accepted(player: Player) -> ExecutionReport | None:
    wanted = (
        select(ExecutionReport)
        .where(
            ExecutionReport.enterprise_id == player.enterprise.id,
            ExecutionReport.state == ReportState.ACCEPTED,
        )
        .order_by(ExecutionReport.period_to.desc(), ExecutionReport.id.desc())
        .limit(1)
    )
    return db.session.scalars(wanted).unique().one_or_none()
