"""正本 and 副本: once for a version, replaced by those of the next, void with the permit, false as soon as it lapses."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import ApplicationKind, Permit, PermitVersion, VersionGround
from registry import documents
from registry.models import Document, DocumentKind, DocumentState, Enterprise, Notification
from registry.rules.documents import Outcome
from tests import world
from tests.permits import applied, made
from tests.permits.made import person

ISSUED, REPLACED, VOIDED = DocumentState.ISSUED, DocumentState.REPLACED, DocumentState.VOIDED


def text_of(document: Document) -> str:
    """What can be copied from the PDF, blanks out."""
    reader = pypdf.PdfReader(io.BytesIO(documents.pdf(document)))
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def changed(permit: Permit, in_force_from: date) -> PermitVersion:
    """A second version, in force from a day."""
    facts = made.facts(ground=VersionGround.CHANGE, in_force_from=in_force_from, decided_on=world.TODAY)
    version = actions.draft_version(permit, facts, by=person("permit"))
    actions.issue_version(version, by=person("permit"))
    return version


def states(permit: Permit) -> list[tuple[int, DocumentState]]:
    """Version and state of each 正本, the newest version first."""
    numbers = {each.id: each.number for each in permit.versions}
    found = queries.certificates.of_permit(permit)
    return [(numbers[each.subject_id], each.state) for each in found if each.kind is DocumentKind.PERMIT_ORIGINAL]


def test_asked_twice_the_same_two_papers_are_given(session: Any, permit: Permit) -> None:
    first = actions.certify(permit.versions[0], by=person("permit"))
    session.commit()
    assert [each.kind for each in first] == [DocumentKind.PERMIT_ORIGINAL, DocumentKind.PERMIT_COPY]
    assert actions.certify(permit.versions[0], by=person("permit")) == first
    assert len(session.scalars(select(Document)).unique().all()) == 2
    told = session.scalars(select(Notification).where(Notification.key.like("permit-certificates-%"))).all()
    assert len(told) == 2, "the firm's two people, once"


def test_a_voided_paper_is_made_anew_and_the_other_stays(session: Any, permit: Permit) -> None:
    original, copy = actions.certify(permit.versions[0], by=person("permit"))
    documents.void(original, "地址印错", by=person("approver"))
    again, same = actions.certify(permit.versions[0], by=person("permit"))
    assert (original.state, again.state) == (VOIDED, ISSUED)
    assert same is copy
    assert again.number != original.number


def test_the_next_version_is_certified_by_itself_and_takes_the_place_of_the_one_before(
    session: Any, permit: Permit
) -> None:
    actions.certify(permit.versions[0], by=person("permit"))
    changed(permit, world.TODAY)
    assert states(permit) == [(2, ISSUED), (1, REPLACED)]
    copy = queries.certificates.standing(permit)[1]
    assert "第2版（变更）" in text_of(copy)
    assert "第1版首次申请" in text_of(copy)


def test_without_a_certificate_before_a_change_makes_none(session: Any, permit: Permit) -> None:
    changed(permit, world.TODAY)
    assert queries.certificates.of_permit(permit) == []


def test_a_version_to_come_leaves_the_present_certificate_good_until_its_day(session: Any, permit: Permit) -> None:
    (old, _) = actions.certify(permit.versions[0], by=person("permit"))
    changed(permit, date(2026, 12, 1))
    session.commit()
    assert states(permit) == [(2, ISSUED), (1, ISSUED)]
    new = next(each for each in queries.certificates.standing(permit) if each.subject_id != old.subject_id)
    for day, outcomes in (
        (date(2026, 11, 30), (Outcome.VALID, Outcome.VALID)),
        (date(2026, 12, 1), (Outcome.LAPSED, Outcome.VALID)),
        (made.VALID_TO, (Outcome.LAPSED, Outcome.VALID)),
        (date(2027, 3, 15), (Outcome.EXPIRED, Outcome.EXPIRED)),
    ):
        with clock.at(day):
            assert tuple(documents.verify_code(each.code).outcome for each in (old, new)) == outcomes


def test_a_certificate_past_its_term_is_expired_wherever_it_is_shown(
    session: Any, firm: Any, permit: Permit, browse: Any
) -> None:
    (original, _) = actions.certify(permit.versions[0], by=person("permit"))
    session.commit()
    pages = {
        "permit": f"/documents?q={original.number}",
        "officer": f"/enterprises/{firm.id}/documents",
        "approver": f"/documents/{original.id}",
        "preparer": "/my/documents",
        None: f"/verify/{original.code}",
    }
    for day, expired in ((made.VALID_TO, False), (made.VALID_TO + timedelta(days=1), True)):
        with clock.at(day):
            for username, url in pages.items():
                shown = [each.get_text(strip=True) for each in browse(username).get(url).soup.select("main .badge")]
                assert ("已过期" in shown) is expired, (username, day, shown)
                assert ("有效" in shown) is not expired, (username, day, shown)
            rows = browse("permit").get(f"/documents?state=expired&q={permit.permit_no}").text
            assert (original.number in rows) is expired
            signer = browse("signer")
            whole = signer.submit(signer.get("/my/archive"), form="/my/archive.zip", status=200)
            with zipfile.ZipFile(io.BytesIO(whole.response.get_data())) as taken:
                listed = taken.read("文书/文书.csv").decode("utf-8-sig").splitlines()
            (line,) = [each for each in listed if each.startswith(original.number)]
            assert (",已过期," in line, ",有效," in line) == (expired, not expired)
            assert original.state is ISSUED, "reckoned, not stored"


def test_with_the_permit_its_certificates_end(session: Any, permit: Permit) -> None:
    made_ = actions.certify(permit.versions[0], by=person("permit"))
    actions.end_permit(permit, "revoke", world.TODAY, "处罚决定（示例）", by=person("permit"))
    assert [(each.state, each.state_reason) for each in made_] == [(VOIDED, "许可证已吊销")] * 2
    with pytest.raises(NotAllowed, match="不再签发正本和副本"):
        actions.certify(permit.versions[0], by=person("permit"))


def test_what_was_granted_is_certified_in_the_same_act(session: Any, permit: Permit) -> None:
    found = applied.filled(ApplicationKind.REAPPLICATION, permit)
    with clock.at(date(2026, 12, 1)):
        applied.examined(applied.hand_in(found))
        actions.grant_application(found, by=person("approver"))
    assert states(permit) == [(2, ISSUED)]
    original, copy = queries.certificates.standing(permit)
    assert "发证日期：2026年12月1日" in text_of(original)
    assert "MF00011号焦炉生产设施炼焦" in text_of(copy), "the facilities of the application"


def test_a_new_name_stands_on_the_certificate_of_the_change(session: Any, permit: Permit) -> None:
    actions.certify(permit.versions[0], by=person("permit"))
    found = applied.begun(ApplicationKind.CHANGE, permit)
    name = "阜康新岭焦化有限公司（示例）"
    who = person("preparer")
    actions.save_unit(found, applied.unit(found.enterprise, unit_name=name, changed_on=world.TODAY), by=who)
    actions.save_grounds(found, "更名", None, by=who)
    assert found.permit_version is not None
    actions.set_monitoring(found.permit_version, applied.MONITORING, by=who)
    actions.commit_to(found, True, by=who)
    applied.examined(applied.hand_in(found))
    actions.grant_application(found, by=person("approver"))
    numbers = [number for number, state in states(permit) if state is ISSUED]
    latest = next(each for each in queries.certificates.of_permit(permit) if each.kind is DocumentKind.PERMIT_ORIGINAL)
    assert 2 in numbers
    assert name in text_of(latest)


def test_a_lost_certificate_is_replaced_by_a_new_one_for_the_same_version(session: Any, permit: Permit) -> None:
    (lost, _) = actions.certify(permit.versions[0], by=person("permit"))
    found = applied.begun(ApplicationKind.REPLACEMENT, permit)
    actions.save_grounds(found, "遗失", date(2026, 11, 1), by=person("preparer"))
    actions.commit_to(found, True, by=person("preparer"))
    applied.examined(applied.hand_in(found))
    actions.grant_application(found, by=person("approver"))
    assert states(permit) == [(1, ISSUED), (1, REPLACED)]
    assert lost.state is REPLACED


def test_no_certificate_bears_a_firm_without_a_representative(session: Any, firm: Enterprise, permit: Permit) -> None:
    firm.legal_representative = ""
    with pytest.raises(NotAllowed, match="没有登记法定代表人"):
        actions.certify(permit.versions[0], by=person("permit"))
    session.rollback()


def test_a_draft_has_no_certificate(session: Any, permit: Permit) -> None:
    draft = actions.draft_version(
        permit, made.facts(ground=VersionGround.CHANGE, in_force_from=world.TODAY), by=person("permit")
    )
    with pytest.raises(NotAllowed, match="生效后才能"):
        actions.certify(draft, by=person("permit"))
