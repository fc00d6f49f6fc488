"""The Excel template: down, filled in, up again; and what is no template."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from core.attachments import BadFile
from permits import workbook
from permits.rules.checks import Beside, Line, Measured

SO2 = Line("DA001", "a21026", "二氧化硫", None, Decimal(30), "mg/m³", Decimal("118.4"), Decimal("20.5"))
COD = Line("DW001", "w01018", "化学需氧量", None, Decimal(50), "mg/L")
BESIDE = {SO2.row: Beside(Measured(3, Decimal(19), Decimal(10), Decimal(28)), last_mean=Decimal(21))}


def down(*open_rows: str) -> bytes:
    """A template of two lines."""
    return workbook.template("示例报告", 7, [SO2, COD], BESIDE, open_rows or (SO2.row, COD.row))


def changed(cells: dict[str, Any], content: bytes | None = None, sheet: str = workbook.SHEET) -> bytes:
    """The template with other cells."""
    book = load_workbook(io.BytesIO(content or down()))
    for place, value in cells.items():
        book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_goes_down_comes_up_unchanged() -> None:
    found = workbook.read(down(), 7)
    assert found.problems == []
    assert set(found.figures) == {SO2.row, COD.row}
    assert found.figures[SO2.row].mean == Decimal("20.5")
    assert found.figures[COD.row].mean is None


def test_the_template_shows_limits_monitoring_and_the_last_report() -> None:
    sheet = load_workbook(io.BytesIO(down()))[workbook.SHEET]
    assert [cell.value for cell in sheet[5]][:5] == ["DA001", "二氧化硫", "≤ 30 mg/m³", 20.5, None]
    assert [cell.value for cell in sheet[5]][9:12] == [118.4, 21, 19]
    assert sheet.freeze_panes == "D5"


def test_the_keys_are_hidden_and_only_open_lines_can_be_written() -> None:
    book = load_workbook(io.BytesIO(down(SO2.row)))
    assert book[workbook.KEYS].sheet_state == "veryHidden"
    assert book[workbook.SHEET].protection.sheet
    assert not book[workbook.SHEET]["D5"].protection.locked
    assert book[workbook.SHEET]["D6"].protection.locked
    assert book[workbook.SHEET]["C5"].protection.locked


def test_figures_are_read_as_people_type_them() -> None:
    typed = {"D6": "３３．５", "E6": " 20 ", "F6": "1,041.25", "G6": 3.0, "H6": "0", "I6": 2.25}
    row = workbook.read(changed(typed), 7).figures[COD.row]
    assert (row.mean, row.minimum, row.maximum) == (Decimal("33.5"), Decimal(20), Decimal("1041.25"))
    assert (row.samples, row.exceedances, row.quantity) == (3, 0, Decimal("2.25"))


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("D6", "未检出", "“未检出”不是数字"),
        ("D6", "<0.01", "不是数字"),
        ("D6", "=D5*2", "不要写公式"),
        ("D6", True, "应填数字"),
        ("G6", 2.5, "应填整数"),
        ("H6", "一次", "不是数字"),
        ("I6", "1e20", "数字过大"),
        ("I6", "NaN", "数字过大"),
        ("D6", "0.0000001", "最多 6 位小数"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_reason(cell: str, value: Any, words: str) -> None:
    found = workbook.read(changed({cell: value}), 7)
    (problem,) = found.problems
    assert problem.cell == cell
    assert "DW001 化学需氧量" in problem.text
    assert words in problem.text
    assert set(found.figures) == {SO2.row}


def test_every_wrong_cell_is_told_at_once() -> None:
    found = workbook.read(changed({"D5": "x", "E5": "y", "D6": "z"}), 7)
    assert [each.cell for each in found.problems] == ["D5", "E5", "D6"]


def test_a_moved_row_is_told_and_not_guessed_at() -> None:
    found = workbook.read(changed({"B5": "化学需氧量", "B6": "二氧化硫"}), 7)
    assert [each.cell for each in found.problems] == ["A5", "A6"]
    assert found.figures == {}


def test_the_template_of_another_report_is_refused() -> None:
    with pytest.raises(BadFile, match="另一份报告"):
        workbook.read(down(), 8)


def test_a_changed_head_is_refused() -> None:
    with pytest.raises(BadFile, match="表头被改动"):
        workbook.read(changed({"D4": "最大值"}), 7)


def test_changed_keys_are_refused() -> None:
    with pytest.raises(BadFile, match="隐藏信息"):
        workbook.read(changed({"A2": "x"}, sheet=workbook.KEYS), 7)


def test_another_workbook_is_refused() -> None:
    out = io.BytesIO()
    Workbook().save(out)
    with pytest.raises(BadFile, match="不是本系统的填报模板"):
        workbook.read(out.getvalue(), 7)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", b"<html>", b"\xd0\xcf\x11\xe0" * 40])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile, match="xlsx"):
        workbook.read(content, 7)


def rezipped(more: dict[str, bytes]) -> bytes:
    """The template with other parts in its package."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(down())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(BadFile, match="解压后过大"):
        workbook.read(rezipped({"xl/media/bomb.bin": b"\0" * (workbook.MOST_UNPACKED + 1)}), 7)


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"])
def test_macros_and_links_to_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BadFile, match="宏或外部链接"):
        workbook.read(rezipped({name: b"x"}), 7)


def test_an_entity_is_refused() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    with pytest.raises(BadFile, match="损坏"):
        workbook.read(rezipped({"xl/workbook.xml": evil}), 7)


def test_a_truncated_file_is_refused() -> None:
    content = down()
    with pytest.raises(BadFile):
        workbook.read(content[: len(content) // 2], 7)


def test_a_file_of_several_megabytes_is_no_template() -> None:
    with pytest.raises(BadFile, match="2 MB"):
        workbook.read(b"x" * (workbook.MOST_BYTES + 1), 7)


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    line = Line("DA001", "x", "=cmd()", None, Decimal(1), "mg/L")
    content = workbook.template("示例", 7, [line], {}, [line.row])
    assert load_workbook(io.BytesIO(content))[workbook.SHEET]["B5"].data_type == "s"
