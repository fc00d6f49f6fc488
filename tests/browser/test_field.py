"""An officer in a plant yard records an inspection on the telephone, from the first tap to the record as PDF."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from flask import Flask
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from core.db import db
from registry.models import Enterprise
from tests import world
from tests.browser.conftest import aside
from tests.browser.eyes import NARROW, TELEPHONE, barriers, pale, small, wide
from tests.inspections import made

pytestmark = pytest.mark.browser

TOUCH = {"is_mobile": True, "has_touch": True}
Opened = Callable[..., tuple[Page, list[str]]]
GO = ".dock .btn-primary"


def shot(number: int) -> Any:
    """A photo as the telephone's camera hands it over."""
    return {
        "name": f"IMG_{number}.jpg",
        "mimeType": "image/jpeg",
        "buffer": made.photo(taken=f"2026:11:23 08:{number:02d}:00", colour=f"#{number:02d}4060"),
    }


class Thumb:
    """Counts its taps, and looks at every page that a tap opens."""

    def __init__(self, page: Page) -> None:
        """Begin with the page as it stands."""
        self.page, self.taps, self.found = page, 0, []  # type: ignore[var-annotated]

    def tap(self, where: str | Locator) -> None:
        """Tap something that stays on the page."""
        self.taps += 1
        (self.page.locator(where) if isinstance(where, str) else where).first.tap()

    def go(self, where: str) -> None:
        """Tap something that opens a page, and look at it."""
        with self.page.expect_navigation():
            self.tap(where)
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """Barriers, pale words, small targets, sideways scroll."""
        self.found += barriers(self.page) + pale(self.page)
        self.found += [(self.page.url, each) for each in small(self.page)]
        self.found += [(self.page.url, "sideways")] if wide(self.page) else []

    def photograph(self, *numbers: int) -> None:
        """Take photos one after the other: one tap each on the camera."""
        for number in numbers:
            self.taps += 1
            self.page.set_input_files("#photos-camera", [shot(number)])

    def sign(self) -> None:
        """Draw on the pad."""
        self.taps += 1
        self.page.locator("#signature").evaluate("(pad) => pad.scrollIntoView({block: 'center'})")
        box = self.page.locator("#signature").bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + 30, box["y"] + 40)
        self.page.mouse.down()
        for x, y in ((90, 70), (150, 20), (200, 80)):
            self.page.mouse.move(box["x"] + x, box["y"] + y)
        self.page.mouse.up()


def begin(page: Page, thumb: Thumb) -> None:
    """From the field page to the checklist of a firm."""
    page.goto("/field")
    thumb.look()
    page.fill("#q", "晨岭")
    thumb.go(".lookup button")
    thumb.go("main .acts a.btn-primary")
    page.select_option("[name=second_officer_id]", label="马建军　示例-23010001")
    page.fill("[name=started_at]", "2026-11-23T08:00")
    thumb.go(GO)


def write(page: Page) -> None:
    """Fill in what the record needs in words; two boxes to tick."""
    page.fill("[name=person_met]", "何静")
    page.fill("[name=person_met_role]", "环保科长")
    page.fill("[name=production]", "1 号焦炉正常生产，2 号焦炉停炉检修")
    page.fill("[name=narrative]", "查看烟囱和台账室")


def record_of(page: Page) -> str:
    """The words of the record that the page leads to."""
    href = page.locator("a[href$='.pdf']").first.get_attribute("href")
    pages = pypdf.PdfReader(io.BytesIO(page.request.get(href or "").body())).pages
    return "".join("".join(each.extract_text().split()) for each in pages)


@pytest.mark.parametrize("size", [TELEPHONE, NARROW], ids=["390", "320"])
def test_two_findings_with_photos_and_a_signature_take_fourteen_taps(opened: Opened, size: Any) -> None:
    page, said = opened("officer", size, **TOUCH)
    thumb = Thumb(page)
    begin(page, thumb)
    thumb.taps = 0
    asked = page.locator(".asked")
    thumb.tap(asked.nth(2).get_by_text("不符合"))
    thumb.tap(asked.nth(5).get_by_text("不符合"))
    thumb.go(GO)
    for number, facts in ((1, "烟囱氮氧化物 168 mg/m³"), (2, "台账缺 11 月记录")):
        thumb.photograph(number)
        page.fill("[name=facts]", facts)
        thumb.tap(page.locator("label", has_text="一般"))
        thumb.go(GO)
    write(page)
    thumb.tap("label[for=certificates_shown]")
    thumb.tap("label[for=rights_told]")
    thumb.go(GO)
    thumb.sign()
    thumb.go(GO)
    assert thumb.taps <= 14
    assert page.locator("h1").inner_text() == "定稿这次检查？", page.inner_text("main")
    with page.expect_navigation():
        page.locator(GO).tap()
    text = record_of(page)
    for words in (
        "王晓岚（示例-23010000）；马建军（示例-23010001）",
        "问题1（一般）：烟囱氮氧化物168mg/m³",
        "应当：不得超过许可排放浓度（排污许可管理条例第三十四条",
        "问题2（一般）：台账缺11月记录",
        "摄于2026年11月23日8时02分，东经87.98000°、北纬44.16000°",
        "签名人：何静",
    ):
        assert words in text
    assert thumb.found == []
    assert said == []


@pytest.fixture
def draft(own_app: Flask) -> int:
    """A record begun by the officer, on the database of the browser."""
    return aside(own_app, _begun)


def _begun() -> int:
    firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
    begun = made.begun(firm)
    db.session.commit()
    return begun.id


def test_without_scripts_a_record_is_signed_on_paper(opened: Opened, draft: int) -> None:
    page, said = opened("officer", TELEPHONE, java_script_enabled=False, **TOUCH)
    page.goto(f"/inspections/{draft}/checklist")
    page.click("button[name=rest]")
    page.wait_for_url("**/record")
    write(page)
    page.check("[name=certificates_shown]")
    page.check("[name=rights_told]")
    page.click(GO)
    page.wait_for_url("**/signature")
    assert page.locator("#signature").is_hidden()
    page.set_input_files("[name=paper]", [shot(7)])
    page.click(GO)
    page.wait_for_url("**/finalise")
    page.click(GO)
    page.wait_for_url(f"**/inspections/{draft}")
    assert "签名人：何静" in record_of(page)
    assert said == []


def test_a_signature_sent_without_a_name_comes_back_as_it_was_drawn(opened: Opened, draft: int) -> None:
    page, _ = opened("officer", TELEPHONE, **TOUCH)
    page.goto(f"/inspections/{draft}/signature")
    thumb = Thumb(page)
    thumb.sign()
    drawn = page.locator("#signature polyline").get_attribute("points")
    thumb.go(GO)
    assert "填写签名人姓名" in page.inner_text(".errors")
    assert page.locator("#signature polyline").get_attribute("points") == drawn
    page.fill("[name=signed_name]", "何静")
    thumb.go(GO)
    assert "已签名：何静" in page.inner_text("main")


def test_each_photo_is_kept_beside_those_before_until_it_is_left_out(opened: Opened, draft: int) -> None:
    page, said = opened("officer", TELEPHONE, **TOUCH)
    page.goto(f"/inspections/{draft}/findings/new?item=6")
    thumb = Thumb(page)
    thumb.photograph(1, 2, 3)
    files = "Array.from(document.querySelector('#photos-camera').files, (file) => file.name)"
    assert page.evaluate(files) == ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]
    thumb.tap(page.get_by_role("button", name="去掉 IMG_2.jpg"))
    assert page.evaluate(files) == ["IMG_1.jpg", "IMG_3.jpg"]
    thumb.tap(GO)
    assert page.evaluate(files) == ["IMG_1.jpg", "IMG_3.jpg"], "an incomplete form is not sent, or the photos are lost"
    assert page.url.endswith("/findings/new?item=6")
    page.fill("[name=facts]", "台账缺 11 月记录")
    thumb.tap(page.locator("label", has_text="一般"))
    thumb.go(GO)
    page.goto(f"/inspections/{draft}")
    assert "2 张" in page.inner_text("main")
    assert said == []


def test_what_has_the_focus_is_never_under_the_acts_at_the_foot(opened: Opened, draft: int) -> None:
    page, _ = opened("officer", NARROW)
    covered = """() => {
      const node = document.activeElement;
      const box = (node.labels && node.labels.length && node.type === "radio" ? node.labels[0] : node).getBoundingClientRect();
      const dock = document.querySelector(".dock");
      return dock.contains(node) || node === document.body ? ""
        : box.top < dock.getBoundingClientRect().top - 4 && box.bottom > 4 ? "" : node.name || node.textContent;
    }"""
    for path in ("checklist", "findings/new?item=6", "signature"):
        page.goto(f"/inspections/{draft}/{path}")
        for _step in range(24):
            page.keyboard.press("Tab")
            assert page.evaluate(covered) == "", path


CUT_OFF = """() => Array.from(document.querySelectorAll("input[placeholder]")).filter((node) => node.offsetWidth)
  .map((node) => {
    const style = getComputedStyle(node), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return [node.placeholder, Math.ceil(pen.measureText(node.placeholder).width), Math.floor(room)];
  }).filter(([, wanted, room]) => wanted > room)"""


@pytest.mark.parametrize("username", ["officer", None])
def test_no_word_inside_a_search_box_is_cut_off_on_a_telephone(opened: Opened, username: str | None) -> None:
    page, _said = opened(username, TELEPHONE, **TOUCH)
    for path in ("/field?lang=zh", "/field?lang=en") if username else ("/public?lang=zh", "/public?lang=en"):
        page.goto(path)
        assert not page.evaluate(CUT_OFF), path
