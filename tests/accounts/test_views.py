"""The door and one's own account, as people use them."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from accounts.models import User, UserSession
from core import clock
from core.db import db
from tests.browse import Browser
from tests.world import PASSWORD

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def sign_in(browser: Browser, username: str, password: str = PASSWORD, status: int = 303, code: str = ""):
    page = browser.get("/sign-in")
    return browser.submit(page, {"username": username, "password": password, "one_time_code": code}, status=status)


def test_the_right_password_opens_the_door_to_the_desk(browse) -> None:
    browser = browse()
    assert browser.get(sign_in(browser, "officer").location, status=303).location == "/desk"
    assert "王晓岚" in browser.get("/account").text


@pytest.mark.parametrize("username", ["officer", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_words(browse, username) -> None:
    page = sign_in(browse(), username, "wrong-password", status=422)
    assert page.errors == [page.errors[0]] and "登录名或密码不对" in page.errors[0]


def test_five_failures_lock_the_account_even_for_the_right_password(browse, person) -> None:
    for _ in range(5):
        sign_in(browse(), "officer", "wrong-password", status=422)
    sign_in(browse(), "officer", status=422)
    db.session.expire_all()
    assert person("officer").locked_until is not None
    with clock.at(clock.now() + timedelta(minutes=16)):
        sign_in(browse(), "officer")


def test_the_lock_of_one_person_does_not_touch_another(browse) -> None:
    for _ in range(5):
        sign_in(browse(), "officer", "wrong-password", status=422)
    sign_in(browse(), "officer2")


def test_after_thirty_idle_minutes_one_signs_in_again(browse) -> None:
    with clock.at(NOON):
        browser = browse("officer")
        browser.get("/account")
    with clock.at(NOON + timedelta(minutes=29)):
        browser.get("/account")
    with clock.at(NOON + timedelta(minutes=60)):
        assert "/sign-in" in browser.get("/account", status=303).location


def test_after_twelve_hours_one_signs_in_again_however_busy(browse) -> None:
    with clock.at(NOON):
        browser = browse("officer")
    for minutes in range(20, 721, 20):
        with clock.at(NOON + timedelta(minutes=minutes)):
            browser.get("/account", status=None)
    with clock.at(NOON + timedelta(hours=12, minutes=10)):
        assert browser.get("/account", status=303).location.startswith("/sign-in")


def test_signing_out_ends_the_session_at_the_server(browse) -> None:
    browser = browse("officer")
    page = browser.get("/account")
    cookie = browser.client.get_cookie("qingyuan")
    browser.submit(page, form="/sign-out")
    assert cookie is not None
    browser.client.set_cookie("qingyuan", cookie.value)
    browser.get("/account", status=303)


def test_a_person_can_end_a_browser_left_open_elsewhere(browse) -> None:
    other, here = browse("officer"), browse("officer")
    page = here.get("/account")
    here.submit(page, form="/end")
    other.get("/account", status=303)
    here.get("/account")


def test_a_new_password_ends_all_other_sessions(browse) -> None:
    other, here = browse("officer"), browse("officer")
    page = here.get("/account/password")
    here.submit(page, {"old": PASSWORD, "new": "Xin-Mima-77-hao", "again": "Xin-Mima-77-hao"})
    other.get("/account", status=303)
    sign_in(browse(), "officer", "Xin-Mima-77-hao")


@pytest.mark.parametrize(
    ("new", "says"), [("short1A", "至少 10 位"), ("alllowercase", "三类"), ("Officer-12345", "登录名")]
)
def test_a_weak_password_is_refused_at_its_field(browse, new, says) -> None:
    browser = browse("officer")
    page = browser.submit(browser.get("/account/password"), {"old": PASSWORD, "new": new, "again": new}, status=422)
    assert any(says in words for words in page.errors)


def test_a_second_factor_is_asked_for_and_cannot_be_replayed(browse, person, session) -> None:
    secret = pyotp.random_base32()
    person("approver").totp_secret = secret
    from accounts.audit import record

    record(person("approver"), "test", "x", by=person("approver"))
    session.commit()
    code = pyotp.TOTP(secret).at(clock.now())
    sign_in(browse(), "approver", status=422)
    sign_in(browse(), "approver", code=code)
    sign_in(browse(), "approver", code=code, status=422)


def test_enrolling_a_second_factor_asks_for_proof_that_it_works(browse, person) -> None:
    browser = browse("approver")
    page = browser.get("/account/totp")
    browser.submit(page, {"code": "000000", "password": PASSWORD}, status=422)
    with browser.client.session_transaction() as kept:
        secret = kept["totp_secret"]
    browser.submit(browser.get("/account/totp"), {"code": pyotp.TOTP(secret).at(clock.now()), "password": PASSWORD})
    db.session.expire_all()
    assert person("approver").totp_secret == secret


def test_only_the_security_administrator_administers_users(browse) -> None:
    browse("secadmin").get("/admin/users")
    for username in ("officer", "approver", "sysadmin", "auditor", "signer"):
        browse(username).get("/admin/users", status=403)


def new_user(browser: Browser, status: int = 303, **data):
    values = {"username": "newone", "name": "新人", "roles": ["officer"], "office_id": "3", **data}
    return browser.submit(browser.get("/admin/users/new"), values, status=status)


def test_a_new_user_gets_a_password_once_and_must_change_it(browse) -> None:
    admin = browse("secadmin")
    page = admin.follow(new_user(admin))
    password = page.one(".notice b.code").get_text()
    assert not admin.get(page.url).soup.select(".notice b.code")
    browser = browse()
    sign_in(browser, "newone", password)
    assert browser.get("/account", status=303).location.endswith("/account/password")


@pytest.mark.parametrize("roles", [["system_admin", "auditor"], ["security_admin", "officer"], ["preparer", "signer"]])
def test_roles_that_must_not_meet_are_refused(browse, roles) -> None:
    assert new_user(browse("secadmin"), status=422, roles=roles).errors


def test_a_disabled_person_is_out_with_the_next_request(browse, person) -> None:
    admin, browser = browse("secadmin"), browse("officer2")
    browser.get("/account")
    admin.submit(admin.get(f"/admin/users/{person('officer2').id}/disable"))
    browser.get("/account", status=303)


def test_two_administrators_who_edit_one_person_do_not_overrule_each_other(browse, person) -> None:
    first, second = browse("secadmin"), browse("secadmin")
    url = f"/admin/users/{person('officer2').id}/edit"
    page_one, page_two = first.get(url), second.get(url)
    first.submit(page_one, {"telephone": "0994-1111111"})
    answer = second.submit(page_two, {"telephone": "0994-2222222"}, status=409)
    assert "保存了另一版" in answer.text


def test_the_same_form_twice_makes_one_user(browse) -> None:
    admin = browse("secadmin")
    page = admin.get("/admin/users/new")
    values = {"username": "twice", "name": "两次", "roles": ["officer"], "office_id": "3"}
    first, second = admin.submit(page, values), admin.submit(page, values)
    assert first.location == second.location
    assert len(db.session.scalars(select(User).where(User.username == "twice")).all()) == 1


def test_a_form_without_its_token_is_refused(browse, app) -> None:
    browser = browse("officer")
    app.config["WTF_CSRF_ENABLED"] = True
    response = browser.client.post("/account/password", data={"old": "x"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\t/evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example", "\n/x"],
)
def test_signing_in_never_leads_out_of_the_house(browse, target) -> None:
    browser = browse()
    page = browser.get("/sign-in", query_string={"next": target})
    location = browser.submit(page, {"username": "officer", "password": PASSWORD}).location
    assert "evil" not in location


def test_a_session_is_new_after_signing_in(browse) -> None:
    browser = browse()
    browser.get("/sign-in")
    before = browser.client.get_cookie("qingyuan")
    sign_in(browser, "officer")
    after = browser.client.get_cookie("qingyuan")
    assert before and after and before.value != after.value
    assert db.session.scalars(select(UserSession)).all()


def test_large_text_and_language_stay_with_the_person(browse) -> None:
    browser = browse("officer")
    browser.post("/display", {"large_text": "1", "back": "/account"})
    assert "large-text" in str(browser.get("/account").soup.html.get("class", ""))
    browser.post("/display", {"locale": "en", "back": "/account"})
    assert browser.get("/account").soup.html["lang"] == "en"
