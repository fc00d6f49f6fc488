"""How a score comes about and ends: on every day, line by line."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit import rules
from credit.models import EventClass, EventKind, Grade, ListType
from credit.rules import EventFacts, ListedTerm, ListingFacts, RepairFacts, SchemeFacts

pytestmark = pytest.mark.anywhere

TODAY = date(2026, 11, 23)
TWELVE = SchemeFacts(
    "12 分制（示例）",
    Decimal(9),
    Decimal(12),
    Decimal(0),
    [
        (Grade.GREEN, Decimal(11)),
        (Grade.BLUE, Decimal(6)),
        (Grade.YELLOW, Decimal(3)),
        (Grade.RED, Decimal(1)),
        (Grade.BLACK, Decimal(0)),
    ],
)
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def event(number: int, points: int, on: date, expires: date | None = None, ended: date | None = None) -> EventFacts:
    return EventFacts(number, EventKind.PENALTY_FINE, Decimal(points), on, expires, ended, "被罚款", "超标")


@st.composite
def histories(draw: st.DrawFn) -> list[EventFacts]:
    """Up to eight events, lapsing, ended or lasting."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        on = draw(DAYS)
        lapses = draw(st.one_of(st.none(), st.integers(1, 900)))
        ended = draw(st.one_of(st.none(), st.integers(0, 900)))
        found.append(
            event(
                number,
                draw(st.integers(-12, 2)),
                on,
                on + timedelta(days=lapses) if lapses else None,
                on + timedelta(days=ended) if ended is not None else None,
            )
        )
    return found


# --- months -----------------------------------------------------------------------------------------------------


def test_months_end_on_the_same_number_or_the_last_day_of_a_shorter_month() -> None:
    assert rules.months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert rules.months_later(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert rules.months_later(date(2026, 12, 1), 12) == date(2027, 12, 1)
    assert rules.months_later(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert rules.months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)


@given(day=DAYS, months=st.integers(0, 60))
def test_months_later_is_that_many_months_on_and_never_a_longer_way(day: date, months: int) -> None:
    later = rules.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


# --- score ------------------------------------------------------------------------------------------------------


@given(events=histories(), day=DAYS)
def test_base_and_lines_make_the_score_unless_a_bound_was_reached(events: list[EventFacts], day: date) -> None:
    score = rules.evaluate(TWELVE, events, day)
    whole = score.base + sum((item.points for item in score.items), Decimal(0))
    assert score.capped == (whole != score.score)
    assert TWELVE.floor <= score.score <= TWELVE.ceiling
    if score.capped:
        assert score.score == (TWELVE.ceiling if whole > TWELVE.ceiling else TWELVE.floor)
    assert [item.on for item in score.items] == sorted(item.on for item in score.items)


@given(events=histories())
def test_the_spans_say_what_the_evaluation_says_on_every_day(events: list[EventFacts]) -> None:
    listed = [ListedTerm(date(2026, 5, 1), date(2027, 5, 1))]
    first = date(2024, 1, 1)
    spans = rules.spans(TWELVE, events, listed, first)
    assert spans[0].valid_from == first
    assert spans[-1].valid_to is None
    for one, next_ in itertools.pairwise(spans):
        assert one.valid_to == next_.valid_from
        assert (one.score, one.grade) != (next_.score, next_.grade)
    turns = {turn for each in events for turn in (each.occurred_on, each.expires_on, each.ended_on) if turn}
    turns |= {listed[0].first, date(2027, 5, 1), first}
    for turn in turns:
        for day in (turn - timedelta(days=1), turn, turn + timedelta(days=1)):
            if day < first:
                continue
            span = next(each for each in spans if each.valid_from <= day and (not each.valid_to or day < each.valid_to))
            score = rules.evaluate(TWELVE, events, day, listed=listed[0].covers(day))
            assert (span.score, span.grade) == (score.score, score.grade)


def test_an_event_counts_from_its_document_until_the_day_it_lapses() -> None:
    fine = event(1, -3, date(2026, 3, 1), date(2026, 9, 1))
    assert not fine.counts(date(2026, 2, 28))
    assert fine.counts(date(2026, 3, 1))
    assert fine.counts(date(2026, 8, 31))
    assert not fine.counts(date(2026, 9, 1))


def test_an_event_ended_by_repair_stops_on_that_day() -> None:
    fine = event(1, -3, date(2026, 3, 1), date(2026, 9, 1), date(2026, 6, 1))
    assert fine.counts(date(2026, 5, 31))
    assert not fine.counts(date(2026, 6, 1))
    assert fine.last_day == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("score", "grade"),
    [(12, "green"), (11, "green"), (10, "blue"), (6, "blue"), (5, "yellow"), (3, "yellow"), (2, "red"), (1, "red")],
)
def test_each_grade_begins_at_its_threshold(score: int, grade: str) -> None:
    assert rules.grade_of(TWELVE, Decimal(score)) is Grade(grade)


def test_at_nought_or_on_the_list_a_firm_is_black() -> None:
    assert rules.evaluate(TWELVE, [event(1, -12, TODAY)], TODAY).grade is Grade.BLACK
    assert rules.evaluate(TWELVE, [], TODAY, listed=True).grade is Grade.BLACK
    assert rules.evaluate(TWELVE, [], TODAY).grade is Grade.BLUE


def test_the_sum_is_told_as_a_person_adds_it_up() -> None:
    events = [event(1, 1, TODAY), event(2, -3, TODAY)]
    assert rules.evaluate(TWELVE, events, TODAY).sum_words == "9 + 1 − 3 = 7"
    assert rules.evaluate(TWELVE, [event(1, -12, TODAY)], TODAY).sum_words == "9 − 12 = −3，按上下限取 0"


@given(events=histories())
def test_what_if_never_takes_points_away(events: list[EventFacts]) -> None:
    earliest = {each.id: each.occurred_on for each in events}
    for told in rules.what_if(TWELVE, events, TODAY, earliest, listed=False):
        assert told.on >= TODAY
        assert told.score.score >= rules.evaluate(TWELVE, events, told.on).score
        assert all(item.event_id != told.event_id for item in told.score.items)


def test_what_if_names_the_first_day_on_which_repair_is_lawful() -> None:
    penalty = event(1, -5, date(2026, 10, 1), date(2027, 10, 1))
    (told,) = rules.what_if(TWELVE, [penalty], TODAY, {1: date(2027, 1, 1)}, listed=False)
    assert (told.on, told.score.score) == (date(2027, 1, 1), Decimal(9))


# --- repair: 信用修复管理办法 ------------------------------------------------------------------------------------------

REPAIR = RepairFacts(EventClass.GENERAL, date(2026, 8, 23), True, True, "我单位承诺", "已改正", False)


def test_a_minor_record_may_be_repaired_as_soon_as_the_duties_are_done() -> None:
    assert rules.earliest_repair(EventClass.MINOR, TODAY) == TODAY
    assert rules.publicity_ends(EventClass.MINOR, TODAY) == date(2027, 2, 23)


def test_a_general_record_stays_three_months_at_least_and_a_year_at_most() -> None:
    assert rules.earliest_repair(EventClass.GENERAL, date(2026, 8, 23)) == TODAY
    assert rules.publicity_ends(EventClass.GENERAL, date(2026, 8, 23)) == date(2027, 8, 23)


def test_a_serious_record_stays_a_year_at_least_and_three_at_most() -> None:
    assert rules.earliest_repair(EventClass.SERIOUS, TODAY) == date(2027, 11, 23)
    assert rules.publicity_ends(EventClass.SERIOUS, TODAY) == date(2029, 11, 23)
    assert rules.publicity_ends(EventClass.NONE, TODAY) is None


def test_repair_needs_its_term_its_correction_its_payment_and_a_promise() -> None:
    assert rules.missing_for_repair(REPAIR, TODAY) == []
    assert len(rules.missing_for_repair(REPAIR, TODAY - timedelta(days=1))) == 1
    assert len(rules.missing_for_repair(replace(REPAIR, corrected=False), TODAY)) == 1
    assert len(rules.missing_for_repair(replace(REPAIR, paid=False), TODAY)) == 1
    assert [each.field for each in rules.missing_for_repair(replace(REPAIR, promise=""), TODAY)] == ["promise"]
    assert [each.field for each in rules.missing_for_repair(replace(REPAIR, statement=""), TODAY)] == ["statement"]
    assert len(rules.missing_for_repair(replace(REPAIR, ended=True, paid=False), TODAY)) == 1


# --- the list ---------------------------------------------------------------------------------------------------

LISTING = ListingFacts(
    list_type=ListType.PREFECTURE,
    legal_basis="州重点关注名单办法（示例）",
    decision_confirmed=True,
    decision_stayed=False,
    notified_on=date(2026, 11, 9),
    objection_until=date(2026, 11, 16),
    waived_on=None,
    open_objections=0,
    proposed_by_id=1,
    term_months=12,
)


def test_nobody_is_listed_without_a_legal_basis_or_on_an_undecided_case() -> None:
    assert rules.missing_to_notify(LISTING) == []
    assert [each.field for each in rules.missing_to_notify(replace(LISTING, legal_basis=""))] == ["legal_basis"]
    assert rules.missing_to_notify(replace(LISTING, decision_confirmed=False))
    assert rules.missing_to_notify(replace(LISTING, decision_stayed=True))
    assert rules.missing_to_notify(replace(LISTING, already_listed=True))
    assert [each.field for each in rules.missing_to_notify(replace(LISTING, term_months=37))] == ["term_months"]


def test_nobody_is_listed_before_the_day_after_the_time_to_be_heard() -> None:
    assert rules.missing_to_list(LISTING, 2, date(2026, 11, 16))
    assert rules.missing_to_list(LISTING, 2, date(2026, 11, 17)) == []
    assert rules.missing_to_list(replace(LISTING, waived_on=date(2026, 11, 10)), 2, date(2026, 11, 10)) == []
    assert rules.missing_to_list(replace(LISTING, notified_on=None, objection_until=None), 2, TODAY)


def test_an_objection_is_answered_before_the_decision() -> None:
    assert rules.missing_to_list(replace(LISTING, open_objections=1), 2, TODAY)


def test_whoever_proposes_does_not_decide() -> None:
    assert rules.missing_to_list(LISTING, 1, TODAY)


def test_a_firm_stands_on_the_list_until_its_term_ends_or_it_is_removed() -> None:
    first, until = date(2026, 1, 1), date(2027, 1, 1)
    assert not rules.is_current(None, None, None, first)
    assert not rules.is_current(first, until, None, first - timedelta(days=1))
    assert rules.is_current(first, until, None, first)
    assert rules.is_current(first, until, None, until - timedelta(days=1))
    assert not rules.is_current(first, until, None, until)
    assert not rules.is_current(first, until, date(2026, 6, 1), date(2026, 6, 1))
