"""A document is numbered without gap, frozen, verifiable; it is served, replaced or voided, never lost."""

import random
import shutil
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEntry, Office, User
from core import clock
from core.db import db
from core.workflow import NotAllowed
from registry import documents
from registry.documents import verify_bytes, verify_code
from registry.models import Document, DocumentKind, DocumentState, Enterprise, ServiceMode
from registry.rules.documents import Outcome
from tests.registry.papers import composed, issue
from tests.world import FIRMS, TODAY


def test_a_document_gets_the_next_number_of_its_office_kind_and_year(session: Any, firm: Any, person: Any) -> None:
    made = [issue(firm, person("approver")).number for _ in range(3)]
    record = issue(firm, person("officer"), DocumentKind.INSPECTION_RECORD)
    session.commit()
    assert made == ["昌州环责改〔2026〕阜-1号", "昌州环责改〔2026〕阜-2号", "昌州环责改〔2026〕阜-3号"]
    assert record.number == "昌州环检录〔2026〕阜-1号"


def test_before_a_branch_may_decide_the_bureau_signs(session: Any, firm: Any, person: Any) -> None:
    with clock.at(date(2026, 8, 14)):
        early = issue(firm, person("approver"))
    with clock.at(date(2026, 8, 15)):
        late = issue(firm, person("approver"))
    session.commit()
    assert (early.number, early.office.code) == ("昌州环责改〔2026〕1号", "CJ")
    assert (late.number, late.office.code) == ("昌州环责改〔2026〕阜-1号", "CJ-652302")
    assert early.content["sign_off"] == "昌吉回族自治州生态环境局"


def test_the_year_is_that_of_the_day_in_beijing(session: Any, firm: Any, person: Any) -> None:
    midnight = datetime(2027, 1, 1, tzinfo=clock.BEIJING)
    with clock.at(midnight - timedelta(seconds=2)):
        before = issue(firm, person("approver"))
    with clock.at(midnight):
        after = issue(firm, person("approver"))
    session.commit()
    assert (before.number, before.year) == ("昌州环责改〔2026〕阜-1号", 2026)
    assert (after.number, after.year) == ("昌州环责改〔2027〕阜-1号", 2027)


def test_no_document_is_dated_back_or_ahead(session: Any, firm: Any, person: Any) -> None:
    for on in (TODAY - timedelta(days=2), TODAY + timedelta(days=1)):
        with pytest.raises(NotAllowed, match="落款日期"):
            issue(firm, person("approver"), on=on)
    assert issue(firm, person("approver"), on=TODAY - timedelta(days=1)).serial == 1
    session.commit()


def test_an_act_undone_gives_its_number_back(session: Any, firm: Any, person: Any) -> None:
    by = person("approver")
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        issue(firm, by)
        raise ZeroDivisionError
    assert issue(firm, by).serial == 1
    session.commit()


def test_the_file_is_the_one_that_was_hashed_and_the_same_content_gives_the_same_bytes(
    app: Flask, session: Any, firm: Any, person: Any
) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    first = documents.pdf(made)
    app.extensions["store"].path(made.sha256).unlink()
    assert documents.pdf(made) == first


def test_a_file_altered_in_the_store_is_not_handed_out(app: Flask, session: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    path = app.extensions["store"].path(made.sha256)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ValueError, match="哈希"):
        documents.pdf(made)


def test_number_and_code_stand_on_the_paper_whoever_composed_it(session: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    assert made.content["number"] == made.number
    assert made.content["verify_url"] == f"https://qingyuan.example.cn/verify/{made.code}"
    assert made.content["draft"] is False
    assert len(made.code) == 16


def test_a_preview_takes_no_number_and_is_marked_as_a_draft(session: Any, firm: Any, person: Any) -> None:
    assert documents.preview(composed, firm.office, DocumentKind.ORDER, TODAY).startswith(b"%PDF")
    assert session.scalar(select(func.count()).select_from(Document)) == 0
    assert issue(firm, person("approver")).serial == 1
    session.commit()


def test_the_database_itself_refuses_to_alter_or_delete_what_was_issued(session: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    for statement in (
        "UPDATE document SET number = '昌州环责改〔2026〕阜-9号'",
        "UPDATE document SET content = '{}'",
        "UPDATE document SET issued_on = '2026-01-01'",
        "UPDATE document SET subject_id = 99",
        "UPDATE document SET title = '别的'",
        f"DELETE FROM document WHERE id = {made.id}",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))


def test_issuing_is_told_to_the_audit_chain(session: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.act, entry.summary) == ("registry:document:issue", f"签发责令改正违法行为决定书：{made.number}")
    assert made.sha256 in entry.after


class TestReplacing:
    """A document is taken out of force by its successor."""

    def test_the_old_one_points_to_the_new_and_both_remain(self, session: Any, firm: Any, person: Any) -> None:
        old = issue(firm, person("approver"))
        new = issue(firm, person("approver"), replaces=old)
        session.commit()
        assert (old.state, old.replaced_by_id) == (DocumentState.REPLACED, new.id)
        assert old.state_reason == f"已由 {new.number} 替换"
        assert verify_code(old.code).outcome is Outcome.REPLACED
        assert verify_bytes(documents.pdf(old)).outcome is Outcome.REPLACED

    def test_only_what_stands_can_be_replaced(self, session: Any, firm: Any, person: Any) -> None:
        old = issue(firm, person("approver"))
        issue(firm, person("approver"), replaces=old)
        with pytest.raises(NotAllowed):
            issue(firm, person("approver"), replaces=old)
        session.rollback()

    def test_only_by_the_same_kind_for_the_same_party(
        self, session: Any, firm: Any, far_firm: Any, person: Any
    ) -> None:
        old = issue(firm, person("approver"))
        with pytest.raises(NotAllowed):
            issue(far_firm, person("approver"), replaces=old)
        with pytest.raises(NotAllowed):
            issue(firm, person("approver"), DocumentKind.RECHECK_RECORD, replaces=old)
        session.rollback()


class TestVoiding:
    """A document is voided with a reason, by who may."""

    def test_the_number_stays_used(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        documents.void(made, "当事人名称有误", person("approver"))
        session.commit()
        assert (made.state, made.state_reason) == (DocumentState.VOIDED, "当事人名称有误")
        assert issue(firm, person("approver")).serial == 2
        session.commit()
        assert verify_code(made.code).outcome is Outcome.VOIDED

    def test_it_needs_a_reason_and_the_permission(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        with pytest.raises(NotAllowed, match="原因"):
            documents.void(made, " ", person("approver"))
        with pytest.raises(NotAllowed, match="权限"):
            documents.void(made, "有误", person("officer"))
        session.rollback()

    def test_nobody_voids_the_penalty_they_signed(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"), DocumentKind.PENALTY_DECISION)
        with pytest.raises(NotAllowed, match="签发人以外"):
            documents.void(made, "有误", person("approver"))
        documents.void(made, "有误", person("county_approver"))
        session.commit()

    def test_not_twice(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        documents.void(made, "有误", person("approver"))
        with pytest.raises(NotAllowed, match="已作废"):
            documents.void(made, "有误", person("approver"))
        session.commit()


class TestServing:
    """Service is recorded, its failures too."""

    def test_the_first_success_is_the_day_of_service(self, session: Any, firm: Any, person: Any) -> None:
        made, officer = issue(firm, person("approver")), person("officer")
        documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", place="厂门口", failure="拒收", by=officer)
        assert documents.suggested_mode(made) is ServiceMode.LEFT
        assert documents.served_on(made) is None
        documents.serve(made, mode=ServiceMode.LEFT, recipient="何静", served_on=TODAY, witness="社区李某", by=officer)
        session.commit()
        assert documents.served_on(made) == TODAY
        assert documents.suggested_mode(made) is None
        assert [each.mode for each in made.services] == [ServiceMode.DIRECT, ServiceMode.LEFT]

    def test_a_voided_document_is_not_served(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        documents.void(made, "有误", person("approver"))
        with pytest.raises(NotAllowed, match="已作废"):
            documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", served_on=TODAY, by=person("officer"))
        session.rollback()

    def test_what_lacks_is_said_at_its_field(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        with pytest.raises(NotAllowed) as refusal:
            documents.serve(made, mode=ServiceMode.LEFT, recipient="何静", served_on=TODAY, by=person("officer"))
        assert [item.field for item in refusal.value.missing] == ["witness"]
        session.rollback()

    def test_a_public_notice_keeps_the_day_it_was_published(self, session: Any, firm: Any, person: Any) -> None:
        with clock.at(date(2026, 10, 1)):
            made = issue(firm, person("approver"))
        served = documents.serve(
            made,
            mode=ServiceMode.PUBLIC,
            recipient="孙志远",
            served_on=date(2026, 11, 5),
            noticed_on=date(2026, 10, 5),
            remark="厂区无人，邮件退回",
            by=person("officer"),
        )
        session.commit()
        assert served.remark == "公告日期 2026-10-05；厂区无人，邮件退回"

    def test_the_room_of_the_subject_is_told_in_the_same_transaction(
        self, session: Any, firm: Any, person: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[tuple[int, date]] = []
        monkeypatch.setitem(documents.WHEN_SERVED, "enterprise", lambda made, on, by: told.append((made.id, on)))
        made = issue(firm, person("approver"))
        documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", failure="拒收", by=person("officer"))
        assert told == []
        documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", served_on=TODAY, by=person("officer"))
        session.commit()
        assert told == [(made.id, TODAY)]

    def test_a_record_of_service_cannot_be_altered(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", served_on=TODAY, by=person("officer"))
        session.commit()
        for statement in ("UPDATE document_service SET served_on = '2026-01-01'", "DELETE FROM document_service"):
            with pytest.raises(IntegrityError), session.begin_nested():
                session.execute(text(statement))


class TestVerifying:
    """Only the unchanged file of a standing document is valid."""

    def test_the_unchanged_file_is_valid(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        session.commit()
        verdict = verify_bytes(documents.pdf(made))
        assert (verdict.outcome, verdict.document) == (Outcome.VALID, made)
        assert verify_code(made.code.lower()).outcome is Outcome.VALID

    def test_no_mutant_of_a_genuine_file_is_valid(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        session.commit()
        genuine, chance = documents.pdf(made), random.Random(20261123)
        for _ in range(100):
            place = chance.randrange(len(genuine))
            mutant = bytearray(genuine)
            mutant[place] ^= 1 << chance.randrange(8)
            assert verify_bytes(bytes(mutant)).outcome in {Outcome.CHANGED, Outcome.UNKNOWN}
        for mutant in (genuine + b"\n", genuine[:-1], genuine[1:], genuine + genuine):
            assert verify_bytes(bytes(mutant)).outcome in {Outcome.CHANGED, Outcome.UNKNOWN}

    def test_a_changed_file_is_known_by_the_code_it_bears(self, session: Any, firm: Any, person: Any) -> None:
        made = issue(firm, person("approver"))
        session.commit()
        verdict = verify_bytes(documents.pdf(made) + b"% added\n")
        assert (verdict.outcome, verdict.document) == (Outcome.CHANGED, made)

    def test_the_same_words_printed_again_under_the_copied_code_are_not_the_document(
        self, session: Any, firm: Any, person: Any
    ) -> None:
        made = issue(firm, person("approver"))
        session.commit()
        from core.paper import from_json, render

        forged = render(from_json({**made.content, "date_zh": "2026年11月24日"}))
        verdict = verify_bytes(forged)
        assert (verdict.outcome, verdict.document) == (Outcome.CHANGED, made)

    def test_the_code_of_one_beside_the_file_of_another_is_a_changed_file(
        self, session: Any, firm: Any, person: Any
    ) -> None:
        first, second = issue(firm, person("approver")), issue(firm, person("approver"))
        session.commit()
        verdict = verify_bytes(documents.pdf(second), first.code)
        assert (verdict.outcome, verdict.document) == (Outcome.CHANGED, first)

    def test_what_we_never_issued_is_unknown(self, session: Any) -> None:
        assert verify_bytes(b"%PDF-1.7 something else %%EOF").outcome is Outcome.UNKNOWN
        assert verify_code("AAAABBBBCCCCDDDD").outcome is Outcome.UNKNOWN
        assert verify_code("' OR 1=1 --").outcome is Outcome.UNKNOWN
        assert verify_code("").outcome is Outcome.UNKNOWN

    def test_a_bomb_is_not_unpacked(self, session: Any) -> None:
        import zlib

        bomb = zlib.compress(b"0" * 200_000_000, 9)
        content = b"%PDF-1.4\n" + (b"stream\n" + bomb + b"endstream\n") * 20
        assert verify_bytes(content).outcome is Outcome.UNKNOWN


THREADS, ISSUES = 8, 12


def test_eight_writers_at_once_leave_neither_gap_nor_twin(own_app: Flask) -> None:
    """Across midnight of the year, with every seventh act aborted; the counter row is what they queue for."""
    midnight = datetime(2027, 1, 1, tzinfo=clock.BEIJING)
    failures: list[BaseException] = []
    aborted: list[int] = []

    def write(number: int) -> None:
        try:
            for turn in range(ISSUES):
                with own_app.app_context():
                    firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == FIRMS[0][0])).one()
                    by = db.session.scalars(select(User).where(User.username == "approver")).one()
                    on = (midnight - timedelta(seconds=2)).date() if turn < ISSUES // 2 else midnight.date()
                    issue(firm, by, on=on)
                    if (number * ISSUES + turn) % 7 == 3:
                        aborted.append(turn)
                        db.session.rollback()
                    else:
                        db.session.commit()
                    db.session.close()
        except BaseException as error:
            failures.append(error)

    with clock.at(midnight):
        threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    with own_app.app_context():
        rows = db.session.execute(
            select(Document.year, Document.serial, Document.number).order_by(Document.serial)
        ).all()
        by_year: dict[int, list[int]] = {}
        for year, serial, _ in rows:
            by_year.setdefault(year, []).append(serial)
        assert len(rows) == THREADS * ISSUES - len(aborted)
        assert len({row.number for row in rows}) == len(rows)
        assert {year: serials == list(range(1, len(serials) + 1)) for year, serials in by_year.items()} == {
            2026: True,
            2027: True,
        }
        assert [office.code for office in db.session.scalars(select(Office).join(Document).distinct())] == ["CJ-652302"]
        db.session.close()
    shutil.rmtree(own_app.extensions["store"].root, ignore_errors=True)
