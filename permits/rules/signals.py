"""Signs that a series may not have been measured: shown to an officer as signals, never as verdicts.

Every threshold here is ours and no law: 未核对. An honest plant can show each of them; the officer finds out why.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from core.said import said
from permits.models import MeasureKind, SignalKind
from permits.rules.results import impossible

FLAT = {MeasureKind.HOUR: 12, MeasureKind.DAY: 7, MeasureKind.SAMPLE: 5}
"""So many equal figures running, none of them 0 (a plant at rest), are a flat line."""

DIGITS_FROM = 40
DIGITS_WITHIN = 80
DIGIT_SHARE = Decimal("0.5")
DIGIT_VALUES = 8
"""At least so many figures out of so many running, so many different, and one last digit in more than half of them."""

COPIED_FROM = 12
COPIED_VALUES = 6
"""So many moments running with the same figures at two outlets, so many of them different."""

LOOKBACK = {MeasureKind.HOUR: 72, MeasureKind.DAY: 60, MeasureKind.SAMPLE: 60}
"""How many figures before the new ones are looked at with them."""


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series."""

    at: datetime
    value: Decimal


@dataclass(frozen=True)
class Sign:
    """What was seen in a series, from when to when, in how many figures, in words."""

    kind: SignalKind
    first_at: datetime
    last_at: datetime
    count: int
    told: str


def flat(points: Sequence[Point], kind: MeasureKind) -> Iterator[Sign]:
    """The same figure again and again."""
    for value, run in groupby(points, key=lambda each: each.value):
        same = list(run)
        if value and len(same) >= FLAT[kind]:
            told = said("连续 %(n)d 个数据都是 %(value)s。", n=len(same), value=f"{value.normalize():f}")
            yield Sign(SignalKind.FLAT, same[0].at, same[-1].at, len(same), told)


def digits(points: Sequence[Point]) -> Iterator[Sign]:
    """One last digit in more than half of the figures of a stretch, the newest stretch first.

    Figures are kept without the zeros they were written with, so the place that is looked at is the last one that any
    of them fills; a figure that only stays as it was counts once.
    """
    moving = [each for at, each in enumerate(points) if each.value and (not at or points[at - 1].value != each.value)]
    for end in range(len(moving), DIGITS_FROM - 1, -DIGITS_WITHIN):
        some = moving[max(0, end - DIGITS_WITHIN) : end]
        if len(some) < DIGITS_FROM or len({each.value for each in some}) < DIGIT_VALUES:
            continue
        place = max(0, *(-int(each.value.normalize().as_tuple().exponent) for each in some))
        last = Counter(int(each.value.scaleb(place)) % 10 for each in some)
        digit, count = last.most_common(1)[0]
        if count > DIGIT_SHARE * len(some):
            told = said("%(n)d 个数据里有 %(count)d 个末位是 %(digit)d。", n=len(some), count=count, digit=digit)
            yield Sign(SignalKind.DIGITS, some[0].at, some[-1].at, count, told)


def copied(points: Sequence[Point], others: Sequence[Point], outlet_code: str) -> Iterator[Sign]:
    """The figures of another outlet at the same moments, running."""
    beside = {each.at: each.value for each in others}
    both = [each for each in points if each.at in beside]
    for same, run in groupby(both, key=lambda each: bool(each.value) and beside[each.at] == each.value):
        alike = list(run)
        if same and len(alike) >= COPIED_FROM and len({each.value for each in alike}) >= COPIED_VALUES:
            told = said("连续 %(n)d 个时刻的数据与 %(outlet)s 完全相同。", n=len(alike), outlet=outlet_code)
            yield Sign(SignalKind.COPIED, alike[0].at, alike[-1].at, len(alike), told)


def beyond(points: Sequence[Point], pollutant_code: str, unit: str) -> Iterator[Sign]:
    """Figures that no instrument can have measured, those that follow each other as one."""
    for wrong, run in groupby(points, key=lambda each: impossible(pollutant_code, unit, each.value) is not None):
        some = list(run)
        if wrong:
            told = said("%(n)d 个数据不可能测得，如 %(value)s。", n=len(some), value=f"{some[0].value.normalize():f}")
            yield Sign(SignalKind.IMPOSSIBLE, some[0].at, some[-1].at, len(some), told)


def of_series(points: Sequence[Point], kind: MeasureKind, pollutant_code: str, unit: str) -> list[Sign]:
    """Every sign that one series shows by itself."""
    return [*flat(points, kind), *digits(points), *beyond(points, pollutant_code, unit)]
