"""Every part of the interface once: valid HTML, no barrier that axe finds, no sideways scroll, no need of script."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template, request
from flask_wtf import CSRFProtect
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app.conflicts import TwoVersions
from app.headers import POLICY
from core import filters, language
from core.specimen import specimen

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "tests/data/axe.min.js").read_text(encoding="utf-8")
ERRORS = (400, 403, 404, 409, 413, 422, 429, 500, 503)
LAYOUTS = ("layout", "layout_portal", "layout_public", "layout_plain", "layout_print", "layout_entry", "layout_field")
pytestmark = pytest.mark.browser
OFFICER = SimpleNamespace(
    is_authenticated=True,
    name="王晓岚",
    office=SimpleNamespace(name="昌吉州生态环境局阜康市分局", short_name="阜康市分局"),
    role_title="执法员",
)
WIDTHS = (1440, 1024, 390, 320)


def item(label: str, *, current: bool = False) -> SimpleNamespace:
    return SimpleNamespace(label=label, url="/house", current=current, count=0)


MENU = [
    SimpleNamespace(label="工作台", url="/house", icon="house-door", current=False, items=[], count=10),
    SimpleNamespace(
        label="检查",
        url="/house",
        icon="clipboard-check",
        current=True,
        items=[item("检查"), item("责令改正", current=True)],
        count=0,
    ),
    SimpleNamespace(label="信用", url="/house", icon="shield-check", current=False, items=[], count=0),
]


COLUMNS = {
    "due_on": SimpleNamespace(comment="改正期限", info={}),
    "content": SimpleNamespace(comment="改正内容", info={}),
    "password_hash": SimpleNamespace(comment="密码", info={"secret": True}),
}
CLASH = SimpleNamespace(
    row=SimpleNamespace(
        __table__=SimpleNamespace(columns=COLUMNS),
        due_on="2026-12-04",
        content="更换布袋",
        password_hash="x",
        version=7,
    ),
    typed={"due_on": "2026-12-08", "content": "更换布袋", "password_hash": "y", "unknown": "z"},
)


@pytest.fixture(scope="module")
def pages() -> Flask:
    """The templates alone, without rooms and database, under the real policy."""
    app = Flask("parts", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.update(SECRET_KEY="0123456789abcdef0123456789abcdef", TESTING=True)
    language.install(app, lambda: "zh_Hans_CN")
    filters.install(app)
    CSRFProtect(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {
            "current_user": OFFICER, "menu": MENU, "unread": 3, "now": "2026-11-23 09:40", "demo": True,
            "large_text": "large" in request.args, "high_contrast": "contrast" in request.args, "locale": "zh",
        }  # fmt: skip

    @app.after_request
    def harden(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/house")
    def house() -> str:
        return render_template("house/parts.html", **specimen())

    @app.get("/shell/<name>")
    def layout(name: str) -> str:
        source = f'{{% extends "{name}.html" %}}'
        source += "{% block title %}企业{% endblock %}{% block subtitle %}共 37 家{% endblock %}"
        source += '{% block content %}<p>正文 <a href="/house">部件</a></p>{% endblock %}'
        return app.jinja_env.from_string(source).render(app.jinja_env.globals | _context(app))

    @app.route("/error/<int:status>", methods=["GET", "POST"])
    def error(status: int) -> str:
        conflict = CLASH if request.method == "POST" else None
        return render_template(
            f"errors/{status}.html", status=status, missing=[], incident="4f7k92qd", conflict=conflict, both=BOTH
        )

    return app


def _context(app: Flask) -> dict[str, Any]:
    context: dict[str, Any] = {}
    app.update_template_context(context)
    return context


ADDRESSES = ["/house", *(f"/shell/{name}" for name in LAYOUTS), *(f"/error/{status}" for status in ERRORS)]


def problems(html: str) -> list[str]:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return [str(error) for error in parser.errors]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_of_the_house_is_valid_html_with_one_heading(pages: Flask, address: str) -> None:
    html = pages.test_client().get(address).get_data(as_text=True)
    soup = BeautifulSoup(html, "html5lib")
    assert problems(html) == []
    (heading,) = soup.select("h1")
    assert soup.title
    assert soup.title.get_text().removeprefix("错误：").startswith(heading.get_text(strip=True))
    assert not soup.select("[style], script:not([src])")
    ids = [node["id"] for node in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))


def test_a_wrong_field_is_linked_from_the_summary_and_says_what_is_wrong(pages: Flask) -> None:
    soup = BeautifulSoup(pages.test_client().get("/house").get_data(as_text=True), "html5lib")
    links = soup.select(".errors a")
    assert [link["href"] for link in links] == ["#due_on", "#officer"]
    for link in links:
        field = soup.select_one(str(link["href"]))
        assert field is not None
        assert field["aria-invalid"] == "true"
        for described in str(field["aria-describedby"]).split():
            assert soup.select_one(f"#{described}") is not None


BOTH = TwoVersions(
    [("改正期限", "2026-12-04", "2026-12-08"), ("改正内容", "更换布袋", "更换布袋并报送记录")], "马建军", "09:38"
)


def test_a_lost_update_shows_both_versions_and_keeps_what_was_typed(pages: Flask) -> None:
    answer = pages.test_client().post("/error/409", data={"due_on": "2026-12-08", "content": "<b>", "version": "6"})
    html = answer.get_data(as_text=True)
    soup = BeautifulSoup(html, "html5lib")
    assert problems(html) == []
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in soup.select("tbody tr")]
    assert rows == [["改正期限", "2026-12-04", "2026-12-08"], ["改正内容", "更换布袋", "更换布袋并报送记录"]]
    form = soup.select_one("main form")
    assert form is not None
    sent = {field["name"]: field["value"] for field in form.select("input")}
    assert (sent["due_on"], sent["content"], sent["version"]) == ("2026-12-08", "<b>", "7")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = BeautifulSoup((ROOT / "static/sprite.svg").read_text(encoding="utf-8"), "html.parser")
    known = {symbol["id"] for symbol in sprite.select("symbol")}
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"icon\('([a-z0-9-]+)'\)", path.read_text(encoding="utf-8"))
    }
    assert named - known == set()


def test_no_template_marks_text_as_safe_or_carries_script_or_style() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|Markup|\sstyle=\"|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=[\"']", text), (
            path.name
        )


@pytest.fixture(scope="module")
def served(pages: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, pages, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = Path("/usr/bin/chromium")
    if not path.exists():
        pytest.skip("no chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: Browser, address: str, width: int, **options: Any) -> tuple[Page, list[str]]:
    page = chromium.new_page(viewport={"width": width, "height": 900}, **options)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address)
    return page, said


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "address", ["/house", "/house?large=1&contrast=1", "/shell/layout_public", "/shell/layout_entry"]
)
def test_the_parts_have_no_barrier_at_any_width(chromium: Browser, served: str, address: str, width: int) -> None:
    page, said = opened(chromium, served + address, width)
    assert not scrolls_sideways(page)
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": tall + 50})  # so that nothing sticky lies on a target
    found = page.evaluate(
        AXE + ";axe.run({runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' ')))"
    )
    assert found == []
    assert said == []
    page.close()


def test_the_keyboard_reaches_every_control_with_a_visible_ring(chromium: Browser, served: str) -> None:
    page, _ = opened(chromium, served + "/house", 1440)
    page.evaluate("document.activeElement.blur()")
    unseen = []
    for _step in range(40):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.outerHTML.slice(0, 80), s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        if ring[1] == "none" or ring[2] < 2:
            unseen.append(ring[0])
    assert unseen == []
    page.close()


def test_the_keys_walk_the_rows_of_a_list(chromium: Browser, served: str) -> None:
    page, _ = opened(chromium, served + "/house", 1440)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "bar-q"
    page.close()


def test_a_row_is_added_with_the_next_number(chromium: Browser, served: str) -> None:
    page, _ = opened(chromium, served + "/house", 1440)
    page.click("[data-add]")
    assert page.locator("#quantities-2-outlet").count() == 1
    page.close()


def test_the_page_is_whole_without_script(chromium: Browser, served: str) -> None:
    page, _ = opened(chromium, served + "/house", 390, java_script_enabled=False)
    page.goto(served + "/house#menu")
    assert page.locator("#menu").is_visible()
    page.goto(served + "/house#main")
    assert page.locator("#menu").is_hidden()
    page.close()


def test_print_leaves_the_navigation_out(chromium: Browser, served: str) -> None:
    page, _ = opened(chromium, served + "/house", 1440)
    page.emulate_media(media="print")
    for selector in (".bar", ".side", ".batch", ".submit"):
        assert page.locator(selector).first.is_hidden()
    page.close()
