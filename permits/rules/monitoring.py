"""How often an outlet must be sampled: the permit's words read as a count, and the stretch in which it is due."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from core.said import Said, said

_FREQUENCY = re.compile(
    r"^(?:每)?(?:(?P<times>\d+)\s*次\s*[/／每]\s*)?(?P<every>\d*)\s*(?:个)?(?P<unit>半年|年|季度|季|月|周|日|天|小时|时)"
    r"(?:\s*(?P<after>\d+)\s*次)?$"
)
_PER_YEAR = {"半年": 2, "年": 1, "季度": 4, "季": 4, "月": 12, "周": 52, "日": 365, "天": 365, "小时": 8760, "时": 8760}
_MONTHS = {"半年": 6, "年": 12, "季度": 3, "季": 3, "月": 1}
_DAYS = {"周": 7, "日": 1, "天": 1}
AUTOMATIC = ("自动", "连续", "在线")


@dataclass(frozen=True)
class Frequency:
    """So many times in every so many of a unit: 1次/2月."""

    times: int
    every: int
    unit: str

    @property
    def months(self) -> int:
        """How many months a round lasts; 0 where it is counted in days or hours."""
        return self.every * _MONTHS.get(self.unit, 0)


@dataclass(frozen=True)
class Round:
    """The stretch of the calendar within which a sample is owed again; its last day is the day it is due."""

    first: date
    last: date
    wanted: int


def is_automatic(frequency: str, method: str = "") -> bool:
    """Whether an instrument measures all the time."""
    return any(word in frequency or word in method for word in AUTOMATIC)


@lru_cache(maxsize=1024)
def read(frequency: str) -> Frequency | None:
    """1次/季, 每半年1次, 1次/2月; None for words that say no number (自动监测, 按需)."""
    found = _FREQUENCY.match(frequency.replace(" ", ""))
    if not found or not (found["times"] or found["after"]):
        return None
    times, every = int(found["times"] or found["after"]), int(found["every"] or 1)
    return Frequency(times, every, found["unit"]) if times and every else None


def times_per_year(frequency: str) -> Decimal | None:
    """1次/季 → 4, 每半年1次 → 2, 1次/2月 → 6; None for words that say no number."""
    known = read(frequency)
    return Decimal(known.times) * _PER_YEAR[known.unit] / known.every if known else None


def round_on(frequency: str, today: date, since: date) -> Round | None:
    """The stretch around a day in which a frequency wants its samples, and how many.

    Months, quarters and half-years are those of the calendar, several months those into which a year falls (1次/2月:
    January and February); several years, weeks or days are counted from ``since``, the day the permit's version holds
    from. That they are counted so is ours: 未核对. None where nothing is to be sampled by a day: an instrument, or words
    that say no number.
    """
    known = read(frequency)
    if known is None or why_not(frequency):
        return None
    if known.months:
        return _in_months(known, today, since)
    if known.unit in _DAYS:
        length = known.every * _DAYS[known.unit]
        begin = since - timedelta(days=since.weekday()) if known.unit == "周" else since
        if known.every == 1:
            begin = today - timedelta(days=today.weekday()) if known.unit == "周" else today
        first = begin + timedelta(days=(today - begin).days // length * length)
        return Round(first, first + timedelta(days=length - 1), known.times)
    return Round(today, today, known.times * 24 // known.every)


def _in_months(known: Frequency, today: date, since: date) -> Round:
    year = today.year
    if known.months > 12:
        years = known.months // 12
        first_year = since.year + (year - since.year) // years * years
        return Round(date(first_year, 1, 1), date(first_year + years - 1, 12, 31), known.times)
    start = (today.month - 1) // known.months * known.months + 1
    after = date(year + (start + known.months > 12), (start + known.months - 1) % 12 + 1, 1)
    return Round(date(year, start, 1), after - timedelta(days=1), known.times)


def why_not(frequency: str, method: str = "") -> Said | None:
    """Why no last day follows from the words of a frequency; None where one does, and for an instrument."""
    if is_automatic(frequency, method):
        return None
    known = read(frequency)
    if known is None:
        return said("读不出多久一次，请写成“1次/季”“1次/2月”“每半年1次”，或者“自动监测”。")
    if known.months and (12 % known.months if known.months <= 12 else known.months % 12):
        return said("这样分不出整的期限：几个月一次的，请用 1、2、3、4、6 或 12 个月；几年一次的用整年。")
    if known.unit in ("小时", "时") and 24 % known.every:
        return said("几小时一次的，小时数要能整除 24。")
    if times_too_many(known):
        return said("次数过多，请核对。")
    return None


def times_too_many(known: Frequency) -> bool:
    """Whether nobody can sample so often by hand: more than once a minute."""
    return known.times > 1440


def required_samples(frequency: str, first: date, last: date) -> int | None:
    """How many samples a period needs at least, rounded down: a half-yearly one is not owed in each quarter."""
    yearly = times_per_year(frequency)
    if yearly is None:
        return None
    months = Decimal((last.year - first.year) * 12 + last.month - first.month + 1)
    return int(yearly * months / 12)
