"""My reports: the list, opening one, its tasks, its copies."""

from datetime import date
from typing import Any

import pytest

from core import clock
from tests.permits.conftest import Ids


def opened(browser: Any, ids: Ids, key: str = "2026-q3") -> str:
    """Open a report and give its address."""
    page = browser.get(f"/my/permits/{ids.permit}/reports/{key}")
    return str(browser.follow(browser.submit(page)).url)


def test_the_list_puts_what_is_late_first(browse: Any, ids: Ids) -> None:
    page = browse("preparer").get("/my/reports")
    assert "逾期 2 件，共 3 件要办" in page.text
    titles = [each.get_text() for each in page.soup.select(".owed b")]
    assert titles[0].startswith("2026 年第 2 季度")
    assert "2027-01-01 起可以填报" in page.text


def test_a_report_is_opened_on_its_own_page_and_only_once(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    again = browser.get(f"/my/permits/{ids.permit}/reports/2026-q3", status=303)
    assert again.location == address


def test_a_period_that_has_not_ended_cannot_be_reported_yet(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    page = browser.get(f"/my/permits/{ids.permit}/reports/2026")
    assert "2027-01-01 起可以填报" in page.text
    refused = browser.post(f"/my/permits/{ids.permit}/reports/2026", status=422)
    assert any("起可以填报" in each for each in refused.errors)
    browser.get(f"/my/permits/{ids.permit}/reports/1999-q1", status=404)


def test_a_signer_does_not_open_one(browse: Any, ids: Ids) -> None:
    browser = browse("signer")
    assert "由填报人填报" in browser.get(f"/my/permits/{ids.permit}/reports/2026-q3").text
    refused = browser.post(f"/my/permits/{ids.permit}/reports/2026-q3", status=422)
    assert any("填报人" in each for each in refused.errors)


def test_the_tasks_say_what_is_still_to_do(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    page = browser.get(opened(browser, ids))
    tasks = [each.get_text(" ", strip=True) for each in page.soup.select(".tasks li")]
    assert tasks[0] == "生产情况和说明 已完成"
    assert tasks[1] == "DA001 焦炉烟囱 未填，2 行"
    assert tasks[-1].endswith("完成以上步骤后可办")


def test_the_same_form_twice_opens_one_report(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    page = browser.get(f"/my/permits/{ids.permit}/reports/2026-q3")
    first, second = browser.submit(page), browser.submit(page)
    assert first.location == second.location


@pytest.mark.parametrize("path", ["", "/sign", "/send"])
def test_a_stranger_finds_no_report(browse: Any, signed: Ids, path: str) -> None:
    for username in ("far_preparer", "far_signer"):
        page = browse(username).get(f"/my/reports/{signed.report}{path}", status=None)
        assert page.status in (403, 404)
    browse("far_signer").get(f"/my/reports/{signed.report}", status=404)
    browse("far_signer").get(f"/my/submissions/{signed.submission}", status=404)


def test_a_report_handed_in_shows_its_copy_and_receipt(browse: Any, signed: Ids) -> None:
    browser = browse("signer")
    page = browser.get(f"/my/reports/{signed.report}")
    assert "已提交，等待发证机关审核" in page.text
    assert "昌州环报收〔2026〕1号" in page.text
    copy = browser.get(f"/my/submissions/{signed.submission}")
    assert "内容与签发时一致" in copy.text
    receipt = next(each["href"] for each in page.soup.select("a[href$='.pdf']"))
    assert browser.client.get(receipt).data.startswith(b"%PDF-")


def test_the_list_keeps_what_was_handed_in(browse: Any, signed: Ids) -> None:
    page = browse("preparer").get("/my/reports")
    assert "已提交的" in page.text
    assert "逾期 39 天" in page.text


def test_on_its_last_day_a_report_is_not_late(browse: Any, ids: Ids) -> None:
    with clock.at(date(2026, 10, 15)):
        page = browse("preparer").get("/my/reports")
        assert "今日到期" in page.text
        assert "逾期 1 件" in page.text
