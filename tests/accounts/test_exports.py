"""Files made of lists, as a server sends them."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from core.db import db
from tests.browse import Browser


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_a_list_is_taken_away_under_its_chinese_name(browse: Callable[[str], Browser], form: str) -> None:
    answer = browse("secadmin").client.get(f"/admin/users.{form}")
    assert answer.status_code == 200
    header = answer.headers["Content-Disposition"]
    assert header.isascii(), "a server cannot send anything else"
    assert "%E7%94%A8%E6%88%B7_" in header
    assert header.endswith(f".{form}")
    assert answer.get_data()


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_sending_a_file_keeps_nobody_from_writing(own_app: Flask, form: str) -> None:
    client = Browser(own_app, "secadmin").client
    answer = client.get(f"/admin/users.{form}", buffered=False)
    pieces = answer.iter_encoded()
    next(pieces)
    with own_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE audit_head SET length = length"))
    assert list(pieces)
    answer.close()
    with own_app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_an_export_that_is_recorded_does_not_wait_for_itself(own_app: Flask) -> None:
    """The list is exported by a post, which holds the one write lock while the rows are read beside it."""
    credit = Browser(own_app, "credit")
    for form in ("xlsx", "csv", "json"):
        answer = credit.answer(f"/credit/blacklist.{form}", {"csrf_token": credit.known_token()})
        assert answer.status_code == 200
