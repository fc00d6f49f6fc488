"""The law on the command line: a last day with its sum, and the rule that may be cited."""

import json
import re
import sys
from datetime import date, datetime, time
from typing import Any

import click

from core import clock
from core.commands import UNUSABLE, Group
from core.text import date_of, halfwidth
from law import queries
from law.causes import FineWhen
from law.citations import Citation, Unanswerable
from law.limitation import Harm

law = Group("law", help="法律：期限与引用。")
_MINUTE = re.compile(r"(?P<day>\S+)\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})")


class Day(click.ParamType[date]):
    """A legal date as people write it."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or refuse the arguments (exit 2)."""
        found = value if isinstance(value, date) else date_of(str(value))
        if found is None:
            self.fail(f"{value!r} 不是日期，请写成 2026-11-23。", param, ctx)
        return found


class Moment(Day):
    """A legal date, or a minute of it for periods in hours."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or refuse the arguments (exit 2)."""
        text = halfwidth(str(value)).strip().replace("T", " ")
        if found := _MINUTE.fullmatch(text):
            day = super().convert(found["day"], param, ctx)
            try:
                return datetime.combine(day, time(int(found["hour"]), int(found["minute"])))
            except ValueError:
                self.fail(f"{value!r} 的时刻不对，请写成 2026-11-23 17:30。", param, ctx)
        return super().convert(value, param, ctx)


class Span(click.ParamType[tuple[date, date]]):
    """A day, or two days with two dots between them."""

    name = "DATE[..DATE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        """Read one or two days, or refuse the arguments (exit 2)."""
        first, dots, last = str(value).partition("..")
        if dots and not last.strip():
            self.fail(f"{value!r} 缺结束日期：持续行为写 起..止，如 2026-03-01..2026-09-01。", param, ctx)
        return Day().convert(first, param, ctx), Day().convert(last or first, param, ctx)


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(UNUSABLE)


@law.command("deadline")
@click.argument("key")
@click.option("--from", "start", type=Moment(), required=True, help="起算事件发生的日期；以小时计的可写到分。")
@click.option("--event", default="", help="起算事件的名称，如 送达。")
@click.option("--extended", type=click.IntRange(0), default=0, help="经批准延长的次数。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def deadline(key: str, *, start: date, event: str, extended: int, as_json: bool) -> None:
    """从代号和日期算出期限的最后一天，并写出算式。"""
    try:
        found = queries.deadline(key, start, event=event, extended=extended)
    except KeyError:
        return _refuse(f"没有这个期限：{key}。可用的代号见法定期限页。")
    except ValueError as error:
        return _refuse(str(error))
    if as_json:
        earliest = found.earliest.isoformat() if found.earliest else None
        told = {"key": key, "from": start.isoformat(), "due": found.due.isoformat(), "provisional": found.provisional}
        due_at = {"due_at": found.due_at.isoformat(timespec="minutes")} if found.due_at else {}
        told |= {"arithmetic": found.arithmetic, "earliest": earliest, **due_at}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(found.arithmetic)
    return None


@law.command("cite")
@click.argument("violation_key")
@click.option("--branch", default="", help="案由的情形，可只写开头。")
@click.option("--act", type=Span(), required=True, help="行为日期；持续行为写 起..止。")
@click.option("--decided", type=Day(), help="决定日期，默认今天。")
@click.option("--found", "found_on", type=Day(), help="发现违法行为的日期，用于追责期限；默认决定日期。")
@click.option("--harm", type=click.Choice([each.code for each in Harm]), default=Harm.NONE.code, help="危害后果。")
@click.option(
    "--recorded",
    multiple=True,
    type=click.Choice([each.code for each in FineWhen if each.waits]),
    help="已记录在案的罚款前提，可重复。",
)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def cite(
    violation_key: str,
    *,
    branch: str,
    act: tuple[date, date],
    decided: date | None,
    found_on: date | None,
    harm: str,
    recorded: tuple[str, ...],
    as_json: bool,
) -> None:
    """按行为日期和决定日期找出可以引用的规则；有冲突时并列，不自动选择。"""
    try:
        found = queries.cite(
            violation_key,
            branch,
            act_from=act[0],
            act_to=act[1],
            decided=decided or clock.today(),
            harm=Harm.of(harm) or Harm.NONE,
            found_on=found_on,
            recorded=[when for when in FineWhen if when.code in recorded],
        )
    except Unanswerable as error:
        return _refuse(str(error))
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False))
        return None
    for rule_id in found.rules:
        click.echo(f"{rule_id}  {queries.rule_title(rule_id)}")
    click.echo(found.reason)
    for question in found.questions:
        click.echo(f"请法制审核：{question}")
    return None


def _plain(found: Citation) -> dict[str, Any]:
    """A citation as JSON holds it; ``rules``, ``conflict`` and ``reason`` are the contract."""
    return {
        "rules": list(found.rules),
        "conflict": found.conflict,
        "reason": found.reason,
        "needs": found.needs.code if found.needs else None,
        "branches": list(found.branches),
        "options": [option.rule.rule_id for option in found.options],
        "transfer_to": found.transfer_to or None,
        "waits": {rule_id: when.code for rule_id, when in found.waits},
        "questions": list(found.questions),
        "limitation": {
            "until": found.limitation.until.isoformat(),
            "expired": found.limitation.expired,
            "reason": found.limitation.reason,
        }
        if found.limitation
        else None,
    }
