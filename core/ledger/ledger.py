"""The ledger itself: columns, filters and orders declared once; the list page and every export read the same rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, CursorResult, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NULLTYPE, TypeEngine
from werkzeug.datastructures import MultiDict

from core import clock
from core.db import direct
from core.language import gettext as _
from core.ledger import book, flat
from core.ledger.columns import ByKey, Column, Expression, Found, Row, resolved, value_type
from core.ledger.filters import Filter
from core.ledger.notables import Notable, counted
from core.ledger.orders import Order, Position, Rows, Walk, position_of, token
from core.ledger.page import Asked, LedgerPage, Query
from core.ledger.values import Values, reader
from core.text import HIDDEN

COUNTED = 10_000
"""Up to here a list says exactly how many rows it has; beyond, "10,000+"."""

PRINTED = 500
"""The rows of one print view."""

BATCH = 250
"""Rows fetched at a time by exports."""

KNOWN = 20_000
"""Names an export keeps of one look-up, so that memory stays flat."""

WHOLE_FROM = 12
"""The batch from which an export is so long that all counts of a kind are asked for at once."""

PICKED = 500
"""Rows one may tick at once; whoever wants more takes all that match."""

Viewer = TypeVar("Viewer")


@dataclass(frozen=True)
class Stamp:
    """What an export says of itself: when and by whom, the head of the audit chain then, and whose rows these are."""

    at: datetime
    by_name: str
    audit_head: str
    scope: str


@dataclass(frozen=True, eq=False)
class Ledger(Generic[Viewer]):
    """One list of the product.

    ``base`` gives a SELECT with the viewer's scope already applied; the ledger replaces its columns and order, so join
    only what filters need and use ``lookup`` for the rest. ``identity`` is unique and never empty. ``definition``
    (口径) says what is counted. ``notables``: what the result sentence adds ("其中 2 家 30 日内到期"). ``keep``:
    parameters of the page that are not the ledger's, passed on in every link.
    """

    name: str
    title: str
    unit: str
    base: Callable[[Viewer], Rows]
    identity: Expression
    columns: Sequence[Column]
    orders: Sequence[Order]
    default_order: str
    filters: Sequence[Filter] = ()
    notables: Sequence[Notable] = ()
    definition: str = ""
    sizes: Sequence[int] = (20, 50, 100)
    keep: Sequence[str] = ("lang",)
    empty: str = ""
    _orders: dict[str, Order] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself, at import and not on a page."""
        object.__setattr__(self, "_orders", {order.key: order for order in self.orders})
        keys = [column.key for column in self.columns]
        named = [name for each in self.filters for name in each.names()]
        if len(set(keys)) < len(keys) or len({*named, *RESERVED}) < len(named) + len(RESERVED):
            raise ValueError(f"ledger {self.name}: a column or parameter is named twice")
        subs = {column.sub for column in self.columns if column.sub} - {*keys}
        orders = {column.order.removeprefix("-") for column in self.columns if column.order} | {
            self.default_order.removeprefix("-")
        }
        if subs or orders - {*self._orders}:
            raise ValueError(f"ledger {self.name}: no such column or order: {subs | (orders - {*self._orders})}")

    # What was asked for

    def asked(self, args: MultiDict[str, str], seen_by: Viewer) -> Asked:
        """Read the URL; what it says that makes no sense is left out and noted."""
        notes: list[str] = []
        readings = [each.read(args, seen_by) for each in self.filters]
        notes += [reading.problem for reading in readings if reading.problem]
        known = {name for each in self.filters for name in each.names()} | RESERVED | {*self.keep}
        notes += [_("条件“%(key)s”不是这里的，已忽略。", key=_short(key)) for key in args if key not in known]

        sort = args.get("sort") or self.default_order
        if sort.removeprefix("-") not in self._orders:
            notes.append(_("没有“%(key)s”这种排序，已按通常顺序排列。", key=_short(sort)))
            sort = self.default_order
        size = _whole(args.get("size"))
        if size not in self.sizes:
            if args.get("size"):
                notes.append(_("每页条数只能是 %(sizes)s。", sizes="、".join(map(str, self.sizes))))
            size = self.sizes[0]
        columns, strangers = self._chosen_columns(args.getlist("cols"), seen_by)
        notes += [_("没有“%(key)s”这一列，已忽略。", key=_short(key)) for key in strangers]
        usual = tuple(self._usual_columns(seen_by))

        picked = self._picked(args, notes)

        kept = [(name, value) for name in self.keep for value in args.getlist(name)[:1]]
        query = Query([*kept, *(pair for reading in readings for pair in reading.raw.items())])
        query = query.having(
            sort=sort if sort != self.default_order else None,
            size=str(size) if size != self.sizes[0] else None,
            cols=",".join(column.key for column in columns) if columns != usual else None,
            dense="1" if args.get("dense") == "1" else None,
            pick=",".join(map(str, picked)) or None,
        )
        order = self._orders[sort.removeprefix("-")]
        return Asked(
            readings=readings,
            order=order,
            reverse=sort.startswith("-"),
            size=size,
            columns=columns,
            exported=tuple(self._exported(columns, seen_by)),
            choosable=tuple(self.columns_open_to(seen_by)),
            dense=args.get("dense") == "1",
            printing=args.get("print") == "1",
            query=query,
            notes=notes,
            picked=picked,
        )

    def _picked(self, args: MultiDict[str, str], notes: list[str]) -> tuple[Any, ...]:
        """The rows ticked, in the URL as pick=3,8 or pick=3&pick=8; none of them counts when all=1 asks for all."""
        if args.get("all") == "1":
            return ()
        parts = [
            part for given in args.getlist("pick")[: PICKED + 1] for part in given.split(",")[: PICKED + 1] if part
        ]
        whole = issubclass(value_type(resolved(self.identity)), int)
        fitting = [part for part in parts if len(part) <= 64 and (not whole or _whole_number(part))]
        if len(fitting) < len(parts):
            notes.append(_("所选的行中有看不懂的，已忽略。"))
        if len(fitting) > PICKED:
            notes.append(_("一次最多选 %(most)d 行，其余的没有选上；要更多时请选全部。", most=PICKED))
        picked = dict.fromkeys(int(part) if whole else part for part in fitting[:PICKED])
        if self.nothing_picked(args):
            notes.append(_("没有勾选任何行，下面是全部。"))
        return tuple(picked)

    @staticmethod
    def nothing_picked(args: MultiDict[str, str]) -> bool:
        """Whether the bar for ticked rows was used without a tick."""
        return args.get("picking") == "1" and args.get("all") != "1" and not any(args.getlist("pick"))

    def columns_open_to(self, seen_by: Viewer) -> Iterator[Column]:
        """The columns a person may put on the page: those of their own, not second lines of others."""
        subs = {column.sub for column in self.columns}
        for column in self.columns:
            if column.on_page and column.key not in subs and (column.open_to is None or column.open_to(seen_by)):
                yield column

    def _usual_columns(self, seen_by: Viewer) -> Iterator[Column]:
        return (column for column in self.columns_open_to(seen_by) if not column.hidden)

    def _chosen_columns(self, given: Sequence[str], seen_by: Viewer) -> tuple[tuple[Column, ...], list[str]]:
        """The columns chosen in the URL in declared order, the first one always; and names that are none."""
        wanted = {key for part in given[:100] for key in part.split(",")[:100] if key}
        choosable = list(self.columns_open_to(seen_by))
        strangers = sorted(wanted - {column.key for column in choosable})
        if not wanted - {*strangers}:
            return tuple(self._usual_columns(seen_by)), strangers
        return tuple(column for column in choosable if column.key in wanted or column is choosable[0]), strangers

    def _exported(self, columns: Sequence[Column], seen_by: Viewer) -> Iterator[Column]:
        """What the page shows in the same order, second lines as columns of their own; then what only exports hold."""
        by_key = {column.key: column for column in self.columns}
        shown = [each for column in columns for each in (column, by_key.get(column.sub)) if each]
        rest = [column for column in self.columns if not column.on_page and column not in shown]
        for column in dict.fromkeys([*shown, *rest]):
            if column.in_export and (column.open_to is None or column.open_to(seen_by)):
                yield column

    def _rows(self, asked: Asked, seen_by: Viewer) -> Rows:
        statement = self.base(seen_by)
        for reading in asked.readings:
            if reading.value is not None:
                statement = statement.where(reading.filter.condition(reading.value))
        if asked.picked:
            statement = statement.where(resolved(self.identity).in_(asked.picked))
        return statement

    def identities(self, session: Session, args: MultiDict[str, str], seen_by: Viewer, most: int) -> list[Any]:
        """Which rows the URL means, in its order: those ticked, or all that match; at most so many."""
        asked = self.asked(args, seen_by)
        if self.nothing_picked(args):
            return []
        terms = asked.order.run(asked.reverse, self.identity)
        statement = Walk(terms).whole(self._rows(asked, seen_by), [resolved(self.identity)])
        return list(session.scalars(statement.limit(most)))

    # The page

    def page(self, session: Session, args: MultiDict[str, str], seen_by: Viewer) -> LedgerPage:
        """One page of the list: one statement for its rows, one for how many there are, whatever their number."""
        asked = self.asked(args, seen_by)
        base = self._rows(asked, seen_by)
        terms = asked.order.run(asked.reverse, self.identity)
        sort = f"{'-' if asked.reverse else ''}{asked.order.key}"
        size = PRINTED if asked.printing else asked.size
        backwards = bool(args.get("before")) and not args.get("after")
        given = args.get("after") or args.get("before") or ""
        start = position_of(given, sort, terms)
        if given and start is None:
            asked.notes.append(_("翻页位置已经失效，从第一页显示。"))
            backwards = False

        shown = self._shown(asked, seen_by)
        fetched: dict[str, ColumnElement[Any]] = {}
        for column in shown:
            fetched |= column.expressions()
        statement = Walk(terms, backwards).statement(base, list(fetched.values()), start, size + 1)
        found = direct(session).execute(statement).all()
        more = len(found) > size
        found = found[:size][::-1] if backwards else found[:size]
        total, told = counted(session, base, self.notables, COUNTED)

        width, at = len(fetched), {key: place for place, key in enumerate(fetched)}
        keys = [tuple(row[width : width + len(terms)]) for row in found]
        first = (max(1, start.ordinal - len(found)) if backwards else start.ordinal + 1) if start else 1
        last = first + len(found) - 1
        has_before = more if backwards else start is not None and bool(found)
        has_after = bool(start and found) if backwards else more
        return LedgerPage(
            ledger=self,
            asked=asked,
            columns=asked.exported if asked.printing else asked.columns,
            rows=[Row(row, at, key[-1]) for row, key in zip(found, keys, strict=True)],
            by_key={column.key: column for column in shown},
            total=min(total, COUNTED),
            capped=total > COUNTED,
            first=first,
            last=last,
            before=token(sort, Position(keys[0], first)) if has_before and keys else "",
            after=token(sort, Position(keys[-1], last)) if has_after and keys else "",
            astray=start is not None and not found,
            told=told,
        )

    def _shown(self, asked: Asked, seen_by: Viewer) -> list[Column]:
        """The columns of the page and their second lines."""
        if asked.printing:
            return list(asked.exported)
        by_key = {column.key: column for column in self.columns}
        subs = [by_key[column.sub] for column in asked.columns if column.sub]
        return [*asked.columns, *(sub for sub in subs if sub.open_to is None or sub.open_to(seen_by))]

    # Exports: everything that needs the person is settled when they are called; the rows are read while they are sent,
    # when the request and its session may be over already. So give them a session of their own.

    def batches(self, session: Session, asked: Asked, seen_by: Viewer) -> Iterator[list[Sequence[Any]]]:
        """All rows in the chosen order, column by column, a batch at a time; memory stays flat."""
        expressions = [column.expressions()[column.key] for column in asked.exported]
        by_key = [each.by_key if isinstance(each, Found) else None for each in expressions]
        fetched = [way.of if way else each for way, each in zip(by_key, expressions, strict=True)]
        terms = asked.order.run(asked.reverse, self.identity)
        raw = [each if isinstance(each, BindParameter) else type_coerce(each, NULLTYPE) for each in fetched]
        statement = Walk(terms).whole(self._rows(asked, seen_by), raw)
        types = [None if one is each else each.type for one, each in zip(raw, fetched, strict=True)]
        plain = [each.type.hashable for each in expressions]
        ways = {at: way for at, way in enumerate(by_key) if way}
        return _read(session, statement, asked.exported, types, plain, ways)

    def xlsx(self, session: Session, args: MultiDict[str, str], seen_by: Viewer, stamp: Stamp) -> Iterator[bytes]:
        """A styled workbook: sheet 说明 (what this is), then all rows."""
        asked = self.asked(args, seen_by)
        batches = self.batches(session, asked, seen_by)
        return book.workbook(str(self.title), asked.exported, self.about(asked, stamp), stamp.at, batches)

    def csv(self, session: Session, args: MultiDict[str, str], seen_by: Viewer) -> Iterator[bytes]:
        """All rows as CSV in UTF-8 with its mark, as Excel opens it."""
        asked = self.asked(args, seen_by)
        return flat.csv(asked.exported, self.batches(session, asked, seen_by))

    def json(self, session: Session, args: MultiDict[str, str], seen_by: Viewer, stamp: Stamp) -> Iterator[bytes]:
        """All rows as objects, and what they are."""
        asked = self.asked(args, seen_by)
        meta = {
            "ledger": self.name,
            "title": str(self.title),
            "scope": stamp.scope,
            "as_of": clock.beijing(stamp.at).isoformat(timespec="seconds"),
            "by": stamp.by_name,
            "audit_head": stamp.audit_head,
            "definition": str(self.definition),
            "filters": {name: value for name, value in asked.query.pairs if name not in {*RESERVED, *self.keep}},
            "order": f"{'-' if asked.reverse else ''}{asked.order.key}",
        }
        return flat.json(asked.exported, meta, self.batches(session, asked, seen_by))

    def about(self, asked: Asked, stamp: Stamp) -> list[tuple[str, str]]:
        """What sheet 说明 says, as label and words; the number of rows is added when all are written."""
        head = stamp.audit_head
        lines = [
            (_("台账"), str(self.title)),
            (_("范围"), stamp.scope),
            *((str(reading.filter.label), reading.words) for reading in asked.readings if reading.value is not None),
            (_("排序"), asked.order.described(asked.reverse)),
            (_("数据截至"), _("%(at)s（北京时间）", at=clock.beijing(stamp.at).strftime("%Y-%m-%d %H:%M:%S"))),
            (_("导出人"), stamp.by_name),
            (_("审计链首"), " ".join(head[at : at + 8] for at in range(0, len(head), 8)) if head else _("无")),
            (_("口径"), str(self.definition) or _("符合上列条件的全部记录。")),
        ]
        return [(label, words) for label, words in lines if words]

    def filename(self, stamp: Stamp, suffix: str) -> str:
        """企业台账_昌吉市_20261123_1840.xlsx, the time as in Beijing."""
        return f"{self.filename_of(stamp.scope, clock.beijing(stamp.at).strftime('%Y-%m-%d %H:%M'))}.{suffix}"

    def filename_of(self, scope: str, at: str) -> str:
        """The name without its suffix, as the page announces it."""
        digits = "".join(each for each in at if each.isdigit() or each == " ").strip().replace(" ", "_")
        return "_".join(part for part in (_safe(str(self.title)), _safe(scope), digits) if part)


RESERVED = {"sort", "size", "cols", "dense", "print", "after", "before", "pick", "picking", "all"}
"""Parameters that mean the same on every list."""


def _read(
    session: Session,
    statement: Rows,
    columns: Sequence[Column],
    types: Sequence[TypeEngine[Any] | None],
    plain: Sequence[bool],
    by_key: Mapping[int, ByKey],
) -> Iterator[list[Sequence[Any]]]:
    """The rows of an export; columns only, so the connection itself may run it: no objects are made.

    They come as the driver gives them; what a type and the column make of a value is made once for each, where values
    are ``plain`` and not lists out of JSON.
    """
    connection = session.connection()
    found = {at: _Known(connection, way) for at, way in by_key.items()}
    with connection.execute(statement, execution_options={"yield_per": BATCH}) as result:
        typed = _processors(connection, result, types)
        first = [found[at].read if at in found else way for at, way in enumerate(typed)]
        reads = [
            reader(*steps, once=once) for *steps, once in zip(first, (one.read for one in columns), plain, strict=True)
        ]
        for part in result.partitions():
            values: list[Sequence[Any]] = list(zip(*part, strict=True))
            for at, known in found.items():
                values[at] = known.of(Values(values[at], typed[at]))
            yield [
                Values(each, read) if hashable or read is None else [*map(read, each)]
                for each, read, hashable in zip(values, reads, plain, strict=True)
            ]


def _processors(
    connection: Connection, result: CursorResult[Any], types: Sequence[TypeEngine[Any] | None]
) -> list[Callable[[Any], Any] | None]:
    """What turns the driver's value into Python's, column by column."""
    dialect, described = connection.dialect, result.cursor.description if result.cursor else ()
    return [
        sort.dialect_impl(dialect).result_processor(dialect, about[1]) if sort is not None else None
        for sort, about in zip(types, described, strict=False)
    ]


class _Known:
    """What a look-up found: each key is asked for once, those of a batch together, and only so many are kept.

    Few rows are usually counted (who owes something), so a long export soon asks for all counts there are in one go.
    """

    def __init__(self, connection: Connection, way: ByKey) -> None:
        self._connection, self._way, self._found = connection, way, dict[Any, Any]()
        self._batches, self._whole = 0, False
        self.read: Callable[[Any], Any] | None = None if way.counts else self._found.get
        """What ``of`` gives stands for this: the keys of a look-up recur, so that what is made of one is made once."""

    def of(self, keys: Iterable[Any]) -> list[Any]:
        """The keys of these rows, now known; of counts, which hardly recur, the counts themselves."""
        keys = [*keys]
        self._batches += 1
        if self._way.counts and self._batches == WHOLE_FROM:
            self._ask_for_all()
        if not self._whole:
            self._ask({*keys})
        return [self._found.get(key, 0) for key in keys] if self._way.counts else keys

    def _ask(self, keys: set[Any]) -> None:
        if len(self._found) > KNOWN:
            self._found.clear()
        new = keys - self._found.keys() - {None}
        if new:
            self._found |= dict.fromkeys(new, 0 if self._way.counts else None)
            wanted = self._way.statement().where(self._way.key.in_(new))
            self._found |= {row[0]: row[1] for row in self._connection.execute(wanted)}

    def _ask_for_all(self) -> None:
        wanted = self._way.statement().where(self._way.key.is_not(None))
        rows = self._connection.execute(wanted.limit(KNOWN + 1)).all()
        if len(rows) <= KNOWN:
            self._found, self._whole = {row[0]: row[1] for row in rows}, True


_FORBIDDEN = dict.fromkeys([*HIDDEN, *map(ord, '\\/:*?"<>|%\t\r\n ')], None)


def _safe(part: str) -> str:
    """A part of a file name that every system takes."""
    return part.translate(_FORBIDDEN).strip("._")[:60]


def _short(text: str) -> str:
    """A stranger's text, short enough to be repeated."""
    return text if len(text) <= 30 else text[:30] + "…"


def _whole_number(text: str) -> bool:
    return len(text) <= 18 and text.isascii() and text.isdecimal()


def _whole(text: str | None) -> int:
    """A small whole number, or 0."""
    return int(text) if text and len(text) < 6 and text.isascii() and text.isdecimal() else 0
