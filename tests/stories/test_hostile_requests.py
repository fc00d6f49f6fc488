"""What somebody sends who means harm: forged posts, addresses out of the house, SQL, paths; and what the public must not see."""

import logging
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from accounts.guard import doors
from app import KEYED
from tests.browse import Browser
from tests.stories.addresses import addresses
from tests.stories.conftest import Town
from tests.stories.test_strangers import INSIDERS, granted
from tests.stories.thread import Thread
from tests.world import PASSWORD

PEOPLE = (*INSIDERS, "secadmin", "auditor", "sysadmin")


def whole(town: Town) -> Thread:
    """The thread with the rows of law and people too, so that every address can be filled."""
    more = {"user_id": [5], "entry_id": [1], "session_id": [1], "year": [2026], "day_id": [1], "conflict_id": [1]}
    more["moved_id"] = [1]
    return Thread(town.thread.firm_id, town.thread.name, town.thread.credit_code, {**more, **town.thread.ids})


def test_no_address_that_writes_takes_a_post_without_a_token_of_its_own(town: Town) -> None:
    """None, another browser's, junk: all refused with 400 before the act."""
    browsers = {name: town.browse(name) for name in PEOPLE}
    foreign = town.browse("officer").known_token()
    passed, tried = [], 0
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint in KEYED or "POST" not in (rule.methods or set()) or rule.arguments - set(whole(town).ids) - {
            "form", "verb", "what", "act", "period", "outlet_code", "position", "kind"
        }:  # fmt: skip
            continue
        if getattr(town.app.view_functions[rule.endpoint], "keeps_nothing", False):
            continue
        address = next(addresses(rule, whole(town), few=True)) if rule.arguments else rule.rule
        needed = doors(town.app, rule.endpoint)
        name = next((each for each in PEOPLE if granted(each) & needed), None) if needed else "officer"
        if name is None:
            continue
        for token in (None, foreign if name != "officer" else "x" + foreign, "junk"):
            answer = browsers[name].answer(address, {"csrf_token": token, "reason": "x"} if token else {"reason": "x"})
            tried += 1
            if answer.status_code != 400:
                passed.append((address, name, token and token[:6], answer.status_code))
    assert not passed
    assert tried > 200


VECTORS = [
    "//evil.example", "///evil.example", "////evil.example", "https://evil.example", "http:evil.example", "http:/evil.example",
    "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/%09/evil.example", "/%0d/evil.example", "/%5cevil.example",
    "\n//evil.example", "/\r/evil.example", "javascript:alert(1)", "data:text/html,evil.example", " //evil.example",
    "/ /evil.example", "/\x00/evil.example", "//evil.example@localhost", "/\u3000/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS)
def test_no_next_leads_out_of_the_house(app: Flask, browse: Any, vector: str) -> None:
    door = browse(None)
    page = door.get("/sign-in", query_string={"next": vector})
    target = door.submit(page, {"username": "officer", "password": PASSWORD}).location
    back = browse("officer").post("/display", {"large_text": "0", "back": vector}).location
    for location in (target, back):
        assert location.startswith("/") and not re.match(r"/[/\\\s]", location), location
        assert not re.search(r"[\x00-\x20\\]", location) and "evil" not in re.sub(r"^/[^/].*", "", location)


SQL = ["1' OR '1'='1') UNION SELECT password_hash FROM user; DROP TABLE enterprise--\\%_", "9" * 30, "\x00-1e999𠮷"]
ORDERED = ("CASE WHEN 1=1 THEN name ELSE id END", "CASE WHEN 1=0 THEN name ELSE id END")


def _parameters(page: str) -> set[str]:
    soup = BeautifulSoup(page, "html5lib")
    names = {str(each["name"]) for each in soup.select("form[method=get] [name], form:not([method]) [name]")}
    for link in soup.select("a[href*='?']"):
        names |= {part.split("=")[0] for part in str(link["href"]).split("?", 1)[1].split("&")}
    return {name for name in names if re.fullmatch(r"[a-z_]+", name)} | {"sort", "page", "q", "cols", "size", "as_of"}


@pytest.mark.parametrize("username", ["permit", "auditor", None])
def test_no_parameter_of_any_list_reaches_the_database_as_sql(town: Town, username: str | None) -> None:
    browser, broken = town.browse(username), []
    for rule in town.app.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or set())
            or rule.arguments
            or rule.endpoint in ("static", "app.readyz", "accounts.verify_audit")
        ):
            continue
        needed = doors(town.app, rule.endpoint)
        if (username is None) != (not needed) or (needed and username and not granted(username) & needed):
            continue
        plain = browser.answer(rule.rule)
        if plain.status_code != 200 or "html" not in (plain.content_type or ""):
            continue
        names = sorted(_parameters(plain.get_data(as_text=True)))
        for value in SQL:
            answer = browser.answer(rule.rule, query_string=dict.fromkeys(names, value))
            if answer.status_code not in (200, 303, 404, 422):
                broken.append((rule.rule, value, answer.status_code))
        one, other = (_without_address(browser, rule.rule, text) for text in ORDERED)
        if one != other:
            broken.append((rule.rule, "ORDER BY CASE", 0))
    assert not broken


def _without_address(browser: Browser, url: str, order: str) -> str:
    shown = browser.answer(url, query_string={"sort": order}).get_data(as_text=True)
    body = BeautifulSoup(shown, "html5lib").select_one("tbody")
    return body.get_text(" ", strip=True) if body else ""


PATHS = [
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..\\..\\etc\\passwd", "....//....//etc/passwd",
    "/etc/passwd", "%00", "a%00.css", "..;/etc/passwd", "%c0%ae%c0%ae/etc/passwd", "C:\\boot.ini", "..%5c..%5cboot.ini",
    "~root", "file:///etc/passwd", ".git/config", "../app/config.py", "css/../../app/config.py", "%252e%252e%252fetc/passwd",
    "con", "a" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_its_folder(town: Town, path: str) -> None:
    browser = town.browse("officer")
    for place in (
        "/static/",
        "/attachments/",
        "/documents/",
        "/verify/",
        "/public/enterprises/",
        "/law/",
        "/law/violations/",
    ):
        answer = browser.answer(place + path)
        assert answer.status_code in (200, 301, 302, 303, 308, 400, 403, 404, 405, 414), (place, answer.status_code)
        shown = answer.get_data()
        assert b"root:x:" not in shown and b"import " not in shown and b"[core]" not in shown
        if place in ("/static/", "/attachments/", "/documents/"):
            assert answer.status_code >= 300


def test_the_log_of_a_broken_request_stays_on_one_line(
    town: Town, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("broken")

    broken.doors = frozenset()  # type: ignore[attr-defined]
    monkeypatch.setitem(town.app.view_functions, "registry.verify_code", broken)
    monkeypatch.setattr(town.app, "testing", False)
    monkeypatch.setitem(town.app.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.ERROR):
        answer = town.browse(None).answer("/verify/a%0d%0aFORGED%1b[31m%e2%80%a8line")
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.get_data(as_text=True)
    told = [each.getMessage() for each in caplog.records if "incident" in each.getMessage()]
    assert told and not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", told[0])


PERSONAL = re.compile(rb"(?<!\d)1[3-9]\d{9}(?!\d)|(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])|[\w.]+@[\w-]+\.\w+")


def test_public_pages_show_no_person_and_set_no_cookie(town: Town) -> None:
    """Firms by name and code; people, telephones, identity numbers, addresses of mail: never."""
    visitor, told = town.browse(None), []
    for rule in town.app.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or set())
            or doors(town.app, rule.endpoint)
            or rule.endpoint in ("static", "app.readyz", "app.metrics", "app.house")
        ):
            continue
        if rule.arguments - {"uscc", "form", "code"}:
            continue
        address = re.sub(r"<[^>]*uscc>", town.thread.credit_code, rule.rule)
        address = re.sub(r"<[^>]*form>", "json", re.sub(r"<[^>]*code>", "ABCDEFGH23456789", address))
        answer = visitor.answer(address)
        shown = answer.get_data()
        if rule.endpoint != "accounts.sign_in" and answer.headers.getlist("Set-Cookie"):
            told.append((address, "cookie"))
        if PERSONAL.search(shown.replace(town.thread.credit_code.encode(), b"")):
            told.append((address, PERSONAL.search(shown)))
        for name in ("孙志远", "何静", "王晓岚", "13900000000"):
            if name.encode() in shown:
                told.append((address, name))
    assert not told


def test_no_answer_is_kept_or_sniffed_or_framed(town: Town) -> None:
    for username, url in (
        ("officer", "/enterprises"),
        ("officer", "/enterprises.json"),
        ("preparer", "/my"),
        (None, "/public"),
    ):
        headers = town.browse(username).answer(url).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        if username:
            assert headers["Cache-Control"] == "no-store"
