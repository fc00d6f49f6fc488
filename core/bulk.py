"""Writing very many rows at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

Values are what models take; every column not named gets what the database says. Keys are drawn beforehand, so that
rows of several tables can be made to point at each other without asking back.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

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
    processors = [_processor(connection, table, name) for name in columns]
    active = [(place, process) for place, process in enumerate(processors) if process is not None]
    values: list[Any] = list(rows)
    if active:
        values = [list(row) for row in values]
        for value in values:
            for place, process in active:
                value[place] = process(value[place])
    if not values:
        return
    named = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql" and len(values) >= COPIED_FROM:
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
            for value in values:
                copy.write_row(value)
        return
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    marks = ", ".join([mark] * len(columns))
    statement = f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})'  # noqa: S608 - our own names
    connection.exec_driver_sql(statement, list(map(tuple, values)) if active else values)


def _processor(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """What turns a Python value into the driver's."""
    return table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
