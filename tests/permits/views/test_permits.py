"""Permits as the bureau sees them."""

from datetime import date
from typing import Any

import pytest

from core import clock
from tests.permits.conftest import Ids

TABS = ("", "/conditions", "/requirements", "/duties", "/versions", "/limits")


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_of_a_permit_opens(browse: Any, ids: Ids, tab: str) -> None:
    page = browse("officer").get(f"/permits/{ids.permit}{tab}")
    assert "91652302MA700107XC001P" in page.text
    assert page.queries < 25


@pytest.mark.parametrize("tab", [*TABS, "/end", "/versions/new"])
def test_an_officer_of_another_county_finds_nothing(browse: Any, ids: Ids, tab: str) -> None:
    browse("far_officer").get(f"/permits/{ids.permit}{tab}", status=404 if tab in TABS else 403)
    if tab in TABS:
        browse("far_officer").get(f"/permits/versions/{ids.version}", status=404)


def test_the_limits_stand_as_a_table_with_what_is_used(browse: Any, signed: Ids) -> None:
    page = browse("permit").get(f"/permits/{signed.permit}")
    cells = [cell.get_text(" ", strip=True) for cell in page.soup.select("table.table-grid td")]
    assert "30 mg/m³" in cells
    assert "118.4" in cells
    assert "17 %" in cells
    assert "6–9" in cells
    assert "未处理的超标线索" in page.text
    assert "最迟申请延续" in page.text
    assert "往前数 60 日 = 01-13" in page.text


def test_the_limits_of_a_day_are_those_of_its_version(browse: Any, ids: Ids) -> None:
    page = browse("officer").get(f"/permits/{ids.permit}/limits?on=2026-07-01")
    assert "第 1 版" in page.text
    after = browse("officer").get(f"/permits/{ids.permit}/limits?on=2027-03-15")
    assert "2027-03-15 没有有效的许可证" in after.text
    last = browse("officer").get(f"/permits/{ids.permit}/limits?on=2027年3月14日")
    assert "第 1 版" in last.text


def test_a_day_that_cannot_be_read_is_today_and_told(browse: Any, ids: Ids) -> None:
    page = browse("officer").get(f"/permits/{ids.permit}/limits?on=yesterday")
    assert "日期看不懂，已按今天显示" in page.text


def test_the_list_filters_by_band_and_finds_by_number(browse: Any, ids: Ids) -> None:
    browser = browse("permit")
    assert "剩 111 天" in browser.get("/permits").text
    assert "没有符合条件的记录" in browser.get("/permits?band=30").text
    assert "91652302MA700107XC001P" in browser.get("/permits?band=later").text
    assert "91652302MA700107XC001P" in browser.get("/permits?q=晨岭").text
    assert "没有符合条件的记录" in browser.get("/permits?q=远河").text
    assert "还没有记录" in browse("far_officer").get("/permits").text


def test_a_permit_is_in_force_on_its_last_day_and_not_listed_as_such_after_it(browse: Any, ids: Ids) -> None:
    number = "91652302MA700107XC001P"
    for day, state, other in (
        (date(2027, 3, 14), "in_force", "expired"),
        (date(2027, 3, 15), "expired", "in_force"),
    ):
        with clock.at(day):
            clerk = browse("permit")
            page = clerk.get(f"/permits?state={state}")
            assert number in page.text
            assert number not in clerk.get(f"/permits?state={other}").text
            badges = [each.get_text(strip=True) for each in page.soup.select("tbody .badge")]
            assert ("已届满" in badges) is (state == "expired")


@pytest.mark.parametrize("ledger", ["permits", "reports", "exceedances"])
@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_each_list_is_taken_away_as_a_file(browse: Any, signed: Ids, ledger: str, form: str) -> None:
    answer = browse("permit").get(f"/{ledger}.{form}").response
    assert answer.status_code == 200
    assert answer.get_data()
    if form == "csv":
        assert "晨岭" in answer.get_data().decode("utf-8-sig")


def test_a_permit_is_revoked_on_its_page_and_shown_so(browse: Any, ids: Ids) -> None:
    browser = browse("permit")
    page = browser.get(f"/permits/{ids.permit}/end")
    wrong = browser.submit(page, {"verb": "revoke", "ended_on": "2026-11-24", "reason": "决定书"}, status=422)
    assert any("不能晚于今天" in each for each in wrong.errors)
    empty = browser.submit(page, {"verb": "revoke", "ended_on": "", "reason": ""}, status=422)
    assert len(empty.errors) == 2
    done = browser.submit(page, {"verb": "revoke", "ended_on": "2026-11-23", "reason": "处罚决定〔2026〕1 号"})
    assert "2026-11-23 起已吊销" in browser.follow(done).text
    browser.get(f"/permits/{ids.permit}/end", status=422)


def test_a_term_to_rectify_is_begun_and_ended_on_pages(browse: Any, ids: Ids) -> None:
    browser = browse("permit")
    page = browser.get(f"/permits/{ids.permit}/rectify")
    assert "限期整改" in browser.follow(browser.submit(page, {"reason": "通知书 1 号"})).text
    page = browser.get(f"/permits/{ids.permit}/issue")
    assert "许可证恢复有效" in browser.follow(browser.submit(page)).text


def test_an_officer_neither_ends_nor_drafts(browse: Any, ids: Ids) -> None:
    for url in (f"/permits/{ids.permit}/end", f"/sites/{ids.site}/permits/new", f"/permits/{ids.permit}/versions/new"):
        browse("officer").get(url, status=403)
