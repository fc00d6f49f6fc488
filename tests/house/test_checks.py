"""No state without its evidence: every CHECK of the product is broken once by raw SQL, and the database refuses.

A CHECK refuses before keys and foreign keys are looked at, so a row of nothing but fitting types is enough.
"""

import datetime
import re
import sqlite3
from enum import Enum
from random import Random
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Table, insert
from sqlalchemy.exc import DBAPIError

from app import rooms
from core.db import Base, db

rooms.load_models()
CHECKS = {
    f"{table.name}.{constraint.name}": (table, constraint)
    for table in Base.metadata.sorted_tables
    for constraint in table.constraints
    if isinstance(constraint, CheckConstraint) and constraint.name
}
EARLY, LATE = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)


def plain(column: Column[Any]) -> Any:
    """Something that fits the type of a column and is not empty."""
    kind = column.type
    if getattr(kind, "enum_class", None):
        return next(iter(kind.enum_class))  # type: ignore[attr-defined]
    python = kind.python_type if type(kind).__name__ not in ("UtcDateTime", "JSON") else type(kind).__name__
    return {
        int: 1,
        str: "x",
        bool: False,
        datetime.date: EARLY,
        "UtcDateTime": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        "JSON": [],
    }.get(python, 1)  # type: ignore[call-overload]


def candidates(column: Column[Any], words: set[str]) -> list[Any]:
    """What a column may hold that could matter to a CHECK."""
    enum = getattr(column.type, "enum_class", None)
    if enum:
        return list(enum)
    first = plain(column)
    more: list[Any] = [first]
    if isinstance(first, bool):
        more = [False, True]
    elif isinstance(first, datetime.datetime):
        more = [first, first + datetime.timedelta(days=31)]
    elif isinstance(first, datetime.date):
        more = [EARLY, LATE]
    elif isinstance(first, int):
        more = [1, 2, 0, -1, 367]
    elif isinstance(first, str):
        more = ["", "x", *sorted(words)]
    return ([None] if column.nullable else []) + more


class Search:
    """Looks for rows that break one CHECK of a table and no other; the CHECKs are read by an SQLite of its own."""

    def __init__(self, table: Table) -> None:
        """Know the table's CHECKs and the columns that they name."""
        self.table = table
        self.checks = [each for each in table.constraints if isinstance(each, CheckConstraint)]
        texts = " ".join(str(each.sqltext) for each in self.checks)
        words = set(re.findall(r"'([^']*)'", texts))
        self.named = [column for column in table.columns if re.search(rf"\b{column.name}\b", texts)]
        self.choices = [candidates(column, words) for column in self.named]
        self.base = {column.name: None if column.nullable else plain(column) for column in table.columns}
        self.base |= {column.name: 900_000_001 for column in table.primary_key if isinstance(plain(column), int)}
        self.sqlite = sqlite3.connect(":memory:")

    def holds(self, row: dict[str, Any]) -> list[bool]:
        """Which CHECKs hold for a row; one that is unknown holds, as it does for the database."""
        given = ", ".join(f'? AS "{column.name}"' for column in self.named)
        asked = ", ".join(f"({each.sqltext})" for each in self.checks)
        values = [stored(row[column.name]) for column in self.named]
        return [each != 0 for each in self.sqlite.execute(f"SELECT {asked} FROM (SELECT {given})", values).fetchone()]

    def breaking(self, constraint: CheckConstraint, state: tuple[str, Any] | None) -> dict[str, Any] | None:
        """A row that breaks this CHECK alone, in a state if one is given; None when there is none."""
        wanted = [each is not constraint for each in self.checks]
        random = Random(7)
        for _ in range(3000):
            row = self.base | {
                column.name: random.choice(values) for column, values in zip(self.named, self.choices, strict=True)
            }
            if state:
                row[state[0]] = state[1]
            if self.holds(row) == wanted:
                return row
        return None


def stored(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, datetime.date) else value


def refused(table: Table, constraint: CheckConstraint, row: dict[str, Any]) -> bool:
    """Whether the database refuses the row for this CHECK, by its name."""
    savepoint = db.session.begin_nested()
    try:
        db.session.execute(insert(table), [row])
    except DBAPIError as error:
        return str(constraint.name) in str(error.orig)
    finally:
        savepoint.rollback()
    return False


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_the_database_refuses_what_the_check_forbids(session: Any, name: str) -> None:
    table, constraint = CHECKS[name]
    search = Search(table)
    text = str(constraint.sqltext)
    state = next((each for each in ("state", "status") if re.search(rf"\b{each}\b", text)), None)
    if state is None:
        row = search.breaking(constraint, None)
        assert row and refused(table, constraint, row)
        return
    named = set(re.findall(r"'([^']*)'", text))
    every = set(table.c[state].type.enums)  # type: ignore[attr-defined]
    bound = every - named if re.search(rf"^\(?{state} = '\w+'\)? OR|OR \(?{state} = '\w+'\)?$", text) else named
    kinds = table.c[state].type.enum_class  # type: ignore[attr-defined]
    for each in sorted(bound):
        row = search.breaking(constraint, (state, kinds(each)))
        assert row, f"no row is {each} without the evidence that {constraint.name} wants"
        assert refused(table, constraint, row), row
