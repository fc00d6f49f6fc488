"""Orders and keyset pages: every row is met exactly once, and the thousandth page costs what the first does.

A page begins after (or before) the key of a row, never at an offset. Rows without a value come last in both
directions. Where the first term may be empty, full and empty rows are two ranges of the index, read one after the
other: neither engine can seek in an index through ``NULLS LAST`` and an OR.
"""

import base64
import binascii
import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    Numeric,
    Select,
    UnaryExpression,
    and_,
    false,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.sql import operators
from sqlalchemy.types import NullType, TypeDecorator

from core.language import gettext as _
from core.ledger.columns import Expression, resolved, value_type

Rows = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""

LONGEST_TOKEN = 2000


class _Exact(TypeDecorator[Any]):
    """A number as the engine itself holds it, so that a key compares equal to the row it was read from."""

    impl = NullType
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        return float(value) if dialect.name == "sqlite" else Decimal(str(value))


@dataclass(frozen=True)
class Term:
    """One expression of an order, and which way it runs."""

    expression: ColumnElement[Any]
    descending: bool
    nullable: bool

    @classmethod
    def of(cls, given: Expression) -> "Term":
        """Read ``X``, ``X.asc()`` or ``X.desc()``."""
        expression, descending = resolved(given), False
        while isinstance(expression, UnaryExpression) and expression.modifier is not None:
            descending = descending or expression.modifier is operators.desc_op
            expression = expression.element
        if isinstance(expression.type, NullType):
            raise TypeError(f"an order needs a typed expression, which {expression} is not")
        if isinstance(expression.type, Numeric) and expression.type.asdecimal:
            return cls(type_coerce(expression, _Exact()), descending, getattr(expression, "nullable", True))
        return cls(expression, descending, getattr(expression, "nullable", True))

    def flipped(self) -> "Term":
        """The same, running the other way."""
        return replace(self, descending=not self.descending)

    def bound(self, value: Any) -> ColumnElement[Any]:
        """A value to compare with, of the expression's own type; whole numbers as wide as can be, forged ones too."""
        sort = self.expression.type
        return literal(value, BigInteger() if isinstance(sort, Integer) else sort)

    def sorted(self, nulls_last: bool, split: bool = False) -> ColumnElement[Any]:
        """As ORDER BY writes it."""
        way = self.expression.desc() if self.descending else self.expression.asc()
        if split or not self.nullable:
            return way
        return way.nulls_last() if nulls_last else way.nulls_first()

    def beyond(self, value: Any, nulls_last: bool) -> ColumnElement[bool] | None:
        """Rows whose value comes after this one; None when there can be none."""
        if value is None:
            return None if nulls_last else self.expression.is_not(None)
        further = self.expression < self.bound(value) if self.descending else self.expression > self.bound(value)
        return or_(further, self.expression.is_(None)) if self.nullable and nulls_last else further

    def same(self, value: Any) -> ColumnElement[bool]:
        """Rows with this value."""
        return self.expression.is_(None) if value is None else self.expression == self.bound(value)


class Order:
    """An order one may choose: ``Order("expiry", "许可证到期日", Enterprise.expiry, up="由近到远", down="由远到近")``.

    Terms may be ``.desc()``; the ledger's identity is added as the last, unique one. An index over the terms and the
    identity keeps it fast at a million rows.
    """

    def __init__(self, key: str, label: str, *terms: Expression, up: str = "", down: str = "") -> None:
        """Keep what it is called in the URL and to people, and what each direction is called."""
        self.key, self.label, self.terms, self.up, self.down = key, label, terms, up, down

    def described(self, reverse: bool) -> str:
        """In words, as in "按许可证到期日由近到远"."""
        return f"{self.label}{(self.down if reverse else self.up) or self._usual_words(reverse)}"

    def _usual_words(self, reverse: bool) -> str:
        """What a direction is called where the declaration does not say."""
        first = Term.of(self.terms[0])
        wanted = object if isinstance(first.expression.type, _Exact) else value_type(first.expression)
        if wanted in (str, bool) or issubclass(wanted, enum.Enum):
            words = _("顺序"), _("倒序")
        elif issubclass(wanted, date):
            words = _("由早到晚"), _("由晚到早")
        else:
            words = _("由小到大"), _("由大到小")
        return str(words[reverse != first.descending])

    def run(self, reverse: bool, identity: Expression) -> list[Term]:
        """The terms in the direction asked for, the identity last."""
        terms = [Term.of(term) for term in self.terms]
        unique = Term(resolved(identity), terms[-1].descending if terms else False, nullable=False)
        return [term.flipped() for term in [*terms, unique]] if reverse else [*terms, unique]


@dataclass(frozen=True)
class Position:
    """A place between two rows: the key of the row beside it and that row's ordinal (for "第 21–40 家")."""

    key: tuple[Any, ...]
    ordinal: int


@dataclass(frozen=True)
class Walk:
    """A walk over the rows in one order, forwards or backwards."""

    terms: list[Term]
    backwards: bool = False

    @property
    def _way(self) -> list[Term]:
        return [term.flipped() for term in self.terms] if self.backwards else self.terms

    def statement(self, base: Rows, fetched: Sequence[ColumnElement[Any]], start: Position | None, limit: int) -> Rows:
        """One statement for one page: the values wanted, then the keys of each row."""
        columns = [each.label(f"v{at}") for at, each in enumerate(fetched)]
        columns += [term.expression.label(f"k{at}") for at, term in enumerate(self.terms)]
        ranges = [
            base.where(*conditions)
            .with_only_columns(*columns, maintain_column_froms=True)
            .order_by(None)
            .order_by(*self._ordered(split=self.terms[0].nullable))
            .limit(limit)
            for conditions in self._ranges(start)
        ]
        if len(ranges) == 1:
            return ranges[0]
        parts = [part.add_columns(literal_column(str(at)).label("part")).subquery() for at, part in enumerate(ranges)]
        both = union_all(*(select(part) for part in parts)).subquery()
        keys = [replace(term, expression=both.c[f"k{at}"]) for at, term in enumerate(self._way)]
        return select(both).order_by(both.c.part, *(key.sorted(not self.backwards) for key in keys)).limit(limit)

    def whole(self, base: Rows, fetched: Sequence[ColumnElement[Any]]) -> Rows:
        """One statement for all rows, as exports read it."""
        columns = [each.label(f"v{at}") for at, each in enumerate(fetched)]
        return base.with_only_columns(*columns, maintain_column_froms=True).order_by(None).order_by(*self._ordered())

    def _ordered(self, split: bool = False) -> list[ColumnElement[Any]]:
        """ORDER BY; within one range of a split walk the first term needs no word about NULLs."""
        return [term.sorted(not self.backwards, split and at == 0) for at, term in enumerate(self._way)]

    def _ranges(self, start: Position | None) -> list[list[ColumnElement[bool]]]:
        """The conditions of each range of the walk, in order: first full, then empty (backwards the other way)."""
        first, *rest = self._way
        if not first.nullable:
            return [[self._beyond([first, *rest], start.key)] if start else []]
        full, empty = first.expression.is_not(None), first.expression.is_(None)
        if start is None:
            return [[empty], [full]] if self.backwards else [[full], [empty]]
        if start.key[0] is None:
            here = [empty, self._beyond(rest, start.key[1:])]
            return [here, [full]] if self.backwards else [here]
        here = [full, self._beyond([replace(first, nullable=False), *rest], start.key)]
        return [here] if self.backwards else [here, [empty]]

    def _beyond(self, terms: Sequence[Term], key: Sequence[Any]) -> ColumnElement[bool]:
        """Rows after a key. A row value where it can be, as both engines seek it in an index; else spelled out."""
        same_way = len({term.descending for term in terms}) == 1
        if same_way and len(terms) > 1 and not any(term.nullable for term in terms):
            here = tuple_(*(term.expression for term in terms))
            there = tuple_(*(term.bound(value) for term, value in zip(terms, key, strict=True)))
            return here < there if terms[0].descending else here > there
        first, value = terms[0], key[0]
        further = first.beyond(value, not self.backwards)
        if len(terms) == 1:
            return further if further is not None else false()
        tied = and_(first.same(value), self._beyond(terms[1:], key[1:]))
        either = tied if further is None else or_(further, tied)
        if first.nullable or value is None:
            return either
        # what the index can seek, before what it has to look at
        edge = first.expression <= first.bound(value) if first.descending else first.expression >= first.bound(value)
        return and_(edge, either)


def token(order: str, position: Position) -> str:
    """A position as it stands in a URL: opaque, but no secret; it only ever narrows what one may see anyway."""
    written = json.dumps(
        [order, position.ordinal, *map(_written, position.key)], ensure_ascii=False, separators=(",", ":")
    )
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def position_of(text: str, order: str, terms: Sequence[Term]) -> Position | None:
    """The position a token stands for, or None for one that was tampered with or belongs to another order."""
    if not text or len(text) > LONGEST_TOKEN:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw.decode())
        name, ordinal, *key = found
        if name != order or type(ordinal) is not int or not 0 <= ordinal < 2**53 or len(key) != len(terms):
            return None
        return Position(tuple(_read(value, term) for value, term in zip(key, terms, strict=True)), ordinal)
    except (ValueError, TypeError, RecursionError, InvalidOperation, binascii.Error, OverflowError):
        return None


def _written(value: Any) -> Any:
    """A key as JSON holds it without loss."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _read(value: Any, term: Term) -> Any:
    """A key as the expression's type wants it; raises on anything else."""
    if value is None:
        if not term.nullable:
            raise ValueError("no such row")
        return None
    sort = term.expression.type
    if isinstance(sort, _Exact):
        return _figure(value)
    wanted = value_type(term.expression)
    if issubclass(wanted, enum.Enum):
        return wanted(value)
    if issubclass(wanted, datetime):
        return _instant(value, zoned=bool(getattr(sort, "timezone", False)))
    if issubclass(wanted, date):
        return date.fromisoformat(value)
    return _plain(value, wanted)


def _figure(value: Any) -> Any:
    number = Decimal(value if isinstance(value, str) else repr(value))
    if not number.is_finite() or abs(number) > Decimal(10) ** 30:
        raise ValueError("no figure")
    return number if isinstance(value, str) else value


def _instant(value: Any, zoned: bool) -> datetime:
    moment = datetime.fromisoformat(value)
    if (moment.tzinfo is not None) != zoned:
        raise ValueError("another kind of instant")
    return moment.astimezone(UTC) if zoned else moment


def _plain(value: Any, wanted: type[Any]) -> Any:
    if wanted is float and type(value) is int:
        return float(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise TypeError("another type")
    if wanted is int and abs(value) >= 2**63:
        raise OverflowError("too large")
    if wanted is str:
        value.encode()  # a lone surrogate is no text
        if "\0" in value:
            raise ValueError("no text")
    return value
