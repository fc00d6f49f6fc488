"""Two people open the same record; the second who saves is told, sees both versions, and overrules nobody silently."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask

from core.db import db
from inspections import actions
from registry.models import Enterprise
from tests.browse import Browser, Page
from tests.inspections.made import final, order
from tests.stories.addresses import addresses
from tests.stories.thread import Thread, person, spin

EDITING = {
    "accounts.edit_user": "secadmin",
    "inspections.change_order": "officer",
    "inspections.save_record": "officer",
    "permits.application_commitment": "permit",
    "permits.application_facilities": "permit",
    "permits.application_limits": "permit",
    "permits.application_monitoring": "permit",
    "permits.application_outlets": "permit",
    "permits.application_unit": "permit",
    "permits.change_conditions": "permit",
    "permits.change_limits": "permit",
    "permits.change_monitoring": "permit",
    "permits.change_my_registration": "preparer",
    "permits.change_outlets": "permit",
    "permits.change_registration": "permit",
    "permits.change_reports": "permit",
    "permits.change_version": "permit",
    "permits.my_application_commitment": "preparer",
    "permits.my_application_facilities": "preparer",
    "permits.my_application_limits": "preparer",
    "permits.my_application_monitoring": "preparer",
    "permits.my_application_outlets": "preparer",
    "permits.my_application_unit": "preparer",
    "permits.note_watch": "officer",
    "permits.report_figures": "preparer",
    "permits.report_hints": "preparer",
    "permits.report_operation": "preparer",
    "registry.edit_enterprise": "officer",
    "registry.edit_site": "officer",
}
"""Every page that changes a record by hand, and somebody who may; test_strangers finds a page that is missing here."""

ELSEWHERE = {
    "permits.upload_report",  # a file has no field to compare: tests/permits/portal/test_filling.py
    "inspections.draft_order", "permits.draft_permit", "permits.draft_version", "registry.add_site",
}  # fmt: skip
"""Pages that share the form but make something new: no version to clash with."""


def _field(page: Page) -> Tag | None:
    """A field whose text can be changed without breaking anything."""
    form = _form(page)
    likely = ("remark", "narrative", "content", "address", "person_met", "telephone")
    fields = {
        str(each.get("name")): each
        for each in form.select("textarea[name], input[type=text][name], input[name]:not([type])")
    }
    for name in likely:
        if name in fields:
            return fields[name]
    return next((each for name, each in fields.items() if name.endswith(("reason", "name", "text", "method"))), None)


def _form(page: Page) -> Tag:
    return next(each for each in page.soup.select("main form, body form") if each.select_one("input[name=version]"))


def _value(field: Tag, more: str) -> str:
    return (field.get_text().strip() if field.name == "textarea" else str(field.get("value") or "")) + more


def editing(app: Flask, thread: Thread) -> Iterator[tuple[str, str, str]]:
    """Each editing page with its person and the address of a row that can be edited."""
    ids = {**thread.ids, "user_id": [person("officer2").id]}
    whole = Thread(thread.firm_id, thread.name, thread.credit_code, ids)
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    for endpoint, username in EDITING.items():
        browser = Browser(app, username)
        yield (
            endpoint,
            username,
            next(
                address
                for address in reversed(list(addresses(rules[endpoint], whole)))
                if b'name="version"' in browser.answer(address).get_data()
            ),
        )


@pytest.fixture
def thread(app: Flask, firm: Enterprise) -> Thread:
    """The whole thread, to be written on."""
    return spin(firm)


def test_the_second_who_saves_any_record_is_told(app: Flask, thread: Thread) -> None:
    wrong: list[Any] = []
    for endpoint, username, address in editing(app, thread):
        one, other = Browser(app, username), Browser(app, username)
        mine, theirs = one.get(address), other.get(address)
        field = _field(mine)
        name = str(field["name"]) if field is not None else ""
        first, second = (
            _value(field, "甲") if field is not None else "",
            _value(field, "乙") if field is not None else "",
        )
        known = {name: first} if name else {}
        saved = _sent(one, mine, known | {"draft": "1"})
        if saved.status != 303:
            wrong.append((endpoint, "first", saved.status, saved.errors))
            continue
        late = _sent(other, theirs, ({name: second} if name else {}) | {"draft": "1"})
        if late.status != 409:
            wrong.append((endpoint, "second", late.status, late.errors))
        elif name and "-" not in name and not (first in late.text and second in late.text):
            wrong.append((endpoint, name, "one of the two versions is not shown"))
        bare = Browser(app, username)
        unversioned = _sent(bare, bare.get(address), ({name: second} if name else {}) | {"version": "", "draft": "1"})
        if unversioned.status not in (409, 422):
            wrong.append((endpoint, "no version", unversioned.status))
    assert not wrong


def _sent(browser: Browser, page: Page, values: dict[str, Any]) -> Page:
    form = _form(page)
    return browser.submit(page, values, form=str(form.get("action") or form.get("id") or ""), status=None)


def test_after_a_clash_one_may_save_the_own_version_knowingly(app: Flask, browse: Any, firm: Enterprise) -> None:
    url = f"/enterprises/{firm.id}/edit"
    one, other = browse("officer"), browse("officer2")
    mine, theirs = one.get(url), other.get(url)
    one.submit(mine, {"remark": "甲写的"})
    clash = other.submit(theirs, {"remark": "乙写的"}, status=409)
    assert "甲写的" in clash.text and "乙写的" in clash.text
    other.submit(clash)
    db.session.expire_all()
    assert firm.remark == "乙写的"


def test_two_approvers_cannot_both_decide(app: Flask, browse: Any, firm: Enterprise) -> None:
    """A decision taken twice is taken once: the second is told in which state the matter stands."""

    made = order(final(firm))
    actions.send_order(made, by=person("officer"))
    db.session.commit()
    url = f"/orders/{made.id}/approve"
    one, other = browse("approver"), browse("county_approver")
    mine, theirs = one.get(url), other.get(url)
    one.submit(mine)
    refused = other.submit(theirs, status=422)
    assert any("不能批准" in each for each in refused.errors)
