"""Nothing decided is changed or deleted, whoever asks: each frozen column of each frozen table, by SQL, on rows of a life."""

from typing import Any

import pytest
from sqlalchemy import Column, select, text
from sqlalchemy.exc import DBAPIError

from app import rooms
from core.db import Base, db
from core.permanence import Frozen, frozen_tables
from tests.stories.conftest import Town

rooms.load_models()
FROZEN = frozen_tables()


def held(name: str, frozen: Frozen) -> Any:
    """The key of a row that is held now; there must be one."""
    table = Base.metadata.tables[name]
    keys = list(table.primary_key)
    old = table.alias("old")
    statement = select(*(old.c[key.name] for key in keys))
    if frozen.when:
        statement = statement.where(text(frozen.when.replace("OLD.", "old.")))
    if frozen.deletable:
        statement = statement.where(text(f"NOT ({frozen.deletable.replace('OLD.', 'old.')})"))
    found = db.session.execute(statement.order_by(*(old.c[key.name] for key in keys)).limit(1)).first()
    assert found, f"the thread has no row of {name} that is held"
    return {key.name: value for key, value in zip(keys, found, strict=True)}


def other(column: Column[Any]) -> str:
    """SQL for another value than the present one."""
    kind = type(column.type).__name__
    quoted = f'"{column.name}"'
    if kind == "JSON":
        return "'\"x\"'"
    if kind == "Boolean":
        return f"NOT coalesce({quoted}, false)"
    if kind in ("Date", "UtcDateTime"):
        return "'1999-01-01 00:00:00'" if kind == "UtcDateTime" else "'1999-01-01'"
    if kind in ("Integer", "Numeric"):
        return f"coalesce({quoted}, 0) + 1"
    return f"coalesce({quoted}, '') || 'x'"


def refused(statement: str, key: dict[str, Any]) -> bool:
    savepoint = db.session.begin_nested()
    try:
        db.session.execute(text(statement), key)
    except DBAPIError as error:
        return "frozen" in str(error.orig)
    finally:
        savepoint.rollback()
    return False


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_the_database_refuses_every_change_of_what_is_decided(town: Town, name: str) -> None:
    frozen, table = FROZEN[name], Base.metadata.tables[name]
    key = held(name, frozen)
    where = " AND ".join(f'"{column}" = :{column}' for column in key)
    key = {column: getattr(value, "value", value) for column, value in key.items()}
    changed = [
        column
        for column in (frozen.columns or tuple(each.name for each in table.columns))
        if not refused(f'UPDATE "{name}" SET "{column}" = {other(table.c[column])} WHERE {where}', key)
    ]
    assert not changed
    assert refused(f'DELETE FROM "{name}" WHERE {where}', key)
    if db.engine.dialect.name == "postgresql":
        assert refused(f'TRUNCATE "{name}" CASCADE', {})


def test_what_is_evidence_or_decision_is_frozen() -> None:
    """Whoever takes a table off the list of those that are held has to come by here."""
    assert {
        "attachment", "audit_entry", "checklist_answer", "credit_event", "document", "document_service", "evaluation",
        "finding", "freeze_day", "inspection", "item_response", "listing", "objection", "penalty_decision",
        "permit_version", "rectification_order", "removal_proposal", "repair", "report_comment", "report_submission",
    } <= set(FROZEN)  # fmt: skip


def test_what_is_not_yet_decided_can_still_be_mended(town: Town) -> None:
    """The control: the same statement passes where nothing is held."""
    savepoint = db.session.begin_nested()
    done = db.session.execute(text("UPDATE inspection SET narrative = 'x' WHERE state = 'draft'"))
    assert done.rowcount  # type: ignore[attr-defined]
    savepoint.rollback()
