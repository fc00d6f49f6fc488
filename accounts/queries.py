"""Reads about people and about what was done."""

import json
from typing import Any

from sqlalchemy import Select, select

from accounts import subjects
from accounts.models import Area, AuditEntry, Office, User, UserSession
from core.db import db
from core.pages import not_found


def user(user_id: int) -> User:
    """A person's account, never the system's own; 404 otherwise."""
    found = db.session.get(User, user_id)
    return found if found and not found.is_system else not_found()


def users(_seen_by: User | None = None) -> Select[Any]:
    """All accounts of people."""
    return select(User).where(User.is_system.is_(False)).outerjoin(Office, Office.id == User.office_id)


def offices() -> list[Office]:
    """Every office, the bureau first."""
    return list(db.session.scalars(select(Office).order_by(Office.parent_id.is_not(None), Office.code)))


def areas() -> list[Area]:
    """Every area in the order of its code."""
    return list(db.session.scalars(select(Area).order_by(Area.code)))


def open_sessions(person: User) -> list[UserSession]:
    """Where a person is signed in, the newest first."""
    found = select(UserSession).where(UserSession.user_id == person.id, UserSession.ended_at.is_(None))
    return list(db.session.scalars(found.order_by(UserSession.seen_at.desc()).limit(50)))


def own_session(session_id: int, person: User) -> UserSession:
    """One of a person's own sessions, or 404."""
    found = db.session.get(UserSession, session_id)
    return found if found and found.user_id == person.id else not_found()


def entries(_seen_by: User | None = None) -> Select[Any]:
    """The whole trail, for the auditor."""
    return select(AuditEntry)


def entry(entry_id: int) -> AuditEntry:
    """One entry of the trail, or 404."""
    return db.session.get(AuditEntry, entry_id) or not_found()


def after_image(found: AuditEntry) -> list[tuple[str, list[tuple[str, str, Any]]]]:
    """What each row became, as a page shows it: the row's name → code, name and value of each column."""
    image: dict[str, Any] = json.loads(found.after)
    rows = []
    for row, columns in image.items():
        kind, _colon, identity = row.partition(":")
        shown = sorted((columns or {}).items())
        rows.append(
            (subjects.named(kind, identity), [(key, subjects.column_name(kind, key), each) for key, each in shown])
        )
    return rows
