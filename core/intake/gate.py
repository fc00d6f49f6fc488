"""What may come in at all: a workbook is looked through as a stream before any library opens it.

Size of the archive says nothing about a million columns, a cell in the last corner or a merge over the whole sheet, so
cells are counted while the XML streams by, and whatever libraries have been seen to choke on is refused by name.
A plain sheet is counted by its bytes, which is twenty times faster than parsing it; anything unusual is parsed.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from core.said import Refusal, said

MOST_BYTES = 20 * 1024 * 1024
MOST_INFLATED = 200 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS = 20_000
MOST_FILLED = 64
"""Filled cells in one row: no ledger of the bureau has half as many."""

MOST_COLUMN = 256
MOST_EMPTY_ROWS = 1000
CELLS_A_ROW = 70
"""Cells for each allowed row, empty ones counted: formatting alone may not make a workbook endless."""

MOST_MERGED = 200_000
MOST_KEPT_MERGES = 5000
HEAD_ROWS = 40
"""Rows at the top in which merged cells and headers are looked for."""

_CELL = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_CHUNK = 1 << 16


class Unreadable(Refusal):
    """The file is not taken; ``code`` is for programs, the message for the person who sent it."""

    def __init__(self, code: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Part:
    """What the stream of one sheet told: hidden columns and merged cells (0-based, inclusive)."""

    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: int = 0
    rows: int = 0


def kind_of(content: bytes, name: str) -> str:
    """``xlsx`` or ``csv`` by content and name; raises ``Unreadable`` for anything else."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if not content:
        raise Unreadable("empty", said("文件是空的。"))
    if len(content) > MOST_BYTES:
        raise Unreadable(
            "too_large", said("文件超过 %(MOST_BYTES)s MB，请拆开后分别导入。", MOST_BYTES=MOST_BYTES // 1024 // 1024)
        )
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
            raise Unreadable("encrypted", said("工作簿设有密码，请取消密码后再导入。"))
        raise Unreadable("xls", said("这是旧式 .xls 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后再导入。"))
    if ending in {"xlsm", "xltm", "xlam"}:
        raise Unreadable("macros", said("工作簿带有宏，请另存为不含宏的 .xlsx 后再导入。"))
    if content[:2] == b"PK":
        return "xlsx"
    if ending == "csv":
        return "csv"
    raise Unreadable("not_workbook", said("只能导入 .xlsx 或 .csv 文件。"))


def look_through(content: bytes, most_rows: int = MOST_ROWS) -> dict[str, Part]:
    """Read every part of a workbook once as a stream; part name → what it told. Raises ``Unreadable``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive, most_rows)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise Unreadable("damaged", said("工作簿已损坏或不完整，请重新保存后再导入。")) from error
    except Exception as error:  # zlib.error and whatever else a broken archive brings up
        raise Unreadable("damaged", said("工作簿已损坏或不完整，请重新保存后再导入。")) from error


def _parts(archive: zipfile.ZipFile, most_rows: int) -> dict[str, Part]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or len(set(names)) != len(names):
        raise Unreadable("damaged", said("工作簿的结构不正常，请重新保存后再导入。"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("encrypted", said("工作簿设有密码，请取消密码后再导入。"))
    if sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise Unreadable("too_large_inflated", said("工作簿解压后过大，没有导入。"))
    lower = {name.lower() for name in names}
    if "[content_types].xml" not in lower or "xl/workbook.xml" not in lower:
        raise Unreadable("not_workbook", said("这不是 .xlsx 工作簿，请另存为 .xlsx 后再导入。"))
    if any(name.endswith("vbaproject.bin") or "macrosheets/" in name for name in lower):
        raise Unreadable("macros", said("工作簿带有宏，请另存为不含宏的 .xlsx 后再导入。"))
    found, inflated, cells = {}, 0, 0
    for entry in entries:
        if entry.is_dir():
            continue
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            inflated += sum(map(len, _chunks(archive, entry, inflated)))
            continue
        is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        reader = _Reader(most_rows)
        counter = _Counter(reader) if is_sheet else None
        if not _told_by_bytes(_chunks(archive, entry, inflated), counter) or name in _SMALL:
            reader = _Reader(most_rows)
            for chunk in _chunks(archive, entry, inflated):
                reader.feed(chunk)
            reader.close()
        inflated += entry.file_size
        cells += reader.cells
        if cells > _most_cells(most_rows):
            raise Unreadable("too_many_cells", said("工作簿的单元格过多，没有导入。请拆开后分别导入。"))
        if reader.macro:
            raise Unreadable("macros", said("工作簿带有宏，请另存为不含宏的 .xlsx 后再导入。"))
        if is_sheet:
            found[name] = reader.part
    return found


def _most_cells(most_rows: int) -> int:
    return CELLS_A_ROW * (most_rows + MOST_EMPTY_ROWS)


_SMALL = {"[content_types].xml", "xl/workbook.xml"}
"""Parts that are parsed always: what they declare decides what is in the workbook."""


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int) -> Iterator[bytes]:
    """A part piece by piece, stopped as soon as the workbook grows beyond all measure."""
    seen = before
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            if seen > MOST_INFLATED:
                raise Unreadable("too_large_inflated", said("工作簿解压后过大，没有导入。请拆开后分别导入。"))
            yield chunk


_UTF8 = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*?encoding\s*=\s*[\"']utf-?8[\"'][^>]*\?>|<\?xml(?:(?!encoding)[^>])*\?>|<[A-Za-z])",
    re.I,
)


def _told_by_bytes(chunks: Iterator[bytes], counter: "_Counter | None") -> bool:
    """Whether a part is plain UTF-8 without any declaration, comment or CDATA, and all its rows could be counted."""
    last = b""
    for number, chunk in enumerate(chunks):
        if number == 0 and not _UTF8.match(chunk):
            return False
        if b"<!" in last + chunk or b"\0" in chunk:
            return False
        last = chunk[-1:]
        if counter is not None and not counter.take(chunk):
            return False
    return counter is None or counter.finish()


class _Counter:
    """A sheet counted row by row as bytes; gives up (False) at anything that is not what every program writes."""

    def __init__(self, reader: "_Reader") -> None:
        self.reader = reader
        self._left, self._inside, self._after = b"", False, False

    def take(self, chunk: bytes) -> bool:
        data = self._left + chunk
        if not self._inside:
            start = data.find(b"<sheetData>")
            if start < 0:
                self._left = data
                return len(data) <= 16 * _CHUNK
            self.reader.feed(data[:start] + b"<sheetData>")
            self._inside, data = True, data[start + 11 :]
        if self._after:
            self.reader.feed(chunk)
            return True
        end = data.find(b"</sheetData>")
        if end >= 0:
            self._after = True
            if not self._rows(data[:end]):
                return False
            self.reader.feed(data[end:])
            self._left = b""
            return True
        cut = data.rfind(b"</row>") + 6
        self._left = data[cut:] if cut > 5 else data
        return len(self._left) <= 4 * _CHUNK and (cut <= 5 or self._rows(data[:cut]))

    def finish(self) -> bool:
        if self._after:
            self.reader.close()
        return self._after

    def _rows(self, data: bytes) -> bool:
        if _FAR.search(data):
            return False
        reader, part = self.reader, self.reader.part
        part.formulas += data.count(b"<f>") + data.count(b"<f ")
        for row in data.split(b"</row>"):
            cells = row.count(b"<c ") + row.count(b"<c>")
            at = row.rfind(b' r="')
            if at < 0 or cells > MOST_FILLED:
                if not row.strip():
                    continue
                return False
            reference = row[at + 4 : row.find(b'"', at + 4)].decode("ascii", "replace")
            found = _CELL.match(reference)
            if not (found or reference.isdecimal()) or (found and _column(found[1]) >= MOST_FILLED):
                return False
            number = int(found[2] if found else reference)
            if b"<v" in row or b"<is" in row:
                part.rows += 1
                if part.rows > reader.most_rows + HEAD_ROWS or number > reader.most_rows + MOST_EMPTY_ROWS:
                    return False
            reader.cells += cells
        return True


_FAR = re.compile(rb' r="[A-Z]{3}')


class _Reader:
    """One XML part as it streams by."""

    def __init__(self, most_rows: int) -> None:
        self.part = Part()
        self.cells = 0
        self.macro = False
        self.most_rows = most_rows
        self._row, self._last_row, self._filled, self._column = 0, 0, 0, -1
        self._counted = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise Unreadable("damaged", said("工作簿已损坏或不完整，请重新保存后再导入。")) from error

    def close(self) -> None:
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Unreadable("damaged", said("工作簿已损坏或不完整，请重新保存后再导入。")) from error

    def _doctype(self, *_: Any) -> None:
        raise Unreadable("doctype", said("工作簿含有不允许的 XML 声明（DOCTYPE），没有导入。"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit(" ", 1)[-1]
        if tag == "c":
            self._cell(attributes.get("r", ""))
        elif tag in {"v", "is"}:
            self._value()
        elif tag == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._filled, self._column = 0, -1
            self._counted = False
        elif tag == "f":
            self.part.formulas += 1
        elif tag == "col":
            self._col(attributes)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag in {"Override", "Default"} and "macroEnabled" in attributes.get("ContentType", ""):
            self.macro = True

    def _cell(self, reference: str) -> None:
        self.cells += 1
        if self.cells > _most_cells(self.most_rows):
            raise Unreadable("too_many_cells", said("工作簿的单元格过多，没有导入。请拆开后分别导入。"))
        at = _CELL.match(reference)
        if at:
            self._column = _column(at[1])
            self._last_row = int(at[2])
        else:
            self._column += 1
            self._last_row = self._row

    def _value(self) -> None:
        if self._column < 0:
            return
        self._filled += 1
        if self._filled > MOST_FILLED or self._column >= MOST_COLUMN:
            raise Unreadable(
                "too_wide",
                said(
                    "第 %(last_row)s 行的列过多（最多 %(MOST_FILLED)s 列），请删去多余的列。",
                    last_row=self._last_row,
                    MOST_FILLED=MOST_FILLED,
                ),
            )
        if not self._counted:
            self._counted = True
            self.part.rows += 1
        if self.part.rows > self.most_rows + HEAD_ROWS or self._last_row > self.most_rows + MOST_EMPTY_ROWS:
            told = f"工作表超过 {self.most_rows} 行（或下方很远处还有内容），请拆开后分别导入。"
            raise Unreadable("too_many_rows", told)

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in {"1", "true"}:
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self.part.hidden |= set(range(max(first, 1) - 1, min(last, MOST_COLUMN)))

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        one, two = _CELL.match(first), _CELL.match(last or first)
        if not one or not two:
            return
        box = (int(one[2]) - 1, _column(one[1]), int(two[2]) - 1, _column(two[1]))
        if (box[2] - box[0] + 1) * (box[3] - box[1] + 1) > MOST_MERGED:
            raise Unreadable(
                "merged_too_large", said("合并单元格 %(reference)s 过大，请取消合并后再导入。", reference=reference)
            )
        if len(self.part.merged) < MOST_KEPT_MERGES:
            self.part.merged.append(box)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
