"""Who decides a listing, its removal, a penalty or a repair proves once more who acts (SECURITY D4: step-up)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from accounts import actions as accounts
from core import clock
from credit.models import ListingState
from inspections import actions as acts
from inspections.models import DecisionState
from registry.models import Enterprise
from tests.credit import made as credit
from tests.inspections import made as inspections
from tests.world import PASSWORD

Begun = tuple[str, Any, dict[str, str]]


def _penalty(firm: Enterprise) -> Begun:
    found = inspections.decision(firm)
    return f"/cases/{found.id}/confirm", found, {}


def _quashed(firm: Enterprise) -> Begun:
    found = inspections.confirmed(firm)
    acts.propose_quashing(found, clock.today(), "复议撤销（示例）", by=inspections.person("officer"))
    return f"/cases/{found.id}/quash", found, {"granted": "1"}


def _dropped(firm: Enterprise) -> Begun:
    found = credit.proposed(firm)
    return f"/listings/{found.id}/drop", found, {"reason": "不再列入"}


ACTS: dict[str, Callable[[Enterprise], Begun]] = {
    "a penalty confirmed": _penalty,
    "a penalty quashed": _quashed,
    "a listing dropped": _dropped,
}


@pytest.mark.parametrize("begin", ACTS.values(), ids=ACTS.keys())
def test_nothing_is_decided_without_the_password(session: Any, browse: Any, firm: Enterprise, begin: Any) -> None:
    url, subject, data = begin(firm)
    session.commit()
    before, approver = subject.state, browse("approver")
    for wrong in ("", "falsch"):
        page = approver.submit(approver.get(url), {**data, "password": wrong}, status=422)
        assert page.one("#password").get("value", "") == ""
        session.expire_all()
        assert subject.state is before
    approver.submit(approver.get(url), {**data, "password": PASSWORD})
    session.expire_all()
    assert subject.state is not before


def test_a_listing_is_decided_with_the_password(session: Any, browse: Any, firm: Enterprise) -> None:
    listing = credit.notified(firm)
    session.commit()
    with clock.at(listing.objection_until + timedelta(days=1)):
        approver = browse("approver")
        url = f"/listings/{listing.id}/list"
        approver.submit(approver.get(url), {"password": "falsch"}, status=422)
        session.expire_all()
        assert listing.state is ListingState.NOTIFIED
        approver.submit(approver.get(url))
        session.expire_all()
        assert listing.state is ListingState.LISTED


def test_wrong_passwords_are_counted_as_failed_sign_ins(session: Any, browse: Any, firm: Enterprise) -> None:
    url, _subject, data = _penalty(firm)
    session.commit()
    approver = browse("approver")
    for _time in range(5):
        approver.submit(approver.get(url), {**data, "password": "falsch"}, status=422)
    page = approver.submit(approver.get(url), {**data, "password": PASSWORD}, status=422)
    assert "锁定 15 分钟" in " ".join(page.errors)


def test_who_has_an_authenticator_types_its_code_too_and_each_code_serves_once(
    session: Any, browse: Any, firm: Enterprise, person: Any
) -> None:
    secret, who = pyotp.random_base32(), person("approver")
    code = pyotp.TOTP(secret).at(int(clock.now().timestamp()))
    accounts.enrol_totp(who, secret, code, PASSWORD, by=who, now=clock.now())
    url, subject, data = _penalty(firm)
    session.commit()
    approver = browse("approver")
    for wrong in ("", "000000", code):
        page = approver.submit(approver.get(url), {**data, "one_time_code": wrong}, status=422)
        assert "动态口令不对" in " ".join(page.errors), wrong
        who.failed_count = 0
    later = clock.now() + timedelta(seconds=60)
    with clock.at(later):
        fresh = pyotp.TOTP(secret).at(int(later.timestamp()))
        approver.submit(approver.get(url), {**data, "one_time_code": fresh})
    session.expire_all()
    assert subject.state is DecisionState.CONFIRMED


def test_whoever_has_no_authenticator_is_not_asked_for_a_code(session: Any, browse: Any, firm: Enterprise) -> None:
    url, _subject, _data = _penalty(firm)
    session.commit()
    page = browse("approver").get(url)
    assert page.soup.select("#password") and not page.soup.select("#one_time_code")
