"""Execution reports as firms hand them in: most in time, some late, a few returned, a very few never."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from werkzeug.datastructures import FileStorage

from app.demo import pictures
from app.demo.people import PASSWORD
from core import clock
from core.db import db
from permits import actions, queries
from permits.actions import Comment, FigureInput
from permits.models import ExecutionReport, Permit, ReportFigure, ReportPeriod, ReportState
from permits.rules import checks
from permits.rules import record as copies
from permits.rules.monitoring import required_samples
from registry import obligations
from registry.models import Obligation, ObligationKind

if TYPE_CHECKING:
    from app.demo.world import Player, World

CHRONIC = ("阜康博峰", "准东芨芨湖")
"""Firms that report only when they are pressed."""

TARDY = ("阜康宏砾", "呼图壁丽彩", "吉木萨尔油泉")
"""Firms whose last report is missing; the last has begun to fill it in."""

EXCEEDING = (
    "阜康沙岭",
    "昌吉庭北",
    "玛纳斯绿禾",
    "呼图壁碧流",
    "准东戈原",
    "吉木萨尔大龙口",
    "昌吉丝路云",
    "阜康广源",
    "奇台古城",
)
"""Firms whose reports show a limit broken now and then."""

ON_PAPER = ("木垒木河",)
"""Firms that bring their reports on paper; a colleague of the clerk keys them in, the last only yesterday."""

REASONS = {
    "exceeds": "布袋破损造成短时超限，已于当日更换并向分局报告。",
    "uncounted": "按实际监测结果填报。",
    "over_share": "本期生产负荷高于年均，全年仍在许可量内。",
}


@dataclass(frozen=True)
class Story:
    """What the demo's people find on their desks: the last report of a kind was returned, and how far it is now."""

    period: ReportPeriod
    returned_ago: int
    """Working days before today on which it was returned; ten working days are given to correct it."""
    now: str
    """returned, checked (corrected, waits for the signer), declined (the signer gave it back), again (handed in anew)."""


STORIES: dict[str, list[Story]] = {
    "阜康晨岭": [Story(ReportPeriod.QUARTER, 11, "returned"), Story(ReportPeriod.MONTH, 7, "checked")],
    "阜康甘泉": [Story(ReportPeriod.MONTH, 6, "declined")],
    "准东火烧山": [Story(ReportPeriod.MONTH, 8, "again")],
    "准东净湾": [Story(ReportPeriod.QUARTER, 9, "again")],
    "阜康广源": [Story(ReportPeriod.MONTH, 5, "again")],
    "昌吉明澈": [Story(ReportPeriod.MONTH, 3, "returned")],
    "吉木萨尔大龙口": [Story(ReportPeriod.QUARTER, 4, "returned")],
}


def expect(world: World, player: Player, permit: Permit) -> None:
    """Put every report that a permit makes due until today on its days."""
    owed = [
        each
        for each in obligations.of(permit)
        if each.kind is ObligationKind.REPORT
        and each.voided_on is None
        and each.opens_on
        and each.opens_on <= world.today
        and each.id not in world.expected
    ]
    told = {found.id: story for story in STORIES.get(player.key, []) for found in _told_of(world, story, owed)}
    last = max((each.due_on for each in owed), default=world.today)
    for each in owed:
        world.expected.add(each.id)
        if each.id in told:
            _live_through(world, player, each, told[each.id])
        else:
            _put(world, player, each, last=each.due_on == last)


def _told_of(world: World, story: Story, owed: list[Obligation]) -> list[Obligation]:
    """The last report of the kind that can have been handed in well before it was returned."""
    before = world.ago(story.returned_ago) - timedelta(days=8)
    word = {ReportPeriod.MONTH: " 月", ReportPeriod.QUARTER: "季度"}[story.period]
    fitting = [each for each in owed if word in each.title and each.opens_on and each.opens_on <= before]
    return sorted(fitting, key=lambda each: each.due_on)[-1:]


def _put(world: World, player: Player, owed: Obligation, *, last: bool) -> None:
    """When a report comes, by the temper of its firm."""
    dice = Random(f"{player.key} {owed.key}")  # noqa: S311 - fiction
    opens, due = owed.opens_on or owed.due_on, owed.due_on
    if player.key in CHRONIC and (last or (owed.period_to and (world.today - due).days < 230 and dice.random() < 0.5)):
        return
    if player.key in TARDY and last:
        if player.key == TARDY[-1]:
            world.on(due - timedelta(days=1), lambda: _begin(player, owed))
        return
    if dice.random() < (0.35 if player.key in CHRONIC else 0.025):
        day = due + timedelta(days=dice.randint(2, 19))
    else:
        wanted = opens + timedelta(days=dice.randint(3, max(4, (due - opens).days - 1)))
        day = min(world.calendar.next_workday(wanted), world.calendar.add_workdays(due + timedelta(days=1), -1))
    if player.key in ON_PAPER:
        keyed = world.ago(1) if last else world.after(day, 1)
        world.on(max(day, keyed), lambda: _bring(world, player, owed, dice, received_on=day, last=last))
        return
    wrong = player.key in EXCEEDING and (last or dice.random() < 0.4)
    world.on(day, _hand_in(world, player, owed, dice, wrong=wrong))


def _live_through(world: World, player: Player, owed: Obligation, story: Story) -> None:
    dice = Random(f"{player.key} {owed.key}")  # noqa: S311 - fiction
    returned = world.ago(story.returned_ago)
    held: list[ExecutionReport] = []

    def hand_in() -> None:
        held.append(actions.open_report(owed, by=player.preparer))
        fill(player, held[0], dice)
        submit(player, held[0])

    def again() -> None:
        correct(player, held[0])
        if story.now == "again":
            submit(player, held[0])
            return
        actions.send_report(held[0], by=player.preparer)
        if story.now == "declined":
            reason = "生产情况说明请补充 11 日至 13 日检修的起止时间，再送我签发。"
            actions.decline_report(held[0], reason, by=player.signer)

    world.on((owed.opens_on or owed.due_on) + timedelta(days=5), hand_in)
    world.on(returned, lambda: send_back(player, held[0]))
    if story.now != "returned":
        world.on(world.ago(min(2, story.returned_ago - 1)), again)


def _begin(player: Player, owed: Obligation) -> ExecutionReport:
    report = actions.open_report(owed, by=player.preparer)
    actions.save_operation(report, 0, "", by=player.preparer)
    return report


def fill(player: Player, report: ExecutionReport, dice: Random, *, wrong: bool = False) -> None:
    """Write believable figures into a report: within the limits, or one of them broken with its reason."""
    idle = dice.random() < 0.07
    told = "本期生产正常，污染防治设施与生产设施同步运行。"
    if idle:
        told = "本期停产检修 5 天，其余时间生产正常；停产期间污染防治设施随主机停运。"
    actions.save_operation(report, 5 if idle else 0, told, by=player.preparer)
    broken = (
        next((each for each in report.figures if each.limit_low is None and each.limit_value), None) if wrong else None
    )
    actions.save_figures(report, _believable(player, report, dice, broken), by=player.preparer)
    if wrong:
        odd = [each for each in queries.reports.remarks(report) if each.level is checks.Level.SOFT]
        actions.acknowledge(
            report, {each.key: REASONS.get(each.code, "按实际情况填报。") for each in odd}, by=player.preparer
        )


def _believable(
    player: Player, report: ExecutionReport, dice: Random, broken: ReportFigure | None = None
) -> dict[str, FigureInput]:
    frequencies = {
        (mouth.code, each.code): each.frequency for mouth in player.firm.trade.outlets for each in mouth.limited
    }
    given = {}
    for figure in report.figures:
        frequency = frequencies.get((figure.outlet_code, figure.pollutant_code), "1次/季")
        given[f"{figure.outlet_code}/{figure.pollutant_code}"] = _figures(
            report, figure, frequency, dice, figure is broken
        )
    return given


def _figures(report: ExecutionReport, figure: ReportFigure, frequency: str, dice: Random, broken: bool) -> FigureInput:
    days = (report.period_to - report.period_from).days + 1
    quantity = None
    part = Decimal(str(round(dice.uniform(0.42, 0.74), 3)))
    if figure.annual_limit is not None:
        quantity = _round(figure.annual_limit * checks.share_of_year(report.period_from, report.period_to) * part)
    if figure.mean is not None:
        return FigureInput(figure.mean, figure.minimum, figure.maximum, figure.samples, figure.exceedances, quantity)
    samples = (
        days * 24
        if frequency == "自动监测"
        else max(1, required_samples(frequency, report.period_from, report.period_to) or 1)
    )
    limit = figure.limit_value or Decimal(1)
    if figure.limit_low is not None:
        middle = (figure.limit_low + limit) / 2
        spread = Decimal(0) if samples == 1 else Decimal("0.4")
        return FigureInput(middle, middle - spread, middle + spread, samples, 0, quantity)
    mean = _round(limit * part)
    if broken:
        top = _round(limit * Decimal(str(round(dice.uniform(1.06, 1.38), 2))))
        if samples == 1:
            return FigureInput(top, top, top, 1, 1, quantity)
        return FigureInput(
            mean, _round(mean * Decimal("0.6")), top, samples, dice.randint(1, min(4, samples)), quantity
        )
    if samples == 1:
        return FigureInput(mean, mean, mean, 1, 0, quantity)
    return FigureInput(mean, _round(mean * Decimal("0.55")), _round(mean * Decimal("1.32")), samples, 0, quantity)


def _round(value: Decimal) -> Decimal:
    """Three significant digits, as figures are reported."""
    if not value:
        return Decimal(0)
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 2)).normalize() + Decimal(0)


def submit(player: Player, report: ExecutionReport) -> None:
    """Send a report to the signer, who signs it at once."""
    actions.send_report(report, by=player.preparer)
    actions.sign_report(report, PASSWORD, declared=True, by=player.signer)


def _hand_in(world: World, player: Player, owed: Obligation, dice: Random, *, wrong: bool) -> Callable[[], None]:
    def act() -> None:
        if owed.voided_on is not None or owed.fulfilled_on is not None:
            return
        if owed.opens_on and owed.opens_on > clock.today():  # a renewal made the period whole again
            world.on(owed.opens_on + timedelta(days=6), act)
            return
        report = actions.open_report(owed, by=player.preparer)
        fill(player, report, dice, wrong=wrong)
        submit(player, report)
        if dice.random() < 0.05:
            world.on(world.after(clock.today(), dice.randint(2, 5)), _send_back(world, player, report, dice))
        else:
            world.on(world.after(clock.today(), dice.randint(1, 9)), lambda: accept(player, report))

    return act


def _bring(world: World, player: Player, owed: Obligation, dice: Random, *, received_on: date, last: bool) -> None:
    """The firm has no line: its report comes on paper, a clerk keys it in, another accepts it."""
    if owed.voided_on is not None or owed.fulfilled_on is not None:
        return
    report = actions.report_to_key_in(owed)
    scan = FileStorage(io.BytesIO(pictures.scan(f"execution report {owed.key}")), f"纸质执行报告（示例）{owed.key}.pdf")
    paper = actions.PaperInput(
        received_on=received_on,
        signatory=player.enterprise.legal_representative,
        post="法定代表人",
        scans=[scan],
        figures=_believable(player, report, dice),
        narrative="本期生产正常，污染防治设施与生产设施同步运行。",
    )
    odd = actions.remarks_on_paper(report, paper)
    told = {each.key: {"told": each.text, "reason": copies.UNTOLD} for each in odd}
    made = actions.key_in_report(owed, replace(paper, reasons=told), by=world.people["permit2"])
    kept = db.session.get_one(ExecutionReport, made.report_id)
    if not last:
        world.on(world.after(clock.today(), 3), lambda: accept(player, kept))


def accept(player: Player, report: ExecutionReport) -> None:
    """The clerk accepts what was handed in."""
    if report.state is ReportState.SUBMITTED:
        actions.accept_report(report, by=player.clerk)


def _send_back(world: World, player: Player, report: ExecutionReport, dice: Random) -> Callable[[], None]:
    def act() -> None:
        send_back(player, report)
        world.on(world.after(clock.today(), dice.randint(3, 8)), again)

    def again() -> None:
        correct(player, report)
        submit(player, report)
        world.on(world.after(clock.today(), dice.randint(1, 4)), lambda: accept(player, report))

    return act


def send_back(player: Player, report: ExecutionReport, days: int = 10) -> None:
    """The clerk returns a report with a remark on one of its figures."""
    figure = report.figures[0]
    path = f"{figure.outlet_code}/{figure.pollutant_code}/mean"
    actions.return_report(
        report,
        [Comment(path, f"{figure.pollutant_name}平均值与自行监测记录不一致，请核对后更正。")],
        days,
        by=player.clerk,
    )


def correct(player: Player, report: ExecutionReport) -> None:
    """The firm mends the figure that was remarked on."""
    figure = report.figures[0]
    mean = _round((figure.mean or Decimal(1)) * Decimal("1.05"))
    top = max(figure.maximum or mean, mean)
    if figure.samples == 1:
        figure_input = FigureInput(mean, mean, mean, 1, figure.exceedances, figure.quantity)
    else:
        figure_input = FigureInput(mean, figure.minimum, top, figure.samples, figure.exceedances, figure.quantity)
    actions.save_figures(report, {f"{figure.outlet_code}/{figure.pollutant_code}": figure_input}, by=player.preparer)
    odd = [each for each in queries.reports.remarks(report) if each.level is checks.Level.SOFT]
    if odd:
        actions.acknowledge(
            report, {each.key: REASONS.get(each.code, "按实际情况填报。") for each in odd}, by=player.preparer
        )
