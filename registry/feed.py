"""A person's deadlines as a calendar that their own program subscribes to, by a secret address they can revoke."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from accounts.roles import ENTERPRISE
from core import clock
from core.db import db
from core.language import spoken_in
from registry import obligations, queries
from registry.models import Obligation
from registry.rules.calendar import Deadline, calendar

MOST = 1000
"""Deadlines in a feed: the nearest; a bureau's whole year would choke a telephone."""
BACK, AHEAD = timedelta(days=90), timedelta(days=400)

Source = Callable[[User, date], Sequence[Deadline]]

SOURCES: list[Source] = []
"""What each room waits for from a person; rooms append theirs when they are imported."""


def source(told: Source) -> Source:
    """Mark a function as a source of deadlines."""
    SOURCES.append(told)
    return told


def new_calendar_token(user: User, by: User) -> str:
    """Give a person a new secret address for the calendar; the one before stops working. Only its hash is kept."""
    token = secrets.token_urlsafe(24)
    user.calendar_token = _hash(token)
    record(user, "registry:calendar:open", "开通日历订阅", by=by)
    return token


def revoke_calendar_token(user: User, by: User) -> None:
    """Let the secret address stop working at once."""
    user.calendar_token = ""
    record(user, "registry:calendar:revoke", "撤销日历订阅", by=by)


def owner_of(token: str) -> User | None:
    """Whose calendar a secret address opens; nobody's when it was revoked or its person may not sign in."""
    if not token:
        return None
    user = db.session.scalars(select(User).where(User.calendar_token == _hash(token))).one_or_none()
    return user if user and user.is_active else None


def calendar_of(user: User) -> bytes:
    """The person's deadlines from all rooms as iCalendar, nearest first, in the person's language."""
    with spoken_in("en" if user.locale == "en" else "zh_Hans_CN"):
        return _calendar_of(user, clock.today())


def _calendar_of(user: User, today: date) -> bytes:
    deadlines = [deadline for told in SOURCES for deadline in told(user, today)]
    deadlines.sort(key=lambda deadline: (deadline.due_on, deadline.uid))
    host = urlsplit(current_app.config["SETTINGS"].public_url).hostname or "localhost"
    return calendar(_("清源期限：%(name)s", name=user.name), deadlines[:MOST], stamp=clock.now(), host=host)


@source
def _obligations(user: User, today: date) -> list[Deadline]:
    base = current_app.config["SETTINGS"].public_url
    rows = db.session.scalars(
        queries.visible_obligations(user)
        .where(obligations.is_open(), Obligation.due_on.between(today - BACK, today + AHEAD))
        .order_by(Obligation.due_on, Obligation.id)
        .limit(MOST)
    )
    return [_deadline(each, f"{base}{_page(each, user)}") for each in rows]


def _deadline(obligation: Obligation, url: str) -> Deadline:
    text = "\n".join(part for part in (obligation.basis, obligation.arithmetic) if part)
    if obligation.provisional:
        text += "\n" + _("暂定：当年节假日安排尚未公布")
    title = f"{obligation.title} · {obligation.enterprise.name}"
    return Deadline(f"obligation-{obligation.id}", obligation.due_on, title, text.strip(), url)


def _page(obligation: Obligation, user: User) -> str:
    return obligation.url if user.roles & ENTERPRISE and obligation.url else f"/enterprises/{obligation.enterprise_id}"


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
