"""A person's calendar: what they owe or oversee, at an address that can be revoked."""

from datetime import date
from typing import Any

from registry import feed, obligations
from registry.models import ObligationKind
from registry.obligations import Wanted
from tests.world import TODAY


def owe(firm: Any, officer: Any, key: str, due_on: date, url: str = "") -> None:
    wanted = [Wanted(key, ObligationKind.REPORT, f"报告 {key}", "许可证", due_on, url=url)]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=officer)


def test_only_the_hash_of_the_address_is_kept(session: Any, person: Any) -> None:
    officer = person("officer")
    token = feed.new_calendar_token(officer, officer)
    session.commit()
    assert token not in officer.calendar_token
    assert feed.owner_of(token) is officer


def test_a_new_or_revoked_address_ends_the_old_one(session: Any, person: Any) -> None:
    officer = person("officer")
    first = feed.new_calendar_token(officer, officer)
    second = feed.new_calendar_token(officer, officer)
    assert feed.owner_of(first) is None
    feed.revoke_calendar_token(officer, officer)
    session.commit()
    assert feed.owner_of(second) is None
    assert feed.owner_of("") is None


def test_a_disabled_person_has_no_calendar(session: Any, person: Any) -> None:
    officer = person("officer")
    token = feed.new_calendar_token(officer, officer)
    officer.disabled_at = officer.grants[0].granted_at
    assert feed.owner_of(token) is None
    session.rollback()


def test_a_calendar_holds_ones_own_deadlines_and_nobody_elses(
    session: Any, firm: Any, far_firm: Any, person: Any
) -> None:
    owe(firm, person("officer"), "near", date(2026, 12, 1), url="/my/reports/9")
    owe(far_firm, person("far_officer"), "far", date(2026, 12, 2))
    session.commit()
    near, far = feed.calendar_of(person("preparer")).decode(), feed.calendar_of(person("far_officer")).decode()
    assert "报告 near" in near and "报告 far" not in near and "/my/reports/9" in near
    assert "报告 far" in far and "报告 near" not in far
    assert "BEGIN:VEVENT" not in feed.calendar_of(person("sysadmin")).decode()


def test_what_is_done_leaves_the_calendar(session: Any, firm: Any, person: Any) -> None:
    owe(firm, person("officer"), "near", date(2026, 12, 1))
    obligations.fulfil(obligations.of(firm)[0], TODAY, person("signer"))
    session.commit()
    assert "VEVENT" not in feed.calendar_of(person("preparer")).decode()
