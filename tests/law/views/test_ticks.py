"""Ticking rows against the official text."""

from typing import Any

import pytest

from law import queries
from law.models import CHECKABLE


def test_a_legal_officer_ticks_a_rule_and_takes_it_back(browse: Any) -> None:
    rule = queries.violation_rule("EX-AIR@C26-1")
    address = f"/law/checks/rules/{rule.id}"
    browse("officer").get(address, status=403)
    reviewer = browse("reviewer")
    page = reviewer.follow(reviewer.submit(reviewer.get(address)))
    assert "周明法，2026-11-23" in page.text
    again = reviewer.submit(reviewer.get(address), status=422)
    assert any("已由周明法" in error for error in again.errors)
    page = reviewer.follow(reviewer.submit(reviewer.get(f"{address}/undo"), {"reason": "看错"}))
    assert "周明法，2026-11-23" not in page.text


def test_the_officer_sees_all_that_the_row_says_before_ticking_it(browse: Any) -> None:
    rule = queries.violation_rule("EX-AIR@C26-1")
    page = browse("reviewer").get(f"/law/checks/rules/{rule.id}")
    for said in ("第一千一百零七条", rule.fine_words, rule.valid_from.isoformat()):
        assert said and said in page.text


@pytest.mark.parametrize("kind", CHECKABLE)
def test_every_kind_of_row_can_be_ticked(browse: Any, kind: str, session: Any) -> None:
    row_id = session.query(CHECKABLE[kind].id).order_by(CHECKABLE[kind].id).first()[0]
    reviewer = browse("reviewer")
    answer = reviewer.submit(reviewer.get(f"/law/checks/{kind}/{row_id}"))
    assert answer.location.startswith("/law")
    reviewer.get(f"/law/checks/{kind}/0", status=404)


def test_one_returns_to_the_page_one_came_from_but_never_outside(browse: Any) -> None:
    article = queries.articles("EEC2026")[0]
    reviewer = browse("reviewer")
    page = reviewer.get(f"/law/checks/articles/{article.id}?next=/law/EEC2026")
    assert reviewer.submit(page).location == "/law/EEC2026"
    page = reviewer.get(f"/law/checks/articles/{article.id}/undo?next=//evil.example")
    assert reviewer.submit(page, {"reason": "看错"}).location == "/law/EEC2026"


def test_an_unknown_kind_is_not_found(browse: Any) -> None:
    browse("reviewer").get("/law/checks/secrets/1", status=404)
