"""The calendar years in which a permit held: what its holder keeps records of, and owes the yearly duties for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from permits.rules.validity import ONE_DAY, Span


@dataclass(frozen=True)
class HeldYear:
    """The days of a calendar year on which a permit held, from the first to the last of them."""

    year: int
    first: date
    last: date

    @property
    def to_its_end(self) -> bool:
        """Whether the permit stood on the year's last day."""
        return self.last == date(self.year, 12, 31)


def held_years(spans: Sequence[Span], ended_on: date | None = None) -> list[HeldYear]:
    """Every calendar year on a day of which the permit held, in order; days after its end do not count."""
    days: dict[int, tuple[date, date]] = {}
    for span in spans:
        last = min(span.last_day, ended_on - ONE_DAY) if ended_on else span.last_day
        for year in range(span.first_day.year, last.year + 1):
            first_here = max(span.first_day, date(year, 1, 1))
            last_here = min(last, date(year, 12, 31))
            if first_here <= last_here:
                known = days.get(year, (first_here, last_here))
                days[year] = min(known[0], first_here), max(known[1], last_here)
    return [HeldYear(year, *days[year]) for year in sorted(days)]
