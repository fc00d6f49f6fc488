"""From when to when a version is valid: 条例14, 办法24 (both branches) and 办法26, and what held on any day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.db import db
from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import Permit, VersionGround
from permits.rules import validity
from permits.rules.validity import Span, gaps, in_force, latest_application, renewed_from
from registry.models import Enterprise
from tests.permits import made

ENDS = made.VALID_TO
IN_TIME, LATE = date(2027, 1, 13), date(2027, 1, 14)
"""Sixty days before the term ends, and one day later."""


def renewal(permit: Permit, first: date, applied: date, decided: date, **more: Any) -> Any:
    """A renewed version, ready to be put in force."""
    facts = {
        "ground": VersionGround.RENEWAL,
        "in_force_from": first,
        "valid_from": first,
        "valid_to": validity.last_day_of_term(first),
        "applied_on": applied,
        "decided_on": decided,
    }
    return actions.draft_version(permit, made.facts(**{**facts, **more}), by=made.person("permit"))


@pytest.mark.parametrize(
    ("applied", "decided", "first"),
    [
        (IN_TIME, ENDS - timedelta(days=1), ENDS + timedelta(days=1)),
        (IN_TIME, ENDS + timedelta(days=20), ENDS + timedelta(days=1)),  # in time: the old term is followed without gap
        (LATE, ENDS, ENDS + timedelta(days=1)),  # late, but decided while the old one held
        (LATE, ENDS + timedelta(days=1), ENDS + timedelta(days=1)),
        (LATE, ENDS + timedelta(days=20), ENDS + timedelta(days=20)),  # late and decided after: from the decision
    ],
)
def test_a_renewed_term_begins_as_article_24_says_and_nowhere_else(
    firm: Enterprise, applied: date, decided: date, first: date
) -> None:
    assert renewed_from(ENDS, applied, decided) == first
    permit = made.permit(firm)
    with clock.at(decided):
        wrong = renewal(permit, first + timedelta(days=1), applied, decided)
        with pytest.raises(NotAllowed, match=f"有效期应自 {first} 起"):
            actions.issue_version(wrong, by=made.person("permit"))
        actions.discard_version(wrong, by=made.person("permit"))
        actions.issue_version(renewal(permit, first, applied, decided), by=made.person("permit"))
        db.session.commit()
    spans = queries.permits.spans(permit)
    found = gaps(spans, first)
    assert [each.days for each in found] == ([(first - ENDS).days - 1] if first > ENDS + timedelta(days=1) else [])
    assert in_force(spans, ENDS) is not None
    assert in_force(spans, first) is not None


def test_a_term_of_more_than_five_years_is_refused(firm: Enterprise) -> None:
    permit = made.permit(firm)
    first = ENDS + timedelta(days=1)
    with clock.at(date(2027, 2, 1)):
        long = renewal(permit, first, IN_TIME, date(2027, 2, 1), valid_to=date(2032, 3, 15))
        with pytest.raises(NotAllowed, match="最长五年，自 2027-03-15 起最晚到 2032-03-14"):
            actions.issue_version(long, by=made.person("permit"))
    db.session.rollback()


def test_a_decision_before_its_application_is_refused(firm: Enterprise) -> None:
    permit = made.permit(firm)
    with clock.at(date(2027, 2, 1)):
        wrong = renewal(permit, ENDS + timedelta(days=1), IN_TIME, IN_TIME - timedelta(days=1))
        with pytest.raises(NotAllowed, match="决定日期不能早于申请日期"):
            actions.issue_version(wrong, by=made.person("permit"))
    db.session.rollback()


def test_a_change_leaves_the_term_as_it_was(firm: Enterprise) -> None:
    permit = made.permit(firm)
    changed = made.facts(ground=VersionGround.CHANGE, in_force_from=date(2026, 11, 23), valid_to=date(2028, 3, 14))
    version = actions.draft_version(permit, changed, by=made.person("permit"))
    with pytest.raises(NotAllowed, match="变更不改变有效期，仍到 2027-03-14"):
        actions.issue_version(version, by=made.person("permit"))
    db.session.rollback()


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Span], date | None]:
    """Versions one after the other, renewed in time, late or not at all, and perhaps an end."""
    spans: list[Span] = []
    first = draw(DAYS)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        last = validity.last_day_of_term(first)
        spans.append(Span(number, VersionGround.RENEWAL, first, None, first, last))
        applied = last - timedelta(days=draw(st.integers(0, 200)))
        decided = max(applied, last + timedelta(days=draw(st.integers(-40, 90))))
        first = renewed_from(last, applied, decided)
    ended = draw(st.one_of(st.none(), st.dates(spans[0].valid_from, spans[-1].valid_to)))
    return spans, ended


@given(histories(), st.integers(0, 9000))
def test_on_every_day_a_version_holds_or_the_day_is_in_a_gap(
    history: tuple[list[Span], date | None], offset: int
) -> None:
    spans, ended = history
    today = spans[-1].valid_to + timedelta(days=400)
    day = spans[0].valid_from + timedelta(days=offset % ((today - spans[0].valid_from).days + 1))
    held = in_force(spans, day, ended)
    inside = [gap for gap in gaps(spans, today, ended) if gap.first <= day <= gap.last]
    assert len(inside) == (0 if held else 1), (day, held, inside)


@given(DAYS, st.integers(0, 400), st.integers(0, 500))
def test_only_who_applied_late_and_was_decided_late_has_a_gap(first: date, before: int, after: int) -> None:
    last = validity.last_day_of_term(first)
    applied = last - timedelta(days=before)
    decided = applied + timedelta(days=after)
    begins = renewed_from(last, applied, decided)
    late = (last - applied).days < validity.RENEW_DAYS_BEFORE
    assert (applied > latest_application(last)) == late
    assert begins > last, "two terms never overlap"
    assert (begins > last + timedelta(days=1)) == (late and decided > last + timedelta(days=1))
