"""A form with fields that it does not have: what nobody offered is not taken, whatever its name."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from accounts.models import User
from core.db import db
from registry.models import Enterprise
from tests.browse import Browser
from tests.stories.test_twice import MAKINGS
from tests.world import PASSWORD

MORE = {
    "id": "999999", "enterprise_id": "2", "site_id": "2", "state": "accepted", "status": "closed", "is_system": "1",
    "approved_by_id": "1", "decided_by_id": "1", "confirmed_by_id": "1", "recorded_by_id": "1", "proposed_by_id": "1",
    "signed_by_id": "1", "sent_by_id": "1", "lead_officer_id": "1", "recorded_at": "2001-01-01", "sent_at": "2001-01-01",
    "registered_at": "2001-01-01", "sha256": "0" * 64, "serial": "77", "grade": "green", "points": "99", "role": "auditor",
    "is_demo": "1", "merged_into_id": "2", "credit_points": "99", "document_id": "1", "submitted_at": "2001-01-01",
}  # fmt: skip
"""Columns of ours that only acts write; those that a form does offer are left to it."""


@pytest.mark.parametrize("name", sorted(set(MAKINGS) - {"record", "approval", "notice", "report", "paper"}))
def test_what_a_form_does_not_offer_is_not_taken(app: Flask, firm: Enterprise, name: str) -> None:
    making = MAKINGS[name]
    username, url, typed = making.prepare(firm)
    db.session.commit()
    before = {model: set(db.session.scalars(select(model.id))) for model in making.makes}  # type: ignore[attr-defined]
    browser = Browser(app, username)
    page = browser.get(url)
    offered = {str(each["name"]) for each in page.soup.select("[name]")}
    added = {key: value for key, value in MORE.items() if key not in offered}
    assert len(added) > 12
    browser.submit(page, {**typed, **added})
    db.session.expire_all()
    for model in making.makes:
        new = set(db.session.scalars(select(model.id))) - before[model]  # type: ignore[attr-defined]
        assert len(new) == 1 and 999999 not in new
        row = db.session.get(model, new.pop())
        told = {column.key for column in inspect(model).columns}
        taken = [key for key, value in added.items() if key in told and _plain(getattr(row, key)) == value]
        assert not taken, (model.__tablename__, taken)


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value)) if not hasattr(value, "date") else value.date().isoformat()


def test_an_edit_takes_only_what_its_page_offers(app: Flask, browse: Any, firm: Enterprise) -> None:
    officer = browse("officer")
    number, code = firm.id, firm.credit_code
    page = officer.get(f"/enterprises/{firm.id}/edit")
    officer.submit(
        page, {"remark": "改", "id": "7", "status": "closed", "merged_into_id": "2", "is_demo": "1", "permit_no": "X"}
    )
    db.session.expire_all()
    found = db.session.get(Enterprise, number)
    assert found is not None
    assert (found.credit_code, found.remark, found.status.value, found.merged_into_id, found.permit_no) == (
        code, "改", "operating", None, "",
    )  # fmt: skip


@pytest.mark.parametrize("url", ["/account/password", "/display"])
def test_nobody_gives_himself_a_role_by_a_form_of_the_own_account(browse: Any, person: Any, url: str) -> None:
    browser = browse("officer")
    typed = {"old": PASSWORD, "new": "Xin-Mima-77-hao", "again": "Xin-Mima-77-hao", "large_text": "1"}
    browser.post(
        url, {**typed, "roles": "approver", "role": "approver", "office_id": "1", "is_system": "1", "username": "root"}
    )
    db.session.expire_all()
    me: User = person("officer")
    assert [each.role.value for each in me.grants] == ["officer"]
    assert me.office is not None and me.office.code == "CJ-652302" and not me.is_system


def test_a_choice_that_was_not_offered_is_refused(browse: Any, firm: Enterprise) -> None:
    """Another county's office, another firm's finding, a law that does not apply: a value is not taken for being posted."""
    officer = browse("officer")
    page = officer.get(f"/enterprises/{firm.id}/edit")
    refused = officer.submit(page, {"office_id": "1"}, status=422)
    assert refused.errors
    page = officer.get(f"/sites/{firm.sites[0].id}/inspections/new")
    refused = officer.submit(page, {"second_officer_id": "1", "kind": "special"}, status=422)
    assert refused.errors
