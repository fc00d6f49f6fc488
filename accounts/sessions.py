"""Signed-in browsers, kept at the server: signing out, disabling and a new password take effect on the next request."""

import hashlib
import secrets

from flask import Flask, request, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from accounts.models import User, UserSession
from accounts.rules import SEEN_EVERY, has_ended
from core import clock
from core.db import apart, db

login = LoginManager()


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def current() -> UserSession | None:
    """The session of this browser, whether or not it has ended."""
    token = session.get("token")
    if not token:
        return None
    return db.session.scalars(_BY_TOKEN, {"token_hash": token_hash(token)}).unique().one_or_none()


_BY_TOKEN = (
    select(UserSession)
    .where(UserSession.token_hash == bindparam("token_hash"))
    .options(joinedload(UserSession.user).joinedload(User.grants))
)
"""Each request begins with it, so it is made once, and brings the person's office and roles along."""


def begin(user: User) -> UserSession:
    """Sign a person in: a new token, whatever the browser brought along."""
    kept = {key: session[key] for key in ("locale", "large_text", "high_contrast") if key in session}
    session.clear()
    session.update(kept)
    token, now = secrets.token_urlsafe(32), clock.now()
    session["token"] = token
    made = UserSession(
        token_hash=token_hash(token),
        user_id=user.id,
        started_at=now,
        seen_at=now,
        address=request.remote_addr or "",
        browser=(request.user_agent.string or "")[:200],
        confirmed_at=now,
    )
    db.session.add(made)
    login_user(user)
    return made


def end() -> None:
    """Sign this browser out, at the server too."""
    here = current()
    if here and here.ended_at is None:
        here.ended_at = clock.now()
    logout_user()
    session.clear()


def end_all(user: User, *, but: UserSession | None = None) -> int:
    """End a person's sessions (new password, disabled, lost telephone); how many there were."""
    open_ = db.session.scalars(
        select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    )
    ended = [each for each in open_ if but is None or each.id != but.id]
    for each in ended:
        each.ended_at = clock.now()
    return len(ended)


def work_for(enterprise_id: int, *, by: User) -> None:
    """Keep with this browser's session whose work is done in it from now on; whether one may is asked at every use."""
    here = current()
    if here is not None:
        here.enterprise_id = by.works_for_id = enterprise_id


def nobody() -> None:
    """Answer the rest of this request as to a visitor: the database, which knows the person, is away."""
    login._update_request_context_with_user()


def install(app: Flask) -> None:
    """Let Flask-Login find the person behind each request."""
    login.init_app(app)
    login.session_protection = None

    @login.user_loader
    def load(user_id: str) -> User | None:
        here, now = current(), clock.now()
        if here is None or str(here.user_id) != user_id or not here.user.is_active:
            return None
        if has_ended(here.started_at, here.seen_at, here.ended_at, now):
            return None
        if now - here.seen_at > SEEN_EVERY:
            apart(update(UserSession).where(UserSession.id == here.id).values(seen_at=now))
        here.user.works_for_id = here.enterprise_id
        return here.user
