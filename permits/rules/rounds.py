"""Which rounds of self-monitoring a permit makes its holder owe, and when a round is met. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from permits.rules import monitoring
from permits.rules.monitoring import Round
from permits.rules.validity import ONE_DAY, Span, in_force

GATHERED_DAYS = 7
"""Rounds of a week or less are owed together, month by month, as so many results: ours, no law, 未核对."""

MOST_NAMES = 8
"""So many pollutants are named in a title."""

_MONTHS = {3: "q", 6: "h"}


@dataclass(frozen=True)
class Line:
    """A requirement of one version: a pollutant at an outlet, how often, on which days, and since when it is known here."""

    outlet_code: str
    pollutant_code: str
    name: str
    frequency: str
    method: str
    span: Span
    entered_on: date

    @property
    def words(self) -> str:
        """The frequency without spaces."""
        return self.frequency.replace(" ", "")

    @property
    def place(self) -> tuple[str, str, str]:
        """What stays the same from one version to the next."""
        return self.outlet_code, self.pollutant_code, self.words


@dataclass(frozen=True)
class Wants:
    """A pollutant and how many results of it a round wants."""

    name: str
    times: int


@dataclass
class OwedRound:
    """What is owed of an outlet by the last day of a round, or of the month into which short rounds are gathered."""

    key: str
    outlet_code: str
    frequency: str
    stretch: str
    first: date
    last: date
    version: int
    wants: dict[str, Wants] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """DA001 自行监测：颗粒物、二氧化硫（1次/季），2026 年第 4 季度."""
        names = [each.name for each in self.wants.values()]
        told = "、".join(names[:MOST_NAMES]) + (f"等 {len(names)} 项" if len(names) > MOST_NAMES else "")
        return f"{self.outlet_code} 自行监测：{told}（{self.frequency}），{self.stretch}"

    @property
    def arithmetic(self) -> str:
        """How many results within which days."""
        counts = {each.times for each in self.wants.values()}
        days = f"{self.frequency}：{self.first.isoformat()} 至 {self.last.isoformat()}"
        if len(counts) == 1:
            return f"{days}，每项至少 {counts.pop()} 次"
        return f"{days}，至少 " + "、".join(f"{each.name} {each.times} 次" for each in self.wants.values())

    def met_on(self, taken: Mapping[str, Sequence[date]]) -> date | None:
        """The day of the last result that was needed; None while any pollutant lacks one.

        ``taken`` has the days of the valid results of each pollutant, in order.
        """
        found = []
        for code, each in self.wants.items():
            days = [day for day in taken.get(code, ()) if self.first <= day <= self.last]
            if len(days) < each.times:
                return None
            found.append(days[each.times - 1])
        return max(found, default=None)


def owed(lines: Sequence[Line], spans: Sequence[Span], ended_on: date | None, today: date) -> list[OwedRound]:
    """Every round begun by a day that the versions of a permit demand of samples taken by hand, by its last day.

    The permit must hold on the last day of a round. A round under way when the permit changes keeps what it was, as the
    first of its versions has it; nothing is owed of rounds whose last day is not after the day on which the requirement was entered here.
    """
    entered: dict[tuple[str, str, str], date] = {}
    for line in lines:
        entered[line.place] = min(line.entered_on, entered.get(line.place, line.entered_on))
    found: dict[str, OwedRound] = {}
    for line in sorted(lines, key=lambda each: each.span.number):
        if monitoring.is_automatic(line.frequency, line.method):
            continue
        last = min(line.span.last_day, ended_on - ONE_DAY) if ended_on else line.span.last_day
        first = max(line.span.first_day, entered[line.place] + ONE_DAY)
        if is_gathered(line.frequency):
            for each in _rounds(line, first, min(last, month_of(today).last)):
                held = in_force(spans, each.last, ended_on)
                if held is not None and held.number == line.span.number:
                    _gather(found, line, each, today, last)
        else:
            for each in _rounds(line, line.span.first_day, min(last, today)):
                if each.last > entered[line.place] and in_force(spans, each.last, ended_on) is not None:
                    _keep(found, line, each)
    return sorted(found.values(), key=lambda each: (each.last, each.key))


def is_gathered(frequency: str) -> bool:
    """Whether the rounds of a frequency are too short to be owed each by itself."""
    known = monitoring.read(frequency)
    some = monitoring.round_on(frequency, date(2026, 1, 1), date(2026, 1, 1))
    return known is not None and not known.months and some is not None and (some.last - some.first).days < GATHERED_DAYS


def month_of(day: date) -> Round:
    """The month around a day."""
    after = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return Round(day.replace(day=1), after - ONE_DAY, 1)


def _rounds(line: Line, first: date, last: date) -> Iterator[Round]:
    """The rounds that share a day with a span, in order."""
    day = first
    while day <= last:
        found = monitoring.round_on(line.frequency, day, line.span.valid_from)
        if found is None:
            return
        yield found
        day = found.last + ONE_DAY


def _keep(found: dict[str, OwedRound], line: Line, each: Round) -> None:
    name, told = _stretch(line.frequency, each)
    key = f"monitoring-{line.outlet_code}-{line.words}-{name}"
    known = found.setdefault(
        key, OwedRound(key, line.outlet_code, line.words, told, each.first, each.last, line.span.number)
    )
    if known.version == line.span.number:
        known.wants[line.pollutant_code] = Wants(line.name, each.wanted)


def _gather(found: dict[str, OwedRound], line: Line, each: Round, today: date, last: date) -> None:
    """Add a short round to its month; one that lies in two months counts in neither."""
    month = month_of(each.last)
    if each.first < month.first or month.first > today:
        return
    key = f"monitoring-{line.outlet_code}-{line.words}-{month.first:%Y-%m}"
    told = f"{month.first.year} 年 {month.first.month} 月"
    until = min(month.last, last)
    known = found.setdefault(
        key, OwedRound(key, line.outlet_code, line.words, told, each.first, until, line.span.number)
    )
    known.first, known.last = min(known.first, each.first), max(known.last, until)
    so_far = known.wants.get(line.pollutant_code, Wants(line.name, 0))
    known.wants[line.pollutant_code] = Wants(line.name, so_far.times + each.wanted)


def _stretch(frequency: str, each: Round) -> tuple[str, str]:
    """A round by its name in keys, and in words."""
    known = monitoring.read(frequency)
    months, year = known.months if known else 0, each.first.year
    number = (each.first.month - 1) // months + 1 if months else 0
    if not months:
        return each.first.isoformat(), f"{each.first.isoformat()} 至 {each.last.isoformat()}"
    if months == 12:
        return str(year), f"{year} 年"
    if months > 12:
        return f"{year}-{each.last.year}", f"{year} 至 {each.last.year} 年"
    if months in _MONTHS:
        told = f"第 {number} 季度" if months == 3 else ("上半年", "下半年")[number - 1]
        return f"{year}-{_MONTHS[months]}{number}", f"{year} 年{told}"
    if months == 1:
        return f"{each.first:%Y-%m}", f"{year} 年 {each.first.month} 月"
    return f"{each.first:%Y-%m}", f"{year} 年 {each.first.month} 至 {each.last.month} 月"
