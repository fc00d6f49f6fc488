"""Commands about people and the audit chain."""

import json
import re
import sys

import click
from flask import Flask, current_app
from sqlalchemy import select

from accounts import actions, audit
from accounts.guard import doors
from accounts.models import Office, User
from accounts.roles import GRANTS, Role
from core import clock
from core.commands import UNUSABLE, Command, Group
from core.db import db
from core.workflow import NotAllowed

trail = Group("audit", help="核对留痕链。")
people = Group("users", help="用户。")


def system_user() -> User:
    """The user that commands act as unless ``--as`` names a person."""
    return db.session.scalars(select(User).where(User.is_system)).one()


def acting(username: str | None) -> User:
    """The person a command acts as; an unknown name is unusable input (exit 2)."""
    if not username:
        return system_user()
    found = db.session.scalars(select(User).where(User.username == username, User.disabled_at.is_(None))).one_or_none()
    if found is None:
        click.echo(f"没有这个用户：{username}", err=True)
        sys.exit(UNUSABLE)
    return found


@trail.command("verify")
@click.option("--head", help="外部保存的哈希：能查出末尾被截断或重算。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def verify(head: str | None, as_json: bool) -> None:
    """逐条重算哈希；有一条不符就以 1 退出。"""
    known = head.strip().lower() if head else None
    if known is not None and not re.fullmatch(r"[0-9a-f]{64}", known):
        click.echo("外部保存的哈希应为 64 位十六进制数，见导出文件的来源行。", err=True)
        sys.exit(UNUSABLE)
    result = audit.verify(db.session, known)
    if as_json:
        click.echo(json.dumps(vars(result)))
    elif result.ok:
        click.echo(f"完整：{result.entries} 条，最新哈希 {result.head}")
    elif result.first_bad is not None and result.first_bad > result.entries:
        click.echo(
            f"现有 {result.entries} 条彼此相符，但末尾被截断或重算过：与链首记录或外部保存的哈希对不上。", err=True
        )
    else:
        click.echo(f"第 {result.first_bad} 条起不符（共 {result.entries} 条）。", err=True)
    sys.exit(0 if result.ok else 1)


@people.command("create")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.code for role in Role]))
@click.option("--office", help="机关代码，如 CJ-652302。")
def create(username: str, name: str, roles: tuple[str, ...], office: str | None) -> None:
    """新建用户，打印一次性密码（只此一次，首次登录必须修改）。"""
    place = db.session.scalars(select(Office).where(Office.code == office)).one_or_none() if office else None
    if office and place is None:
        click.echo(f"没有这个机关：{office}", err=True)
        sys.exit(UNUSABLE)
    account = actions.Account(username, name, place.id if place else None, frozenset(Role(code) for code in roles))
    try:
        _, password = actions.create_user(account, by=system_user(), now=clock.now())
    except NotAllowed as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(UNUSABLE)
    db.session.commit()
    click.echo(f"{username} 的一次性密码：{password}")


def access(app: Flask) -> dict[str, list[str]]:
    """Every address with its methods → the roles that may enter, or ``anyone``."""
    table = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.rule, sorted(each.methods or ()))):
        needed = doors(app, rule.endpoint)
        table[rule.rule + " " + "/".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))] = (
            [role.code for role in Role if GRANTS[role] & needed] if needed else ["anyone"]
        )
    return table


@click.command("who", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象：地址 → 角色代码。")
def who(as_json: bool) -> None:
    """每个地址谁能进：地址 × 角色。"""
    table = access(current_app)
    if as_json:
        click.echo(json.dumps(table, ensure_ascii=False))
        return
    for place, roles in table.items():
        address, methods = place.rsplit(" ", 1)
        click.echo(f"{_short(address):52} {methods:9} {_who(roles)}")


_ONE_OF = re.compile(r"<any\(([^)]*)\):\w+>")
_NAMED = re.compile(r"<(?:\w+:)?(\w+)>")


def _short(address: str) -> str:
    """An address as people read it: /audit.{xlsx,csv,json}, /orders/{order_id}."""
    plain = _ONE_OF.sub(lambda found: "{" + found[1].replace("'", "").replace(" ", "") + "}", address)
    return _NAMED.sub(r"{\1}", plain)


def _who(roles: list[str]) -> str:
    if roles == ["anyone"]:
        return "所有人（不必登录）"
    if len(roles) == len(Role):
        return "登录的人"
    return "、".join(role.label for role in Role if role.code in roles)


COMMANDS = [who]
