"""One obligation reads the same everywhere: what counts in working days is never said in calendar days."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from permits import actions, queries
from permits.actions import Comment
from tests.inspections import made
from tests.permits import made as permits
from tests.world import TODAY


@pytest.fixture
def correction(session: Any, firm: Any, person: Any) -> Any:
    """A returned report that the firm is to correct within five working days, a weekend among them."""
    report = permits.sign(permits.report(permits.permit(firm)))
    actions.return_report(report, [Comment("", "请补充说明")], 5, by=person("permit"))
    session.commit()
    return report, queries.reports.correction_of(report)


def test_a_correction_counts_its_working_days_on_every_page(browse: Any, firm: Any, correction: Any) -> None:
    report, owed = correction
    left = "剩 6 个工作日"
    clerk, preparer = browse("permit"), browse("preparer")
    for url in (f"/reports/{report.id}", f"/obligations/{owed.id}", f"/enterprises/{firm.id}"):
        assert left in clerk.get(url).text, url
    assert left in clerk.get("/obligations").text
    for url in ("/my", "/my/reports", f"/my/reports/{report.id}", "/my/obligations"):
        assert left in preparer.get(url).text, url


def test_a_late_correction_is_late_by_the_same_working_days(browse: Any, firm: Any, correction: Any) -> None:
    report, owed = correction
    with clock.at(owed.due_on + timedelta(days=7)):
        late = "已逾期 5 个工作日"
        clerk = browse("permit")
        for url in (f"/reports/{report.id}", f"/obligations/{owed.id}", "/obligations", f"/enterprises/{firm.id}"):
            assert late in clerk.get(url).text, url
        assert late in browse("preparer").get("/my/obligations").text


def test_an_order_is_late_by_the_same_working_days_in_list_and_file(browse: Any, session: Any, firm: Any) -> None:
    order = made.served(made.final(firm))
    assert order.due_on is not None
    with clock.at(order.due_on + timedelta(days=7)):
        officer = browse("officer")
        for url in (f"/orders/{order.id}", "/orders", f"/enterprises/{firm.id}", "/obligations"):
            page = officer.get(url).text
            assert "逾期 5 个工作日" in page and "逾期 7 天" not in page, url


def test_a_term_in_calendar_days_stays_in_calendar_days(browse: Any, firm: Any) -> None:
    found = permits.permit(firm)
    renewal = queries.permits.renewal_due(found)
    assert renewal is not None
    left = f"剩 {(renewal.due_on - TODAY).days} 天"
    assert left in browse("permit").get(f"/permits/{found.id}/duties").text
    assert left in browse("preparer").get("/my/obligations").text
