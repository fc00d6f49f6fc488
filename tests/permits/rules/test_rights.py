"""Emission rights: what is held on a day, the least over a period, and the difference from what is permitted."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from permits.rules.rights import Right, balances, held, least

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
RIGHTS = st.lists(
    st.builds(
        lambda amount, one, other: Right(amount, min(one, other), max(one, other)),
        st.decimals(-50, 50, places=1),
        DAYS,
        DAYS,
    ),
    max_size=6,
)


def test_a_right_counts_on_its_first_and_on_its_last_day() -> None:
    right = Right(Decimal(5), date(2026, 1, 1), date(2026, 12, 31))
    assert held([right], date(2026, 1, 1)) == held([right], date(2026, 12, 31)) == 5
    assert held([right], date(2027, 1, 1)) == held([right], date(2025, 12, 31)) == 0


@given(RIGHTS, DAYS, DAYS)
def test_the_least_over_a_period_is_that_of_its_poorest_day(rights: list[Right], one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    day, amount = least(rights, first, last)
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert first <= day <= last
    assert amount == held(rights, day) == min(held(rights, each) for each in every)


def test_outlets_add_up_and_what_is_not_recorded_is_not_nothing() -> None:
    right = Right(Decimal(90), date(2026, 1, 1), date(2026, 12, 31))
    found = balances(
        [("a21026", "二氧化硫", right)],
        [
            ("a21026", "二氧化硫", Decimal(60)),
            ("a21026", "二氧化硫", Decimal(58)),
            ("w01018", "化学需氧量", Decimal(20)),
        ],
        date(2026, 6, 1),
    )
    assert [(each.pollutant_code, each.held, each.permitted, each.difference) for each in found] == [
        ("a21026", 90, 118, -28),
        ("w01018", None, 20, None),
    ]
