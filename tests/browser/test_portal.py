"""A firm on its telephone: a quarter's report from the duty to the receipt, an order answered, a listing objected to."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from core.db import db
from registry.models import Enterprise, Mandate, Representative
from tests import world
from tests.browser.conftest import aside
from tests.browser.eyes import DESK, NARROW, TELEPHONE, barriers, small, wide
from tests.credit import made as listings
from tests.inspections import made
from tests.permits import made as permits

pytestmark = pytest.mark.browser
Opened = Callable[..., tuple[Page, list[str]]]
PLACES = [{"size": TELEPHONE, "is_mobile": True, "has_touch": True}, {"size": DESK}]
"""Where a firm works: on a telephone, at a desk."""


class Reader:
    """Goes from page to page and keeps what is wrong with them."""

    def __init__(self, page: Page) -> None:
        """Begin where the page stands."""
        self.page, self.found = page, []  # type: ignore[var-annotated]

    def open(self, path: str) -> None:
        """Open an address and look at it."""
        self.page.goto(path)
        self.look()

    def go(self, where: str) -> None:
        """Press what opens a page and look at it."""
        with self.page.expect_navigation():
            self.page.locator(where).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """Barriers and sideways scroll."""
        self.found += barriers(self.page)
        self.found += [(self.page.url, "sideways")] if wide(self.page) else []


def _firm() -> Enterprise:
    return db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()


def _held() -> int:
    return permits.permit(_firm()).id


def words_of(page: Page, selector: str) -> str:
    """The words of the PDF that a link leads to."""
    href = page.locator(selector).first.get_attribute("href")
    pages = pypdf.PdfReader(io.BytesIO(page.request.get(href or "").body())).pages
    return "".join("".join(each.extract_text().split()) for each in pages)


def fill(page: Page, figures: dict[str, tuple[str, ...]]) -> None:
    """Type mean, minimum, maximum, samples, exceedances and quantity of each pollutant of the outlet shown."""
    for name, values in figures.items():
        labels = ("平均值", "最小值", "最大值", "监测次数", "超标次数", "实际排放量")
        for label, value in zip(labels, values, strict=False):
            if value:
                page.get_by_label(f"{name} {label}").first.fill(value)


@pytest.mark.parametrize("where", PLACES, ids=["telephone", "desk"])
def test_a_report_goes_from_the_duty_to_the_receipt(opened: Opened, own_app: Flask, where: dict[str, Any]) -> None:
    permit = aside(own_app, _held)
    page, said = opened("preparer", **where)
    reader = Reader(page)
    reader.open("/my")
    reader.open("/my/reports")
    reader.open(f"/my/permits/{permit}/reports/2026-q3")
    reader.go("main form button")
    report = page.url
    reader.go("a:has-text('DA001')")
    fill(page, {"氮氧化物": ("120", "90", "140", "90", "0"), "二氧化硫": ("20", "12", "28", "90", "0", "20")})
    reader.go("button[name=next]")
    assert "DW001" in page.inner_text("h1")
    fill(page, {"化学需氧量": ("30", "35", "41", "3", "0", "3"), "pH": ("7.2", "6.8", "7.9", "3", "0")})
    reader.go("main form .btn-plain")
    reader.open(report)
    assert "要补" in page.inner_text("main"), "a minimum above the mean blocks"
    reader.go("a:has-text('DW001')")
    assert "最小值" in page.inner_text(".field-wrong")
    page.get_by_label("化学需氧量 最小值").fill("20")
    reader.go("main form .btn-plain")
    reader.open(report)
    if page.locator("a:has-text('需要说明的数据')").count():
        reader.go("a:has-text('需要说明的数据')")
        for reason in page.locator("main textarea").all():
            reason.fill("已核实，属实。")
        reader.go("main form .btn-primary")
        reader.open(report)
    reader.go("a:has-text('核对并送签发人')")
    reader.go("main form button")
    assert "等待签发" in page.inner_text("main")
    assert page.locator("a:has-text('审阅并签发')").count() == 0, "who prepares never signs"
    page.goto(f"{report}/sign")
    assert "没有" in page.inner_text("main")

    signer, also_said = opened("signer", **where)
    hand = Reader(signer)
    hand.open("/my")
    hand.open(report)
    hand.go("a:has-text('审阅并签发')")
    signer.check("[name=declared]")
    signer.fill("[name=password]", "not-the-password")
    hand.go("main form .btn-grave")
    assert "密码" in signer.inner_text(".errors")
    signer.check("[name=declared]")
    signer.fill("[name=password]", world.PASSWORD)
    hand.go("main form .btn-grave")
    receipt = words_of(signer, "a[href$='.pdf']")
    for words in ("排污许可证执行报告提交回执", "签发人孙志远（signer）", "DA001", "化学需氧量", "逾期39日"):
        assert words in receipt
    assert reader.found + hand.found == []
    assert [each for each in said + also_said if "403" not in each and "422" not in each] == []


def _matters() -> dict[str, str]:
    firm = _firm()
    order = made.served(made.final(firm))
    listing = listings.notified(firm)
    return {"order": f"/my/orders/{order.id}", "listing": f"/my/listings/{listing.id}"}


@pytest.mark.parametrize("size", [TELEPHONE, DESK], ids=["telephone", "desk"])
def test_an_order_is_answered_with_photos_and_a_listing_objected_to(opened: Opened, own_app: Flask, size: Any) -> None:
    where = aside(own_app, _matters)
    page, said = opened("signer", size)
    reader = Reader(page)
    for path in ("/my", "/my/orders", "/my/documents", "/my/obligations", "/my/credit", "/notifications"):
        reader.open(path)
    reader.open(where["order"])
    reader.go("main a:has-text('报送')")
    page.fill("[name=text]", "已补齐 9 月以来的台账")
    page.fill("[name=done_on]", "2026-11-23")
    photo = {"name": "台账.jpg", "mimeType": "image/jpeg", "buffer": made.photo()}
    page.set_input_files("#files", [photo])
    reader.go("main form .btn-primary")
    assert "已补齐 9 月以来的台账" in page.inner_text("main")
    assert page.locator("main img").count() == 1
    reader.open(where["listing"])
    reader.go("main a:has-text('陈述')")
    page.fill("[name=text]", "雨水管网内为清下水，检测报告附后。")
    reader.go("main form .btn-primary")
    assert "雨水管网内为清下水" in page.inner_text("main")
    assert reader.found == []
    assert said == []


PAGES = (
    "",
    "/reports",
    "/monitoring",
    "/permits",
    "/applications",
    "/applications/new",
    "/orders",
    "/credit",
    "/documents",
    "/people",
    "/archive",
    "/obligations",
)


def test_what_a_firm_presses_on_its_telephone_is_large_enough(opened: Opened, own_app: Flask) -> None:
    where = aside(own_app, _matters)
    page, said = opened("preparer", NARROW, is_mobile=True, has_touch=True)
    found = []
    for path in (*(f"/my{each}" for each in PAGES), where["order"], where["listing"], "/notifications", "/account"):
        page.goto(path)
        found += [(path, *each) for each in small(page, 44)]
        found += [(path, "sideways")] if wide(page) else []
    assert found == []
    assert said == []


def _second_firm() -> dict[str, str]:
    far = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[1][0])).one()
    agent = db.session.scalars(select(User).where(User.username == "preparer")).one()
    mandate = Representative(
        enterprise_id=far.id, user_id=agent.id, mandate=Mandate.PREPARER, since=world.TODAY.replace(year=2025)
    )
    db.session.add(mandate)
    record(mandate, "tests:mandate", "授权", by=agent)
    held = permits.permit(far)
    db.session.commit()
    return {"near": _firm().name, "far": far.name, "permit": f"/my/permits/{held.id}"}


def test_an_agent_changes_the_firm_on_a_telephone(opened: Opened, own_app: Flask) -> None:
    known = aside(own_app, _second_firm)
    page, said = opened("preparer", TELEPHONE, is_mobile=True, has_touch=True)
    reader = Reader(page)
    reader.open("/my")
    first = page.inner_text("h1")
    other = known["far"] if first == known["near"] else known["near"]
    reader.go(".firm a")
    reader.go(f"li:has-text('{other}') button")
    assert page.inner_text("h1") == other
    reader.open("/my/reports")
    assert page.inner_text(".firm b") == other
    reader.open(known["permit"])
    reader.open("/my")
    assert page.inner_text("h1") == other, "what was opened by its address switched nothing"
    assert reader.found == []
    assert said == []
