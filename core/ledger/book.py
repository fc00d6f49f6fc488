"""The workbook: openpyxl draws it once with no rows, then the rows are streamed into its second sheet.

So a hundred thousand rows cost little more than compressing them, and memory stays flat. Nothing computed ever gets
in: every text is an inline string, and one that looks like a formula also bears quotePrefix.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, repeat
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from core import clock
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger.columns import Column, Figure, clean
from core.ledger.flat import is_dangerous
from core.ledger.values import Values
from core.ledger.zipped import LARGEST, Zip
from core.memo import Memo

LAST_ROW = 1_048_576
LONGEST_CELL = 32_767
ROWS_FROM = 2
WIDEST = 210
"""Characters across one page of A4 that can still be read; a wider list is printed on two pages side by side or more."""

_INK, _QUIET, _WASH, _LINE = "FF1B2B30", "FF52656A", "FFE9F1F2", "FFC9D6D9"
Writer = Callable[[Values], Sequence[Iterable[bytes]]]
"""What makes of a column's values the pieces of its cells, each an item for every row."""

_PLAIN = re.compile(r"[^\W_][^\x00-\x20\x7f-\xa0&<>_\ud800-\udfff\ufffe\uffff]*")
"""Texts that need no second look: they begin with a letter or digit and hold nothing XML or Excel would change."""
_ALL_PLAIN = re.compile(r"(?:[^\W_][^\x00-\x20\x7f-\xa0&<>_\ud800-\udfff\ufffe\uffff]*\n)*")
"""The same of many texts at once, each ended by a line feed."""
_WORDS = {str, type(None)}
_DIGITS = frozenset("0123456789")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHEET = "xl/worksheets/sheet2.xml"
_KINDS = "[Content_Types].xml"


def workbook(
    title: str,
    columns: Sequence[Column],
    about: Sequence[tuple[str, str]],
    at: datetime,
    batches: Iterable[list[Sequence[Any]]],
) -> Iterator[bytes]:
    """The whole file, as it comes to be."""
    local = clock.beijing(at)
    design = _Design(title, columns, about, local)
    drawn = design.drawn()
    head, _tail = _split(drawn[_SHEET])
    writer = _Rows(columns, _styles(drawn[_SHEET], len(columns)))
    archive = Zip(local)
    first = (_KINDS, "_rels/.rels", "xl/styles.xml", "xl/theme/theme1.xml")
    for name in first:
        yield from archive.member(name, [drawn[name]])

    def sheet() -> Iterator[bytes]:
        yield head
        yield from writer.written(batches)
        # what stands below the rows is known only now: how far the filter reaches
        final.update(design.drawn(writer.count, writer.notes()))
        yield _split(final[_SHEET])[1]

    final: dict[str, bytes] = {}
    yield from archive.member(_SHEET, sheet())
    for name, content in final.items():
        if name not in {*first, _SHEET}:
            yield from archive.member(name, [content])
    yield archive.end()


class _Rows:
    """Rows as worksheet XML, column by column, a batch at a time; as bytes, so that nothing is encoded twice."""

    def __init__(self, columns: Sequence[Column], styles: Sequence[tuple[str, str]]) -> None:
        """Style numbers of each column: as it is, and for what looks like a formula."""
        self.count, self.cut, self.full = 0, 0, False
        nexts = [*(f'<c r="{get_column_letter(at)}' for at in range(2, len(columns) + 1)), "</row>"]
        self._columns = [
            self._writer(column, *pair, after) for column, pair, after in zip(columns, styles, nexts, strict=True)
        ]
        self._wrapped = [(at, int(_width(column) // 2)) for at, column in enumerate(columns) if column.kind == "text"]

    def _heights(self, batch: list[Values]) -> Iterable[bytes]:
        """How high each row is where its words take several lines: programs but Excel do not find that out."""
        lines: list[int] = []
        for at, room in self._wrapped:
            values = batch[at] if batch[at].read else batch[at].raw
            kinds = {*map(type, values)}
            if kinds <= _WORDS and max(map(len, filter(None, values)), default=0) <= room:
                continue
            found = [-(-len(value) // room) if type(value) is str and len(value) > room else 1 for value in values]
            lines = list(map(max, lines, found)) if lines else found
        if not lines:
            return repeat(b'"><c r="A')
        high = (b'"' if count == 1 else b'" ht="%d" customHeight="1"' % (min(count, 26) * 15) for count in lines)
        return (height + b'><c r="A' for height in high)

    def written(self, batches: Iterable[list[Sequence[Any]]]) -> Iterator[bytes]:
        size = 0
        for given in batches:
            batch = [each if isinstance(each, Values) else Values(each) for each in given]
            start = self.count + ROWS_FROM
            rows = min(len(batch[0]), LAST_ROW + 1 - start)
            names = [b"%d" % at for at in range(start, start + rows)]
            parts: list[Iterable[bytes]] = [repeat(b'<row r="'), names, self._heights(batch)]
            for tails, values in zip(self._columns, batch, strict=True):
                parts += [names, *tails(values)]
            # the shortest ends it: names, where the last rows are cut
            data = b"".join(chain.from_iterable(zip(*parts, strict=False)))
            size += len(data)
            if size > LARGEST:
                self.full = True
                return
            self.count += rows
            yield data
            if rows < len(batch[0]):
                self.full = True
                return

    def notes(self) -> list[str]:
        """What had to be left out; a file that is not whole says so itself."""
        notes = []
        if self.full:
            notes.append(_("超出一张工作表的容量，其余的行没有导出；请缩小条件，或者导出 CSV。"))
        if self.cut:
            notes.append(_("%(count)d 个单元格超过 32767 字，已在此处截短；CSV 中是全文。", count=self.cut))
        return notes

    def _writer(self, column: Column, style: str, quoted: str, after: str) -> Writer:
        """How a column's values become what follows the address of each of its cells, the head of the next included.

        Most are plain; whatever is not takes the long way.
        """
        empty, end = f'" s="{style}"/>{after}', f"</t></is></c>{after}"
        number, words = f'" s="{style}"><v>', f'" s="{style}" t="inlineStr"><is><t>'
        as_is = type(column).text is Column.text

        def cell(value: Any) -> str:
            if as_is and type(value) is str and _PLAIN.fullmatch(value) and len(value) < LONGEST_CELL // 2:
                return f"{words}{value}{end}"
            if value is None:
                return empty
            figure = column.figure(value)
            if figure is not None:
                return f"{number}{figure}</v></c>{after}"
            text = column.text(value)
            if not text:
                return empty
            kind = quoted if is_dangerous(text) else style
            bare = text.isprintable() and text == text.strip() and "  " not in text
            keep = "" if bare else ' xml:space="preserve"'
            return f'" s="{kind}" t="inlineStr"><is><t{keep}>{self._escaped(text)}{end}'

        def written(value: Any) -> bytes:
            return cell(value).encode()

        def figure(value: Any) -> bytes:
            text = str(value)
            plain = len(text) < 16 and text[-1] in _DIGITS
            return f"{number}{text}</v></c>{after}".encode() if plain else written(value)

        is_figure = isinstance(column, Figure)
        known: Memo[bytes] = Memo(figure if is_figure else written)
        make, varied = known.make, False
        head, foot, nothing = words.encode(), end.encode(), empty.encode()

        def tails(values: Values) -> Sequence[Iterable[bytes]]:
            nonlocal varied
            if values.read is None and as_is and varied and {*map(type, values.raw)} <= _WORDS:
                given = [value for value in values.raw if value]
                whole = "\n".join([*given, ""])
                plain = _ALL_PLAIN.fullmatch(whole) and whole.count("\n") == len(given)
                if plain and max(map(len, given), default=0) < LONGEST_CELL // 2:
                    texts = whole.encode().split(b"\n")
                    if len(given) == len(values):
                        return [repeat(head), texts, repeat(foot)]
                    left = iter(texts)
                    return [[b"".join((head, next(left), foot)) if value else nothing for value in values.raw]]
            read = values.read
            known.make = make if read is None else lambda raw: make(read(raw))
            known.missed = 0
            found = [*map(known.__getitem__, values.raw)]
            varied = known.missed * 2 > len(found)
            return [found]

        return tails

    def _escaped(self, text: str) -> str:
        units = text.encode("utf-16-le", "ignore")
        if len(units) > LONGEST_CELL * 2:
            self.cut += 1
            text = units[: (LONGEST_CELL - 1) * 2].decode("utf-16-le", "ignore") + "…"
        # _x0041_ would be read as A: the underscore is written as such a sequence itself
        text = _ESCAPE.sub("_x005F_", text)
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


@dataclass(frozen=True)
class _Design:
    """Everything of the workbook but its rows."""

    title: str
    columns: Sequence[Column]
    about: Sequence[tuple[str, str]]
    at: datetime

    def drawn(self, rows: int = 0, notes: Sequence[str] = ()) -> dict[str, bytes]:
        """The members of its ZIP file, for so many rows."""
        book = Workbook()
        book.properties.creator = "清源"
        book.properties.title = clean(self.title)
        sheet: Any = book.active
        sheet.title = _("说明")
        _tell(sheet, self, rows, notes)
        _draw(book.create_sheet(_sheet_name(self.title)), self, rows)
        book.active = 1
        for view in sheet.views.sheetView:
            view.tabSelected = False
        stream = io.BytesIO()
        book.save(stream)
        with zipfile.ZipFile(stream) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        # openpyxl puts its own clock here; the same content must give the same bytes
        moment = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        members["docProps/core.xml"] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", moment, members["docProps/core.xml"])
        return members


def _sheet_name(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", "", clean(title))[:28].strip()
    return name if name and name != _("说明") else _("台账")


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    """The one way a text gets into a cell drawn by openpyxl: as text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    cell.value = clean(text)
    cell.data_type = "s"
    if is_dangerous(text):
        cell.quotePrefix = True
    return cell


def _tell(sheet: Any, design: _Design, rows: int, notes: Sequence[str]) -> None:
    """Sheet 说明: what this is, how it was chosen, when, by whom, and what each column means."""
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = NOTE_WIDTHS
    title = _put(sheet, 1, 1, design.title)
    title.font, title.alignment = Font(size=16, bold=True, color=_INK), Alignment(wrap_text=True, vertical="center")
    sheet.merge_cells("A1:B1")
    sheet.row_dimensions[1].height = 30
    lines: list[tuple[str, str | int]] = [
        *design.about,
        (_("行数"), rows),
        (_("列数"), len(design.columns)),
    ]
    lines += [(_("注意"), note) for note in notes]
    row = 2
    for label, words in lines:
        row += 1
        _label(sheet, row, label)
        cell = _put(sheet, row, 2, words) if isinstance(words, str) else sheet.cell(row, 2, words)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        _fit(sheet, row, label, str(words))
    row += 2
    for at, words in enumerate((_("列"), _("含义")), 1):
        _headed(_put(sheet, row, at, words), centred=False)
    _fit(sheet, row, _("列"), _("含义"))
    for column in design.columns:
        row += 1
        _label(sheet, row, str(column.label))
        cell = _put(sheet, row, 2, _meaning(column))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        _fit(sheet, row, str(column.label), _meaning(column))
    _paper(sheet, design.title)


NOTE_WIDTHS = 16, 84
NOTE_LINE = 16
"""Of sheet 说明: characters across its two columns, and the height of a line in points."""


def _fit(sheet: Any, row: int, *words: str) -> None:
    """Make a row high enough for its wrapped words: not every program that opens or prints the sheet does so itself."""
    taken = (sum(1 if each.isascii() else 2 for each in text) for text in words)
    lines = max(-(-wide // (across - 2)) for wide, across in zip(taken, NOTE_WIDTHS, strict=True))
    sheet.row_dimensions[row].height = NOTE_LINE * max(1, lines)


_KIND_WORDS = {"moment": _l("北京时间"), "code": _l("按文本保存"), "day": _l("日期，北京时间")}


def _meaning(column: Column) -> str:
    """What a column means: its own words, the values it may have, or how its kind is kept."""
    return str(column.hint or "、".join(column.codes().values()) or _KIND_WORDS.get(column.kind, ""))


def _label(sheet: Any, row: int, text: str) -> None:
    cell = _put(sheet, row, 1, text)
    cell.font, cell.alignment = Font(color=_QUIET), Alignment(vertical="top", wrap_text=True)


def _headed(cell: Any, centred: bool = True) -> None:
    line = Side(style="thin", color=_LINE)
    cell.font, cell.fill = Font(bold=True, color=_INK), PatternFill("solid", fgColor=_WASH)
    cell.border = Border(top=line, bottom=line)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)


def _width(column: Column) -> float:
    """In characters of the sheet's own type; a Chinese one takes two."""
    return column.width or max(column.usual_width, 2.2 * len(str(column.label)) + 2)


def _draw(table: Any, design: _Design, rows: int) -> None:
    """The second sheet: head, widths, filter, print set-up, and two rows that show the styles of each column."""
    columns = design.columns
    across = 0.0
    for at, column in enumerate(columns, 1):
        _headed(_put(table, 1, at, str(column.label)))
        letter = get_column_letter(at)
        width = _width(column)
        table.column_dimensions[letter].width = width
        across += width
        for row, quoted in ((2, False), (3, True)):
            cell: Any = table.cell(row, at)
            cell.number_format = column.format
            wide = column.kind == "text"
            cell.alignment = Alignment(
                vertical="top", horizontal="center" if column.centred else None, wrap_text=True if wide else None
            )
            cell.border = Border(bottom=Side(style="hair", color=_LINE))
            cell.quotePrefix = quoted
    table.row_dimensions[1].height = 26
    table.freeze_panes = "B2" if len(columns) > 1 else "A2"
    table.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(rows, 1) + 1}"
    table.print_title_rows = "1:1"
    _paper(table, design.title)
    if across > WIDEST:
        table.page_setup.fitToWidth = ceil(across / WIDEST)
        table.print_title_cols = "A:A"
    said = dict(design.about)
    source = " · ".join(filter(None, (said.get(_("范围")), said.get(_("数据截至")), said.get(_("审计链首"), "")[:17])))
    table.oddFooter.left.text = _printable(source)
    table.oddFooter.left.size = 8


def _paper(sheet: Any, title: str) -> None:
    """A4 across, as wide as the page, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.75, 0.65
    sheet.oddHeader.center.text, sheet.oddHeader.center.size = _printable(title), 14
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = "第&P页 共&N页", 8


def _printable(text: str) -> str:
    """A text for head or foot, where & begins a code."""
    return clean(text).replace("&", "&&")[:120]


def _split(sheet: bytes) -> tuple[bytes, bytes]:
    """The sheet's XML before its first row of data, and after its last."""
    end = sheet.index(b"</row>") + len(b"</row>")
    start = re.sub(rb"<dimension [^>]*/>", b"", sheet[:end])
    return start, sheet[sheet.index(b"</sheetData>") :]


def _styles(sheet: bytes, columns: int) -> list[tuple[str, str]]:
    """The style numbers openpyxl gave the two sample rows, column by column."""
    pairs = []
    for at in range(1, columns + 1):
        letter = get_column_letter(at)
        found = [re.search(rf'<c r="{letter}{row}"[^>]* s="(\d+)"'.encode(), sheet) for row in (2, 3)]
        plain, quoted = (match[1].decode() if match else "0" for match in found)
        pairs.append((plain, quoted))
    return pairs
