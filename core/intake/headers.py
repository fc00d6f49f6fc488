"""Which row holds the headers and what each column means: by synonyms, then confirmed by a person."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from core.intake.gate import HEAD_ROWS
from core.intake.reading import Sheet

LEAST_FIELDS = 3
"""Fewer recognised columns are no header row."""

_FOOTER = re.compile(
    r"^(合计|总计|小计|共计|填表|制表|审核|复核|单位负责人|负责人[:：]|填报人|注[:：]|备注[:：]|说明[:：])"
)
_IN_BRACKETS = re.compile(r"[(\[（【〔][^)\]）】〕]*[)\]）】〕]")
_FIGURE = re.compile(r"\d{4}|\d\.\d")
UNDER = "\x1e"
"""Between a group heading and the header under it."""

_NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Field:
    """Something a column may hold: key, what it is called, and the headers it is known under."""

    key: str
    label: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The headers of one sheet: the row after which data begins (1-based), the texts, the column of each field."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    columns: dict[str, int] = field(hash=False)

    @property
    def signature(self) -> str:
        """The same for all sheets and files with these headers."""
        return hashlib.sha256("\x1f".join(plain(text) for text in self.headers).encode()).hexdigest()


@dataclass(frozen=True)
class Mapping:
    """What the columns of every sheet mean; JSON and back."""

    tables: tuple[Table, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a run."""
        return {
            "tables": [
                {"sheet": each.sheet, "header_row": each.header_row, "headers": each.headers, "columns": each.columns}
                for each in self.tables
            ]
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """As it was kept."""
        return cls(
            tuple(
                Table(each["sheet"], each["header_row"], tuple(each["headers"]), dict(each["columns"]))
                for each in kept["tables"]
            )
        )

    def kinds(self) -> dict[str, Table]:
        """One table for each different row of headers, by signature."""
        found: dict[str, Table] = {}
        for table in self.tables:
            found.setdefault(table.signature, table)
        return found

    def changed(self, columns: dict[str, dict[str, int]]) -> "Mapping":
        """The same tables with other columns, by signature."""
        return Mapping(
            tuple(
                Table(each.sheet, each.header_row, each.headers, columns.get(each.signature, each.columns))
                for each in self.tables
            )
        )


def plain(header: str) -> str:
    """A header without what varies: brackets and what stands in them, blanks, points, full width."""
    text = unicodedata.normalize("NFKC", header)
    bare = _NOISE.sub("", _IN_BRACKETS.sub("", text))
    return (bare or _NOISE.sub("", text)).upper()


def _score(header: str, synonym: str) -> int:
    """How well a header fits: 1000 for the same, less for one that contains the synonym, 0 for none."""
    if header == synonym:
        return 1000 + len(synonym)
    if len(synonym) >= 2 and synonym in header and len(header) <= 4 * len(synonym):
        return 100 + 20 * len(synonym) - len(header)
    return 0


def assign(headers: Sequence[str], fields: Sequence[Field]) -> tuple[dict[str, int], int]:
    """Field key → column, best fits first, and the sum of the fits. A column serves one field."""
    fits = []
    for column, header in enumerate(headers):
        whole = _NOISE.sub("", unicodedata.normalize("NFKC", header)).upper()
        spellings = {plain(header), whole, plain(header.rpartition(UNDER)[2])} - {""}
        if not spellings or len(whole) > 40:
            continue
        for order, each in enumerate(fields):
            best = max(_score(spelling, synonym) for spelling in spellings for synonym in each.synonyms)
            if best > 0:
                fits.append((-best, order, column, each.key))
    columns: dict[str, int] = {}
    taken: set[int] = set()
    total = 0
    for negative, _, column, key in sorted(fits):
        if key not in columns and column not in taken:
            columns[key] = column
            taken.add(column)
            total -= negative
    return columns, total


def _two_rows(sheet: Sheet, at: int) -> list[str]:
    """Two header rows as one: a group heading stands over each of its columns."""
    top, below = list(sheet.rows[at]), list(sheet.rows[at + 1])
    width = max(len(top), len(below))
    top += [""] * (width - len(top))
    below += [""] * (width - len(below))
    covered = set()
    for row, first, last_row, last in sheet.merged:
        if row == at and first < width:
            for column in range(first, min(last, width - 1) + 1):
                top[column] = sheet.rows[at][first] if first < len(sheet.rows[at]) else ""
                covered.add(column)
                if last_row > row:
                    below[column] = ""
    group = ""
    for column in range(width):
        if top[column].strip():
            group = top[column]
        elif below[column].strip() and column not in covered:
            top[column] = group
    return [_joined(one, two) for one, two in zip(top, below, strict=True)]


def _joined(one: str, two: str) -> str:
    return two if one == two or not one else f"{one}{UNDER}{two}" if two else one


def _is_head(row: Sequence[str]) -> bool:
    """Whether a row may be the second of two header rows: headers hold no codes and no figures."""
    return not any(_FIGURE.search(cell) for cell in row)


def recognise(sheets: Sequence[Sheet], fields: Sequence[Field], must: Sequence[str]) -> Mapping:
    """Where the headers are and what they mean; sheets without headers (instructions, blank ones) are left out.

    ``must``: at least one of these fields must be among the headers.
    """
    tables = []
    for sheet in sheets:
        best: tuple[tuple[int, bool, int], int, list[str], dict[str, int]] | None = None
        for at in range(min(HEAD_ROWS, len(sheet.rows))):
            options = [(at + 1, sheet.rows[at])]
            if at + 1 < len(sheet.rows) and _is_head(sheet.rows[at + 1]):
                options.append((at + 2, _two_rows(sheet, at)))
            for header_row, headers in options:
                columns, score = assign(headers, fields)
                if len(columns) < LEAST_FIELDS or not any(key in columns for key in must):
                    continue
                fit = (len(columns), header_row == at + 1, score)  # a title row above heads nothing
                if best is None or fit > best[0]:
                    best = (fit, header_row, list(headers), columns)
        if best:
            tables.append(Table(sheet.name, best[1], tuple(" ".join(text.split()) for text in best[2]), best[3]))
    return Mapping(tuple(tables))


@dataclass(frozen=True)
class Line:
    """A row of data: where it stands and the cells of the mapped fields."""

    sheet: str
    row: int
    cells: dict[str, str]


def lines(sheet: Sheet, table: Table, serial: str = "serial", spread: Collection[str] = ()) -> Iterator[Line]:
    """The rows under the headers; blank rows, repeated headers, sums and footers are no rows.

    A cell of a field in ``spread`` that is merged downwards holds for each row beside it.
    """
    mapped = {key: column for key, column in table.columns.items() if key != serial}
    header = [plain(text) for text in sheet.rows[table.header_row - 1] if text.strip()]
    held = _held(sheet, {column for key, column in mapped.items() if key in spread}, table.header_row)
    number = table.header_row
    for row in sheet.rows[table.header_row :]:
        number += 1
        filled = [cell for cell in row if cell and not cell.isspace()]
        if not filled or (len(filled) <= 3 and _FOOTER.match(filled[0].strip())):
            continue
        if len(filled) == len(header) > 2 and [plain(cell) for cell in filled] == header:
            continue
        width = len(row)
        cells = {key: row[column] if column < width else "" for key, column in mapped.items()}
        if not any(cells.values()):
            continue
        if number in held:
            cells |= {key: held[number][column] for key, column in mapped.items() if column in held[number]}
        yield Line(sheet.name, number, cells)


def _held(sheet: Sheet, columns: Collection[int], header_row: int) -> dict[int, dict[int, str]]:
    """Row number → column → text, for rows beside a cell that is merged downwards."""
    found: dict[int, dict[int, str]] = {}
    for top, first, bottom, last in sheet.merged:
        if top >= header_row and bottom > top and first == last and first in columns and top < len(sheet.rows):
            row = sheet.rows[top]
            text = row[first] if first < len(row) else ""
            for at in range(top + 1, min(bottom + 1, len(sheet.rows))):
                found.setdefault(at + 1, {})[first] = text
    return found


def remembered(kept: dict[str, Any]) -> dict[str, int]:
    """The columns of a remembered mapping."""
    return {str(key): int(column) for key, column in kept.get("columns", {}).items()}
