"""Working days: weekends, announced holidays, make-up days, and years nobody has announced yet."""

import json
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import (
    BadAnnouncement,
    Calendar,
    DayKind,
    MarkedDay,
    calendar_of,
    read_announcement,
    seeded_calendar,
    seeded_days,
)

CALENDAR = seeded_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))


def test_every_day_from_2004_to_2026_agrees_with_an_independent_calendar() -> None:
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_years_2004_to_2026_are_announced_and_2027_is_not() -> None:
    assert CALENDAR.announced_years == set(range(2004, 2027))
    assert CALENDAR.is_announced(date(2026, 12, 31))
    assert not CALENDAR.is_announced(date(2027, 1, 1))


def test_a_saturday_made_up_for_a_holiday_is_a_working_day() -> None:
    assert date(2026, 10, 10).weekday() == 5
    assert CALENDAR.is_workday(date(2026, 10, 10))
    assert CALENDAR.is_rest(date(2026, 10, 11))


def test_the_fifth_working_day_after_24_september_2026_is_9_october() -> None:
    assert CALENDAR.add_workdays(date(2026, 9, 24), 5) == date(2026, 10, 9)
    assert CALENDAR.add_workdays(date(2026, 9, 24), 6) == date(2026, 10, 10)


def test_counting_back_skips_rest_days_too() -> None:
    assert CALENDAR.add_workdays(date(2026, 10, 9), -5) == date(2026, 9, 24)


def test_no_days_added_stays_on_the_same_day_even_on_a_holiday() -> None:
    assert CALENDAR.add_workdays(date(2026, 10, 1), 0) == date(2026, 10, 1)


def test_a_year_not_announced_rests_on_weekends_and_statutory_days() -> None:
    assert CALENDAR.is_rest(date(2027, 2, 6))  # 春节, a Saturday
    assert CALENDAR.is_rest(date(2027, 2, 8))  # 初三, a Monday
    assert CALENDAR.is_rest(date(2027, 10, 1))
    assert CALENDAR.is_workday(date(2027, 10, 8))
    assert CALENDAR.unannounced(date(2026, 12, 30), date(2027, 1, 4)) == (2027,)


def test_an_announcement_replaces_what_was_expected_of_the_year() -> None:
    days = [*seeded_days(), MarkedDay(date(2027, 2, 14), DayKind.MAKEUP, "春节")]
    calendar = calendar_of(days, {*CALENDAR.announced_years, 2027})
    assert calendar.is_workday(date(2027, 2, 14))
    assert calendar.is_workday(date(2027, 2, 8)), "an expected day that the notice does not name is an ordinary Monday"


def test_a_regional_holiday_is_a_day_of_rest_but_never_undoes_a_make_up_day() -> None:
    festival, makeup = date(2026, 3, 20), date(2026, 10, 10)
    days = [MarkedDay(day, DayKind.REGIONAL, "肉孜节") for day in (festival, makeup)]
    calendar = calendar_of([*days, *seeded_days()], CALENDAR.announced_years)
    assert calendar.is_rest(festival)
    assert calendar.is_workday(makeup)
    assert calendar.add_workdays(date(2026, 3, 19), 1) == date(2026, 3, 23)


def test_a_calendar_that_rests_for_ever_is_reported_not_walked_for_ever() -> None:
    start = date(2026, 1, 1)
    always = {start + timedelta(days=number): DayKind.REGIONAL for number in range(366 * 31)}
    with pytest.raises(ValueError, match="no working day"):
        Calendar(always, frozenset({2026})).add_workdays(start, 1)


@given(DAYS, st.integers(1, 60))
def test_the_day_reached_is_a_working_day_and_counts_back_to_the_same_number(start: date, count: int) -> None:
    end = CALENDAR.add_workdays(start, count)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == count
    assert CALENDAR.workdays_between(end, start) == -count


@given(DAYS, st.integers(1, 40), st.integers(1, 40))
def test_adding_in_two_steps_reaches_the_same_day(start: date, first: int, second: int) -> None:
    at_once = CALENDAR.add_workdays(start, first + second)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(start, first), second) == at_once


def test_the_next_workday_of_a_working_day_is_itself() -> None:
    assert CALENDAR.next_workday(date(2026, 11, 23)) == date(2026, 11, 23)
    assert CALENDAR.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)


LINES = """
2027-01-01 至 2027-01-03 放假 元旦
2027年2月5日 到 2027年2月11日 放假 春节
２０２７.2.14 上班 春节
2027-04-05 休 清明节
2027-10-01 holiday 国庆节
"""


def test_the_announcement_is_read_from_lines_as_people_write_them() -> None:
    days = {day.on: day for day in read_announcement(LINES, 2027)}
    assert days[date(2027, 1, 3)] == MarkedDay(date(2027, 1, 3), DayKind.HOLIDAY, "元旦")
    assert days[date(2027, 2, 14)].kind is DayKind.MAKEUP
    assert len(days) == 13


def test_the_announcement_is_read_from_json() -> None:
    rows = [{"name": "春节", "date": f"2027-02-{day:02d}", "isOffDay": True} for day in range(1, 13)]
    rows.append({"name": "春节", "date": "2027-02-14", "isOffDay": False})
    days = read_announcement(json.dumps({"year": 2027, "days": rows}), 2027)
    assert len(days) == 13
    assert days[-1].kind is DayKind.MAKEUP


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2028-01-01 放假 元旦", "不在 2027 年"),
        ("元旦放假三天", "第 1 行读不懂"),
        ("2027-01-03 至 2027-01-01 放假 元旦", "起止日期不对"),
        ("2027-01-04 上班 元旦", "不是周末"),
        ("2027-01-01 放假 元旦", "不完整"),
        ("2027-02-14 放假 春节\n2027-02-14 上班 春节", "既放假又上班"),
        ("{", "JSON"),
        ('{"days": [{"date": "x"}]}', "JSON"),
        ("[1]", "JSON"),
    ],
)
def test_an_announcement_that_cannot_be_right_is_refused_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(BadAnnouncement, match=words):
        read_announcement(text, 2027)


def test_new_year_may_reach_back_into_the_december_before() -> None:
    lines = """
    2018-12-29 上班 元旦
    2018-12-30 至 2019-01-01 放假 元旦
    2019-02-04 至 2019-02-10 放假 春节
    """
    days = {day.on: day.kind for day in read_announcement(lines, 2019)}
    assert days[date(2018, 12, 29)] is DayKind.MAKEUP
    assert days[date(2018, 12, 31)] is DayKind.HOLIDAY
    assert len(days) == 11
    with pytest.raises(BadAnnouncement, match="2018-12-19 不在 2019 年"):
        read_announcement("2018-12-19 放假 元旦", 2019)


@given(st.text(max_size=200))
def test_no_pasted_text_breaks_the_reader(text: str) -> None:
    try:
        read_announcement(text, 2027)
    except BadAnnouncement as error:
        assert str(error)
