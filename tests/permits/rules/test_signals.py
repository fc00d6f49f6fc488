"""Signs of figures that were not measured; an honest series shows none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core import clock
from permits.models import MeasureKind, SignalKind
from permits.rules import signals
from permits.rules.signals import Point

START = datetime(2026, 11, 1, tzinfo=clock.BEIJING)
HOUR = MeasureKind.HOUR


def hours(values: Sequence[str | int | Decimal]) -> list[Point]:
    """A value for each hour."""
    return [Point(START + timedelta(hours=number), Decimal(value)) for number, value in enumerate(values)]


def kinds(values: Sequence[str | int | Decimal], pollutant: str = "a21026", unit: str = "mg/m³") -> list[SignalKind]:
    return [each.kind for each in signals.of_series(hours(values), HOUR, pollutant, unit)]


def honest(count: int, seed: int = 7) -> list[Decimal]:
    dice = Random(seed)
    return [Decimal(str(round(dice.gauss(20, 3), 2))) for _ in range(count)]


@given(st.integers(0, 400))
def test_an_honest_series_shows_nothing(seed: int) -> None:
    assert kinds(honest(96, seed)) == []


def test_twelve_equal_hours_are_a_flat_line_and_eleven_are_none() -> None:
    assert kinds(["8.4"] * 12) == [SignalKind.FLAT]
    assert kinds(["8.4"] * 11) == []


def test_a_plant_at_rest_is_no_flat_line() -> None:
    assert kinds(["0"] * 48) == []


def test_the_same_last_digit_again_and_again_is_seen() -> None:
    made_up = [f"{20 + number % 9}.{number % 4}5" for number in range(48)]
    assert kinds(made_up) == [SignalKind.DIGITS]
    assert kinds([*honest(300), *made_up]) == [SignalKind.DIGITS]


def test_two_outlets_with_the_same_figures_are_seen_and_two_flat_ones_are_not() -> None:
    series = hours(honest(24))
    (sign,) = signals.copied(series, series, "DA002")
    assert (sign.kind, sign.count) == (SignalKind.COPIED, 24)
    assert "DA002" in sign.told
    still = hours(["8.4"] * 24)
    assert list(signals.copied(still, still, "DA002")) == []
    assert list(signals.copied(series[:11], series, "DA002")) == []


def test_what_nobody_can_have_measured_is_seen() -> None:
    assert kinds(["3", "-0.5", "-0.5", "4"]) == [SignalKind.IMPOSSIBLE]
    assert kinds(["7", "14.2", "7.1"], "w01001", "无量纲") == [SignalKind.IMPOSSIBLE]
