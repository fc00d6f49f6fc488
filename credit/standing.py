"""Keeps ``registry.GradeSpan`` in line with the events: the grade of any day by one join, exact without a nightly job."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from core.db import db
from credit import queries, rules
from registry.models import Enterprise, GradeSpan

BEGINNING = date(2024, 1, 1)


def refresh(enterprise_id: int) -> list[rules.Span]:
    """Compute the spans of one enterprise anew, the future ones too (points lapse on days known beforehand)."""
    db.session.flush()
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


def refresh_missing(enterprise_ids: Sequence[int] | None = None) -> int:
    """Give spans to the enterprises that have none yet; how many there were."""
    wanted = select(Enterprise.id).where(~select(GradeSpan.id).where(GradeSpan.enterprise_id == Enterprise.id).exists())
    if enterprise_ids is not None:
        wanted = wanted.where(Enterprise.id.in_(enterprise_ids))
    missing = list(db.session.scalars(wanted))
    for enterprise_id in missing:
        refresh(enterprise_id)
    return len(missing)
