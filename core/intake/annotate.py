"""The sender's own workbook back, with what is wrong written on the cells."""

import io
from typing import Any

RESULT = "导入结果"
FILLS = {"error": "F8D7D3", "warning": "FBEFC9"}
RISKY = ("=", "+", "-", "@", "\t", "\r")


def mark(content: bytes, notes: list[dict[str, Any]], summary: list[list[str]]) -> bytes:
    """Fill and comment the cells; formulas come back as the values they last had, text stays text."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):  # only cells that are there: a far corner is not walked to
            if isinstance(cell.value, str):
                plain(cell)
    return _finished(book, notes, summary)


def laid_out(sheets: list[dict[str, Any]], notes: list[dict[str, Any]], summary: list[list[str]]) -> bytes:
    """The same for what came as text: a workbook made of it."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for each in sheets:
        sheet = book.create_sheet(each["name"])
        for at, row in enumerate(each["rows"], 1):
            for column, value in enumerate(row, 1):
                written(sheet.cell(at, column), value)
    return _finished(book, notes, summary)


def written(cell: Any, value: str) -> None:
    """Put text into a cell so that it can never become a formula."""
    cell.value = value if not value.startswith("=") else None
    if value.startswith("="):
        cell._value = value
    plain(cell)


def plain(cell: Any) -> None:
    """Keep a text cell text, whatever it begins with."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        if cell.value.startswith(RISKY):
            cell.quotePrefix = True


def _finished(book: Any, notes: list[dict[str, Any]], summary: list[list[str]]) -> bytes:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    told: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for note in notes:
        told.setdefault((note["sheet"], note["row"], max(1, note["column"])), []).append(note)
    for (name, row, column), group in told.items():
        if name not in book.sheetnames:
            continue
        cell = book[name].cell(row, column)
        level = "error" if any(note["level"] == "error" for note in group) else "warning"
        if type(cell).__name__ != "MergedCell":
            cell.fill = PatternFill("solid", fgColor=FILLS[level])
        cell.comment = Comment("\n".join(note["message"] for note in group), "清源", width=320, height=90)
    if RESULT in book.sheetnames:
        book.remove(book[RESULT])
    sheet = book.create_sheet(RESULT, 0)
    for at, words in enumerate(summary, 1):
        for column, value in enumerate(words, 1):
            written(sheet.cell(at, column), value)
    for at, note in enumerate(notes, len(summary) + 3):
        degree = "错误" if note["level"] == "error" else "提示"
        said = [note["sheet"], str(note["row"]), note["label"], degree, note["message"]]
        for column, value in enumerate(said, 1):
            written(sheet.cell(at, column), value)
    for column, value in enumerate(["工作表", "行", "列", "级别", "说明"], 1):
        cell = sheet.cell(len(summary) + 2, column, value)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFF0")
    for letter, width in zip("ABCDE", (22, 10, 18, 8, 80), strict=True):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].alignment = Alignment(vertical="center")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.freeze_panes = sheet.cell(len(summary) + 3, 1)
    for each in book.worksheets:
        each.sheet_view.tabSelected = False
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
