"""Scoring: every firm at once in one statement, and one firm by itself."""

from collections.abc import Iterator

from sqlalchemy import delete, func, select, text

from accounts import audit
from accounts.models import User
from bench.data import Register
from bench.lines import CPU, WALL, Line, best, best_together
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


def chain(register: Register) -> Iterator[Line]:
    """What the audit chain adds to a write, and how long walking it takes."""
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    from registry.models import Enterprise

    clock = CPU if register.engine == "sqlite" else WALL
    app = register.app()
    with app.app_context():
        system = db.session.scalars(select(User).where(User.is_system)).one()
        firm = db.session.get_one(Enterprise, 1)
        turn = iter(range(1_000_000))

        def recorded() -> None:
            firm.remark = f"第 {next(turn)} 次"
            audit.record(firm, "bench:write", "性能测试", by=system)
            db.session.commit()

        def silent() -> None:
            firm.remark = f"第 {next(turn)} 次"
            event.remove(Session, "before_commit", audit._append)
            event.remove(Session, "after_flush", audit._gather)
            db.session.commit()
            event.listen(Session, "before_commit", audit._append)
            event.listen(Session, "after_flush", audit._gather)

        times = best_together({"recorded": recorded, "silent": silent}, 40, clock)
        share = (times["recorded"] - times["silent"]) / times["recorded"] * 100
        yield Line("one write with its audit entry", times["recorded"] * 1000, "ms")
        yield Line("audit chain, share of a write", share, "%", "≤ 10")
        found: list[audit.Verification] = []
        took = best(lambda: found.append(audit.verify(db.session)), 1, clock)
        yield Line(f"verify {found[0].entries:,} audit entries ({'whole' if found[0].ok else 'BROKEN'})", took, "s")
        yield Line("verify, for 1,000,000 entries", took / found[0].entries * 1e6, "s", "≤ 15")
        db.session.rollback()
