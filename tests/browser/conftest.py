"""A real browser on a server with a database of its own, on the day of the tests."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from core import clock
from tests import world


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

    def open_(username: str | None, size: Any, **options: Any) -> tuple[Page, list[str]]:
        context = chromium.new_context(viewport=size, base_url=address, **options)
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


def aside(app: Flask, work: Callable[[], Any]) -> Any:
    """Do something on the browser's database and give what came of it; this thread may hold the browser's own loop."""
    found: list[Any] = []

    def run() -> None:
        with clock.at(world.TODAY), app.app_context():
            found.append(work())

    worker = threading.Thread(target=run)
    worker.start()
    worker.join()
    return found[0]
