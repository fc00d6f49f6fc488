"""The main pages in a real browser, as an officer on a telephone and the bureau at a desk see them."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from core import clock
from tests import world

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "data/axe.min.js").read_text(encoding="utf-8")
RULES = "{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}"
TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def address(own_app: Flask) -> Iterator[str]:
    """A server on a database of its own, on the day of the tests."""

    def on_the_day(environ: Any, start: Any) -> Any:
        with clock.at(world.TODAY):
            return own_app.wsgi_app(environ, start)

    server = make_server("127.0.0.1", 0, on_the_day)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    worker.join()
    server.server_close()


@pytest.fixture
def opened(chromium: Browser, address: str) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """``opened("officer", TELEPHONE)``: a signed-in page, and everything the browser complained of."""
    contexts = []

    def open_(username: str | None, size: Any) -> tuple[Page, list[str]]:
        context = chromium.new_context(viewport=size, base_url=address)
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        if username:
            page.goto("/sign-in")
            page.fill("[name=username]", username)
            page.fill("[name=password]", world.PASSWORD)
            page.click("main button.btn-primary")
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page, said

    yield open_
    for context in contexts:
        context.close()


def barriers(page: Page) -> list[str]:
    """What axe finds on the page, in one line each."""
    found = page.evaluate(AXE + f";axe.run({RULES})")["violations"]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['target']}" for one in found]


@pytest.mark.parametrize(
    ("username", "size", "paths"),
    [
        ("officer", TELEPHONE, ["/desk", "/enterprises", "/inspections", "/account"]),
        ("reviewer", DESK, ["/desk", "/enterprises", "/inspections", "/permits"]),
        ("credit", DESK, ["/desk", "/credit/blacklist"]),
        ("preparer", TELEPHONE, ["/my"]),
        (None, TELEPHONE, ["/sign-in", "/public", "/public/blacklist"]),
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
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
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
