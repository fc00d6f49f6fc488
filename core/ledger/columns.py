"""Columns: one declaration serves page, print view, Excel, CSV and JSON. The class says what kind of value it holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BinaryExpression,
    ColumnClause,
    ColumnElement,
    ColumnExpressionArgument,
    ScalarSelect,
    Select,
    func,
    select,
)
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from core import clock
from core.filters import shown_day, shown_moment, shown_number
from core.language import gettext as _
from core.text import HIDDEN

Expression = ColumnExpressionArgument[Any] | Select[*tuple[Any, ...]] | Callable[[], ColumnElement[Any]]
"""What a column holds: a mapped attribute, any SQL expression, a SELECT of one value, or a function that makes one of
these when it is asked for (what depends on the day)."""

TONES = {"ok", "info", "warn", "danger", "calm", "grave"}


def resolved(expression: Expression) -> ColumnElement[Any]:
    """The SQL expression itself; one that depends on the day is made now."""
    made: Any = expression() if callable(expression) else expression
    if isinstance(made, Found):
        return made
    made = made.__clause_element__() if hasattr(made, "__clause_element__") else made
    return made.scalar_subquery() if hasattr(made, "scalar_subquery") else made  # type: ignore[no-any-return]


def value_type(expression: ColumnElement[Any]) -> type:
    """What its values are in Python; a decorated type's own answer would be ``object``."""
    sort = expression.type
    return sort.impl_instance.python_type if isinstance(sort, TypeDecorator) else sort.python_type


class Found(ScalarSelect[Any]):
    """The value ``lookup`` or ``tally`` stands for; ``by_key`` says how to fetch it for many rows at once, if it can be."""

    inherit_cache = True
    by_key: "ByKey | None" = None


@dataclass(frozen=True)
class ByKey:
    """A look-up by one column: the value of the row whose ``key`` is what the listed row holds in ``of``.

    ``counts``: how many such rows there are that meet the ``conditions``.
    """

    of: ColumnElement[Any]
    key: ColumnElement[Any]
    wanted: ColumnElement[Any]
    conditions: Sequence[ColumnExpressionArgument[bool]] = ()
    counts: bool = False

    def statement(self) -> Select[Any]:
        """Key and value, of all rows."""
        pairs = select(self.key, self.wanted).where(*self.conditions)
        return pairs.group_by(self.key) if self.counts else pairs


def lookup(wanted: Expression, *on: ColumnExpressionArgument[bool]) -> ColumnElement[Any]:
    """One value of another table, fetched for the rows shown only: cheaper than a join, which counting would pay too.

    ``lookup(Area.name, Area.id == Enterprise.area_id)``. At most one row may match. An export asks for each key once.
    """
    value = select(resolved(wanted))
    found = Found(value.where(*on).correlate_except(*value.get_final_froms()))
    found.by_key = _by_key(resolved(wanted), on)
    return found


def tally(
    key: ColumnExpressionArgument[Any], of: ColumnExpressionArgument[Any], *on: ColumnExpressionArgument[bool]
) -> ColumnElement[Any]:
    """How many rows of another table belong to a row: those whose ``key`` is its ``of``, and that meet the conditions.

    ``tally(Obligation.enterprise_id, Enterprise.id, Obligation.fulfilled_on.is_(None))``. The conditions are about the
    other table alone. An export asks for many rows at once.
    """
    theirs: Any = resolved(key)
    count = select(func.count()).select_from(theirs.table).where(theirs == resolved(of), *on)
    found = Found(count.correlate_except(theirs.table))
    found.by_key = ByKey(resolved(of), theirs, func.count(), on, counts=True)
    return found


def _by_key(wanted: ColumnElement[Any], on: Sequence[ColumnExpressionArgument[bool]]) -> ByKey | None:
    """How to fetch a plain column by one equal key; None for sums and for anything that more conditions choose."""
    condition = on[0] if len(on) == 1 else None
    if not isinstance(wanted, ColumnClause) or not isinstance(condition, BinaryExpression):
        return None
    one, other = condition.left, condition.right
    if condition.operator is not operators.eq or not all(isinstance(side, ColumnClause) for side in (one, other)):
        return None
    theirs = [bool(side.table == wanted.table) for side in (one, other)]
    if theirs[0] == theirs[1]:
        return None
    return ByKey(other, one, wanted) if theirs[0] else ByKey(one, other, wanted)


@dataclass(frozen=True)
class Mark:
    """A short word with a tone. As a cell: a badge for a tone, quiet for "muted"; as a second line: coloured text."""

    text: str
    tone: str = ""

    @property
    def is_badge(self) -> bool:
        """Whether it is drawn as a badge."""
        return self.tone in TONES

    @property
    def ink(self) -> str:
        """The class of its text outside a badge."""
        return f"text-{self.tone}-2" if self.tone in {"ok", "warn", "danger"} else "muted" if self.tone else ""

    def __str__(self) -> str:
        """The words alone."""
        return self.text


class Link:
    """Where a cell leads: ``Link("registry.enterprise", enterprise_id=Enterprise.id)``."""

    def __init__(self, endpoint: str, /, **params: Expression) -> None:
        """Keep the endpoint and the expressions its parameters are taken from."""
        self.endpoint, self.params = endpoint, params


class Row:
    """One row as the page sees it: values by column key (also of ``also``), and its identity."""

    __slots__ = ("_at", "_values", "identity")

    def __init__(self, values: Sequence[Any], at: Mapping[str, int], identity: Any) -> None:
        """Keep the values as fetched; nothing is looked up twice."""
        self._values, self._at, self.identity = values, at, identity

    def __getitem__(self, key: str) -> Any:
        """The value of a column that was asked for."""
        return self._values[self._at[key]]

    def __contains__(self, key: str) -> bool:
        """Whether this column was asked for."""
        return key in self._at

    def params(self, column: "Column") -> dict[str, Any]:
        """The parameters of the column's link; empty when one of them is missing, then there is no link."""
        if not column.link:
            return {}
        found = {name: self[f"{column.key}:{name}"] for name in column.link.params}
        return {} if None in found.values() else found


Note = Callable[[Row], "Mark | str | None"]


@dataclass(frozen=True, eq=False)
class Column:
    """What every kind of column can say about itself.

    ``order``: key of the order its heading offers ("-key": offered downwards first). ``sub``: key of a column shown as
    second line on the page and as a column of its own in exports. ``note``: a second line made in Python, page only.
    ``shown``: replaces the value on the page only. ``read``: turns the stored value into the one shown and exported.
    ``also``: more values for ``note`` and ``shown``. ``open_to``: who may see it at all (personal data).
    ``full``: takes the whole width of a phone card.
    """

    key: str
    label: str
    expression: Expression
    _: KW_ONLY
    link: Link | None = None
    sub: str = ""
    order: str = ""
    note: Note | None = None
    shown: Note | None = None
    read: Callable[[Any], Any] | None = None
    also: Mapping[str, Expression] = field(default_factory=dict)
    hint: str = ""
    width: float = 0
    hidden: bool = False
    on_page: bool = True
    in_export: bool = True
    full: bool = False
    open_to: Callable[[Any], bool] | None = None

    kind: ClassVar[str] = "text"
    css: ClassVar[str] = ""
    format: ClassVar[str] = "General"
    usual_width: ClassVar[float] = 20
    centred: ClassVar[bool] = False

    def expressions(self) -> dict[str, ColumnElement[Any]]:
        """All values to be fetched for it, by the name under which a row gives them."""
        values = {self.key: resolved(self.expression)}
        values |= {key: resolved(each) for key, each in self.also.items()}
        if self.link:
            values |= {f"{self.key}:{name}": resolved(each) for name, each in self.link.params.items()}
        return values

    def value(self, row: Row) -> Any:
        """The value to show, ``read`` if need be."""
        value = row[self.key]
        return self.read(value) if self.read and value is not None else value

    def text(self, value: Any) -> str:
        """The value as CSV writes it; empty for nothing."""
        return "" if value is None else clean(str(value))

    def on_screen(self, value: Any) -> str:
        """The value as the page writes it; empty for nothing."""
        return self.text(value)

    def plain(self, value: Any) -> Any:
        """The value as JSON holds it."""
        return None if value is None else self.text(value)

    def figure(self, value: Any) -> str | None:
        """The value as a number of a worksheet, or None when it has to be written as text."""
        return None

    def codes(self) -> dict[str, str]:
        """Code → label, for values that JSON gives as codes."""
        return {}


_CONTROLS = dict.fromkeys(
    [
        *(code for code in HIDDEN if code < 0xA0 and code not in (0x09, 0x0A, 0x0D)),
        *range(0xD800, 0xE000),
        0xFFFE,
        0xFFFF,
    ]
)


def clean(text: str) -> str:
    """A text without the characters that no file format may hold; everything a person can read stays."""
    return text if text.isprintable() else text.translate(_CONTROLS)


class Text(Column):
    """Words: names, addresses, reasons."""

    usual_width = 26


class Code(Column):
    """A number that is none: credit codes, permit and document numbers, telephones. Always text."""

    kind = "code"
    format = "@"
    usual_width = 22


class Day(Column):
    """A legal date."""

    kind, css, format, usual_width, centred = "day", "nowrap", "yyyy\\-mm\\-dd", 12, True

    def text(self, value: Any) -> str:
        """ISO."""
        return shown_day(value, "")

    def figure(self, value: Any) -> str | None:
        """Days since 1899-12-30; Excel's calendar is wrong before March 1900, so such days stay text."""
        return str(value.toordinal() - 693594) if isinstance(value, date) and value >= date(1900, 3, 1) else None


class Moment(Column):
    """An instant, shown on a Beijing clock."""

    kind, css, format, usual_width, centred = "moment", "nowrap", "yyyy\\-mm\\-dd\\ hh:mm", 17, True

    def text(self, value: Any) -> str:
        """To the minute, Beijing time."""
        return shown_moment(value, "")

    def plain(self, value: Any) -> Any:
        """ISO with its offset, to the second."""
        return clock.beijing(value).isoformat(timespec="seconds") if value else None

    def figure(self, value: Any) -> str | None:
        """Days and parts of a day on a Beijing clock, to the second."""
        if not isinstance(value, datetime):
            return None
        local = clock.beijing(value)
        days = local.toordinal() - 693594
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return f"{days + seconds / 86400:.10f}" if days > 60 else None


class Figure(Column):
    """An exact number. Units stand in the label."""

    kind, css, usual_width = "figure", "num", 12

    def text(self, value: Any) -> str:
        """Plain digits, no thousands separator, no idle zeros."""
        if value is None:
            return ""
        text = str(value)
        if "E" in text or "e" in text:
            text = f"{Decimal(text):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def on_screen(self, value: Any) -> str:
        """Thousands apart, a true minus."""
        return shown_number(value, "")

    def plain(self, value: Any) -> Any:
        """A JSON number where it is exact as one, else its digits."""
        if value is None or isinstance(value, int):
            return value
        text = self.text(value)
        return float(text) if Decimal(repr(float(text))) == Decimal(text) else text

    def figure(self, value: Any) -> str | None:
        """The digits, as long as Excel keeps all of them (15)."""
        text = self.text(value)
        digits = text if len(text) <= 15 and text.isdigit() else text.replace("-", "", 1).replace(".", "", 1)
        return text if digits.isdigit() and (len(digits) <= 15 or len(digits.strip("0")) <= 15) else None


class Count(Figure):
    """A whole number of things."""

    kind, format, usual_width = "count", "#,##0", 9


class Percent(Figure):
    """A part of one, shown as per cent: 0.853 → 85.3 %."""

    kind, format = "percent", "0.0%"

    def on_screen(self, value: Any) -> str:
        """One decimal, a thin sign."""
        return "" if value is None else f"{shown_number(round(Decimal(str(value)) * 100, 1))} %"


class YesNo(Column):
    """是 or 否."""

    kind, usual_width, centred = "yes-no", 8, True

    def text(self, value: Any) -> str:
        """In words."""
        return "" if value is None else _("是") if value else _("否")

    def plain(self, value: Any) -> Any:
        """True, false or nothing."""
        return None if value is None else bool(value)


class Word(Column):
    """A titled enum as plain words: kinds and categories."""

    kind, usual_width = "word", 14

    def text(self, value: Any) -> str:
        """The label in the language of the interface."""
        return "" if value is None else _(value.label) if hasattr(value, "label") else clean(str(value))

    def plain(self, value: Any) -> Any:
        """The code."""
        return getattr(value, "value", value)

    def codes(self) -> dict[str, str]:
        """Every code with its label."""
        words = getattr(resolved(self.expression).type, "enum_class", None) or ()
        return {str(member.value): _(member.label) for member in words if hasattr(member, "label")}


class Badge(Word):
    """A titled enum as a badge in its tone: states."""

    kind = "badge"


class Grade(Word):
    """An environmental credit grade with its colour; ``also={"score": …}`` puts the score beside it."""

    kind, usual_width, centred = "grade", 10, True
