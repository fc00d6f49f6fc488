"""The room's lists."""

from typing import Any

import pytest

LISTS = {
    "/law": "中华人民共和国生态环境法典",
    "/law/violations": "未依法",
    "/law/conflicts": "条例",
    "/law/pollutants": "二氧化硫",
    "/law/catalog": "锅炉",
}


@pytest.mark.parametrize(("address", "words"), LISTS.items())
def test_every_list_shows_its_rows_to_everybody_who_may_read(browse: Any, address: str, words: str) -> None:
    for username in ("officer", "reviewer", "preparer", "auditor"):
        page = browse(username).get(address)
        assert words in page.text
        assert page.queries < 20


def test_a_visitor_is_sent_to_sign_in(browse: Any) -> None:
    assert "/sign-in" in browse(None).get("/law", status=303).location


def test_the_rules_of_a_day_are_those_in_force_then(browse: Any) -> None:
    officer = browse("officer")
    now, before = officer.get("/law/violations?q=排放浓度"), officer.get("/law/violations?q=排放浓度&on=2026-07-01")
    assert "2026-08-15" in now.text
    assert "2026-08-15" not in before.soup.select_one("tbody").get_text()


def test_a_condition_of_the_fine_stands_under_it(browse: Any) -> None:
    assert "拒不改正后才能罚" in browse("officer").get("/law/violations?when=refuse").text


def test_nothing_is_ticked_at_the_beginning(browse: Any) -> None:
    assert "352" in browse("officer").get("/law/violations?unchecked=1").text


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_every_list_can_be_taken_away(browse: Any, form: str) -> None:
    for address in LISTS:
        answer = browse("officer").get(f"{address}.{form}").response
        assert answer.data
        assert "attachment" in answer.headers["Content-Disposition"]
