"""Orders and listings in any order of acts, on any day: whatever people try, what the law wants of each state holds."""

from datetime import timedelta
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from accounts.audit import verify
from core import clock
from core.db import db
from core.workflow import NotAllowed
from credit import actions as credit
from credit import queries
from credit.models import CreditEvent, EventKind, Listing, ListingState, ListType
from inspections import actions as inspections
from inspections.models import FindingState, ItemState, OrderState, RectificationOrder
from registry.models import DocumentState, Enterprise, Obligation, ServiceMode
from registry.queries import grade_on
from tests import world
from tests.conftest import isolated
from tests.credit.made import BASIS, event
from tests.inspections.made import at, final, finding, order, person

pytestmark = pytest.mark.anywhere
"""The law of the states is asked here, not the engine: once is enough."""

FEW = settings(
    max_examples=6, stateful_step_count=14, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


class Life(RuleBasedStateMachine):
    """A firm in a world of its own; every act is tried by somebody who may, and what is refused changes nothing."""

    application: Flask
    seen: ClassVar[set[Any]]
    wanted: ClassVar[set[Any]]

    def __init__(self) -> None:
        """Open the world."""
        super().__init__()
        self.now = at(world.TODAY, 10)
        self.clock = clock.at(self.now)
        self.clock.__enter__()
        self.context = self.application.app_context()
        self.context.push()
        self.world = isolated(self.application)
        self.world.__enter__()
        self.firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()

    def teardown(self) -> None:
        """The chain is whole whatever happened; then the world is gone."""
        assert verify(db.session).ok
        db.session.close()
        self.world.__exit__(None, None, None)
        self.context.pop()
        self.clock.__exit__(None, None, None)

    def attempt(self, act: Any) -> None:
        """Do it, or be refused in words and leave everything as it was."""
        try:
            act()
            db.session.commit()
        except NotAllowed as refused:
            assert refused.missing and all(each.text.strip() for each in refused.missing)
            db.session.rollback()
        db.session.expire_all()

    @rule(days=st.sampled_from([1, 2, 7, 15, 40]))
    def days_pass(self, days: int) -> None:
        """Time goes by."""
        self.clock.__exit__(None, None, None)
        self.now += timedelta(days=days)
        self.clock = clock.at(self.now)
        self.clock.__enter__()

    @invariant()
    def the_grade_of_today_is_the_sum_of_what_counts(self) -> None:
        """The stored span and the computed score never part."""
        score, span = queries.score(self.firm.id, clock.today()), grade_on(self.firm.id, clock.today())
        assert span is not None and (span.score, span.grade) == (score.score, score.grade.value)


class Orders(Life):
    """责令改正."""

    wanted = {OrderState.SERVED, OrderState.VERIFIED}

    @initialize()
    def begin(self) -> None:
        """An order for two findings."""
        made = final(self.firm, [finding(), finding(facts="危险废物贮存间没有标识")])
        self.order: RectificationOrder = order(made, days=5)

    @rule(times=st.integers(2, 5))
    def go_on(self, times: int) -> None:
        """What comes next in a quiet life."""
        for _ in range(times):
            state = self.order.state
            if state is OrderState.DRAFT:
                self.send()
            elif state is OrderState.REVIEW:
                self.decide("approve")
            elif state is OrderState.APPROVED:
                self.serve(0)
            elif state is OrderState.SERVED:
                self.close(0)
                self.close(1)
                self.end("verify")
            self.each_state_has_its_evidence()

    @rule()
    def send(self) -> None:
        """To the approver."""
        self.attempt(lambda: inspections.send_order(self.order, by=person("officer")))

    @rule(how=st.sampled_from(["approve", "approve", "return"]))
    def decide(self, how: str) -> None:
        """By the approver."""
        if how == "approve":
            self.attempt(lambda: inspections.approve_order(self.order, by=person("approver")))
        else:
            self.attempt(lambda: inspections.return_order(self.order, "再核实", by=person("approver")))

    @rule(back=st.sampled_from([0, 0, 1, 3]))
    def serve(self, back: int) -> None:
        """Today or some days ago."""
        served = inspections.ServiceInput(ServiceMode.DIRECT, "何静", "厂区", clock.today() - timedelta(days=back))
        self.attempt(lambda: inspections.serve_order(self.order, served, by=person("officer")))

    @rule(which=st.integers(0, 1))
    def answer(self, which: int) -> None:
        """By the firm."""
        item = self.order.items[which]
        self.attempt(lambda: inspections.answer_item(item, "已改", clock.today(), by=person("preparer")))

    @rule(which=st.integers(0, 1), accepted=st.booleans())
    def judge(self, which: int, accepted: bool) -> None:
        """By the officer."""
        item = self.order.items[which]
        if item.responses:
            response = item.responses[-1]
            self.attempt(lambda: inspections.judge_answer(response, item, accepted, "还缺", by=person("officer")))

    @rule(which=st.integers(0, 1))
    def close(self, which: int) -> None:
        """On a re-check."""
        self.attempt(lambda: inspections.close_item(self.order.items[which], None, by=person("officer")))

    @rule(how=st.sampled_from(["verify", "verify", "escalate", "rescind"]))
    def end(self, how: str) -> None:
        """One way or another."""
        if how == "verify":
            self.attempt(lambda: inspections.verify_order(self.order, by=person("officer")))
        elif how == "escalate":
            self.attempt(lambda: inspections.escalate_order(self.order, "期满未改", by=person("officer")))
        else:
            self.attempt(lambda: inspections.rescind_order(self.order, "依据有误", by=person("approver")))

    @invariant()
    def each_state_has_its_evidence(self) -> None:
        """Number, service, deadline, reason."""
        made = getattr(self, "order", None)
        if made is None:
            return
        self.seen.add(made.state)
        approved = made.state in (OrderState.APPROVED, OrderState.SERVED, OrderState.VERIFIED, OrderState.ESCALATED)
        assert not approved or made.document is not None
        served = made.state in (OrderState.SERVED, OrderState.VERIFIED, OrderState.ESCALATED)
        assert not served or (made.served_on and made.due_on and made.due_on > made.served_on)
        if made.state is OrderState.VERIFIED:
            assert all(item.state is ItemState.CLOSED for item in made.items)
            assert all(item.finding.state is FindingState.CORRECTED for item in made.items)
        if made.state is OrderState.RESCINDED:
            assert made.end_reason and (made.document is None or made.document.state is not DocumentState.ISSUED)

    @invariant()
    def the_firm_owes_and_pays_only_for_what_it_was_served(self) -> None:
        """Obligations and points follow the order."""
        made = getattr(self, "order", None)
        if made is None:
            return
        owed = db.session.scalars(
            select(Obligation).where(
                Obligation.source_kind == "rectification_order",
                Obligation.fulfilled_on.is_(None),
                Obligation.voided_on.is_(None),
            )
        ).all()
        counting = {each.kind for each in db.session.scalars(select(CreditEvent)).unique() if each.ended_on is None}
        if made.state in (OrderState.DRAFT, OrderState.REVIEW, OrderState.APPROVED):
            assert not owed and not counting
        if made.state is OrderState.SERVED:
            assert len(owed) == 1 and owed[0].due_on == made.due_on and counting == {EventKind.ORDER}
        if made.state is OrderState.VERIFIED:
            assert not owed and EventKind.ORDER not in counting
        if made.state is OrderState.RESCINDED:
            assert not owed and not counting


class Listings(Life):
    """列入名单."""

    wanted = {ListingState.LISTED, ListingState.REMOVED}

    @initialize()
    def begin(self) -> None:
        """A proposal on a penalty in effect."""
        self.event = event(self.firm)
        self.listing: Listing = credit.propose_listing(
            self.event,
            list_type=ListType.PREFECTURE,
            ground="逃避监管",
            legal_basis=BASIS,
            term_months=12,
            by=person("credit"),
        )
        db.session.commit()

    @rule(times=st.integers(2, 4))
    def go_on(self, times: int) -> None:
        """What comes next when nobody objects or what is objected is not upheld."""
        for _ in range(times):
            state = self.listing.state
            if state is ListingState.PROPOSED:
                self.notify(only=False)
            elif state is ListingState.OBJECTED:
                self.answer(upheld=False)
            elif state is ListingState.NOTIFIED:
                self.days_pass(15)
                self.decide("list")
            elif state is ListingState.LISTED:
                self.decide("remove")
            self.nobody_stands_on_the_list_unheard()
            self.the_public_list_shows_who_stands_and_no_one_else()

    @rule(only=st.booleans())
    def notify(self, only: bool) -> None:
        """Issue the notice, or serve it."""
        if only:
            self.attempt(lambda: credit.issue_notice(self.listing, by=person("credit")))
        else:
            self.attempt(
                lambda: credit.notify_listing(
                    self.listing, mode=ServiceMode.DIRECT, recipient="孙志远", place="厂区", served_on=clock.today(),
                    by=person("credit"),
                )
            )  # fmt: skip

    @rule()
    def object(self) -> None:
        """The firm states its case."""
        self.attempt(lambda: credit.object_to_listing(self.listing, "并非暗管", by=person("signer")))

    @rule(upheld=st.sampled_from([False, False, True]))
    def answer(self, upheld: bool) -> None:
        """The oldest one that waits."""
        waiting = [each for each in self.listing.objections if each.upheld is None]
        if waiting:
            self.attempt(
                lambda: credit.answer_objection(waiting[0], self.listing, upheld, "理由", by=person("approver"))
            )

    @rule()
    def waive(self) -> None:
        """In writing."""
        self.attempt(lambda: credit.note_waiver(self.listing, clock.today(), by=person("credit")))

    @rule(how=st.sampled_from(["list", "list", "list", "remove", "remove", "drop", "quash"]))
    def decide(self, how: str) -> None:
        """By the approver."""
        approver = person("approver")
        if how == "list":
            self.attempt(lambda: credit.decide_listing(self.listing, by=approver))
        elif how == "drop":
            self.attempt(lambda: credit.drop_listing(self.listing, "不列", by=approver))
        elif how == "remove":
            clerk = person("credit")
            self.attempt(lambda: credit.propose_removal(self.listing, "已改正", by=clerk))
            if asked := self.listing.open_removal:
                self.attempt(lambda: credit.decide_removal(asked, True, "", by=approver))
        elif clock.today() > world.TODAY + timedelta(days=60):
            decision = self.listing.decision
            self.attempt(lambda: inspections.propose_quashing(decision, clock.today(), "撤销", by=person("officer")))
            if noted := decision.open_quashing:
                self.attempt(lambda: inspections.quash_decision(noted, True, "", by=approver))

    @invariant()
    def nobody_stands_on_the_list_unheard(self) -> None:
        """Notice served, time over or waived, every objection answered, another person, a document, a term."""
        made = getattr(self, "listing", None)
        if made is None or made.state not in (ListingState.LISTED, ListingState.REMOVED):
            return
        assert made.notified_on and made.objection_until and made.listed_on and made.decision_document
        assert made.listed_on > made.objection_until or made.waived_on
        assert all(each.upheld is False for each in made.objections)
        assert made.decided_by_id not in (None, made.proposed_by_id)
        assert made.term_to > made.listed_on

    @invariant()
    def the_public_list_shows_who_stands_and_no_one_else(self) -> None:
        """Removed, dropped, quashed or lapsed: gone at once."""
        made = getattr(self, "listing", None)
        if made is None:
            return
        self.seen.add(made.state)
        shown = db.session.scalars(queries.current_listings(clock.today())).unique().all()
        stands = made.state is ListingState.LISTED and clock.today() < (made.term_to or clock.today())
        assert (made.id in {each.id for each in shown}) == stands


@pytest.mark.parametrize("life", [Orders, Listings])
def test_whatever_is_tried_what_the_law_wants_of_each_state_holds(application: Flask, life: type[Life]) -> None:
    life.application, life.seen = application, set()
    run_state_machine_as_test(life, settings=FEW)
    assert life.seen >= life.wanted, "the tries went nowhere"
