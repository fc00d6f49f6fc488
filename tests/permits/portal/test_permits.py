"""My permits."""

from typing import Any

from tests.permits.conftest import Ids


def test_the_only_permit_is_opened_at_once(browse: Any, ids: Ids) -> None:
    browser = browse("preparer")
    page = browser.follow(browser.get("/my/permits", status=303))
    assert page.url == f"/my/permits/{ids.permit}"
    assert "6–9" in page.text
    assert "最迟申请延续" in page.text
    assert "1次/月" in page.text


def test_the_permit_of_a_past_or_coming_day(browse: Any, ids: Ids) -> None:
    browser = browse("signer")
    assert "第 1 版。" in browser.get(f"/my/permits/{ids.permit}?on=2026-07-01").text
    assert "这一天没有登记的限值" in browser.get(f"/my/permits/{ids.permit}?on=2028-01-01").text


def test_a_stranger_finds_nothing(browse: Any, ids: Ids) -> None:
    browser = browse("far_preparer")
    browser.get(f"/my/permits/{ids.permit}", status=404)
    browser.get(f"/my/permits/{ids.permit}/reports/2026-q3", status=404)
    assert "还没有登记您的许可证" in browser.get("/my/permits").text


def test_the_bureau_does_not_enter_the_portal(browse: Any, ids: Ids) -> None:
    browse("permit").get(f"/my/permits/{ids.permit}", status=403)


def test_a_draft_is_not_shown_to_the_firm(browse: Any, session: Any, firm: Any) -> None:
    from tests.permits import made

    number = made.draft(firm).id
    session.commit()
    browse("preparer").get(f"/my/permits/{number}", status=404)
