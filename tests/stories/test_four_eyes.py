"""Whoever asks does not decide: even a person who holds both roles needs another one. And nothing is dated at will."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from core.workflow import NotAllowed
from credit import actions as credit
from credit.models import ListType
from inspections import actions as inspections
from registry import documents
from registry.models import Enterprise, ServiceMode
from tests.credit.made import BASIS, event, notified
from tests.inspections.made import at, begun, confirmed, decision, filled, final, order, person, served


@pytest.fixture
def both(session: Any) -> Any:
    """Give somebody a second role, as a small bureau would."""

    def give(username: str, *roles: Role) -> User:
        found = person(username)
        found.grants += [UserRole(role=role, granted_at=clock.now()) for role in roles]
        from accounts.audit import record

        record(found, "test:grant", "兼任", by=found)
        session.commit()
        return found

    return give


def test_nobody_approves_the_own_order(session: Any, firm: Enterprise, both: Any) -> None:
    for name in ("officer", "officer2"):
        made = order(final(firm))
        inspections.send_order(made, by=person("officer"))
        with pytest.raises(NotAllowed, match="不能审批自己"):
            inspections.approve_order(made, by=both(name, Role.APPROVER))


def test_nobody_confirms_the_own_penalty(session: Any, firm: Enterprise, both: Any) -> None:
    made = decision(firm)
    with pytest.raises(NotAllowed, match="另一人复核"):
        inspections.confirm_decision(made, by=both("officer", Role.APPROVER))


def test_nobody_quashes_a_penalty_alone(session: Any, firm: Enterprise, both: Any, browse: Any) -> None:
    made, approver = confirmed(firm), person("approver")
    asked = inspections.propose_quashing(made, clock.today(), "行政复议决定撤销（示例）", by=approver)
    session.commit()
    with pytest.raises(NotAllowed, match="另一人办理"):
        inspections.quash_decision(asked, True, "", by=approver)
    with pytest.raises(NotAllowed, match="正等另一人确认"):
        inspections.propose_quashing(made, clock.today(), "再登记", by=person("officer"))
    assert made.state.code == "confirmed", "it stands until then"
    other = browse("county_approver")
    assert "撤销待确认" in other.get("/desk").text
    assert "撤销待确认" not in browse("approver").get("/desk").text
    page = other.get(f"/cases/{made.id}/quash")
    assert other.submit(page, {"granted": "0"}, status=422).errors, "to leave it as it is needs a reason"
    other.submit(page, {"granted": "1"})
    session.expire_all()
    assert (made.state.code, made.quash_reason) == ("quashed", "行政复议决定撤销（示例）")


def test_what_was_not_quashed_stands_and_may_be_asked_again(session: Any, firm: Enterprise) -> None:
    made = confirmed(firm)
    first = inspections.propose_quashing(made, clock.today(), "撤销（示例）", by=person("officer"))
    inspections.quash_decision(first, False, "复议机关没有作出决定（示例）", by=person("approver"))
    session.commit()
    assert (made.state.code, made.quashed_on, made.open_quashing) == ("confirmed", None, None)
    again = inspections.propose_quashing(made, clock.today(), "撤销（示例）", by=person("officer"))
    inspections.quash_decision(again, True, "", by=person("approver"))
    session.commit()
    assert made.state.code == "quashed"


def test_the_database_keeps_two_pairs_of_eyes_on_a_quashing(session: Any, firm: Enterprise) -> None:
    asked = inspections.propose_quashing(confirmed(firm), clock.today(), "撤销（示例）", by=person("approver"))
    session.commit()
    table = asked.__table__
    mine = {"decided_by_id": asked.proposed_by_id, "decided_on": clock.today(), "granted": True}
    with pytest.raises(Exception, match=r"four_eyes|CHECK"), session.begin_nested():
        session.execute(table.update().where(table.c.id == asked.id).values(**mine))


def test_nobody_decides_or_answers_on_the_own_proposal(session: Any, firm: Enterprise, both: Any) -> None:
    who = both("credit", Role.APPROVER)
    made = notified(firm)
    objection = credit.object_to_listing(made, "并非暗管", by=person("signer"))
    session.commit()
    with pytest.raises(NotAllowed, match="另一人办理"):
        credit.answer_objection(objection, made, False, "理由", by=who)
    credit.answer_objection(objection, made, False, "理由", by=person("approver"))
    with clock.at(at(date(2026, 12, 1))), pytest.raises(NotAllowed, match="另一人办理"):
        credit.decide_listing(made, by=who)


def test_nobody_drops_the_own_proposal_alone(session: Any, firm: Enterprise, both: Any) -> None:
    """Dropping is a decision for the firm; the proposer may ask for it like anybody."""
    made = credit.propose_listing(
        event(firm),
        list_type=ListType.PREFECTURE,
        ground="逃避监管",
        legal_basis=BASIS,
        term_months=12,
        by=person("credit"),
    )
    session.commit()
    with pytest.raises(NotAllowed, match="另一人办理"):
        credit.drop_listing(made, "不列了", by=both("credit", Role.APPROVER))


def test_the_database_itself_keeps_two_pairs_of_eyes(session: Any, firm: Enterprise) -> None:
    from inspections.models import PenaltyDecision

    made = confirmed(firm)
    table = PenaltyDecision.__table__
    with pytest.raises(Exception, match=r"four_eyes|CHECK"), session.begin_nested():
        session.execute(table.update().where(table.c.id == made.id).values(confirmed_by_id=made.recorded_by_id))


def test_three_administrators_never_meet_in_one_person(session: Any) -> None:
    for first, second in (
        ("sysadmin", Role.AUDITOR),
        ("secadmin", Role.SYSTEM_ADMIN),
        ("auditor", Role.SECURITY_ADMIN),
    ):
        with pytest.raises(Exception, match=r"one_admin|UNIQUE|user_role"), session.begin_nested():
            session.add(UserRole(user_id=person(first).id, role=second, granted_at=clock.now()))
            session.flush()


def test_the_security_administrator_never_changes_the_own_account(session: Any) -> None:
    from accounts import actions

    me = person("secadmin")
    account = actions.Account("secadmin", "安全员", None, frozenset({Role.AUDITOR}))
    for act in (
        lambda: actions.edit_user(me, account, by=me, now=clock.now()),
        lambda: actions.disable_user(me, by=me, now=clock.now()),
        lambda: actions.reset_password(me, by=me, now=clock.now()),
    ):
        with pytest.raises(NotAllowed):
            act()


NOON = at(date(2026, 11, 23), 12)


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(days=1), timedelta(days=400)])
def test_an_inspection_does_not_begin_in_the_future(session: Any, firm: Enterprise, ahead: timedelta) -> None:
    made = begun(firm)
    with pytest.raises(NotAllowed) as refused:
        _rewritten(made, clock.now() + ahead, "")
    assert {each.field for each in refused.value.missing} == {"started_at"}


def test_an_inspection_is_not_put_into_another_year(session: Any, firm: Enterprise) -> None:
    made = begun(firm)
    with pytest.raises(NotAllowed, match="太早"):
        _rewritten(made, clock.now() - timedelta(days=401), "忘了")


def test_a_record_of_more_than_seven_days_ago_needs_its_reason(session: Any, firm: Enterprise) -> None:
    made = filled(begun(firm))
    _rewritten(made, clock.now() - timedelta(days=8), "")
    inspections.sign_record(made, [[[1, 1], [5, 5]]], "何静", "", by=person("officer"))
    with pytest.raises(NotAllowed, match="补录原因"):
        inspections.finalise(made, by=person("officer"))


def test_a_record_of_more_than_seven_days_ago_needs_another_person_s_consent(
    session: Any, firm: Enterprise, browse: Any
) -> None:
    made = filled(begun(firm))
    _rewritten(made, clock.now() - timedelta(days=8), "山区无信号，回站补录")
    inspections.sign_record(made, [[[1, 1], [5, 5]]], "何静", "", by=person("officer"))
    session.commit()
    with pytest.raises(NotAllowed, match="审批人同意补录"):
        inspections.finalise(made, by=person("officer"))
    with pytest.raises(NotAllowed, match="请审批人办理"):
        inspections.allow_backdating(made, by=person("officer2"))
    url = f"/inspections/{made.id}"
    browse("officer").get(f"{url}/backdating", 403)
    browse("reviewer").get(f"{url}/backdating", 403)
    approver = browse("approver")
    assert "等待同意补录" in approver.get(url).text
    assert "请审批补录" in browse("county_approver").get("/notifications").text
    assert "山区无信号" in approver.get(f"{url}/backdating").text
    approver.submit(approver.get(f"{url}/backdating"))
    assert "吴正同意补录" in approver.get(url).text
    session.expire_all()
    inspections.finalise(made, by=person("officer"))
    session.commit()
    assert made.state.value == "final"


def test_a_consent_does_not_cover_another_time_or_reason(session: Any, firm: Enterprise) -> None:
    made = filled(begun(firm))
    for started, reason in (
        (timedelta(days=9), "无信号"),
        (timedelta(days=30), "无信号"),
        (timedelta(days=30), "别的原因"),
    ):
        _rewritten(made, clock.now() - started, reason)
        assert inspections.waits_for_consent(made)
        inspections.allow_backdating(made, by=person("approver"))
        session.commit()
    assert not inspections.waits_for_consent(made)


def _rewritten(made: Any, started_at: Any, reason: str) -> None:
    inspections.save_record(
        made,
        inspections.RecordInput(
            started_at,
            started_at + timedelta(hours=1),
            made.second_officer,
            reason,
            "何静",
            "科长",
            True,
            True,
            "正常",
            "正常",
        ),
        by=person("officer"),
    )


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2027, 11, 23)])
def test_nothing_is_served_paid_corrected_or_quashed_in_the_future(session: Any, firm: Enterprise, day: date) -> None:
    made, ordered = confirmed(firm), order(final(firm))
    inspections.send_order(ordered, by=person("officer"))
    document = inspections.approve_order(ordered, by=person("approver"))
    for act in (
        lambda: inspections.note_paid(made, day, by=person("officer")),
        lambda: inspections.note_corrected(made, day, by=person("officer")),
        lambda: inspections.propose_quashing(made, day, "撤销", by=person("approver")),
        lambda: documents.serve(
            document, mode=ServiceMode.DIRECT, recipient="何静", served_on=day, by=person("officer")
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nothing_is_served_or_paid_before_it_was_decided(session: Any, firm: Enterprise) -> None:
    made, ordered = confirmed(firm), order(final(firm))
    inspections.send_order(ordered, by=person("officer"))
    document = inspections.approve_order(ordered, by=person("approver"))
    early = clock.today() - timedelta(days=30)
    for act in (
        lambda: inspections.note_paid(made, early, by=person("officer")),
        lambda: inspections.propose_quashing(made, early, "撤销", by=person("approver")),
        lambda: documents.serve(
            document, mode=ServiceMode.DIRECT, recipient="何静", served_on=early, by=person("officer")
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(("field", "days"), [("decided_on", 1), ("served_on", 1), ("act_to", 1)])
def test_a_penalty_is_not_decided_served_or_committed_in_the_future(
    session: Any, firm: Enterprise, field: str, days: int
) -> None:
    with pytest.raises(NotAllowed):
        decision(firm, **{field: clock.today() + timedelta(days=days)})


def test_a_firm_does_not_put_right_what_was_not_found_yet(session: Any, firm: Enterprise) -> None:
    made = served(final(firm))
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(NotAllowed):
            inspections.answer_item(made.items[0], "已改", day, by=person("preparer"))
    assert db.session.scalars(select(User)).first()
