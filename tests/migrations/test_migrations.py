"""Whoever upgrades gets the very tables that the models describe, CHECKs and triggers included, and keeps every row."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from accounts import passwords
from accounts.audit import record, verify
from accounts.models import Area, User
from app import config, create_app, reference, structure
from core import permanence
from core.db import Base, db
from registry.models import DocumentService
from tests import world
from tests.conftest import _forget, _fresh, settings

FOLDER = str(config.ROOT / "migrations")
Made = Callable[[str], Flask]


@pytest.fixture
def made(template_url: str, tmp_path: Path) -> Iterator[Made]:
    """``made("name")`` is an application on an empty database of its own, on the engine under test."""
    applications: list[Flask] = []

    def make(name: str) -> Flask:
        if template_url.startswith("sqlite"):
            url = f"sqlite:///{tmp_path / name}.sqlite3"
        else:
            maintenance = make_url(template_url).set(database="postgres").render_as_string(hide_password=False)
            url = _fresh(maintenance, f"{make_url(template_url).database}_{name}")
        applications.append(create_app(settings(url, tmp_path), TESTING=True))
        structure.install(applications[-1])
        return applications[-1]

    yield make
    for application in applications:
        with application.app_context():
            _forget(application)


def schema(connection: Connection) -> dict[str, Any]:
    """Everything the database itself says about its tables, by name, in a form that can be compared."""
    return _of_sqlite(connection) if connection.dialect.name == "sqlite" else _of_postgresql(connection)


def _of_sqlite(connection: Connection) -> dict[str, Any]:
    rows = connection.execute(
        text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'")
    )
    found: dict[str, Any] = {}
    for kind, name, sql in rows:
        plain = re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")").replace('"', "").strip()
        if kind == "table":
            body = plain[plain.index("(") + 1 : plain.rindex(")")]
            found[f"table {name}"] = sorted(_parts(body))
        else:
            found[f"{kind} {name}"] = plain
    return found


def _parts(body: str) -> Iterator[str]:
    """The definitions inside CREATE TABLE (…), cut at the commas that stand in no bracket and no text."""
    depth, quoted, start = 0, False, 0
    for at, letter in enumerate(body):
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            yield body[start:at].strip()
            start = at + 1
    yield body[start:].strip()


_CATALOGUE = {
    "column": """
        SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
          AND c.relname <> 'alembic_version'""",
    "constraint": """
        SELECT c.relname || '.' || k.conname, pg_get_constraintdef(k.oid), k.convalidated
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relname <> 'alembic_version'""",
    "index": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
    "trigger": """
        SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal""",
    "function": """
        SELECT p.proname, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'""",
    "sequence": "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'",
}


def _of_postgresql(connection: Connection) -> dict[str, Any]:
    return {
        f"{kind} {name}": tuple(facts)
        for kind, statement in _CATALOGUE.items()
        for name, *facts in connection.execute(text(statement))
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Each thing that is not the same, in words that say where to look."""
    return [
        f"{name}: {ours.get(name)} / {theirs.get(name)}"
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    ]


def _engine() -> Engine:
    return db.engine


def test_there_is_one_head() -> None:
    parsed = Config()
    parsed.set_main_option("script_location", FOLDER)
    assert len(ScriptDirectory.from_config(parsed).get_heads()) == 1


def test_an_upgrade_gives_the_tables_columns_indexes_checks_and_triggers_of_the_models(
    made: Made, template_url: str
) -> None:
    with made("upgraded").app_context():
        flask_migrate.upgrade(FOLDER)
        with _engine().connect() as connection:
            upgraded = schema(connection)
    models = create_engine(template_url)
    with models.connect() as connection:
        described = schema(connection)
    models.dispose()
    assert differences(upgraded, described) == []
    assert sum(name.startswith("table ") or ".pk_" in name for name in described) == len(Base.metadata.tables)
    words = " ".join(map(str, described.values()))
    assert all(f"frozen_update_{table}" in words for table in permanence.frozen_tables())
    assert "ck_rectification_order_due_from_service" in words + " ".join(described)


def test_alembic_finds_nothing_to_add_after_an_upgrade(made: Made) -> None:
    with made("checked").app_context():
        flask_migrate.upgrade(FOLDER)
        flask_migrate.check(FOLDER)


def test_up_and_down_and_up_again_ends_where_it_began(made: Made) -> None:
    with made("swing").app_context():
        flask_migrate.upgrade(FOLDER)
        with _engine().connect() as connection:
            first = schema(connection)
        flask_migrate.downgrade(FOLDER, revision="base")
        with _engine().connect() as connection:
            emptied = schema(connection)
        flask_migrate.upgrade(FOLDER)
        with _engine().connect() as connection:
            again = schema(connection)
    assert not [name for name in emptied if name.split()[0] in {"table", "column", "index", "trigger", "constraint"}]
    assert differences(first, again) == []


def test_an_upgrade_keeps_every_row_and_every_word_a_bureau_changed(made: Made) -> None:
    area = Base.metadata.tables["area"]
    with made("kept").app_context():
        flask_migrate.upgrade(FOLDER)
        world.build(passwords.hashed(world.PASSWORD))
        record(None, "tests:world", "测试世界", by=db.session.scalars(select(User).where(User.is_system)).one())
        db.session.commit()
        with _engine().begin() as connection:
            connection.execute(update(area).where(area.c.code == "652302").values(name="阜康市（改）"))
            before = _counts(connection)
        flask_migrate.stamp(FOLDER, revision="head")
        flask_migrate.upgrade(FOLDER)
        assert verify(db.session).ok
        db.session.rollback()
        with _engine().connect() as connection:
            assert _counts(connection) == before
            assert connection.scalar(select(Area.name).where(Area.code == "652302")) == "阜康市（改）"


def test_reference_data_loaded_twice_adds_nothing_and_overwrites_nothing(made: Made) -> None:
    law = Base.metadata.tables["law"]
    with made("reference").app_context():
        flask_migrate.upgrade(FOLDER)
        with _engine().begin() as connection:
            before = _counts(connection)
            key = connection.scalar(select(func.min(law.c.key)))
            connection.execute(update(law).where(law.c.key == key).values(short_title="本局改过的简称"))
            added = reference.load(connection)
            assert not any(added.values())
            assert _counts(connection) == before
            assert connection.scalar(select(law.c.short_title).where(law.c.key == key)) == "本局改过的简称"


def test_what_an_upgrade_made_refuses_to_change_what_is_decided(made: Made) -> None:
    table = DocumentService.__table__
    with made("held").app_context():
        flask_migrate.upgrade(FOLDER)
        with _engine().connect() as connection:
            begun = connection.begin()
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
            connection.execute(
                text(
                    "INSERT INTO document_service"
                    " (id, document_id, mode, recipient, place, served_on, failure, remark, server_id, witness, recorded_at)"
                    " VALUES (1, 1, 'direct', '孙志远', '', '2026-11-23', '', '', 1, '', '2026-11-23 04:00:00')"
                )
            )
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql("SET session_replication_role = origin")
            with pytest.raises(IntegrityError, match="frozen: document_service"):
                connection.execute(update(table).values(recipient="别人"))
            begun.rollback()


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
