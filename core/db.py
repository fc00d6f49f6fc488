"""The database: typed base, naming convention, optimistic lock, and the one commit of the web path.

A request that answers below 400 to a POST is committed once, everything else is rolled back: no view can forget it.
"""

import enum
import sqlite3
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from inspect import iscoroutinefunction
from typing import Any, ClassVar, cast

from flask import Flask, Response, current_app, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    MetaData,
    Numeric,
    UpdateBase,
    event,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, scoped_session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant: nobody could say later when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def coded(kind: type[enum.Enum]) -> Enum:
    """The type of a column that holds the members of an enum by their codes."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Base(DeclarativeBase):
    """What every table shares: names for all constraints, enums stored by code, instants with their zone."""

    __audited__: ClassVar[bool] = True
    """Whether a change of such a row must be told to the audit chain; False for bookkeeping and derived rows."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        enum.Enum: coded(enum.Enum),
        datetime: UtcDateTime(),
        date: Date(),
        Decimal: Numeric(20, 6),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    }


class Versioned:
    """A row that two people may edit at once: the second writer is told, never silently overruled."""

    version: Mapped[int] = mapped_column(default=1, comment="乐观锁版本号")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Let SQLAlchemy compare the version on every UPDATE."""
        return {"version_id_col": cls.version}


class Conflict(Exception):
    """Somebody else changed the row since it was shown; the page shows both versions side by side (409)."""

    def __init__(self, row: Base, typed: dict[str, Any], saved: Base | None = None) -> None:
        """Keep the row as it is now, what was typed, and the row that holds it when that is another one."""
        super().__init__("conflict")
        self.row, self.typed, self.saved = row, typed, saved or row


def expect_version(row: Base, shown: int | None, typed: dict[str, Any], saved: Base | None = None) -> None:
    """Refuse a change made on an older version of the row than the present one (or on none at all).

    ``saved`` is the row with the typed columns, when its version is kept by another: a part of a whole.
    """
    if shown is None or shown != cast(Any, row).version:
        raise Conflict(row, typed, saved)


def check(condition: str, name: str) -> CheckConstraint:
    """A named CHECK: what must be true of every row; the name is mapped to a sentence for the user."""
    return CheckConstraint(condition, name=name)


lagging: ContextVar[bool] = ContextVar("lagging", default=False)
"""Whether what is read now may be a little old; then it is read from the copy named ``read``, if there is one."""


class Routed(Session):
    """A session that reads from the copy what may lag, and everything else, and every write, from the primary."""

    def get_bind(self, mapper: Any = None, *, clause: Any = None, bind: Any = None, **more: Any) -> Any:
        """Choose where a statement goes."""
        copy = db.engines.get("read") if bind is None and lagging.get() else None
        if copy is not None and not self._flushing and not isinstance(clause, UpdateBase):
            return copy
        return super().get_bind(mapper, clause=clause, bind=bind, **more)


db = SQLAlchemy(require_default_engine=False, session_options={"class_": Routed})


def direct(session: Session | scoped_session[Session]) -> Connection:
    """The session's own connection, for statements that ask for values and make no objects: half the work.

    What is still to be written is written first, as the session would do.
    """
    session.flush()
    return session.connection()


def each_of(values: Iterable[Any], column: Any) -> list[ColumnElement[Any]]:
    """The values of an IN as parameters of their own, for a condition that is made once and asked by every page.

    A plain list is spelled out into the statement anew each time it is asked.
    """
    return [literal(value, column.type) for value in values]


def engines(url: str, read_url: str | None) -> dict[str, dict[str, Any]]:
    """The databases as SQLAlchemy opens them, safe behind a pooler that hands out connections by transaction.

    Each connection is tried before use, so that after a fail-over the next request already finds the new primary;
    no statement is prepared at the server, since the next transaction may run on another connection. All our statements
    fit into the cache of compiled ones, so that none is compiled twice.
    """
    options: dict[str, Any] = {"pool_pre_ping": True, "query_cache_size": 4000}
    opened = {"default": url} | ({"read": read_url} if read_url else {})
    return {
        name: {"url": each, **options, **({"connect_args": {"prepare_threshold": None}} if "psycopg" in each else {})}
        for name, each in opened.items()
    }


def lagging_session() -> Session:
    """A session of its own for a long read that may be a little old: on the copy, if there is one."""
    copy = db.engines.get("read")
    return db.sessionmaker(bind=copy) if copy is not None else db.sessionmaker()


writing: ContextVar[bool] = ContextVar("writing", default=True)
"""Whether the transaction about to begin means to write. SQLite then takes its one write lock at once, so that two
writers queue instead of failing half-way; reads begin without it."""


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we begin transactions ourselves, see below
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=20000")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


@event.listens_for(Session, "after_flush")
def _note_writes(session: Session, _context: Any) -> None:
    if session.new or session.dirty or session.deleted:
        session.info["written"] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget_writes(session: Session) -> None:
    session.info.pop("written", None)


def wrote(session: Session) -> bool:
    """Whether this session has written, or is about to write, anything."""
    return bool(session.info.get("written") or session.new or session.dirty or session.deleted)


def apart(statement: Executable) -> None:
    """Write housekeeping (last seen, a failed sign-in) in a small transaction of its own.

    It must hold although the request is refused; so whatever the request has done until here is undone first. Only
    for the start of a request and for refusals; nothing of the register is written this way.
    """
    db.session.rollback()
    token = writing.set(True)
    try:
        db.session.execute(statement)
        db.session.commit()
    finally:
        writing.reset(token)


def refresh_statistics(session: Session) -> None:
    """Let the engine look at how its tables are filled, so that it takes the right index; in the open transaction.

    PostgreSQL does so by itself. SQLite never does: it would then sort all firms of a category where it could walk
    along an order. A thousand rows of each index are enough.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit=1000"))
        session.execute(text("ANALYZE"))


SENTENCES: dict[str, str] = {}
"""Constraint name → sentence in Chinese: what the database refused, said to the person who tried."""


def insert_new(model: type[Base]) -> Any:
    """An INSERT that can say ``on_conflict_do_nothing()``: both engines know it, each in its own dialect."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return insert(model)


def sentence_for(error: IntegrityError) -> str:
    """What to tell the user when a named constraint refused the row."""
    said = str(error.orig)
    return next((words for name, words in SENTENCES.items() if name in said), "数据不符合登记规则，没有保存。")


Refusal = Callable[[IntegrityError | StaleDataError], Response]
Away = Callable[[OperationalError], Response]


def install(app: Flask, refusal: Refusal, away: Away) -> None:
    """Open the database for the application and settle every request by its status code.

    ``refusal`` answers what a constraint refused and what somebody else changed in the same instant, ``away`` what
    could not be stored because the database is gone.
    """
    db.init_app(app)
    # There are no asynchronous sessions; closing them would start a thread after every request.
    app.teardown_appcontext_funcs = [each for each in app.teardown_appcontext_funcs if not iscoroutinefunction(each)]

    @app.before_request
    def _mean_to_write() -> None:
        writing.set(request.method not in SAFE_METHODS)

    @app.after_request
    def settle(response: Response) -> Response:
        session = db.session
        if request.method in SAFE_METHODS:
            if wrote(session):
                session.rollback()
                if current_app.testing:
                    raise RuntimeError(f"a GET wrote to the database: {request.path}")
            return response
        if response.status_code >= 400:
            session.rollback()
            return response
        try:
            session.commit()
        except (IntegrityError, StaleDataError) as error:
            session.rollback()
            return refusal(error)
        except OperationalError as error:
            session.rollback()
            return away(error)
        return response

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        writing.set(True)
        lagging.set(False)
