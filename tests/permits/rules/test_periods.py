"""Which reports are owed, and by when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import seeded_calendar
from law.deadlines import Deadline
from law.terms import Override, seeded_overrides, seeded_terms
from permits.models import ReportPeriod, VersionGround
from permits.rules import periods
from permits.rules.periods import Duty
from permits.rules.validity import Span

MONTH, QUARTER, YEAR = ReportPeriod.MONTH, ReportPeriod.QUARTER, ReportPeriod.YEAR


def span(first: date, last: date, number: int = 1, until: date | None = None) -> Span:
    """A version valid from first to last, in force until a day."""
    return Span(number, VersionGround.FIRST, first, until, first, last)


def duty(kind: ReportPeriod, of: Span, days: int = 15, entered_on: date = date(2020, 1, 1), **more: bool) -> Duty:
    """A requirement of a version."""
    return Duty(kind, days, "", of, entered_on, **more)


def keys(*duties: Duty, ended_on: date | None = None) -> list[str]:
    """The keys of what is owed."""
    return [each.period.key for each in periods.owed(duties, ended_on)]


YEAR_2026 = span(date(2026, 1, 1), date(2026, 12, 31))


def test_a_year_under_a_permit_owes_four_quarters() -> None:
    assert keys(duty(QUARTER, YEAR_2026)) == ["2026-q1", "2026-q2", "2026-q3", "2026-q4"]


def test_the_annual_report_stands_for_the_last_quarter_and_december() -> None:
    found = keys(duty(QUARTER, YEAR_2026), duty(YEAR, YEAR_2026, 31), duty(MONTH, YEAR_2026))
    assert "2026-q4" not in found
    assert "2026-12" not in found
    assert {"2026", "2026-q3", "2026-11"} <= set(found)


def test_the_last_quarter_is_owed_when_the_copy_says_so() -> None:
    found = keys(duty(QUARTER, YEAR_2026), duty(YEAR, YEAR_2026, 31, replaces_last=False))
    assert found[-2:] == ["2026", "2026-q4"] or found[-2:] == ["2026-q4", "2026"]


def test_a_permit_of_less_than_a_month_in_a_quarter_owes_no_report_of_it() -> None:
    late = span(date(2026, 9, 2), date(2027, 12, 31))
    found = periods.owed([duty(QUARTER, late)])
    assert found[0].period.key == "2026-q4"
    assert found[0].first == date(2026, 9, 2)


def test_a_month_to_the_day_is_long_enough_for_a_quarterly_report() -> None:
    assert keys(duty(QUARTER, span(date(2026, 9, 1), date(2026, 12, 31))))[0] == "2026-q3"


def test_a_permit_of_less_than_three_months_in_a_year_owes_no_annual_report_of_it() -> None:
    found = periods.owed([duty(YEAR, span(date(2026, 10, 2), date(2027, 12, 31)), 31)])
    assert [(each.period.key, each.first) for each in found] == [("2027", date(2026, 10, 2))]
    assert keys(duty(YEAR, span(date(2026, 10, 1), date(2026, 12, 31)), 31)) == ["2026"]


def test_ten_days_of_a_month_are_enough_and_nine_join_the_next() -> None:
    def first_two(first: date) -> list[tuple[str, date]]:
        return [(each.period.key, each.first) for each in periods.owed([duty(MONTH, span(first, date(2026, 7, 31)))])]

    assert first_two(date(2026, 6, 21)) == [("2026-06", date(2026, 6, 21)), ("2026-07", date(2026, 7, 1))]
    assert first_two(date(2026, 6, 22)) == [("2026-07", date(2026, 6, 22))]


def alone(*duties: Duty, ended_on: date | None = None) -> list[tuple[str, date, date]]:
    """What is owed for days that no next period takes in."""
    return [(each.period.key, each.first, each.last) for each in periods.owed(duties, ended_on) if each.by_itself]


def test_the_last_days_of_a_permit_that_ends_before_the_next_period_are_reported_by_themselves() -> None:
    ends = date(2027, 1, 20)
    both = duty(QUARTER, span(date(2026, 1, 1), ends)), duty(YEAR, span(date(2026, 1, 1), ends), 31)
    assert keys(*both)[-2:] == ["2026", "2027-q1"]
    assert alone(*both) == [("2027-q1", date(2027, 1, 1), ends)]
    assert alone(both[1]) == [("2027", date(2027, 1, 1), ends)]
    assert alone(duty(QUARTER, YEAR_2026), ended_on=date(2026, 4, 11)) == [
        ("2026-q2", date(2026, 4, 1), date(2026, 4, 10))
    ]


def test_days_that_joined_a_month_which_was_itself_cut_short_are_not_forgotten() -> None:
    short = duty(MONTH, span(date(2026, 1, 26), date(2026, 2, 2)))
    assert alone(short) == [("2026-02", date(2026, 1, 26), date(2026, 2, 2))]


def test_days_before_a_gap_between_two_terms_are_not_forgotten() -> None:
    first, second = span(date(2026, 1, 1), date(2026, 4, 10)), span(date(2026, 8, 1), date(2026, 12, 31), 2)
    assert alone(duty(QUARTER, first), duty(QUARTER, second)) == [("2026-q2", date(2026, 4, 1), date(2026, 4, 10))]


def test_last_days_that_another_report_covers_need_none_of_their_own() -> None:
    ends = date(2027, 3, 14)
    found = duty(QUARTER, span(date(2026, 1, 1), ends)), duty(YEAR, span(date(2026, 1, 1), ends), 31)
    assert alone(*found) == []
    assert keys(*found)[-1] == "2027-q1"


@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.integers(0, 900),
    st.sets(st.sampled_from(ReportPeriod), min_size=1),
    st.integers(0, 900),
    st.booleans(),
)
def test_every_day_in_force_lies_in_a_report_and_in_one_of_each_kind_at_most(
    first: date, length: int, kinds: set[ReportPeriod], ends_after: int, replaces: bool
) -> None:
    last = first + timedelta(days=length)
    ended_on = first + timedelta(days=ends_after + 1)
    wanted = [duty(kind, span(first, last), 31, replaces_last=replaces) for kind in sorted(kinds, key=str)]
    found = periods.owed(wanted, ended_on)
    until = min(last, ended_on - timedelta(days=1))
    days = [
        (each.period.kind, each.first + timedelta(days=n))
        for each in found
        for n in range((each.last - each.first).days + 1)
    ]
    assert len(days) == len(set(days))
    assert {day for _, day in days} == {first + timedelta(days=n) for n in range((until - first).days + 1)}


def test_the_last_quarter_is_owed_when_the_year_itself_is_too_short() -> None:
    late = span(date(2026, 10, 15), date(2026, 12, 31))
    assert keys(duty(QUARTER, late), duty(YEAR, late, 31)) == ["2026-q4"]


def test_an_ended_permit_owes_no_report_for_later_days() -> None:
    found = periods.owed([duty(QUARTER, YEAR_2026)], date(2026, 6, 16))
    assert [(each.period.key, each.last) for each in found] == [
        ("2026-q1", date(2026, 3, 31)),
        ("2026-q2", date(2026, 6, 15)),
    ]


def test_what_was_due_before_the_permit_was_entered_is_owed_elsewhere() -> None:
    assert keys(duty(QUARTER, YEAR_2026, entered_on=date(2026, 7, 15))) == ["2026-q2", "2026-q3", "2026-q4"]
    assert keys(duty(QUARTER, YEAR_2026, entered_on=date(2026, 7, 16))) == ["2026-q3", "2026-q4"]


def test_the_version_at_the_end_of_the_period_says_by_when() -> None:
    old = span(date(2026, 1, 1), date(2026, 12, 31), 1, date(2026, 5, 31))
    new = Span(2, VersionGround.CHANGE, date(2026, 6, 1), None, date(2026, 1, 1), date(2026, 12, 31))
    found = periods.owed([duty(QUARTER, old, 15), duty(QUARTER, new, 20)])
    assert [each.duty.due_days for each in found] == [15, 20, 20, 20]
    assert found[1].first == date(2026, 4, 1)


def test_a_version_that_no_longer_demands_a_report_ends_the_duty() -> None:
    old = span(date(2026, 1, 1), date(2026, 12, 31), 1, date(2026, 6, 30))
    assert keys(duty(QUARTER, old)) == ["2026-q1", "2026-q2"]


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 900), st.sampled_from(ReportPeriod))
def test_periods_follow_each_other_and_no_day_is_reported_twice(first: date, length: int, kind: ReportPeriod) -> None:
    last = first + timedelta(days=length)
    found = periods.owed([duty(kind, span(first, last))])
    days = [each.first + timedelta(days=n) for each in found for n in range((each.last - each.first).days + 1)]
    assert len(days) == len(set(days))
    assert all(first <= day <= last for day in days)
    assert len({each.period.key for each in found}) == len(found)


def due(kind: ReportPeriod, day: date, days: int) -> Deadline:
    """The last day for the report of the period in which a day lies."""
    key = periods.RULES[kind]
    overrides = seeded_overrides().get(key, ())
    period = periods.period_of(kind, day)
    return periods.due(period, days, term=seeded_terms()[key], calendar=seeded_calendar(), overrides=overrides)


@pytest.mark.parametrize(
    ("kind", "day", "days", "last"),
    [
        (QUARTER, date(2026, 8, 1), 15, date(2026, 10, 15)),
        (QUARTER, date(2026, 12, 31), 15, date(2027, 1, 15)),
        (MONTH, date(2026, 2, 3), 15, date(2026, 3, 15)),
        (YEAR, date(2026, 5, 5), 31, date(2027, 1, 31)),
        (YEAR, date(2026, 5, 5), 15, date(2027, 1, 15)),
        (YEAR, date(2023, 5, 5), 31, date(2024, 2, 29)),
    ],
)
def test_reports_are_due_as_the_permit_copy_states(kind: ReportPeriod, day: date, days: int, last: date) -> None:
    found = due(kind, day, days)
    assert found.due == last
    assert found.arithmetic


@pytest.mark.parametrize(
    ("kind", "days", "usual", "moved"),
    [
        (QUARTER, 15, date(2026, 10, 15), date(2026, 10, 31)),
        (MONTH, 15, date(2026, 9, 15), date(2026, 9, 30)),
        (YEAR, 15, date(2027, 1, 15), date(2027, 2, 28)),
    ],
)
def test_a_last_day_that_the_authority_moved_is_moved_for_every_kind_of_report(
    kind: ReportPeriod, days: int, usual: date, moved: date
) -> None:
    period = periods.period_of(kind, date(2026, 8, 9))
    term, overrides = seeded_terms()[periods.RULES[kind]], (Override(usual, moved, "通知（示例）"),)
    found = periods.due(period, days, term=term, calendar=seeded_calendar(), overrides=overrides)
    assert found.due == moved
    assert "通知（示例）" in found.arithmetic
    other = periods.due(period, days + 1, term=term, calendar=seeded_calendar(), overrides=overrides)
    assert other.due == usual + timedelta(days=1)


def test_the_sum_of_a_quarterly_report_can_be_checked_by_eye() -> None:
    assert due(QUARTER, date(2026, 8, 1), 15).arithmetic == "09-30 季度结束，次日起算，15 日 = 10-15"


def test_periods_have_their_names() -> None:
    names = [periods.period_of(kind, date(2026, 8, 9)) for kind in (MONTH, QUARTER, YEAR)]
    assert [each.key for each in names] == ["2026-08", "2026-q3", "2026"]
    assert [each.title for each in names] == ["2026 年 8 月", "2026 年第 3 季度", "2026 年度"]
