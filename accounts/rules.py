"""When a sign-in is refused, when a session ends, what a password must be. Pure: no clock, no session."""

from datetime import datetime, timedelta

from core.said import said

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
SHORTEST_PASSWORD = 10

_COMMON = ("password", "qwerty", "123456", "admin", "changji", "qingyuan", "abcdef", "111111", "888888")


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Whether sign-in is locked at this instant."""
    return locked_until is not None and now < locked_until


def lock_after(failed_count: int, now: datetime) -> datetime | None:
    """Until when to lock after this many failures in a row (GB/T 22239-2019 §8.1.4: 登录失败处理); None while below five."""
    return now + LOCKED_FOR if failed_count >= FAILURES_BEFORE_LOCK else None


def has_ended(started_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a session is over: signed out, idle for 30 minutes, or twelve hours old."""
    return ended_at is not None or now - seen_at > IDLE or now - started_at > LONGEST


def weaknesses(password: str, username: str) -> list[str]:
    """Why a new password is refused, in words; empty when it is good."""
    found: list[str] = []
    if len(password) < SHORTEST_PASSWORD:
        found.append(said("密码至少 %(least)d 位。", least=SHORTEST_PASSWORD))
    kinds = [str.islower, str.isupper, str.isdigit]
    held = sum(any(kind(character) for character in password) for kind in kinds)
    held += any(not character.isalnum() for character in password)
    if held < 3:
        found.append(said("密码要含大写字母、小写字母、数字、符号中的三类。"))
    low = password.lower()
    if username and username.lower() in low:
        found.append(said("密码不能含登录名。"))
    if any(word in low for word in _COMMON):
        found.append(said("密码太常见，请换一个。"))
    return found
