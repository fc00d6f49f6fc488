"""The process that opens a stranger's file: little memory, little time, and nothing to lose.

Runs as ``python -m core.intake.child``; job and file come by standard input. A sheet goes out as one JSON line about it
and one line for each row, so that neither side ever holds all cells as objects.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from core.intake import annotate, gate
from core.intake.gate import HEAD_ROWS, MOST_FILLED, Part, Unreadable
from core.said import said, spelt


def text_of(value: Any) -> str:
    """A cell as the person sees it: whole numbers without point, dates as 2026-11-23."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if isinstance(value, timedelta) else str(value)


def read_workbook(content: bytes, most_rows: int, out: BinaryIO) -> None:
    """Write the visible sheets of a workbook, after it was looked through."""
    import python_calamine

    parts = gate.look_through(content, most_rows)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        paths = _sheet_parts(content)
        for about in book.sheets_metadata:
            if about.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            if about.name == annotate.RESULT or about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            part = parts.get(paths.get(about.name, ""), Part())
            sheet = book.get_sheet_by_name(about.name)
            _say(out, _about(about.name, sorted(part.hidden), part.merged, part.formulas))
            before = [""] * (sheet.start[1] if sheet.start else 0)
            for row in sheet.iter_rows():
                _say(out, before + [value if type(value) is str else text_of(value) for value in row])
    except (python_calamine.CalamineError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise Unreadable("damaged", said("工作簿已损坏或不完整，请重新保存后再导入。")) from error


def _about(name: str, hidden: list[int], merged: list[tuple[int, int, int, int]], formulas: int) -> dict[str, Any]:
    return {"name": name, "hidden": hidden, "merged": merged, "formulas": formulas}


_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _say(out: BinaryIO, what: dict[str, Any] | list[str]) -> None:
    if isinstance(what, list):
        while what and not what[-1]:
            what.pop()
    out.write(_encoded(what).encode("utf-8", "replace") + b"\n")


def _sheet_parts(content: bytes) -> dict[str, str]:
    """Sheet name → part name, by the relations of the workbook; only for hints, so a gap is harmless."""
    import zipfile

    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        if "xl/_rels/workbook.xml.rels" not in names:
            return {}
        relations = fromstring(archive.read(names["xl/_rels/workbook.xml.rels"]), forbid_dtd=True)
        targets = {each.get("Id"): str(each.get("Target", "")) for each in relations}
        book = fromstring(archive.read(names["xl/workbook.xml"]), forbid_dtd=True)
    found = {}
    for each in book.iter():
        if str(each.tag).rsplit("}", 1)[-1] != "sheet":
            continue
        key = next((value for name, value in each.attrib.items() if name.endswith("}id")), None)
        target = targets.get(key, "").lower()
        found[str(each.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def read_csv(content: bytes, most_rows: int, out: BinaryIO) -> None:
    """Write one sheet of comma-separated text, in UTF-8 or GBK."""
    _say(out, _about("CSV", [], [], 0))
    for row in _csv_rows(content, most_rows):
        _say(out, row)


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _csv_rows(content: bytes, most_rows: int) -> Iterator[list[str]]:
    text = decoded(content)
    if "\0" in text:
        raise Unreadable("not_workbook", said("这不是文本文件，只能导入 .xlsx 或 .csv 文件。"))
    csv.field_size_limit(32_767)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if number > most_rows + HEAD_ROWS:
                raise Unreadable(
                    "too_many_rows", said("文件超过 %(most_rows)s 行，请拆开后分别导入。", most_rows=most_rows)
                )
            kept = _trimmed([cell.strip() for cell in row])
            if len(kept) > MOST_FILLED:
                raise Unreadable(
                    "too_wide",
                    said(
                        "第 %(number)s 行的列过多（最多 %(MOST_FILLED)s 列），请删去多余的列。",
                        number=number,
                        MOST_FILLED=MOST_FILLED,
                    ),
                )
            yield kept
    except csv.Error as error:
        raise Unreadable("damaged", said("CSV 文件的格式不正确，请重新保存后再导入。")) from error


def decoded(content: bytes) -> str:
    """UTF-8 with or without mark, else the Chinese encoding of Windows; raises ``Unreadable`` for neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding", said("CSV 文件的编码不是 UTF-8 或 GBK，请另存后再导入。"))


def main(job: dict[str, Any], content: bytes, out: BinaryIO) -> None:
    """Do what is asked: ``read`` gives sheets line by line, ``annotate`` gives a workbook."""
    kind = gate.kind_of(content, job["name"])
    if job["task"] == "read":
        (read_workbook if kind == "xlsx" else read_csv)(content, job["most_rows"], out)
    elif kind == "xlsx":
        gate.look_through(content, job["most_rows"])
        out.write(annotate.mark(content, job["notes"], job["summary"]))
    else:
        sheets = [{"name": "CSV", "rows": _csv_rows(content, job["most_rows"])}]
        out.write(annotate.laid_out(sheets, job["notes"], job["summary"]))


if __name__ == "__main__":
    first = sys.stdin.buffer.readline()
    try:
        main(json.loads(first), sys.stdin.buffer.read(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except Unreadable as refusal:
        sys.stderr.write(json.dumps({"code": refusal.code, "message": spelt(refusal.sentence)}))
        sys.exit(3)
    except MemoryError:
        sys.exit(4)
