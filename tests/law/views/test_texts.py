"""Pages of laws and their versions."""

from datetime import date
from typing import Any

from core import clock
from law import actions, queries


def test_a_law_shows_its_articles_and_the_causes_it_punishes(browse: Any) -> None:
    page = browse("officer").get("/law/EEC2026")
    assert "中华人民共和国生态环境法典" in page.text
    assert "2026-08-15 至 今" in page.text
    assert "未核对" in page.text
    assert page.queries < 30


def test_a_repealed_law_says_since_when(browse: Any) -> None:
    assert "已于 2026-08-14 止" in browse("officer").get("/law/EPL2014").text


def test_a_law_whose_text_nobody_read_says_so(browse: Any) -> None:
    assert "施行日期不详" in browse("officer").get("/law/CJ-AIR").text


def test_a_firm_may_read_the_law_in_its_own_frame(browse: Any) -> None:
    page = browse("preparer").get("/law/EEC2026")
    assert page.soup.select("body.portal")
    assert not page.soup.select("a[href*='/versions/new']")


def test_an_unknown_law_is_not_found(browse: Any) -> None:
    browse("officer").get("/law/NO-SUCH", status=404)


def test_only_a_legal_officer_enters_a_new_version(browse: Any) -> None:
    browse("officer").get("/law/PPR2021/versions/new", status=403)
    reviewer = browse("reviewer")
    form = reviewer.get("/law/PPR2021/versions/new")
    wrong = reviewer.submit(form, {"key": "ppr", "valid_from": "2027-03-01", "source": "公报"}, status=422)
    assert any("大写字母" in error for error in wrong.errors)
    facts = {"key": "PPR2027", "valid_from": "2027.3.1", "source": "国务院公报 2027 年第 5 号"}
    page = reviewer.follow(reviewer.submit(form, facts))
    assert "前一版本" in page.text
    assert queries.law("PPR2021").valid_to.isoformat() == "2027-02-28"


def test_a_version_entered_by_somebody_else_meanwhile_is_a_conflict(browse: Any) -> None:
    reviewer = browse("reviewer")
    form = reviewer.get("/law/PPR2021/versions/new")
    first = {"key": "PPR2027", "valid_from": "2027-03-01", "source": "公报"}
    reviewer.submit(form, first)
    form.soup.select_one("input[name=request_id]")["value"] = "0" * 32
    reviewer.submit(form, {"key": "PPR2028", "valid_from": "2028-03-01", "source": "公报"}, status=409)


def test_a_version_to_come_says_from_when_it_will_hold(browse: Any, session: Any, person: Any) -> None:
    former = queries.law("PPR2021")
    facts = actions.Version(
        "PPR2027", "排污许可管理条例", "排污许可条例", "", "", date(2027, 3, 1), "国务院公报（示例）"
    )
    actions.add_version(former, facts, by=person("reviewer"))
    session.commit()
    page = browse("officer").get("/law/PPR2027")
    assert "将于 2027-03-01 施行" in page.text and "至 今" not in page.text
    with clock.at(date(2027, 3, 1)):
        page = browse("officer").get("/law/PPR2027")
        assert "将于" not in page.text and "2027-03-01 至 今" in page.text
