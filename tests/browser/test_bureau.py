"""Every page of the bureau in a real browser, opened by somebody whose page it is; and a list driven by keys and ticks."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from accounts.guard import doors
from accounts.models import User
from accounts.roles import may_all
from core import clock
from core.db import db
from law.models import Law, ViolationRule
from registry.models import Enterprise
from tests import world
from tests.browser.conftest import aside
from tests.browser.eyes import DESK, NARROW, barriers, wide
from tests.conftest import copied
from tests.stories.thread import Thread, spin

pytestmark = pytest.mark.browser

PEOPLE = ("officer", "permit", "credit", "approver", "reviewer", "secadmin", "auditor", "sysadmin")
ELSEWHERE = re.compile(
    r"^/(my|field|public|open-data|verify|sign-in|healthz|readyz|metrics|house|static|attachments|imports)"
)
SAID = {200, 403, 404, 422}
"""A page may say that this is not the time for its act; what it says must be as readable as any other."""


@pytest.fixture(scope="module")
def town(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Thread]]:
    """A firm with everything that can hang on one, in a database of its own."""
    with copied(template_url, tmp_path_factory.mktemp("bureau"), "bureau") as app:

        def made() -> Thread:
            return spin(db.session.scalars(select(Enterprise).where(Enterprise.name == world.FIRMS[0][1])).one())

        yield app, aside(app, made)


@pytest.fixture(scope="module")
def base(town: tuple[Flask, Thread]) -> Iterator[str]:
    """The address of a server on it, on the day of the tests."""

    def on_the_day(environ: Any, start: Any) -> Any:
        with clock.at(world.TODAY):
            return town[0].wsgi_app(environ, start)

    server = make_server("127.0.0.1", 0, on_the_day, threaded=True)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    worker.join()
    server.server_close()


def pages(app: Flask, thread: Thread) -> dict[str, list[str]]:
    """Person → the bureau's pages that they open; each page once, spread evenly over those who may."""
    keys = aside(
        app,
        lambda: {"key": db.session.scalars(select(Law.key)).first(), "violation_key": _first_cause(), "year": "2026"},
    )
    rights = aside(app, _rights)
    found: dict[str, list[str]] = {name: [] for name in PEOPLE}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or ELSEWHERE.match(rule.rule) or "." in re.sub(r"<[^>]+>", "", rule.rule):
            continue
        if re.search(r"<any\([^)]*(xlsx|csv)", rule.rule):
            continue
        able = [name for name in PEOPLE if rights[name] & set(doors(app, rule.endpoint))]
        address = _filled(rule.rule, thread, keys)
        if able and "<" not in address:
            found[min(able, key=lambda name: len(found[name]))].append(address)
    return found


def _first_cause() -> str:
    return db.session.scalars(select(ViolationRule.violation_key).order_by(ViolationRule.id)).first() or ""


def _rights() -> dict[str, Any]:
    people = db.session.scalars(select(User).where(User.username.in_(PEOPLE)))
    return {person.username: may_all(person.roles) for person in people}


def _filled(rule: str, thread: Thread, keys: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        converter, name = match.group(1) or "", match.group(2)
        if converter.startswith("any("):
            return re.findall(r"[\w-]+", converter.removeprefix("any("))[0]
        numbers = thread.ids.get(name)
        return str(numbers[0]) if numbers else keys.get(name, "1" if converter == "int:" else match.group(0))

    return re.sub(r"<(?:(any\([^)]*\)|\w+):)?(\w+)>", value, rule)


def signed_in(browser: Browser, base: str, username: str, **options: Any) -> Page:
    page = browser.new_context(viewport=DESK, base_url=base, **options).new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", world.PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_of_the_bureau_is_free_of_barriers_and_fits_a_small_screen(
    chromium: Browser, base: str, town: tuple[Flask, Thread], username: str
) -> None:
    addresses = pages(*town)[username]
    assert addresses
    page = signed_in(chromium, base, username)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"{page.url} {error}"))
    page.on("console", lambda line: said.append(f"{page.url} {line.text}") if "Content Security" in line.text else None)
    found: list[str] = []
    for address in addresses:
        page.set_viewport_size(DESK)
        answer = page.goto(address, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status in SAID, f"{address}: {answer.status}"
        found += [f"{address}: wider than a desk"] * bool(wide(page))
        found += barriers(page, "html" if address == addresses[0] else "main")  # what stands around is the same
        page.set_viewport_size(NARROW)
        found += [f"{address}: scrolls sideways"] * bool(wide(page))
    page.context.close()
    assert found == []
    assert said == []


def test_the_bar_for_ticked_rows_comes_with_the_first_tick_and_leads_to_a_page_that_asks(
    chromium: Browser, base: str
) -> None:
    page = signed_in(chromium, base, "officer")
    page.goto("/obligations?standing=")
    bar = page.locator("#batch")
    assert bar.is_hidden()
    page.locator("[data-pick]").first.check()
    assert bar.is_visible()
    assert page.locator("[data-count]").inner_text() == "已选 1 条"
    page.locator("[data-pick-all]").check()
    rows = page.locator("[data-pick]").count()
    assert page.locator("[data-count]").inner_text() == f"已选 {rows} 条"
    page.locator("[data-pick-all]").uncheck()
    assert bar.is_hidden()
    page.locator("[data-pick]").first.check()
    bar.get_by_text("催办").click()
    page.wait_for_url(re.compile("/obligations/remind"))
    assert "picking=1" in page.url
    page.go_back()
    page.context.close()


def test_without_a_script_the_bar_simply_stands_there(chromium: Browser, base: str) -> None:
    page = signed_in(chromium, base, "officer", java_script_enabled=False)
    page.goto("/obligations?standing=")
    assert page.locator("#batch").is_visible()
    page.locator("[data-pick]").first.check()
    page.locator("#batch").get_by_text("只看这些").click()
    page.wait_for_url(re.compile("pick="))
    assert page.locator("tbody tr").count() == 1
    page.context.close()


def test_keys_drive_a_list_and_rest_while_one_types(chromium: Browser, base: str) -> None:
    page = signed_in(chromium, base, "officer")
    page.goto("/obligations?standing=")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.href")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.href")
    assert first != second
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.href") == first
    page.keyboard.press("x")
    assert page.locator("[data-pick]").first.is_checked()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "bar-q"
    page.keyboard.type("jxe?")
    assert page.input_value("#bar-q") == "jxe?"
    assert page.url.endswith("/obligations?standing=")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url(re.compile(r"/obligations/\d+"))
    page.keyboard.press("?")
    page.wait_for_url(re.compile("/help"))
    page.context.close()


def test_the_paper_beside_the_form_says_what_is_being_written(
    chromium: Browser, base: str, town: tuple[Flask, Thread]
) -> None:
    page = signed_in(chromium, base, "officer")
    number = town[1].ids["order_id"][-1]
    page.goto(f"/orders/{number}/edit")
    page.fill("[name=content]", "补记台账并报送照片")
    assert page.locator(".paper [data-echo=content]").inner_text() == "补记台账并报送照片"
    page.fill("[name=content]", "")
    assert "待填" in page.locator(".paper [data-echo=content]").inner_text()
    assert page.locator(".checks li").count() >= 5
    page.context.close()
