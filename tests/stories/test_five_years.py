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
from registry import actions as registry
from registry import obligations
from registry.models import Enterprise, ListKind, Obligation, ObligationKind
from registry.rules.obligations import KEPT, Standing
from tests.inspections.made import at, photo
from tests.permits import applied, made
from tests.permits.actions.test_rounds import sample
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


def soil_of(firm: Enterprise, permit: Permit, year: int) -> list[str]:
    """A year on the soil list: each duty handed in on its last day, one given back at first, all confirmed."""
    with clock.at(at(date(year, 3, 1))):
        registry.add_to_list(firm, ListKind.SOIL, year, "焦化", "部令第27号", clock.today(), by=person("permit"))
        db.session.commit()
    owed = [
        each for each in queries.permits.duties(permit) if each.kind is ObligationKind.SOIL and not each.fulfilled_on
    ]
    for each in owed:
        assert each.due_on == date(year + 1, 1, 31)
    with clock.at(at(date(year + 1, 1, 29))):
        first = registry.hand_in(owed[0], "", [photo()], by=person("preparer"))
        registry.return_hand_in(first, "缺页（示例）", by=person("permit"))
        db.session.commit()
    for each in owed:
        with clock.at(at(each.due_on, 9)):
            sent = registry.hand_in(each, "", [photo()], by=person("preparer"))
        with clock.at(at(each.due_on + timedelta(days=3), 9)):
            registry.confirm_hand_in(sent, by=person("permit"))
            db.session.commit()
    return [each.key for each in owed]


def sampled(permit: Permit, end: date) -> int:
    """A sample of the waste water on the tenth of each month since the permit began; how many."""
    days = [date(year, month, 10) for year in range(FIRST_DAY.year, end.year + 1) for month in range(1, 13)]
    given = [sample(day) for day in days if FIRST_DAY <= day < end]
    return actions.record_results(permit, given, by=person("preparer")).created


def test_five_years_of_a_firm_that_does_what_it_should(session: object, firm: Enterprise) -> None:
    permit = granted(firm)
    assert (permit.valid_from, permit.valid_to) == (date(2026, 12, 7), date(2031, 12, 6))

    handed_in = reports_until(permit, date(2028, 1, 20))
    soil = soil_of(firm, permit, 2027)
    assert len(soil) == 3
    handed_in += reports_until(permit, date(2028, 6, 1))
    assert set(handed_in) >= {"2027", "2028-q1"}
    submitted = set(db.session.scalars(select(ExecutionReport.id)))

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

    soil += soil_of(firm, permit, 2028)
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
        assert actions.begin_year(end) >= 1
        assert actions.begin_year(end) == 0
        months = sampled(permit, end)
        actions.begin_rounds(end)
        assert actions.begin_rounds(end) == 0
        kept = {each.key: obligations.standing(each, end) for each in queries.permits.kept(permit)}
        assert kept == {
            f"records-{year}": Standing.OVER if year == 2026 else Standing.KEEPING for year in range(2026, 2033)
        }
        assert actions.refresh_duties(permit, "再算一次", by=person("permit")).empty
        assert set(soil) == {
            f"soil-{each}-{year}" for each in ("toxic", "monitoring", "hidden") for year in (2027, 2028)
        }
        assert permit.state is PermitState.IN_FORCE
        assert queries.permits.gaps(permit, end) == []
        for day in range((end - permit.valid_from).days):
            assert queries.permits.version_on(permit, permit.valid_from + timedelta(days=day)) is not None
        reports = db.session.scalars(select(ExecutionReport)).unique().all()
        assert submitted <= {each.id for each in reports}, "no change of the permit hides a submitted report"
        assert {each.state for each in reports} == {ReportState.ACCEPTED}
        owed = select(Obligation).where(
            Obligation.voided_on.is_(None), Obligation.due_on < end, Obligation.kind.not_in(KEPT)
        )
        for each in db.session.scalars(owed):
            assert each.fulfilled_on is not None and each.fulfilled_on <= each.due_on, each.key
        rounds = select(Obligation.fulfilled_on).where(Obligation.kind == ObligationKind.MONITORING)
        met = [each for each in db.session.scalars(rounds) if each]
        assert len(met) == months == 62, "one round for each month, whatever the versions"
        assert credit.score(firm.id, end).score == 9
    assert len(handed_in) == len(set(handed_in)), "no report is owed twice"
    for year in range(2027, 2032):
        assert {str(year), *(f"{year}-q{quarter}" for quarter in (1, 2, 3))} <= set(handed_in)
    assert verify(db.session).ok
