"""Scoring: every firm at once in one statement, and one firm by itself."""

from collections.abc import Iterator

from sqlalchemy import delete, func, select, text

from accounts import audit
from accounts.models import User
from bench.data import Register
from bench.lines import CPU, WALL, Line, best
from core.db import db
from credit import standing
from registry.models import GradeSpan


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family; the grades are there again afterwards."""
    app = register.app()
    clock = CPU if register.engine == "sqlite" else WALL
    with app.app_context():
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

        whole = best(score, 1, clock)
        spans = db.session.scalar(select(func.count()).select_from(GradeSpan)) or 0
        yield Line("score all firms × 5 events, stored with past and future grades", whole, "s", _target(register))
        yield Line("  grade spans written", spans, "rows")
        ids = iter(range(1, register.count, 7))
        yield Line("score one firm", best(lambda: standing.spans_of(next(ids)), 30, clock) * 1000, "ms", "≤ 5")
        db.session.rollback()


def _target(register: Register) -> str:
    return "≤ 8" if register.count >= 1_000_000 else ""
