"""A report as an Excel template: laid out after the permit, filled in offline, read back cell by cell.

A hidden sheet keeps which row belongs to which line; a row that was moved or renamed is told, never guessed at.
"""

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.attachments import BadFile
from core.said import said
from core.text import halfwidth
from permits.actions import FigureInput
from permits.rules.checks import FIELDS, Beside, Line, limit_words

FORMAT = "qingyuan-report-1"
SHEET, KEYS = "填报", "keys"
HEAD_ROW, FIRST_ROW = 4, 5
HEADS = ("排放口", "污染物", "浓度限值", *FIELDS.values(), "年许可量 t", "上期平均值", "监测记录平均值")
FIRST_FIELD = 4
"""The column of the first figure."""

WHOLE = frozenset({"samples", "exceedances"})
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
MOST_PARTS = 60
MOST_COLUMNS = 60
MOST_ROWS = 2000
LARGEST = Decimal(10) ** 13


def template(
    title: str, report: int | str, lines: Sequence[Line], beside: Mapping[str, Beside], open_rows: Collection[str]
) -> bytes:
    """The template with everything known already in it; what may not be changed is locked.

    ``report`` tells it from every other: the number of the report, or the name of the paper that is keyed in by it.
    """
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = SHEET
    sheet["A1"] = title
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = "只填白色格子。浓度单位与限值相同，排放量单位为吨；没有排放填 0，没有监测时监测次数填 0、浓度留空。"
    sheet["A3"] = "不要增删或移动行列。填好后在报告页面上传，有错的格子会逐格列出。"
    for column, words in enumerate(HEADS, 1):
        head = sheet.cell(HEAD_ROW, column, words)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFF0")
        head.alignment, head.border = Alignment(wrap_text=True, vertical="center"), _edge()
    for at, line in enumerate(lines, FIRST_ROW):
        _write(sheet, at, line, beside.get(line.row), line.row in open_rows)
    for column, width in enumerate((10, 14, 24, 11, 11, 11, 10, 10, 13, 12, 12, 15), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"{get_column_letter(FIRST_FIELD)}{FIRST_ROW}"
    sheet.protection.sheet = True
    keys = book.create_sheet(KEYS)
    keys.append([FORMAT, report])
    for at, line in enumerate(lines, FIRST_ROW):
        keys.append([at, line.row, line.outlet_code, line.pollutant_name, limit_words(line).strip()])
    keys.sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _edge() -> Border:
    side = Side(style="thin", color="B8C6C9")
    return Border(left=side, right=side, top=side, bottom=side)


def _write(sheet: Worksheet, at: int, line: Line, beside: Beside | None, is_open: bool) -> None:
    measured = beside.measured.mean if beside and beside.measured else None
    values = [
        _text(line.outlet_code),
        _text(line.pollutant_name),
        limit_words(line).strip(),
        *(getattr(line, name) for name in FIELDS),
        line.annual_limit,
        beside.last_mean if beside else None,
        measured,
    ]
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column, value)
        cell.border = _edge()
        fillable = is_open and FIRST_FIELD <= column < FIRST_FIELD + len(FIELDS)
        if fillable:
            cell.protection = Protection(locked=False)
        else:
            cell.fill = PatternFill("solid", fgColor="F3F6F7")


def _text(value: str) -> str:
    """A word that no program takes for a formula."""
    return f"'{value}" if value[:1] in "=+-@" else value


@dataclass(frozen=True)
class CellProblem:
    """What is wrong in one cell."""

    cell: str
    text: str


@dataclass
class Filled:
    """What a returned template says: the figures by line, and every cell that cannot be read."""

    figures: dict[str, FigureInput] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)


def read(content: bytes, report: int | str) -> Filled:
    """Read a returned template of this report; raises ``BadFile`` for what is none."""
    book = _opened(content)
    if SHEET not in book.sheetnames or KEYS not in book.sheetnames:
        raise BadFile(said("不是本系统的填报模板，请先下载模板。"))
    sheet, keys = book[SHEET], book[KEYS]
    if [keys["A1"].value, keys["B1"].value] != [FORMAT, report]:
        raise BadFile(said("这是另一份报告的模板，请下载本报告的模板。"))
    if sheet.max_column > MOST_COLUMNS or sheet.max_row > MOST_ROWS:
        raise BadFile(said("表格的行列数超出模板，请重新下载模板填写。"))
    shown = [sheet.cell(HEAD_ROW, column).value for column in range(1, len(HEADS) + 1)]
    if tuple(shown) != HEADS:
        raise BadFile(said("表头被改动，请重新下载模板填写。"))
    found = Filled()
    for row in keys.iter_rows(min_row=2, max_col=5, values_only=True):
        _read_row(sheet, row, found)
    return found


def _read_row(sheet: Worksheet, key: Sequence[Any], found: Filled) -> None:
    at, row, outlet_code, pollutant_name, limit = key
    if not isinstance(at, int) or not isinstance(row, str) or not FIRST_ROW <= at <= MOST_ROWS:
        raise BadFile(said("模板的隐藏信息被改动，请重新下载模板填写。"))
    named = [str(sheet.cell(at, column).value or "").lstrip("'") for column in (1, 2)]
    if named != [outlet_code, pollutant_name]:
        text = f"这一行应是 {outlet_code} {pollutant_name}，行被移动或改名，请恢复。"
        found.problems.append(CellProblem(f"A{at}", text))
        return
    if limit is not None and str(sheet.cell(at, 3).value or "") != limit:
        text = f"{outlet_code} {pollutant_name} 的限值和单位被改动，应是“{limit}”；浓度请按这个单位填。"
        found.problems.append(CellProblem(f"C{at}", text))
        return
    values: dict[str, Any] = {}
    for column, name in enumerate(FIELDS, FIRST_FIELD):
        cell = f"{get_column_letter(column)}{at}"
        try:
            values[name] = _figure(sheet.cell(at, column).value, name in WHOLE)
        except ValueError as error:
            found.problems.append(CellProblem(cell, f"{outlet_code} {pollutant_name} {FIELDS[name]}：{error}"))
    if len(values) == len(FIELDS):
        found.figures[row] = FigureInput(**values)


def _figure(value: Any, whole: bool) -> Decimal | int | None:
    """A figure as people type it; raises ``ValueError`` with the reason in words."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("应填数字。")
    text = halfwidth(str(value)).replace(",", "")
    if text.startswith("="):
        raise ValueError("请填数字，不要写公式。")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"“{text[:20]}”不是数字；未检出等情况请写在说明里。") from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError("数字过大。")
    if isinstance(value, float):
        number = round(number, 6)
    if number.normalize().as_tuple().exponent < -6:  # type: ignore[operator]
        raise ValueError("最多 6 位小数。")
    if whole:
        if number != number.to_integral_value():
            raise ValueError("应填整数。")
        return int(number)
    return number


def _opened(content: bytes) -> Workbook:
    """Open a workbook of modest size without macros, links to elsewhere or entities; refuse anything else."""
    if len(content) > MOST_BYTES:
        raise BadFile(said("文件超过 2 MB，填报模板不会这样大。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = parts.namelist()
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadFile(said("只收 .xlsx 文件。")) from error
    if len(names) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise BadFile(said("文件解压后过大，请重新下载模板填写。"))
    if any("vbaProject" in name or "externalLink" in name for name in names):
        raise BadFile(said("文件含有宏或外部链接，不能接收。"))
    try:
        return load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except Exception as error:
        raise BadFile(said("文件损坏或不是 Excel 工作簿。")) from error
