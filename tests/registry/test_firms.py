"""Whoever speaks for several firms does the work of one at a time, as long as the mandate for it holds."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.audit import record
from registry import obligations, queries
from registry.models import DocumentKind, Enterprise, Mandate, ObligationKind, Representative
from registry.obligations import Wanted
from tests.permits import made as permits
from tests.registry.papers import issue
from tests.world import TODAY

Firms = tuple[Enterprise, Enterprise]


def speaks_for(session: Any, who: Any, firm: Enterprise, mandate: Mandate, until: date | None = None) -> Representative:
    made = Representative(enterprise_id=firm.id, user_id=who.id, mandate=mandate, since=date(2025, 1, 1), until=until)
    session.add(made)
    record(made, "tests:mandate", "授权", by=who)
    session.commit()
    return made


@pytest.fixture
def both(session: Any, firm: Any, far_firm: Any, person: Any) -> Firms:
    """The preparer speaks for the far firm too; by name the far one comes first or last, so neither is named here."""
    speaks_for(session, person("preparer"), far_firm, Mandate.PREPARER)
    first, second = queries.firms_of(person("preparer"))
    return first, second


def owe(firm: Any, title: str, due_on: date, by: Any) -> None:
    wanted = [Wanted(title, ObligationKind.OTHER, title, "条例第二十二条", due_on)]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=by)


def choose(browser: Any, firm: Enterprise) -> Any:
    return browser.submit(browser.get("/my/firms"), form=f"/my/firms/{firm.id}/choose")


def test_the_lists_and_the_home_show_the_chosen_firm_alone(session: Any, both: Firms, browse: Any, person: Any) -> None:
    papers = {firm.id: issue(firm, person("officer"), DocumentKind.INSPECTION_RECORD) for firm in both}
    for firm in both:
        owe(firm, f"义务甲{firm.id}", TODAY + timedelta(days=9), person("permit"))
        permits.permit(firm)
    session.commit()
    browser, (first, second) = browse("preparer"), both
    for mine, other in ((first, second), (second, first)):
        if mine is second:
            assert choose(browser, second).location == "/my"
        assert f"义务甲{mine.id}" in browser.get("/my/obligations").text
        assert f"义务甲{other.id}" not in browser.get("/my/obligations").text
        assert papers[mine.id].number in browser.get("/my/documents").text
        assert papers[other.id].number not in browser.get("/my/documents").text
        assert browser.get("/my").one("h1").get_text(strip=True) == mine.name
        assert mine.name in browser.get("/my/credit").text
        for path in ("/my/reports", "/my/monitoring", "/my/applications", "/my/orders"):
            shown = browser.get(path)
            assert shown.one(".firm b").get_text() == mine.name
            assert other.name not in shown.text, path


def test_the_nearest_deadline_is_counted_in_the_days_of_its_sum_as_on_the_home_page(
    session: Any, firm: Enterprise, browse: Any, person: Any
) -> None:
    due, words = TODAY + timedelta(days=9), "11-23 退回，次日起算，7 个工作日 = 12-02"
    wanted = Wanted("a", ObligationKind.OTHER, "更正报告", "发证机关退回意见", due, arithmetic=words, opens_on=TODAY)
    obligations.regenerate(firm, [wanted], enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()
    for address in ("/my/firms", "/my/obligations"):
        shown = browse("preparer").get(address).text
        assert "剩 8 个工作日" in shown, (address, shown[150:420])


def test_another_firm_opened_by_its_address_is_shown_and_nothing_is_switched(
    session: Any, both: Firms, browse: Any, person: Any
) -> None:
    paper = issue(both[1], person("officer"), DocumentKind.INSPECTION_RECORD)
    held = permits.permit(both[1])
    session.commit()
    browser = browse("preparer")
    for path in (f"/documents/{paper.id}", f"/my/permits/{held.id}", f"/my/credit?enterprise={both[1].id}"):
        browser.get(path)
    begun = browser.get(f"/my/applications/new?permit={held.id}&kind=change")
    assert held.permit_no in begun.text
    assert browser.get("/my").one("h1").get_text(strip=True) == both[0].name


def test_a_mandate_that_ended_falls_back_on_the_next_request(
    session: Any, both: Firms, browse: Any, person: Any
) -> None:
    browser, (first, second) = browse("preparer"), both
    choose(browser, second)
    assert browser.get("/my").one("h1").get_text(strip=True) == second.name
    for each in session.query(Representative).filter_by(user_id=person("preparer").id, enterprise_id=second.id):
        each.until = TODAY - timedelta(days=1)
        record(each, "tests:mandate", "终止", by=person("permit"))
    session.commit()
    page = browser.get("/my")
    assert page.one("h1").get_text(strip=True) == first.name
    assert not page.soup.select(".firm")
    browser.get(f"/my/credit?enterprise={second.id}", status=404)


def test_a_firm_one_has_no_mandate_for_cannot_be_chosen(
    session: Any, both: Firms, browse: Any, far_firm: Any, firm: Any
) -> None:
    agent, far = browse("preparer"), browse("far_preparer")
    page = far.get("/my/firms")
    assert firm.name not in page.text
    far._page(far.client.post, f"/my/firms/{firm.id}/choose", 404, data=_token(far.get("/account")))
    assert far.get("/my").one("h1").get_text(strip=True) == far_firm.name
    agent._page(agent.client.post, "/my/firms/999999/choose", 404, data=_token(agent.get("/account")))


def _token(page: Any) -> dict[str, str]:
    return {"csrf_token": page.soup.select_one("input[name=csrf_token]")["value"]}


def test_the_choice_is_of_one_browser(both: Firms, browse: Any) -> None:
    one, two = browse("preparer"), browse("preparer")
    choose(one, both[1])
    assert one.get("/my").one("h1").get_text(strip=True) == both[1].name
    assert two.get("/my").one("h1").get_text(strip=True) == both[0].name


def test_whoever_speaks_for_one_firm_sees_no_switch(browse: Any, firm: Any) -> None:
    page = browse("signer").get("/my")
    assert not page.soup.select(".firm")
    assert firm.name in browse("signer").get("/my/firms").text


def test_all_firms_are_seen_with_what_they_owe_in_as_many_questions(
    session: Any, both: Firms, browse: Any, person: Any
) -> None:
    browser = browse("preparer")
    few = browser.get("/my/firms").queries
    owe(both[0], "迟", TODAY - timedelta(days=2), person("permit"))
    owe(both[1], "早", TODAY + timedelta(days=2), person("permit"))
    session.commit()
    page = browser.get("/my/firms")
    assert page.queries == few
    assert page.text.count("1 件要办") == 2
    assert page.text.count("1 件逾期") == 1
