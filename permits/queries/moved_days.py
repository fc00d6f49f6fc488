"""Which obligations a moved last day moves: open reports under permits that are due on the usual day, or on the moved one."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from accounts.models import User
from core.db import db
from law import queries as law
from law.models import DeadlineOverride
from permits.rules.periods import RULES
from registry import obligations
from registry.models import Enterprise, Obligation, ObligationKind
from registry.queries import sees

KEYS: dict[str, ColumnElement[bool]] = {
    "execution_report.monthly": and_(Obligation.key.like("____-__"), Obligation.key.not_like("%q%")),
    "execution_report.quarterly": Obligation.key.like("____-q_"),
    "execution_report.annual": Obligation.key.like("____"),
}
"""How the obligations of a period's rule are keyed (``permits.rules.periods.Period.key``)."""

FIRST = "其后首个 "
"""How the sum of a named day begins (``law.deadlines``)."""


def movable() -> list[tuple[str, str]]:
    """The periods whose last day an authority may move, as choices: those of the reports that permits demand."""
    titles = {each.key: each.title for each in law.deadline_rules()}
    return [(key, titles[key]) for key in sorted(RULES.values()) if key in titles]


def _open(key: str) -> Select[Obligation]:
    return (
        select(Obligation)
        .join(Obligation.enterprise)
        .options(contains_eager(Obligation.enterprise))
        .where(
            Obligation.source_kind == "permit",
            Obligation.kind == ObligationKind.REPORT,
            obligations.is_open(),
            KEYS[key],
        )
        .order_by(Obligation.source_id, Obligation.id)
    )


def _usually_on(key: str, usual: date) -> Select[Obligation]:
    """Due on the usual day by its own sum: not moved there from another day, nor rolled there over a rest day."""
    named = Obligation.arithmetic.contains(FIRST)
    own = or_(~named, Obligation.arithmetic.contains(f"{FIRST}{usual:%m-%d}"))
    last = shown_on(key, usual)
    wanted = _open(key).where(Obligation.due_on == last, own)
    if last != usual:
        return wanted.where(Obligation.arithmetic.contains(f"{usual:%m-%d} 为休息日"))
    return wanted.where(~Obligation.arithmetic.contains("为休息日，顺延"))


def _moved_by(row: DeadlineOverride) -> Select[Obligation]:
    sum_ = f"{FIRST}{row.usual_on:%m-%d}，{row.basis}"
    return _open(row.key).where(
        Obligation.due_on == shown_on(row.key, row.moved_to), Obligation.arithmetic.contains(sum_, autoescape=True)
    )


def shown_on(key: str, day: date) -> date:
    """The last day that a day named by the law comes to: the next working day where the bureau lets it roll on."""
    return law.calendar().next_workday(day) if law.period(key)[0].last_day_moves else day


def waiting(key: str, usual: date) -> Sequence[Obligation]:
    """The open obligations that a move of this day would move."""
    return db.session.scalars(_usually_on(key, usual)).unique().all()


def pending(row: DeadlineOverride) -> Sequence[Obligation]:
    """The open obligations that are not yet in line with a moved day, or with its withdrawal."""
    wanted = _usually_on(row.key, row.usual_on) if row.withdrawn_on is None else _moved_by(row)
    return db.session.scalars(wanted).unique().all()


def moved(row: DeadlineOverride) -> Sequence[Obligation]:
    """The open obligations that stand on a moved day."""
    return db.session.scalars(_moved_by(row)).unique().all()


def seen(found: Sequence[Obligation], person: User) -> list[Obligation]:
    """Those of the enterprises that a person may see; the others are counted, never shown."""
    visible = set(db.session.scalars(select(Enterprise.id).where(sees(person))))
    return [each for each in found if each.enterprise_id in visible]
