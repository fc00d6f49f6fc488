"""A permit written on pages, from the site to its being in force."""

from typing import Any

import pytest

from registry.models import Enterprise
from tests.permits import made
from tests.permits.conftest import Ids


@pytest.fixture
def site_id(session: Any, firm: Enterprise) -> int:
    """晨岭焦化's site."""
    number = firm.sites[0].id
    session.commit()
    return number


def start(browser: Any, site_id: int, **more: str) -> Any:
    """Fill in the face of a permit."""
    page = browser.get(f"/sites/{site_id}/permits/new")
    given = {
        "in_force_from": "2026-11-23",
        "valid_from": "2026-11-23",
        "valid_to": "2031-11-22",
        "issued_on": "2026-11-23",
        **more,
    }
    return browser.submit(page, given, status=None)


def test_the_form_offers_number_category_and_a_term_of_five_years(browse: Any, site_id: int) -> None:
    page = browse("permit").get(f"/sites/{site_id}/permits/new")
    values = {field["name"]: field.get("value") for field in page.soup.select("input[name]")}
    assert values["permit_no"] == "91652302MA700107XC001P"
    assert values["valid_to"] == "2031-11-22"
    assert page.one("select[name=category] option[selected]")["value"] == "key"


def test_a_site_is_found_by_two_characters(browse: Any, site_id: int) -> None:
    browser = browse("permit")
    assert f"/sites/{site_id}/permits/new" in browser.get("/permits/new?q=晨岭").html
    assert "没有找到" in browser.get("/permits/new?q=无此").text
    assert browser.get("/permits/new").status == 200


def test_a_permit_is_written_row_by_row_and_put_in_force(browse: Any, site_id: int) -> None:
    browser = browse("permit")
    page = browser.follow(start(browser, site_id))
    version = page.url
    assert "还没有排放口" in page.text
    page = browser.get(f"{version}/outlets")
    rows = {"rows-0-code": "DA001", "rows-0-name": "焦炉烟囱", "rows-0-kind": "air_main"}
    page = browser.follow(browser.submit(page, rows))
    limits = {
        "rows-0-outlet_code": "DA001",
        "rows-0-pollutant_code": "a21026",
        "rows-0-kind": "concentration",
        "rows-0-value": "３０",
        "rows-0-unit": "mg/m³",
    }
    browser.follow(browser.submit(browser.get(f"{version}/limits"), limits))
    watched = {"rows-0-outlet_code": "DA001", "rows-0-pollutant_code": "a21026", "rows-0-frequency": "1次/季"}
    browser.submit(browser.get(f"{version}/monitoring"), watched)
    browser.submit(browser.get(f"{version}/reports"))
    told = {"rows-0-label": "8.2", "rows-0-category": "报告", "rows-0-text": "季后 15 日内"}
    page = browser.follow(browser.submit(browser.get(f"{version}/conditions"), told))
    assert "30 mg/m³" in page.text
    assert "还不能生效" not in page.text
    page = browser.follow(browser.submit(browser.get(f"{version}/issue")))
    assert "第 1 版已生效" in page.text
    assert "2026 年度排污许可证执行报告" not in page.text
    duties = browser.get(page.url + "/duties")
    assert "2027 年第 1 季度排污许可证执行报告" in duties.text


def test_what_is_wrong_on_the_face_is_told_at_its_field(browse: Any, site_id: int) -> None:
    browser = browse("permit")
    page = start(browser, site_id, valid_to="2020-01-01")
    assert page.status == 422
    assert any("不能早于有效期起" in each for each in page.errors)
    page = start(browser, site_id, valid_to="31 November")
    assert any("2026-11-23 这样的日期" in each for each in page.errors)


def test_an_incomplete_draft_is_not_put_in_force(browse: Any, site_id: int) -> None:
    browser = browse("permit")
    version = browser.follow(start(browser, site_id)).url
    page = browser.get(f"{version}/issue")
    assert "还没有排放口" in page.text
    refused = browser.submit(page, status=422)
    assert any("还没有执行报告要求" in each for each in refused.errors)


def test_a_draft_is_thrown_away(browse: Any, site_id: int) -> None:
    browser = browse("permit")
    version = browser.follow(start(browser, site_id)).url
    page = browser.follow(browser.submit(browser.get(f"{version}/discard")))
    assert "还没有登记许可证" in page.text
    browser.get(version, status=404)


def test_a_draft_is_changed_and_the_later_of_two_editors_is_told(browse: Any, site_id: int) -> None:
    browser = browse("permit")
    version = browser.follow(start(browser, site_id)).url
    first, second = browser.get(f"{version}/edit"), browser.get(f"{version}/edit")
    browser.submit(first, {"remark": "第一位"})
    clash = browser.submit(second, {"remark": "第二位"}, status=409)
    assert "有人先改了这一页" in clash.text
    assert "第一位" in browser.get(version).text


def test_a_renewal_is_offered_with_the_term_that_follows(browse: Any, ids: Ids) -> None:
    page = browse("permit").get(f"/permits/{ids.permit}/versions/new?ground=renewal")
    values = {field["name"]: field.get("value") for field in page.soup.select("input[name]")}
    assert values["valid_from"] == "2027-03-15"
    assert values["valid_to"] == "2032-03-14"


def test_a_change_is_drafted_from_the_present_version_and_compared(browse: Any, ids: Ids) -> None:
    browser = browse("permit")
    page = browser.get(f"/permits/{ids.permit}/versions/new?ground=change")
    page = browser.follow(browser.submit(page, {"in_force_from": "2026-12-01"}))
    assert "与第 1 版相比" in page.text and "改了 0 处" not in page.text
    version = page.url
    limits = browser.get(f"{version}/limits")
    place = next(field["name"] for field in limits.soup.select("input[name$=-value]") if field.get("value") == "150")
    browser.submit(limits, {place: "120"})
    page = browser.get(version)
    assert "DA001 氮氧化物浓度" in page.text
    assert "收严" in page.text
    browser.submit(browser.get(f"{version}/issue"))
    both = browser.get(f"/permits/{ids.permit}/versions?old=1&new=2")
    assert "第 1 版 → 第 2 版，改了 1 处" in both.text
    again = browser.get(f"/permits/{ids.permit}/versions?old=9&new=x")
    assert again.status == 200


def test_what_is_in_force_cannot_be_edited_by_its_address(browse: Any, ids: Ids) -> None:
    browser = browse("permit")
    for name in ("edit", "outlets", "limits", "monitoring", "reports", "conditions"):
        browser.get(f"/permits/versions/{ids.version}/{name}", status=422)
    browser.get("/permits/versions/999", status=404)


def test_the_office_that_issues_is_chosen_from_those_that_may(browse: Any, site_id: int) -> None:
    page = browse("permit").get(f"/sites/{site_id}/permits/new")
    offered = [option.get_text(strip=True) for option in page.soup.select("select[name=authority_id] option")]
    assert offered
    assert not any("县" in each for each in offered)
    assert made.VALID_TO
