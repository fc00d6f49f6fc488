"""A firm's signer says who fills in for it, by letter; ends a mandate with the reason; and somebody always signs."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from accounts.audit import record
from accounts.models import AuditEntry, User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from core.workflow import NotAllowed
from registry import actions
from registry.models import Mandate, Notification, Representative
from tests.world import TODAY

ASKED = {"username": "helper", "name": "韩助", "since": TODAY.isoformat()}


def letter() -> tuple[io.BytesIO, str]:
    kept = io.BytesIO()
    Image.new("RGB", (8, 8)).save(kept, "PNG")
    return io.BytesIO(kept.getvalue()), "授权书.png"


def someone(username: str, name: str, role: Role) -> User:
    made = User(username=username, name=name, password_hash="")
    made.grants.append(UserRole(role=role, granted_at=clock.now()))
    db.session.add(made)
    record(made, "tests:user", username, by=db.session.scalars(select(User).where(User.is_system)).one())
    db.session.commit()
    return made


def mandate(who: User, firm: Any) -> Representative:
    wanted = select(Representative).where(Representative.user_id == who.id, Representative.enterprise_id == firm.id)
    return db.session.scalars(wanted).one()


def test_the_signer_adds_a_preparer_by_letter(session: Any, browse: Any, firm: Any) -> None:
    helper, signer = someone("helper", "韩助", Role.PREPARER), browse("signer")
    page = signer.get("/my/people/new")
    assert any("授权书" in each for each in signer.submit(page, ASKED, status=422).errors)
    signer.submit(signer.get(page.url), {**ASKED, "letter": letter()})
    made = mandate(helper, firm)
    assert made.mandate is Mandate.PREPARER and made.letter_id is not None
    assert "韩助" in signer.get("/my/people").text
    assert "打开授权书" in signer.get(f"/my/people/{made.id}").text
    assert browse("helper").get("/my").one("h1").get_text(strip=True) == firm.name
    assert session.scalars(select(Notification).where(Notification.user_id == helper.id)).one().url == "/my/firms"
    assert session.scalars(select(AuditEntry).where(AuditEntry.act == "registry:representative:add")).one()


def test_no_account_is_found_out_by_asking(browse: Any) -> None:
    someone("helper", "韩助", Role.PREPARER)
    signer = browse("signer")
    said = set()
    for wrong in (
        {"username": "nobody"},
        {"name": "别人"},
        {"username": "far_signer", "name": "陈远"},
        {"username": "officer", "name": "王晓岚"},
    ):
        page = signer.submit(signer.get("/my/people/new"), {**ASKED, "letter": letter(), **wrong}, status=422)
        said.add(tuple(page.errors))
    assert len(said) == 1


def test_a_mandate_is_never_dated_back(browse: Any) -> None:
    someone("helper", "韩助", Role.PREPARER)
    signer, early = browse("signer"), {"since": (TODAY - timedelta(days=1)).isoformat()}
    page = signer.submit(signer.get("/my/people/new"), {**ASKED, "letter": letter(), **early}, status=422)
    assert any("早于今天" in each for each in page.errors)


def test_the_signer_ends_a_mandate_with_the_reason(session: Any, browse: Any, firm: Any, person: Any) -> None:
    held, signer, preparer = mandate(person("preparer"), firm), browse("signer"), browse("preparer")
    page = signer.get(f"/my/people/{held.id}/end")
    assert signer.submit(page, {"reason": ""}, status=422).errors
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert preparer.get("/my").one("h1").get_text(strip=True) == firm.name
    signer.submit(signer.get(page.url), {"reason": "已离职", "on": yesterday})
    assert "已离职" in signer.get(f"/my/people/{held.id}").text
    assert "没有企业" in preparer.get("/my").text, "the very next request"
    again = signer.submit(signer.get(page.url), {"reason": "再次", "on": TODAY.isoformat()}, status=422)
    assert any("已在" in each for each in again.errors), "an end is not moved"
    assert session.scalars(select(AuditEntry).where(AuditEntry.act == "registry:representative:end")).one()


def test_the_last_signer_cannot_leave(session: Any, browse: Any, firm: Any, person: Any) -> None:
    signer, own = browse("signer"), mandate(person("signer"), firm)
    where = f"/my/people/{own.id}/end"
    page = signer.submit(signer.get(where), {"reason": "调岗"}, status=422)
    assert any("最后一名签发人" in each for each in page.errors)
    second = someone("second", "韩二", Role.SIGNER)
    actions.add_representative(firm, "second", Mandate.SIGNER, TODAY, None, letter()[0].getvalue(), by=person("permit"))
    session.commit()
    signer.submit(signer.get(where), {"reason": "调岗"})
    with pytest.raises(NotAllowed, match="最后一名"):
        actions.dismiss_representative(mandate(second, firm), TODAY, "也走", by=second)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=2), TODAY + timedelta(days=1)])
def test_a_mandate_ends_today_or_yesterday_and_on_no_other_day(browse: Any, firm: Any, person: Any, day: Any) -> None:
    held, signer = mandate(person("preparer"), firm), browse("signer")
    page = signer.submit(signer.get(f"/my/people/{held.id}/end"), {"reason": "离职", "on": day.isoformat()}, status=422)
    assert any("昨天或者今天" in each for each in page.errors)


def test_a_preparer_reads_the_list_and_changes_nothing(browse: Any, firm: Any, person: Any) -> None:
    preparer, held = browse("preparer"), mandate(person("signer"), firm)
    assert not preparer.get("/my/people").soup.select('a[href="/my/people/new"]')
    assert not preparer.get(f"/my/people/{held.id}").soup.select(f'a[href="/my/people/{held.id}/end"]')
    preparer.get("/my/people/new", status=403)
    preparer.get(f"/my/people/{held.id}/end", status=403)


def test_another_firms_people_do_not_exist(browse: Any, firm: Any, person: Any) -> None:
    far, held = browse("far_signer"), mandate(person("preparer"), firm)
    assert held.user.name not in far.get("/my/people").text
    far.get(f"/my/people/{held.id}", status=404)
    far.get(f"/my/people/{held.id}/end", status=404)
    assert held.user.name not in far.get("/my/people.csv").response.get_data(as_text=True)
    with pytest.raises(NotAllowed):
        actions.dismiss_representative(held, TODAY, "不是我的", by=person("far_signer"))
