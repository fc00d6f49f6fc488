"""The main pages in a real browser, as an officer on a telephone and the bureau at a desk see them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.eyes import DESK, TELEPHONE, barriers, wide

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("username", "size", "paths"),
    [
        ("officer", TELEPHONE, ["/desk", "/enterprises", "/inspections", "/account"]),
        ("reviewer", DESK, ["/desk", "/enterprises", "/inspections", "/permits", "/registrations", "/limits"]),
        ("credit", DESK, ["/desk", "/credit/blacklist"]),
        ("preparer", TELEPHONE, ["/my"]),
        (None, TELEPHONE, ["/sign-in", "/public", "/public/blacklist", "/public/permit-ends"]),
    ],
)
def test_the_main_pages_have_no_barrier_no_sideways_scroll_and_nothing_refused(
    opened: Callable[..., tuple[Page, list[str]]], username: str | None, size: Any, paths: list[str]
) -> None:
    page, said = opened(username, size)
    found: list[str] = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert wide(page) == 0, path
        found += barriers(page)
    assert found == []
    assert said == []


def test_a_wrong_password_is_said_at_the_form(opened: Callable[..., tuple[Page, list[str]]]) -> None:
    page, _ = opened(None, TELEPHONE)
    page.goto("/sign-in")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", "not-the-password")
    page.click("main button.btn-primary")
    page.wait_for_load_state()
    assert "密码" in page.inner_text("main")
    assert page.input_value("[name=password]") == ""


def test_what_is_kept_of_a_firm_is_found_by_its_name(opened: Callable[..., tuple[Page, list[str]]]) -> None:
    page, said = opened("officer", TELEPHONE)
    page.goto("/search?q=晨岭")
    page.click("main a:has-text('晨岭焦化')")
    page.wait_for_load_state()
    assert "晨岭焦化" in page.inner_text("h1")
    assert said == []
