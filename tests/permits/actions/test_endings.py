"""补领 and 注销 from the firm's draft to the papers: the decision, the new certificates, the public notice."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from permits import actions, queries
from permits.models import Application, ApplicationKind, Permit, PermitState
from registry import documents
from registry.models import Category, Document, DocumentKind, DocumentState, Enterprise
from registry.rules.documents import Outcome
from tests import world
from tests.permits import applied
from tests.permits.actions.test_certificates import text_of
from tests.permits.actions.test_registrations import K as R
from tests.permits.actions.test_registrations import filed
from tests.permits.made import person

K = ApplicationKind


def granted(kind: ApplicationKind, permit: Permit, reason: str) -> Application:
    """Filled in by the preparer, signed, accepted and examined by the clerk, granted by the approver, all today."""
    found = applied.begun(kind, permit)
    actions.save_grounds(found, reason, date(2026, 11, 1) if kind is K.CANCELLATION else None, by=person("preparer"))
    actions.commit_to(found, True, by=person("preparer"))
    applied.examined(applied.hand_in(found))
    assert found.due_on is None, "the law sets no period for it"
    actions.grant_application(found, by=person("approver"))
    return found


def issued(session: Any, *kinds: DocumentKind) -> list[Document]:
    """Every paper of these kinds, in their order."""
    wanted = select(Document).where(Document.kind.in_(kinds)).order_by(Document.id)
    return list(session.scalars(wanted).unique())


def test_a_lost_certificate_is_decided_on_made_anew_and_the_old_one_is_no_longer_good(
    session: Any, permit: Permit
) -> None:
    old = actions.certify(permit.versions[0], by=person("permit"))
    found = granted(K.REPLACEMENT, permit, "正本遗失")
    session.commit()
    assert permit.state is PermitState.IN_FORCE
    (decision,) = issued(session, DocumentKind.PERMIT_REPLACEMENT)
    said = text_of(decision)
    for words in (
        "《排污许可管理办法》第三十二条",
        "申请理由：正本遗失。",
        old[0].number,
        old[1].number,
        "2027年3月14日（不变）",
    ):
        assert words in said, said
    original, copy = queries.certificates.standing(permit)
    assert {original.id, copy.id}.isdisjoint({each.id for each in old})
    assert [each.state for each in old] == [DocumentState.REPLACED] * 2
    assert [each.state_reason for each in old] == [
        f"已由 {original.number} 替换：补领，正本遗失",
        f"已由 {copy.number} 替换：补领，正本遗失",
    ]
    assert [documents.verify_code(each.code).outcome for each in (old[0], original)] == [
        Outcome.REPLACED,
        Outcome.VALID,
    ]
    assert "补领2026-11-23" in text_of(copy), "the copy records that it was made anew"
    assert found.decided_on == world.TODAY


def test_a_replacement_without_a_certificate_before_makes_the_first_ones(session: Any, permit: Permit) -> None:
    granted(K.REPLACEMENT, permit, "从未领取")
    assert len(queries.certificates.standing(permit)) == 2


def test_a_cancellation_applied_for_is_decided_on_once_and_told_to_the_public(session: Any, permit: Permit) -> None:
    old = actions.certify(permit.versions[0], by=person("permit"))
    granted(K.CANCELLATION, permit, "张三病故，终止生产")
    session.commit()
    assert permit.state is PermitState.CANCELLED
    decision, notice = issued(session, DocumentKind.PERMIT_CANCELLATION, DocumentKind.PERMIT_END_NOTICE)
    said = text_of(decision)
    for words in ("《排污许可管理办法》第二十九条", "2026年11月1日停止排放污染物", permit.permit_no, "申请行政复议"):
        assert words in said, said
    assert decision.subject_kind == "application"
    assert queries.certificates.end_papers(permit) == [decision, notice]
    told = text_of(notice)
    assert "因持证单位申请" in told
    assert permit.permit_no in told
    assert "张三" not in told, "what the applicant wrote is not the public's"
    assert [each.state for each in old] == [DocumentState.VOIDED] * 2


@pytest.mark.parametrize(
    ("verb", "kinds", "cause"),
    [
        ("cancel", [DocumentKind.PERMIT_CANCELLATION, DocumentKind.PERMIT_END_NOTICE], "应当注销的情形"),
        ("withdraw", [DocumentKind.PERMIT_END_NOTICE], "依法被撤销"),
        ("revoke", [DocumentKind.PERMIT_END_NOTICE], "依法被吊销"),
    ],
)
def test_every_permit_that_the_office_ends_is_told_to_the_public(
    session: Any, permit: Permit, verb: str, kinds: list[DocumentKind], cause: str
) -> None:
    actions.end_permit(permit, verb, clock.today(), "依据示例决定", by=person("permit"))
    found = issued(session, DocumentKind.PERMIT_CANCELLATION, DocumentKind.PERMIT_END_NOTICE)
    assert [each.kind for each in found] == kinds
    assert cause in text_of(found[-1])
    assert all(each.subject_kind == "permit" for each in found)


def test_a_registration_that_ends_has_its_receipt_and_no_other_paper(session: Any, firm: Enterprise) -> None:
    filed(R.FIRST, firm)
    found = filed(R.CANCELLATION, firm, reason="停产")
    assert found.permit is not None
    assert found.permit.category is Category.REGISTRATION
    kinds = {each.kind for each in session.scalars(select(Document)).unique()}
    assert kinds == {DocumentKind.REGISTRATION_RECEIPT}
