"""Check, send, sign, give back, correct: the firm's last steps, and the whole way over HTTP."""

from typing import Any

from sqlalchemy import select

from accounts.models import User
from tests import world
from tests.permits.conftest import Ids
from tests.permits.made import COD
from tests.permits.portal.test_filling import filled
from tests.permits.portal.test_reports import opened

GOOD = {"declared": "y", "password": world.PASSWORD}


def test_an_incomplete_report_is_not_sent_and_says_where_to_mend_it(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    address = opened(browser, ids)
    page = browser.get(f"{address}/send")
    assert page.soup.select(f".errors a[href='{address}/outlets/DW001#{COD}']")
    refused = browser.post(f"{address}/send", status=422)
    assert any("没有填写" in each for each in refused.errors)


def ready(browse: Any, ids: Ids) -> str:
    """A report that waits for its signer."""
    browser = browse("preparer")
    address = filled(browser, ids)
    page = browser.get(f"{address}/send")
    assert "送签后不能修改" in page.text
    assert "等待签发" in browser.follow(browser.submit(page)).text
    return address


def test_a_report_is_signed_with_declaration_and_password(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    signer = browse("signer")
    page = signer.get(f"{address}/sign")
    assert "依照《排污许可管理条例》第三十七条第四项" in page.text
    assert "化学需氧量" in page.text
    undeclared = signer.submit(page, {"password": world.PASSWORD}, status=422)
    assert any("请确认声明" in each for each in undeclared.errors)
    assert undeclared.one("#password").get("value", "") == ""
    done = signer.follow(signer.submit(page, GOOD))
    assert "已提交，等待发证机关审核" in done.text
    assert "下载回执" in done.one(".notice .acts").get_text()
    assert "提交回执" in signer.get("/my/documents").text


def test_a_wrong_password_is_told_at_its_field_and_counted(browse: Any, session: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    signer = browse("signer")
    page = signer.submit(signer.get(f"{address}/sign"), {**GOOD, "password": "falsch"}, status=422)
    assert any("密码不对" in each for each in page.errors)
    counted = session.scalars(select(User.failed_count).where(User.username == "signer")).one()
    session.commit()
    assert counted == 1
    assert "等待签发" in signer.get(address).text


def test_the_same_signature_twice_hands_in_once(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    signer = browse("signer")
    page = signer.get(f"{address}/sign")
    first, second = signer.submit(page, GOOD), signer.submit(page, GOOD)
    assert first.location == second.location
    assert len(signer.get(address).soup.select("tbody tr")) == 1
    signer.get(f"{address}/sign", status=422)


def test_a_stale_signature_is_told(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    signer, preparer = browse("signer"), browse("preparer")
    page = signer.get(f"{address}/sign")
    preparer.submit(preparer.get(address), form="withdraw")
    preparer.submit(preparer.get(f"{address}/operation"), {"narrative": "补充说明"})
    preparer.submit(preparer.get(f"{address}/send"))
    signer.submit(page, GOOD, status=409)


def test_the_preparer_never_signs(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    browse("preparer").get(f"{address}/sign", status=403)
    browse("far_signer").get(f"{address}/sign", status=404)
    browse("permit").get(f"{address}/sign", status=403)


def test_the_signer_gives_it_back(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    signer = browse("signer")
    page = signer.get(f"{address}/decline")
    assert signer.submit(page, {"reason": ""}, status=422).errors
    assert "填报人正在填报" in signer.follow(signer.submit(page, {"reason": "COD 偏低"})).text
    assert "填报步骤" in browse("preparer").get(address).text


def test_the_whole_way_with_a_return(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    number = address.rsplit("/", 1)[-1]
    signer, preparer, clerk = browse("signer"), browse("preparer"), browse("permit")
    signer.submit(signer.get(f"{address}/sign"), GOOD)
    page = clerk.get(f"/reports/{number}/return")
    clerk.submit(page, {"rows-0-field": f"DW001/{COD}/mean", "rows-0-text": "请核对监测记录"})

    page = preparer.get(address)
    assert "退回意见，1 处要改" in page.text
    assert "DA001 焦炉烟囱 不需改" in page.text
    assert "按意见更正后可办" in page.text
    assert "1 条意见待改" in page.text
    assert page.soup.select(f"a[href='{address}/outlets/DW001#{COD}']"), "the remark leads to its line"
    page = preparer.get(f"{address}/outlets/DW001")
    assert "退回意见：请核对监测记录" in page.text
    assert len(page.soup.select("[id$=-mean]")) == 1
    assert "保持上次提交的内容" in page.text
    after = preparer.submit(page, {"rows-0-mean": "33", "next": "1"})
    assert after.location.endswith(address), "there is no other outlet to be changed"
    assert "条意见待改" not in preparer.get(address).text
    preparer.submit(preparer.get(f"{address}/send"))

    page = signer.get(f"{address}/sign")
    assert "已改" in page.text
    signer.submit(page, GOOD)
    page = clerk.get(f"/reports/{number}")
    assert "已改" in page.text
    assert "企业已再次提交" in page.text
    clerk.submit(clerk.get(f"/reports/{number}/accept"))
    assert "发证机关已接受" in preparer.get(address).text
    assert len(preparer.get(address).soup.select("tbody tr")) == 2


def test_a_closed_line_is_not_changed_by_a_forged_form(browse: Any, ids: Ids) -> None:
    address = ready(browse, ids)
    number = address.rsplit("/", 1)[-1]
    signer, preparer, clerk = browse("signer"), browse("preparer"), browse("permit")
    signer.submit(signer.get(f"{address}/sign"), GOOD)
    clerk.submit(clerk.get(f"/reports/{number}/return"), {"rows-0-field": f"DW001/{COD}/mean", "rows-0-text": "核对"})
    page = preparer.get(f"{address}/outlets/DW001")
    version = page.one("input[name=version]")["value"]
    forged = {"version": version, "rows-0-row": "DA001/a21026", "rows-0-mean": "1"}
    refused = preparer.post(f"{address}/outlets/DW001", forged, status=422)
    assert any("没有退回意见" in each for each in refused.errors)
