"""What a page asks of the database does not grow with what is in it: every page of every role, few rows and many."""

import contextvars
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, UniqueConstraint, event, func, insert, select

from core.db import Base, db
from tests.app.test_matrix import plain_gets
from tests.stories import addresses
from tests.stories.conftest import Town

pytestmark = pytest.mark.anywhere
"""Which engine answers makes no difference here: once is enough."""

ROLES = ("officer", "approver", "preparer", "auditor", None)
FILES = (".ico", ".txt", ".js", ".css", ".svg", ".webmanifest", ".xlsx", ".csv", ".json", ".zip", ".pdf", ".ics")
"""Addresses of files: those of ours ask nothing, those with rows are read while they are sent."""


def pages(town: Town) -> list[str]:
    """Every address that can be opened, with rows of the thread where it names one."""
    plain = [address for address, _endpoint in plain_gets(town.app)]
    rules = [rule for rule in addresses.rows(town.app) if rule.methods and "GET" in rule.methods]
    named = [address for rule in rules for address in addresses.addresses(rule, town.thread, few=True)]
    return sorted(address for address in {*plain, *named} if not address.endswith(FILES))


def asked(town: Town, username: str | None, where: list[str]) -> dict[str, int]:
    """How many statements each page takes that this person may open."""
    client, found = town.browse(username).client, {}
    for address in where:
        seen: list[str] = []
        with _heard(seen):
            answer = contextvars.Context().run(client.get, address, buffered=True)
        if answer.status_code == 200:
            found[address] = len(seen)
        answer.close()
    return found


@contextmanager
def _heard(seen: list[str]) -> Iterator[None]:
    def told(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", told)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", told)


def of_firms() -> list[Table]:
    """The firms, and every table whose rows hang on them over any number of steps; parents first."""
    found = {"enterprise"}
    for table in [*Base.metadata.sorted_tables] * 3:
        if any(key.column.table.name in found for key in table.foreign_keys):
            found.add(table.name)
    return [
        table for table in Base.metadata.sorted_tables if table.name in found - {"user", "user_role", "user_session"}
    ]


def multiply(*steps: int) -> dict[str, int]:
    """Copy every row of what hangs on firms, once a step, with other keys; how many rows each table has then."""
    tables = of_firms()
    with db.engine.begin() as connection:
        for table in tables:
            _copy(connection, table, steps)
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _copy(connection: Connection, table: Table, steps: tuple[int, ...]) -> None:
    unique = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique += [list(each.columns) for each in table.indexes if each.unique]
    primary = list(table.primary_key.columns)
    if len(primary) > 1 or primary[0].name != "id":
        unique.append(primary)
    ours = []
    for columns in unique:
        free = [
            column
            for column in columns
            if not column.foreign_keys and column.type.python_type in (str, int, date, datetime)
        ]
        if not free:
            return  # two rows of the same parents cannot be
        ours.append(free[-1])
    rows = [dict(row._mapping) for row in connection.execute(select(table))]
    for step in steps:
        for row in rows:
            made = {name: value for name, value in row.items() if not (name == "id" and primary[0].name == "id")}
            made |= {column.name: _another(row[column.name], step) for column in ours if row[column.name] is not None}
            if table.name == "enterprise":
                made["name"] = f"{row['name']}{step}"
            connection.execute(insert(table), made)


def _another(value: Any, step: int) -> Any:
    if isinstance(value, (date, datetime)):
        return value - timedelta(days=1000 * step)
    return f"{value}~{step}" if isinstance(value, str) else value + 1000 * step


@pytest.fixture(scope="module")
def grown(town: Town) -> Iterator[dict[str | None, tuple[dict[str, int], dict[str, int]]]]:
    """The counts of every role before and after the register grew; of each thing there are at least two at first."""
    where = pages(town)
    multiply(1)
    few = {username: asked(town, username, where) for username in ROLES}
    counts = multiply(10, 20)
    assert sum(map(len, few.values())) > 150 and counts["obligation"] > 20 and counts["inspection"] > 10, json.dumps(
        counts
    )
    yield {username: (few[username], asked(town, username, where)) for username in ROLES}


@pytest.mark.parametrize("username", ROLES)
def test_a_page_asks_no_oftener_for_many_rows_than_for_few(
    grown: dict[str | None, tuple[dict[str, int], dict[str, int]]], username: str | None
) -> None:
    few, many = grown[username]
    assert many.keys() >= few.keys()
    assert {address: (count, many[address]) for address, count in few.items() if many[address] > count} == {}


def test_no_page_asks_more_than_a_person_would_wait_for(
    grown: dict[str | None, tuple[dict[str, int], dict[str, int]]],
) -> None:
    worst = {
        (username, address): count
        for username, (_few, many) in grown.items()
        for address, count in many.items()
        if count > 45
    }
    assert worst == {}
