"""Commands of the installation: serve, demo, tick, doctor, backup, restore."""

import json
import os
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from accounts.models import User
from app import backups, demo, health, reminders
from app.config import Settings
from core import clock
from core.db import db, refresh_statistics
from registry.models import Enterprise


@click.command("serve")
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=int)
@with_appcontext
def serve(host: str, port: int) -> None:
    """在本机启动（示例和试用；正式环境用 gunicorn 和 nginx）。"""
    settings: Settings = current_app.config["SETTINGS"]
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


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="已有数据时什么也不做。")
@with_appcontext
def make_demo(if_empty: bool) -> None:
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
    demo.load(click.echo)
    click.echo(demo.accounts_text())


@click.command("tick")
@with_appcontext
def tick() -> None:
    """发提醒：即将到期和逾期的义务、待办；并让数据库更新统计。由定时任务每天运行，漏跑不影响任何期限。"""
    sent = reminders.send(clock.today())
    refresh_statistics(db.session)
    db.session.commit()
    click.echo(f"提醒 {sent} 条。")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def doctor(as_json: bool) -> None:
    """检查配置、字体、数据库和工作日历；有不能工作的就以 1 退出。"""
    found = health.findings()
    if as_json:
        click.echo(json.dumps([vars(each) for each in found], ensure_ascii=False))
    for each in [] if as_json else found:
        click.echo(f"{'好' if each.good else '要处理'}　{each.name}：{each.note}")
    sys.exit(1 if any(not each.good and each.grave for each in found) else 0)


@click.command("backup")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(out: Path) -> None:
    """在线备份数据库和附件到一个文件。"""
    try:
        summary = backups.make(out)
    except OSError as error:
        click.echo(f"写不了 {out}：{error.strerror}", err=True)
        sys.exit(2)
    click.echo(json.dumps(summary, ensure_ascii=False))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """恢复到空的数据库，并核验留痕链和附件哈希。"""
    try:
        summary = backups.restore(file)
    except backups.BadBackup as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(json.dumps(summary, ensure_ascii=False))
    sys.exit(0 if summary["ok"] else 1)


COMMANDS = [serve, make_demo, tick, doctor, backup, restore]
