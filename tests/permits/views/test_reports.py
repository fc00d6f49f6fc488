"""Execution reports at the bureau."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from permits import actions
from permits.actions import ResultInput
from tests.permits import made
from tests.permits.conftest import Ids
from tests.permits.made import COD, NOX


def test_the_list_says_what_is_late_missing_received(browse: Any, signed: Ids) -> None:
    browser = browse("permit")
    page = browser.get("/reports")
    assert "逾期 39 天提交" in page.text
    assert "已逾期 131 天" in page.text
    assert "待审核" in page.text
    missing = browser.get("/reports?standing=missing")
    assert "第 2 季度" in missing.text
    assert "第 3 季度" not in missing.text.split("报告 企业")[-1]
    assert "共 2 份" in browser.get("/reports?late=1").text


def test_a_report_is_shown_beside_limits_and_what_the_checks_say(browse: Any, signed: Ids) -> None:
    page = browse("permit").get(f"/reports/{signed.report}")
    assert "逾期 39 天提交" in page.text
    assert "DA001 氮氧化物应 ≤ 150 mg/m³，填写 151。" in page.text
    assert "企业说明：已核实" in page.text
    assert "内容哈希核对一致" in page.text
    assert page.queries < 30


def test_an_officer_reads_but_does_not_judge(browse: Any, signed: Ids) -> None:
    page = browse("officer").get(f"/reports/{signed.report}")
    assert "退回更正" not in page.text
    browse("officer").get(f"/reports/{signed.report}/accept", status=403)


@pytest.mark.parametrize("url", ["/reports/{report}", "/reports/submissions/{submission}", "/exceedances/{exceedance}"])
def test_an_officer_of_another_county_finds_nothing(browse: Any, signed: Ids, url: str) -> None:
    browse("far_officer").get(url.format(**vars(signed)), status=404)


def test_a_report_not_handed_in_yet_is_the_firms_alone(browse: Any, session: Any, report: Any) -> None:
    number = report().id
    session.commit()
    browse("permit").get(f"/reports/{number}", status=404)
    assert f"/reports/{number}" not in browse("permit").get("/reports").html


def test_a_report_goes_back_with_remarks_at_their_places(browse: Any, signed: Ids) -> None:
    browser = browse("permit")
    page = browser.get(f"/reports/{signed.report}/return")
    nothing = browser.submit(page, status=422)
    assert any("请至少写一条意见" in each for each in nothing.errors)
    long = browser.submit(page, {"rows-0-text": "x", "days": "100"}, status=422)
    assert any("1 至 60" in each for each in long.errors)
    given = {"rows-0-field": f"DW001/{COD}/mean", "rows-0-text": "与监测记录不符", "days": "5"}
    done = browser.follow(browser.submit(page, given))
    assert "已退回，更正期限 2026-11-30" in done.text
    assert "DW001 化学需氧量 平均值" in done.text
    assert "已退回" in browser.get("/reports").text


def test_a_stale_judgement_is_told(browse: Any, signed: Ids) -> None:
    browser = browse("permit")
    stale = browser.get(f"/reports/{signed.report}/return")
    browser.submit(browser.get(f"/reports/{signed.report}/accept"))
    again = browser.submit(stale, {"rows-0-text": "x"}, status=None)
    assert again.status in (409, 422)


def test_a_report_is_accepted_once(browse: Any, signed: Ids) -> None:
    browser = browse("permit")
    page = browser.get(f"/reports/{signed.report}/accept")
    assert "首次提交逾期 39 天，记录不变" in page.text
    assert "已接受" in browser.follow(browser.submit(page)).text
    refused = browser.post(f"/reports/{signed.report}/accept", status=422)
    assert any("已接受" in each for each in refused.errors)


def test_the_copy_of_record_is_shown_with_its_hash(browse: Any, signed: Ids) -> None:
    page = browse("permit").get(f"/reports/submissions/{signed.submission}")
    assert "内容与签发时一致" in page.text
    assert "第三十七条" in page.text


def test_the_tabs_of_the_enterprise_show_permits_and_reports(browse: Any, signed: Ids) -> None:
    browser = browse("officer")
    page = browser.get(f"/enterprises/{signed.enterprise}/permits")
    assert "91652302MA700107XC001P" in page.text
    assert "未处理的超标线索" in page.text
    page = browser.get(f"/enterprises/{signed.enterprise}/reports")
    assert "逾期 39 天" in page.text
    for tab in ("permits", "reports"):
        browse("far_officer").get(f"/enterprises/{signed.enterprise}/{tab}", status=404)


def test_a_lead_is_handled_on_its_page(browse: Any, signed: Ids) -> None:
    browser = browse("officer")
    page = browser.get("/exceedances")
    assert "DA001 氮氧化物" in page.text
    assert "限值 150 mg/m³" in page.text
    page = browser.get(f"/exceedances/{signed.exceedance}")
    assert "151 mg/m³" in page.text
    empty = browser.submit(page, {"handling": ""}, status=422)
    assert empty.errors
    done = browser.follow(browser.submit(page, {"handling": "11-23 现场核实，责令改正"}))
    assert "已处理" in done.text
    assert "没有“待处理”的记录" in browser.get("/exceedances").text
    assert "现场核实" in browser.get(f"/exceedances/{signed.exceedance}").text


def test_a_clerk_reads_a_lead_but_does_not_handle_it(browse: Any, signed: Ids) -> None:
    browser = browse("permit")
    assert "记录并结束线索" not in browser.get(f"/exceedances/{signed.exceedance}").text
    refused = browser.post(f"/exceedances/{signed.exceedance}", {"handling": "x"}, status=422)
    assert any("执法员" in each for each in refused.errors)


def test_the_same_number_of_queries_whatever_the_number_of_reports(browse: Any, signed: Ids, far_firm: Any) -> None:
    browser = browse("permit")
    assert browser.get("/reports").queries == browser.get("/reports?size=100").queries
    assert NOX


def test_report_monitoring_and_permit_stand_side_by_side_whatever_their_number(
    browse: Any, session: Any, permit: Any, report: Any
) -> None:
    number, clerk = made.sign(report()).id, browse("permit")
    session.commit()
    before = clerk.get(f"/reports/{number}/accept")
    assert "没有监测记录可比" in before.text
    at = datetime(2026, 8, 1, 9, tzinfo=clock.BEIJING)
    given = [
        ResultInput("DW001", COD, at + timedelta(days=day), Decimal(value), "mg/L")
        for day, value in enumerate((20, 41, 55, 36))
    ]
    actions.record_results(permit, given, by=made.person("preparer"))
    session.commit()
    after = clerk.get(f"/reports/{number}/accept")
    assert "监测次数：填报 3，监测记录 4，少 1（−25 %）" in after.text
    assert "平均值：填报 30，监测记录 38，少 8（−21.1 %）" in after.text
    assert "允许差 10 %，系统参数，未核对" in after.text
    assert after.queries <= before.queries
