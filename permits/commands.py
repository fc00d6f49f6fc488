"""Permits from the command line: what falls due, and permits out of a ledger."""

import json
from datetime import date
from typing import Any

import click

from accounts.commands import acting
from core import clock
from core.commands import Group
from permits import queries
from permits.actions import take_permits
from permits.models import Permit
from registry.commands.ledger import import_options, run_import
from registry.models import Obligation

permits = Group("permits", help="许可证：到期和义务，从台账导入。")


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
