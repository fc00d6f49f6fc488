"""The pages of the import, as an officer uses them."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from accounts.models import AuditEntry
from core.db import db
from registry.models import Enterprise, ImportRun, RememberedMapping
from tests.browse import Browser, Page
from tests.registry.intake import books

SAMPLE = Path(__file__).parents[2] / "data/enterprise_ledger_sample.xlsx"
Browse = Callable[[str], Browser]


def upload(person: Browser, content: bytes, name: str = "阜康台账.xlsx", status: int = 303) -> Page:
    """Send a workbook as the form does."""
    page = person.get("/imports/new")
    return person.submit(page, {"file": (io.BytesIO(content), name)}, form="", status=status)


def firms() -> int:
    """How many firms are on record."""
    return db.session.scalar(select(func.count()).select_from(Enterprise)) or 0


def tried(person: Browser, content: bytes, name: str = "阜康台账.xlsx") -> Page:
    """Upload, confirm the columns as recognised, and stand before the result of the dry run."""
    page = person.follow(upload(person, content, name))
    if "columns" in page.url:
        page = person.follow(person.submit(page))
    return page


def test_a_list_without_imports_says_what_to_do(browse: Browse) -> None:
    page = browse("officer").get("/imports")
    assert "还没有导入过台账" in page.text
    assert page.soup.select("a[href='/imports/new']")


def test_a_workbook_goes_from_upload_over_columns_and_dry_run_into_the_register(browse: Browse) -> None:
    officer, before = browse("officer"), firms()
    columns = officer.follow(upload(officer, books.plain(3)))
    assert "确认各列的含义" in columns.text
    preview = officer.follow(officer.submit(columns))
    assert "还没有入库：3 行可以入库" in preview.text
    assert firms() == before
    result = officer.follow(officer.submit(preview, form="/store"))
    assert "已入库 3 行：新增 3" in result.text
    assert firms() == before + 3
    assert "3" in officer.get("/imports").text


def test_headers_once_confirmed_are_not_asked_again_in_the_same_office(browse: Browse) -> None:
    tried(browse("officer"), books.plain(1))
    assert "/columns" not in upload(browse("officer2"), books.plain(2)).location
    assert "/columns" in upload(browse("far_officer"), books.plain(2)).location
    kept = db.session.scalars(select(RememberedMapping)).all()
    assert len(kept) == 1


def test_a_column_may_be_given_another_meaning_and_is_read_so_ever_after(browse: Browse) -> None:
    officer = browse("officer")
    content = books.book(
        [["企业名称", "统一社会信用代码", "所在县市", "老板"], ["阜康甲厂（示例）", books.code(1), "阜康市", "马晓燕"]]
    )
    columns = officer.follow(upload(officer, content))
    field = columns.one("tr:has(th:-soup-contains('老板')) select")
    preview = officer.follow(officer.submit(columns, {str(field["name"]): "legal_rep"}))
    officer.follow(officer.submit(preview, form="/store"))
    made = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == books.code(1))).one()
    assert made.legal_representative == "马晓燕"
    again = tried(officer, content)
    assert "columns" not in again.url
    assert "未变 1 家" in again.text


def test_two_columns_with_one_meaning_and_a_lacking_name_are_refused_at_the_form(browse: Browse) -> None:
    officer = browse("officer")
    columns = officer.follow(upload(officer, books.plain(1)))
    name = columns.one("tr:has(th:-soup-contains('企业名称')) select")
    page = officer.submit(columns, {str(name["name"]): "uscc"}, status=422)
    assert any("选了同一个含义" in each for each in page.errors)
    assert any("没有哪一列是企业名称" in each for each in page.errors)
    assert not db.session.scalars(select(RememberedMapping)).all()


def test_storing_twice_stores_once(browse: Browse) -> None:
    officer = browse("officer")
    preview = tried(officer, books.plain(2))
    officer.submit(preview, form="/store")
    count, entries = firms(), db.session.scalar(select(func.count()).select_from(AuditEntry))
    address = preview.url + "/store"
    officer.post(address)
    assert firms() == count
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == entries


def test_the_same_file_again_changes_nothing_and_says_so(browse: Browse) -> None:
    officer = browse("officer")
    officer.submit(tried(officer, books.plain(3)), form="/store")
    again = tried(officer, books.plain(3))
    result = officer.follow(officer.submit(again, form="/store"))
    assert "新增 0，更新 0，未变 3" in result.text


def test_a_changed_row_is_shown_with_what_was_and_what_would_be(browse: Browse) -> None:
    officer = browse("officer")
    officer.submit(tried(officer, books.plain(1, phone="13900000001")), form="/store")
    preview = tried(officer, books.plain(1, phone="13900000002"))
    assert "13900000001 → 13900000002" in preview.text
    assert "更新 1 家" in preview.text


def test_rows_of_another_county_are_told_and_not_stored(browse: Browse) -> None:
    officer, before = browse("officer"), firms()
    preview = tried(officer, books.plain(2, area="昌吉市"))
    assert "没有一行可以入库" in preview.text
    assert "不在您的管辖范围内" in preview.text
    assert not preview.soup.select("form[action$='/store']")
    officer.post(preview.url + "/store")
    assert firms() == before


def test_the_marked_workbook_comes_back_with_the_problems_on_its_cells(browse: Browse) -> None:
    officer = browse("officer")
    preview = tried(officer, books.plain(2, code_of=lambda at: books.code(at) if at else "123"))
    answer = officer.client.get(preview.url + "/marked.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[0] == "导入结果"
    sheet = book["台账"]
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert [(cell.coordinate, cell.value) for cell in marked] == [("B2", "123")]
    assert "应为 18 位" in marked[0].comment.text
    assert marked[0].fill.fgColor.rgb == "00F8D7D3"


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.xlsx", "文件是空的"),
        (b"hello", "a.txt", "只能导入"),
        (books.book([["甲", "乙"], ["1", "2"]]), "a.xlsx", "没有找到表头"),
        (b"PK\x03\x04junk", "a.xlsx", "已损坏"),
    ],
)
def test_an_unusable_file_is_refused_at_the_field_and_nothing_is_kept(
    browse: Browse, content: bytes, name: str, told: str
) -> None:
    page = upload(browse("officer"), content, name, status=422)
    assert any(told in each for each in page.errors), page.errors
    assert not db.session.scalars(select(ImportRun)).all()


def test_no_file_at_all_is_told(browse: Browse) -> None:
    officer = browse("officer")
    page = officer.submit(officer.get("/imports/new"), {}, status=422)
    assert page.errors == ["台账文件：请选择文件。"]


def test_another_office_does_not_see_an_import_and_who_may_not_import_is_refused(browse: Browse) -> None:
    preview = tried(browse("officer"), books.plain(1))
    for address in (preview.url, preview.url + "/columns", preview.url + "/marked.xlsx"):
        browse("far_officer").get(address, status=404)
        browse("approver").get(address, status=403)
    browse("far_officer").post(preview.url + "/store", status=404)


def test_the_template_is_recognised_column_by_column(browse: Browse) -> None:
    officer = browse("officer")
    book = load_workbook(io.BytesIO(officer.client.get("/imports/template.xlsx").data))
    assert book["企业台账"].max_column == 19
    for at, value in enumerate(
        ["1", "阜康模板厂（示例）", books.code(1), "马晓燕", "何静", "13900000000", "阜康市 8 号", "阜康市"], 1
    ):
        book["企业台账"].cell(2, at).value = value
    out = io.BytesIO()
    book.save(out)
    columns = officer.follow(upload(officer, out.getvalue(), "模板.xlsx"))
    chosen = [str(each.get("value")) for each in columns.soup.select("main select option[selected]")]
    assert len(chosen) == 19
    assert "" not in chosen
    preview = officer.follow(officer.submit(columns))
    assert "1 行可以入库" in preview.text


def test_the_bureaus_sample_is_read_on_the_page_as_by_the_command(browse: Browse) -> None:
    permit: Any = browse("permit")
    preview = tried(permit, SAMPLE.read_bytes(), SAMPLE.name)
    assert "还没有入库：351 行可以入库" in preview.text
    assert "49 行有错误" in preview.text
