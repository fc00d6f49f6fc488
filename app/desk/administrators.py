"""What waits for the three administrators (三员): the installation, the accounts, the trail. None sees another's."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from accounts.models import AuditEntry, User, UserRole
from accounts.roles import Action, Role
from app import health
from app.desk.board import Todo, todo
from core import clock
from core.db import db

CERTIFICATE_AHEAD = timedelta(days=30)

GRAVE = (
    "document:void",
    "order:rescind",
    "inspection:annul",
    "decision:quash",
    "listing:drop",
    "listing:remove",
    "enterprise:merge",
    "enterprise:close",
    "permit:rectify",
    "permit:cancel",
    "permit:withdraw",
    "permit:revoke",
)
"""Acts that take back what stood: an auditor reads each."""

READ_BACK = timedelta(days=30)


@todo(Action.SYSTEM_OPERATE)
def unfit(_person: User, _today: date) -> Iterable[Todo]:
    """What the installation lacks."""
    for each in health.findings():
        if not each.good and each.name != "工作日历":
            tone = "danger" if each.grave else "warn"
            yield Todo(_(each.name), "/admin/system", _("系统状态"), tone, each.note, _("查看"), "/admin/system")


@todo(Action.USER_ADMINISTER)
def accounts_to_mend(_person: User, today: date) -> Iterable[Todo]:
    """Locked accounts, certificates that run out, and roles that need a second factor and have none."""
    needs = select(UserRole.user_id).where(UserRole.role.in_((Role.APPROVER, Role.SECURITY_ADMIN)))
    ends = User.certificate_until <= today + CERTIFICATE_AHEAD
    bare = User.id.in_(needs) & (User.totp_secret == "")
    wanted = select(User).where(
        User.disabled_at.is_(None), User.is_system.is_(False), or_(User.locked_until > clock.now(), ends, bare)
    )
    for each in db.session.scalars(wanted.order_by(User.id).limit(100)).unique():
        url = f"/admin/users/{each.id}"
        name = f"{each.name}（{each.username}）"
        if each.locked_until and each.locked_until > clock.now():
            yield Todo(name, url, _("已锁定"), "warn", _("密码连续输错 5 次"), _("查看"), url)
        if each.certificate_until and each.certificate_until <= today + CERTIFICATE_AHEAD:
            why = _("执法证到期后不能参加检查")
            yield Todo(name, url, _("执法证"), "warn", why, _("更新"), f"{url}/edit", each.certificate_until)
        if not each.totp_secret and each.roles & {Role.APPROVER, Role.SECURITY_ADMIN}:
            why = _("%(role)s应当启用动态口令，请本人在「我的账户」里启用", role=each.role_title)
            yield Todo(name, url, _("动态口令"), "warn", why, _("查看"), url)


@todo(Action.AUDIT_VERIFY)
def trail_to_read(_person: User, _today: date) -> Iterable[Todo]:
    """The chain to verify, and the grave acts of the last month to read."""
    now = clock.now()
    entries = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    recent = (
        db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.at >= now - timedelta(days=7)))
        or 0
    )
    why = _("共 %(all)d 条，最近 7 天 %(new)d 条；核验每一条的哈希和次序", all=entries, new=recent)
    yield Todo(_("核验留痕链"), "/audit/verify", _("核验"), "info", why, _("核验"), "/audit/verify?head=")
    wanted = (
        select(AuditEntry)
        .where(AuditEntry.at >= now - READ_BACK, AuditEntry.act.in_(GRAVE))
        .order_by(AuditEntry.id.desc())
    )
    for each in db.session.scalars(wanted.limit(50)):
        url = f"/audit/{each.id}"
        yield Todo(
            each.summary,
            url,
            _("重要操作"),
            "warn",
            f"{each.actor_name}，{clock.beijing(each.at):%m-%d %H:%M}",
            _("查看"),
            url,
        )
