"""Filling a report in on pages and by Excel."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.permits.conftest import Ids
from tests.permits.made import COD, NOX, SO2
from tests.permits.portal.test_reports import opened

AIR = {"0": (NOX, "110", "80", "140", "90", "0", ""), "1": (SO2, "20", "12", "28", "90", "0", "20")}
WATER = {"0": ("w01001", "7.2", "6.8", "7.9", "3", "0", ""), "1": (COD, "30", "20", "41", "3", "0", "3")}
NAMES = ("mean", "minimum", "maximum", "samples", "exceedances", "quantity")


def typed(rows: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The inputs of an outlet's page."""
    return {
        f"rows-{at}-{name}": value
        for at, (_, *values) in rows.items()
        for name, value in zip(NAMES, values, strict=True)
    }


def filled(browser: Any, ids: Ids) -> str:
    """A report whose figures are all typed in; gives its address."""
    address = opened(browser, ids)
    page = browser.get(f"{address}/outlets/DA001")
    page = browser.follow(browser.submit(page, {**typed(AIR), "next": "1"}))
    assert page.url == f"{address}/outlets/DW001"
    browser.submit(page, typed(WATER))
    return address


def test_a_report_is_filled_in_outlet_by_outlet(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = filled(browser, ids)
    page = browser.get(address)
    assert "可以送签" in page.text
    assert [each.get("value") for each in browser.get(f"{address}/outlets/DW001").soup.select("[id$=-mean]")] == [
        "7.2",
        "30",
    ]


def test_the_page_of_an_outlet_shows_limit_and_what_is_demanded(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    page = browser.get(f"{opened(browser, ids)}/outlets/DW001")
    assert "≤ 50 mg/L" in page.text
    assert "在 6 至 9 之间" in page.text
    assert "本期至少监测 3 次" in page.text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("mean", "很低", "请填写数字"), ("mean", "0.12345678", "最多 6 位小数"), ("samples", "2.5", "整数")],
)
def test_what_is_no_figure_is_told_and_kept_on_the_page(
    browse: Any, ids: Ids, name: str, value: str, words: str
) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    page = browser.submit(browser.get(f"{address}/outlets/DA001"), {f"rows-0-{name}": value}, status=422)
    assert page.errors
    assert words in " ".join(page.errors) or name == "samples"
    assert page.one(f"#rows-0-{name}")["value"] == value
    assert "未填，2 行" in browser.get(address).text


def test_an_impossible_figure_is_kept_and_named(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    browser.submit(browser.get(f"{address}/outlets/DW001"), {**typed(WATER), "rows-1-mean": "45"})
    page = browser.get(f"{address}/outlets/DW001")
    assert "平均值 45 大于最大值 41" in page.text
    assert "要补 1 处" in browser.get(address).text


def test_a_figure_in_the_wrong_unit_is_asked_about(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    wrong = {**WATER, "1": (COD, "520", "500", "540", "3", "3", "3")}
    browser.submit(browser.get(f"{address}/outlets/DW001"), typed(wrong))
    hints = browser.get(f"{address}/hints")
    assert "DW001 化学需氧量应 ≤ 50 mg/L，填写 540。是否单位写成 μg/L？" in hints.text
    done = browser.follow(browser.submit(hints, {"rows-0-reason": "设施故障"}))
    assert "已说明" in done.text


def test_an_outlet_the_permit_does_not_have_is_not_there(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    browser.get(f"{opened(browser, ids)}/outlets/DA009", status=404)


def test_the_later_of_two_savers_is_told(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    first, second = browser.get(f"{address}/outlets/DA001"), browser.get(f"{address}/outlets/DA001")
    browser.submit(first, typed(AIR))
    browser.submit(second, typed(AIR), status=409)
    browser.submit(browser.get(f"{address}/operation"), {"shutdown_days": "0", "narrative": "正常"})
    stale = browser.get(f"{address}/operation")
    browser.submit(browser.get(f"{address}/operation"), {"narrative": "甲"})
    assert "有人先改了这一页" in browser.submit(stale, {"narrative": "乙"}, status=409).text


def test_a_stop_longer_than_a_year_is_refused_at_its_field(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    page = browser.get(f"{opened(browser, ids)}/operation")
    refused = browser.submit(page, {"shutdown_days": "400"}, status=422)
    assert any("0 至 366" in each for each in refused.errors)
    assert browser.submit(page, {"shutdown_days": "x"}, status=422).errors


def sent(browser: Any, address: str, content: bytes, status: int, name: str = "报告.xlsx") -> Any:
    """Upload a file."""
    page = browser.get(f"{address}/upload")
    return browser.submit(page, {"file": (io.BytesIO(content), name)}, status=status)


def template(browser: Any, address: str) -> Any:
    """The downloaded template, opened."""
    answer = browser.client.get(f"{address}/template.xlsx")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data))


def saved(book: Any) -> bytes:
    """A workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_template_goes_down_and_comes_up_filled(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    book = template(browser, address)
    rows = {book["填报"].cell(at, 2).value: at for at in range(5, 9)}
    for name, (_, *values) in (
        ("氮氧化物", AIR["0"]),
        ("二氧化硫", AIR["1"]),
        ("pH", WATER["0"]),
        ("化学需氧量", WATER["1"]),
    ):
        for column, value in enumerate(values, 4):
            book["填报"].cell(rows[name], column, float(value) if value else None)
    page = browser.follow(sent(browser, address, saved(book), 303))
    assert "已导入，4 行有变化" in page.text
    assert "可以送签" in page.text


def test_wrong_cells_are_all_named_and_nothing_is_stored(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    book = template(browser, address)
    book["填报"]["D5"], book["填报"]["G6"], book["填报"]["E7"] = "未检出", 2.5, 12
    page = sent(browser, address, saved(book), 422)
    assert [each.get_text(strip=True) for each in page.soup.select("th.code")] == ["D5", "G6"]
    assert any("2 个格子有错" in each for each in page.errors)
    assert "未填，2 行" in browser.get(address).text


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04broken", b""])
def test_what_is_no_template_is_refused_at_the_field(browse: Any, ids: Ids, content: bytes) -> None:
    browser = browse("preparer")
    page = sent(browser, opened(browser, ids), content, 422)
    assert page.errors


def test_the_template_of_another_report_is_refused(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    other, address = opened(browser, ids, "2026-q2"), opened(browser, ids)
    page = sent(browser, address, saved(template(browser, other)), 422)
    assert any("另一份报告" in each for each in page.errors)


def test_a_report_that_was_handed_in_is_not_filled_any_more(browse: Any, signed: Ids) -> None:
    browser = browse("preparer")
    for path in ("/outlets/DA001", "/operation", "/hints", "/upload", "/template.xlsx", "/send"):
        browser.get(f"/my/reports/{signed.report}{path}", status=422)


@pytest.mark.parametrize("path", ["outlets/DA001", "operation", "hints", "upload", "template.xlsx"])
def test_a_stranger_and_the_signer_do_not_fill_in(browse: Any, ids: Ids, path: str) -> None:
    address = opened(browse("preparer"), ids)
    browse("far_preparer").get(f"{address}/{path}", status=404)
    browse("signer").get(f"{address}/{path}", status=403)
