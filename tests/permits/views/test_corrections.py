"""Corrections of accepted reports, as the firm and the bureau see them."""

from typing import Any

import pytest

from tests import world
from tests.permits.conftest import Ids
from tests.permits.made import COD

SIGNED = {"declared": "y", "password": world.PASSWORD}


@pytest.fixture
def accepted(browse: Any, signed: Ids) -> Ids:
    """The third quarter, accepted."""
    browser = browse("permit")
    browser.submit(browser.get(f"/reports/{signed.report}/accept"))
    return signed


def test_a_firm_corrects_what_was_accepted(browse: Any, accepted: Ids) -> None:
    mine, theirs = f"/my/reports/{accepted.report}", f"/reports/{accepted.report}"
    preparer, signer, clerk = browse("preparer"), browse("signer"), browse("permit")
    assert "更正这份报告" in preparer.get(mine).text
    assert "更正这份报告" not in signer.get(mine).text
    page = preparer.get(f"{mine}/correct")
    assert preparer.submit(page, {"reason": " "}, status=422).errors
    begun = preparer.follow(preparer.submit(page, {"reason": "化验单位更正了报告"}))
    assert "在更正被接受前继续有效" in begun.text
    assert "没有期限" in preparer.get("/my/reports").text
    sheet = preparer.get(f"{mine}/outlets/DW001")
    row = next(each["name"] for each in sheet.soup.select("input[type=hidden]") if each["value"] == f"DW001/{COD}")
    preparer.submit(sheet, {str(row).replace("-row", "-mean"): "33"})
    ready = preparer.get(f"{mine}/send")
    assert "与第 1 次提交的差别" in ready.text
    preparer.submit(ready)
    shown = clerk.get(theirs)
    assert "化验单位更正了报告" in shown.text
    assert "更正中，原报告有效" in clerk.get("/reports?standing=correcting").text
    page = signer.get(f"{mine}/sign")
    assert "化学需氧量 平均值" in page.text
    signer.submit(page, SIGNED)
    shown = clerk.get(theirs)
    assert "与第 1 次提交的差别" in shown.text
    assert "更正第 1 次" in shown.text
    asked = clerk.get(f"{theirs}/accept")
    assert "第 1 次提交不再有效" in asked.text
    done = clerk.follow(clerk.submit(asked))
    assert "更正已接受" in done.text
    assert "已被第 2 次提交更正" in clerk.get(f"/reports/submissions/{accepted.submission}").text
    assert done.queries < 30


def test_the_office_orders_a_correction_and_takes_it_back(browse: Any, accepted: Ids) -> None:
    mine, theirs = f"/my/reports/{accepted.report}", f"/reports/{accepted.report}"
    preparer, clerk = browse("preparer"), browse("permit")
    page = clerk.get(f"{theirs}/order-correction")
    refused = clerk.submit(page, {"reason": "监督性监测不符"}, status=422)
    assert any("至少写一条意见" in each for each in refused.errors)
    given = {"reason": "监督性监测不符", "rows-0-field": f"DW001/{COD}/mean", "rows-0-text": "请核对", "days": "5"}
    done = clerk.follow(clerk.submit(page, given))
    assert "期限 2026-11-30" in done.text
    told = preparer.get(mine)
    assert "监督性监测不符" in told.text
    assert "放弃更正" not in told.text
    preparer.get(f"{mine}/give-up", status=422)
    page = clerk.get(f"{theirs}/keep")
    assert clerk.submit(page, {"reason": ""}, status=422).errors
    kept = clerk.follow(clerk.submit(page, {"reason": "企业已说明"}))
    assert "维持原报告" in kept.text
    assert "发证机关已接受" in preparer.get(mine).text


def test_a_firm_gives_its_correction_up(browse: Any, accepted: Ids) -> None:
    mine, preparer = f"/my/reports/{accepted.report}", browse("preparer")
    preparer.submit(preparer.get(f"{mine}/correct"), {"reason": "误填"})
    page = preparer.get(f"{mine}/give-up")
    done = preparer.follow(preparer.submit(page))
    assert "原报告继续有效" in done.text
    assert "企业放弃更正" in done.text


@pytest.mark.parametrize(("who", "path"), [("officer", "order-correction"), ("officer", "keep"), ("preparer", "keep")])
def test_who_does_not_judge_reports_orders_no_correction(browse: Any, accepted: Ids, who: str, path: str) -> None:
    browse(who).get(f"/reports/{accepted.report}/{path}", status=403)
