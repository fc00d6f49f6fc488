"""Sessions live at the server: whatever ends them ends them with the next request, everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from accounts.actions import REFUSED
from accounts.models import User, UserSession
from accounts.sessions import token_hash
from core import clock
from core.db import db
from tests.browse import Browser
from tests.world import PASSWORD

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def door(browser: Browser, username: str, password: str = PASSWORD, status: int = 303) -> Any:
    return browser.submit(browser.get("/sign-in"), {"username": username, "password": password}, status=status)


def test_a_token_brought_along_is_never_the_one_that_is_signed_in(browse: Any) -> None:
    """Fixation: somebody plants a session before the victim signs in."""
    browser = browse()
    browser.get("/sign-in")
    with browser.client.session_transaction() as planted:
        planted["token"] = "planted"
        planted["evil"] = "kept?"
    door(browser, "officer")
    with browser.client.session_transaction() as kept:
        assert kept["token"] != "planted" and "evil" not in kept
    hashes = db.session.scalars(select(UserSession.token_hash)).all()
    assert token_hash("planted") not in hashes and all(len(each) == 64 for each in hashes)


def test_a_cookie_with_another_person_s_number_is_nobody_s(browse: Any, person: Any) -> None:
    browser, other = browse("officer"), person("secadmin").id
    with browser.client.session_transaction() as kept:
        kept["_user_id"] = str(other)
    browser.get("/admin/users", status=303)
    browser.get("/account", status=303)


def test_a_forged_cookie_is_nobody_s(browse: Any) -> None:
    browser = browse("officer")
    cookie = browser.client.get_cookie("qingyuan")
    assert cookie is not None
    for value in (cookie.value[:-2] + "xx", "eyJ0b2tlbiI6IngifQ.x.y", "", "0" * 3000):
        browser.client.set_cookie("qingyuan", value)
        browser.get("/account", status=303)


def test_a_new_password_given_by_the_administrator_ends_all_sessions(browse: Any, person: Any) -> None:
    admin, one, other = browse("secadmin"), browse("officer2"), browse("officer2")
    admin.submit(admin.get(f"/admin/users/{person('officer2').id}/reset-password"))
    for browser in (one, other):
        browser.get("/account", status=303)


def test_a_role_taken_away_is_gone_with_the_next_request(browse: Any, person: Any) -> None:
    admin, browser = browse("secadmin"), browse("officer2")
    browser.get("/field")
    admin.submit(admin.get(f"/admin/users/{person('officer2').id}/edit"), {"roles": ["reviewer"]})
    browser.get("/field", status=403)
    browser.get("/enterprises")


@pytest.mark.parametrize("how", ["unknown", "locked", "disabled", "wrong", "system"])
def test_every_reason_not_to_let_one_in_has_the_same_words(browse: Any, person: Any, how: str) -> None:
    from accounts.audit import record

    found: User = person("officer2")
    if how == "locked":
        found.locked_until = clock.now() + timedelta(minutes=5)
    if how == "disabled":
        found.disabled_at = clock.now()
    record(found, "test", "准备", by=found)
    db.session.commit()
    name = {"unknown": "nobody", "system": "system"}.get(how, "officer2")
    page = door(browse(), name, "wrong" if how == "wrong" else PASSWORD, status=422)
    assert page.errors == [REFUSED]


def test_guessing_at_the_own_password_inside_locks_the_account_too(browse: Any, person: Any) -> None:
    browser = browse("officer")
    for _ in range(5):
        typed = {"old": "wrong-guess", "new": "Xin-Mima-77-hao", "again": "Xin-Mima-77-hao"}
        browser.submit(browser.get("/account/password"), typed, status=422)
    db.session.expire_all()
    assert person("officer").locked_until is not None
    door(browse(), "officer", status=422)


def test_a_success_forgets_earlier_failures(browse: Any) -> None:
    for _ in range(3):
        for _ in range(4):
            door(browse(), "officer", "wrong-guess", status=422)
        door(browse(), "officer")


def test_demo_accounts_do_not_open_a_production_house(app: Any, browse: Any, person: Any, monkeypatch: Any) -> None:
    from dataclasses import replace

    from accounts.audit import record

    found: User = person("officer")
    found.is_demo = True
    record(found, "test", "准备", by=found)
    db.session.commit()
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], production=True))
    assert door(browse(), "officer", status=422).errors == [REFUSED]


def test_the_cookie_is_for_the_server_alone(browse: Any) -> None:
    browser = browse()
    page = browser.get("/sign-in")
    answer = browser.submit(page, {"username": "officer", "password": PASSWORD}).response
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("qingyuan="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_idle_time_is_counted_from_the_last_request_not_from_the_first(browse: Any) -> None:
    with clock.at(NOON):
        browser = browse("officer")
    for minutes in (25, 50, 75):
        with clock.at(NOON + timedelta(minutes=minutes)):
            browser.get("/account")
    with clock.at(NOON + timedelta(minutes=106)):
        browser.get("/account", status=303)


def test_whoever_approves_or_administers_needs_a_second_factor_in_a_production_house(
    app: Any, browse: Any, person: Any, monkeypatch: Any
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], production=True))
    for username, url in (("approver", "/desk"), ("secadmin", "/admin/users")):
        browser = browse(username)
        assert browser.get(url, status=303).location.endswith("/account/totp")
        page = browser.get("/account/totp")
        with browser.client.session_transaction() as kept:
            secret = kept["totp_secret"]
        browser.submit(page, {"code": pyotp.TOTP(secret).at(clock.now()), "password": PASSWORD})
        browser.get(url)
    browse("officer").get("/desk")
    assert person("officer").totp_secret == ""
