"""A person at a browser, without one: every page fetched is a page checked."""

import contextvars
import os
import uuid
from functools import cached_property
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from accounts.models import User, UserSession
from accounts.sessions import token_hash
from core import clock
from core.db import db
from tests.world import PASSWORD

ALLOWED = {"unexpected-null-character"}
CHECKED = os.environ.get("QINGYUAN_TEST_ENGINE", "sqlite") == "sqlite"
"""Markup does not depend on the engine: it is looked through once, where all tests run."""


class _Telling(HTML5TreeBuilder):
    """Builds the tree and keeps what was wrong with the markup, so that a page is parsed once."""

    errors: tuple[Any, ...] = ()

    def feed(self, markup: Any) -> None:
        """Parse as its parent does."""
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = tuple(parser.errors)


class Page:
    """An answer, parsed; ``text`` is what a person reads."""

    def __init__(self, response: TestResponse, url: str, queries: int) -> None:
        """Check the page strictly: valid HTML5, one h1, a title, labels, and protected forms."""
        self.response, self.url, self.queries = response, url, queries
        self.status = response.status_code
        self.location: str = response.headers.get("Location", "")
        assert all(value.isascii() for value in response.headers.values()), f"{url}: a server refuses such a header"
        self.html = response.get_data(as_text=True) if "text/html" in (response.content_type or "") else ""
        if CHECKED and self.html and not 300 <= self.status < 400:
            self._check()

    @cached_property
    def _parsed(self) -> tuple[BeautifulSoup, list[str]]:
        builder = _Telling()
        soup = BeautifulSoup(self.html, builder=builder)
        return soup, [str(each) for each in builder.errors if each[1] not in ALLOWED]

    @property
    def soup(self) -> BeautifulSoup:
        """The page as a tree, made when it is first asked for."""
        return self._parsed[0]

    @property
    def text(self) -> str:
        """Everything readable on the page, blanks folded."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return [item.get_text(" ", strip=True) for item in self.soup.select(".errors li")]

    def one(self, selector: str) -> Tag:
        """The only element that fits."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} × {selector} on {self.url}"
        return found[0]

    def _check(self) -> None:
        wrong = self._parsed[1]
        assert not wrong, f"{self.url}: {wrong[:5]}"
        tags = self.soup.find_all(True)
        by_name: dict[str, list[Tag]] = {}
        for tag in tags:
            by_name.setdefault(tag.name, []).append(tag)
        assert len(by_name.get("h1", [])) == 1, f"{self.url}: needs one h1"
        assert self.soup.title and self.soup.title.get_text(strip=True), f"{self.url}: needs a title"
        inline = [each for each in tags if each.has_attr("style")]
        inline += [each for each in by_name.get("script", []) if not each.has_attr("src")]
        assert not inline, f"{self.url}: inline script or style"
        labelled = {each.get("for") for each in by_name.get("label", [])} - {None}
        inputs = [each for each in by_name.get("input", []) if each.get("type") not in {"hidden", "submit"}]
        for field in inputs + by_name.get("select", []) + by_name.get("textarea", []):
            named = field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in labelled
            assert named or field.find_parent("label"), f"{self.url}: no label for {field}"
        for form in by_name.get("form", []):
            if form.get("method", "get").lower() == "post" and form.get("action") != "/verify":  # keeps nothing
                held = form.find_all("input", attrs={"name": "csrf_token"})
                assert held, f"{self.url}: form without token"


class Browser:
    """A signed-in person (or nobody) and what they do."""

    def __init__(self, app: Flask, username: str | None) -> None:
        """Sign in by a session of our own; the door itself has its own tests."""
        self.app, self.client = app, app.test_client()
        self.username = username
        if username:
            self._sign_in(username)

    def _sign_in(self, username: str) -> None:
        token = uuid.uuid4().hex
        if has_app_context():
            db.session.commit()  # end the test's own savepoint, else its rollback would sign this person out again
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.username == username)).one()
            now = clock.now()
            db.session.add(
                UserSession(
                    token_hash=token_hash(token), user_id=user.id, started_at=now, seen_at=now, confirmed_at=now
                )
            )
            user_id = user.id
            db.session.commit()
        with self.client.session_transaction() as session:
            session.update(token=token, _user_id=str(user_id), _fresh=True)

    def get(self, url: str, status: int = 200, **options: Any) -> Page:
        """Open an address and check what comes."""
        return self._page(self.client.get, url, status, **options)

    def submit(
        self, page: Page, data: dict[str, Any] | None = None, *, form: str = "", status: int | None = 303
    ) -> Page:
        """Fill in the form of a page and send it as a browser would; ``form`` is its id or part of its action."""
        forms = [each for each in page.soup.select("main form, body form") if each.get("method", "").lower() == "post"]
        if form:
            forms = [each for each in forms if form in str(each.get("action", "")) or each.get("id") == form]
        else:
            forms = [
                each
                for each in forms
                if "/display" not in str(each.get("action", "")) and "/sign-out" not in str(each.get("action", ""))
            ]
        assert forms, f"no form {form!r} on {page.url}"
        chosen = forms[0]
        values = _filled(chosen)
        for key, value in (data or {}).items():
            values[key] = value
        target = str(chosen.get("action") or page.url)
        return self._page(self.client.post, target, status, data={k: v for k, v in values.items() if v is not None})

    def post(self, url: str, data: dict[str, Any] | None = None, status: int | None = 303) -> Page:
        """Send something that no form of ours offered, with a valid token."""
        values = {"csrf_token": self.token(), "request_id": str(uuid.uuid4()), **(data or {})}
        return self._page(self.client.post, url, status, data=values)

    def answer(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """The bare answer, unchecked; a POST when there is something to send."""
        method = "GET" if data is None else "POST"
        answer: TestResponse = contextvars.Context().run(
            self.client.open, url, method=method, data=data, buffered=True, **options
        )
        return answer

    def known_token(self) -> str:
        """A valid token, asked for once: for tests that send much."""
        self._token = getattr(self, "_token", "") or self.token()
        return self._token

    def token(self) -> str:
        """A valid token for this browser."""
        shown = self.answer("/account" if self.username else "/sign-in")
        page = BeautifulSoup(shown.get_data(as_text=True), "html5lib")
        found = page.select_one("input[name=csrf_token]")
        return str(found["value"]) if found else ""

    def follow(self, page: Page) -> Page:
        """Go where the answer sends."""
        assert 300 <= page.status < 400, f"{page.url} answered {page.status}"
        return self.get(page.location)

    def _page(self, method: Any, url: str, status: int | None, **options: Any) -> Page:
        count = 0

        def counted(*_: Any) -> None:
            nonlocal count
            count += 1

        engine = self._engine()
        event.listen(engine, "before_cursor_execute", counted)
        try:
            response: TestResponse = contextvars.Context().run(method, url, buffered=True, **options)
        finally:
            event.remove(engine, "before_cursor_execute", counted)
        page = Page(response, url, count)
        if status is not None:
            shown = (
                page.errors
                or [each.get_text(" ", strip=True) for each in page.soup.select(".notice")]
                or page.text[:300]
            )
            assert page.status == status, f"{url}: {page.status} instead of {status}: {shown} → {page.location}"
        return page

    def _engine(self) -> Any:
        with self.app.app_context():
            return db.engine


def _filled(form: Tag) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), str(field.get("type", field.name))
        if kind in {"file", "submit", "button"}:
            continue
        if kind == "password" and name == "password":
            values[name] = PASSWORD  # who acts knows it
            continue
        if kind in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                value: Any = str(field.get("value", "on"))
                values[name] = (
                    [*values[name], value]
                    if isinstance(values.get(name), list)
                    else ([values[name], value] if name in values else value)
                )
            continue
        if kind == "hidden" and name in values:
            earlier = values[name]
            values[name] = [*(earlier if isinstance(earlier, list) else [earlier]), str(field.get("value", ""))]
            continue
        if field.name == "select":
            chosen = [str(option.get("value", option.get_text())) for option in field.select("option[selected]")]
            first = field.select_one("option")
            values[name] = (
                chosen
                if field.has_attr("multiple")
                else (chosen[0] if chosen else str(first.get("value", first.get_text())) if first else "")
            )
        else:
            values[name] = field.get_text().lstrip("\n") if field.name == "textarea" else str(field.get("value", ""))
    return values


__all__ = ["Browser", "FlaskClient", "Page"]
