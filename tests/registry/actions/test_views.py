"""Saved views of a list."""

from typing import Any

import pytest
from sqlalchemy import select

from core.workflow import NotAllowed
from registry import actions, queries
from registry.models import SavedView
from tests.registry.made import person


def save(browser: Any, query: str = "q=焦化&sort=name", status: int = 303, **more: Any) -> Any:
    return browser.post("/views", {"name": "只看焦化", "query": query, **more}, status=status)


def test_a_view_is_kept_under_its_name_and_opens_with_its_filters(browse: Any) -> None:
    officer = browse("officer")
    made = save(officer)
    assert made.location.startswith("/enterprises?q=")
    page = officer.follow(made)
    assert "只看焦化" in page.text


def test_a_view_is_its_owner_s_unless_the_office_shares_it(browse: Any) -> None:
    save(browse("officer"))
    assert "只看焦化" not in browse("officer2").get("/enterprises").text
    save(browse("officer"), name="共享的", shared="y")
    assert "共享的" in browse("officer2").get("/enterprises").text
    assert "共享的" not in browse("far_officer").get("/enterprises").text


def test_only_its_owner_forgets_a_view(browse: Any, session: Any) -> None:
    officer = browse("officer")
    save(officer, name="共享的", shared="y")
    view = session.scalars(select(SavedView)).one().id
    session.commit()
    browse("officer2").post(f"/views/{view}/forget", status=404)
    officer.post(f"/views/{view}/forget")
    assert session.scalars(select(SavedView)).all() == []


@pytest.mark.parametrize(("name", "query"), [("", "q=a"), ("x" * 41, "q=a"), ("好", "q=" + "a" * 1000)])
def test_a_view_without_a_name_or_too_long_is_refused(browse: Any, session: Any, name: str, query: str) -> None:
    save(browse("officer"), name=name, query=query, status=422)
    assert session.scalars(select(SavedView)).all() == []


@pytest.mark.parametrize("query", ["q=a\r\nX-Evil: 1", "q=a\rX", "q=a\n", "#<script>", "q=\u2028", "//evil.example", "q=a\x00"])
def test_a_view_never_leads_out_of_the_list(browse: Any, query: str) -> None:
    answer = browse("officer").post("/views", {"name": "坏", "query": query}, status=None)
    assert answer.status in (303, 422)
    if answer.status == 303:
        assert answer.location.startswith("/enterprises?") and "\n" not in answer.location
        assert "X-Evil" not in answer.response.headers


def test_views_of_a_list_are_told_by_name(session: Any) -> None:
    for name in ("乙", "甲"):
        actions.save_view("enterprises", name, "q=a", shared=False, by=person("officer"))
    session.commit()
    assert [each.name for each in queries.saved_views("enterprises", person("officer"))] == sorted(["乙", "甲"])
    with pytest.raises(NotAllowed):
        actions.save_view("enterprises", " ", "q=a", shared=False, by=person("officer"))
