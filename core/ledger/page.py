"""What a list page shows: rows and cells ready to be drawn, and every link that keeps the rest of the address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import current_app, has_request_context, request
from markupsafe import Markup
from werkzeug.routing import MapAdapter

from core.language import gettext as _
from core.ledger.cells import Cell, Macro, Place, aligned, cells, drawn, places
from core.ledger.columns import Column, Row
from core.ledger.filters import Reading
from core.ledger.notables import Notable
from core.ledger.orders import Order

if TYPE_CHECKING:
    from core.ledger.ledger import Ledger

EXPORTS = ("xlsx", "csv", "json")


@dataclass(frozen=True)
class Query:
    """The parameters that mean something, in one spelling; what a saved view keeps."""

    pairs: Sequence[tuple[str, str]] = ()

    def having(self, **changes: str | None) -> "Query":
        """The same with some replaced, or left out when None."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        return Query([*kept, *((name, value) for name, value in changes.items() if value is not None)])

    def without(self, names: Sequence[str], **changes: str | None) -> "Query":
        """The same without some, or with an empty value where empty means all."""
        return Query([(name, value) for name, value in self.pairs if name not in names]).having(**changes)

    @property
    def text(self) -> str:
        """As it stands behind the question mark."""
        return urlencode(self.pairs)

    @property
    def url(self) -> str:
        """A link to the same page with these parameters."""
        return "?" + self.text


@dataclass
class Asked:
    """What the address asks for, understood."""

    readings: list[Reading]
    order: Order
    reverse: bool
    size: int
    columns: tuple[Column, ...]
    exported: tuple[Column, ...]
    choosable: tuple[Column, ...]
    dense: bool
    printing: bool
    query: Query
    notes: list[str]
    picked: tuple[Any, ...] = ()


@dataclass(frozen=True)
class View:
    """A list with its filters, kept under a name."""

    name: str
    query: str
    shared: bool = False


@dataclass(frozen=True)
class Shelf:
    """What a person keeps of a list: saved views, and where to post a new one or another choice of columns."""

    views: Sequence[View] = ()
    save_url: str = ""
    arrange_url: str = ""
    manage_url: str = ""


@dataclass(frozen=True)
class Heading:
    """The head of a column: its label, and the link that sorts by it."""

    label: str
    css: str
    hint: str
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Tag:
    """A chosen filter, and the address without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True)
class Export:
    """A file one may take away: by a link, or by a button when taking it is recorded."""

    form: str
    url: str
    by_post: bool


@dataclass
class LedgerPage:
    """One page of a list; ``parts/ledger.html`` draws it."""

    ledger: "Ledger[Any]"
    asked: Asked
    columns: Sequence[Column]
    rows: list[Row]
    by_key: Mapping[str, Column]
    total: int
    capped: bool
    first: int
    last: int
    before: str
    after: str
    astray: bool
    told: Sequence[tuple[Notable, int]] = ()
    shelf: Shelf = field(default_factory=Shelf)
    audit_head: str = ""

    # Words

    @property
    def count(self) -> str:
        """How many rows there are: exact, or "10,000+"."""
        return f"{self.total:,}+" if self.capped else f"{self.total:,}"

    @property
    def order(self) -> str:
        """The order in words."""
        return self.asked.order.described(self.asked.reverse)

    @property
    def sentence(self) -> str:
        """The result in one sentence; also the head of the page's title."""
        unit = str(self.ledger.unit)
        words: str = _("共 %(count)s %(unit)s，按%(order)s", count=self.count, unit=unit, order=self.order)
        return words

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What is notable among the rows, each with the address that shows these alone (empty when that is here)."""
        chosen = {name for reading in self.asked.readings if reading.chosen for name in reading.raw}
        return [
            (each.told(count), "" if not each.params or chosen & {*each.params} else self._only(each))
            for each, count in self.told
        ]

    def _only(self, notable: Notable) -> str:
        return self.asked.query.without([*notable.params]).having(**notable.params).url

    @property
    def range(self) -> str:
        """Which rows these are."""
        words: str = _(
            "第 %(first)s–%(last)s %(unit)s，共 %(count)s %(unit)s",
            first=f"{self.first:,}",
            last=f"{self.last:,}",
            unit=str(self.ledger.unit),
            count=self.count,
        )
        return words

    @property
    def notes(self) -> list[str]:
        """What in the address could not be understood."""
        return self.asked.notes

    @property
    def printing(self) -> bool:
        """Whether the print view was asked for."""
        return self.asked.printing

    @property
    def dense(self) -> bool:
        """Whether rows stand close."""
        return self.asked.dense

    # Filters

    @cached_property
    def tags(self) -> list[Tag]:
        """The chosen filters, each with the way to take it off."""
        chosen = [
            Tag(str(reading.filter.label), reading.words, self._off(reading).url)
            for reading in self.asked.readings
            if reading.chosen or (reading.usual and self._removable(reading))
        ]
        if self.asked.picked:
            unit, count = str(self.ledger.unit), len(self.asked.picked)
            words = _("%(count)s %(unit)s", count=count, unit=unit)
            chosen.append(Tag(_("勾选"), words, self.asked.query.having(pick=None).url))
        return chosen

    def _removable(self, reading: Reading) -> bool:
        """A usual choice can be taken off where an empty parameter means all."""
        return getattr(reading.filter, "usual", None) is not None

    def _off(self, reading: Reading) -> Query:
        emptied = {reading.filter.key: ""} if self._removable(reading) else {}
        return self.asked.query.without(reading.filter.names(), **emptied)

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.asked.picked) or any(reading.chosen for reading in self.asked.readings)

    @property
    def arranged(self) -> bool:
        """Whether there is anything worth keeping under a name: filters, ticked rows or another order."""
        usual = self.asked.order.key == self.ledger.default_order.removeprefix("-")
        turned = self.asked.reverse == self.ledger.default_order.startswith("-")
        return self.filtered or not (usual and turned)

    @property
    def view_query(self) -> str:
        """The list as a saved view keeps it: without what belongs to the person (density, page size)."""
        return self.asked.query.having(dense=None, size=None, lang=None).text

    @property
    def views(self) -> list[tuple[View, bool]]:
        """The saved views, and whether this is it."""
        return [(view, view.query == self.view_query) for view in self.shelf.views]

    @property
    def clear_url(self) -> str:
        """The list as it usually is: filters off, columns and size kept."""
        names = [name for each in self.ledger.filters for name in each.names()]
        return self.asked.query.without([*names, "pick"]).url

    @property
    def fields(self) -> list[Reading]:
        """The filters that are always in view."""
        return [reading for reading in self.asked.readings if not reading.filter.more]

    @property
    def more_fields(self) -> list[Reading]:
        """The filters behind 更多条件."""
        return [reading for reading in self.asked.readings if reading.filter.more]

    @property
    def more_open(self) -> bool:
        """Whether one of these is in use."""
        return any(reading.chosen for reading in self.more_fields)

    def kept(self, *names: str) -> list[tuple[str, str]]:
        """The parameters a form must send on: all but the filters and those it sets itself."""
        own = {*names, "pick", *(name for each in self.ledger.filters for name in each.names())}
        return [(name, value) for name, value in self.asked.query.pairs if name not in own]

    def kept_filters(self, *names: str) -> list[tuple[str, str]]:
        """All parameters but those a form sets itself."""
        return [(name, value) for name, value in self.asked.query.pairs if name not in names]

    # Tools

    @property
    def choosable(self) -> list[tuple[Column, bool]]:
        """All columns one may see, and whether each is shown; the first always is."""
        return [(column, column in self.asked.columns) for column in self.asked.choosable]

    @property
    def dense_url(self) -> str:
        """The same rows, closer or wider."""
        return self.asked.query.having(dense=None if self.dense else "1").url

    @property
    def batch_kept(self) -> list[tuple[str, str]]:
        """What the bar for ticked rows sends along: filters, order and columns."""
        return self.kept_filters("pick", "size", "dense")

    @property
    def plain_query(self) -> str:
        """The address without columns and density, for the forms that change these for good."""
        return self.asked.query.having(cols=None, dense=None).text

    @property
    def batch_files(self) -> list[Export]:
        """The files that ticked rows can be taken away as; one whose export is recorded is not among them."""
        return [
            Export(file.form, file.url.partition("?")[0], file.by_post) for file in self.exports if not file.by_post
        ]

    @property
    def print_url(self) -> str:
        """The same rows, made for paper."""
        return self.asked.query.having(print="1").url

    @property
    def back_url(self) -> str:
        """From the print view to the list."""
        return self.asked.query.url

    @property
    def usual_columns_url(self) -> str:
        """The same rows with the usual columns."""
        return self.asked.query.having(cols=None).url

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """Rows per page: number, link, whether it is so now."""
        usual = self.ledger.sizes[0]
        return [
            (size, self.asked.query.having(size=None if size == usual else str(size)).url, size == self.asked.size)
            for size in self.ledger.sizes
        ]

    @cached_property
    def exports(self) -> list[Export]:
        """The files this page offers: those whose address (page + suffix) the application knows."""
        if not has_request_context():
            return []
        adapter, found = self._addresses, []
        for form in EXPORTS:
            path = f"{request.path}.{form}"
            for method in ("GET", "POST"):
                if adapter.test(path, method):
                    query = self.asked.query.having(size=None, dense=None).text
                    found.append(Export(form, path + ("?" + query if query else ""), method == "POST"))
                    break
        return found

    @property
    def export_columns(self) -> int:
        """How many columns an export has."""
        return len(self.asked.exported)

    # Pages

    @property
    def previous_url(self) -> str:
        """The page before, or nothing."""
        return self.asked.query.having(before=self.before).url if self.before else ""

    @property
    def next_url(self) -> str:
        """The page after, or nothing."""
        on_paper = "1" if self.printing else None
        return self.asked.query.having(after=self.after, print=on_paper).url if self.after else ""

    @property
    def first_url(self) -> str:
        """The first page."""
        return self.asked.query.url

    # The table

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns shown."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        css, hint = aligned(column) if column.css == "num" else "", str(column.hint)
        if not column.order or self.printing:
            return Heading(str(column.label), css, hint)
        wanted = column.order
        here = wanted.removeprefix("-") == self.asked.order.key
        if here:
            wanted = self.asked.order.key if self.asked.reverse else f"-{self.asked.order.key}"
        url = self.asked.query.having(sort=None if wanted == self.ledger.default_order else wanted).url
        way = ("descending" if self.asked.reverse else "ascending") if here else ""
        return Heading(str(column.label), css, hint, url, way)

    @cached_property
    def places(self) -> list[Place]:
        """The columns of the table, as cells are drawn in them."""
        return places(self.columns, self.by_key, whole=not self.printing)

    def cells(self, row: Row) -> Iterator[tuple[Place, Cell]]:
        """The values of a row, as drawn; in the print view second lines are columns and so left out below."""
        return cells(row, self.places, whole=not self.printing)

    def drawn(self, row: Row, macros: Mapping[str, Macro], own: Mapping[str, Macro], pick: Macro | None) -> Markup:
        """The cells of a row as HTML."""
        return drawn(row, self.places, not self.printing, self.address, macros, own, pick)

    def address(self, place: Place, cell: Cell) -> str:
        """Where a cell leads."""
        return self._addresses.build(place.endpoint, cell.params or {})

    @cached_property
    def _addresses(self) -> MapAdapter:
        adapter = current_app.create_url_adapter(request)
        if adapter is None:
            raise RuntimeError("a page is drawn inside a request")
        return adapter
