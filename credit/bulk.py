"""The credit of very many firms at once: one statement over the covering index instead of a loop over objects.

What it says is what ``rules.evaluate`` and ``rules.spans`` would say of each firm; tests hold them together.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from credit import queries
from credit.models import CreditEvent, Grade, Listing, SchemeRule
from credit.rules import SchemeFacts
from inspections.models import DecisionStay, PenaltyDecision
from registry.models import Enterprise, GradeSpan

# --- one day ------------------------------------------------------------------------------------------------------


def scores(scheme: SchemeFacts, as_of: date, *which: ColumnElement[bool]) -> Select[Any]:
    """The score and grade on a day of every firm that is asked for.

    The own events of a firm are added up along the index that covers them; what merging brings and what a stay takes
    away concerns few firms and is added apart.
    """
    own = (
        select(CreditEvent.enterprise_id, func.sum(CreditEvent.points).label("points"))
        .where(*_counting(as_of))
        .group_by(CreditEvent.enterprise_id)
        .subquery("own")
    )
    apart = _apart(as_of).subquery("apart")
    few = select(apart.c.bearer, func.sum(apart.c.points).label("points")).group_by(apart.c.bearer).subquery("few")
    points = func.coalesce(own.c.points, 0) + func.coalesce(few.c.points, 0)
    listed = case((Enterprise.id.in_(_listed(as_of)), 1), else_=0)
    scored = (
        select(Enterprise.id, _bounded(scheme, points).label("score"), listed.label("listed"))
        .outerjoin(own, own.c.enterprise_id == Enterprise.id)
        .outerjoin(few, few.c.bearer == Enterprise.id)
        .where(*which)
        .subquery("scored")
    )
    grade = _grade(scheme, scored.c.score, scored.c.listed)
    return select(scored.c.id.label("enterprise_id"), scored.c.score, grade.label("grade"))


def ranked(scheme: SchemeFacts, as_of: date, *which: ColumnElement[bool]) -> Select[Any]:
    """``scores`` with the place of each among them: the better score first, black last, equal ones in one place."""
    graded = scores(scheme, as_of, *which).subquery("graded")
    is_black = case((graded.c.grade == Grade.BLACK.code, 1), else_=0)
    return select(graded, func.rank().over(order_by=(is_black, graded.c.score.desc())).label("place"))


def lines(first: int, last: int, as_of: date) -> Select[Any]:
    """The events that count on a day for the firms of two numbers and between, by firm, as an explanation lists them."""
    stayed = and_(CreditEvent.source_kind == PenaltyDecision.__tablename__, CreditEvent.source_id.in_(_stayed(as_of)))
    told = (
        CreditEvent.id,
        CreditEvent.kind,
        CreditEvent.points,
        CreditEvent.occurred_on,
        CreditEvent.expires_on,
        CreditEvent.ended_on,
        CreditEvent.reason,
        CreditEvent.document_number,
        CreditEvent.rule_id,
    )
    both = union_all(
        select(CreditEvent.enterprise_id.label("bearer"), *told).where(
            CreditEvent.enterprise_id.between(first, last), *_counting(as_of), ~stayed
        ),
        select(Enterprise.merged_into_id, *told)
        .join(Enterprise, Enterprise.id == CreditEvent.enterprise_id)
        .where(Enterprise.merged_into_id.between(first, last), *_counting(as_of), ~stayed),
    ).subquery("lines")
    return (
        select(both, SchemeRule.title)
        .outerjoin(SchemeRule, SchemeRule.id == both.c.rule_id)
        .order_by(both.c.bearer, both.c.occurred_on, both.c.id)
    )


def _counting(as_of: date) -> tuple[ColumnElement[bool], ...]:
    """Whether an event counts on a day, unless the decision behind it is stayed."""
    return (
        CreditEvent.occurred_on <= as_of,
        or_(CreditEvent.expires_on.is_(None), CreditEvent.expires_on > as_of),
        or_(CreditEvent.ended_on.is_(None), CreditEvent.ended_on > as_of),
    )


def _stayed(as_of: date) -> Select[int]:
    """The decisions that are stayed on a day."""
    lasting = or_(DecisionStay.lifted_on.is_(None), DecisionStay.lifted_on > as_of)
    return select(DecisionStay.decision_id).where(DecisionStay.stayed_from <= as_of, lasting)


def _apart(as_of: date) -> Any:
    """Points that the successors of merged firms bear too, and points of stayed decisions, taken away again."""
    merged = and_(Enterprise.id == CreditEvent.enterprise_id, Enterprise.merged_into_id.is_not(None))
    stayed = (
        CreditEvent.source_kind == PenaltyDecision.__tablename__,
        CreditEvent.source_id.in_(_stayed(as_of)),
        *_counting(as_of),
    )
    return union_all(
        select(Enterprise.merged_into_id.label("bearer"), CreditEvent.points.label("points"))
        .join(CreditEvent, merged)
        .where(*_counting(as_of)),
        select(CreditEvent.enterprise_id, -CreditEvent.points).where(*stayed),
        select(Enterprise.merged_into_id, -CreditEvent.points).join(CreditEvent, merged).where(*stayed),
    )


def _listed(as_of: date) -> Any:
    """Who stands on the list on a day, by themselves or by a firm that was merged into them."""
    listed = queries.current_listings(as_of).with_only_columns(Listing.enterprise_id)
    return union_all(
        listed,
        select(Enterprise.merged_into_id).where(Enterprise.merged_into_id.is_not(None), Enterprise.id.in_(listed)),
    )


# --- every day, past and to come ------------------------------------------------------------------------------------


def refresh_all(connection: Connection, scheme: SchemeFacts, beginning: date) -> None:
    """Write the spans of every firm that has none, by one scheme, from ``beginning`` on.

    Future spans too: when points lapse is known when they are set. Firms that have spans are left alone.
    """
    wanted = ["enterprise_id", "grade", "score", "valid_from", "valid_to"]
    connection.execute(insert(GradeSpan).from_select(wanted, spans(scheme, beginning)))


def spans(scheme: SchemeFacts, beginning: date) -> Select[Any]:
    """Every span of every firm that has none stored."""
    changes = _changes(beginning).cte("changes")
    days = (
        select(
            changes.c.enterprise_id,
            changes.c.day,
            func.sum(changes.c.points).label("points"),
            func.sum(changes.c.listings).label("listings"),
        )
        .group_by(changes.c.enterprise_id, changes.c.day)
        .cte("days")
    )
    order: dict[str, Any] = {"partition_by": days.c.enterprise_id, "order_by": days.c.day}
    running = select(
        days,
        func.sum(days.c.points).over(**order).label("total"),
        func.sum(days.c.listings).over(**order).label("listed"),
        func.row_number().over(**order).label("place"),
    ).cte("running")
    score, before = _bounded(scheme, running.c.total), _bounded(scheme, running.c.total - running.c.points)
    graded = select(
        running.c.enterprise_id,
        running.c.day,
        running.c.place,
        score.label("score"),
        before.label("before"),
        _grade(scheme, score, running.c.listed).label("grade"),
        _grade(scheme, before, running.c.listed - running.c.listings).label("grade_before"),
    ).cte("graded")
    changed = or_(graded.c.place == 1, graded.c.score != graded.c.before, graded.c.grade != graded.c.grade_before)
    kept = select(graded.c.enterprise_id, graded.c.grade, graded.c.score, graded.c.day).where(changed).cte("kept")
    until = func.lead(kept.c.day).over(partition_by=kept.c.enterprise_id, order_by=kept.c.day)
    return select(kept, until.label("valid_to"))


def has_spans() -> ColumnElement[bool]:
    """Whether a firm has its spans already, as a condition on ``Enterprise``."""
    return select(GradeSpan.id).where(GradeSpan.enterprise_id == Enterprise.id).exists()


def _changes(beginning: date) -> Any:
    """Each day on which something begins or ceases to count for a firm, with what it adds or takes away."""
    unknown = and_(~has_spans(), Enterprise.merged_into_id.is_(None))
    firms = select(Enterprise.id).where(unknown)
    none = literal(0)
    gone = _earlier(CreditEvent.expires_on, CreditEvent.ended_on)
    theirs = CreditEvent.enterprise_id.in_(firms)
    counts = or_(gone.is_(None), gone > CreditEvent.occurred_on)
    off = _earlier(Listing.term_to, Listing.removed_on)
    listed = and_(Listing.enterprise_id.in_(firms), Listing.listed_on.is_not(None))
    stands = or_(off.is_(None), off > Listing.listed_on)
    zero = literal(Decimal(0), CreditEvent.points.type)
    return union_all(
        select(
            Enterprise.id.label("enterprise_id"),
            literal(beginning, Date()).label("day"),
            zero.label("points"),
            none.label("listings"),
        ).where(unknown),
        select(
            CreditEvent.enterprise_id, CreditEvent.occurred_on, case((counts, CreditEvent.points), else_=zero), none
        ).where(theirs),
        select(CreditEvent.enterprise_id, gone, -CreditEvent.points, none).where(theirs, counts, gone.is_not(None)),
        select(Listing.enterprise_id, Listing.listed_on, zero, case((stands, 1), else_=0)).where(listed),
        select(Listing.enterprise_id, off, zero, literal(-1)).where(listed, stands, off.is_not(None)),
    )


def _earlier(one: Any, other: Any) -> ColumnElement[date | None]:
    """The earlier of two days, either of which may be missing: the engines' own functions disagree about NULL."""
    return case((one.is_(None), other), (other.is_(None), one), (one < other, one), else_=other)


def _bounded(scheme: SchemeFacts, points: Any) -> ColumnElement[Decimal]:
    """The score: base and points within the bounds, rounded as the column keeps it."""
    plain = func.round(points + scheme.base, 6)
    return case((plain > scheme.ceiling, scheme.ceiling), (plain < scheme.floor, scheme.floor), else_=plain)


def _grade(scheme: SchemeFacts, score: Any, listed: Any) -> ColumnElement[str]:
    """The grade that a score earns; a firm on the list is black."""
    steps = [(score >= lowest, literal(grade.code)) for grade, lowest in scheme.thresholds]
    return case((listed > 0, literal(Grade.BLACK.code)), *steps, else_=literal(scheme.thresholds[-1][0].code))
