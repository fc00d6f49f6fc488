"""The table of a page: what is the same for a whole column is settled once, each value then only becomes its text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from markupsafe import Markup, escape

from core.language import language
from core.ledger.columns import Column, Mark, Row

Text = TypeVar("Text", bound=str)


@dataclass(frozen=True, slots=True)
class Place:
    """A column of this page: its words in the reader's language, and how its cells are drawn."""

    column: Column
    first: bool
    kind: str
    css: str
    attributes: Markup
    endpoint: str
    sub: "Place | None" = None
    scored: bool = False
    alike: bool = False
    """Whether equal values make equal cells: nothing in them depends on the rest of the row."""
    opening: str = ""
    drawn: dict[Any, Markup] = field(default_factory=dict, compare=False)
    """What macros have drawn, by value: most columns of states hold few."""
    known: dict[Any, str] = field(default_factory=dict, compare=False)
    """Whole cells by value, where equal values make equal cells."""

    @classmethod
    def of(cls, column: Column, sub: Column | None, first: bool, whole: bool) -> "Place":
        """Where a column stands; without ``whole`` the value alone, with neither link nor second lines."""
        kind = "text" if column.shown else column.kind
        code = "code" if kind == "code" else ""
        css = " ".join(filter(None, (aligned(column), code, "full" if column.full else "")))
        attributes = _attributes(code if first else css, "" if first else str(column.label))
        return cls(
            column=column,
            first=first,
            kind=kind,
            css=css,
            attributes=attributes,
            endpoint=column.link.endpoint if column.link and whole else "",
            sub=cls.of(sub, None, False, False) if sub and whole else None,
            scored=column.kind == "grade" and "score" in column.also,
            alike=not (first or column.shown or column.note or column.sub or column.link),
            opening=f'<th scope="row" role="rowheader"{attributes}>' if first else f'<td role="cell"{attributes}>',
        )


@dataclass(slots=True)
class Cell:
    """One value as it is drawn; ``look`` says which way: text, badge, grade, mark, link or empty."""

    look: str
    value: Any
    text: str
    mark: Mark | None = None
    params: Mapping[str, Any] | None = None
    below: Sequence[tuple[str, str]] = ()
    """Second lines: class and words."""
    score: Any = None


def places(columns: Sequence[Column], by_key: Mapping[str, Column], whole: bool) -> list[Place]:
    """The columns of a page in their order; in the print view second lines are columns, so ``whole`` is off."""
    subs = tuple(by_key.get(column.sub) if column.sub else None for column in columns)
    return _places(tuple(columns), subs, whole, language())


@lru_cache(maxsize=100)
def _places(columns: Sequence[Column], subs: Sequence[Column | None], whole: bool, _language: str) -> list[Place]:
    """Made once for each choice of columns in each language, and with it the cells that recur from page to page."""
    return [Place.of(column, sub, column is columns[0], whole) for column, sub in zip(columns, subs, strict=True)]


def cells(row: Row, where: Sequence[Place], whole: bool) -> Iterator[tuple[Place, Cell]]:
    """The values of a row, each with its column."""
    for place in where:
        yield place, _cell(row, place, whole)


def _cell(row: Row, place: Place, whole: bool) -> Cell:
    column = place.column
    value = column.value(row)
    if column.shown is None or (shown := column.shown(row)) is None:
        text = column.on_screen(value)
        cell = Cell(_look(column.kind, value, text), value, text)
    else:
        cell = Cell("text", value, str(shown))
        if isinstance(shown, Mark):
            cell.look, cell.mark = "mark", shown
    if place.endpoint and (params := row.params(column)):
        cell.look, cell.params = "link", params
    if place.scored:
        cell.score = row["score"]
    if whole and (place.sub or column.note):
        cell.below = list(_below(row, place))
    return cell


Macro = Callable[..., Any]


def drawn(
    row: Row,
    where: Sequence[Place],
    whole: bool,
    address: Callable[[Place, Cell], str],
    macros: Mapping[str, Macro],
    own: Mapping[str, Macro],
    pick: Macro | None,
) -> Markup:
    """The cells of a row as HTML. A template's loop would ask for the same dozen things at each of hundreds of cells.

    ``macros`` draw badges, grades and marks, ``own`` the columns a page draws itself; ``pick`` the box to tick.
    """
    parts: list[str] = []
    for place in where:
        if own and place.column.key in own:
            cell = _cell(row, place, whole)
            inside = [escape(own[place.column.key](cell.value, row)), *_lines(cell)]
        elif place.alike:
            parts.append(_alike(row, place, whole, macros))
            continue
        else:
            cell = _cell(row, place, whole)
            inside = [_inside(place, cell, address, macros), *_lines(cell)]
        if place.first and pick:
            parts += '<td role="cell" class="pick">', escape(pick(row.identity, cell.text)), "</td>"
        parts += place.opening, *inside, "</th>" if place.first else "</td>"
    return Markup("".join(parts))  # noqa: S704 - every value was escaped above


def _alike(row: Row, place: Place, whole: bool, macros: Mapping[str, Macro]) -> str:
    """A cell in which nothing but its value counts, made once for each value."""
    value = row[place.column.key]
    key = (value.__class__, value, row["score"] if place.scored else None)
    try:
        return place.known[key]
    except TypeError:  # a list out of JSON cannot be looked up
        return _whole_cell(row, place, whole, macros)
    except KeyError:
        return _kept(place.known, key, _whole_cell(row, place, whole, macros))


KEPT = 300
"""Cells kept at a time for each column of a list in each language, so that memory stays flat."""


def _kept(known: dict[Any, Text], key: Any, made: Text) -> Text:
    """Keep what was made, beside not too much else."""
    if len(known) >= KEPT:
        known.clear()
    known[key] = made
    return made


def _whole_cell(row: Row, place: Place, whole: bool, macros: Mapping[str, Macro]) -> str:
    return f"{place.opening}{_inside(place, _cell(row, place, whole), _nowhere, macros)}</td>"


def _nowhere(_place: Place, _cell: Cell) -> str:
    raise TypeError("a cell whose value alone counts leads nowhere")


def _inside(place: Place, cell: Cell, address: Callable[[Place, Cell], str], macros: Mapping[str, Macro]) -> str:
    """What stands in a cell, without its second lines."""
    if cell.look == "text":
        return escape(cell.text)
    if cell.look == "link":
        return f'<a href="{escape(address(place, cell))}">{escape(cell.text or "—")}</a>'
    if cell.look == "empty":
        return '<span class="muted">—</span>'
    return _by_macro(place, cell, macros)


def _lines(cell: Cell) -> list[str]:
    """The second lines of a cell."""
    return [f'<span class="{escape(css)}">{escape(words)}</span>' for css, words in cell.below]


def _by_macro(place: Place, cell: Cell, macros: Mapping[str, Macro]) -> Markup:
    """A badge, grade or mark: the same for the same value."""
    given = (cell.mark,) if cell.look == "mark" else (cell.value, cell.score) if cell.look == "grade" else (cell.value,)
    key = (cell.look, given)
    found = place.drawn.get(key)
    return _kept(place.drawn, key, escape(macros[cell.look](*given))) if found is None else found


def _look(kind: str, value: Any, text: str) -> str:
    if kind == "grade" or (kind == "badge" and value):
        return kind
    return "text" if text else "empty"


def _below(row: Row, place: Place) -> Iterator[tuple[str, str]]:
    """The column that stands as second line, then the note made of the row."""
    if place.sub and (text := _cell(row, place.sub, whole=False).text):
        yield "sub code" if place.sub.kind == "code" else "sub", text
    note = place.column.note(row) if place.column.note else None
    if isinstance(note, Mark):
        yield f"sub {note.ink}" if note.ink not in ("", "muted") else "sub", note.text
    elif note:
        yield "sub", note


def _attributes(css: str, label: str) -> Markup:
    """What stands in the tag of each of its cells."""
    attributes = Markup(' class="{}"').format(css) if css else Markup("")
    return attributes + Markup(' data-label="{}"').format(label) if label else attributes


def aligned(column: Column) -> str:
    """Figures stand right; words put in their place stand left like all words."""
    return "" if column.shown and column.css == "num" else column.css
