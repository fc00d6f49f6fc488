"""Workbooks for people: the sender's own with what is wrong on its cells, and a blank one to fill in."""

import io

from flask_babel import gettext as _

from core import intake
from core.clock import BEIJING, now
from registry.intake.fields import LABELS, SPLIT_FROM
from registry.intake.rows import Problem
from registry.intake.storing import Result

MOST_NOTES = 20_000
"""Comments that a workbook can carry and still be opened in a moment."""


def marked(
    content: bytes,
    name: str,
    mapping: intake.Mapping,
    result: Result,
    *,
    stored: bool,
    most_rows: int = intake.MOST_ROWS,
) -> bytes:
    """The same workbook, wrong cells filled and commented, and a first sheet 导入结果. Raises ``Unreadable``."""
    columns = {table.sheet: table.columns for table in mapping.tables}
    notes = [_note(each, columns.get(each.sheet, {})) for each in result.problems[:MOST_NOTES]]
    return intake.annotated(content, name, notes, _summary(name, result, stored), most_rows=most_rows)


def _note(problem: Problem, columns: dict[str, int]) -> dict[str, object]:
    joined = (whole for whole, parts in SPLIT_FROM.items() if problem.field in parts and whole in columns)
    key = problem.field if problem.field in columns else next(joined, "")
    column = columns.get(key, columns.get("name", 0))
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": column + 1,
        "label": str(LABELS.get(problem.field, "")),
        "level": problem.level,
        "message": problem.message,
    }


def _summary(name: str, result: Result, stored: bool) -> list[list[str]]:
    at = now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    good = _("入库 %(n)d 行", n=result.accepted) if stored else _("可以入库 %(n)d 行", n=result.accepted)
    return [
        [_("导入结果"), name],
        [_("时间"), at],
        [_("共 %(n)d 行", n=result.rows), good, _("未入库 %(n)d 行", n=result.rejected)],
        [_("红色的格子要改，黄色的格子请核对。改好后把本表重新上传，已入库的行不会重复。")],
    ]


COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("serial", "可以不填。", "1"),
    ("name", "营业执照上的全称。", "昌吉云杉建材有限公司（示例）"),
    ("uscc", "18 位，系统逐位校验。", "9165×××××××××××××"),
    ("legal_rep", "姓名。", "马晓燕"),
    ("contact", "姓名。", "何静"),
    ("phone", "手机或带区号的座机。", "13900000000"),
    ("address", "生产经营场所的地址。", "昌吉市创业街 8 号"),
    ("area", "行政区划全称；没有这一列的按工作表名，再按您的机关。", "昌吉市"),
    ("zone", "园区全称，没有留空。", "昌吉高新技术产业开发区"),
    ("industry_code", "GB/T 4754-2017 小类，四位。", "3011"),
    ("industry", "可以不填，以代码为准。", "水泥制造"),
    ("category", "重点管理、简化管理、登记管理或未纳入。", "重点管理"),
    ("lon", "87.015232 或 87°0′54.84″。", "87.015232"),
    ("lat", "与经度同填或同空。", "44.874424"),
    ("permit_no", "没有的留空或填「无」。", "9165×××××××××××××001P"),
    ("valid_from", "有许可证的必填：2026-03-01、2026.3.1 或 2026年3月1日。", "2026-03-01"),
    ("valid_to", "当日仍有效的最后一天。", "2031-02-28"),
    ("state", "在产、停产或关闭。", "在产"),
    ("remark", "可以不填。", ""),
)
"""Field, how it is filled in, and a fictional example."""


def template() -> bytes:
    """A workbook to fill in: the headers that are recognised, one fictional row, and how each column is filled."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "企业台账"
    for at, (key, _how, _example) in enumerate(COLUMNS, 1):
        head = sheet.cell(1, at, str(LABELS[key]))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFF0")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = WIDE.get(key, 13)
        for row in range(2, READY_ROWS + 2):
            sheet.cell(row, at).number_format = "@"
    sheet.freeze_panes = "C2"
    about = book.create_sheet("填表说明")
    for at, line in enumerate(RULES, 1):
        about.cell(at, 1, line)
    for at, (key, how, example) in enumerate(COLUMNS, len(RULES) + 2):
        about.cell(at, 1, str(LABELS[key])).font = Font(bold=True)
        about.cell(at, 2, how)
        about.cell(at, 3, example)
    for letter, width in zip("ABC", (26, 60, 34), strict=True):
        about.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


READY_ROWS = 200
"""Rows made ready as text, so that Excel changes neither codes nor dates."""

WIDE = {"name": 34, "uscc": 22, "address": 34, "permit_no": 26, "zone": 22, "remark": 24}

RULES = (
    "一行一家企业。列可以增删、改名、换顺序，表头认得出就行；一个县市一张工作表也可以。",
    "已登记的企业只更新表里有内容的格子，空着的格子不会抹去在册的内容；改名后原名保留为曾用名。",
)
