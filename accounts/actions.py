"""What people do with their accounts: one function per human act."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime

import pyotp
from sqlalchemy import func, select, update

from accounts import passwords, rules, sessions
from accounts.audit import record
from accounts.models import ListHabit, SavedView, User, UserRole, UserSession
from accounts.roles import ADMINS, ENTERPRISE, Role, forbidden_together
from core.db import apart, db
from core.said import said
from core.workflow import Missing, NotAllowed

MOST_VIEWS = 60
"""Saved views one person may keep."""

REFUSED = "登录名或密码不对，或账户已锁定、停用。连续五次失败将锁定 15 分钟。"


def sign_in(username: str, password: str, one_time_code: str, *, now: datetime, demo_allowed: bool) -> User:
    """Let a person in, or refuse with one text for every reason (no account can be found out by asking).

    Failures are counted in the database, so that they hold over workers and restarts (等保2.0: 登录失败处理).
    """
    user = db.session.scalars(select(User).where(User.username == username)).one_or_none()
    right = passwords.matches(user.password_hash if user else "", password)
    if user is None or not user.is_active or (user.is_demo and not demo_allowed):
        raise NotAllowed([REFUSED])
    if rules.is_locked(user.locked_until, now):
        raise NotAllowed([REFUSED])
    step = _matching_step(user.totp_secret, user.totp_last_step, one_time_code, now) if user.totp_secret else 0
    if not right or step is None:
        count_failure(user, now)
        raise NotAllowed([REFUSED])
    user.failed_count, user.locked_until = 0, None
    user.totp_last_step = max(user.totp_last_step, step)
    sessions.begin(user)
    record(user, "accounts:sign-in", "登录", by=user)
    return user


def _matching_step(secret: str, last_step: int, given: str, now: datetime) -> int | None:
    """The time step that the code belongs to (this one or the one before); None when wrong or used before (RFC 6238)."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // 30
    for step in (present, present - 1):
        if step > last_step and pyotp.utils.strings_equal(totp.at(step * 30), given):
            return step
    return None


def sign_out(*, by: User) -> None:
    """End this browser's session at the server."""
    record(by, "accounts:sign-out", "退出", by=by)
    sessions.end()


def step_up(user: User, password: str, one_time_code: str = "", *, now: datetime) -> None:
    """Prove once more who acts, before an act of consequence: the password again, and a new one-time code where enrolled.

    Wrong ones count as failed sign-ins.
    """
    if rules.is_locked(user.locked_until, now):
        raise NotAllowed([Missing(said("密码连续输错，账户已锁定 15 分钟。"), "password")])
    if not passwords.matches(user.password_hash, password):
        count_failure(user, now)
        raise NotAllowed([Missing(said("密码不对。"), "password")])
    if not user.totp_secret:
        return
    step = _matching_step(user.totp_secret, user.totp_last_step, one_time_code, now)
    if step is None:
        count_failure(user, now)
        raise NotAllowed([Missing(said("动态口令不对或者已经用过，请等下一个。"), "one_time_code")])
    user.totp_last_step = step


def count_failure(user: User, now: datetime) -> None:
    """Count one wrong password, in a transaction of its own; the fifth in a row locks the account."""
    locked = rules.lock_after(user.failed_count + 1, now)
    values = {"failed_count": 0, "locked_until": locked} if locked else {"failed_count": User.failed_count + 1}
    apart(update(User).where(User.id == user.id).values(**values))


def change_password(user: User, old: str, new: str, again: str, *, by: User, now: datetime) -> None:
    """Choose a new password; every other session of this person ends."""
    missing = []
    if not passwords.matches(user.password_hash, old):
        count_failure(user, now)
        raise NotAllowed([Missing(said("现在的密码不对。"), "old")])
    missing += [Missing(words, "new") for words in rules.weaknesses(new, user.username)]
    if new != again:
        missing.append(Missing(said("两遍写的不一样。"), "again"))
    if old == new:
        missing.append(Missing(said("新密码不能与现在的相同。"), "new"))
    if missing:
        raise NotAllowed(missing)
    user.password_hash, user.password_changed_at, user.must_change_password = passwords.hashed(new), now, False
    sessions.end_all(user, but=sessions.current())
    record(user, "accounts:password:change", "修改密码", by=by)


def enrol_totp(user: User, secret: str, code: str, password: str, *, by: User, now: datetime) -> None:
    """Bind an authenticator after it has shown that it works."""
    if not passwords.matches(user.password_hash, password):
        count_failure(user, now)
        raise NotAllowed([Missing(said("密码不对。"), "password")])
    step = _matching_step(secret, 0, code, now)
    if step is None:
        raise NotAllowed([Missing(said("动态口令不对，请核对手机时间后重输。"), "code")])
    user.totp_secret, user.totp_last_step = secret, step
    record(user, "accounts:totp:enrol", "启用动态口令", by=by)


def drop_totp(user: User, *, by: User) -> None:
    """Take the authenticator off an account (lost telephone); its sessions end."""
    user.totp_secret, user.totp_last_step = "", 0
    sessions.end_all(user, but=sessions.current() if by.id == user.id else None)
    record(user, "accounts:totp:drop", "停用动态口令", by=by)


def end_session(ended: UserSession, *, by: User, now: datetime) -> None:
    """End one signed-in browser."""
    ended.ended_at = now
    record(ended.user, "accounts:session:end", "结束会话", by=by)


def set_display(
    user: User, *, locale: str | None, large_text: bool | None, high_contrast: bool | None, by: User
) -> None:
    """Keep how a person wants the interface."""
    user.locale = locale if locale is not None else user.locale
    user.large_text = large_text if large_text is not None else user.large_text
    user.high_contrast = high_contrast if high_contrast is not None else user.high_contrast
    record(user, "accounts:display:set", "显示设置", by=by)


@dataclass(frozen=True)
class Account:
    """What the security administrator says about a person."""

    username: str
    name: str
    office_id: int | None
    roles: frozenset[Role]
    telephone: str = ""
    email: str = ""
    certificate_number: str = ""
    certificate_until: date | None = None


def _refusals(account: Account) -> list[Missing]:
    missing = []
    if words := forbidden_together(account.roles):
        missing.append(Missing(words, "roles"))
    if account.roles & ENTERPRISE and account.office_id:
        missing.append(Missing(said("企业人员不属于监管机关，请把所属机关留空。"), "office_id"))
    if account.roles - ENTERPRISE - ADMINS and not account.office_id:
        missing.append(Missing(said("监管人员要选所属机关。"), "office_id"))
    if not re.fullmatch(r"[a-z][a-z0-9_.-]{2,39}", account.username):
        missing.append(Missing(said("登录名用 3–40 个小写字母、数字、点、横线，以字母开头。"), "username"))
    return missing


def create_user(account: Account, *, by: User, now: datetime) -> tuple[User, str]:
    """Make an account; gives the one-time password, which is shown once and must be changed at first sign-in."""
    missing = _refusals(account)
    if db.session.scalar(select(User.id).where(User.username == account.username)):
        missing.append(Missing(said("登录名已有人用。"), "username"))
    if missing:
        raise NotAllowed(missing)
    password = one_time_password()
    user = User(
        username=account.username,
        password_hash=passwords.hashed(password),
        must_change_password=True,
        password_changed_at=now,
    )
    db.session.add(user)
    _apply(user, account, by=by, now=now)
    record(user, "accounts:user:create", f"新建用户 {account.username}", by=by)
    return user, password


def edit_user(user: User, account: Account, *, by: User, now: datetime) -> None:
    """Change a person's data and roles; whoever administers users never changes the own account."""
    missing = _refusals(account)
    if user.id == by.id:
        missing.append(Missing(said("不能修改自己的账户和角色。"), "roles"))
    if account.username != user.username:
        missing.append(Missing(said("登录名建好后不能改。"), "username"))
    if missing:
        raise NotAllowed(missing)
    _apply(user, account, by=by, now=now)
    record(user, "accounts:user:edit", f"修改用户 {user.username}", by=by)


def _apply(user: User, account: Account, *, by: User, now: datetime) -> None:
    user.name, user.office_id = account.name, account.office_id
    user.telephone, user.email = account.telephone, account.email
    user.certificate_number, user.certificate_until = account.certificate_number, account.certificate_until
    for grant in [each for each in user.grants if each.role not in account.roles]:
        user.grants.remove(grant)
    held = {each.role for each in user.grants}
    for role in sorted(account.roles - held, key=lambda each: each.code):
        user.grants.append(UserRole(role=role, granted_at=now, granted_by_id=by.id))


def disable_user(user: User, *, by: User, now: datetime) -> None:
    """Shut an account at once: its sessions end with this request."""
    if user.id == by.id:
        raise NotAllowed([said("不能停用自己的账户。")])
    user.disabled_at = now
    sessions.end_all(user)
    record(user, "accounts:user:disable", f"停用用户 {user.username}", by=by)


def enable_user(user: User, *, by: User) -> None:
    """Open an account again; it is unlocked too."""
    user.disabled_at, user.locked_until, user.failed_count = None, None, 0
    record(user, "accounts:user:enable", f"启用用户 {user.username}", by=by)


def reset_password(user: User, *, by: User, now: datetime) -> str:
    """Give a one-time password to who has lost the own; all sessions end."""
    if user.id == by.id:
        raise NotAllowed([said("自己的密码请在「我的账户」里修改。")])
    password = one_time_password()
    user.password_hash, user.must_change_password, user.password_changed_at = passwords.hashed(password), True, now
    user.locked_until, user.failed_count = None, 0
    sessions.end_all(user)
    record(user, "accounts:password:reset", f"重置密码 {user.username}", by=by)
    return password


def one_time_password() -> str:
    """A password that can be read out on the telephone, of 75 random bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ["".join(secrets.choice(letters) for _ in range(5)) for _ in range(3)]
    return "-".join(groups).capitalize()


def save_view(view: SavedView, *, by: User) -> SavedView:
    """Keep a list with its filters under a name; one's own view of that name is written anew."""
    known = db.session.scalars(
        select(SavedView).where(
            SavedView.user_id == by.id, SavedView.ledger == view.ledger, SavedView.name == view.name
        )
    ).first()
    if known is not None:
        known.query, known.office_id, known.path = view.query, view.office_id, view.path
    elif (db.session.scalar(select(func.count()).where(SavedView.user_id == by.id)) or 0) >= MOST_VIEWS:
        raise NotAllowed(
            [Missing(said("最多保存 %(MOST_VIEWS)s 个视图，先删去不用的。", MOST_VIEWS=MOST_VIEWS), "name")]
        )
    kept = known or view
    db.session.add(kept)
    record(kept, "accounts:view:save", f"保存视图 {kept.name}", by=by)
    return kept


def forget_view(view: SavedView, *, by: User) -> None:
    """Drop a saved view."""
    db.session.delete(view)
    record(view, "accounts:view:forget", f"删除视图 {view.name}", by=by)


def arrange_list(ledger: str, *, by: User, columns: str | None = None, dense: bool | None = None) -> None:
    """Remember how a person likes a list; None leaves a choice as it is, an empty text means the usual columns."""
    habit = db.session.scalars(
        select(ListHabit).where(ListHabit.user_id == by.id, ListHabit.ledger == ledger)
    ).one_or_none() or ListHabit(user_id=by.id, ledger=ledger, columns="", dense=False)
    if columns is not None:
        habit.columns = columns
    if dense is not None:
        habit.dense = dense
    db.session.add(habit)
