"""A stranger's workbook is read exactly, or refused by name; it never costs much."""

import io
import json
import resource
import subprocess
import sys
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core import intake
from core.intake import Unreadable, reading
from tests.core.intake import hostile

pytestmark = pytest.mark.anywhere

MOST_MEMORY = 300 * 1024 * 1024
MOST_SECONDS = 12.0
"""Processor seconds, generous: five are the aim, and a machine that tests in parallel is slow."""


def refusal(content: bytes, name: str = "a.xlsx") -> Unreadable:
    """Why a file is not taken."""
    with pytest.raises(Unreadable) as caught:
        intake.read(content, name)
    return caught.value


COSTLY = ("a bomb in a sheet", "a bomb of cells", "a million columns", "a cell in the last corner", "a billion laughs")


@pytest.mark.parametrize("harm", [harm for harm in hostile.REFUSED if harm not in COSTLY])
def test_a_hostile_file_is_refused_by_name_in_chinese(harm: str) -> None:
    make, name, code = hostile.REFUSED[harm]
    told = refusal(make(), name)
    assert told.code == code
    assert told.message.endswith("。")
    assert any("一" <= each <= "鿿" for each in told.message)


MEASURED = """
import json, resource, sys
from core.intake import reading, Unreadable
code = ""
try:
    reading.read(sys.stdin.buffer.read(), "a.xlsx")
except Unreadable as refusal:
    code = refusal.code
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_maxrss * 1024, used.ru_utime + used.ru_stime]))
"""


@pytest.mark.parametrize("harm", COSTLY)
def test_refusing_costs_little_memory_and_time(harm: str) -> None:
    make, _, code = hostile.REFUSED[harm]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], input=make(), capture_output=True, check=True, cwd=reading.ROOT
    )
    told, memory, seconds = json.loads(done.stdout)
    assert told == code, "refused by name, in Chinese, like every other"
    assert memory < MOST_MEMORY
    assert seconds < MOST_SECONDS


def test_the_child_cannot_take_more_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MEMORY", 64 * 1024 * 1024)
    large = b'<c r="A1" t="inlineStr"><is><t>' + b"a" * 60_000_000 + b"</t></is></c>"
    assert refusal(hostile.with_sheet(hostile.row(1, large))).code == "too_much_memory"


def test_a_lying_dimension_hides_no_row() -> None:
    made = hostile.changed(hostile.honest(), {hostile.SHEET: lambda data: data.replace(b'ref="A1:C2"', b'ref="A1"')})
    (sheet,) = intake.read(made, "a.xlsx")
    assert [list(row) for row in sheet.rows] == [
        ["企业名称", "统一社会信用代码", "联系电话"],
        ["阜康甲厂（示例）", "91652302MA700107XC", "13900000000"],
    ]


def test_a_formula_gives_its_last_value_and_is_never_reckoned() -> None:
    rows = hostile.row(
        1, b'<c r="A1"><f>1+1</f><v>7</v></c>', b'<c r="B1" t="str"><f>WEBSERVICE("http://x")</f><v>x</v></c>'
    )
    (sheet,) = intake.read(hostile.with_sheet(rows), "a.xlsx")
    assert list(sheet.rows[0]) == ["7", "x"]
    assert sheet.formulas == 2


def test_text_that_looks_like_a_formula_is_text() -> None:
    made = Workbook()
    cell = made.worksheets[0]["A1"]
    cell.value = '=HYPERLINK("http://x")'
    cell.data_type = "s"
    out = io.BytesIO()
    made.save(out)
    (sheet,) = intake.read(out.getvalue(), "a.xlsx")
    assert list(sheet.rows[0]) == ['=HYPERLINK("http://x")']


def test_external_links_are_left_alone() -> None:
    made = hostile.changed(hostile.honest(), {}, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    (sheet,) = intake.read(made, "a.xlsx")
    assert len(sheet.rows) == 2


def test_comments_and_cdata_in_a_sheet_are_read_by_the_parser() -> None:
    rows = hostile.row(1, b'<!-- </row> --><c r="A1" t="inlineStr"><is><t><![CDATA[<c>]]></t></is></c>')
    (sheet,) = intake.read(hostile.with_sheet(rows), "a.xlsx")
    assert list(sheet.rows[0]) == ["<c>"]


def test_hidden_sheets_are_left_out_and_hidden_columns_told() -> None:
    made = Workbook()
    made.worksheets[0].append(["甲", "乙", "丙"])
    made.worksheets[0].column_dimensions["B"].hidden = True
    made.create_sheet("藏").sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    (sheet,) = intake.read(out.getvalue(), "a.xlsx")
    assert sheet.hidden == {1}


def test_rare_characters_and_line_breaks_survive() -> None:
    text = "𬍛𬱖买买提·阿不都拉\n第二行"
    made = Workbook()
    made.worksheets[0].append([text])
    out = io.BytesIO()
    made.save(out)
    assert list(intake.read(out.getvalue(), "a.xlsx")[0].rows[0]) == [text]
    assert list(intake.read(f'"{text}"\n'.encode("gb18030"), "a.csv")[0].rows[0]) == [text]


def test_numbers_and_dates_come_as_people_see_them() -> None:
    moment = datetime(2026, 11, 23, 8, 30)  # noqa: DTZ001 - as Excel keeps it
    made = Workbook()
    made.worksheets[0].append([13900000000, 87.015232, date(2026, 11, 23), moment, True])
    out = io.BytesIO()
    made.save(out)
    assert list(intake.read(out.getvalue(), "a.xlsx")[0].rows[0]) == [
        "13900000000",
        "87.015232",
        "2026-11-23",
        "2026-11-23 08:30:00",
        "是",
    ]


@pytest.fixture(scope="module")
def honest() -> bytes:
    """A sound workbook, made once: it bears the time at which it was made."""
    return hostile.honest()


@settings(max_examples=15)
@given(data=st.data())
def test_a_workbook_with_a_changed_byte_is_read_or_refused_never_more(honest: bytes, data: Any) -> None:
    content = bytearray(honest)
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        sheets = intake.read(bytes(content), "a.xlsx")
    except Unreadable as refused:
        assert refused.message
    else:
        assert all(len(row) <= 64 for sheet in sheets for row in sheet.rows)


def test_the_marked_workbook_keeps_formulas_as_values_and_text_as_text() -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "台账"
    sheet.append(["企业名称", "备注"])
    sheet.append(["甲", "=1+1"])
    sheet["B2"].data_type = "s"
    sheet.append(["乙", "=SUM(1,1)"])
    out = io.BytesIO()
    made.save(out)
    note = {"sheet": "台账", "row": 2, "column": 1, "label": "企业名称", "level": "error", "message": "不对。"}
    marked = intake.annotated(out.getvalue(), "a.xlsx", [note], [["导入结果", "=x"]])
    with zipfile.ZipFile(io.BytesIO(marked)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)
    book = load_workbook(io.BytesIO(marked))
    assert book.sheetnames == ["导入结果", "台账"]
    assert book["台账"]["B2"].value == "=1+1"
    assert book["台账"]["B2"].data_type == "s"
    assert book["导入结果"]["B1"].data_type == "s"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0


def test_a_marked_workbook_sent_again_is_read_without_its_result_sheet() -> None:
    marked = intake.annotated(hostile.honest(), "a.xlsx", [], [["导入结果"]])
    assert [sheet.name for sheet in intake.read(marked, "a.xlsx")] == ["Sheet"]


def test_a_formatted_cell_in_the_last_corner_is_not_walked_to() -> None:
    made = hostile.with_sheet(hostile.row(1, hostile.cell("A1")) + hostile.row(1048576, b'<c r="XFD1048576"/>'))
    (sheet,) = intake.read(made, "a.xlsx")
    assert list(sheet.rows) == [["1"]]
    note = {"sheet": "Sheet", "row": 1, "column": 1, "label": "", "level": "warning", "message": "请核对。"}
    assert load_workbook(io.BytesIO(intake.annotated(made, "a.xlsx", [note], [["导入结果"]])))["Sheet"]["A1"].comment
