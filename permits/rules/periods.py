"""Which execution reports a permit owes, over which days, and by when."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from law.calendar import Calendar
from law.deadlines import Deadline, ahead, deadline
from law.terms import Override, Term, TermKind, Unit
from permits.models import ReportPeriod
from permits.rules.validity import ONE_DAY, Span

RULES: dict[ReportPeriod, str] = {
    ReportPeriod.MONTH: "execution_report.monthly",
    ReportPeriod.QUARTER: "execution_report.quarterly",
    ReportPeriod.YEAR: "execution_report.annual",
}
"""The keys of deadlines.csv; the days themselves are those of the permit's copy."""

USUAL_DAYS: dict[ReportPeriod, int] = {ReportPeriod.MONTH: 15, ReportPeriod.QUARTER: 15, ReportPeriod.YEAR: 31}
"""What permits usually state (deadlines.csv: 15 days; HJ 944: end of January): only a first suggestion to the clerk."""

LEAST: dict[ReportPeriod, tuple[int, Unit]] = {
    ReportPeriod.MONTH: (10, Unit.DAY),
    ReportPeriod.QUARTER: (1, Unit.MONTH),
    ReportPeriod.YEAR: (3, Unit.MONTH),
}
"""Held for less than this within a period, a permit owes no report of it; the days join the next one (HJ 944-2018,
second-hand: 未核对). Where no next one follows and no other report covers the days, they are reported by themselves:
the rule puts a report off, it does not forgive it (ours: 未核对)."""


@dataclass(frozen=True)
class Period:
    """A month, quarter or year, by its natural first and last day."""

    kind: ReportPeriod
    first: date
    last: date

    @property
    def key(self) -> str:
        """2026-09, 2026-q3 or 2026."""
        if self.kind is ReportPeriod.MONTH:
            return f"{self.first:%Y-%m}"
        if self.kind is ReportPeriod.QUARTER:
            return f"{self.first.year}-q{(self.first.month + 2) // 3}"
        return f"{self.first.year}"

    @property
    def title(self) -> str:
        """2026 年 9 月, 2026 年第 3 季度, 2026 年度."""
        if self.kind is ReportPeriod.MONTH:
            return f"{self.first.year} 年 {self.first.month} 月"
        if self.kind is ReportPeriod.QUARTER:
            return f"{self.first.year} 年第 {(self.first.month + 2) // 3} 季度"
        return f"{self.first.year} 年度"


def period_of(kind: ReportPeriod, day: date) -> Period:
    """The period of this kind in which a day lies."""
    months = {ReportPeriod.MONTH: 1, ReportPeriod.QUARTER: 3, ReportPeriod.YEAR: 12}[kind]
    first_month = (day.month - 1) // months * months + 1
    last_month = first_month + months - 1
    return Period(kind, date(day.year, first_month, 1), date(day.year, last_month, monthrange(day.year, last_month)[1]))


def periods(kind: ReportPeriod, first: date, last: date) -> Iterator[Period]:
    """Every period that shares a day with a span, in order."""
    day = first
    while day <= last:
        found = period_of(kind, day)
        yield found
        day = found.last + ONE_DAY


@dataclass(frozen=True)
class Duty:
    """A reporting requirement of one version, with the days on which that version holds."""

    kind: ReportPeriod
    due_days: int
    label: str
    span: Span
    entered_on: date
    replaces_last: bool = True


@dataclass(frozen=True)
class Owed:
    """A report that is owed: the period, the days it covers, and the duty it follows from."""

    period: Period
    first: date
    last: date
    duty: Duty
    by_itself: bool = False
    """Too short for a report of its own, but there is no next one that its days could join."""

    @property
    def title(self) -> str:
        """As it stands in lists."""
        return f"{self.period.title}排污许可证执行报告"


def owed(duties: Sequence[Duty], ended_on: date | None = None) -> list[Owed]:
    """Every report that the versions of a permit demand over its whole life, by period.

    A year's report stands for that year's last quarter and month when the copy lets it (排污许可管理办法第三十七条);
    a period held too shortly joins the next. What was due before the requirement was entered here is owed elsewhere.
    """
    found, left = _owed_of(ReportPeriod.YEAR, duties, ended_on)
    replaced = {each.period.first.year for each in found if each.duty.replaces_last}
    for kind in (ReportPeriod.QUARTER, ReportPeriod.MONTH):
        finer, over = _owed_of(kind, duties, ended_on)
        found += [each for each in finer if not (each.period.last.month == 12 and each.period.first.year in replaced)]
        left = over + left
    for each in left:
        if not _covered(each, found):
            found.append(each)
    here = [each for each in found if _is_owed_here(each, duties)]
    return sorted(here, key=lambda each: (each.period.last, each.period.first, each.period.kind.code))


def _covered(stretch: Owed, found: Sequence[Owed]) -> bool:
    """Whether every day of a stretch is reported already."""
    day = stretch.first
    while day <= stretch.last:
        reported = [each.last for each in found if each.first <= day <= each.last]
        if not reported:
            return False
        day = max(reported) + ONE_DAY
    return True


def _is_owed_here(owed: Owed, duties: Sequence[Duty]) -> bool:
    entered_on = min(each.entered_on for each in duties if each.kind is owed.period.kind)
    return owed.period.last + timedelta(days=owed.duty.due_days) >= entered_on


def _owed_of(kind: ReportPeriod, duties: Sequence[Duty], ended_on: date | None) -> tuple[list[Owed], list[Owed]]:
    """The reports of one kind, and the stretches too short for one that no next period takes in."""
    stretches = [
        (first, last, each)
        for each in duties
        if each.kind is kind
        for first, last in [(each.span.first_day, _clipped(each.span.last_day, ended_on))]
        if first <= last
    ]
    found: list[Owed] = []
    left: list[Owed] = []
    joining: Owed | None = None
    if not stretches:
        return found, left
    for period in periods(kind, min(first for first, _, _ in stretches), max(last for _, last, _ in stretches)):
        inside = [
            (max(first, period.first), min(last, period.last), each)
            for first, last, each in stretches
            if first <= period.last and last >= period.first
        ]
        if not inside:
            continue
        first, last = min(each[0] for each in inside), max(each[1] for each in inside)
        duty = max(inside, key=lambda each: (each[1], each[2].span.number))[2]
        if joining and joining.last == first - ONE_DAY:
            first = joining.first
        elif joining:
            left.append(joining)
        joining = Owed(period, first, last, duty, by_itself=True) if is_short(kind, first, last) else None
        if joining is None:
            found.append(Owed(period, first, last, duty))
    return found, [*left, joining] if joining else left


def _clipped(last: date, ended_on: date | None) -> date:
    return min(last, ended_on - ONE_DAY) if ended_on else last


def is_short(kind: ReportPeriod, first: date, last: date) -> bool:
    """Whether a permit was held too shortly within a period for a report of its own."""
    amount, unit = LEAST[kind]
    return ahead(first, amount, unit) > last + ONE_DAY


def due(
    period: Period, due_days: int, *, term: Term, calendar: Calendar, overrides: Sequence[Override] = ()
) -> Deadline:
    """The last day for a report: so many days after its period as the permit's copy states.

    ``term`` is the law's own period, whose words are kept. A report of any period follows the authority's moves of
    the very day on which it would be due (MEE moved 2024-01-31 to 2024-02-29).
    """
    usual = due_days == USUAL_DAYS[ReportPeriod.YEAR]
    if term.kind is TermKind.FIXED_DATE and period.kind is ReportPeriod.YEAR and usual:
        return deadline(term, period.last, calendar, overrides=overrides)
    usual_on = period.last + timedelta(days=due_days)
    if any(each.usual == usual_on for each in overrides):
        named = replace(term, kind=TermKind.FIXED_DATE, month_day=(usual_on.month, usual_on.day))
        return deadline(named, period.last, calendar, overrides=overrides)
    stated = replace(term, kind=TermKind.PERIOD, value=due_days, unit=Unit.DAY, month_day=None)
    return deadline(stated, period.last, calendar)


def days_of(first: date, last: date) -> int:
    """Days of a span, both ends included."""
    return (last - first).days + 1
