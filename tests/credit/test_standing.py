"""The grade of any day by one join."""

from datetime import date
from typing import Any

from sqlalchemy import select

from core import clock
from core.db import db
from credit import queries, standing
from registry.models import Enterprise, GradeSpan
from tests.credit import made


def spans(firm: Enterprise) -> list[tuple[date, date | None, int, str]]:
    found = db.session.scalars(
        select(GradeSpan).where(GradeSpan.enterprise_id == firm.id).order_by(GradeSpan.valid_from)
    )
    return [(each.valid_from, each.valid_to, int(each.score), each.grade) for each in found]


def test_a_firm_has_the_base_grade_from_the_moment_it_is_registered(session: Any, firm: Enterprise) -> None:
    assert spans(firm) == [(standing.BEGINNING, None, 9, "blue")]
    assert standing.refresh_missing() == 0


def test_the_spans_know_beforehand_when_points_lapse(session: Any, firm: Enterprise) -> None:
    made.event(firm)
    assert spans(firm) == [
        (standing.BEGINNING, date(2026, 11, 16), 9, "blue"),
        (date(2026, 11, 16), date(2029, 11, 16), 0, "black"),
        (date(2029, 11, 16), None, 9, "blue"),
    ]


def test_a_listed_firm_is_black_until_its_term_ends(session: Any, firm: Enterprise) -> None:
    made.listed(firm, months=12)
    event = queries.events_of(firm.id)[0]
    with clock.at(date(2026, 12, 2)):
        event.ended_on, event.end_reason = date(2026, 12, 2), "更正"
        standing.refresh(firm.id)
    assert spans(firm)[1:] == [
        (date(2026, 11, 16), date(2026, 12, 2), 0, "black"),
        (date(2026, 12, 2), date(2027, 12, 1), 9, "black"),
        (date(2027, 12, 1), None, 9, "blue"),
    ]
