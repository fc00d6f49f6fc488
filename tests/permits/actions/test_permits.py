"""Permits and versions, as the clerk makes them."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import EmissionLimit, Outlet, Permit, PermitState, PermitVersion, VersionGround, VersionState
from registry.models import Enterprise, Notification, Obligation
from tests.permits import made


def test_a_permit_in_force_is_shown_beside_its_enterprise_and_told_to_its_people(
    session: Any, firm: Enterprise, permit: Permit
) -> None:
    assert permit.state is PermitState.IN_FORCE
    assert permit.versions[0].state is VersionState.ISSUED
    assert (firm.permit_no, firm.permit_valid_to) == (permit.permit_no, made.VALID_TO)
    told = session.scalars(select(Notification).where(Notification.key == f"permit-version-{permit.versions[0].id}"))
    assert len(told.all()) == 2


def test_two_permits_never_share_a_number(session: Any, firm: Enterprise, permit: Permit) -> None:
    with pytest.raises(NotAllowed, match="另一张许可证"):
        actions.draft_permit(firm.sites[0], made.face(firm), made.facts(), by=made.person("permit"))


def test_a_term_that_runs_backwards_is_refused(session: Any, firm: Enterprise) -> None:
    with pytest.raises(NotAllowed, match="不能早于有效期起"):
        facts = made.facts(valid_to=date(2022, 3, 14))
        actions.draft_permit(firm.sites[0], made.face(firm), facts, by=made.person("permit"))


def test_an_incomplete_version_does_not_come_into_force(session: Any, firm: Enterprise) -> None:
    found = actions.draft_permit(firm.sites[0], made.face(firm), made.facts(), by=made.person("permit"))
    with pytest.raises(NotAllowed, match="还没有排放口"):
        actions.issue_version(found.versions[0], by=made.person("permit"))
    assert found.state is PermitState.DRAFT


def test_only_who_may_issue_puts_a_version_in_force(session: Any, firm: Enterprise) -> None:
    found = made.draft(firm)
    with pytest.raises(NotAllowed, match="没有「生效」的权限"):
        actions.issue_version(found.versions[0], by=made.person("officer"))


def change(permit: Permit, in_force_from: date = date(2026, 12, 1)) -> PermitVersion:
    """A second version."""
    facts = made.facts(ground=VersionGround.CHANGE, in_force_from=in_force_from)
    return actions.draft_version(permit, facts, by=made.person("permit"))


def test_a_new_version_begins_with_all_that_the_present_one_says(session: Any, permit: Permit) -> None:
    made_ = change(permit)
    assert queries.permits.content(made_) == queries.permits.content(permit.versions[0])
    assert queries.permits.compared(permit.versions[0], made_) == []


def test_the_version_before_holds_until_the_day_before(session: Any, permit: Permit) -> None:
    second = change(permit)
    actions.issue_version(second, by=made.person("permit"))
    session.commit()
    assert permit.versions[0].in_force_to == date(2026, 11, 30)
    before, after = (queries.permits.version_on(permit, day) for day in (date(2026, 11, 30), date(2026, 12, 1)))
    assert (before.number if before else 0, after.number if after else 0) == (1, 2)


def test_a_version_must_come_after_the_one_before(session: Any, permit: Permit) -> None:
    second = change(permit, made.VALID_FROM)
    with pytest.raises(NotAllowed, match="应晚于上一版"):
        actions.issue_version(second, by=made.person("permit"))


def test_only_one_version_is_written_at_a_time(session: Any, permit: Permit) -> None:
    change(permit)
    with pytest.raises(NotAllowed, match="已有一个版本在起草"):
        change(permit)


def test_what_is_in_force_is_never_rewritten_by_an_act(session: Any, permit: Permit) -> None:
    with pytest.raises(NotAllowed, match="请新建版本"):
        actions.set_limits(permit.versions[0], made.LIMITS, by=made.person("permit"))
    with pytest.raises(NotAllowed, match="请新建版本"):
        actions.discard_version(permit.versions[0], by=made.person("permit"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE emission_limit SET value = 999",
        "DELETE FROM emission_limit",
        "UPDATE outlet SET code = 'DA009'",
        "UPDATE permit_version SET valid_to = '2040-01-01'",
        "DELETE FROM permit_version",
        "UPDATE condition SET text = 'x'",
        "UPDATE report_requirement SET due_days = 99",
        "DELETE FROM monitoring_requirement",
    ],
)
def test_the_database_itself_keeps_what_is_in_force(session: Any, permit: Permit, statement: str) -> None:
    savepoint = session.begin_nested()
    with pytest.raises(IntegrityError, match="frozen"):
        session.execute(text(statement))
    savepoint.rollback()


def test_a_draft_is_thrown_away_with_all_that_it_says(session: Any, permit: Permit) -> None:
    outlets = session.scalars(select(Outlet)).all()
    second = change(permit)
    left = actions.discard_version(second, by=made.person("permit"))
    session.commit()
    assert left is permit
    assert [each.number for each in permit.versions] == [1]
    assert len(session.scalars(select(Outlet)).all()) == len(outlets)


def test_a_permit_that_was_nothing_but_a_draft_goes_with_it(session: Any, firm: Enterprise) -> None:
    found = made.draft(firm)
    assert actions.discard_version(found.versions[0], by=made.person("permit")) is None
    session.commit()
    assert session.scalars(select(Permit)).all() == []
    assert session.scalars(select(EmissionLimit)).all() == []


def test_a_renewal_answers_the_duty_on_the_day_it_was_applied_for(session: Any, permit: Permit) -> None:
    renewed = made.facts(
        ground=VersionGround.RENEWAL,
        in_force_from=date(2027, 3, 15),
        valid_from=date(2027, 3, 15),
        valid_to=date(2032, 3, 14),
        applied_on=date(2026, 11, 20),
        decided_on=date(2026, 11, 23),
    )
    second = actions.draft_version(permit, renewed, by=made.person("permit"))
    actions.issue_version(second, by=made.person("permit"))
    session.commit()
    assert made.owed(permit, "renewal-2027-03-14").fulfilled_on == date(2026, 11, 20)
    assert made.owed(permit, "renewal-2032-03-14").due_on == date(2032, 1, 14)
    assert permit.enterprise.permit_valid_to == date(2032, 3, 14)
    assert queries.permits.gaps(permit, date(2028, 1, 1)) == []


def test_a_renewal_needs_the_days_of_application_and_decision(session: Any, permit: Permit) -> None:
    facts = made.facts(ground=VersionGround.RENEWAL, in_force_from=date(2026, 12, 1), decided_on=None)
    second = actions.draft_version(permit, facts, by=made.person("permit"))
    with pytest.raises(NotAllowed, match="办法第24条"):
        actions.issue_version(second, by=made.person("permit"))


@pytest.mark.parametrize(
    ("verb", "state"),
    [("cancel", PermitState.CANCELLED), ("withdraw", PermitState.WITHDRAWN), ("revoke", PermitState.REVOKED)],
)
def test_an_ended_permit_no_longer_holds_and_owes_nothing_later(
    session: Any, firm: Enterprise, permit: Permit, verb: str, state: PermitState
) -> None:
    actions.end_permit(permit, verb, date(2026, 11, 23), "依据示例决定", by=made.person("permit"))
    session.commit()
    assert permit.state is state
    assert queries.permits.version_on(permit, date(2026, 11, 23)) is None
    assert queries.permits.version_on(permit, date(2026, 11, 22)) is not None
    owed = {each.key for each in queries.permits.duties(permit) if each.fulfilled_on is None}
    over = {f"monitoring-DW001-1次/月-2026-{month:02}" for month in range(7, 11)}
    assert owed == {"2026-q2", "2026-q3", "2026", *over}
    assert (firm.permit_no, firm.permit_valid_to) == ("", None)
    (gap,) = queries.permits.gaps(permit, date(2026, 11, 25))
    assert gap.days == 3


def test_an_end_lies_neither_ahead_nor_before_the_beginning(session: Any, permit: Permit) -> None:
    clerk = made.person("permit")
    with pytest.raises(NotAllowed, match="不能晚于今天"):
        actions.end_permit(permit, "cancel", date(2026, 11, 24), "关闭", by=clerk)
    with pytest.raises(NotAllowed, match="不能早于首版施行之日"):
        actions.end_permit(permit, "cancel", date(2022, 3, 14), "关闭", by=clerk)
    with pytest.raises(NotAllowed, match="请写明理由"):
        actions.end_permit(permit, "cancel", date(2026, 11, 23), " ", by=clerk)


def test_a_permit_ends_once(session: Any, permit: Permit) -> None:
    clerk = made.person("permit")
    actions.end_permit(permit, "cancel", date(2026, 11, 23), "关闭", by=clerk)
    with pytest.raises(NotAllowed, match="已注销"):
        actions.end_permit(permit, "revoke", date(2026, 11, 23), "关闭", by=clerk)


def test_a_term_to_rectify_is_begun_and_ended(session: Any, permit: Permit) -> None:
    clerk = made.person("permit")
    with pytest.raises(NotAllowed):
        actions.rectify_permit(permit, "", by=clerk)
    actions.rectify_permit(permit, "整改通知书〔2026〕1 号", by=clerk)
    assert permit.state is PermitState.RECTIFICATION
    actions.resume_permit(permit, by=clerk)
    assert permit.state is PermitState.IN_FORCE
    with pytest.raises(NotAllowed):
        actions.resume_permit(permit, by=clerk)


def test_the_duties_of_a_permit_are_written_once(session: Any, permit: Permit) -> None:
    assert actions.begin_rounds(date(2026, 11, 23)) == 5, "July to November"
    before = [(each.id, each.due_on) for each in queries.permits.duties(permit)]
    assert actions.refresh_duties(permit, "再算一次", by=made.person("permit")).empty
    assert [(each.id, each.due_on) for each in queries.permits.duties(permit)] == before


def test_duties_follow_the_copy_and_the_law(session: Any, permit: Permit) -> None:
    due = {each.key: each.due_on for each in queries.permits.duties(permit)}
    assert due == {
        "2026-q2": date(2026, 7, 15),
        "2026-q3": date(2026, 10, 15),
        "2026": date(2027, 1, 31),
        "2027-q1": date(2027, 4, 15),
        "renewal-2027-03-14": date(2027, 1, 13),
    }


def test_a_changed_term_voids_only_what_differs(session: Any, permit: Permit) -> None:
    second = change(permit)
    actions.set_reports(second, [actions.ReportInput(made.ReportPeriod.YEAR, 15, "8.1")], by=made.person("permit"))
    actions.issue_version(second, by=made.person("permit"))
    session.commit()
    rows = session.scalars(select(Obligation).where(Obligation.source_kind == "permit")).all()
    found = {each.key: (each.due_on, each.voided_on is not None) for each in rows}
    assert found["2026"] == (date(2027, 1, 15), False)
    assert found["2027-q1"][1]
    assert found["2026-q3"] == (date(2026, 10, 15), False)


def test_limits_name_an_outlet_that_is_there_and_run_upwards(session: Any, firm: Enterprise) -> None:
    version, clerk = made.draft(firm).versions[0], made.person("permit")
    strange = made.LIMITS[0].__class__(**{**vars(made.LIMITS[0]), "outlet_code": "DA009"})
    with pytest.raises(NotAllowed, match="没有排放口 DA009"):
        actions.set_limits(version, [strange], by=clerk)
    with pytest.raises(NotAllowed, match="写了两次"):
        actions.set_limits(version, [made.LIMITS[0], made.LIMITS[0]], by=clerk)
    backwards = made.LIMITS[-1].__class__(**{**vars(made.LIMITS[-1]), "value_low": made.Decimal(10)})
    with pytest.raises(NotAllowed, match="下限不能大于限值"):
        actions.set_limits(version, [backwards], by=clerk)


def test_a_dropped_outlet_takes_its_limits_with_it(session: Any, firm: Enterprise) -> None:
    version = made.draft(firm).versions[0]
    actions.set_outlets(version, made.OUTLETS[:1], by=made.person("permit"))
    session.commit()
    assert {each.outlet.code for each in session.scalars(select(EmissionLimit))} == {"DA001"}


def test_conditions_stand_under_their_heading(session: Any, firm: Enterprise) -> None:
    version = made.draft(firm).versions[0]
    by_label = {each.label: each for each in version.conditions}
    assert by_label["8.2"].parent_id == by_label["8"].id
    assert by_label["8"].parent_id is None


def test_every_act_on_a_permit_stands_in_the_trail(session: Any, permit: Permit) -> None:
    from accounts.models import AuditEntry

    acts = {each.act for each in session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "permit"))}
    assert {"permits:permit:draft", "permit:issue", "registry:obligation:regenerate"} <= acts


def test_the_clock_of_the_act_is_kept(session: Any, permit: Permit) -> None:
    assert permit.versions[0].issued_at == made.ENTERED
    assert clock.beijing(made.ENTERED).hour == 10
