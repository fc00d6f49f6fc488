"""The register's own pages, walked as an officer walks them."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from accounts.commands import system_user
from core import clock
from core.db import db
from core.intake import Sheet
from registry.intake import recognise, take
from registry.models import Enterprise, ListMembership, Representative, Status
from tests.registry.intake import books

HEAD = ["企业名称", "统一社会信用代码", "所在县市", "行业代码", "管理类别", "生产状况"]


@pytest.fixture
def many(session: Any) -> None:
    """Thirty firms of 阜康, three of them stopped."""
    rows = [
        [
            f"阜康第{at:02d}厂（示例）",
            books.code(at),
            "阜康市",
            "2521" if at % 2 else "3011",
            "简化管理",
            "停产" if at < 3 else "在产",
        ]
        for at in range(30)
    ]
    sheets = [Sheet("台账", [HEAD, *rows])]
    take(sheets, recognise(sheets), by=system_user())
    session.commit()


def test_the_list_is_filtered_sorted_and_turned_over(browse: Any, many: None) -> None:
    officer = browse("officer")
    first = officer.get("/enterprises?sort=name")
    assert "共 31 家" in first.text
    names = [each.get_text(strip=True) for each in first.soup.select("tbody th a")]
    assert names == sorted(names)
    following = str(first.one("a[rel=next]")["href"])
    second = officer.get(following if following.startswith("/") else f"/enterprises{following}")
    others = [each.get_text(strip=True) for each in second.soup.select("tbody th a")]
    assert len(names) + len(others) == 31
    assert not set(names) & set(others)
    assert "共 3 家" in officer.get("/enterprises?status=suspended").text
    assert "共 15 家" in officer.get("/enterprises?industry=3011").text
    assert "共 1 家" in officer.get("/enterprises?q=第07").text
    assert "没有符合条件的记录" in officer.get("/enterprises?q=没有这家").text


def test_whoever_registers_first_sees_who_may_be_the_same_firm(browse: Any, many: None) -> None:
    officer = browse("officer")
    match = officer.get("/enterprises/match")
    found = officer.submit(match, {"name": "阜康第07厂（示例）"}, status=422)
    assert "可能是同一家" in found.text
    form = officer.follow(officer.submit(match, {"name": "独此一家（示例）", "credit_code": books.code(77)}))
    made = officer.submit(form, {"industry_code": "2521", "category": "key"})
    firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == books.code(77))).one()
    assert made.location.endswith(f"/enterprises/{firm.id}")


def test_a_firm_of_another_office_is_named_in_the_match_without_a_link(browse: Any, far_firm: Enterprise) -> None:
    officer = browse("officer")
    found = officer.submit(
        officer.get("/enterprises/match"), {"name": "别的名（示例）", "credit_code": far_firm.credit_code}, status=422
    )
    assert "其他机关管辖" in found.text
    assert not found.soup.select(f"a[href='/enterprises/{far_firm.id}']")


def test_a_firm_stops_closes_and_runs_again_on_its_page(browse: Any, firm: Enterprise) -> None:
    officer, address = browse("officer"), f"/enterprises/{firm.id}"
    for verb, status in (("suspend", Status.SUSPENDED), ("reopen", Status.OPERATING), ("close", Status.CLOSED)):
        officer.submit(officer.get(f"{address}/{verb}"), {"reason": "检修"}, form="")
        db.session.expire_all()
        assert db.session.get_one(Enterprise, firm.id).status is status


def test_a_firm_is_put_on_a_list_and_taken_off_with_a_reason(browse: Any, firm: Enterprise) -> None:
    officer = browse("officer")
    page = officer.get(f"/enterprises/{firm.id}/lists/new")
    officer.submit(page, {"kind": "water", "criterion": "COD 年排放量"})
    entry = db.session.scalars(select(ListMembership)).one()
    assert "水环境重点" in officer.get(f"/key-lists?year={clock.today().year}").text
    remove = officer.get(f"/key-lists/entries/{entry.id}/remove")
    assert officer.submit(remove, {"reason": ""}, status=422).errors
    officer.submit(remove, {"reason": "不再达到条件"})
    db.session.expire_all()
    assert db.session.get_one(ListMembership, entry.id).removed_reason == "不再达到条件"


def letter() -> io.BytesIO:
    """A scanned letter."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "PNG")
    out.seek(0)
    return out


def test_a_representative_needs_the_letter(browse: Any, firm: Enterprise) -> None:
    officer = browse("officer")
    page = officer.get(f"/enterprises/{firm.id}/representatives/new")
    asked = {"username": "far_preparer", "mandate": "preparer"}
    assert any("授权书" in each for each in officer.submit(page, asked, status=422).errors)
    officer.submit(officer.get(page.url), {**asked, "letter": (letter(), "授权书.png")})
    made = db.session.scalars(select(Representative).order_by(Representative.id.desc())).first()
    assert (made.enterprise_id, made.letter.media_type) == (firm.id, "image/png")
    assert "晨岭焦化" in browse("far_preparer").get("/my/firms").text
    officer.submit(officer.get(f"/representatives/{made.id}/end"), {"on": clock.today().isoformat()})


def test_a_view_is_kept_under_a_name_and_opened_again(browse: Any, many: None) -> None:
    officer = browse("officer")
    page = officer.get("/enterprises?status=suspended")
    officer.submit(page, {"name": "停产的"}, form="/views")
    assert "停产的" in officer.get("/enterprises").text
