"""Workbooks made for tests: fictional firms with right codes, laid out as counties lay them out."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from registry.codes import ALPHABET, check_digit


def code(number: int) -> str:
    """The right credit code of the firm with this number."""
    body = "91652302MA" + "".join(ALPHABET[number // 31**place % 31] for place in range(6, -1, -1))
    return body + check_digit(body)


def book(rows: Sequence[Sequence[Any]], name: str = "台账") -> bytes:
    """A workbook with one sheet."""
    return many({name: rows})


def many(sheets: dict[str, Sequence[Sequence[Any]]], dress: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook with several sheets, dressed (merged cells, hidden columns) before it is saved."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(at, column)
                cell.value = value
                if isinstance(value, str) and value.startswith("="):
                    cell.data_type = "s"
    if dress:
        dress(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def plain(
    count: int, *, phone: str = "13900000000", area: str = "阜康市", code_of: Callable[[int], str] = code
) -> bytes:
    """So many good rows under the usual headers."""
    rows = [["企业名称", "统一社会信用代码", "联系电话", "所在县市", "行业代码", "排污许可管理类别"]]
    rows += [[f"阜康第{at}厂（示例）", code_of(at), phone, area, "2521", "重点管理"] for at in range(count)]
    return book(rows)
