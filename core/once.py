"""The same form twice makes one thing: every creating form carries a UUID, a replay returns the first answer.

The claim is inserted in the request's own transaction: a parallel twin waits on the unique key and then sees the
answer; a refused form leaves no claim behind, so it can be mended and sent again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, redirect, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.db import SAFE_METHODS, Base, db

_UUID = re.compile(r"^[0-9a-fA-F-]{32,36}$")


class AnsweredRequest(Base):
    """A form that was carried out, and where its answer is."""

    __tablename__ = "answered_request"
    __audited__ = False

    key: Mapped[str] = mapped_column(primary_key=True, comment="用户与表单一次性编号")
    body_hash: Mapped[str] = mapped_column(comment="表单内容的 sha256")
    location: Mapped[str] = mapped_column(default="", comment="第一次的答复地址")
    answered_at: Mapped[datetime] = mapped_column(comment="时间")


NOT_CONTENT = {"csrf_token", "password", "one_time_code", "old", "new", "again"}


def body_hash() -> str:
    """What was sent, files by their content; without the token, and without what must be kept nowhere, hashed or not."""
    sha = hashlib.sha256(request.path.encode())
    for name in sorted(request.form):
        if name not in NOT_CONTENT:
            sha.update(f"\0{name}={request.form.getlist(name)!r}".encode())
    for name in sorted(request.files):
        for file in request.files.getlist(name):
            sha.update(f"\0{name}:{file.filename}".encode())
            sha.update(hashlib.file_digest(file.stream, "sha256").digest())  # type: ignore[arg-type]
            file.stream.seek(0)
    return sha.hexdigest()


def install(app: Flask, who: Callable[[], str], clash: Callable[[], AnyResponse]) -> None:
    """Watch for replays; ``who`` names the sender, ``clash`` answers the same key with another content (409)."""

    def replay(known: AnsweredRequest, body: str) -> AnyResponse:
        if known.body_hash != body:
            return clash()
        return redirect(known.location or request.path, 303)

    @app.before_request
    def claim() -> Any:
        token = request.form.get("request_id", "") if request.method not in SAFE_METHODS else ""
        if not _UUID.match(token):
            return None
        key, body = f"{who()}:{token.lower()}", body_hash()
        known = db.session.get(AnsweredRequest, key)
        if known:
            return replay(known, body)
        made = AnsweredRequest(key=key, body_hash=body, answered_at=clock.now())
        try:
            with db.session.begin_nested():
                db.session.add(made)
        except IntegrityError:
            known = db.session.get(AnsweredRequest, key)
            return replay(known, body) if known else clash()
        g.claim = made
        return None

    @app.after_request
    def answer(response: Response) -> Response:
        made: AnsweredRequest | None = g.pop("claim", None)
        if made is not None and response.status_code < 400:
            made.location = response.headers.get("Location", "")
        return response
