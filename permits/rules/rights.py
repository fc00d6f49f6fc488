"""Emission rights against what the permit allows: held on a day, the least over a period, and the difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Right:
    """So many tonnes a year from one day to another, both included; negative where they were given away."""

    amount: Decimal
    first: date
    last: date


@dataclass(frozen=True)
class Balance:
    """What is held of a pollutant and what the permit allows a year, in tonnes; either may be missing."""

    pollutant_code: str
    pollutant_name: str
    held: Decimal | None
    permitted: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Held less permitted; None where one of them is not known."""
        return None if self.held is None or self.permitted is None else self.held - self.permitted


def held(rights: Iterable[Right], day: date) -> Decimal:
    """What is held on a day."""
    return sum((each.amount for each in rights if each.first <= day <= each.last), Decimal(0))


def least(rights: Sequence[Right], first: date, last: date) -> tuple[date, Decimal]:
    """The day of a period on which the least is held, and how much: nothing changes but where a right begins or ends."""
    turns = {first, *(each.first for each in rights), *(each.last + timedelta(days=1) for each in rights)}
    days = sorted(each for each in turns if first <= each <= last)
    return min(((day, held(rights, day)) for day in days), key=lambda found: (found[1], found[0]))


def balances(
    rights: Iterable[tuple[str, str, Right]], permitted: Iterable[tuple[str, str, Decimal]], day: date
) -> list[Balance]:
    """Each pollutant for which a right is recorded or a yearly quantity is permitted, by code.

    Several outlets of one permit add up. A right that does not run on the day makes its pollutant held at nothing.
    """
    names: dict[str, str] = {}
    owned: dict[str, Decimal] = {}
    allowed: dict[str, Decimal] = {}
    for code, name, quantity in permitted:
        names[code] = name
        allowed[code] = allowed.get(code, Decimal(0)) + quantity
    for code, name, right in rights:
        names.setdefault(code, name)
        owned[code] = owned.get(code, Decimal(0)) + held([right], day)
    return [Balance(code, names[code], owned.get(code), allowed.get(code)) for code in sorted(names)]
