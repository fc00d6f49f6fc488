"""Scoring: every firm on one day in one statement, a frozen day with every line, all days at once, and one firm by itself."""

from collections.abc import Iterator

from sqlalchemy import Connection, delete, func, select, text

from accounts import audit
from accounts.models import User
from bench import firms
from bench.data import Register
from bench.lines import CPU, WALL, Line, best
from core.db import db
from credit import actions, bulk, queries, standing
from registry.models import Enterprise, GradeSpan, Status

SPANS_UP_TO = 100_000
"""Sites up to which the spans are taken away and written anew: at a million that takes minutes."""


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family; the register is afterwards as it was."""
    app = register.app()
    clock = CPU if register.engine == "sqlite" else WALL
    with app.app_context():
        system = db.session.scalars(select(User).where(User.is_system)).one()
        day, connection = firms.TODAY, db.session.connection()
        connection.execute(
            text("CREATE TEMPORARY TABLE day_score (firm integer, score numeric, grade text, place integer)")
        )
        scheme = queries.scheme_facts(queries.scheme_on(day))
        asked = bulk.ranked(scheme, day, Enterprise.status != Status.CLOSED)
        seconds = best(lambda: _stored(connection, asked), 3, clock)
        target = "≤ 8" if register.count >= 1_000_000 else ""
        yield Line("score all firms × 5 events on one day, ranked and stored: one statement", seconds, "s", target)
        db.session.rollback()
        system = db.session.scalars(select(User).where(User.is_system)).one()
        took = best(lambda: actions.freeze_day(day, by=system), 1, clock)
        yield Line("freeze a day: scores, places, every line and its hash, stored", took, "s")
        yield Line("  for 1,000 firms", took / register.count * 1e6, "ms", "linear")
        db.session.rollback()
        if register.count <= SPANS_UP_TO:
            yield from _spans(register)
        ids = iter(range(1, register.count, 7))
        yield Line("score one firm", best(lambda: standing.spans_of(next(ids)), 30, clock) * 1000, "ms", "≤ 5")
        db.session.rollback()


def _stored(connection: Connection, asked: object) -> None:
    """Into a plain table: what the statement costs without the lines of the explanation."""
    table = text("day_score (firm, score, grade, place)")
    connection.execute(text("DELETE FROM day_score"))
    compiled = asked.compile(connection, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
    connection.exec_driver_sql(f"INSERT INTO {table} {compiled}".replace("%%", "%"))


def _spans(register: Register) -> Iterator[Line]:
    """Every past and future grade at once, as after an import; the grades are there again afterwards."""
    system = db.session.scalars(select(User).where(User.is_system)).one()
    if register.engine == "sqlite":
        db.session.execute(delete(GradeSpan))
    else:
        db.session.execute(text("TRUNCATE grade_span"))
    audit.record(None, "bench:clear", "性能测试", by=system)
    db.session.commit()

    def score() -> None:
        standing.refresh_missing()
        audit.record(None, "bench:score", "性能测试", by=system)
        db.session.commit()

    whole = best(score, 1, CPU if register.engine == "sqlite" else WALL)
    yield Line("score all firms × 5 events, stored with past and future grades", whole, "s")
    yield Line("  grade spans written", db.session.scalar(select(func.count()).select_from(GradeSpan)) or 0, "rows")
