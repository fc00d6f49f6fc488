"""Who did what: every write leaves an entry, each chained to the one before it in the same transaction.

``record`` names the act; the after-image is gathered from what the session really changed, so no action can leave a
column out. A commit that changed the register without naming an act is refused.
"""

import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import IO, Any, NamedTuple

from sqlalchemy import Connection, event, exists, inspect, select
from sqlalchemy.orm import Session, object_session

from accounts.models import GENESIS, AuditEntry, AuditHead, User
from core import bulk, clock
from core.db import Base, db
from core.memo import made_of
from core.said import said
from core.workflow import NotAllowed, Workflow


class Unrecorded(RuntimeError):
    """Rows of the register were changed, but no act was named: a defect, nothing is stored."""


@dataclass
class _Act:
    act: str
    subject_kind: str
    subject_id: str
    enterprise_id: int | None
    summary: str
    by: User
    after: dict[str, Any]


_AS_IT_IS = {str, int, bool, type(None)}


def plain(value: Any) -> Any:
    """A column's value as canonical JSON can hold it; bytes by their sha256."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(clock.UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "sha256:" + hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value


def images(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The after-images of rows written in bulk, of columns whose values can be hashed; what recurs is spelled once."""
    spelled = [
        (name, values if {*map(type, values)} <= _AS_IT_IS else made_of(values, plain))
        for name, values in sorted(zip(columns, zip(*rows, strict=True), strict=False))  # in the order of the spelling
    ]
    names = [name for name, _ in spelled]
    return [dict(zip(names, row, strict=True)) for row in zip(*(values for _, values in spelled), strict=True)]


def canonical(value: Any) -> str:
    """One spelling for equal content: sorted keys, no blanks, no escapes."""
    return _spelling.encode(value)


_spelling = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)


@cache
def _columns(model: type[Base]) -> dict[str, bool]:
    """The attributes of a model that are columns, and whether what they hold is kept out of the chain."""
    return {each.key: bool(each.columns[0].info.get("secret")) for each in inspect(model).column_attrs}


def _image(row: Base, changed_only: bool) -> dict[str, Any]:
    state, columns = inspect(row), _columns(type(row))
    image: dict[str, Any] = {}
    # what was never set anew has not changed: only the rest is compared
    for key in [key for key in columns if key in state.committed_state] if changed_only else columns:
        if changed_only and not state.attrs[key].history.has_changes():
            continue
        value = plain(state.dict.get(key))
        image[key] = "（保密）" if value and columns[key] else value
    return image


@event.listens_for(Session, "after_flush")
def _gather(session: Session, _context: Any) -> None:
    changes: dict[str, Any] = session.info.setdefault("changes", {})
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, Base) or not row.__audited__:
            continue
        key = f"{row.__tablename__}:{_identity(row)}"
        if row in session.deleted:
            changes[key] = None
        elif image := _image(row, changed_only=row not in session.new):
            changes[key] = {**(changes.get(key) or {}), **image}


@event.listens_for(Session, "after_rollback")
def _drop(session: Session) -> None:
    session.info.pop("changes", None)
    session.info.pop("acts", None)
    if kept := session.info.pop("many", None):
        kept.close()


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    acts: list[_Act] = session.info.pop("acts", [])
    left: dict[str, Any] = session.info.pop("changes", {})
    if left and not acts:
        raise Unrecorded(f"changed without an act: {sorted(left)[:5]}")
    if left:
        acts[-1].after.update(left)
    if not acts and "many" not in session.info:
        return
    connection, at = session.connection(), clock.now()
    length, last = connection.exec_driver_sql(_HEAD[connection.dialect.name]).one()
    told: Iterable[_Told] = (_told(act) for act in acts)
    if kept := session.info.pop("many", None):
        kept.seek(0)
        told = itertools.chain(_read(kept), told)
    instant = plain(at)
    for some in iter(lambda: list(itertools.islice(told, ENTRIES_AT_ONCE)), []):
        entries = []
        for each in some:
            length += 1
            sha = hash_of((length, instant, *each), last)
            entries.append((length, at, *each, last, sha))
            last = sha
        _write(connection, entries, length, last)
    if kept:
        kept.close()
    session.info.pop("changes", None)


_HEAD = {
    "sqlite": "SELECT length, hash FROM audit_head",  # who writes holds the one write lock already
    "postgresql": "SELECT length, hash FROM audit_head FOR UPDATE",
}
"""Reads the end of the chain, and lets nobody else continue it until the commit."""


def _write(connection: Connection, entries: list[tuple[Any, ...]], length: int, last: str) -> None:
    """Store entries and the new end of the chain; the few of one request in one round trip where the engine can."""
    if connection.dialect.name == "postgresql" and len(entries) <= FEW:
        row = f"({', '.join(['%s'] * len(_WRITTEN))})"
        named, rows = ", ".join(_WRITTEN), ", ".join([row] * len(entries))
        connection.exec_driver_sql(
            f"WITH told AS (INSERT INTO audit_entry ({named}) VALUES {rows})"  # noqa: S608 - our own names
            f" {_END['postgresql']}",
            (*itertools.chain.from_iterable(entries), length, last),
        )
        return
    bulk.insert_many(connection, AuditEntry.metadata.tables[AuditEntry.__tablename__], _WRITTEN, entries)
    connection.exec_driver_sql(_END[connection.dialect.name], (length, last))


_END = {
    "sqlite": "UPDATE audit_head SET length = ?, hash = ?",
    "postgresql": "UPDATE audit_head SET length = %s, hash = %s",
}


FEW = 20
"""Entries that go into one statement."""


class _Told(NamedTuple):
    """What an entry says, in the order in which it is hashed."""

    actor_id: int | None
    actor_name: str
    office_id: int | None
    act: str
    subject_kind: str
    subject_id: str
    enterprise_id: int | None
    summary: str
    after: str


_SAID = ("id", "at", *_Told._fields)
"""What an entry says, in the order in which it is hashed."""


def _read(kept: IO[str]) -> Iterator[_Told]:
    """What ``record_many`` kept: a line about the act and its subjects, then a line with the after-image of each."""
    for line in kept:
        act, subjects = json.loads(line)
        for subject in subjects:
            yield _Told._make([*act, *subject, next(kept).rstrip("\n")])


_WRITTEN = (*_SAID, "previous_hash", "hash")

ENTRIES_AT_ONCE = 2000


def _told(act: _Act) -> _Told:
    return _Told(
        act.by.id,
        _named(act.by),
        act.by.office_id,
        act.act,
        act.subject_kind,
        act.subject_id,
        act.enterprise_id,
        act.summary,
        canonical(act.after),
    )


def _named(person: User) -> str:
    return f"{person.name}（{person.username}）"


@dataclass(frozen=True, slots=True)
class Subject:
    """One of many rows written past the session, for ``record_many``: its key, whose it is, and its after-image.

    No key when the image tells of many rows together.
    """

    id: int | None
    enterprise_id: int | None
    summary: str
    after: dict[str, Any]


def record_many(kind: str, act: str, subjects: Iterable[Subject], *, by: User) -> None:
    """Name the same act on very many rows that were written in bulk: one entry for each, with its after-image.

    They wait in a temporary file until the commit, so that a hundred thousand take no memory and nobody waits for the
    chain meanwhile.
    """
    session = db.session
    kept = session.info.get("many")
    if kept is None:
        kept = session.info["many"] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed at the end
    told = [*subjects]
    whose = [("" if each.id is None else str(each.id), each.enterprise_id, each.summary) for each in told]
    kept.write(f"{canonical(((by.id, _named(by), by.office_id, str(act), kind), whose))}\n")
    kept.writelines(f"{canonical(each.after)}\n" for each in told)


def _identity(row: Base) -> str:
    keys = inspect(row).mapper.primary_key_from_instance(row)
    return "/".join(str(plain(key)) for key in keys)


def hash_of(told: Sequence[Any], previous_hash: str) -> str:
    """sha256 over the hash of the entry before and the canonical JSON of this one (RFC 6962's idea, in a chain)."""
    return hashlib.sha256(f"{previous_hash}\n{canonical(told)}".encode()).hexdigest()


def record(
    subject: Base | None,
    act: str,
    summary: str,
    *,
    by: User,
    enterprise_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Name an act; what the session changed since the last act becomes its after-image.

    ``facts`` adds what no row shows (bulk counts, file hashes). Flushes, so that new rows have their numbers.
    """
    session: Session = (object_session(subject) if subject is not None else None) or db.session
    session.flush()
    after: dict[str, Any] = session.info.pop("changes", {})
    if facts:
        after["facts"] = facts
    kind = subject.__tablename__ if subject is not None else ""
    if enterprise_id is None and subject is not None:
        enterprise_id = subject.id if kind == "enterprise" else getattr(subject, "enterprise_id", None)  # type: ignore[attr-defined]
    identity = _identity(subject) if subject is not None else ""
    session.info.setdefault("acts", []).append(_Act(str(act), kind, identity, enterprise_id, summary, by, after))


def is_recorded(subject: Base, act: str, summary: str) -> bool:
    """Whether the trail says exactly this of a subject already."""
    said_of = (AuditEntry.subject_kind == subject.__tablename__, AuditEntry.subject_id == _identity(subject))
    session = object_session(subject) or db.session
    return session.scalar(
        select(exists().where(*said_of, AuditEntry.act == act, AuditEntry.summary == summary))
    ) or any(
        (each.subject_kind, each.subject_id, each.act, each.summary)
        == (subject.__tablename__, _identity(subject), act, summary)
        for each in session.info.get("acts", [])
    )


def take(
    flow: Workflow, verb: str, subject: Any, *, by: User, note: str = "", facts: dict[str, Any] | None = None
) -> None:
    """Move a subject one lawful step: the only writer of any ``state`` in the product.

    Raises ``NotAllowed`` with what is lacking; nothing is changed then.
    """
    session = object_session(subject) or db.session
    with session.no_autoflush:  # evidence and state reach the database together, as its CHECKs demand
        step = flow.may_leave(verb, subject.state)
        if not by.may(step.action):
            raise NotAllowed([said("您没有「%(act)s」的权限。", act=said(step.label))])
        flow.refuse_if_missing(verb, subject)
        subject.state = step.target
    summary = f"{flow.title}：{step.label}" + (f"（{note}）" if note else "")
    record(subject, f"{flow.name}:{verb}", summary, by=by, facts=facts)


def is_intact(entry: AuditEntry) -> bool:
    """Whether one entry still says what was hashed when it was written."""
    return entry.hash == hash_of([getattr(entry, name) for name in _SAID], entry.previous_hash)


@dataclass(frozen=True)
class Verification:
    """What a walk along the whole chain found; ``first_bad`` is the number of the first entry that does not fit."""

    entries: int
    head: str
    ok: bool
    first_bad: int | None


def verify(session: Session, head: str | None = None) -> Verification:
    """Walk the chain; find any entry altered, removed, inserted, swapped or cut off at the end.

    ``head`` is a hash kept outside (printed on an export): a chain whose tail was re-computed no longer contains it.
    """
    last, count, seen, first_bad = GENESIS, 0, head is None or head == GENESIS, None
    for told, previous, kept in _entries(session):
        count += 1
        if first_bad is None and (told[0] != count or previous != last or kept != hash_of(told, previous)):
            first_bad = count
        last = kept
        seen = seen or last == head
    known = session.execute(select(AuditHead.length, AuditHead.hash)).one_or_none()
    if first_bad is None and tuple(known) != (count, last) if known else count:
        first_bad = first_bad or count + 1
    if first_bad is None and not seen:
        first_bad = count + 1
    return Verification(count, last, first_bad is None, first_bad)


def _entries(session: Session) -> Iterator[tuple[Sequence[Any], str, str]]:
    """What each entry says, the hash before it and its own; columns, not objects: there may be millions."""
    columns = [AuditEntry.__table__.c[name] for name in _WRITTEN]
    rows = session.execute(select(*columns).order_by(AuditEntry.id).execution_options(yield_per=2000))
    for *told, previous, kept in rows:
        yield told, previous, kept


def head_hash(session: Session) -> str:
    """The hash of the newest entry: printed on exports, so that the chain has witnesses outside."""
    return session.scalars(select(AuditHead.hash)).one_or_none() or GENESIS
