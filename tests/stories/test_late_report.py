"""A report handed in late costs points for a year, and then the points lapse: every day by the clock, nobody does anything."""

from datetime import date
from typing import Any

from sqlalchemy import select

from core import clock
from core.db import db
from credit import queries
from credit.models import CreditEvent, EventKind
from registry.models import Enterprise
from registry.queries import grade_on
from tests.inspections.made import at
from tests.permits import made
from tests.stories.test_finding_to_listing import Browse, on
from tests.world import PASSWORD

SIGN = {"password": PASSWORD, "declared": "y"}


def handed_in(browse: Browse, firm: Enterprise, day: date) -> CreditEvent:
    """The third quarter's report by the firm's own people, on a day after its deadline."""
    permit = made.permit(firm)
    with on(browse, "preparer", at(day, 9)) as preparer:
        assert "逾期" in preparer.get("/my/obligations").text
        address = preparer.submit(preparer.get(f"/my/permits/{permit.id}/reports/2026-q3")).location
        report = int(address.rstrip("/").split("/")[-1])
    with on(browse, "preparer", at(day, 10)):
        from permits import actions
        from permits import queries as permits

        found = permits.reports.report(report, seen_by=made.person("preparer"))
        actions.save_figures(found, made.GOOD, by=made.person("preparer"))
        actions.save_operation(found, 0, "正常", by=made.person("preparer"))
        made.confirm(found)
        db.session.commit()
    with on(browse, "preparer", at(day, 11)) as preparer:
        preparer.submit(preparer.get(f"/my/reports/{report}/send"))
    with on(browse, "signer", at(day, 14)) as signer:
        signer.submit(signer.get(f"/my/reports/{report}/sign"), SIGN)
    return db.session.scalars(select(CreditEvent).where(CreditEvent.kind == EventKind.LATE_REPORT)).one()


def test_a_late_report_costs_points_and_the_points_lapse(browse: Browse, firm: Enterprise) -> None:
    day = date(2026, 11, 23)
    event = handed_in(browse, firm, day)
    assert event.points < 0 and event.expires_on is not None
    last, lapsed = date.fromordinal(event.expires_on.toordinal() - 1), event.expires_on
    assert (lapsed.year - event.occurred_on.year) == 1
    before = queries.score(firm.id, event.occurred_on)
    after = queries.score(firm.id, lapsed)
    assert after.score - queries.score(firm.id, last).score == -event.points
    assert before.score == after.score + event.points
    for when, counted in ((day, True), (last, True), (lapsed, False)):
        with on(browse, "signer", at(when, 15)) as signer:
            shown = signer.get("/my/credit").text
            assert event.reason in shown, "what lapsed is still told"
            assert (f"9 − {abs(event.points):f}".rstrip("0").rstrip(".") in shown) is counted, (when, shown)
        with on(browse, "credit", at(when, 16)) as clerk:
            span = grade_on(firm.id, when)
            assert span is not None and span.score == (before.score if counted else after.score)
            assert firm.name in clerk.get("/credit?q=晨岭").text


def test_a_report_on_its_last_day_costs_nothing(browse: Browse, firm: Enterprise, session: Any) -> None:
    permit = made.permit(firm)
    due = made.owed(permit, "2026-q3").due_on
    with clock.at(at(due, 23, 50)):
        made.sign(made.report(permit))
    assert session.scalars(select(CreditEvent)).all() == []
    assert queries.score(firm.id, due).score == 9
