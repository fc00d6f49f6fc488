"""Hostile workbooks, made when they are needed: each does one harm to whoever opens it carelessly."""

import io
import re
import zipfile
from collections.abc import Callable

from openpyxl import Workbook

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def honest() -> bytes:
    """A small, good workbook."""
    made = Workbook()
    made.worksheets[0].append(["企业名称", "统一社会信用代码", "联系电话"])
    made.worksheets[0].append(["阜康甲厂（示例）", "91652302MA700107XC", "13900000000"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(content: bytes, parts: dict[str, Callable[[bytes], bytes]], more: dict[str, bytes] | None = None) -> bytes:
    """The same archive with some parts rewritten and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, parts[entry.filename](data) if entry.filename in parts else data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def with_sheet(rows: bytes, after: bytes = b"", before: bytes = b"") -> bytes:
    """A workbook whose sheet holds these rows."""
    xml = b'<?xml version="1.0" encoding="UTF-8"?><worksheet ' + NS.encode() + b">" + before
    return changed(honest(), {SHEET: lambda _: xml + b"<sheetData>" + rows + b"</sheetData>" + after + b"</worksheet>"})


def cell(reference: str, value: str = "1") -> bytes:
    """One number in a cell."""
    return f'<c r="{reference}"><v>{value}</v></c>'.encode()


def row(number: int, *cells: bytes) -> bytes:
    """A row of cells."""
    return f'<row r="{number}">'.encode() + b"".join(cells) + b"</row>"


def doctype(dtd: str, encoding: str = "utf-8", part: str = SHEET) -> bytes:
    """A DOCTYPE in front of a part, in some encoding."""

    def put(data: bytes) -> bytes:
        text = re.sub(r"<\?xml.*?\?>", "", data.decode())
        return f'<?xml version="1.0" encoding="{encoding}"?>{dtd}{text}'.encode(encoding)

    return changed(honest(), {part: put})


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + at)} '{f'&{chr(97 + at)};' * 10}'>" for at in range(9)
)

REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a bomb in a sheet": (lambda: with_sheet(b" " * 210_000_000), "a.xlsx", "too_large_inflated"),
    "a bomb of cells": (lambda: with_sheet(row(1, b"<c/>" * 3_000_000)), "a.xlsx", "too_many_cells"),
    "a bomb in another part": (
        lambda: changed(honest(), {}, {"xl/media/image1.bin": b"\0" * 210_000_000}),
        "a.xlsx",
        "too_large_inflated",
    ),
    "an external entity": (
        lambda: doctype('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "a.xlsx",
        "doctype",
    ),
    "an entity in the workbook part": (
        lambda: doctype('<!DOCTYPE a [<!ENTITY x "y">]>', part="xl/workbook.xml"),
        "a.xlsx",
        "doctype",
    ),
    "a bare doctype": (lambda: doctype("<!DOCTYPE a>"), "a.xlsx", "doctype"),
    "a doctype in UTF-16": (lambda: doctype('<!DOCTYPE a [<!ENTITY x "y">]>', "utf-16"), "a.xlsx", "doctype"),
    "a billion laughs": (lambda: doctype(LAUGHS + "]>"), "a.xlsx", "doctype"),
    "macros": (lambda: changed(honest(), {}, {"xl/vbaProject.bin": b"macro"}), "a.xlsx", "macros"),
    "macros by name": (honest, "a.xlsm", "macros"),
    "a truncated file": (lambda: honest()[:-300], "a.xlsx", "damaged"),
    "a broken part": (lambda: changed(honest(), {"xl/workbook.xml": lambda data: data[:-20]}), "a.xlsx", "damaged"),
    "a million columns": (
        lambda: with_sheet(row(1, *(b"<c><v>1</v></c>" for _ in range(1_000_000)))),
        "a.xlsx",
        "too_wide",
    ),
    "sixty-five columns": (
        lambda: with_sheet(row(1, *(b"<c><v>1</v></c>" for _ in range(65)))),
        "a.xlsx",
        "too_wide",
    ),
    "a cell in the last corner": (
        lambda: with_sheet(row(1, cell("A1")) + row(1048576, cell("XFD1048576"))),
        "a.xlsx",
        "too_wide",
    ),
    "a cell in the last row": (
        lambda: with_sheet(row(1, cell("A1")) + row(1048576, cell("A1048576"))),
        "a.xlsx",
        "too_many_rows",
    ),
    "a merge over the whole sheet": (
        lambda: with_sheet(row(1, cell("A1")), b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "a.xlsx",
        "merged_too_large",
    ),
    "too many rows": (
        lambda: with_sheet(b"".join(row(at, cell(f"A{at}")) for at in range(1, 20_100))),
        "a.xlsx",
        "too_many_rows",
    ),
    "another archive": (lambda: changed(zipped({"a.txt": b"a"}), {}), "a.xlsx", "not_workbook"),
    "a page": (lambda: b"<html></html>", "a.xlsx", "not_workbook"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "xls"),
    "an encrypted workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
        "a.xlsx",
        "encrypted",
    ),
    "an empty file": (lambda: b"", "a.xlsx", "empty"),
    "a large file": (lambda: b"PK" + b"\0" * (20 * 1024 * 1024), "a.xlsx", "too_large"),
    "CSV with NUL": ("企业名称\0,代码\n".encode, "a.csv", "not_workbook"),
    "CSV with an endless field": (lambda: b'"' + b"a" * 100_000 + b'",b\n', "a.csv", "damaged"),
    "CSV with sixty-five columns": (lambda: b",".join([b"a"] * 65) + b"\n", "a.csv", "too_wide"),
    "CSV with too many rows": (lambda: b"a,b\n" * 20_100, "a.csv", "too_many_rows"),
    "CSV in no encoding": (lambda: b"\xff\xff\xff\x81,a\n", "a.csv", "encoding"),
}
"""What it is → how it is made, the name it is sent under, and the code of the refusal."""


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()
