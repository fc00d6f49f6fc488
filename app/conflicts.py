"""Two people changed one record: what the first one saved and what the second one typed, side by side and in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import RelationshipProperty

from accounts.models import AuditEntry
from core.db import Base, Conflict, db
from core.filters import shown_day, shown_moment


@dataclass(frozen=True)
class TwoVersions:
    """The fields that differ: label, as saved, as typed; and who saved when."""

    rows: list[tuple[str, Any, Any]]
    who: str
    at: str


def told(conflict: Conflict) -> TwoVersions:
    """What the page of a lost update shows; only fields in which the two differ."""
    row = conflict.saved or conflict.row
    columns = row.__table__.columns
    rows = []
    for name, typed in conflict.typed.items():
        column = columns.get(name)
        if column is None or name == "version" or column.info.get("secret"):
            continue
        saved, sent = _words(row, name, getattr(row, name)), _words(row, name, typed)
        if saved != sent:
            rows.append(((column.comment or name).partition("（")[0], saved, sent))
    identity = "/".join(map(str, inspect(row).identity or ()))
    kind: str = row.__tablename__
    last = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == identity)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    who = last.actor_name.partition("（")[0] if last else _("已保存的")
    return TwoVersions(rows, who, shown_moment(last.at)[-5:] if last else "")


def _words(row: Base, name: str, value: Any) -> str:
    """A value as a person reads it: a label, a day, the name of what a number points to."""
    target = _points_to(row, name)
    kind = getattr(row.__table__.columns[name].type, "enum_class", None)
    words: Any = "" if value is None else value
    if isinstance(value, datetime):
        words = shown_moment(value)
    elif isinstance(value, date):
        words = shown_day(value)
    elif target is not None and words != "":
        words = getattr(db.session.get(target, value), "name", value)
    elif kind is not None and isinstance(value, str):
        words = kind.of(value) or value
    return str(_(words.label) if hasattr(words, "label") else words)


def _points_to(row: Base, name: str) -> type[Base] | None:
    relations: list[RelationshipProperty[Any]] = list(inspect(type(row)).relationships)
    for each in relations:
        if [column.name for column in each.local_columns] == [name] and each.direction.name == "MANYTOONE":
            return each.mapper.class_
    return None
