"""The table of a page: what is the same for a whole column is settled once, each value then only becomes its text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from core.ledger.columns import Column, Mark, Row


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
    drawn: dict[Any, Markup] = field(default_factory=dict, compare=False)
    """Values of this page that a macro has drawn: most columns of states hold few."""

    @classmethod
    def of(cls, column: Column, sub: Column | None, first: bool, whole: bool) -> "Place":
        """Where a column stands; without ``whole`` the value alone, with neither link nor second lines."""
        kind = "text" if column.shown else column.kind
        code = "code" if kind == "code" else ""
        css = " ".join(filter(None, (aligned(column), code, "full" if column.full else "")))
        return cls(
            column=column,
            first=first,
            kind=kind,
            css=css,
            attributes=_attributes(code if first else css, "" if first else str(column.label)),
            endpoint=column.link.endpoint if column.link and whole else "",
            sub=cls.of(sub, None, False, False) if sub and whole else None,
            scored=column.kind == "grade" and "score" in column.also,
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
    return [
        Place.of(column, by_key.get(column.sub) if column.sub else None, column is columns[0], whole)
        for column in columns
    ]


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
    found: Iterator[tuple[Place, Cell]],
    address: Callable[[Place, Cell], str],
    macros: Mapping[str, Macro],
    own: Mapping[str, Macro],
    pick: Macro | None,
) -> Markup:
    """The cells of a row as HTML. A template's loop would ask for the same dozen things at each of hundreds of cells.

    ``macros`` draw badges, grades and marks, ``own`` the columns a page draws itself; ``pick`` the box to tick.
    """
    parts: list[str] = []
    for place, cell in found:
        if place.first and pick:
            parts += '<td role="cell" class="pick">', escape(pick(row.identity, cell.text)), "</td>"
        parts += '<th scope="row" role="rowheader"' if place.first else '<td role="cell"', place.attributes, ">"
        look = cell.look
        if own and place.column.key in own:
            parts.append(escape(own[place.column.key](cell.value, row)))
        elif look == "text":
            parts.append(escape(cell.text))
        elif look == "link":
            parts += '<a href="', escape(address(place, cell)), '">', escape(cell.text or "—"), "</a>"
        elif look == "empty":
            parts.append('<span class="muted">—</span>')
        else:
            parts.append(_by_macro(place, cell, macros))
        for css, words in cell.below:
            parts += '<span class="', escape(css), '">', escape(words), "</span>"
        parts.append("</th>" if place.first else "</td>")
    return Markup("".join(parts))  # noqa: S704 - every value was escaped above


def _by_macro(place: Place, cell: Cell, macros: Mapping[str, Macro]) -> Markup:
    """A badge, grade or mark: the same for the same value all down the column."""
    given = (cell.mark,) if cell.look == "mark" else (cell.value, cell.score) if cell.look == "grade" else (cell.value,)
    key = (cell.look, given)
    if key not in place.drawn:
        place.drawn[key] = escape(macros[cell.look](*given))
    return place.drawn[key]


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
