"""The enterprise ledger from the command line: in and out."""

import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from accounts.audit import head_hash
from accounts.commands import acting
from accounts.models import Area
from accounts.roles import Action
from core import clock, intake
from core.db import db
from core.intake import Unreadable
from core.ledger import Stamp
from core.text import date_of
from registry.actions.importing import imported_by_command
from registry.intake import Result, mappings, take
from registry.intake.marking import marked
from registry.ledgers.enterprises import ENTERPRISES
from registry.models import Enterprise

registry = AppGroup("registry", help="企业台账：导入和导出。")

MOST_ROWS = 200_000
"""Rows that a command takes; a page takes a tenth."""

SHOWN = 50


def import_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every import has."""
    for option in reversed(
        [
            click.argument("source", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path)),
            click.option("--dry-run", is_flag=True, help="只检查，不入库。"),
            click.option(
                "--errors",
                metavar="OUT.xlsx",
                type=click.Path(dir_okay=False, path_type=Path),
                help="把问题标在原表上，另存到这个文件。",
            ),
            click.option("--as", "username", help="以谁的身份，默认系统用户（所有机关）。"),
            click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。"),
        ]
    ):
        command = option(command)
    return command


def refuse(message: str) -> Any:
    """Unusable input or arguments: say why and leave with 2."""
    click.echo(message, err=True)
    sys.exit(2)


def run_import(
    do: Callable[..., Result],
    kind: str,
    source: Path,
    dry_run: bool,
    errors: Path | None,
    username: str | None,
    as_json: bool,
) -> None:
    """Read, judge and store a file by ``do``; leaves with 0, with 1 when rows were rejected, with 2 when unusable."""
    by = acting(username)
    if not by.may(Action.ENTERPRISE_IMPORT):
        refuse(f"{by.name}没有导入台账的权限。")
    try:
        content = source.read_bytes()
        sheets = intake.read(content, source.name, most_rows=MOST_ROWS)
        mapping, confirmed = mappings.understood(sheets, by)
    except OSError as error:
        refuse(f"读不了 {source}：{error.strerror}")
    except Unreadable as error:
        refuse(error.message)
    if not confirmed:
        click.echo("列的含义没有经人确认，按识别的导入：", err=True)
        for line in mappings.described(mapping):
            click.echo(f"  {line}", err=True)
    options = {"source": f"导入 {source.name}"} if do is take else {}
    result = do(sheets, mapping, by=by, dry_run=dry_run, **options)
    if errors is not None:
        _write_errors(errors, content, source.name, mapping, result, stored=not dry_run)
    if dry_run:
        db.session.rollback()
    else:
        imported_by_command(content, source.name, sheets, mapping, result, by=by, kind=kind)
        db.session.commit()
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _say(result, dry_run)
    sys.exit(1 if result.rejected else 0)


def _write_errors(
    out: Path, content: bytes, name: str, mapping: intake.Mapping, result: Result, *, stored: bool
) -> None:
    try:
        out.write_bytes(marked(content, name, mapping, result, stored=stored, most_rows=MOST_ROWS))
    except OSError as error:
        refuse(f"写不了 {out}：{error.strerror}")
    except Unreadable as error:
        click.echo(f"标注不了原表：{error.message}", err=True)


def _say(result: Result, dry_run: bool) -> None:
    counts = result.counts()
    did = "可以入库" if dry_run else "入库"
    click.echo(
        f"共 {counts['rows']} 行，{did} {counts['accepted']}（新增 {counts['created']}，更新 {counts['updated']}，"
        f"未变 {counts['unchanged']}），未入库 {counts['rejected']}，提示 {counts['warnings']} 条"
    )
    for each in result.problems[:SHOWN]:
        degree = "错误" if each.level == "error" else "提示"
        click.echo(f"{degree}  {each.sheet} 第 {each.row} 行：{each.message}")
    if len(result.problems) > SHOWN:
        click.echo(f"……还有 {len(result.problems) - SHOWN} 条；用 --errors OUT.xlsx 看全部。")


@registry.command("import")
@import_options
def import_enterprises(**given: Any) -> None:
    """导入企业台账（.xlsx 或 .csv），连同许可证编号和有效期；好的行一次入库，有未入库的行就以 1 退出。"""
    run_import(take, "enterprises", **given)


@registry.command("export")
@click.argument("out", metavar="OUT.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--area", "area_code", metavar="CODE", help="行政区划代码，含其中的园区。")
@click.option("--as-of", metavar="DATE", help="截至哪一天登记的，信用和逾期也按那一天；默认今天。")
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
def export_enterprises(out: Path, area_code: str | None, as_of: str | None, username: str | None) -> None:
    """导出企业台账，与页面导出的相同。"""
    by = acting(username)
    day = date_of(as_of) if as_of else clock.today()
    if day is None or day > clock.today():
        refuse("日期要写成 2026-11-23，且不晚于今天。")
        return
    area = db.session.scalars(select(Area).where(Area.code == area_code)).one_or_none() if area_code else None
    if area_code and area is None:
        refuse(f"没有这个行政区划：{area_code}")
    if out.suffix.lower() != ".xlsx":
        refuse("文件名要以 .xlsx 结尾。")
    scope = area.name if area else by.office.area.name if by.office else "昌吉州"
    mark = Stamp(at=clock.now(), by_name=by.name, audit_head=head_hash(db.session), scope=scope)
    args = MultiDict({"area": str(area.id)} if area else {})
    ledger = ENTERPRISES
    if as_of:
        before = clock.midnight(day + timedelta(days=1))
        ledger = dataclasses.replace(
            ledger,
            base=lambda seen_by: ENTERPRISES.base(seen_by).where(Enterprise.registered_at < before),
            definition=f"截至 {day} 登记的排污单位；信用等级和逾期按 {day} 计算，其余各列为导出时的内容。",
        )
    try:
        with out.open("wb") as file, clock.at(day if as_of and day < clock.today() else clock.now()):
            for part in ledger.xlsx(db.session, args, by, mark):
                file.write(part)
    except OSError as error:
        refuse(f"写不了 {out}：{error.strerror}")
    click.echo(f"已导出 {out}")
