"""Run the migrations on the application's database, then add the reference data that is missing."""

from typing import Any

from alembic import context

from app import reference
from core.db import Base, db


def include_object(_object: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave tables alone that are not ours."""
    return not (kind == "table" and reflected and compare_to is None and name not in Base.metadata.tables)


def upgraded_to_head() -> bool:
    """Whether this run was an upgrade that ended at the newest revision: only then do the tables fit the rows."""
    migration = context.get_context()
    step = migration.opts.get("fn")
    at_head = set(migration.get_current_heads()) == set(context.script.get_heads())
    return getattr(step, "__name__", "") == "upgrade" and at_head


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=include_object,
    )
    with context.begin_transaction():
        context.run_migrations()
        if upgraded_to_head():
            reference.load(connection)
    if connection.in_transaction():
        connection.commit()
