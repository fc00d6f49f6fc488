"""How a deadline reads today."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from core.countdown import LONGEST_STRIP, countdown, late_words, left_words, strip_of

MONDAY = date(2026, 11, 23)


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def test_working_days_left_count_today() -> None:
    assert countdown(date(2026, 11, 30), MONDAY, working=True, is_rest=is_weekend).left == 6


def test_working_days_late_begin_on_the_day_after() -> None:
    assert countdown(date(2026, 11, 18), MONDAY, working=True, is_rest=is_weekend).left == -3


def test_calendar_days_are_the_difference_of_the_dates() -> None:
    assert countdown(date(2026, 12, 31), MONDAY).left == 38
    assert countdown(date(2026, 11, 20), MONDAY).left == -3


def test_the_last_day_is_the_last_day() -> None:
    assert countdown(MONDAY, MONDAY, working=True, is_rest=is_weekend).left == 0


def test_the_strip_begins_on_the_morrow_and_ends_on_the_last_day() -> None:
    strip = strip_of(date(2026, 11, 30), MONDAY, since=date(2026, 11, 16), is_rest=is_weekend)
    assert strip == ("past",) * 4 + ("off",) * 2 + ("now",) + ("",) * 4 + ("off",) * 2 + ("end",)


def test_the_strip_of_a_late_thing_goes_on_to_today() -> None:
    strip = strip_of(date(2026, 11, 18), MONDAY, since=date(2026, 11, 9), is_rest=is_weekend)
    assert strip[-5:] == ("late", "late", "off", "off", "late")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 90), st.integers(-120, 120))
def test_a_strip_has_one_mark_a_day_or_none_at_all(since: date, term: int, passed: int) -> None:
    due_on = date.fromordinal(since.toordinal() + term)
    today = date.fromordinal(since.toordinal() + passed)
    strip = strip_of(due_on, today, since=since, is_rest=is_weekend)
    days = (max(due_on, today) - since).days
    assert len(strip) == (days if 0 < days <= LONGEST_STRIP else 0)


def test_late_by_rest_days_alone_is_said_in_calendar_days() -> None:
    seen = countdown(date(2026, 11, 20), date(2026, 11, 22), working=True, is_rest=is_weekend)
    assert (seen.left, seen.working) == (-2, False)
    assert late_words(seen) == "逾期 2 天"


def test_a_list_says_the_days_in_which_the_term_counts() -> None:
    ahead = countdown(date(2026, 11, 30), MONDAY, working=True, is_rest=is_weekend)
    assert left_words(ahead, MONDAY) == "剩 6 个工作日"
    assert late_words(ahead) == ""
    assert left_words(countdown(date(2026, 11, 20), MONDAY), MONDAY) == "已逾期 3 天"
    assert left_words(countdown(MONDAY, MONDAY), MONDAY) == "今日到期"
