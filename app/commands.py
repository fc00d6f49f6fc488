"""Commands of the installation: serve, demo, tick, doctor, backup, restore, drill."""

import functools
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from accounts.models import User
from app import backups, demo, handbook, health, reminders
from app.config import ROOT, Settings
from core import clock
from core.commands import Command
from core.db import db, refresh_statistics
from permits.actions import begin_rounds, begin_year, follow_moved_days, follow_watches, forget_readings
from registry.models import Enterprise


class DatabaseAway(click.ClickException):
    """A command found no database, or one without its tables: told in a sentence, status 2."""

    exit_code = 2


def answer_for_the_database(cli: click.Group) -> None:
    """Let every command of ours say what is wrong with the database, instead of a trace; twice changes nothing."""
    for command in cli.commands.values():
        if command.name == "db":
            continue
        if isinstance(command, click.Group):
            answer_for_the_database(command)
        elif command.callback is not None and not hasattr(command.callback, "answers"):
            command.callback = _answering(command.callback)


def _answering(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def answered(*arguments: Any, **options: Any) -> Any:
        try:
            return callback(*arguments, **options)
        except (OperationalError, ProgrammingError) as error:
            first = str(error.orig).splitlines()[0]
            raise DatabaseAway(f"数据库用不了，或者结构不是最新的（flask --app app db upgrade）：{first}") from error

    answered.answers = True  # type: ignore[attr-defined]
    return answered


@click.command("serve", cls=Command)
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=int)
@with_appcontext
def serve(host: str, port: int) -> None:
    """在本机启动（示例和试用；正式环境用 gunicorn 和 nginx）。"""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        click.echo(f"不能在 {host}:{port} 启动：{error.strerror}。端口可能已被占用，换一个：--port。", err=True)
        sys.exit(2)
    count = db.session.scalar(select(func.count()).select_from(Enterprise)) or 0
    click.echo(f"清源：http://{host}:{port}　企业 {count} 家")
    if not settings.production and db.session.scalar(select(User.id).where(User.is_demo).limit(1)):
        click.echo(demo.accounts_text())
    sys.stdout.flush()
    db.session.close()
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    os.execv(  # noqa: S606 - our own server, fixed arguments
        gunicorn,
        [
            gunicorn,
            "--bind",
            f"{host}:{port}",
            "--workers",
            "2",
            "--threads",
            "4",
            "--log-level",
            "warning",
            "app:create_app()",
        ],
    )


@click.command("demo", cls=Command)
@click.option("--if-empty", is_flag=True, help="已有数据时什么也不做。")
@click.option("--size", type=click.Choice(demo.SIZES), default="full", help="full 全部企业；small 只有有事的企业。")
@with_appcontext
def make_demo(if_empty: bool, size: str) -> None:
    """装入虚构的昌吉示例数据；只装入空的数据库。"""
    settings: Settings = current_app.config["SETTINGS"]
    if db.session.scalar(select(Enterprise.id).limit(1)):
        if if_empty:
            return
        click.echo("数据库里已有企业，不装入示例。", err=True)
        sys.exit(2)
    if settings.production:
        click.echo("正式环境不装入示例数据。", err=True)
        sys.exit(2)
    click.echo("正在生成虚构的昌吉（约一分钟）……")
    demo.load(click.echo, size)
    click.echo(demo.accounts_text())


@click.command("tick", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@with_appcontext
def tick(as_json: bool) -> None:
    """发提醒：即将到期和逾期的义务、待办；清除过期的实时和分钟数据，把许可证届满的场所列入证后监管，为新的一年写上记录保存义务，为新的一轮写上自行监测义务，办完改定期限没有办完的，让数据库更新统计。由定时任务每天运行，漏跑不影响任何期限。"""
    begin_rounds(clock.today())
    sent = reminders.send(clock.today())
    forget_readings()
    follow_watches(clock.today())
    begin_year(clock.today())
    follow_moved_days()
    refresh_statistics(db.session)
    db.session.commit()
    click.echo(json.dumps({"sent": sent}) if as_json else f"提醒 {sent} 条。")


@click.command("doctor", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@with_appcontext
def doctor(as_json: bool) -> None:
    """检查配置、字体、数据库、时钟、工作日历和备份；有不能工作的就以 1 退出。"""
    found = health.findings()
    bad = [each for each in found if not each.good and each.grave]
    if as_json:
        told = {"ok": not bad, "findings": [vars(each) for each in found]}
        click.echo(json.dumps(told, ensure_ascii=False))
    for each in [] if as_json else found:
        word = "正常　" if each.good else "要处理" if each.grave else "提醒　"
        click.echo(f"{word}　{each.name}：{each.note}")
    if not as_json:
        click.echo(f"有 {len(bad)} 项要处理，处理好才能工作。" if bad else "可以工作。")
    sys.exit(1 if bad else 0)


@click.command("backup", cls=Command)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@with_appcontext
def backup(out: Path, as_json: bool) -> None:
    """在线备份数据库和附件到一个文件；含个人信息，只有文件主人能读。"""
    try:
        about = backups.make(out)
    except OSError as error:
        click.echo(f"写不了 {out}：{error.strerror}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(about, ensure_ascii=False))
        return
    rows, size = sum(each["rows"] for each in about["tables"].values()), out.stat().st_size / 1024 / 1024
    click.echo(f"已备份 {len(about['tables'])} 张表 {rows} 行、{about['files']} 个文件，共 {size:.1f} MB：{out}")
    click.echo(f"留痕链最新哈希（请另存一处）：{about['audit_head']}")


def _prove(proof: backups.Proof, as_json: bool, done: str) -> None:
    """Say what a restored copy proved; end with 1 when something is missing or changed."""
    if as_json:
        click.echo(json.dumps({"ok": proof.ok, **vars(proof), "problems": proof.problems()}, ensure_ascii=False))
    elif proof.ok:
        click.echo(
            f"{done}：{proof.tables} 张表 {proof.rows} 行与备份时一致，{proof.files} 个文件哈希相符，"
            f"留痕链 {proof.entries} 条完整，最新哈希 {proof.head}"
        )
    else:
        click.echo(f"{done}，但是核验没有通过：", err=True)
        for problem in proof.problems():
            click.echo(f"  {problem}", err=True)
    sys.exit(0 if proof.ok else 1)


@click.command("restore", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@with_appcontext
def restore(file: Path, as_json: bool) -> None:
    """恢复到空的数据库，并核验每张表、留痕链和附件哈希；核验不过以 1 退出。"""
    try:
        proof = backups.restore(file)
    except backups.BadBackup as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    _prove(proof, as_json, "已恢复")


@click.command("drill", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sqlite", "on_sqlite", is_flag=True, help="在临时的 SQLite 文件里演练，不碰数据库服务器。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@with_appcontext
def drill(file: Path, on_sqlite: bool, as_json: bool) -> None:
    """恢复演练：恢复到用后即弃的地方，核验每张表、留痕链和附件哈希；核验不过以 1 退出。不动现有数据。"""
    try:
        proof = backups.drill(file, on_sqlite=on_sqlite)
    except backups.BadBackup as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    _prove(proof, as_json, "演练完成")


@click.command("handbook", cls=Command)
@click.argument("folder", default=ROOT / "docs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def write_handbook(folder: Path) -> None:
    """重写 docs/ 里由程序生成的页：命令、数据字典、权限、流程图。"""
    changed = handbook.write(current_app, folder)
    click.echo("、".join(changed) if changed else "没有变化。")


COMMANDS = [serve, make_demo, tick, doctor, backup, restore, drill, write_handbook]
