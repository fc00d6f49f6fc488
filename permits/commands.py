"""Permits from the command line: what falls due, and permits out of a ledger."""

import json
import sys
from datetime import date, datetime, timedelta
from typing import Any

import click
from flask import current_app

from accounts.commands import acting
from core import clock
from core.commands import UNUSABLE, Group
from core.db import db
from core.filters import shown_number
from core.text import date_of
from core.workflow import NotAllowed
from permits import actions, queries, receiver
from permits.actions import take_permits
from permits.models import EmissionLimit, Outlet, Permit, PermitVersion, Protocol, WatchCause, WatchState
from permits.queries.stations import Measured
from permits.queries.watch import Ended
from permits.rules.differences import Difference
from registry.commands.ledger import import_options, run_import
from registry.models import Obligation

permits = Group("permits", help="许可证：到期和义务，从台账导入，自动监测站。")


@permits.command("due")
@click.option("--within", default=30, show_default=True, type=click.IntRange(0, 3660), help="多少日之内。")
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def due(within: int, username: str | None, as_json: bool) -> None:
    """列出已逾期和将到期的许可义务，以及已届满和将届满的许可证。"""
    person, today = acting(username), clock.today()
    owed = [_owed(each, permit, today) for each, permit in queries.permits.duties_due(person, today, within)]
    ending = [_ending(permit, today) for permit in queries.permits.expiring(person, today, within)]
    if as_json:
        found = {"as_of": today.isoformat(), "within": within, "obligations": owed, "expiring": ending}
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(f"{today} 起 {within} 日内：义务 {len(owed)} 项，许可证到期 {len(ending)} 张")
    for each in owed:
        click.echo(f"{each['due']}  {_left(each['days_left'])}  {each['enterprise']}  {each['title']}")
    for each in ending:
        click.echo(f"{each['valid_to']}  {_left(each['days_left'])}  {each['enterprise']}  许可证 {each['permit_no']}")


@permits.command("import")
@import_options
def import_permits(**given: Any) -> None:
    """从台账导入许可证编号和有效期，企业须已登记；其余各列不动。有未入库的行就以 1 退出。"""
    run_import(take_permits, "permits", **given)


def permit_or_exit(permit_no: str, username: str | None) -> Permit:
    """The permit with this number that the person may see, or exit 2."""
    wanted = queries.permits.visible_permits(acting(username)).where(Permit.permit_no == permit_no.strip())
    found = db.session.scalars(wanted).unique().one_or_none()
    if found is None:
        click.echo(f"没有这个许可证：{permit_no}", err=True)
        sys.exit(UNUSABLE)
    return found


@permits.command("show")
@click.argument("permit_no")
@click.option("--as-of", help="哪一天，默认今天。")
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def show(permit_no: str, as_of: str | None, username: str | None, as_json: bool) -> None:
    """许可证在某一天的内容：有效期、版本、排放口和限值；当天没有有效许可证的，版本为空。"""
    day, found = _day(as_of), permit_or_exit(permit_no, username)
    version = queries.permits.version_on(found, day)
    told = _shown(found, version, day)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{found.permit_no}  {found.enterprise.name}  {found.category.label}")
    if version is None:
        click.echo(f"{day} 没有有效的许可证（{queries.permits.standing(found, day).label}）")
        return
    click.echo(
        f"{day}：{queries.permits.standing(found, day).label}，第 {version.number} 版，"
        f"有效期 {version.valid_from} 至 {version.valid_to}"
    )
    for outlet in version.outlets:
        click.echo(f"{outlet.code}  {outlet.name}  {outlet.kind.label}")
        for limit in outlet.limits:
            low = f"{shown_number(limit.value_low)}–" if limit.value_low is not None else ""
            click.echo(
                f"    {limit.pollutant_name} {limit.pollutant_code}  {limit.kind.label}  "
                f"{low}{shown_number(limit.value)} {limit.unit}"
            )


@permits.command("diff")
@click.argument("permit_no")
@click.argument("old", metavar="A", type=int)
@click.argument("new", metavar="B", type=int)
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def diff(permit_no: str, old: int, new: int, username: str | None, as_json: bool) -> None:
    """已生效的第 A 版和第 B 版有哪些不同，逐项用文字说明。"""
    found = permit_or_exit(permit_no, username)
    before, after = _version_or_exit(found, old), _version_or_exit(found, new)
    changes = queries.permits.compared(before, after)
    if as_json:
        told = {
            "permit_no": found.permit_no,
            "uscc": found.enterprise.credit_code,
            "a": old,
            "b": new,
            "differences": [_changed(each) for each in changes],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{found.permit_no} 第 {old} 版 → 第 {new} 版：{f'{len(changes)} 处不同' if changes else '没有不同'}")
    for each in changes:
        click.echo(f"{each.change.label}  {each.title}：{each.before or '—'} → {each.after or '—'}")


@permits.command("watch")
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def watch(username: str | None, as_json: bool) -> None:
    """列出已经注销、撤销、吊销和届满的许可证，为什么失效，场所是否在证后监管之内。"""
    today = clock.today()
    found = [_gone(each) for each in queries.watch.ended(acting(username), today)]
    if as_json:
        click.echo(json.dumps({"as_of": today.isoformat(), "ended": found}, ensure_ascii=False))
        return
    click.echo(f"{today}：失效的许可证 {len(found)} 张")
    for each in found:
        stands = WatchState(each["watch"]["state"]).label if each["watch"] else "未列入"
        click.echo(
            f"{each['ended_on']}  {WatchCause(each['why']).label}  {each['permit_no']}  {each['enterprise']}  {stands}"
        )


@permits.command("add-station")
@click.argument("mn")
@click.option("--permit", "permit_no", required=True, help="许可证编号。")
@click.option("--outlet", required=True, help="排放口编号，如 DA001。")
@click.option("--st", required=True, type=click.Choice(["31", "32"]), help="系统编码：31 大气，32 水。")
@click.option("--password", required=True, help="数采仪的访问密码，6 至 10 位数字或字母。")
@click.option(
    "--protocol",
    default="2017",
    show_default=True,
    type=click.Choice([each.code for each in Protocol]),
    help="HJ 212 的版本。",
)
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
def add_station(
    mn: str, permit_no: str, outlet: str, st: str, password: str, protocol: str, username: str | None
) -> None:
    """登记一个自动监测站，此后接收它的数据。"""
    found = permit_or_exit(permit_no, username)
    try:
        actions.add_station(found, mn, outlet, st, password, Protocol(protocol), by=acting(username))
    except NotAllowed as refusal:
        for each in refusal.missing:
            click.echo(each.text, err=True)
        sys.exit(UNUSABLE)
    db.session.commit()
    click.echo(f"已登记 {mn}：{found.enterprise.name} {outlet}")


@permits.command("receive-hj212")
@click.option("--port", required=True, type=click.IntRange(0, 65535), help="监听的端口，0 为任意空闲端口。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址。")
def receive_hj212(port: int, host: str) -> None:
    """接收自动监测数据（HJ 212），直到收到 SIGTERM；每包数据存好以后才应答。"""

    def listening(address: str, number: int) -> None:
        click.echo(f"HJ 212：正在监听 {address}:{number}")
        sys.stdout.flush()

    try:
        receiver.serve(current_app._get_current_object(), host, port, listening)  # type: ignore[attr-defined]
    except OSError as error:
        click.echo(f"不能监听 {host}:{port}：{error.strerror}", err=True)
        sys.exit(UNUSABLE)


@permits.command("results")
@click.argument("permit_no")
@click.option("--outlet", required=True, help="排放口编号。")
@click.option("--pollutant", help="污染物代码，如 a21026。")
@click.option("--from", "first", help="起：日期或时间（北京时间）。")
@click.option("--to", "last", help="止：日期（含当日）或时间（北京时间）。")
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def results(
    permit_no: str,
    outlet: str,
    pollutant: str | None,
    first: str | None,
    last: str | None,
    username: str | None,
    as_json: bool,
) -> None:
    """列出一个排放口的监测结果，按时间。"""
    found = permit_or_exit(permit_no, username)
    versions = [queries.permits.whole(each) for each in queries.permits.issued(found)]
    codes = {each.code for version in versions for each in version.outlets}
    if outlet not in codes:
        click.echo(f"许可证没有排放口 {outlet}，有：{'、'.join(sorted(codes)) or '—'}", err=True)
        sys.exit(UNUSABLE)
    begin, end = _moment(first, "--from", timedelta()), _moment(last, "--to", timedelta(days=1, microseconds=-1))
    rows = queries.stations.measured(found, outlet, pollutant, begin, end)
    if as_json:
        click.echo(json.dumps({"results": [_result(each) for each in rows]}, ensure_ascii=False))
        return
    for each in rows:
        value = "—" if each.value is None else shown_number(each.value)
        click.echo(
            f"{clock.beijing(each.at):%Y-%m-%d %H:%M}  {each.kind}  {each.pollutant}  {value} {each.unit}  {each.flag}"
        )


def _day(text: str | None) -> date:
    """The day that is asked about, today when none is; what is no day is unusable."""
    day = date_of(text) if text else clock.today()
    if day is None:
        click.echo(f"--as-of 应为 2026-11-23 这样的日期：{text}", err=True)
        sys.exit(UNUSABLE)
    return day


def _version_or_exit(found: Permit, number: int) -> PermitVersion:
    """The version of this number that was put in force, or exit 2 with those there are."""
    held = {each.number: each for each in queries.permits.issued(found)}
    if number not in held:
        numbers = "、".join(str(each) for each in sorted(held)) or "—"
        click.echo(f"许可证没有已生效的第 {number} 版，有：{numbers}", err=True)
        sys.exit(UNUSABLE)
    return held[number]


def _shown(found: Permit, version: PermitVersion | None, day: date) -> dict[str, Any]:
    """A permit on a day; on a day without a valid one the term told is the present one's."""
    term = version or found
    return {
        "permit_no": found.permit_no,
        "uscc": found.enterprise.credit_code,
        "category": found.category.code,
        "state": queries.permits.standing(found, day).code,
        "valid_from": term.valid_from.isoformat(),
        "valid_to": term.valid_to.isoformat(),
        "version": version.number if version else None,
        "outlets": [_outlet(each) for each in version.outlets] if version else [],
    }


def _outlet(outlet: Outlet) -> dict[str, Any]:
    return {"code": outlet.code, "kind": outlet.kind.code, "limits": [_limit(each) for each in outlet.limits]}


def _limit(limit: EmissionLimit) -> dict[str, Any]:
    """``period`` is what is bounded: at any time, by the hour, in a year, on special days; a range has its low end too."""
    told = {
        "pollutant": limit.pollutant_code,
        "value": float(limit.value),
        "unit": limit.unit,
        "period": limit.kind.code,
    }
    return told if limit.value_low is None else told | {"value_low": float(limit.value_low)}


def _changed(each: Difference) -> dict[str, Any]:
    return {
        "title": each.title,
        "before": each.before,
        "after": each.after,
        "change": each.change.code,
        "words": each.change.label,
    }


def _gone(ended: Ended) -> dict[str, Any]:
    permit, watch = ended.permit, ended.watch
    return {
        "permit_no": permit.permit_no,
        "uscc": permit.enterprise.credit_code,
        "enterprise": permit.enterprise.name,
        "site": permit.site.name,
        "why": ended.end.why.code,
        "ended_on": ended.end.on.isoformat(),
        "reason": permit.end_reason,
        "watch": None
        if watch is None
        else {
            "state": watch.state.code,
            "opened_on": watch.opened_on.isoformat(),
            "survey": watch.survey.code,
            "land_use": watch.land_use.code,
            "watched_by": watch.watched_by.name if watch.watched_by else None,
            "released_on": watch.released_on.isoformat() if watch.released_on else None,
            "release_reason": watch.release_reason,
        },
    }


def _moment(text: str | None, option: str, within: timedelta) -> datetime | None:
    """A day, from whose beginning ``within`` counts, or a moment on a Beijing clock; anything else is unusable."""
    if not text:
        return None
    if day := date_of(text):
        return clock.midnight(day) + within
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        click.echo(f"{option} 应为 2026-11-23 或 2026-11-23T09:00 这样的时间。", err=True)
        sys.exit(UNUSABLE)
    return found if found.tzinfo else found.replace(tzinfo=clock.BEIJING)


def _result(each: Measured) -> dict[str, Any]:
    return {
        "at": clock.beijing(each.at).isoformat(),
        "kind": each.kind,
        "pollutant": each.pollutant,
        "value": None if each.value is None else float(each.value),
        "unit": each.unit,
        "flag": each.flag,
        "source": each.source,
    }


def _left(days: int) -> str:
    return f"逾期 {-days} 天" if days < 0 else f"剩 {days} 天"


def _owed(owed: Obligation, permit: Permit, today: date) -> dict[str, Any]:
    return {
        "enterprise": owed.enterprise.name,
        "uscc": owed.enterprise.credit_code,
        "permit_no": permit.permit_no,
        "kind": owed.kind.code,
        "title": owed.title,
        "basis": owed.basis,
        "due": owed.due_on.isoformat(),
        "days_left": (owed.due_on - today).days,
        "provisional": owed.provisional,
        "arithmetic": owed.arithmetic,
    }


def _ending(permit: Permit, today: date) -> dict[str, Any]:
    return {
        "enterprise": permit.enterprise.name,
        "uscc": permit.enterprise.credit_code,
        "permit_no": permit.permit_no,
        "category": permit.category.code,
        "valid_to": permit.valid_to.isoformat(),
        "days_left": (permit.valid_to - today).days,
    }
