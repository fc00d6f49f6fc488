"""The page on which a report on paper is keyed in, and where it is seen to have been paper."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from accounts.audit import record
from accounts.models import UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from permits import actions
from permits.actions import Comment
from permits.models import ExecutionReport, Permit, ReportSubmission
from registry.models import Attachment, Obligation
from tests.inspections.made import photo
from tests.permits import made
from tests.permits.made import COD, NOX, SO2

ROWS = {
    f"DA001/{NOX}": ("110", "80", "151", "90", "1", ""),
    f"DA001/{SO2}": ("20", "12", "28", "90", "0", "20"),
    f"DW001/{made.PH}": ("7.2", "6.8", "7.9", "3", "0", ""),
    f"DW001/{COD}": ("30", "20", "41", "3", "0", "3"),
}
NAMES = ("mean", "minimum", "maximum", "samples", "exceedances", "quantity")
FRAME = {
    "received_on": "2026-10-12",
    "signatory": "孙志远",
    "post": "总经理",
    "narrative": "正常",
    "shutdown_days": "0",
}


@pytest.fixture
def owed(session: Any, permit: Permit) -> int:
    """The number of the obligation to report the third quarter of 2026."""
    found = made.owed(permit, "2026-q3").id
    session.commit()
    return found


def scan(content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(photo() if content is None else content), "纸质报告.jpg"


def typed(page: Any, **rows: tuple[str, ...]) -> dict[str, Any]:
    """Everything that is typed into the page, cell by cell; ``rows`` by pollutant code instead of the good ones."""
    values: dict[str, Any] = {**FRAME, "scans": scan()}
    for hidden in page.soup.select("input[type=hidden][name^=rows-]"):
        outlet, pollutant = hidden["value"].split("/")
        figures = rows.get(pollutant, ROWS[f"{outlet}/{pollutant}"])
        values |= {
            hidden["name"].replace("-row", f"-{name}"): value for name, value in zip(NAMES, figures, strict=True)
        }
    return values


def address(owed: int) -> str:
    return f"/obligations/{owed}/paper-report"


def submissions() -> int:
    return db.session.scalar(select(func.count()).select_from(ReportSubmission)) or 0


def answered(page: Any) -> dict[str, str]:
    """Every question about something odd, answered with "the paper does not say"."""
    return {each["name"]: "y" for each in page.soup.select("input[name^=hints-][name$=-untold]")}


def test_a_paper_is_keyed_in_on_one_page_from_the_obligation(browse: Any, owed: int) -> None:
    browser = browse("permit")
    assert address(owed) in browser.get(f"/obligations/{owed}").html
    assert address(owed) in browser.get("/reports").html
    page = browser.get(address(owed))
    page = browser.submit(page, typed(page), status=422)
    assert page.errors and all("纸质报告未说明" in each for each in page.errors)
    done = browser.follow(browser.submit(page, {**answered(page), "scans": scan()}))
    for words in (
        "纸质",
        "孙志远",
        "总经理",
        "没有电子签发",
        "2026-10-12",
        "代录",
        "纸质报告.jpg",
        "请另一名许可管理员审核",
    ):
        assert words in done.text, words
    assert "按时" in done.text
    assert not done.soup.select("a[href$='/accept']")
    assert address(owed) not in browser.get(f"/obligations/{owed}").html


def test_a_refused_page_stores_nothing_and_keeps_what_was_typed(browse: Any, owed: int) -> None:
    browser = browse("permit")
    page = browser.get(address(owed))
    wrong = {COD: ("45", "20", "41", "3", "0", "3")}
    page = browser.submit(page, {**typed(page, **wrong), "received_on": "2026-11-24", "scans": None}, status=422)
    assert any("平均值 45 大于最大值 41" in each for each in page.errors)
    assert any("日期不能晚于今天" in each for each in page.errors)
    assert any("请附上纸质报告的扫描件" in each for each in page.errors)
    assert [each["value"] for each in page.soup.select("[id^=rows-][id$=-mean]")] == ["110", "20", "7.2", "45"]
    assert page.one("#rows-3-mean").get("aria-invalid") == "true"
    assert (submissions(), db.session.scalar(select(func.count()).select_from(ExecutionReport))) == (0, 0)


def test_a_reason_and_its_absence_exclude_each_other(browse: Any, owed: int) -> None:
    browser = browse("permit")
    page = browser.get(address(owed))
    page = browser.submit(page, typed(page), status=422)
    page = browser.submit(page, {**answered(page), "hints-0-reason": "设备检修", "scans": scan()}, status=422)
    assert any("不要再选" in each for each in page.errors)
    assert submissions() == 0


def test_a_reason_for_another_figure_than_the_one_kept_is_asked_for_anew(browse: Any, owed: int) -> None:
    browser = browse("permit")
    page = browser.get(address(owed))
    page = browser.submit(page, typed(page), status=422)
    values = {**answered(page), "rows-0-maximum": "152", "scans": scan()}
    page = browser.submit(page, values, status=422)
    assert [each for each in page.errors if "填写 152" in each]
    assert submissions() == 0


@pytest.mark.parametrize("content", [b"MZ", b"%PDF-1.4", b"\x89PNG\r\n"])
def test_a_scan_that_is_none_is_refused_at_its_field(browse: Any, owed: int, content: bytes) -> None:
    browser = browse("permit")
    page = browser.get(address(owed))
    page = browser.submit(page, typed(page), status=422)
    page = browser.submit(page, {**answered(page), "scans": scan(content)}, status=422)
    assert page.one("#scans").get("aria-invalid") == "true"
    assert (submissions(), db.session.scalar(select(func.count()).select_from(Attachment))) == (0, 0)


def test_a_template_is_read_into_the_page_and_nothing_is_stored_by_it(browse: Any, owed: int) -> None:
    browser = browse("permit")
    page = browser.get(address(owed))
    book = load_workbook(io.BytesIO(browser.client.get(f"{address(owed)}/template.xlsx").data))
    sheet = book["填报"]
    for at, figures in zip(range(5, 9), ROWS.values(), strict=True):
        for column, value in enumerate(figures, 4):
            sheet.cell(at, column, float(value) if value else None)
    page = browser.submit(page, {**FRAME, "file": saved(book), "read": "1"}, status=422)
    assert "已读入模板，还没有保存" in page.text and not page.errors
    assert [each["value"] for each in page.soup.select("[id^=rows-][id$=-mean]")] == ["110", "20", "7.2", "30"]
    assert page.one("#signatory")["value"] == "孙志远"
    assert submissions() == 0
    page = browser.submit(page, {"scans": scan()}, status=422)
    browser.submit(page, {**answered(page), "scans": scan()})
    assert submissions() == 1


def saved(book: Any) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue()), "报告.xlsx"


def test_a_wrong_unit_in_the_template_is_named_and_nothing_is_read(browse: Any, owed: int) -> None:
    browser = browse("permit")
    book = load_workbook(io.BytesIO(browser.client.get(f"{address(owed)}/template.xlsx").data))
    book["填报"]["D8"], book["填报"]["C5"] = "30 μg/L", "≤ 150 μg/m³"
    page = browser.submit(browser.get(address(owed)), {"file": saved(book), "read": "1"}, status=422)
    assert [each.get_text(strip=True) for each in page.soup.select("th.code")] == ["C5", "D8"]
    assert "“30 μg/L”不是数字" in page.text
    assert "限值和单位被改动" in page.text


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_template_is_refused_at_its_field(browse: Any, owed: int, content: bytes) -> None:
    browser = browse("permit")
    file = (io.BytesIO(content), "报告.xlsx")
    page = browser.submit(browser.get(address(owed)), {"file": file, "read": "1"}, status=422)
    assert page.one("#file").get("aria-invalid") == "true"
    assert browser.submit(page, {"read": "1", "file": None}, status=422).errors


def test_a_forged_row_is_refused(browse: Any, owed: int) -> None:
    browser = browse("permit")
    page = browser.get(address(owed))
    page = browser.submit(page, {**typed(page), "rows-0-row": "DA009/a21026"}, status=422)
    assert any("许可证没有 DA009/a21026 这一项" in each for each in page.errors)


def test_a_period_that_is_not_owed_is_not_there_or_says_why(browse: Any, owed: int, session: Any) -> None:
    browser = browse("permit")
    browser.get(address(99_999), status=404)
    running = session.scalars(select(Obligation.id).where(Obligation.key == "2026")).one()
    assert "报告期还没有结束" in browser.get(address(running), status=422).text
    assert address(running) not in browser.get(f"/obligations/{running}").html


def test_the_clerk_of_another_county_finds_nothing(browse: Any, owed: int, session: Any) -> None:
    far = made.person("far_officer")
    far.grants.append(UserRole(role=Role.PERMIT_CLERK, granted_at=clock.now()))
    record(far, "test:grant", "兼任", by=far)
    session.commit()
    browser = browse("far_officer")
    browser.get(address(owed), status=404)
    browser.get(f"{address(owed)}/template.xlsx", status=404)
    browser.post(address(owed), FRAME, status=404)
    assert submissions() == 0


def test_who_began_online_is_named(browse: Any, owed: int, permit: Permit) -> None:
    made.report(permit)
    page = browse("permit").get(address(owed), status=422)
    assert "企业已在网上填报：何静" in page.text


def test_it_shows_as_paper_to_the_firm_and_in_the_ledger(browse: Any, permit: Permit) -> None:
    report = made.keyed(permit).id
    firm = browse("preparer").get(f"/my/reports/{report}")
    assert "纸质" in firm.one(".page-head").get_text() if firm.soup.select(".page-head") else "纸质" in firm.text
    assert "李许可" in firm.text
    file = db.session.scalars(select(Attachment.id)).one()
    assert browse("preparer").answer(f"/attachments/{file}").status_code == 200
    clerk = browse("permit")
    told = clerk.client.get("/reports.json?channel=paper").get_json()
    assert [each["channel"] for each in told["rows"]] == ["paper"]
    assert clerk.client.get("/reports.json?channel=online").get_json()["rows"] == []
    assert "纸质" in clerk.get("/reports").text
    assert "收到纸质的" not in browse("officer").get("/reports").text


def test_returned_the_page_opens_only_what_was_remarked_on(browse: Any, permit: Permit, session: Any) -> None:
    found = made.keyed(permit)
    owed, row = found.obligation_id, f"DW001/{COD}"
    actions.return_report(found, [Comment(f"{row}/mean", "请核对平均值")], 10, by=made.person("permit"))
    session.commit()
    correction = session.scalars(select(Obligation.id).where(Obligation.source_kind == "execution_report")).one()
    browser = browse("permit")
    assert address(owed) in browser.get(f"/reports/{found.id}").html
    page = browser.get(address(correction))
    assert [each["value"] for each in page.soup.select("input[type=hidden][name$=-row]")] == [row]
    assert "请核对平均值" in page.text
    values = {**FRAME, "received_on": "2026-11-23", "narrative": "本期生产正常", "rows-0-mean": "31", "scans": scan()}
    done = browser.follow(browser.submit(page, values))
    assert "与第 1 次提交的差别" in done.text and "第 2 次" in done.text
