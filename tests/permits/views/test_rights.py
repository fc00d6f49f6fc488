"""Emission rights as the clerk keeps them beside the permit."""

from typing import Any

from sqlalchemy import func, select

from permits.models import EmissionRight
from tests.permits.conftest import Ids

ALLOTTED = {
    "pollutant_code": "a21026", "source": "allotted", "amount": "100", "period_from": "2022-03-15",
    "period_to": "2027-03-14", "basis": "核定〔2022〕1号",
}  # fmt: skip
SOLD = {
    **ALLOTTED, "source": "sold", "amount": "40", "period_from": "2026-01-01", "period_to": "2026-12-31",
    "counterparty": "昌吉乙厂（示例）", "price": "320000", "basis": "合同 2026-7",
}  # fmt: skip


def enter(browser: Any, ids: Ids, data: dict[str, str], status: int = 303) -> Any:
    """Fill in the form of a right."""
    return browser.submit(browser.get(f"/permits/{ids.permit}/rights/new"), data, status=status)


def test_what_is_held_stands_beside_what_the_permit_allows(browse: Any, ids: Ids) -> None:
    browser = browse("permit")
    assert "还没有登记排污权" in browser.get(f"/permits/{ids.permit}/rights").text
    enter(browser, ids, ALLOTTED)
    page = browser.get(f"/permits/{ids.permit}/rights")
    assert "少 18.4" in page.text
    enter(
        browser,
        ids,
        {**ALLOTTED, "source": "bought", "amount": "18.4", "counterparty": "阜康甲厂（示例）", "price": "92000"},
    )
    assert "相符" in browser.get(f"/permits/{ids.permit}/rights").text
    assert "92,000 元" in browser.get(f"/permits/{ids.permit}/rights").text
    assert "二氧化硫" in browser.get("/emission-rights?source=bought").text


def test_nobody_gives_away_what_is_not_held(browse: Any, session: Any, ids: Ids) -> None:
    browser = browse("permit")
    refused = enter(browser, ids, SOLD, status=422)
    assert "2026-01-01 出让和租出的比持有的多 40 吨/年。" in refused.text
    assert session.scalar(select(func.count()).select_from(EmissionRight)) == 0
    enter(browser, ids, ALLOTTED)
    enter(browser, ids, SOLD)
    page = browser.get(f"/permits/{ids.permit}/rights?on=2026-06-01")
    assert "少 58.4" in page.text
    assert "少 18.4" in browser.get(f"/permits/{ids.permit}/rights?on=2027-01-01").text


def test_a_mistake_is_voided_with_a_reason_unless_something_rests_on_it(browse: Any, session: Any, ids: Ids) -> None:
    browser = browse("permit")
    enter(browser, ids, ALLOTTED)
    enter(browser, ids, SOLD)
    first, second = session.scalars(select(EmissionRight.id).order_by(EmissionRight.id)).all()
    refused = browser.submit(browser.get(f"/emission-rights/{first}/void"), {"reason": "重复登记"}, status=422)
    assert "比持有的多 40 吨/年" in refused.text
    browser.submit(browser.get(f"/emission-rights/{second}/void"), {"reason": "合同未成立"})
    page = browser.get(f"/permits/{ids.permit}/rights")
    assert "已作废" in page.text
    assert "合同未成立" in page.text
    browser.submit(browser.get(f"/emission-rights/{first}/void"), {"reason": "重复登记"})
    again = browser.submit(browser.get(f"/emission-rights/{first}/void"), {"reason": "再来"}, status=422)
    assert "这一笔已经作废。" in again.text


def test_wrong_input_is_told_at_its_field(browse: Any, session: Any, ids: Ids) -> None:
    browser = browse("permit")
    refused = enter(
        browser, ids, {**ALLOTTED, "amount": "0", "period_to": "2020-01-01", "source": "bought"}, status=422
    )
    for sentence in ("数量应大于 0。", "期限止不能早于期限起。", "交易的请写明对方。"):
        assert sentence in refused.text
    assert session.scalar(select(func.count()).select_from(EmissionRight)) == 0


def test_an_officer_reads_and_does_not_record_and_strangers_find_nothing(browse: Any, ids: Ids) -> None:
    assert "rights/new" not in browse("officer").get(f"/permits/{ids.permit}/rights").html
    browse("officer").get(f"/permits/{ids.permit}/rights/new", status=403)
    browse("far_officer").get(f"/permits/{ids.permit}/rights", status=404)
