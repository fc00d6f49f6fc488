"""Commands of the room (contract: evaluate, explain, export-blacklist)."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from accounts.audit import head_hash, plain
from accounts.commands import acting
from core import clock
from core.commands import UNUSABLE, Group
from core.db import db
from core.ledger import Stamp
from core.text import date_of
from credit import bulk, ledgers, queries, rules, standing
from credit.models import Grade, ListType, Scheme
from registry.models import Enterprise

group = Group("credit", help="环境信用：评价、说明、名单导出。")


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    found = date_of(text)
    if found is None:
        click.echo(f"日期不对：{text}，请写成 2026-11-23。", err=True)
        sys.exit(UNUSABLE)
    return found


def _scheme(day: date) -> Scheme:
    """The scheme in use on a day; a day before every scheme is unusable input."""
    try:
        return queries.scheme_on(day)
    except LookupError as error:
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)


def _number(value: Any) -> Any:
    text = plain(value)
    return int(text) if "." not in text else float(text)


@group.command("evaluate")
@click.option("--as-of", help="评价日，默认今天。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def evaluate(as_of: str | None, as_json: bool) -> None:
    """各等级家数；没有评价过的企业先补上。"""
    day = _day(as_of)
    scheme = _scheme(day)
    added = standing.refresh_missing()
    db.session.commit()
    scored = bulk.scores(queries.scheme_facts(scheme), day, Enterprise.merged_into_id.is_(None)).subquery()
    grades: dict[str, int] = dict(
        db.session.execute(select(scored.c.grade, func.count()).group_by(scored.c.grade)).all()
    )
    result = {"as_of": day.isoformat(), "scheme": scheme.title, "grades": grades, "added": added}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    counts = "，".join(f"{grade.label} {grades.get(grade.code, 0)} 家" for grade in Grade)
    click.echo(f"{day}（{scheme.title}）：{counts}")


@group.command("explain")
@click.argument("uscc")
@click.option("--as-of", help="评价日，默认今天。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def explain(uscc: str, as_of: str | None, as_json: bool) -> None:
    """一家企业的得分，逐项说明来源。"""
    day = _day(as_of)
    scheme = _scheme(day)
    firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == uscc)).one_or_none()
    if firm is None:
        click.echo(f"没有这家企业：{uscc}", err=True)
        sys.exit(UNUSABLE)
    score = queries.score(firm.id, day)
    items = [
        {
            "date": item.on.isoformat(),
            "points": _number(item.points),
            "rule": item.rule,
            "reason": item.reason,
            "document": item.document,
            "expires": item.expires.isoformat() if item.expires else None,
        }
        for item in score.items
    ]
    result = {
        "uscc": uscc,
        "as_of": day.isoformat(),
        "scheme": scheme.title,
        "base": _number(score.base),
        "capped": score.capped,
        "score": _number(score.score),
        "grade": score.grade.code,
        "items": items,
    }
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(f"{firm.name} {day}：{rules.number_words(score.score)} 分，{score.grade.label}（{score.sum_words}）")
    for item in score.items:
        click.echo(f"  {item.on} {rules.number_words(item.points)} {item.rule}：{item.reason}")


@group.command("export-blacklist")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as-of", help="截至哪一天，默认今天。")
@click.option("--list", "list_code", help="名单代码。")
@click.option("--as", "username", help="以谁的名义。")
def export_blacklist(out: Path, as_of: str | None, list_code: str | None, username: str | None) -> None:
    """按公开的列导出名单：扩展名 xlsx、csv 或 json。"""
    day, by = _day(as_of), acting(username)
    form = out.suffix.lstrip(".").lower()
    if form not in {"xlsx", "csv", "json"} or (list_code and ListType.of(list_code) is None):
        click.echo(
            "文件名要以 .xlsx、.csv 或 .json 结尾；名单代码为 " + "、".join(each.code for each in ListType), err=True
        )
        sys.exit(UNUSABLE)
    args = MultiDict({"as-of": day.isoformat()} | ({"type": list_code} if list_code else {}))
    mark = Stamp(at=clock.now(), by_name=by.name, audit_head=head_hash(db.session), scope="昌吉州")
    ledger = ledgers.BLACKLIST
    if form == "xlsx":
        rows = ledger.xlsx(db.session, args, None, mark)
    elif form == "csv":
        rows = ledger.csv(db.session, args, None)
    else:
        rows = ledger.json(db.session, args, None, mark)
    try:
        with out.open("wb") as file:
            for part in rows:
                file.write(part)
    except OSError as error:
        click.echo(f"写不了 {out}：{error.strerror}", err=True)
        sys.exit(UNUSABLE)
    click.echo(f"已导出 {out}")
