"""The fictional prefecture: believable firms, every state of everything, and a history that contradicts nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import and_, func, or_, select

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from app import create_app, demo, reference, rooms
from app.demo.faults import FAULTS
from app.demo.firms import PLACES, firms
from app.demo.generate import cast
from app.demo.trades import TRADES
from app.desk import desk
from core import clock
from core.db import Base, db
from credit.models import Grade, Listing, ListingState, Repair, RepairState
from inspections.models import (
    DecisionState,
    FindingState,
    Inspection,
    InspectionState,
    ItemState,
    OrderItem,
    OrderState,
    PenaltyDecision,
    RectificationOrder,
)
from permits.models import Exceedance, ExecutionReport, MonitoringRequirement, Permit, PermitState, ReportState
from registry import codes, obligations
from registry.models import (
    Attachment,
    Document,
    DocumentKind,
    DocumentService,
    Enterprise,
    GradeSpan,
    HandIn,
    HandInState,
    Obligation,
    ObligationKind,
    Status,
)
from registry.rules.obligations import Standing
from tests.conftest import _forget, settings
from tests.world import TODAY

pytestmark = pytest.mark.anywhere


@pytest.fixture(scope="module")
def prefecture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The demo at its small size, loaded once for this file."""
    folder: Path = tmp_path_factory.mktemp("demo")
    application = create_app(settings(f"sqlite:///{folder / 'demo.sqlite3'}", folder), TESTING=True)
    rooms.load_models()
    with application.app_context(), clock.at(TODAY):
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
            reference.load(connection)
        demo.load(lambda _line: None, "small")
        yield application
        db.session.close()
    with application.app_context():
        _forget(application)


def states(column: Any) -> set[Any]:
    return set(db.session.scalars(select(column).distinct()))


def test_the_prefecture_has_firms_in_every_city_county_zone_and_division() -> None:
    made = firms()
    assert len(made) >= 160
    assert {firm.area for firm in made} == set(PLACES)
    assert {firm.trade.word for firm in made} == {trade.word for trade in TRADES.values()}


def test_every_firm_is_marked_as_invented_and_has_a_name_and_a_lawful_code_of_its_own() -> None:
    made = firms()
    assert all(firm.name.endswith("（示例）") for firm in made)
    assert len({firm.name for firm in made}) == len({firm.code for firm in made}) == len(made)
    assert [firm.code for firm in made if codes.uscc_problem(firm.code)] == []


def test_the_name_of_a_firm_says_its_trade() -> None:
    assert [firm.name for firm in firms() if firm.trade.word not in firm.name and firm.trade.industry != "0311"] == []


def test_the_same_seed_makes_the_same_firms() -> None:
    assert firms(7) == firms(7)
    assert firms(7) != firms(8)


def test_whoever_has_a_part_in_the_plot_is_a_firm() -> None:
    assert cast() <= {firm.key for firm in firms()}


def test_nothing_lacks_its_state(prefecture: Any) -> None:
    assert states(ExecutionReport.state) == set(ReportState)
    assert states(Inspection.state) == set(InspectionState)
    assert states(RectificationOrder.state) == set(OrderState)
    assert states(OrderItem.state) == set(ItemState)
    assert states(PenaltyDecision.state) == set(DecisionState)
    assert states(Listing.state) == set(ListingState)
    assert states(Repair.state) == set(RepairState)
    assert states(Enterprise.status) == set(Status)
    assert states(Permit.state) >= {PermitState.IN_FORCE, PermitState.RECTIFICATION, PermitState.CANCELLED}
    assert states(Document.kind) >= {
        DocumentKind.PERMIT_CANCELLATION,
        DocumentKind.PERMIT_CLOCK_RESUME,
        DocumentKind.PERMIT_CLOCK_STOP,
        DocumentKind.PERMIT_END_NOTICE,
        DocumentKind.PERMIT_REPLACEMENT,
    }
    assert {FindingState.OPEN, FindingState.ORDERED, FindingState.CORRECTED, FindingState.ESCALATED} <= {
        finding.state
        for inspection in db.session.scalars(select(Inspection)).unique()
        for finding in inspection.findings
    }
    assert len(states(DocumentService.mode)) >= 3


def test_the_grades_are_spread(prefecture: Any) -> None:
    today = clock.today()
    rows = db.session.execute(
        select(GradeSpan.grade, func.count())
        .join(Enterprise, Enterprise.id == GradeSpan.enterprise_id)
        .where(
            Enterprise.status != Status.CLOSED,
            GradeSpan.valid_from <= today,
            or_(GradeSpan.valid_to.is_(None), GradeSpan.valid_to > today),
        )
        .group_by(GradeSpan.grade)
    ).all()
    counts = dict(rows)
    assert set(counts) == {grade.code for grade in Grade}
    assert max(counts, key=lambda grade: counts[grade]) == Grade.BLUE.code


def test_few_firms_owe_something_that_is_overdue(prefecture: Any) -> None:
    late = db.session.scalar(
        select(func.count(Obligation.enterprise_id.distinct())).where(obligations.is_overdue(clock.today()))
    )
    assert late and 3 <= late <= len(firms()) // 10


def test_samples_are_taken_and_few_rounds_are_missed(prefecture: Any) -> None:
    rounds = db.session.scalars(select(Obligation).where(Obligation.kind == ObligationKind.MONITORING)).unique().all()
    counts = Counter(obligations.standing(each, clock.today()) for each in rounds)
    assert counts[Standing.FULFILLED] > 500
    assert 2 <= counts[Standing.OVERDUE] <= 20 and counts[Standing.OPEN] >= 10
    assert counts[Standing.FULFILLED_LATE] == 0


def test_no_report_is_signed_before_its_period_ends_or_accepted_before_it_is_signed(prefecture: Any) -> None:
    assert (
        db.session.scalars(
            select(ExecutionReport.id).where(ExecutionReport.first_submitted_on <= ExecutionReport.period_to)
        ).all()
        == []
    )
    in_force = ExecutionReport.accepted_number == ExecutionReport.submission_number  # no correction is under way
    early = select(ExecutionReport.id).where(ExecutionReport.accepted_at < ExecutionReport.submitted_at, in_force)
    assert db.session.scalars(early).all() == []


def test_who_fills_a_report_in_never_signs_it(prefecture: Any) -> None:
    same = ExecutionReport.prepared_by_id == ExecutionReport.signed_by_id
    assert db.session.scalars(select(ExecutionReport.id).where(same)).all() == []


def test_orders_follow_the_record_they_stand_on_and_end_after_they_were_served(prefecture: Any) -> None:
    for order in db.session.scalars(select(RectificationOrder)).unique():
        assert order.inspection.state is InspectionState.FINAL
        assert order.served_on is None or (order.approved_on is not None and order.approved_on <= order.served_on)
        assert order.closed_on is None or order.served_on is None or order.served_on <= order.closed_on


def test_nobody_is_listed_without_notice_and_the_time_to_be_heard(prefecture: Any) -> None:
    listed = db.session.scalars(select(Listing).where(Listing.listed_on.is_not(None))).unique().all()
    assert listed
    assert all(each.notified_on and each.objection_until and each.objection_until < each.listed_on for each in listed)


def test_no_evidence_is_younger_than_the_act_it_proves(prefecture: Any) -> None:
    future = and_(Attachment.taken_at.is_not(None), Attachment.taken_at > Attachment.uploaded_at)
    assert db.session.scalars(select(Attachment.id).where(future)).all() == []


def test_permits_of_the_trades_ask_for_monitoring_and_reports_show_broken_limits(prefecture: Any) -> None:
    assert db.session.scalar(select(func.count()).select_from(MonitoringRequirement))
    handled = db.session.scalars(select(Exceedance.handled_at)).all()
    assert None in handled and any(handled)


def test_the_chain_of_the_history_holds(prefecture: Any) -> None:
    found = audit.verify(db.session)
    assert found.ok and found.entries > 1000


@pytest.mark.parametrize(
    "username", ["officer", "officer2", "reviewer", "approver", "permit", "credit", "secadmin", "auditor"]
)
def test_every_desk_has_something_on_it(prefecture: Any, username: str) -> None:
    person = db.session.scalars(select(User).where(User.username == username)).one()
    assert desk(person, clock.today()).count > 0


def test_the_officers_desk_has_something_of_every_urgency(prefecture: Any) -> None:
    officer = db.session.scalars(select(User).where(User.username == "officer")).one()
    made = desk(officer, clock.today())
    assert {group.key for group in made.groups if group.items} == {"late", "today", "soon", "later", "open"}
    assert made.others and made.drafts and made.news


def test_the_demo_speaks_for_a_firm_that_has_work_and_a_signature_waiting(prefecture: Any) -> None:
    from app.desk.home import home

    for username, act in (("preparer", "去更正"), ("signer", "去签发")):
        person = db.session.scalars(select(User).where(User.username == username)).one()
        firm = db.session.scalars(select(Enterprise).where(Enterprise.name == "阜康晨岭焦化有限公司（示例）")).one()
        assert act in [each.act for each in home(person, firm.id, clock.today()).owed]


def test_two_years_are_lived_through(prefecture: Any) -> None:
    began = db.session.scalars(select(Inspection.started_at).order_by(Inspection.started_at)).first()
    assert began is not None
    assert began < clock.now() - timedelta(days=600)


def test_a_demo_account_exists_for_each_role(prefecture: Any) -> None:
    people = db.session.scalars(select(User).where(User.is_demo)).unique().all()
    assert {role for person in people for role in person.roles} == set(Role)


def test_an_order_demands_what_mends_the_very_thing_that_was_found(prefecture: Any) -> None:
    mends = {fault.facts: fault.mend for fault in FAULTS}
    items = db.session.scalars(select(OrderItem)).all()
    assert items
    assert [
        (item.finding.facts, item.requirement) for item in items if item.requirement != mends[item.finding.facts]
    ] == []


def test_duties_for_soil_are_owed_late_never_met_handed_in_given_back_and_confirmed(prefecture: Any) -> None:
    assert states(HandIn.state) == set(HandInState)
    soil = select(Obligation).where(Obligation.kind == ObligationKind.SOIL)
    stand = {obligations.standing(each, TODAY) for each in db.session.scalars(soil).unique()}
    assert stand >= {Standing.OPEN, Standing.OVERDUE, Standing.FULFILLED, Standing.FULFILLED_LATE, Standing.UPCOMING}
    kept = select(Obligation).where(Obligation.kind == ObligationKind.RETENTION, Obligation.voided_on.is_(None))
    assert {obligations.standing(each, TODAY) for each in db.session.scalars(kept).unique()} >= {Standing.KEEPING}
