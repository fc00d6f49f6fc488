"""The process that opens a stranger's file: little memory, little time, and nothing to lose.

Runs as ``python -m core.intake.child``; the file comes by standard input, the answer goes out as one JSON object.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from core.intake import annotate, gate
from core.intake.gate import HEAD_ROWS, MOST_FILLED, Part, Unreadable


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


def read_workbook(content: bytes, most_rows: int) -> list[dict[str, Any]]:
    """The visible sheets of a workbook, after it was looked through."""
    import python_calamine

    parts = gate.look_through(content, most_rows)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        paths = _sheet_parts(content)
        sheets = []
        for about in book.sheets_metadata:
            if about.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            if about.name == annotate.RESULT or about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            part = parts.get(paths.get(about.name, ""), Part())
            rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            sheets.append(
                {
                    "name": about.name,
                    "rows": [_trimmed([text_of(value) for value in row]) for row in rows],
                    "hidden": sorted(part.hidden),
                    "merged": part.merged,
                    "formulas": part.formulas,
                }
            )
    except (python_calamine.CalamineError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise Unreadable("damaged", "工作簿已损坏或不完整，请重新保存后再导入。") from error
    return sheets


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


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


def read_csv(content: bytes, most_rows: int) -> list[dict[str, Any]]:
    """One sheet of comma-separated text, in UTF-8 or GBK."""
    rows = list(_csv_rows(content, most_rows))
    return [{"name": "CSV", "rows": rows, "hidden": [], "merged": [], "formulas": 0}]


def _csv_rows(content: bytes, most_rows: int) -> Iterator[list[str]]:
    text = decoded(content)
    if "\0" in text:
        raise Unreadable("not_workbook", "这不是文本文件，只能导入 .xlsx 或 .csv 文件。")
    csv.field_size_limit(32_767)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if number > most_rows + HEAD_ROWS:
                raise Unreadable("too_many_rows", f"文件超过 {most_rows} 行，请拆开后分别导入。")
            kept = _trimmed([cell.strip() for cell in row])
            if len(kept) > MOST_FILLED:
                raise Unreadable("too_wide", f"第 {number} 行的列过多（最多 {MOST_FILLED} 列），请删去多余的列。")
            yield kept
    except csv.Error as error:
        raise Unreadable("damaged", "CSV 文件的格式不正确，请重新保存后再导入。") from error


def decoded(content: bytes) -> str:
    """UTF-8 with or without mark, else the Chinese encoding of Windows; raises ``Unreadable`` for neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding", "CSV 文件的编码不是 UTF-8 或 GBK，请另存后再导入。")


def main(job: dict[str, Any], content: bytes) -> bytes:
    """Do what is asked: ``read`` gives sheets as JSON, ``annotate`` gives a workbook."""
    kind = gate.kind_of(content, job["name"])
    if job["task"] == "annotate":
        if kind == "xlsx":
            gate.look_through(content, job["most_rows"])
            return annotate.mark(content, job["notes"], job["summary"])
        return annotate.laid_out(read_csv(content, job["most_rows"]), job["notes"], job["summary"])
    sheets = (read_workbook if kind == "xlsx" else read_csv)(content, job["most_rows"])
    return json.dumps({"sheets": sheets}, ensure_ascii=False).encode()


if __name__ == "__main__":
    first = sys.stdin.buffer.readline()
    try:
        answer = main(json.loads(first), sys.stdin.buffer.read())
    except Unreadable as refusal:
        sys.stdout.buffer.write(json.dumps({"code": refusal.code, "message": refusal.message}).encode())
        sys.exit(3)
    except MemoryError:
        sys.stdout.buffer.write(b"{}")
        sys.exit(4)
    sys.stdout.buffer.write(answer)
