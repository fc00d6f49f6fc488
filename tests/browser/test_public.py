"""A citizen looks a firm up, reads the list, checks a paper: on a telephone, at a desk, in print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from core import clock
from core.db import db
from registry import documents
from tests import world
from tests.browser.conftest import aside
from tests.browser.eyes import DESK, NARROW, TELEPHONE, barriers, wide
from tests.credit import made as listings
from tests.inspections import made
from tests.permits import made as permits
from tests.registry.papers import issue

pytestmark = pytest.mark.browser
Opened = Callable[..., tuple[Page, list[str]]]


def _published() -> dict[str, Any]:
    """A firm with a permit, a penalty and a listing, and papers in every state."""
    firm = made.firm_of(world.FIRMS[0][0])
    permits.permit(firm)
    listing = listings.notified(firm)
    listing.office.address = "昌吉市示例街 1 号"
    approver = made.person("approver")
    old = issue(firm, approver)
    new = issue(firm, approver, replaces=old)
    gone = issue(firm, approver)
    documents.void(gone, "当事人有误", approver)
    db.session.commit()
    return {
        "valid": new.code,
        "replaced": old.code,
        "voided": gone.code,
        "pdf": documents.pdf(new),
        "listed": clock.today(),
    }


@pytest.mark.parametrize("size", [TELEPHONE, DESK, NARROW], ids=["telephone", "desk", "320"])
def test_a_citizen_finds_a_firm_with_one_field_and_takes_no_cookie(opened: Opened, own_app: Flask, size: Any) -> None:
    aside(own_app, _published)
    page, said = opened(None, size)
    page.goto("/public")
    assert page.evaluate("document.activeElement.name") == "q"
    found = barriers(page)
    page.keyboard.type("晨岭")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == world.FIRMS[0][1]
    assert "≤ 150 mg/m³" in page.inner_text("main")
    paths = ["/public/blacklist", "/public/penalties", "/open-data", "/accessibility"]
    for path in [page.url, *paths]:
        page.goto(path)
        found += barriers(page)
        assert wide(page) == 0, path
        for personal in ("孙志远", "何静", "13900000000"):
            assert personal not in page.content()
    assert page.context.cookies() == []
    assert found == []
    assert said == []


def test_the_code_of_a_paper_tells_how_it_stands(opened: Opened, own_app: Flask, tmp_path: Path) -> None:
    papers = aside(own_app, _published)
    page, said = opened(None, TELEPHONE)
    found = []
    for state, words in (("valid", "文书有效"), ("replaced", "已被替换"), ("voided", "已作废")):
        page.goto(f"/verify/{papers[state]}")
        assert words in page.inner_text("h1")
        found += barriers(page)
        assert wide(page) == 0
    page.goto("/verify/AAAABBBBCCCCDDDD")
    assert page.inner_text("h1") == "查无此文书"
    found += barriers(page)
    whole = {"name": "决定书.pdf", "mimeType": "application/pdf", "buffer": papers["pdf"]}
    changed = {**whole, "buffer": papers["pdf"] + b"\n%changed"}
    for file, words in ((whole, "一致"), (changed, "不一致")):
        page.goto("/verify")
        page.set_input_files("[name=file]", [file])
        with page.expect_navigation():
            page.click("main form:has([name=file]) button")
        assert words in page.inner_text("main")
        found += barriers(page)
    assert found == []
    assert [each for each in said if "404" not in each] == []


def test_the_list_prints_without_navigation_and_repeats_its_head(opened: Opened, own_app: Flask) -> None:
    aside(own_app, _published)
    page, _ = opened(None, DESK)
    page.goto("/public/penalties")
    page.emulate_media(media="print")
    assert page.locator("nav:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('main thead')).display") == "table-header-group"
    assert page.locator("main table").is_visible()
