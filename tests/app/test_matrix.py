"""Every role at every door: who may not enter is refused, and what is another's does not exist."""

import re
from typing import Any

import pytest
from flask import Flask

from accounts.guard import doors
from tests.browse import Browser

pytestmark = pytest.mark.anywhere
"""Which engine answers makes no difference here: once is enough."""

STAFF = ("officer", "reviewer", "approver", "permit", "credit", "auditor", "sysadmin", "secadmin", "preparer", "signer")
SLOW = {"static", "app.readyz"}
"""Files, and the readiness that speaks of migrations, which a test database is made without."""


def plain_gets(app: Flask) -> list[tuple[str, str]]:
    """Every address without a parameter that can be opened."""
    return [
        (rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods and "<" not in rule.rule and rule.endpoint not in SLOW
    ]


@pytest.mark.parametrize("username", STAFF)
def test_each_role_enters_what_it_may_and_nothing_else(app, browse, person, username) -> None:
    browser: Browser = browse(username)
    user = person(username)
    for address, endpoint in plain_gets(app):
        needed = doors(app, endpoint)
        page = browser.get(address, status=None)
        allowed = not needed or any(user.may(action) for action in needed)
        if allowed:
            assert page.status in (200, 302, 303, 404, 429), f"{username} {address}: {page.status}"
        else:
            assert page.status == 403, f"{username} {address}: {page.status}"


def test_a_visitor_is_sent_to_the_door_or_sees_what_is_public(app, browse) -> None:
    visitor = browse(None)
    for address, endpoint in plain_gets(app):
        page = visitor.get(address, status=None)
        if doors(app, endpoint):
            assert page.status in (303, 401), f"{address}: {page.status}"


def id_routes(app: Flask) -> list[Any]:
    """Every address that names a row by its number."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if re.search(r"<int:", rule.rule) and rule.methods and "GET" in rule.methods
    ]


@pytest.mark.parametrize("username", ["far_officer", "far_preparer", "far_signer"])
def test_the_firm_of_another_county_does_not_exist(app, browse, firm, username) -> None:
    browser: Browser = browse(username)
    for rule in id_routes(app):
        if "enterprise_id" in rule.rule and rule.rule.count("<") == 1:
            address = rule.rule.replace("<int:enterprise_id>", str(firm.id))
            page = browser.get(address, status=None)
            assert page.status in (403, 404), f"{username} {address}: {page.status}"
            assert firm.name not in page.text


def test_numbers_that_nobody_gave_out_are_answered_with_404(app, browse) -> None:
    browser: Browser = browse("officer")
    for rule in id_routes(app):
        address = re.sub(r"<int:[^>]+>", "987654", rule.rule)
        address = re.sub(r"<any\('?([a-z-]+)[^>]*>", r"\1", address)
        if "<" not in address:
            page = browser.get(address, status=None)
            assert page.status in (403, 404), f"{address}: {page.status}"
