"""What people do with their accounts: one function per human act."""

from datetime import datetime

import pyotp
from sqlalchemy import select, update

from accounts import passwords, rules, sessions
from accounts.audit import record
from accounts.models import User
from core.db import apart, db
from core.workflow import NotAllowed

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
    step = _totp_step(user, one_time_code, now) if user.totp_secret else 0
    if not right or step is None:
        failed = user.failed_count + 1
        locked = rules.lock_after(failed, now)
        apart(
            update(User)
            .where(User.id == user.id)
            .values(failed_count=0 if locked else User.failed_count + 1, locked_until=locked or user.locked_until)
        )
        raise NotAllowed([REFUSED])
    user.failed_count, user.locked_until = 0, None
    user.totp_last_step = max(user.totp_last_step, step)
    sessions.begin(user)
    record(user, "accounts:sign-in", "登录", by=user)
    return user


def _totp_step(user: User, given: str, now: datetime) -> int | None:
    """The time step that the code belongs to, or None when it is wrong or was used before."""
    totp = pyotp.TOTP(user.totp_secret)
    present = int(now.timestamp()) // 30
    for step in (present, present - 1):
        if step > user.totp_last_step and pyotp.utils.strings_equal(totp.at(step * 30), given):
            return step
    return None


def sign_out(*, by: User) -> None:
    """End this browser's session at the server."""
    record(by, "accounts:sign-out", "退出", by=by)
    sessions.end()
