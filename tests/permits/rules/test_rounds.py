"""Which rounds of self-monitoring are owed, and when they are met."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.models import VersionGround
from permits.rules import rounds
from permits.rules.rounds import Line
from permits.rules.validity import Span

BEGIN, END = date(2024, 1, 1), date(2028, 12, 31)
ENTERED = date(2023, 12, 1)


def span(first: date = BEGIN, last: date | None = None, number: int = 1) -> Span:
    return Span(number, VersionGround.FIRST, first, last, BEGIN, END)


def line(frequency: str, held: Span | None = None, pollutant: str = "a", entered: date = ENTERED) -> Line:
    return Line("DA001", pollutant, f"污染物{pollutant}", frequency, "手工", held or span(), entered)


def keys(lines: list[Line], today: date, ended_on: date | None = None) -> list[str]:
    spans = list(dict.fromkeys(each.span for each in lines))
    return [each.key.removeprefix("monitoring-DA001-") for each in rounds.owed(lines, spans, ended_on, today)]


@pytest.mark.parametrize(
    ("frequency", "today", "stretch", "due"),
    [
        ("1次/季", date(2024, 3, 31), "第 1 季度", date(2024, 3, 31)),
        ("1次/季", date(2024, 4, 1), "第 2 季度", date(2024, 6, 30)),
        ("1次/月", date(2024, 2, 29), "2 月", date(2024, 2, 29)),
        ("1次/月", date(2024, 3, 1), "3 月", date(2024, 3, 31)),
        ("1次/2月", date(2024, 2, 29), "1 至 2 月", date(2024, 2, 29)),
        ("1次/2月", date(2024, 3, 1), "3 至 4 月", date(2024, 4, 30)),
        ("1次/半年", date(2024, 6, 30), "上半年", date(2024, 6, 30)),
        ("每半年 1 次", date(2024, 7, 1), "下半年", date(2024, 12, 31)),
        ("1次/年", date(2024, 12, 31), "2024 年", date(2024, 12, 31)),
        ("1次/2年", date(2024, 5, 1), "2024 至 2025 年", date(2025, 12, 31)),
        ("1次/2周", date(2024, 1, 14), "2024-01-01 至 2024-01-14", date(2024, 1, 14)),
        ("1次/周", date(2024, 2, 29), "2 月", date(2024, 2, 29)),
        ("1次/日", date(2024, 2, 1), "2 月", date(2024, 2, 29)),
    ],
)
def test_the_round_under_way_is_owed_by_its_last_day(frequency: str, today: date, stretch: str, due: date) -> None:
    held = span()
    found = rounds.owed([line(frequency, held)], [held], None, today)
    assert (found[-1].last, found[-1].first <= today) == (due, True)
    assert found[-1].title.endswith(f"（{frequency.replace(' ', '')}），{found[-1].stretch}")
    assert found[-1].stretch.endswith(stretch)


@pytest.mark.parametrize(("frequency", "times"), [("1次/日", 29), ("2次/日", 58), ("1次/周", 3), ("1次/4小时", 174)])
def test_rounds_of_a_week_or_less_are_owed_together_each_month(frequency: str, times: int) -> None:
    held = span()
    found = rounds.owed([line(frequency, held)], [held], None, date(2024, 2, 10))[-1]
    assert (found.first.month, found.last) == (2, date(2024, 2, 29))
    assert found.wants["a"].times == times
    assert f"每项至少 {times} 次" in found.arithmetic


def test_an_instrument_and_words_without_a_number_owe_no_round() -> None:
    assert keys([line("自动监测"), line("按需", pollutant="b")], date(2024, 6, 1)) == []


def test_nothing_is_owed_of_rounds_that_were_over_when_the_permit_was_entered() -> None:
    for entered, first in ((date(2024, 6, 29), "2024-q2"), (date(2024, 6, 30), "2024-q3")):
        assert keys([line("1次/季", entered=entered)], date(2024, 9, 1))[0] == f"1次/季-{first}"
    held = span()
    partly = rounds.owed([line("1次/日", held, entered=date(2024, 6, 20))], [held], None, date(2024, 6, 25))
    assert [(each.first, each.wants["a"].times) for each in partly] == [(date(2024, 6, 21), 10)]


def test_pollutants_of_one_frequency_are_one_round_and_many_names_are_counted() -> None:
    held = span()
    found = rounds.owed([line("1次/季", held, str(at)) for at in range(10)], [held], None, date(2024, 1, 1))
    assert len(found) == 1
    assert "污染物7等 10 项（1次/季）" in found[0].title


def test_a_round_under_way_keeps_what_it_was_when_the_frequency_changes() -> None:
    old, new = span(last=date(2024, 11, 14)), span(date(2024, 11, 15), number=2)
    both = [line("1次/季", old), line("1次/月", new, entered=date(2024, 11, 10))]
    assert keys(both, date(2025, 1, 1))[3:] == ["1次/月-2024-11", "1次/季-2024-q4", "1次/月-2024-12", "1次/月-2025-01"]


def test_what_is_added_to_a_frequency_is_owed_from_the_next_round_on() -> None:
    old, new = span(last=date(2024, 11, 14)), span(date(2024, 11, 15), number=2)
    lines = [line("1次/季", old), line("1次/季", new), line("1次/季", new, "b")]
    found = {each.key[-7:]: set(each.wants) for each in rounds.owed(lines, [old, new], None, date(2025, 1, 1))}
    assert (found["2024-q4"], found["2025-q1"]) == ({"a"}, {"a", "b"})


def test_a_version_entered_late_takes_nothing_away_that_it_says_too() -> None:
    old, new = span(last=date(2024, 10, 31)), span(date(2024, 11, 1), number=2)
    lines = [line("1次/月", old), line("1次/月", new, entered=date(2025, 2, 1))]
    assert keys(lines, date(2025, 2, 1)) == keys([line("1次/月")], date(2025, 2, 1))


def test_a_permit_that_does_not_hold_on_the_last_day_owes_nothing_of_the_round() -> None:
    assert keys([line("1次/季")], date(2024, 9, 1), date(2024, 6, 30)) == ["1次/季-2024-q1"]
    assert keys([line("1次/季")], date(2024, 9, 1), date(2024, 7, 1)) == ["1次/季-2024-q1", "1次/季-2024-q2"]


def test_a_round_is_met_on_the_day_of_the_last_result_that_was_needed() -> None:
    held = span()
    (one,) = rounds.owed([line("2次/季", held), line("2次/季", held, "b")], [held], None, date(2024, 1, 1))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 3, 31), date(2024, 4, 1)]
    assert one.met_on({"a": days}) is None
    assert one.met_on({"a": days, "b": days[:2]}) is None
    assert one.met_on({"a": days, "b": [date(2024, 2, 1), date(2024, 2, 29), *days[2:]]}) == date(2024, 3, 31)
    assert one.met_on({"a": [days[1]] * 2, "b": [date(2024, 2, 1)] * 2}) == date(2024, 2, 1)


@given(
    st.lists(st.sampled_from(["1次/季", "1次/月", "1次/2月", "1次/周", "1次/日", "1次/2周"]), min_size=1, max_size=3),
    st.dates(BEGIN, date(2026, 6, 30)),
    st.dates(ENTERED, date(2026, 6, 30)),
    st.integers(0, 400),
)
def test_as_days_go_by_rounds_are_added_and_none_that_was_owed_changes(
    frequencies: list[str], today: date, entered: date, ahead: int
) -> None:
    held = span()
    lines = [line(each, held, str(at), entered) for at, each in enumerate(frequencies)]
    before = {each.key: each for each in rounds.owed(lines, [held], None, today)}
    after = {each.key: each for each in rounds.owed(lines, [held], None, today + timedelta(days=ahead))}
    assert {key: after.get(key) for key in before} == before
    assert all(each.first > today for key, each in after.items() if key not in before)
    assert all(each.last > entered and each.wants for each in after.values())
