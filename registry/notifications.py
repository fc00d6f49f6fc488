"""Telling people: an entry in their list, once for each thing, and a mail to who has an address."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import current_app
from sqlalchemy import bindparam, func, or_, select, update

from accounts.models import Office, User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db, direct, insert_new
from core.said import said
from core.workflow import NotAllowed
from registry.models import Enterprise, Mandate, Notification, Representative

TONES = frozenset({"ok", "info", "warn", "danger"})

log = logging.getLogger("qingyuan.mail")


def notify(users: Iterable[User], *, key: str, title: str, body: str = "", url: str = "", tone: str = "info") -> int:
    """Tell these people one thing; the same key tells a person once, however often it is sent. How many were told."""
    if tone not in TONES:
        raise ValueError(f"no such tone: {tone}")
    now = clock.now()
    rows = [
        {"user_id": user_id, "key": key, "title": title, "body": body, "url": url, "tone": tone, "sent_at": now}
        for user_id in sorted({user.id for user in users})
    ]
    if not rows:
        return 0
    statement = insert_new(Notification).values(rows).on_conflict_do_nothing().returning(Notification.id)
    return len(db.session.scalars(statement).all())


def people_of(enterprise_id: int, *mandates: Mandate) -> list[User]:
    """Who speaks for an enterprise today, with these mandates or any."""
    today = clock.today()
    wanted = (
        select(User)
        .join(Representative, Representative.user_id == User.id)
        .where(
            Representative.enterprise_id == enterprise_id,
            Representative.since <= today,
            or_(Representative.until.is_(None), Representative.until >= today),
            User.disabled_at.is_(None),
        )
    )
    if mandates:
        wanted = wanted.where(Representative.mandate.in_(mandates))
    return list(db.session.scalars(wanted.order_by(User.id)).unique())


def speaks_for(user: User, enterprise_id: int, mandate: Mandate) -> bool:
    """Whether a person holds this mandate of an enterprise today."""
    today = clock.today()
    wanted = select(Representative.id).where(
        Representative.enterprise_id == enterprise_id,
        Representative.user_id == user.id,
        Representative.mandate == mandate,
        Representative.since <= today,
        or_(Representative.until.is_(None), Representative.until >= today),
    )
    return user.disabled_at is None and db.session.scalar(wanted.limit(1)) is not None


def refuse_strangers(firm: Enterprise, mandate: Mandate, by: User) -> None:
    """Only who holds this mandate of the firm today acts for it."""
    if not speaks_for(by, firm.id, mandate):
        raise NotAllowed([said("您不是%(enterprise)s的%(mandate)s。", enterprise=firm.name, mandate=mandate)])


def officers_of(office_id: int, role: Role) -> list[User]:
    """Who holds a role in an office."""
    wanted = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.office_id == office_id, UserRole.role == role, User.disabled_at.is_(None), User.is_system.is_(False)
        )
    )
    return list(db.session.scalars(wanted.order_by(User.id)).unique())


def deciders_of(office: Office, role: Role) -> list[User]:
    """Who decides for an office: who holds the role there, else in the office above it."""
    found = officers_of(office.id, role)
    return found or (officers_of(office.parent_id, role) if office.parent_id else [])


def unread_count(user: User) -> int:
    """How many messages a person has not read."""
    return direct(db.session).scalar(_UNREAD, {"user_id": user.id}) or 0


_UNREAD = (
    select(func.count())
    .select_from(Notification)
    .where(Notification.user_id == bindparam("user_id"), Notification.read_at.is_(None))
)
"""Asked by every page, so it is made once."""


def mark_read(user: User, ids: Sequence[int] | None = None) -> None:
    """Mark a person's messages as read: these, or all. Reading is bookkeeping, not an act of the register."""
    wanted = update(Notification).where(Notification.user_id == user.id, Notification.read_at.is_(None))
    if ids is not None:
        wanted = wanted.where(Notification.id.in_(ids))
    db.session.execute(wanted.values(read_at=clock.now()))


@dataclass(frozen=True)
class Mail:
    """A message as it leaves the house."""

    to: str
    subject: str
    body: str


class Mailer(Protocol):
    """Whatever carries mail; raises OSError when it cannot, and the message waits for the next run."""

    def send(self, mail: Mail) -> None:
        """Send one message."""


class LogMailer:
    """The default: says in the log what would have been sent, without the address."""

    def send(self, mail: Mail) -> None:
        """Write one line."""
        log.info("mail: %s", mail.subject)


def mailer() -> Mailer:
    """The carrier of this installation: ``app.extensions["mailer"]``, else the log."""
    carrier: Mailer = current_app.extensions.get("mailer") or LogMailer()
    return carrier


def send_mail(most: int = 500) -> int:
    """Send what waits for people with an address, oldest first; marks what was sent. How many went out.

    A message is marked after it left, so a crash between may send it twice, but never loses it.
    """
    waiting = db.session.execute(
        select(Notification, User.email)
        .join(User, User.id == Notification.user_id)
        .where(Notification.mailed_at.is_(None), User.email != "", User.disabled_at.is_(None))
        .order_by(Notification.id)
        .limit(most)
    ).all()
    carrier, base, sent = mailer(), current_app.config["SETTINGS"].public_url, 0
    for notification, address in waiting:
        link = f"\n{base}{notification.url}" if notification.url.startswith("/") else ""
        try:
            carrier.send(Mail(address, notification.title, notification.body + link))
        except OSError as error:
            log.warning("mail not sent: %s", type(error).__name__)
            break
        notification.mailed_at = clock.now()
        sent += 1
    return sent
