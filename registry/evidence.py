"""Files that prove something, attached to what they prove."""

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from flask import current_app, url_for
from sqlalchemy import or_, select
from werkzeug.datastructures import FileStorage

from accounts.audit import record
from accounts.models import User
from core import clock
from core.attachments import Store, prove, read_limited
from core.db import Base, db
from core.text import HIDDEN
from registry.models import Attachment

LONGEST_NAME = 120


def attach(
    file: FileStorage | bytes,
    *,
    enterprise_id: int,
    subject: Base | None,
    by: User,
    name: str = "",
    caption: str = "",
    images_only: bool = False,
) -> Attachment:
    """Keep a file as evidence of its subject; time and place of a photo are read from the original.

    Raises ``core.attachments.BadFile`` (its text is for the sender) when it is empty, too large or not what is taken.
    """
    content = file if isinstance(file, bytes) else read_limited(file.stream)  # type: ignore[arg-type]
    proved = prove(content, images_only=images_only)
    given = name or (file.filename or "" if isinstance(file, FileStorage) else "")
    db.session.flush()
    attachment = Attachment(
        enterprise_id=enterprise_id,
        subject_kind=subject.__tablename__ if subject is not None else "",
        subject_id=_id(subject) if subject is not None else None,
        name=plain_name(given) or "附件",
        caption=caption,
        media_type=proved.media_type,
        size=len(proved.content),
        sha256=store().put(proved.content),
        preview_sha256=store().put(proved.preview) if proved.preview else "",
        taken_at=proved.taken_at,
        longitude=_degrees(proved.longitude),
        latitude=_degrees(proved.latitude),
        uploaded_at=clock.now(),
        uploaded_by_id=by.id,
    )
    db.session.add(attachment)
    record(attachment, "registry:attachment:add", f"上传附件：{attachment.name}", by=by)
    return attachment


def of(subjects: Sequence[Base]) -> dict[int, list[Attachment]]:
    """The attachments of each subject (all of one kind) by its id, in one query; subjects without any are left out."""
    found: dict[int, list[Attachment]] = {}
    if not subjects:
        return found
    rows = db.session.scalars(
        select(Attachment)
        .where(
            Attachment.subject_kind == subjects[0].__tablename__,
            Attachment.subject_id.in_([_id(each) for each in subjects]),
        )
        .order_by(Attachment.id)
    )
    for row in rows:
        found.setdefault(row.subject_id or 0, []).append(row)
    return found


def addresses(sha256s: Sequence[str], enterprise_id: int) -> dict[str, str]:
    """Where the pictures with these hashes, originals or copies, are shown; those of this enterprise alone."""
    if not sha256s:
        return {}
    known = select(Attachment).where(
        Attachment.enterprise_id == enterprise_id,
        or_(Attachment.sha256.in_(sha256s), Attachment.preview_sha256.in_(sha256s)),
    )
    found: dict[str, str] = {}
    for row in db.session.scalars(known):
        found[row.sha256] = found[row.preview_sha256] = url_for("registry.attachment", attachment_id=row.id)
    return found


def plain_name(name: str) -> str:
    """A file name as sent, without folders and characters that hide; only ever shown, never used as a path."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    kept = "".join(character for character in last if ord(character) not in HIDDEN and character not in '"<>|:*?')
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if len(kept) <= LONGEST_NAME:
        return kept
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 6 else kept[:LONGEST_NAME]


def store() -> Store:
    """Where this installation keeps its bytes."""
    kept: Store = current_app.extensions["store"]
    return kept


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 6)))


def _id(subject: Any) -> int:
    identity: int = subject.id
    return identity
