"""Writing very many rows at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

Values are what models take; every column not named gets what the database says. Keys are drawn beforehand, so that
rows of several tables can be made to point at each other without asking back.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, func, select, text

from core.memo import made_of

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
    values = [*rows]
    if not values:
        return
    if active:
        made: list[Sequence[Any]] = [*zip(*values, strict=True)]
        for place, process, recurs in active:
            made[place] = made_of(made[place], process) if recurs else [*map(process, made[place])]
        values = [*zip(*made, strict=True)]
    if connection.dialect.name == "postgresql" and len(values) >= COPIED_FROM:
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
            for value in values:
                copy.write_row(value)
        return
    connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=100)
def _prepared(
    dialect: Dialect, table: Table, columns: tuple[str, ...]
) -> tuple[str, str, list[tuple[int, Callable[[Any], Any], bool]]]:
    """The columns as SQL names them, the INSERT, and what turns Python values into the driver's, by their place.

    With each, whether equal values may share what is made of them; lists and objects out of JSON cannot.
    """
    named = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s" if dialect.name == "postgresql" else "?"] * len(columns))
    statement = f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})'  # noqa: S608 - our own names
    types = [table.c[name].type for name in columns]
    processors = [each.dialect_impl(dialect).bind_processor(dialect) for each in types]
    found = zip(types, processors, strict=True)
    active: list[tuple[int, Callable[[Any], Any], bool]] = [
        (place, make, sort.hashable) for place, (sort, make) in enumerate(found) if make is not None
    ]
    return named, statement, active
