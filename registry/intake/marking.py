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


COLUMNS = (
    "serial", "name", "uscc", "legal_rep", "contact", "phone", "address", "area", "zone", "industry_code", "industry",
    "category", "lon", "lat", "permit_no", "valid_from", "valid_to", "state", "remark",
)  # fmt: skip
EXAMPLE = (
    "1", "昌吉云杉建材有限公司（示例）", "91652301MA7001002C", "马晓燕", "何静", "13900000000", "昌吉市创业街 8 号",
    "昌吉市", "", "3011", "水泥制造", "重点管理", "87.015232", "44.874424", "91652301MA7001002C001P", "2026-03-01",
    "2031-02-28", "在产", "这一行是示例，填写时请删去",
)  # fmt: skip


def template() -> bytes:
    """A workbook to fill in: the headers that are recognised, one fictional row, and how each column is filled."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "企业台账"
    for at, (key, example) in enumerate(zip(COLUMNS, EXAMPLE, strict=True), 1):
        head, cell = sheet.cell(1, at, str(LABELS[key])), sheet.cell(2, at, example)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFF0")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.number_format = "@"
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = (
            30 if key in {"name", "address"} else 22 if "no" in key or key == "uscc" else 13
        )
    sheet.freeze_panes = "C2"
    about = book.create_sheet("填表说明")
    for at, line in enumerate(RULES, 1):
        about.cell(at, 1, line)
    about.column_dimensions["A"].width = 90
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


RULES = (
    "一行一家企业；列可以增删和改换顺序，表头认得出就行；一个县市一张工作表也可以。",
    "统一社会信用代码 18 位，系统逐位校验；名称填营业执照上的全称。",
    "所在县市填昌吉市、阜康市、呼图壁县、玛纳斯县、奇台县、吉木萨尔县、木垒哈萨克自治县；没有的列按工作表名或您的机关。",
    "行业代码按 GB/T 4754-2017 四位小类；管理类别填重点管理、简化管理、登记管理或未纳入。",
    "经纬度填 87.015232 或 87°0′54.84″；日期填 2026-11-23、2026.11.23 或 2026年11月23日。",
    "有许可证编号的，有效期起止都要填；没有许可证的留空或填「无」。",
    "已登记的企业只更新表里有内容的格子，空着的格子不会抹去在册的内容；改名后原名保留为曾用名。",
)
