"""Tables of rows: what is wrong in a row, more rows, dropped rows."""

import re
from typing import Any

import pytest

from core.language import spoken_in
from core.workflow import NotAllowed
from permits import actions
from registry.models import Enterprise
from tests.permits import made


@pytest.fixture
def version(session: Any, firm: Enterprise) -> str:
    """The address of a complete draft."""
    number = made.draft(firm).versions[0].id
    session.commit()
    return f"/permits/versions/{number}"


def test_every_table_shows_its_rows_and_some_blank_ones(browse: Any, version: str) -> None:
    browser = browse("permit")
    for name, rows in (("outlets", 2), ("limits", 7), ("monitoring", 2), ("reports", 2), ("conditions", 3)):
        page = browser.get(f"{version}/{name}")
        assert len(page.soup.select("table.table-rows tbody tr")) >= min(rows + 1, 3)


def test_saved_unchanged_it_says_the_same(browse: Any, version: str) -> None:
    browser = browse("permit")
    before = browser.get(version).text
    for name in ("outlets", "limits", "monitoring", "reports", "conditions"):
        browser.follow(browser.submit(browser.get(f"{version}/{name}")))
    assert browser.get(version).text == before


def test_a_row_left_blank_is_dropped(browse: Any, version: str) -> None:
    browser = browse("permit")
    page = browser.get(f"{version}/conditions")
    browser.submit(page, {f"rows-2-{name}": "" for name in ("label", "category", "text", "source")})
    assert "季度执行报告于季后" not in browser.get(version).text


def test_more_rows_are_offered_and_what_was_typed_stays(browse: Any, version: str) -> None:
    browser = browse("permit")
    page = browser.get(f"{version}/outlets")
    rows = len(page.soup.select("table.table-rows tbody tr"))
    more = browser.submit(page, {"rows-2-code": "DA002", "more": "1"}, status=422)
    assert len(more.soup.select("table.table-rows tbody tr")) > rows
    assert more.one("#rows-2-code")["value"] == "DA002"
    assert more.errors == []


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("outlets", {"rows-2-code": "DA002"}, "名称"),
        ("outlets", {"rows-2-code": "DA001", "rows-2-name": "又一个"}, "DA001 写了两次"),
        ("limits", {"rows-0-value": "很低"}, "请填写数字"),
        ("limits", {"rows-0-value": "-1"}, "不能是负数"),
        ("limits", {"rows-0-value": "0.12345678"}, "最多 6 位小数"),
        ("reports", {"rows-0-due_days": "400"}, "1 至 366"),
        ("reports", {"rows-0-period": "year"}, "年报写了两次"),
        ("conditions", {"rows-0-label": "8.1"}, "8.1 写了两次"),
        ("monitoring", {"rows-0-frequency": ""}, "请填写此项"),
        ("monitoring", {"rows-1-frequency": "按需"}, "读不出多久一次"),
        ("monitoring", {"rows-1-frequency": "1次/5月"}, "分不出整的期限"),
        ("outlets", {"rows-0-name": "烟囱\u202e"}, "U+202E"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_stored(
    browse: Any, version: str, name: str, typed: dict[str, str], words: str
) -> None:
    browser = browse("permit")
    page = browser.submit(browser.get(f"{version}/{name}"), typed, status=422)
    assert any(words in each for each in page.errors), page.errors
    for place, value in typed.items():
        field = page.one(f"#{place}")
        assert field.get("value", "") == value or field.name != "input"


def test_the_later_of_two_editors_is_told(browse: Any, version: str) -> None:
    browser = browse("permit")
    first, second = browser.get(f"{version}/limits"), browser.get(f"{version}/limits")
    browser.submit(first)
    browser.submit(second, status=409)


def test_a_permit_clerk_alone_writes(browse: Any, version: str) -> None:
    browse("officer").get(f"{version}/limits", status=403)
    browse("officer").get(version)
    browse("far_officer").get(version, status=404)


def test_a_row_written_twice_is_refused_in_the_readers_language(session: Any, firm: Enterprise, app: Any) -> None:
    version = made.draft(firm).versions[0]
    clerk = made.person("permit")
    written = [
        (actions.set_outlets, made.OUTLETS, "排放口编号 DA001 写了两次。"),
        (actions.set_limits, made.LIMITS, "DA001 二氧化硫 许可排放浓度写了两次。"),
        (actions.set_reports, made.REPORTS, "季报写了两次。"),
        (actions.set_conditions, made.CONDITIONS, "条款 8 写了两次。"),
    ]
    for write, rows, told in written:
        with pytest.raises(NotAllowed) as refused:
            write(version, [*rows, rows[0]], by=clerk)  # type: ignore[operator]
        assert refused.value.missing[0].sentence == told
        with app.test_request_context(), spoken_in("en"):
            english = refused.value.missing[0].text.replace("二氧化硫", "SO2")
        assert not re.search("[\u4e00-\u9fff]", english), english
