"""Writing very many rows at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

Values are what models take; every column not named gets what the database says. Keys are drawn beforehand, so that
rows of several tables can be made to point at each other without asking back.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, func, select, text

COPIED_FROM = 100
"""From so many rows on COPY is faster than INSERT."""


def new_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """So many unused primary keys; on SQLite the caller's transaction must hold the write lock, as ours always do."""
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.scalars(drawn, {"name": f'"{table.name}"', "count": count}))
    last = connection.scalar(select(func.max(table.c.id))) or 0
    return range(last + 1, last + 1 + count)


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows, each in the order of ``columns``."""
    named, statement, active = _prepared(connection.dialect, table, tuple(columns))
    values: list[Any] = list(rows)
    if active:
        values = [list(row) for row in values]
        for value in values:
            for place, process in active:
                value[place] = process(value[place])
    if not values:
        return
    if connection.dialect.name == "postgresql" and len(values) >= COPIED_FROM:
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
            for value in values:
                copy.write_row(value)
        return
    connection.exec_driver_sql(statement, list(map(tuple, values)) if active else values)


@lru_cache(maxsize=100)
def _prepared(
    dialect: Dialect, table: Table, columns: tuple[str, ...]
) -> tuple[str, str, list[tuple[int, Callable[[Any], Any]]]]:
    """The columns as SQL names them, the INSERT, and what turns Python values into the driver's, by their place."""
    named = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s" if dialect.name == "postgresql" else "?"] * len(columns))
    statement = f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})'  # noqa: S608 - our own names
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    return named, statement, [(place, each) for place, each in enumerate(processors) if each is not None]
