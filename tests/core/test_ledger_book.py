"""The workbook: read back equal by two readers, styled, inert whatever people typed, and openable in LibreOffice."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core import clock
from core.ledger import Code, Column, Count, Day, Figure, Moment, Percent, Text, Word, YesNo, book
from tests.core.sample_ledger import STAMP, TODAY, WORKS, Kind, Works, filled, works

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "　=1",
    '=IMPORTXML("http://x","//a")',
    '=WEBSERVICE("http://x")',
    "-阜康铸造",
]
TEXTS = [
    *FORMULAS,
    "http://example.cn/",
    "mailto:a@b.cn",
    "<b>&amp;</b>",
    "]]>",
    "a&b<c>d\"e'f",
    " 前后 ",
    "两\n行",
    "两\r\n行",
    "\t",
    "_x0041_",
    "_x000D_",
    "_X0041_",
    "__x0041__",
    "00012",
    "1E5",
    "2026-11-23",
    "TRUE",
    "#REF!",
    "\u202eabc",
    "\ufeff",
    "𠮷野家",
    "😀",
    "é",
    "'x",
    "''",
]


def made(columns: list[Column], *rows: tuple[Any, ...], about: list[tuple[str, str]] | None = None) -> bytes:
    """A workbook of these rows."""
    batches: Iterator[Any] = iter([list(zip(*rows, strict=True))] if rows else [])
    return b"".join(book.workbook("企业台账", columns, about or [("台账", "企业台账")], STAMP.at, batches))


def column(kind: type[Column], key: str = "x", **more: Any) -> Column:
    return kind(key, key, Works.name, **more)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]


def twice(content: bytes) -> tuple[list[list[Any]], list[list[Any]]]:
    """The rows as openpyxl and as calamine read them, without the head."""
    ours = [[cell.value for cell in row] for row in opened(content).iter_rows(min_row=2)]
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(1).to_python()[1:]
    return ours, theirs


def cleaned(text: str) -> str:
    """What a cell can hold of a text: no control characters, no lone surrogates."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", text)


def decoded(text: str | None) -> str:
    """A text as Excel shows it: _x005F_ stands for the underscore that keeps the rest from being one character."""
    return (text or "").replace("_x005F_", "_")


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.one_of(st.text(max_size=30), st.sampled_from(TEXTS)), min_size=1, max_size=40))
def test_every_text_comes_back_as_it_was_typed_and_nothing_is_computed(texts: list[str]) -> None:
    content = made([column(Text), column(Code, "y")], *((text, text) for text in texts))
    ours, theirs = twice(content)
    wanted = [[cleaned(text)] * 2 for text in texts]
    assert [[decoded(value) for value in row] for row in ours] == wanted
    # calamine drops empty rows at the end, and reads a lone CR as the line end it is
    plain = [[value.replace("\r\n", "\n").replace("\r", "\n") for value in row] for row in wanted]
    read = [[str(value).replace("\r\n", "\n").replace("\r", "\n") for value in row] for row in theirs]
    assert read == plain[: len(read)]
    assert not any(value for row in plain[len(read) :] for value in row)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet2.xml")
    assert not re.search(rb"<f[ />]", sheet)
    assert b"<hyperlink" not in sheet


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_text_with_a_quote_prefix(text: str) -> None:
    sheet = opened(made([column(Text), column(Code, "y")], (text, text)))
    for cell in sheet[2]:
        assert cell.data_type == "s" or cell.data_type == "inlineStr"
        assert cell.quotePrefix
        assert cell.hyperlink is None


def test_an_ordinary_text_bears_no_quote_prefix() -> None:
    assert not opened(made([column(Text)], ("阜康晨岭焦化（示例）",)))["A2"].quotePrefix


def test_labels_and_the_page_of_explanations_are_inert_too() -> None:
    content = made([Text("x", "=1+1", Works.name, hint="=2+2")], about=[("=3", "=4+4"), ("范围", "-昌吉市")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]
    about = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert about["B3"].value == "=4+4"
    assert about["B3"].data_type == "s"


def test_dates_are_dates_and_instants_stand_on_a_beijing_clock() -> None:
    moment = datetime(2026, 11, 22, 16, 30, 59, tzinfo=UTC)
    content = made(
        [column(Day), column(Moment, "y")], (date(2026, 11, 23), moment), (None, None), (date(2026, 1, 1), None)
    )
    ours, theirs = twice(content)
    assert [value.isoformat() for value in ours[0]] == ["2026-11-23T00:00:00", "2026-11-23T00:30:59"]
    assert [value.isoformat() for value in theirs[0]] == ["2026-11-23", "2026-11-23T00:30:59"]
    sheet = opened(content)
    assert sheet["A2"].is_date
    assert sheet["B2"].number_format.startswith("yyyy")
    assert ours[1] == [None, None]


@given(days=st.lists(st.dates(), min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_every_day_since_1900_is_a_date_and_an_older_one_is_its_text(days: list[date]) -> None:
    ours, _theirs = twice(made([column(Day)], *((day,) for day in days)))
    for day, (value,) in zip(days, ours, strict=True):
        assert (value if day < date(1900, 3, 1) else value.date().isoformat()) == day.isoformat()


@given(
    figures=st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=25, deadline=None)
def test_a_figure_is_a_number_as_long_as_no_digit_is_lost(figures: list[Decimal]) -> None:
    ours, _theirs = twice(made([column(Figure)], *((figure,) for figure in figures)))
    for figure, (value,) in zip(figures, ours, strict=True):
        assert Decimal(str(value)) == figure
        assert isinstance(value, int | float) or len(f"{figure.normalize():f}".strip("-0").replace(".", "")) > 15


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (Count, 0, 0),
        (Count, -3, -3),
        (Count, 10**14, 10**14),
        (Count, 2**63, str(2**63)),
        (Percent, Decimal("0.853"), 0.853),
        (Figure, Decimal("NaN"), "NaN"),
        (Figure, Decimal("1E+3"), 1000),
        (Figure, 1.5, 1.5),
        (YesNo, True, "是"),
        (YesNo, False, "否"),
        (Word, Kind.KEY, "重点管理"),
        (Code, "00012", "00012"),
        (Text, "", None),
        (Text, None, None),
        (Figure, None, None),
    ],
)
def test_each_kind_of_value_is_written_as_what_it_is(kind: type[Column], value: Any, wanted: Any) -> None:
    ours, _theirs = twice(made([column(kind), column(Text, "y")], (value, "x")))
    assert ours == [[wanted, "x"]]


def test_codes_are_formatted_as_text_so_that_editing_keeps_their_zeros() -> None:
    assert opened(made([column(Code)], ("00012",)))["A2"].number_format == "@"


def test_a_text_too_long_for_a_cell_is_cut_and_the_file_says_so() -> None:
    content = made([column(Text)], ("长" * 40_000,), ("😀" * 20_000,), ("短",))
    ours, _theirs = twice(content)
    assert len(ours[0][0]) == 32_767
    assert ours[0][0].endswith("…")
    assert len(ours[1][0].encode("utf-16-le")) // 2 <= 32_767
    said = [row[1].value for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]
    assert "2 个单元格超过 32767 字，已在此处截短；CSV 中是全文。" in said


def test_a_sheet_that_is_full_ends_there_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "LAST_ROW", 4)
    content = made([column(Count)], *((at,) for at in range(10)))
    ours, _theirs = twice(content)
    assert ours == [[0], [1], [2]]
    said = [row[1].value for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]
    assert any("没有导出" in str(words) for words in said)


def exported(session: Session, **args: str) -> bytes:
    return b"".join(WORKS.xlsx(session, MultiDict(args), "州", STAMP))


def test_the_first_sheet_says_what_this_is_and_how_it_came_about(works_session: Session) -> None:
    content = exported(works_session, kind="key", sort="-fine")
    first = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert first.title == "说明"
    said: dict[Any, Any] = {}
    for label, words in first.iter_rows(max_col=2, values_only=True):
        said.setdefault(label, words)
    assert said["管理类别"] == "重点管理"
    assert said["范围"] == "昌吉市"
    assert said["排序"] == "罚款由少到多"
    assert said["数据截至"] == "2026-11-23 18:40:00（北京时间）"
    assert said["导出人"] == "王晓岚"
    assert said["审计链首"].replace(" ", "") == STAMP.audit_head
    assert said["口径"] == "在册的全部企业。"
    assert said["行数"] == 80
    assert said["罚款（元）"] == "近三年生效的罚款合计"


def test_long_words_on_the_first_sheet_wrap_in_rows_high_enough_for_them(works_session: Session) -> None:
    first = openpyxl.load_workbook(io.BytesIO(exported(works_session, kind="key"))).worksheets[0]
    assert first["A1"].alignment.wrap_text and "A1:B1" in [str(each) for each in first.merged_cells.ranges]
    for number, (label, words) in enumerate(first.iter_rows(min_row=3, max_col=2), 3):
        if label.value is None:
            continue
        needed = max(wide(label.value) / 16, wide(words.value or "") / 84)
        assert label.alignment.wrap_text and words.alignment.wrap_text
        assert first.row_dimensions[number].height >= 15 * needed, (label.value, words.value)


def wide(text: Any) -> int:
    """How many narrow characters a text takes: a Chinese one takes two."""
    return sum(1 if each.isascii() else 2 for each in str(text))


def test_the_table_is_styled_for_reading_sorting_and_printing(works_session: Session) -> None:
    sheet = opened(exported(works_session))
    assert sheet.title == "企业台账"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:K121"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddFooter.right.text == "第&P页 共&N页"
    assert "昌吉市" in sheet.oddFooter.left.text
    assert "a41c77e9" in sheet.oddFooter.left.text
    assert sheet.column_dimensions["A"].width == 34
    assert sheet["A1"].font.b
    assert sheet.max_row == 121


def test_an_empty_list_gives_a_workbook_with_its_head(works_session: Session) -> None:
    filled(works_session, [])
    sheet = opened(exported(works_session))
    assert [cell.value for cell in sheet[1]][:2] == ["企业", "统一社会信用代码"]
    assert sheet.max_row == 1


def test_the_same_rows_give_the_same_bytes(works_session: Session) -> None:
    assert exported(works_session) == exported(works_session)


def test_more_rows_than_one_batch_all_arrive_in_order(works_session: Session) -> None:
    filled(works_session, [works(number) for number in range(1, 2502)])
    sheet = opened(exported(works_session, sort="name"))
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [f"91652302MA7{at:07d}" for at in range(1, 2502)]


def test_the_file_is_sent_while_it_is_made(works_session: Session) -> None:
    filled(works_session, [works(number) for number in range(1, 2502)])
    with clock.at(TODAY):
        pieces = WORKS.xlsx(works_session, MultiDict(), "州", STAMP)
        assert next(pieces).startswith(b"PK")
        assert len(list(pieces)) > 5


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.anywhere
def test_libreoffice_opens_it_and_computes_nothing(tmp_path: Path) -> None:
    texts = [
        text for text in TEXTS if cleaned(text).strip() and "\r" not in text and "\n" not in text and "\t" not in text
    ]
    columns = [column(Count), column(Text, "y"), column(Day, "z")]
    (tmp_path / "ledger.xlsx").write_bytes(made(columns, *((at, text, TODAY) for at, text in enumerate(texts))))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    subprocess.run(
        [*command, options, "--outdir", str(tmp_path), str(tmp_path / "ledger.xlsx")],
        check=True,
        timeout=120,
        capture_output=True,
    )
    (converted,) = tmp_path.glob("*.csv")
    rows = list(csv.reader(io.StringIO(converted.read_text(encoding="utf-8-sig"))))[1:]
    assert [row[1] for row in rows] == [cleaned(text) for text in texts]
    assert {row[2] for row in rows} == {"2026-11-23"}
