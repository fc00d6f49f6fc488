"""A database of the wanted size, built once into bench/out and reused: the product's own tables, filled in bulk."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Table, create_engine, select, text, update
from sqlalchemy.engine import make_url

from accounts import audit, passwords
from accounts.models import Area, AuditHead, Office, User, UserRole
from accounts.roles import Role
from app import config, create_app, reference, rooms
from bench import firms
from core import clock
from core.db import Base, db, refresh_statistics
from credit import standing
from credit.models import SchemeRule
from tests import postgres

OUT = Path(__file__).parent / "out"
PASSWORD = "Tianshan-2026-bench"
DATA = "1"
"""Raised when the generated rows change, so that older databases are built anew; a changed schema shows by itself."""

SERVER = "-c shared_buffers=512MB -c max_wal_size=8GB -c work_mem=32MB"
"""As a small production server would be set; commits are synchronous."""

PEOPLE = (
    ("reviewer", "周明法", "CJ", Role.REVIEWER),
    ("officer", "王晓岚", "CJ-652302", Role.OFFICER),
    ("officer2", "马建军", "CJ-652302", Role.OFFICER),
)


@dataclass(frozen=True)
class Register:
    """One database that is measured."""

    engine: str
    count: int
    url: str
    folder: Path
    built_s: float | None

    def app(self) -> Flask:
        """The product on this database."""
        return create_app(settings(self.url, self.folder), RATELIMIT_ENABLED=False)


def settings(url: str, folder: Path) -> config.Settings:
    """A demo installation on this database."""
    folder.mkdir(parents=True, exist_ok=True)
    return config.Settings(
        production=False,
        database_url=url,
        read_database_url=None,
        data_dir=folder,
        secret_key="bench-0123456789abcdef0123456789abcdef",
        public_url="https://qingyuan.example.cn",
        https=False,
        audit_days=1096,
        fonts={},
    )


@contextmanager
def server(engine: str) -> Iterator[str]:
    """Where databases of an engine are made: a folder for SQLite, a running server of our own for PostgreSQL."""
    if engine == "sqlite":
        yield ""
        return
    with postgres.server(OUT / "postgresql", SERVER) as url:
        yield url


def ready(engine: str, server_url: str, count: int) -> Register:
    """The database of this size, built if it is not there yet."""
    folder = OUT / f"{engine}-{count}"
    url = f"sqlite:///{folder / 'register.sqlite3'}" if engine == "sqlite" else _named(server_url, f"bench_{count}")
    mark, version = folder / "ready.json", _version()
    if mark.exists() and json.loads(mark.read_text())["version"] == version and _answers(url, count):
        return Register(engine, count, url, folder, None)
    folder.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    _emptied(engine, server_url, url)
    begun = time.perf_counter()
    _filled(Register(engine, count, url, folder, None).app(), count)
    took = time.perf_counter() - begun
    mark.write_text(json.dumps({"version": version, "seconds": round(took, 1)}))
    return Register(engine, count, url, folder, took)


def _version() -> str:
    """What a database was built from: these rows, this schema."""
    rooms.load_models()
    tables = [
        [table.name, [column.name for column in table.columns], sorted(str(index) for index in table.indexes)]
        for table in Base.metadata.sorted_tables
    ]
    return hashlib.sha256(json.dumps([DATA, tables]).encode()).hexdigest()[:12]


def _named(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def _answers(url: str, count: int) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT max(id) FROM enterprise")) == count
    except Exception:  # whatever is wrong with it, it is built anew
        return False
    finally:
        engine.dispose()


def _emptied(engine: str, server_url: str, url: str) -> None:
    if engine == "sqlite":
        for each in Path(make_url(url).database or "").parent.glob("register.sqlite3*"):
            each.unlink()
        return
    maintenance = create_engine(server_url, isolation_level="AUTOCOMMIT")
    name = make_url(url).database
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    maintenance.dispose()


def _filled(app: Flask, count: int) -> None:
    rooms.load_models()
    with app.app_context():
        indexes = [index for table in Base.metadata.sorted_tables for index in table.indexes]
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
            reference.load(connection)
            for index in indexes:  # the rows first: an index is made faster than it is kept
                index.drop(connection)
        world = _world()
        with db.engine.connect() as connection:
            _without_checks(connection)
            with connection.begin():
                _fill_all(connection, count, world)
                for index in indexes:
                    index.create(connection)
        db.engine.dispose()
        standing.refresh_missing()
        refresh_statistics(db.session)  # as the daily ``flask tick`` does
        _commit()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))  # what autovacuum will have done by tomorrow


def _without_checks(connection: Connection) -> None:
    """Foreign keys are right by construction; checking them would take longer than writing."""
    if connection.dialect.name == "sqlite":
        cursor: Any = connection.connection.cursor()
        for setting in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {setting}")
    else:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql("SET maintenance_work_mem = '512MB'")
        connection.exec_driver_sql("SET TimeZone = 'UTC'")
        connection.commit()


def _commit() -> None:
    system = db.session.scalars(select(User).where(User.is_system)).one()
    audit.record(None, "bench:fill", "性能测试数据", by=system)
    db.session.commit()


def _world() -> firms.World:
    """Three people, and the reference rows that firms point to."""
    offices = dict(db.session.execute(select(Office.code, Office.id)).all())
    areas = dict(db.session.execute(select(Area.code, Area.id)).all())
    made = {}
    kept = passwords.hashed(PASSWORD)
    for username, name, office, role in PEOPLE:
        made[username] = User(
            username=username,
            name=name,
            office_id=offices[office],
            password_hash=kept,
            password_changed_at=clock.now(),
            certificate_number="示例-65230001",
        )
        made[username].grants.append(UserRole(role=role, granted_at=clock.now()))
        db.session.add(made[username])
    db.session.flush()
    rules = {
        rule.kind: (rule.id, float(rule.points), rule.months, rule.event_class.value)
        for rule in db.session.scalars(select(SchemeRule))
    }
    officers = made["officer"].id, made["officer2"].id
    _commit()
    return firms.World(areas, offices, rules, officers, "2026-06-01 02:00:00.000000")


def _fill_all(connection: Connection, count: int, world: firms.World) -> None:
    tables = Base.metadata.tables
    for name, columns, rows in (
        ("enterprise", firms.ENTERPRISE, firms.enterprises(count, world)),
        ("site", firms.SITE, firms.sites(count, world)),
        ("name_gram", firms.GRAM, firms.grams(count)),
        ("permit", firms.PERMIT, firms.permits(count, world)),
        ("permit_version", firms.VERSION, firms.permit_versions(count, world)),
        ("inspection", firms.INSPECTION, firms.inspections(count, world)),
        ("obligation", firms.OBLIGATION, firms.obligations(count)),
        ("credit_event", firms.EVENT, firms.events(count, world)),
        ("document", firms.DOCUMENT, firms.documents(count, world)),
    ):
        fill(connection, tables[name], columns, rows)
    length, last = connection.execute(select(AuditHead.length, AuditHead.hash)).one()
    chain = Chain(length, last)
    fill(connection, tables["audit_entry"], ENTRY, chain.grown(count))
    connection.execute(update(AuditHead).values(length=chain.length, hash=chain.last))


def fill(connection: Connection, table: Table, given: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows as fast as the engine takes them; columns not given get the constant the model gives them."""
    constants = {
        column.name: _stored(column.default.arg)
        for column in table.columns
        if column.name not in given and column.default is not None and column.default.is_scalar
    }
    constants |= {
        column.name: "[]" if column.name == "signature" else "{}"
        for column in table.columns
        if column.name not in given and column.default is not None and column.default.is_callable
    }
    names = [*given, *constants]
    rest = tuple(constants.values())
    whole = (row + rest for row in rows)
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.executemany(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', whole)
        return
    quoted = ", ".join(f'"{name}"' for name in names)
    with cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in whole:
            copy.write_row(row)
    if "id" in given and table.name != "audit_entry":
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), max(id)) FROM \"{table.name}\""
        )


def _stored(value: Any) -> Any:
    value = getattr(value, "value", value)
    return int(value) if isinstance(value, bool) else value


ENTRY = (
    "id", "at", "actor_id", "actor_name", "office_id", "act", "subject_kind", "subject_id", "enterprise_id", "summary",
    "after", "previous_hash", "hash",
)  # fmt: skip


@dataclass
class Chain:
    """The audit chain as it grows."""

    length: int
    last: str

    def grown(self, count: int) -> Iterator[tuple[Any, ...]]:
        """So many true entries more."""
        begun = datetime(2026, 11, 23, tzinfo=UTC)
        for at in range(1, count + 1):
            self.length += 1
            moment = begun + timedelta(milliseconds=at)
            after = audit.canonical({f"enterprise:{at}": {"remark": f"第 {at} 次修改", "version": at % 9 + 2}})
            act, who = "registry:enterprise:edit", "周明法（reviewer）"
            told = (self.length, moment, 1, who, 1, act, "enterprise", str(at), at, "修改企业", after)
            previous, self.last = self.last, audit.hash_of(told, self.last)
            yield (self.length, moment.strftime("%Y-%m-%d %H:%M:%S.%f"), *told[2:], previous, self.last)
