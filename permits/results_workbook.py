"""Results as a workbook: a template laid out after the permit, and what comes back filled in, or as a laboratory keeps it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core import clock, intake
from core.intake import Field, Line
from core.intake.gate import Unreadable
from core.said import said
from core.text import date_of, halfwidth
from permits.models import MeasureKind
from permits.rules.results import Place, Places, Problem, ResultInput, spelt_unit

FIELDS = (
    Field("outlet", "排放口", ("排放口", "排放口编号", "监测点位", "点位", "排口")),
    Field("pollutant", "污染物", ("污染物", "监测项目", "监测因子", "项目", "因子", "污染物代码", "指标")),
    Field("kind", "类型", ("类型", "数据类型", "结果类型")),
    Field("at", "监测时间", ("监测时间", "采样时间", "监测日期", "采样日期", "时间", "日期")),
    Field("value", "结果", ("结果", "监测结果", "监测值", "浓度", "数值", "排放浓度")),
    Field("unit", "单位", ("单位", "计量单位")),
    Field("detection_limit", "检出限", ("检出限", "方法检出限")),
    Field("invalid_reason", "无效理由", ("无效理由", "无效原因", "备注")),
)
MOST_ROWS = 10_000
NOT_DETECTED = ("未检出", "ND", "N.D.", "<")
WIDTHS = (10, 22, 10, 20, 12, 10, 12, 26)


@dataclass(frozen=True)
class Sheet:
    """What a workbook says: the results with the row of each, and every cell that cannot be read."""

    results: list[ResultInput]
    rows: list[int]
    problems: list[Problem]


def template(title: str, places: Sequence[Place]) -> bytes:
    """A template with a line for each pollutant of the permit."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "监测结果"
    sheet["A1"] = title
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = (
        "一行一个结果，可以加行；没有填结果和检出限的行不导入。未检出的只填检出限。时间为北京时间，均值填时段的开始。"
    )
    for column, each in enumerate(FIELDS, 1):
        head = sheet.cell(4, column, each.label)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFF0")
        head.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[column - 1]
    for row, place in enumerate(places, 5):
        filled = (
            place.outlet_code,
            f"{place.name} {place.pollutant_code}",
            MeasureKind.SAMPLE.label,
            None,
            None,
            place.unit,
        )
        for column, value in enumerate(filled, 1):
            sheet.cell(row, column, f"'{value}" if value and value[:1] in "=+-@" else value)
    kinds = DataValidation(type="list", formula1=f'"{",".join(each.label for each in MeasureKind)}"')
    sheet.add_data_validation(kinds)
    kinds.add(f"C5:C{MOST_ROWS}")
    sheet.freeze_panes = "A5"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, name: str, places: Places) -> Sheet:
    """Read a workbook or CSV in the guarded child process; raises ``Unreadable`` when there is nothing to be read."""
    sheets = intake.read(content, name)
    mapping = intake.recognise(sheets, FIELDS, ("value",))
    if not mapping.tables:
        raise Unreadable("no_table", said("没有找到表头。请下载模板，或者让表头含有排放口、污染物、监测时间、结果。"))
    found = Sheet([], [], [])
    by_name = {each.name: each for each in sheets}
    for table in mapping.tables:
        for line in intake.lines(by_name[table.sheet], table):
            if len(found.results) + len(found.problems) >= MOST_ROWS:
                raise Unreadable("too_many", said("一次最多导入 %(n)d 行，请分开。", n=MOST_ROWS))
            _take(line, places, found)
    if not found.results and not found.problems:
        raise Unreadable("empty", said("没有填写结果的行。"))
    return found


def _take(line: Line, places: Places, found: Sheet) -> None:
    cells = {key: halfwidth(text.strip().lstrip("'")) for key, text in line.cells.items()}
    value, least = cells.get("value", ""), cells.get("detection_limit", "")
    if not value and not least:
        return
    unseen = value.upper().startswith(NOT_DETECTED)
    if unseen and not least and value.startswith("<"):
        least = value[1:].strip()
    wrong: list[Problem] = []
    figures = {"value": "" if unseen else value, "detection_limit": least}
    read_figures: dict[str, Decimal | None] = {}
    for name, text in figures.items():
        try:
            read_figures[name] = Decimal(text.replace(",", "")) if text else None
        except InvalidOperation:
            read_figures[name] = None
            wrong.append(Problem(line.row, name, said("不是数字：%(text)s", text=text[:20])))
        figure = read_figures[name]
        if figure is not None and not figure.is_finite():
            wrong.append(Problem(line.row, name, said("不是数字：%(text)s", text=text[:20])))
    at, kind = _moment(cells.get("at", "")), _kind(cells.get("kind", ""))
    if at is None:
        wrong.append(Problem(line.row, "at", said("请写成 2026-11-23 09:30 这样的时间。")))
    if kind is None:
        wrong.append(Problem(line.row, "kind", said("类型应为单次、小时均值或日均值。")))
    if wrong or at is None or kind is None:
        found.problems.extend(wrong)
        return
    outlet = cells.get("outlet", "").upper()
    place = _place(outlet, cells.get("pollutant", ""), places)
    found.rows.append(line.row)
    found.results.append(
        ResultInput(
            outlet,
            place.pollutant_code if place else cells.get("pollutant", "")[:40],
            at,
            read_figures["value"],
            spelt_unit(cells["unit"]) if cells.get("unit") else (place.unit if place else ""),
            kind,
            detection_limit=read_figures["detection_limit"],
            invalid_reason=cells.get("invalid_reason", "")[:400] or None,
        )
    )


def _place(outlet_code: str, words: str, places: Places) -> Place | None:
    """The pollutant that a cell means: by its code, or by its name at that outlet."""
    for (outlet, code), place in places.items():
        if outlet == outlet_code and (code in words.split() or words == place.name):
            return place
    return None


def _kind(text: str) -> MeasureKind | None:
    if not text:
        return MeasureKind.SAMPLE
    return next((each for each in MeasureKind if text in (each.label, each.code)), None)


def _moment(text: str) -> datetime | None:
    """A moment on a Beijing clock; a day alone is its beginning."""
    if (day := date_of(text)) is not None:
        return clock.midnight(day)
    head, _blank, tail = text.replace("T", " ").partition(" ")
    day = date_of(head)
    parts = tail.replace("：", ":").split(":")
    if day is None or not 2 <= len(parts) <= 3 or not all(part.strip().isdigit() for part in parts):
        return None
    hour, minute = int(parts[0]), int(parts[1])
    if hour > 23 or minute > 59:
        return None
    return clock.midnight(day) + timedelta(hours=hour, minutes=minute)


def cell_of(name: str, row: int) -> str:
    """Where a problem is, for a person: 第 7 行 结果."""
    label = next((each.label for each in FIELDS if each.key == name), "")
    return said("第 %(row)d 行 %(label)s", row=row, label=said(label) if label else "")
