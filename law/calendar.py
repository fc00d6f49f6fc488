"""Working days: weekends, the holidays that the State Council announces each autumn, and make-up Saturdays. Pure.

A year whose arrangement is not announced yet is reckoned with weekends and the statutory days alone; whatever is
computed through such a year is provisional (行政处罚法85、行政强制法69、行政许可法82: 工作日，不含法定节假日).
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

from core.said import Refusal, said
from core.text import date_of, halfwidth
from core.words import Titled

DATA = Path(__file__).parent / "data"
ONE_DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_SEARCH = 366 * 30
"""Days that a count walks at most: a calendar that rests for ever is a mistake in the rows."""


class DayKind(Titled):
    """Why a day differs from what its weekday says."""

    HOLIDAY = "holiday", "法定节假日", "info"
    IN_LIEU = "in_lieu", "调休放假", "info"
    MAKEUP = "makeup", "调休上班", "warn"
    REGIONAL = "regional", "地区性节假日", "calm"
    EXPECTED = "expected", "法定节假日（安排未公布）", "warn"


@dataclass(frozen=True)
class MarkedDay:
    """A day with its own rule, and the festival it belongs to."""

    on: date
    kind: DayKind
    name: str


@dataclass(frozen=True)
class Calendar:
    """The days that differ from their weekday, and the years whose arrangement has been announced."""

    days: Mapping[date, DayKind]
    announced_years: frozenset[int]

    def is_announced(self, day: date) -> bool:
        """Whether the holiday arrangement of this day's year is known."""
        return day.year in self.announced_years

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        kind = self.days.get(day)
        if kind is DayKind.MAKEUP:
            return True
        if kind is DayKind.EXPECTED and self.is_announced(day):
            kind = None
        return kind is None and day.weekday() < SATURDAY

    def is_rest(self, day: date) -> bool:
        """Whether offices rest on this day."""
        return not self.is_workday(day)

    def add_workdays(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start`` (before it when negative); the start itself is not counted."""
        day, left, step = start, abs(count), ONE_DAY if count >= 0 else -ONE_DAY
        for _walked in range(LONGEST_SEARCH):
            if not left:
                return day
            day += step
            left -= self.is_workday(day)
        raise ValueError("no working day is left in the calendar")

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(day) for day in days_after(start, end))

    def next_workday(self, day: date) -> date:
        """The day itself if offices work, else the first working day after it."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def unannounced(self, first: date, last: date) -> tuple[int, ...]:
        """The years of a span whose arrangement is not known."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.announced_years)


def days_after(start: date, end: date) -> Iterator[date]:
    """Every day after ``start`` up to and including ``end``."""
    for number in range(1, (end - start).days + 1):
        yield start + timedelta(days=number)


def calendar_of(days: Iterable[MarkedDay], announced_years: Iterable[int]) -> Calendar:
    """A calendar from rows; where two speak of one day, what was announced goes before what is regional or expected."""
    order = {DayKind.EXPECTED: 0, DayKind.REGIONAL: 1}
    kinds: dict[date, DayKind] = {}
    for day in sorted(days, key=lambda each: order.get(each.kind, 2)):
        kinds[day.on] = day.kind
    return Calendar(MappingProxyType(kinds), frozenset(announced_years))


@cache
def seeded_days() -> tuple[MarkedDay, ...]:
    """The calendar the product ships with: announced 2004–2026, statutory days alone after that."""
    with (DATA / "calendar.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(MarkedDay(date.fromisoformat(row["day"]), _kind(row["kind"]), row["name_zh"]) for row in rows)


@cache
def seeded_calendar() -> Calendar:
    """The shipped calendar, for rules without a database."""
    days = seeded_days()
    return calendar_of(days, {day.on.year for day in days if day.kind is not DayKind.EXPECTED})


def _kind(code: str) -> DayKind:
    kind = DayKind.of(code)
    if kind is None:
        raise ValueError(f"unknown kind of day: {code}")
    return kind


class BadAnnouncement(Refusal):
    """The pasted arrangement cannot be read; the message says which line and why, in Chinese."""


_REST = ("放假", "休息", "holiday", "rest", "休")
_WORK = ("上班", "补班", "makeup", "work", "班")
_RANGE = re.compile(r"^(?P<first>\S+?)(?:\s*(?:至|到|~|—|–)\s*(?P<last>\S+))?\s+(?P<kind>\S+)(?:\s+(?P<name>.+))?$")
LONGEST_HOLIDAY = 20
NEW_YEAR_FROM = 20
"""The day of December from which a day may belong to the arrangement of the next year."""
FEWEST_HOLIDAYS = 10
"""An arrangement with fewer days off is surely incomplete (元旦、春节、清明、劳动节、端午、中秋、国庆)."""


def read_announcement(text: str, year: int) -> tuple[MarkedDay, ...]:
    """The State Council's arrangement of a year, as pasted: JSON (``days: [{date, name, isOffDay}]``) or lines.

    A line reads ``2027-01-01 至 2027-01-03 放假 元旦`` or ``2027-02-14 上班 春节``. New Year may reach back into the
    last days of December before (2018-12-29 上班, 12-30 放假 belong to the arrangement of 2019). Raises
    ``BadAnnouncement``.
    """
    found = _from_json(text) if text.lstrip().startswith(("{", "[")) else _from_lines(text)
    days: dict[date, MarkedDay] = {}
    for day in found:
        if day.on.year != year and not belongs_to_new_year(day.on, year):
            raise BadAnnouncement(said("%(on)s 不在 %(year)s 年。", on=day.on.isoformat(), year=year))
        if day.on in days and days[day.on].kind is not day.kind:
            raise BadAnnouncement(said("%(on)s 既放假又上班，请核对。", on=day.on.isoformat()))
        if day.kind is DayKind.MAKEUP and day.on.weekday() < SATURDAY:
            raise BadAnnouncement(said("%(on)s 不是周末，不会调休上班。", on=day.on.isoformat()))
        days[day.on] = day
    if sum(day.kind is not DayKind.MAKEUP for day in days.values()) < FEWEST_HOLIDAYS:
        raise BadAnnouncement(
            said(
                "%(year)s 年的放假日少于 %(FEWEST_HOLIDAYS)s 天，看来不完整，没有保存。",
                year=year,
                FEWEST_HOLIDAYS=FEWEST_HOLIDAYS,
            )
        )
    return tuple(days[on] for on in sorted(days))


def belongs_to_new_year(day: date, year: int) -> bool:
    """Whether a day is one of the December before that the arrangement of a year may name."""
    return date(year - 1, 12, NEW_YEAR_FROM) <= day < date(year, 1, 1)


def _from_json(text: str) -> list[MarkedDay]:
    try:
        content = json.loads(text)
        rows = content["days"] if isinstance(content, dict) else content
        return [
            MarkedDay(
                date.fromisoformat(row["date"]),
                DayKind.HOLIDAY if row["isOffDay"] is True else DayKind.MAKEUP,
                str(row.get("name", ""))[:40],
            )
            for row in rows
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadAnnouncement(said("不是可识别的 JSON：应为 days 列表，每天有 date、name、isOffDay。")) from error


def _from_lines(text: str) -> list[MarkedDay]:
    days: list[MarkedDay] = []
    for number, line in enumerate(halfwidth(text).splitlines(), 1):
        if line.strip():
            days.extend(_from_line(line.strip(), number))
    return days


def _from_line(line: str, number: int) -> list[MarkedDay]:
    found = _RANGE.match(line)
    first = date_of(found["first"]) if found else None
    last = date_of(found["last"]) if found and found["last"] else first
    word = found["kind"].lower() if found else ""
    kind = DayKind.HOLIDAY if word in _REST else DayKind.MAKEUP if word in _WORK else None
    if found is None or first is None or last is None or kind is None:
        raise BadAnnouncement(
            said("第 %(number)s 行读不懂：应写成“2027-01-01 至 2027-01-03 放假 元旦”，或“… 上班”。", number=number)
        )
    if not 0 <= (last - first).days < LONGEST_HOLIDAY:
        raise BadAnnouncement(said("第 %(number)s 行的起止日期不对。", number=number))
    return [MarkedDay(day, kind, (found["name"] or "")[:40]) for day in days_after(first - ONE_DAY, last)]
