"""How often an outlet must be sampled."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.rules import monitoring


@pytest.mark.parametrize(
    ("words", "yearly"),
    [
        ("1次/季", 4),
        ("1 次/季度", 4),
        ("1次/月", 12),
        ("2次/月", 24),
        ("1次/半年", 2),
        ("每半年1次", 2),
        ("每季度 1 次", 4),
        ("1次/2月", 6),
        ("1次/年", 1),
        ("1次/日", 365),
        ("4次/日", 1460),
    ],
)
def test_a_frequency_is_read_as_times_a_year(words: str, yearly: int) -> None:
    assert monitoring.times_per_year(words) == yearly


@pytest.mark.parametrize("words", ["自动监测", "", "按需", "连续", "次/季"])
def test_words_without_a_number_say_none(words: str) -> None:
    assert monitoring.times_per_year(words) is None


def test_a_quarter_needs_as_many_samples_as_its_months_give() -> None:
    first, last = date(2026, 7, 1), date(2026, 9, 30)
    assert monitoring.required_samples("1次/月", first, last) == 3
    assert monitoring.required_samples("1次/季", first, last) == 1
    assert monitoring.required_samples("1次/半年", first, last) == 0
    assert monitoring.required_samples("自动监测", first, last) is None


def test_an_instrument_is_known_by_its_words() -> None:
    assert monitoring.is_automatic("自动监测")
    assert monitoring.is_automatic("1次/小时", "在线")
    assert not monitoring.is_automatic("1次/季", "手工")


SINCE = date(2025, 3, 12)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("frequency", "first", "last", "wanted"),
    [
        ("1次/季", date(2026, 10, 1), date(2026, 12, 31), 1),
        ("2次/月", date(2026, 11, 1), date(2026, 11, 30), 2),
        ("1次/2月", date(2026, 11, 1), date(2026, 12, 31), 1),
        ("每3个月1次", date(2026, 10, 1), date(2026, 12, 31), 1),
        ("1次/4月", date(2026, 9, 1), date(2026, 12, 31), 1),
        ("1次/半年", date(2026, 7, 1), date(2026, 12, 31), 1),
        ("1次/2季", date(2026, 7, 1), date(2026, 12, 31), 1),
        ("1次/年", date(2026, 1, 1), date(2026, 12, 31), 1),
        ("1次/2年", date(2025, 1, 1), date(2026, 12, 31), 1),
        ("1次/3年", date(2025, 1, 1), date(2027, 12, 31), 1),
        ("1次/周", date(2026, 11, 23), date(2026, 11, 29), 1),
        ("1次/2周", date(2026, 11, 16), date(2026, 11, 29), 1),
        ("1次/日", date(2026, 11, 23), date(2026, 11, 23), 1),
        ("1次/3日", date(2026, 11, 23), date(2026, 11, 25), 1),
        ("1次/4小时", date(2026, 11, 23), date(2026, 11, 23), 6),
    ],
)
def test_a_frequency_says_within_which_days_the_next_sample_is_owed(
    frequency: str, first: date, last: date, wanted: int
) -> None:
    assert monitoring.round_on(frequency, TODAY, SINCE) == monitoring.Round(first, last, wanted)


@pytest.mark.parametrize("frequency", ["自动监测", "按需"])
def test_words_without_a_number_ask_for_no_round(frequency: str) -> None:
    assert monitoring.round_on(frequency, TODAY, SINCE) is None


@pytest.mark.parametrize(
    ("frequency", "why"),
    [
        ("按需", "读不出"),
        ("次/季", "读不出"),
        ("0次/月", "读不出"),
        ("1次/5月", "分不出整"),
        ("1次/3季", "分不出整"),
        ("1次/18月", "分不出整"),
        ("1次/5小时", "整除 24"),
        ("99999次/日", "次数过多"),
    ],
)
def test_a_frequency_from_which_no_last_day_follows_is_refused_with_the_reason(frequency: str, why: str) -> None:
    assert why in str(monitoring.why_not(frequency))


@given(
    st.integers(1, 60),
    st.integers(1, 40),
    st.sampled_from(["年", "半年", "季", "月", "周", "日", "小时"]),
    st.dates(SINCE, date(2099, 12, 31)),
)
def test_every_frequency_that_is_taken_gives_a_round_around_every_day(
    times: int, every: int, unit: str, day: date
) -> None:
    words = f"{times}次/{every}{unit}"
    found = monitoring.round_on(words, day, SINCE)
    if monitoring.why_not(words) is None:
        assert found is not None and found.first <= day <= found.last and found.wanted >= 1
        after = monitoring.round_on(words, found.last + timedelta(days=1), SINCE)
        assert after is not None and after.first == found.last + timedelta(days=1), "rounds follow without gap"
