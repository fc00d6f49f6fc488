"""Filters: each reads its own parameters from the URL, gives a condition, and says in words what was chosen.

A value that cannot be understood is left out and told, never an error: links are kept for years and edited by hand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from enum import EnumType
from functools import lru_cache
from typing import Any, ClassVar, cast

from sqlalchemy import ColumnElement, ColumnExpressionArgument, and_

from core import clock
from core.language import gettext as _
from core.language import language
from core.language import lazy_gettext as _l
from core.ledger.columns import Expression, resolved, value_type
from core.text import date_of, halfwidth, hidden_characters
from core.words import Titled

LONGEST_TEXT = 100

Choices = type[Titled] | Sequence[tuple[Any, str]] | Callable[[Any], Iterable[tuple[Any, str]]]
Where = Callable[[Any], ColumnExpressionArgument[bool]]


@dataclass(frozen=True)
class Reading:
    """What one filter found in the URL: the value, the parameters that say so again, and the words for it."""

    filter: "Filter"
    value: Any = None
    raw: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    options: Sequence[tuple[str, str]] = ()
    problem: str = ""
    usual: bool = False

    @property
    def chosen(self) -> bool:
        """Whether the person chose it, so that it can be taken off again."""
        return self.value is not None and not self.usual

    @property
    def code(self) -> str:
        """The value as it stands in the URL."""
        return "" if self.value is None else _coded(self.value)


@dataclass(frozen=True, eq=False)
class Filter:
    """What every filter has: a column to compare, or ``where`` which makes the condition from the value.

    ``more``: stands behind 更多条件. ``wide``: takes two places of the grid.
    """

    key: str
    label: str
    column: Expression | None = None
    _: KW_ONLY
    where: Where | None = None
    more: bool = False
    wide: bool = False

    kind: ClassVar[str] = "text"

    def names(self) -> tuple[str, ...]:
        """Its parameters in the URL."""
        return (self.key,)

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """What the URL says."""
        raise NotImplementedError

    def condition(self, value: Any) -> ColumnElement[bool]:
        """The rows that fit."""
        if self.where:
            condition: ColumnElement[bool] = resolved(self.where(value))
            return condition
        return self.compare(resolved(self.column) if self.column is not None else _no_column(self), value)

    def compare(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        """How the column is compared with the value."""
        equal: ColumnElement[bool] = column == value
        return equal

    def _unknown(self, **more: Any) -> Reading:
        return Reading(self, problem=_("条件“%(label)s”的值不认识，已忽略。", label=str(self.label)), **more)


def _no_column(of: Filter) -> ColumnElement[Any]:
    raise TypeError(f"filter {of.key} needs a column or a where")


class Search(Filter):
    """A fragment of text; by column: anywhere in it, whatever the case."""

    kind = "search"

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """The fragment without outer blanks; too long or with hidden characters it is refused."""
        text = args.get(self.key, "").strip()
        if not text:
            return Reading(self)
        if len(text) > LONGEST_TEXT or hidden_characters(text) or not _storable(text):
            return self._unknown()
        return Reading(self, text, {self.key: text}, text)

    def compare(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        """Anywhere in the column; ``%`` and ``_`` are themselves."""
        return column.icontains(value, autoescape=True)


@dataclass(frozen=True, eq=False)
class Choice(Filter):
    """One of a list: a titled enum, pairs (value, label), or a function of who asks that gives such pairs.

    ``usual``: the value taken when the URL says nothing; then an empty parameter means all.
    """

    choices: Choices = ()
    usual: Any = None
    all_label: str = _l("全部")

    kind = "choice"

    def pairs(self, seen_by: Any) -> Mapping[str, tuple[Any, str]]:
        """Value and label by the text that stands for it in the URL, in the order shown."""
        if isinstance(self.choices, EnumType) or not callable(self.choices):
            return _spoken(self, language())
        return {_coded(value): (value, str(label)) for value, label in self.choices(seen_by)}

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """The value itself, never the text that came in."""
        pairs = self.pairs(seen_by)
        options = [(code, label) for code, (_value, label) in pairs.items()]
        wanted = args.get(self.key, _coded(self.usual) if self.usual is not None else "")
        if not wanted:
            return Reading(self, None, {self.key: ""} if self.usual is not None else {}, options=options)
        if wanted not in pairs:
            return self._unknown(options=options)
        value, label = pairs[wanted]
        usual = self.key not in args
        return Reading(self, value, {} if usual else {self.key: wanted}, label, options, usual=usual)


@lru_cache(maxsize=500)
def _spoken(of: Choice, _language: str) -> Mapping[str, tuple[Any, str]]:
    """A list that is the same for everybody, its labels spoken once in each language."""
    if isinstance(of.choices, EnumType):
        members: Iterable[Any] = of.choices
        return {_coded(member): (member, _(member.label)) for member in members}
    fixed = cast(Sequence[tuple[Any, str]], of.choices)
    return {_coded(value): (value, str(label)) for value, label in fixed}


class Flag(Filter):
    """A box to tick: only these rows."""

    kind = "flag"

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """Ticked is 1."""
        wanted = args.get(self.key, "")
        if wanted == "1":
            return Reading(self, True, {self.key: "1"}, _("是"))
        return self._unknown() if wanted else Reading(self)


class Days(Filter):
    """From one legal date to another, both included; either may be open. Parameters ``key-from`` and ``key-to``."""

    kind = "days"

    def names(self) -> tuple[str, ...]:
        """Two parameters."""
        return (f"{self.key}-from", f"{self.key}-to")

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """A pair of days, None where open."""
        texts = {name: args.get(name, "").strip() for name in self.names()}
        days = {name: _day(text) for name, text in texts.items() if text}
        start, end = (days.get(name) for name in self.names())
        if None in days.values() or (start and end and start > end):
            return self._unknown()
        if not start and not end:
            return Reading(self)
        words = _("%(start)s 至 %(end)s", start=start or "…", end=end or "…")
        return Reading(self, (start, end), {name: str(day) for name, day in days.items()}, words)

    def compare(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        """Between the days, both included; an instant counts to the day it has in Beijing."""
        start, end = value
        if issubclass(value_type(column), datetime):
            start = clock.midnight(start) if start else None
            after = clock.midnight(date.fromordinal(end.toordinal() + 1)) if end else None
            return and_(*([column >= start] if start else []), *([column < after] if after else []))
        return and_(*([column >= start] if start else []), *([column <= end] if end else []))


class AsOf(Filter):
    """The state on one legal date; today unless the URL says otherwise."""

    kind = "day"

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """The day."""
        text = args.get(self.key, "").strip()
        day = _day(text)
        if day is None:
            reading = self._unknown() if text else Reading(self)
            return replace(reading, value=clock.today(), words=clock.today().isoformat(), usual=True)
        return Reading(self, day, {self.key: day.isoformat()}, day.isoformat())


class Between(Filter):
    """From one whole number to another, both included; either may be open. Parameters ``key-from`` and ``key-to``."""

    kind = "between"

    def names(self) -> tuple[str, ...]:
        """Two parameters."""
        return (f"{self.key}-from", f"{self.key}-to")

    def read(self, args: Mapping[str, str], seen_by: Any) -> Reading:
        """A pair of numbers, None where open."""
        texts = {name: halfwidth(args.get(name, "")) for name in self.names()}
        given = {name: text for name, text in texts.items() if text}
        if not all(len(text) <= 9 and text.removeprefix("-").isdecimal() for text in given.values()):
            return self._unknown()
        if not given:
            return Reading(self)
        low, high = (int(given[name]) if name in given else None for name in self.names())
        words = _("%(start)s 至 %(end)s", start="…" if low is None else low, end="…" if high is None else high)
        return Reading(self, (low, high), given, words)

    def compare(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        """Between the numbers, both included."""
        low, high = value
        return and_(*([column >= low] if low is not None else []), *([column <= high] if high is not None else []))


def _day(text: str) -> date | None:
    """A legal date of our age: one that every calendar and both databases can count from."""
    day = date_of(text) if text else None
    return day if day and 1900 <= day.year <= 2200 else None


def _coded(value: Any) -> str:
    return str(getattr(value, "value", value))


def _storable(text: str) -> bool:
    """Whether both databases can be asked about it."""
    try:
        return "\0" not in text and bool(text.encode())
    except UnicodeEncodeError:
        return False
