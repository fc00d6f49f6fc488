"""What may come in at all: a workbook is looked through as a stream before any library opens it.

Size of the archive says nothing about a million columns, a cell in the last corner or a merge over the whole sheet, so
cells are counted while the XML streams by, and whatever libraries have been seen to choke on is refused by name.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

MOST_BYTES = 20 * 1024 * 1024
MOST_INFLATED = 200 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS = 20_000
MOST_FILLED = 64
"""Filled cells in one row: no ledger of the bureau has half as many."""

MOST_COLUMN = 256
MOST_EMPTY_ROWS = 1000
MOST_CELLS = 4_000_000
MOST_MERGED = 200_000
HEAD_ROWS = 40
"""Rows at the top in which merged cells and headers are looked for."""

_CELL = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_CHUNK = 1 << 16


class Unreadable(ValueError):
    """The file is not taken; ``code`` is for programs, the message for the person who sent it."""

    def __init__(self, code: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Part:
    """What the stream of one sheet told: hidden columns and merged cells near the top (0-based, inclusive)."""

    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: int = 0
    rows: int = 0


def kind_of(content: bytes, name: str) -> str:
    """``xlsx`` or ``csv`` by content and name; raises ``Unreadable`` for anything else."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if not content:
        raise Unreadable("empty", "文件是空的。")
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请拆开后分别导入。")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
            raise Unreadable("encrypted", "工作簿设有密码，请取消密码后再导入。")
        raise Unreadable("xls", "这是旧式 .xls 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后再导入。")
    if ending in {"xlsm", "xltm", "xlam"}:
        raise Unreadable("macros", "工作簿带有宏，请另存为不含宏的 .xlsx 后再导入。")
    if content[:2] == b"PK":
        return "xlsx"
    if ending == "csv":
        return "csv"
    raise Unreadable("not_workbook", "只能导入 .xlsx 或 .csv 文件。")


def look_through(content: bytes, most_rows: int = MOST_ROWS) -> dict[str, Part]:
    """Read every part of a workbook once as a stream; part name → what it told. Raises ``Unreadable``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive, most_rows)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise Unreadable("damaged", "工作簿已损坏或不完整，请重新保存后再导入。") from error
    except Exception as error:  # zlib.error and whatever else a broken archive brings up
        raise Unreadable("damaged", "工作簿已损坏或不完整，请重新保存后再导入。") from error


def _parts(archive: zipfile.ZipFile, most_rows: int) -> dict[str, Part]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or len(set(names)) != len(names):
        raise Unreadable("damaged", "工作簿的结构不正常，请重新保存后再导入。")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("encrypted", "工作簿设有密码，请取消密码后再导入。")
    if sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise Unreadable("too_large_inflated", "工作簿解压后过大，没有导入。")
    lower = {name.lower() for name in names}
    if "[content_types].xml" not in lower or "xl/workbook.xml" not in lower:
        raise Unreadable("not_workbook", "这不是 .xlsx 工作簿，请另存为 .xlsx 后再导入。")
    if any(name.endswith("vbaproject.bin") or "macrosheets/" in name for name in lower):
        raise Unreadable("macros", "工作簿带有宏，请另存为不含宏的 .xlsx 后再导入。")
    found, inflated, cells = {}, 0, 0
    for entry in entries:
        if entry.is_dir():
            continue
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        reader = _Reader(most_rows) if is_xml else None
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                inflated += len(chunk)
                if inflated > MOST_INFLATED:
                    raise Unreadable("too_large_inflated", "工作簿解压后过大，没有导入。")
                if reader:
                    reader.feed(chunk)
        if reader:
            reader.close()
            cells += reader.cells
            if cells > MOST_CELLS:
                raise Unreadable("too_many_cells", "工作簿的单元格过多，没有导入。")
            if reader.macro:
                raise Unreadable("macros", "工作簿带有宏，请另存为不含宏的 .xlsx 后再导入。")
            if entry.filename.lower().startswith("xl/worksheets/"):
                found[entry.filename.lower()] = reader.part
    return found


class _Reader:
    """One XML part as it streams by."""

    def __init__(self, most_rows: int) -> None:
        self.part = Part()
        self.cells = 0
        self.macro = False
        self._most_rows = most_rows
        self._row, self._last_row, self._filled, self._column = 0, 0, 0, -1
        self._counted = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise Unreadable("damaged", "工作簿已损坏或不完整，请重新保存后再导入。") from error

    def close(self) -> None:
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Unreadable("damaged", "工作簿已损坏或不完整，请重新保存后再导入。") from error

    def _doctype(self, *_: Any) -> None:
        raise Unreadable("doctype", "工作簿含有不允许的 XML 声明（DOCTYPE），没有导入。")

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
        if self.cells > MOST_CELLS:
            raise Unreadable("too_many_cells", "工作簿的单元格过多，没有导入。")
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
            raise Unreadable("too_wide", f"第 {self._last_row} 行的列过多（最多 {MOST_FILLED} 列），请删去多余的列。")
        if not self._counted:
            self._counted = True
            self.part.rows += 1
        if self.part.rows > self._most_rows or self._last_row > self._most_rows + MOST_EMPTY_ROWS:
            told = f"工作表超过 {self._most_rows} 行（或下方很远处还有内容），请拆开后分别导入。"
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
            raise Unreadable("merged_too_large", f"合并单元格 {reference} 过大，请取消合并后再导入。")
        if box[0] < HEAD_ROWS:
            self.part.merged.append(box)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
