"""Keeps ``registry.GradeSpan`` in line with the events: the grade of any day by one join, exact without a nightly job."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, event, func, insert, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.db import db
from credit import bulk, queries, rules
from credit.models import Grade, Scheme
from inspections.models import DecisionStay
from registry.actions import merging
from registry.models import Enterprise, GradeSpan

BEGINNING = date(2024, 1, 1)


def refresh(enterprise_id: int) -> list[rules.Span]:
    """Compute the spans of one enterprise anew, the future ones too (points lapse on days known beforehand).

    The record of a firm that was merged counts for the one it went into, which alone has spans.
    """
    db.session.flush()
    successor = db.session.scalar(select(Enterprise.merged_into_id).where(Enterprise.id == enterprise_id))
    enterprise_id = successor or enterprise_id
    found = spans_of(enterprise_id)
    db.session.execute(delete(GradeSpan).where(GradeSpan.enterprise_id == enterprise_id))
    db.session.execute(insert(GradeSpan), [_row(enterprise_id, span) for span in found])
    return found


def spans_of(enterprise_id: int) -> list[rules.Span]:
    """The spans of one enterprise by its events and its time on the list."""
    scheme = queries.scheme_on(None)
    events = queries.event_facts(enterprise_id)
    listed = queries.listed_terms(enterprise_id)
    first = min([each.occurred_on for each in events] + [each.first for each in listed] + [BEGINNING])
    return rules.spans(queries.scheme_facts(scheme), events, listed, first)


def _row(enterprise_id: int, span: rules.Span) -> dict[str, object]:
    return {
        "enterprise_id": enterprise_id,
        "grade": span.grade.code,
        "score": span.score,
        "valid_from": span.valid_from,
        "valid_to": span.valid_to,
    }


@event.listens_for(Session, "after_flush")
def _from_the_first_day(session: Session, _context: Any) -> None:
    """A firm has its grade as soon as it is registered, whoever registers it: the base of the scheme, no events yet."""
    new = [each.id for each in session.new if isinstance(each, Enterprise)]
    if not new:
        return
    on = clock.today()
    known = session.connection().execute(
        select(Scheme.base, Scheme.thresholds)
        .where(Scheme.valid_from <= on, or_(Scheme.valid_to.is_(None), Scheme.valid_to > on))
        .order_by(Scheme.valid_from.desc())
        .limit(1)
    )
    for base, thresholds in known:
        grade = next(Grade(code) for code, lowest in thresholds if base >= Decimal(lowest))
        rows = [_row(each, rules.Span(BEGINNING, None, base, grade)) for each in new]
        session.connection().execute(insert(GradeSpan), rows)


def refresh_missing() -> int:
    """Give spans to the enterprises that have none yet, all in one statement; how many there were."""
    db.session.flush()
    known, merged = bulk.has_spans(), Enterprise.merged_into_id.is_not(None)
    missing = db.session.scalar(select(func.count()).select_from(Enterprise).where(~known, ~merged)) or 0
    if missing:
        bulk.refresh_all(db.session.connection(), queries.scheme_facts(queries.scheme_on(None)), BEGINNING)
        alone = or_(
            Enterprise.id.in_(select(Enterprise.merged_into_id).where(merged)),
            Enterprise.id.in_(select(DecisionStay.enterprise_id)),
        )  # what one statement for all does not reckon
        successors = select(Enterprise).where(alone, Enterprise.merged_into_id.is_(None))
        for each in db.session.scalars(successors).unique().all():
            refresh(each.id)
    return missing


def _merged(kept: Enterprise) -> None:
    refresh(kept.id)


merging.ON_MERGED.append(_merged)
