"""How often an outlet must be sampled."""

from datetime import date

import pytest

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
