"""Statutory periods: from a rule and its first event to the last day, with the sum as a sentence. Pure.

The day of the event is not counted. Working days leave out what the calendar rests (行政处罚法85: the 2, 3, 5 and 7
days; 行政强制法69: up to ten days; 行政许可法82); everything else runs through. An excluded period counts only when the
party was told of it in writing. A period that the permit's own copy states otherwise is asked with
``dataclasses.replace(term, …)``.
"""

import calendar as months
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from core.clock import BEIJING
from core.countdown import Countdown, countdown, never_rests
from core.said import Refusal, said
from law.calendar import ONE_DAY, SATURDAY, Calendar, days_after
from law.terms import NotATerm, Override, Term, TermKind, Unit

LONGEST_STRIP = 130
"""Terms up to this many days remember each of their days, for the strip under a deadline."""

FIRST_YEAR, LAST_YEAR = 1900, 2200


class OutOfYears(Refusal):
    """The event lies in a year that nobody reckons deadlines in: surely mistyped."""


@dataclass(frozen=True)
class Suspension:
    """Days that do not count (听证、检测、公告 …), both ends included, if the party was told in writing."""

    first: date
    last: date
    told_on: date | None
    reason: str

    def covers(self, day: date) -> bool:
        """Whether this day is left out of the count."""
        return self.told_on is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Deadline:
    """A last day, how it was reckoned, and whether a holiday arrangement not yet announced may still move it.

    ``earliest`` is the first day on which what must wait may happen, or the lower end of a range; ``due_at`` is set for
    periods in hours. ``days`` are the days of the term, each with whether it was left out of the count.
    """

    key: str
    start: date
    due: date
    provisional: bool
    arithmetic: str
    working: bool = False
    earliest: date | None = None
    due_at: datetime | None = None
    days: tuple[tuple[date, bool], ...] = field(default=(), repr=False)

    def strip(self, today: date) -> tuple[tuple[date, str], ...]:
        """Each day of the term as ``past``, ``today``, ``due``, ``rest`` or, once missed, ``late``; empty = to come."""
        shown = [(day, _word(day, rests, self.due, today)) for day, rests in self.days]
        if shown and today > self.due and (today - self.due).days + len(shown) <= LONGEST_STRIP:
            shown += [(day, "late") for day in days_after(self.due, today)]
        return tuple(shown)

    def seen(self, today: date, calendar: Calendar) -> Countdown:
        """The deadline as the pages show it on one day: words, sum, strip."""
        return countdown(
            self.due,
            today,
            since=self.start if self.start < self.due else None,
            working=self.working,
            is_rest=calendar.is_rest if self.working else never_rests,
            arithmetic=self.arithmetic,
            provisional=self.provisional,
        )


def moved(now: Deadline, told: date, provisional: bool, today: date) -> Deadline:
    """A last day that a party was already told, after the calendar or the way of counting changed.

    A later day is taken at once: a party must have its whole term. An earlier one is taken only where the day was told
    as provisional and still lies ahead; else the party may rely on the day it was told, and the sum says that it was
    kept. What stands on paper is a number of days (十个工作日), so no served document is ever altered by this.
    """
    if now.due >= told or (provisional and now.due >= today):
        return now
    kept = f"；已告知至 {told.isoformat()}，不因日历变动缩短"
    return replace(now, due=told, provisional=False, arithmetic=f"{now.arithmetic}{kept}")


def _word(day: date, rests: bool, due: date, today: date) -> str:
    if day == due:
        return "due"
    if rests:
        return "rest"
    if day == today:
        return "today"
    return "past" if day < today else ""


def deadline(
    term: Term,
    start: date | datetime,
    calendar: Calendar,
    *,
    event: str = "",
    suspensions: Sequence[Suspension] = (),
    extended: int = 0,
    overrides: Iterable[Override] = (),
) -> Deadline:
    """The last day of a period that an event set running (or, for ``before`` rules, that must end before the event).

    ``start`` is a legal date, or an instant: one that knows its zone is read in Beijing (late evening UTC is the next
    day there). ``event`` names what happened then (送达), else the term's own word is used; ``extended`` is how many of
    the lawful extensions were granted. Raises ``NotATerm`` for figures, ``OutOfYears`` for a mistyped year and
    ``ValueError`` for more extensions than lawful.
    """
    if term.kind is TermKind.FIGURE:
        raise NotATerm(said("%(title)s是数额（%(words)s），不是期限。", title=term.title, words=term.words))
    if not 0 <= extended <= len(term.extensions):
        raise Refusal(said("%(term)s最多可延长 %(times)d 次。", term=term.title, times=len(term.extensions)))
    if isinstance(start, datetime) and start.tzinfo is not None:
        start = start.astimezone(BEIJING).replace(tzinfo=None)
    begun = start.date() if isinstance(start, datetime) else start
    if not FIRST_YEAR <= begun.year <= LAST_YEAR:
        raise OutOfYears(
            said(
                "起算日期的年份须在 %(FIRST_YEAR)s 至 %(LAST_YEAR)s 之间。", FIRST_YEAR=FIRST_YEAR, LAST_YEAR=LAST_YEAR
            )
        )
    word = event or term.event or "起算"
    if term.kind is TermKind.FIXED_DATE:
        return _fixed(term, begun, word, overrides, calendar)
    if term.unit is Unit.HOUR:
        return _in_hours(term, start, begun, word)
    if term.before:
        return _backwards(term, begun, word, calendar)
    return _forwards(term, begun, calendar, word=word, suspensions=suspensions, extended=extended)


def _fixed(term: Term, start: date, word: str, overrides: Iterable[Override], calendar: Calendar) -> Deadline:
    month, day = term.month_day or (12, 31)
    due = date(start.year, month, day)
    if due <= start:
        due = date(start.year + 1, month, day)
    put_off = next((each for each in overrides if each.usual == due), None)
    named = put_off.moved if put_off else due
    last = calendar.next_workday(named) if term.last_day_moves else named
    years = _years_open(term, start, named, last, calendar)
    say = _says(start, last)
    text = f"{say(start)} {word}，其后首个 {month:02d}-{day:02d}"
    text += f"，{put_off.basis}" if put_off else ""
    text += f"，末日 {say(named)} 为休息日，顺延" if last != named else ""
    return Deadline(term.key, start, last, bool(years), f"{text} = {say(last)}{_tentative(years)}")


def _in_hours(term: Term, start: date | datetime, begun: date, word: str) -> Deadline:
    if isinstance(start, datetime):
        due_at = start + timedelta(hours=term.value)
        text = f"{start:%Y-%m-%d %H:%M} {word}，{term.value} 小时内 = {due_at:%Y-%m-%d %H:%M}"
        return Deadline(term.key, begun, due_at.date(), False, text, due_at=due_at)
    due = begun + timedelta(hours=term.value)
    say = _says(begun, due)
    text = f"{say(begun)} {word}，{term.value} 小时内（未给时刻，按次日计）= {say(due)}"
    return Deadline(term.key, begun, due, False, text)


def _backwards(term: Term, event_on: date, word: str, calendar: Calendar) -> Deadline:
    """Latest day on which an act still lies the whole period before the event; the event's own day is not counted."""
    if term.working:
        due = calendar.add_workdays(event_on, -term.value)
        rest = sum(calendar.is_rest(day) for day in days_after(due - ONE_DAY, event_on - ONE_DAY))
        worked = _makeup_days(days_after(due - ONE_DAY, event_on - ONE_DAY), calendar)
        years = calendar.unannounced(due, event_on)
    else:
        due = back(event_on, term.value, term.unit or Unit.DAY)
        rest, worked, years = 0, 0, ()
    say = _says(event_on, due)
    text = f"{say(event_on)} {word}，当日不计，往前数 {_amount(term.value, term.unit)}"
    text += f"，遇休息日 {rest} 天" if rest else ""
    text += f"，含调休上班 {worked} 天" if worked else ""
    return Deadline(term.key, event_on, due, bool(years), f"{text} = {say(due)}{_tentative(years)}", term.working)


def _forwards(
    term: Term, start: date, calendar: Calendar, *, word: str, suspensions: Sequence[Suspension], extended: int
) -> Deadline:
    unit = term.unit or Unit.DAY
    added = term.extensions[:extended]
    value = term.value + sum(added)
    before_first = start - ONE_DAY if term.first_day_counts else start
    if unit in (Unit.DAY, Unit.WORKDAY):
        days = _counted(before_first, value, calendar, suspensions, term.working)
        due = days[-1][0] if days else before_first
    else:
        days = []
        due = _stretched(before_first, _end_of(start, value, unit, term.first_day_counts), suspensions)
    rest = sum(calendar.is_rest(day) and not _suspended(day, suspensions) for day, _out in days) if term.working else 0
    worked = _makeup_days((day for day, _out in days), calendar) if term.working else 0
    moved = calendar.next_workday(due) if term.last_day_moves else due
    say = _says(start, moved, *(end for each in suspensions for end in (each.first, each.last)))
    parts = [
        f"{say(start)} {word}",
        "当日计入" if term.first_day_counts else "次日起算",
        f"至少 {_amount(term.value, unit)}" if term.minimum else _amount_of(term),
        *(f"经批准延长 {_amount(each, unit)}" for each in added),
        *([f"遇休息日 {rest} 天"] if rest else []),
        *([f"含调休上班 {worked} 天"] if worked else []),
        *_excluded(suspensions, before_first, due, say),
    ]
    if moved != due:
        parts.append(f"末日 {say(due)} 为休息日，顺延")
    years = _years_open(term, start, due, moved, calendar)
    text = f"{'，'.join(parts)} = {say(moved)}{_doubtful_end(term, due, calendar)}{_tentative(years)}"
    earliest = None
    if term.minimum:
        earliest = moved + ONE_DAY
    elif term.least is not None:
        earliest = _stretched(before_first, _end_of(start, term.least, unit, term.first_day_counts), suspensions)
    kept = tuple(days) if len(days) <= LONGEST_STRIP else ()
    return Deadline(term.key, start, moved, bool(years), text, term.working, earliest, days=kept)


def _counted(
    before_first: date, value: int, calendar: Calendar, suspensions: Sequence[Suspension], working: bool
) -> list[tuple[date, bool]]:
    """Every day of the term with whether it was left out, until ``value`` days have counted."""
    days: list[tuple[date, bool]] = []
    day, left = before_first, value
    while left > 0:
        day += ONE_DAY
        out = _suspended(day, suspensions) or (working and calendar.is_rest(day))
        days.append((day, out))
        left -= not out
    return days


def _stretched(start: date, due: date, suspensions: Sequence[Suspension]) -> date:
    """A last day in months or years, moved on by the excluded days within the term."""
    left = sum(_suspended(day, suspensions) for day in days_after(start, due))
    while left > 0:
        due += ONE_DAY
        left -= not _suspended(due, suspensions)
    return due


def _years_open(term: Term, start: date, due: date, moved: date, calendar: Calendar) -> tuple[int, ...]:
    """The years whose arrangement may still move the last day: all that working days run through, else its own."""
    if term.working:
        return calendar.unannounced(start, moved)
    return calendar.unannounced(due, moved) if term.last_day_moves else ()


def _makeup_days(days: Iterable[date], calendar: Calendar) -> int:
    return sum(day.weekday() >= SATURDAY and calendar.is_workday(day) for day in days)


def _suspended(day: date, suspensions: Sequence[Suspension]) -> bool:
    return any(each.covers(day) for each in suspensions)


def ahead(day: date, value: int, unit: Unit) -> date:
    """A day some days, months or years later; a month without that day ends on its own last day (08-31 → 02-28)."""
    if unit in (Unit.MONTH, Unit.YEAR):
        count = day.year * 12 + day.month - 1 + value * (12 if unit is Unit.YEAR else 1)
        year, month = divmod(count, 12)
        return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
    return day + timedelta(days=value)


def eve(first: date, value: int, unit: Unit) -> date:
    """The last day of so many months or years whose first day counts: 2023-03-01 and five years → 2028-02-29.

    It is the eve of the day of the same number; where the last month lacks that day, the month's own last day.
    """
    end = ahead(first, value, unit)
    return end - ONE_DAY if end.day == first.day or unit not in (Unit.MONTH, Unit.YEAR) else end


def _end_of(start: date, value: int, unit: Unit, first_day_counts: bool) -> date:
    return eve(start, value, unit) if first_day_counts else ahead(start, value, unit)


def back(day: date, value: int, unit: Unit) -> date:
    """A day some days, months or years earlier."""
    return ahead(day, -value, unit)


def _amount(value: int, unit: Unit | None) -> str:
    return f"{value} {unit.label if unit else ''}"


def _amount_of(term: Term) -> str:
    if term.least is not None:
        return f"{term.least} 至 {_amount(term.value, term.unit)}"
    return _amount(term.value, term.unit)


def _excluded(suspensions: Sequence[Suspension], start: date, due: date, say: "_Says") -> list[str]:
    """A clause for each suspension: what was taken out, or why it was not (案卷评查: 须书面告知)."""
    clauses: list[str] = []
    for each in suspensions:
        first, last = max(each.first, start + ONE_DAY), min(each.last, due)
        count = (last - first).days + 1
        if count <= 0:
            continue
        span = f"{each.reason}（{say(each.first)} 至 {say(each.last)}）"
        clauses.append(f"扣除{span} {count} 天" if each.told_on else f"{span}未书面告知当事人，不扣除")
    return clauses


def _doubtful_end(term: Term, due: date, calendar: Calendar) -> str:
    """A last day in calendar days that falls on a rest day, where nobody has checked whether it moves."""
    if term.working or term.last_day_moves or "顺延" not in term.doubt or calendar.is_workday(due):
        return ""
    return "（末日为休息日，是否顺延未核对，按不顺延计）"


def _tentative(years: Sequence[int]) -> str:
    return f"（{'、'.join(str(year) for year in years)} 年放假安排未公布，暂定）" if years else ""


class _Says:
    """Dates without their year while all of a sentence lies within one year."""

    def __init__(self, *days: date) -> None:
        self.short = len({day.year for day in days}) == 1

    def __call__(self, day: date) -> str:
        return f"{day:%m-%d}" if self.short else day.isoformat()


def _says(*days: date) -> _Says:
    return _Says(*days)
