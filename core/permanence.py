"""Nothing decided is updated or deleted: the database itself refuses, on both engines, whoever asks.

A table declares ``__frozen__``; a trigger then refuses every DELETE, and every UPDATE that changes one of its frozen
columns (all of them when none are named) while ``when`` holds for the old row.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, event, inspect

from core.db import Base


@dataclass(frozen=True)
class Frozen:
    """Which columns may not change, and from when on (SQL over ``OLD``); deleting is refused always.

    ``deletable`` is SQL over ``OLD`` under which a row may still be deleted (drafts).
    """

    columns: tuple[str, ...] = ()
    when: str = ""
    deletable: str = ""


def install(connection: Connection, table: Table, frozen: Frozen) -> None:
    """Create the triggers of one table."""
    for statement in statements(connection.dialect.name, table, frozen):
        connection.exec_driver_sql(statement)


def uninstall(connection: Connection, table: Table) -> None:
    """Drop the triggers of one table: only for filling an empty database from a backup."""
    names = ("update", "delete") if connection.dialect.name == "sqlite" else ("update", "delete", "truncate")
    for name in names:
        on = "" if connection.dialect.name == "sqlite" else f' ON "{table.name}"'
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS frozen_{name}_{table.name}{on}")


def statements(dialect: str, table: Table, frozen: Frozen) -> list[str]:
    """The DDL for one table on one engine."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    columns = frozen.columns or tuple(column.name for column in table.columns)
    json_columns = {column.name for column in table.columns if type(column.type).__name__ == "JSON"}
    cast = "" if dialect == "sqlite" else "::text"
    changed = " OR ".join(
        f'OLD."{name}"{cast if name in json_columns else ""} {differs} NEW."{name}"{cast if name in json_columns else ""}'
        for name in columns
    )
    update = f"({changed})" + (f" AND ({frozen.when})" if frozen.when else "")
    delete = f"NOT ({frozen.deletable})" if frozen.deletable else "1 = 1"
    message = f"frozen: {table.name}"
    if dialect == "sqlite":
        return [
            f'CREATE TRIGGER frozen_update_{table.name} BEFORE UPDATE ON "{table.name}" FOR EACH ROW WHEN {update} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
            f'CREATE TRIGGER frozen_delete_{table.name} BEFORE DELETE ON "{table.name}" FOR EACH ROW WHEN {delete} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION refuse_{table.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE FUNCTION frozen_update_{table.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {update} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN NEW; END $$",
        f"CREATE OR REPLACE FUNCTION frozen_delete_{table.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {delete} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN OLD; END $$",
        f'CREATE TRIGGER frozen_update_{table.name} BEFORE UPDATE ON "{table.name}" FOR EACH ROW '
        f"EXECUTE FUNCTION frozen_update_{table.name}()",
        f'CREATE TRIGGER frozen_delete_{table.name} BEFORE DELETE ON "{table.name}" FOR EACH ROW '
        f"EXECUTE FUNCTION frozen_delete_{table.name}()",
        f'CREATE TRIGGER frozen_truncate_{table.name} BEFORE TRUNCATE ON "{table.name}" '
        f"EXECUTE FUNCTION refuse_{table.name}()",
    ]


def frozen_tables() -> dict[str, Frozen]:
    """Every table that is held, by name."""
    found: dict[str, Frozen] = {}
    for mapper in Base.registry.mappers:
        frozen = getattr(mapper.class_, "__frozen__", None)
        if isinstance(frozen, Frozen):
            found[mapper.local_table.name] = frozen  # type: ignore[attr-defined]
    return found


def install_all(connection: Connection) -> None:
    """Create the triggers of every table that is held and is there: a later migration brings its own."""
    for table, frozen in _held(connection):
        install(connection, table, frozen)


def uninstall_all(connection: Connection) -> None:
    """Drop the triggers of every table that is held and is there."""
    for table, _frozen in _held(connection):
        uninstall(connection, table)


def _held(connection: Connection) -> list[tuple[Table, Frozen]]:
    there = set(inspect(connection).get_table_names())
    return [(Base.metadata.tables[name], frozen) for name, frozen in frozen_tables().items() if name in there]


@event.listens_for(Base.metadata, "after_create")
def _with_the_tables(_metadata: Any, connection: Connection, **_options: Any) -> None:
    install_all(connection)
