"""Five years of a firm, from its first application to its renewed permit: only the clock moves, nobody repairs anything."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.audit import verify
from core import clock
from core.db import db
from core.workflow import NotAllowed
from credit import queries as credit
from permits import actions, queries
from permits.models import ApplicationKind, ExecutionReport, Permit, PermitState, ReportState
from registry.models import Enterprise, Obligation, ObligationKind
from tests.inspections.made import at
from tests.permits import applied, made
from tests.permits.made import person

FIRST_DAY = date(2026, 11, 23)
TIGHTER = [replace(each, value=Decimal(25)) if each.value == Decimal(30) else each for each in made.LIMITS]


def granted(firm: Enterprise) -> Permit:
    """A first permit, from the draft over disclosure, intake and review to the approver's decision."""
    with clock.at(at(FIRST_DAY)):
        found = applied.handed_in(ApplicationKind.FIRST, firm.sites[0])
    with clock.at(at(date(2026, 12, 2))):
        applied.examined(found)
    with clock.at(at(date(2026, 12, 7))):
        actions.grant_application(found, by=person("approver"))
        db.session.commit()
    assert found.permit is not None
    return found.permit


def reports_until(permit: Permit, end: date) -> list[str]:
    """Every report that falls due before a day, handed in on its last day and accepted on the next."""
    handed_in = []
    while True:
        db.session.expire_all()
        owed = next((each for each in open_reports(permit) if each.due_on < end), None)
        if owed is None:
            return handed_in
        with clock.at(at(owed.due_on, 9)):
            report = made.sign(made.report(permit, owed.key))
        with clock.at(at(owed.due_on + timedelta(days=1), 9)):
            actions.accept_report(report, by=person("permit"))
            db.session.commit()
        handed_in.append(owed.key)


def open_reports(permit: Permit) -> list[Obligation]:
    """The reports that are still owed, the first due first."""
    found = [each for each in queries.permits.duties(permit) if each.fulfilled_on is None and each.voided_on is None]
    return sorted(
        (each for each in found if each.kind is ObligationKind.REPORT), key=lambda each: (each.due_on, each.key)
    )


def test_five_years_of_a_firm_that_does_what_it_should(session: object, firm: Enterprise) -> None:
    permit = granted(firm)
    assert (permit.valid_from, permit.valid_to) == (date(2026, 12, 7), date(2031, 12, 6))

    handed_in = reports_until(permit, date(2028, 6, 1))
    assert set(handed_in) >= {"2027", "2028-q1"}
    kept = set(db.session.scalars(select(ExecutionReport.id)))

    with clock.at(at(date(2028, 6, 1))):
        change = applied.filled(ApplicationKind.CHANGE, permit)
        actions.save_limits(change, TIGHTER, "改造后减排（示例）", by=person("preparer"))
        actions.save_grounds(change, "超低排放改造（示例）", None, by=person("preparer"))
        applied.hand_in(change)
    with clock.at(at(date(2028, 6, 6))):
        applied.examined(change)
    with clock.at(at(date(2028, 6, 8))):
        actions.grant_application(change, by=person("approver"))
        db.session.commit()
    assert [each.number for each in queries.permits.issued(permit)] == [1, 2]
    before, after = (queries.permits.version_on(permit, date(2028, 6, day)) for day in (7, 8))
    assert before is not None and after is not None and (before.number, after.number) == (1, 2)
    assert permit.valid_to == date(2031, 12, 6), "a change does not lengthen the permit"

    handed_in += reports_until(permit, date(2031, 6, 1))
    with clock.at(at(date(2031, 6, 10))):
        assert queries.applications.invitations(person("preparer"), clock.today()), "within 180 days of its end"
        renewal = applied.filled(ApplicationKind.RENEWAL, permit)
        with pytest.raises(NotAllowed, match="放宽"):
            applied.hand_in(renewal)  # the limits of the first permit again are more than it may emit now
        actions.save_limits(renewal, TIGHTER, "与现行许可量相同（示例）", by=person("preparer"))
        applied.hand_in(renewal)
        assert queries.applications.gap_ahead(renewal, clock.today()) is None
    with clock.at(at(date(2031, 6, 16))):
        applied.examined(renewal)
    with clock.at(at(date(2031, 6, 20))):
        actions.grant_application(renewal, by=person("approver"))
        db.session.commit()
    db.session.expire_all()
    assert permit.valid_to.year == 2036
    handed_in += reports_until(permit, date(2032, 2, 10))

    end = date(2032, 2, 10)
    with clock.at(at(end)):
        assert permit.state is PermitState.IN_FORCE
        assert queries.permits.gaps(permit, end) == []
        for day in range((end - permit.valid_from).days):
            assert queries.permits.version_on(permit, permit.valid_from + timedelta(days=day)) is not None
        reports = db.session.scalars(select(ExecutionReport)).unique().all()
        assert kept <= {each.id for each in reports}, "no change of the permit hides a submitted report"
        assert {each.state for each in reports} == {ReportState.ACCEPTED}
        owed = select(Obligation).where(Obligation.voided_on.is_(None), Obligation.due_on < end)
        for each in db.session.scalars(owed):
            assert each.fulfilled_on is not None and each.fulfilled_on <= each.due_on, each.key
        assert credit.score(firm.id, end).score == 9
    assert len(handed_in) == len(set(handed_in)), "no report is owed twice"
    for year in range(2027, 2032):
        assert {str(year), *(f"{year}-q{quarter}" for quarter in (1, 2, 3))} <= set(handed_in)
    assert verify(db.session).ok
