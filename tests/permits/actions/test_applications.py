"""From the first draft to the decision: every kind of application, signed by another, decided by a third."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    Opinion,
    Permit,
    PermitState,
    Section,
    VersionState,
)
from registry.models import Document, DocumentKind, Enterprise, FormerName
from tests import world
from tests.permits import applied, made
from tests.permits.made import person

K, S = ApplicationKind, ApplicationState
SATURDAY = date(2026, 11, 28)


@pytest.fixture
def received(session: Any, firm: Enterprise) -> Application:
    """A first application of a key unit, handed in after its disclosure on 2026-12-01."""
    return applied.handed_in(K.FIRST, firm.sites[0])


def test_a_first_application_becomes_a_permit_of_five_years_from_the_decision(received: Application) -> None:
    assert received.received_on == date(2026, 12, 1)
    with clock.at(date(2026, 12, 2)):
        applied.examined(received)
    with clock.at(date(2026, 12, 7)):
        document = actions.grant_application(received, by=person("approver"))
    permit = received.permit
    assert permit is not None
    assert (received.state, permit.state) == (S.GRANTED, PermitState.IN_FORCE)
    assert (permit.valid_from, permit.valid_to) == (date(2026, 12, 7), date(2031, 12, 6))
    assert permit.permit_no == f"{received.enterprise.credit_code}001P"
    assert document.kind is DocumentKind.PERMIT_GRANT
    assert queries.permits.duties(permit), "what the permit demands is owed"
    assert received.enterprise.permit_no == permit.permit_no


def test_a_key_unit_hands_in_only_after_five_working_days_of_disclosure(session: Any, firm: Enterprise) -> None:
    found = applied.filled(K.FIRST, firm.sites[0])
    assert found.notice_from == world.TODAY
    for day, open_ in ((date(2026, 11, 30), False), (date(2026, 12, 1), True)):
        with clock.at(day):
            if open_:
                actions.send_application(found, by=person("preparer"))
            else:
                with pytest.raises(NotAllowed, match="信息公开还没有满"):
                    actions.send_application(found, by=person("preparer"))
    assert found.state is S.CHECKED


def test_what_is_changed_after_the_disclosure_is_disclosed_anew(session: Any, firm: Enterprise) -> None:
    found = applied.filled(K.FIRST, firm.sites[0])
    with clock.at(date(2026, 12, 2)):
        actions.save_limits(found, applied.looser(), "改过的计算", by=person("preparer"))
        with pytest.raises(NotAllowed, match="重新公开"):
            actions.send_application(found, by=person("preparer"))


def test_a_simplified_unit_discloses_nothing_beforehand(session: Any, firm: Enterprise) -> None:
    found = applied.fill(applied.begun(K.FIRST, firm.sites[0]))
    from registry.models import Category

    actions.save_unit(found, applied.unit(firm, category=Category.SIMPLIFIED), by=person("preparer"))
    assert applied.hand_in(found).state is S.SUBMITTED


def test_nothing_is_disclosed_before_the_limits_are_there(session: Any, firm: Enterprise) -> None:
    found = applied.begun(K.FIRST, firm.sites[0])
    assert found.permit_version is not None
    actions.set_outlets(found.permit_version, made.OUTLETS, by=person("preparer"))
    with pytest.raises(NotAllowed, match="排放口和申请的限值"):
        actions.disclose(found, by=person("preparer"))


def test_a_yearly_quantity_in_milligrams_is_not_handed_in(session: Any, firm: Enterprise) -> None:
    found = applied.filled(K.FIRST, firm.sites[0])
    wrong = [replace(each, unit="mg/m³") for each in made.LIMITS]
    actions.save_limits(found, wrong, "计算", by=person("preparer"))
    with pytest.raises(NotAllowed, match="单位应为 t，不是 mg/m³"):
        actions.send_application(found, by=person("preparer"))


def test_an_empty_draft_says_what_it_lacks_and_where(session: Any, firm: Enterprise) -> None:
    found = applied.begun(K.FIRST, firm.sites[0])
    with pytest.raises(NotAllowed) as refusal:
        actions.send_application(found, by=person("preparer"))
    lacking = {each.field: each.url for each in refusal.value.missing}
    assert {"facilities", "outlets", "monitoring", "notice", "commitment"} <= set(lacking)
    assert lacking["outlets"] == f"/my/applications/{found.id}/outlets"


def test_who_prepares_never_signs_and_a_wrong_password_hands_in_nothing(session: Any, permit: Permit) -> None:
    found = applied.filled(K.RENEWAL, permit)
    actions.send_application(found, by=person("preparer"))
    session.commit()
    for password, declared, who in (("wrong", True, "signer"), (world.PASSWORD, False, "signer")):
        with pytest.raises(NotAllowed):
            actions.sign_application(found, password, declared=declared, by=person(who))
    for who in ("preparer", "far_signer", "permit"):
        with pytest.raises(NotAllowed):
            actions.sign_application(found, world.PASSWORD, declared=True, by=person(who))
    assert (found.state, found.received_on, found.submissions) == (S.CHECKED, None, [])


def test_a_supplement_is_asked_for_once_with_everything_and_only_in_its_three_working_days(
    received: Application,
) -> None:
    remarks = [actions.Remark(Section.LIMITS, "补充计算过程"), actions.Remark(None, "补充环评批复")]
    with clock.at(date(2026, 12, 4)):
        actions.ask_for_supplement(received, remarks, by=person("permit"))
        assert received.state is S.SUPPLEMENT
        assert len(queries.applications.open_comments(received)) == 2
        applied.hand_in(received)
    with clock.at(date(2026, 12, 7)), pytest.raises(NotAllowed, match="已经告知过一次补正"):
        actions.ask_for_supplement(received, remarks, by=person("permit"))


def test_after_its_days_an_application_is_deemed_accepted_from_the_day_it_came(received: Application) -> None:
    with clock.at(date(2026, 12, 4)):
        assert not queries.applications.is_deemed_accepted(received, clock.today())
    with clock.at(date(2026, 12, 5)):
        assert queries.applications.is_deemed_accepted(received, clock.today())
        for act in (
            lambda: actions.ask_for_supplement(received, [actions.Remark(None, "补")], by=person("permit")),
            lambda: actions.decline_application(received, "不属于本机关", by=person("permit")),
        ):
            with pytest.raises(NotAllowed, match="视为受理"):
                act()
        received.end_reason = ""
    with clock.at(date(2026, 12, 9)):
        actions.accept_application(received, by=person("permit"))
    assert received.accepted_on == received.received_on


def test_what_is_not_accepted_leaves_its_copy_and_no_draft(received: Application, session: Any) -> None:
    with clock.at(date(2026, 12, 2)):
        actions.decline_application(received, "不需要取得排污许可", by=person("permit"))
    session.commit()
    assert received.state is S.DECLINED
    assert received.permit_version_id is None
    assert session.scalars(select(Permit)).unique().all() == []
    assert len(received.submissions) == 1


def _clock(found: Application, day: date) -> date:
    due = queries.applications.decision_deadline(found, day)
    assert due is not None
    return due.due


def test_a_site_check_makes_the_period_longer_and_holds_the_review_until_an_inspection_answers(
    received: Application,
) -> None:
    clerk = person("permit")
    with clock.at(date(2026, 12, 2)):
        actions.accept_application(received, by=clerk)
        before = _clock(received, clock.today())
        actions.ask_site_check(received, "核对排放口", by=clerk)
        assert _clock(received, clock.today()) > before
        assert received.permit_version is not None
        actions.set_reports(received.permit_version, made.REPORTS, by=clerk)
        with pytest.raises(NotAllowed, match="现场核查还没有完成"):
            actions.finish_review(received, Opinion.GRANT, "符合", by=clerk)
        received.opinion, received.reviewed_by_id = None, None
        assert actions.note_site_seen(received.site_id, 1, date(2026, 12, 1), by=clerk) == []
        assert len(actions.note_site_seen(received.site_id, 1, date(2026, 12, 2), by=clerk)) == 1
        actions.finish_review(received, Opinion.GRANT, "符合", by=clerk)


def test_who_accepted_or_examined_never_decides(received: Application) -> None:
    with clock.at(date(2026, 12, 2)):
        applied.examined(received)
        for who in ("permit", "reviewer", "officer", "signer"):
            with pytest.raises(NotAllowed):
                actions.grant_application(received, by=person(who))
        received.reviewed_by_id = person("approver").id
        for act in (
            lambda: actions.grant_application(received, by=person("approver")),
            lambda: actions.refuse_application(received, "不符合", by=person("approver")),
        ):
            with pytest.raises(NotAllowed, match="另一名审批人"):
                act()


def test_a_refusal_has_reasons_and_frees_the_site_for_another_application(received: Application, session: Any) -> None:
    with clock.at(date(2026, 12, 2)):
        applied.examined(received, Opinion.REFUSE)
        with pytest.raises(NotAllowed, match="理由"):
            actions.refuse_application(received, " ", by=person("approver"))
        document = actions.refuse_application(received, "污染防治设施不符合要求", by=person("approver"))
        session.commit()
        assert received.state is S.REFUSED
        assert "申请行政复议" in str(document.content)
        assert applied.begun(K.FIRST, received.site).state is S.DRAFT


def test_what_is_returned_is_examined_again(received: Application) -> None:
    with clock.at(date(2026, 12, 2)):
        applied.examined(received)
        actions.return_to_review(received, "补充说明限值来源", by=person("approver"))
        assert received.state is S.ACCEPTED


def test_a_renewal_in_time_follows_the_old_term_though_decided_late(session: Any, permit: Permit) -> None:
    found = applied.handed_in(K.RENEWAL, permit)
    renewal = queries.permits.renewal_due(permit)
    assert renewal is not None
    assert renewal.fulfilled_on == world.TODAY, "the duty to apply is met by applying"
    applied.examined(found)
    with clock.at(date(2027, 3, 20)):
        actions.grant_application(found, by=person("approver"))
    assert (permit.valid_from, permit.valid_to) == (date(2027, 3, 15), date(2032, 3, 14))
    assert queries.permits.gaps(permit, date(2027, 4, 1)) == []


def test_a_late_renewal_decided_after_the_end_begins_with_the_decision_and_shows_its_gap(
    session: Any, permit: Permit
) -> None:
    found = applied.filled(K.RENEWAL, permit)
    with clock.at(date(2027, 3, 8)):
        applied.hand_in(found)
        ahead = queries.applications.gap_ahead(found, clock.today())
        assert ahead is not None
        assert ahead.first == date(2027, 3, 15)
        applied.examined(found)
    with clock.at(date(2027, 3, 22)):
        actions.grant_application(found, by=person("approver"))
    assert permit.valid_from == date(2027, 3, 22)
    gap = queries.permits.gaps(permit, date(2027, 4, 1))[0]
    assert (gap.first, gap.last) == (date(2027, 3, 15), date(2027, 3, 21))


def test_a_change_of_name_keeps_the_term_and_the_old_name(session: Any, permit: Permit) -> None:
    found = applied.begun(K.CHANGE, permit)
    preparer = person("preparer")
    with pytest.raises(NotAllowed, match="没有要变更的"):
        actions.save_grounds(found, "更名", None, by=preparer)
        actions.commit_to(found, True, by=preparer)
        actions.send_application(found, by=preparer)
    changed = applied.unit(found.enterprise, unit_name="阜康新岭焦化有限公司（示例）", changed_on=date(2026, 11, 10))
    actions.save_unit(found, changed, by=preparer)
    actions.save_grounds(found, "更名", None, by=preparer)
    actions.commit_to(found, True, by=preparer)
    assert found.permit_version is not None
    actions.set_monitoring(found.permit_version, applied.MONITORING, by=preparer)
    applied.examined(applied.hand_in(found))
    actions.grant_application(found, by=person("approver"))
    assert permit.enterprise.name == "阜康新岭焦化有限公司（示例）"
    assert permit.valid_to == made.VALID_TO
    former = session.scalars(select(FormerName)).one()
    assert former.valid_to == date(2026, 11, 9)


def test_a_change_that_is_really_a_new_application_is_refused_with_its_reasons_and_goes_on_as_one(
    session: Any, permit: Permit
) -> None:
    found = applied.begun(K.CHANGE, permit)
    preparer = person("preparer")
    actions.save_grounds(found, "扩建", None, by=preparer)
    actions.save_limits(found, applied.looser(), "", by=preparer)
    actions.commit_to(found, True, by=preparer)
    with pytest.raises(NotAllowed) as refusal:
        actions.send_application(found, by=preparer)
    texts = [each.text for each in refusal.value.missing]
    assert any("二氧化硫年许可排放量由 118.4 吨增加到 119.4 吨" in text for text in texts), texts
    actions.apply_anew_instead(found, by=preparer)
    assert found.kind is K.REAPPLICATION
    assert Section.NOTICE in [section for section, _each in _missing(found)]


def _missing(found: Application) -> list[Any]:
    from permits.workflow import missing_in

    return missing_in(found)


def test_a_new_application_restarts_the_term(session: Any, permit: Permit) -> None:
    found = applied.filled(K.REAPPLICATION, permit)
    with clock.at(date(2026, 12, 1)):
        applied.examined(applied.hand_in(found))
        actions.grant_application(found, by=person("approver"))
    assert (permit.valid_from, permit.valid_to) == (date(2026, 12, 1), date(2031, 11, 30))
    assert [each.state for each in permit.versions] == [VersionState.ISSUED] * 2


def test_one_procedure_about_the_content_of_a_permit_at_a_time(session: Any, permit: Permit) -> None:
    found = applied.begun(K.RENEWAL, permit)
    with pytest.raises(NotAllowed, match="已有一件延续在办理"):
        applied.begun(K.CHANGE, permit)
    actions.discard_application(found, by=person("preparer"))
    assert found.state is S.WITHDRAWN
    assert applied.begun(K.CHANGE, permit).state is S.DRAFT


def test_a_withdrawn_renewal_is_owed_again(session: Any, permit: Permit) -> None:
    found = applied.handed_in(K.RENEWAL, permit)
    with pytest.raises(NotAllowed):
        actions.withdraw_application(found, "改期", by=person("preparer"))
    actions.withdraw_application(found, "改期", by=person("signer"))
    renewal = queries.permits.renewal_due(permit)
    assert renewal is not None
    assert renewal.fulfilled_on is None


def test_the_clerk_keys_in_what_came_on_paper_with_its_scan_and_its_day(
    session: Any, firm: Enterprise, permit: Permit
) -> None:
    clerk = person("permit")
    found = actions.begin_application(K.CANCELLATION, permit, by=clerk, keyed=True)
    actions.save_grounds(found, "永久停产", date(2026, 11, 1), by=clerk)
    actions.commit_to(found, True, by=clerk)
    with pytest.raises(NotAllowed, match="扫描件"):
        actions.key_in_application(found, world.TODAY, by=clerk)
    actions.attach_file(found, made_pdf(), "申请书", by=clerk, name="申请书.pdf")
    with pytest.raises(NotAllowed, match="不能晚于今天"):
        actions.key_in_application(found, world.TODAY + timedelta(days=1), by=clerk)
    actions.key_in_application(found, date(2026, 11, 20), by=clerk)
    assert (found.state, found.received_on) == (S.SUBMITTED, date(2026, 11, 20))
    actions.accept_application(found, by=clerk)
    actions.finish_review(found, Opinion.GRANT, "符合", by=clerk)
    actions.grant_application(found, by=person("approver"))
    assert permit.state is PermitState.CANCELLED


def made_pdf() -> bytes:
    """A small real PDF."""
    from core.paper import Form, Paper, Para, render

    return render(Paper(agency="示例", title="申请书", blocks=(Para("示例"),), form=Form.RECEIPT), lambda _sha: b"")


def test_while_nobody_may_write_the_content_stands_still_and_only_the_decision_issues_it(
    received: Application,
) -> None:
    version = received.permit_version
    assert version is not None
    with pytest.raises(NotAllowed, match="不能修改"):
        actions.set_outlets(version, made.OUTLETS, by=person("permit"))
    for act in (
        lambda: actions.issue_version(version, by=person("permit")),
        lambda: actions.discard_version(version, by=person("permit")),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_holders_of_permits_near_their_end_are_invited_once_for_each_mark(session: Any, permit: Permit) -> None:
    told = [
        actions.invite_renewals(permit.valid_to - timedelta(days=days)) for days in (181, 180, 120, 90, 60, 59, 0, -1)
    ]
    assert [bool(each) for each in told] == [False, True, False, True, True, False, False, False]


def test_the_register_follows_the_documents_of_each_step(received: Application, session: Any) -> None:
    with clock.at(date(2026, 12, 2)):
        applied.examined(received)
        actions.grant_application(received, by=person("approver"))
    kinds = [each.kind for each in session.scalars(select(Document).order_by(Document.id)).unique()]
    assert kinds == [
        DocumentKind.PERMIT_ACCEPTANCE,
        DocumentKind.PERMIT_GRANT,
        DocumentKind.PERMIT_ORIGINAL,
        DocumentKind.PERMIT_COPY,
    ]
