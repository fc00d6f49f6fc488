"""The calendar years in which a permit held."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from permits.models import VersionGround
from permits.rules.keeping import HeldYear, held_years
from permits.rules.validity import Span, in_force

FIRST, LAST = date(2022, 3, 15), date(2027, 3, 14)


def span(number: int = 1, first: date = FIRST, last: date = LAST, until: date | None = None) -> Span:
    """A version."""
    return Span(number, VersionGround.FIRST, first, until, first, last)


def test_the_first_and_the_last_year_are_parts() -> None:
    found = held_years([span()])
    assert found[0] == HeldYear(2022, FIRST, date(2022, 12, 31))
    assert found[1] == HeldYear(2023, date(2023, 1, 1), date(2023, 12, 31))
    assert found[-1] == HeldYear(2027, date(2027, 1, 1), LAST)
    assert [each.year for each in found if each.to_its_end] == [2022, 2023, 2024, 2025, 2026]


def test_the_day_of_the_end_holds_no_longer() -> None:
    assert held_years([span()], date(2026, 6, 1))[-1] == HeldYear(2026, date(2026, 1, 1), date(2026, 5, 31))
    assert held_years([span()], date(2026, 1, 1))[-1].year == 2025
    assert held_years([span()], FIRST) == []


def test_two_versions_of_a_year_are_one_year() -> None:
    versions = [span(1, until=date(2024, 6, 7)), span(2, date(2024, 6, 8), LAST)]
    assert held_years(versions) == held_years([span()])


@given(
    st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    st.integers(0, 2000),
    st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2035, 12, 31))),
)
def test_a_day_lies_in_a_held_year_whenever_the_permit_holds_on_it(
    first: date, days: int, ended_on: date | None
) -> None:
    spans = [span(1, first, first + timedelta(days=days))]
    found = {each.year: each for each in held_years(spans, ended_on)}
    for offset in range(-1, days + 2, 17):
        day = first + timedelta(days=offset)
        if in_force(spans, day, ended_on):
            assert found[day.year].first <= day <= found[day.year].last
