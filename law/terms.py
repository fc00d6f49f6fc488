"""Statutory periods as the law's table has them: how a row is read. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from core.said import Refusal
from core.words import Titled
from law.causes import rows_of


class Unit(Titled):
    """What a period is counted in."""

    WORKDAY = "workday", "个工作日"
    DAY = "day", "日"
    MONTH = "month", "个月"
    YEAR = "year", "年"
    HOUR = "hour", "小时"


class TermKind(Titled):
    """What a row says: a period, a day of the year, or a figure that is no deadline at all."""

    PERIOD = "period", "期限"
    FIXED_DATE = "fixed_date", "固定日期"
    FIGURE = "figure", "数额"


class NotATerm(Refusal):
    """The row holds a figure (a rate, a cap), so there is no last day to compute."""


@dataclass(frozen=True)
class Term:
    """One row of the table of statutory periods, read.

    ``least`` is the lower end of a range (三个月至一年); ``minimum`` marks a period that must have run out before the
    next step; ``before`` counts backwards from the event; ``extensions`` are the lengthenings the law allows, in order.
    ``doubt`` says what of this reading nobody has checked yet.
    """

    key: str
    title: str
    kind: TermKind
    value: int = 0
    unit: Unit | None = None
    least: int | None = None
    before: bool = False
    minimum: bool = False
    extensions: tuple[int, ...] = ()
    month_day: tuple[int, int] | None = None
    event: str = ""
    first_day_counts: bool = False
    last_day_moves: bool = False
    as_written: str = ""
    in_words: str = ""
    source: str = ""
    confidence: str = ""
    doubt: str = ""

    @property
    def working(self) -> bool:
        """Whether only working days count."""
        return self.unit is Unit.WORKDAY

    @property
    def words(self) -> str:
        """How long it is, as a line of a list: 5 个工作日, 至少 5 年, 前 60 日, 每年 01-31."""
        if self.month_day:
            return f"每年 {self.month_day[0]:02d}-{self.month_day[1]:02d}"
        if self.unit is None:
            return self.in_words or self.as_written
        amount = f"{self.value} {self.unit.label}"
        if self.least is not None:
            amount = f"{self.least} 至 {amount}"
        lead = "前 " if self.before else "至少 " if self.minimum else ""
        more = "".join(f" + {each}" for each in self.extensions)
        return f"{lead}{amount}" + (f"（可延{more}）" if more else "")


@dataclass(frozen=True)
class Override:
    """A fixed date that the authority moved for one year: the day it usually is, the day it became, and on what."""

    usual: date
    moved: date
    basis: str


_UNITS = {
    "workday": Unit.WORKDAY,
    "day": Unit.DAY,
    "calendar day": Unit.DAY,
    "month": Unit.MONTH,
    "year": Unit.YEAR,
    "hour": Unit.HOUR,
}
_UNIT = re.compile(r"^(?P<unit>[a-z ]+?)\s*(?P<doubt>\?)?\s*(?:\((?P<more>[^)]*)\))?$")
_RANGE = re.compile(r"^(\d+)\s*-\s*(\d+)$")
_MONTH_DAY = re.compile(r"^([0-9]{2})-([0-9]{2})\b")
_LONGER = re.compile(r"可延\s*(\d+(?:\+\d+)*)")


def term_of(row: Mapping[str, str], reading: Mapping[str, str] | None = None) -> Term:
    """Read one row of the table (``key, value, unit, meaning, source, confidence``) and how it is counted.

    ``reading`` adds title, event and the parameters the table leaves open (``title_zh, event_zh, counted_in,
    first_day_counts, last_day_moves, note_zh, words_zh``). Raises ``ValueError`` for a row that says nothing known.
    """
    extra = reading or {}
    value, unit, meaning = row["value"].strip(), row["unit"].strip(), row.get("meaning", "").strip()
    told: dict[str, Any] = {
        "key": row["key"],
        "title": extra.get("title_zh") or meaning or row["key"],
        "event": extra.get("event_zh", ""),
        "as_written": f"{value} {unit}".strip(),
        "in_words": extra.get("words_zh", ""),
        "source": row.get("source", ""),
        "confidence": row.get("confidence", ""),
        "doubt": extra.get("note_zh", ""),
        "first_day_counts": extra.get("first_day_counts") == "1",
        "last_day_moves": extra.get("last_day_moves") == "1",
    }
    if unit == "date":
        found = _MONTH_DAY.match(value)
        if not found:
            raise ValueError(f"{row['key']}: {value!r} is no day of the year")
        return Term(kind=TermKind.FIXED_DATE, month_day=(int(found[1]), int(found[2])), **told)
    parts = _UNIT.match(unit)
    counted = _UNITS.get(parts["unit"]) if parts else None
    if counted is None or parts is None:
        if unit in {"CNY", "per day, cap 100%"}:
            return Term(kind=TermKind.FIGURE, **told)
        raise ValueError(f"{row['key']}: unknown unit {unit!r}")
    span = _RANGE.match(value)
    most, least = (int(span[2]), int(span[1])) if span else (int(value), None)
    more = parts["more"] or ""
    return Term(
        kind=TermKind.PERIOD,
        value=most,
        least=least,
        unit=Unit.of(extra.get("counted_in")) or counted,
        before=more == "before" or meaning == "届满前",
        minimum=more == "min",
        extensions=_extensions(more, meaning),
        **told,
    )


def is_month_day(words: str) -> bool:
    """Whether words are a day that every year has: 01-31, never 02-29."""
    found = _MONTH_DAY.fullmatch(words)
    try:
        return found is not None and date(2001, int(found[1]), int(found[2])) is not None
    except ValueError:
        return False


def _extensions(more: str, meaning: str) -> tuple[int, ...]:
    """The lengthenings of ``(+30)`` beside the unit and of 可延30+30 in the meaning."""
    if more.startswith("+"):
        return (int(more[1:]),)
    found = _LONGER.search(meaning)
    return tuple(int(part) for part in found[1].split("+")) if found else ()


@cache
def seeded_terms() -> Mapping[str, Term]:
    """The periods the product ships with, by key."""
    readings = {row["key"]: row for row in rows_of("deadline_terms.csv")}
    return {row["key"]: term_of(row, readings.get(row["key"])) for row in rows_of("deadlines.csv")}


@cache
def seeded_overrides() -> Mapping[str, tuple[Override, ...]]:
    """The fixed dates that were moved for one year, by key."""
    found: dict[str, tuple[Override, ...]] = {}
    for row in rows_of("deadline_overrides.csv"):
        moved = Override(date.fromisoformat(row["usual_on"]), date.fromisoformat(row["moved_to"]), row["basis_zh"])
        found[row["key"]] = (*found.get(row["key"], ()), moved)
    return found
