"""The room's lists: people, and everything that was done."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, func

from accounts import queries, subjects
from accounts.models import AuditEntry, Office, User, UserRole
from accounts.roles import Role
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import Choice, Code, Count, Days, Flag, Ledger, Link, Moment, Notable, Order, Search, Text, lookup


def _offices(_seen_by: User) -> list[tuple[int, str]]:
    return [(office.id, office.short_name) for office in queries.offices()]


def _roles() -> ColumnElement[Any]:
    """The roles of each person in one value."""
    return lookup(func.aggregate_strings(cast(UserRole.role, String), ","), UserRole.user_id == User.id)


def _role_words(codes: str) -> str:
    roles = [role for role in Role if role.code in codes.split(",")]
    return "、".join(_(role.label) for role in roles)


USERS: Ledger[User] = Ledger(
    name="users",
    title=_l("用户"),
    unit=_l("人"),
    base=queries.users,
    identity=User.id,
    columns=[
        Text("name", _l("姓名"), User.name, link=Link("accounts.user", user_id=User.id), sub="username", order="name"),
        Code("username", _l("登录名"), User.username),
        Text("office", _l("机关"), lookup(Office.short_name, Office.id == User.office_id)),
        Text("roles", _l("角色"), _roles, read=_role_words, width=24),
        Text("certificate", _l("执法证号"), User.certificate_number),
        Moment("locked", _l("锁定至"), User.locked_until),
        Moment("disabled", _l("停用时间"), User.disabled_at),
        Count("failed", _l("连续失败"), User.failed_count, hidden=True),
    ],
    filters=[
        Search(
            "q",
            _l("姓名或登录名"),
            where=lambda text: (
                User.name.icontains(text, autoescape=True) | User.username.icontains(text, autoescape=True)
            ),
            wide=True,
        ),
        Choice("role", _l("角色"), choices=Role, where=lambda role: User.grants.any(UserRole.role == role)),
        Choice("office", _l("机关"), User.office_id, choices=_offices),
        Flag("disabled", _l("只看停用"), where=lambda _yes: User.disabled_at.is_not(None)),
    ],
    orders=[Order("name", _l("姓名"), User.name), Order("username", _l("登录名"), User.username)],
    default_order="username",
    notables=[Notable(_l("%(count)s 人已停用"), lambda: User.disabled_at.is_not(None), {"disabled": "1"})],
    empty=_l("没有符合条件的用户。"),
)

TRAIL: Ledger[User] = Ledger(
    name="audit",
    title=_l("留痕"),
    unit=_l("条"),
    base=queries.entries,
    identity=AuditEntry.id,
    columns=[
        Code("id", _l("序号"), AuditEntry.id, link=Link("accounts.audit_entry", entry_id=AuditEntry.id), order="id"),
        Moment("at", _l("时间"), AuditEntry.at),
        Text("actor", _l("何人"), AuditEntry.actor_name),
        Text("summary", _l("做了什么"), AuditEntry.summary, full=True),
        Code("act", _l("代码"), AuditEntry.act, hidden=True),
        Code(
            "subject",
            _l("对象"),
            AuditEntry.subject_kind + " " + AuditEntry.subject_id,
            shown=lambda row: subjects.named(*row["subject"].split(" ", 1)),
        ),
        Code("hash", _l("哈希"), AuditEntry.hash, hidden=True),
    ],
    filters=[
        Search(
            "q",
            _l("何人或何事"),
            where=lambda text: (
                AuditEntry.actor_name.icontains(text, autoescape=True)
                | AuditEntry.summary.icontains(text, autoescape=True)
            ),
            wide=True,
        ),
        Search("act", _l("代码"), where=lambda text: AuditEntry.act.startswith(text, autoescape=True)),
        Choice("subject", _l("对象"), AuditEntry.subject_kind, choices=tuple(subjects.NAMES.items())),
        Days("on", _l("日期"), AuditEntry.at),
    ],
    orders=[Order("id", _l("序号"), AuditEntry.id)],
    default_order="-id",
    definition=_l("每一次写入一条，哈希相连，只增不改。"),
    empty=_l("没有符合条件的留痕。"),
)
