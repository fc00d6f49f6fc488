"""A report handed in: signed, frozen, returned, corrected, accepted."""

import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.actions import Comment, FigureInput
from permits.models import Exceedance, ExecutionReport, Permit, ReportState, ReportSubmission
from permits.rules import record
from registry import documents
from registry.models import Document, Notification, Obligation
from registry.rules.documents import Outcome
from tests import world
from tests.permits import made

Make = Callable[..., ExecutionReport]
COD_ROW = f"DW001/{made.COD}"
OVER = FigureInput(Decimal(110), Decimal(80), Decimal(151), 90, 1, None)


def test_a_signed_report_is_kept_with_signer_time_and_hash(session: Any, report: Make) -> None:
    found = made.sign(report())
    (submission,) = found.submissions
    assert found.state is ReportState.SUBMITTED
    assert record.is_intact(submission.content, submission.sha256)
    content = json.loads(submission.content)
    assert content["signed_by"] == "孙志远（signer）"
    assert content["prepared_by"] == "何静（preparer）"
    assert submission.declaration == record.DECLARATION
    assert len(record.lines_in(submission.content)) == 4


def test_the_duty_is_fulfilled_on_the_day_of_the_first_submission(session: Any, permit: Permit) -> None:
    with clock.at(date(2026, 10, 15)):
        found = made.sign(made.report(permit))
    assert found.obligation.fulfilled_on == date(2026, 10, 15)
    assert actions.days_late(found) == 0


def test_a_report_handed_in_on_the_day_after_its_last_is_late_and_others_hear_of_it(
    session: Any, permit: Permit
) -> None:
    heard: list[int] = []
    actions.ON_LATE.append(lambda late, _by: heard.append(late.id))
    try:
        with clock.at(date(2026, 10, 16)):
            found = made.sign(made.report(permit))
    finally:
        actions.ON_LATE.pop()
    assert actions.days_late(found) == 1
    assert heard == [found.id]


def test_a_report_in_time_is_heard_of_by_nobody(session: Any, permit: Permit) -> None:
    heard: list[int] = []
    actions.ON_LATE.append(lambda late, _by: heard.append(late.id))
    try:
        with clock.at(date(2026, 10, 15)):
            made.sign(made.report(permit))
    finally:
        actions.ON_LATE.pop()
    assert heard == []


def test_a_wrong_password_is_refused_and_counted(session: Any, report: Make) -> None:
    found = made.send(report())
    report_id = found.id
    with pytest.raises(NotAllowed, match="密码不对"):
        actions.sign_report(found, "wrong", declared=True, by=made.person("signer"))
    session.rollback()
    assert made.person("signer").failed_count == 1
    assert session.get(ExecutionReport, report_id).state is ReportState.CHECKED
    assert session.scalars(select(ReportSubmission)).all() == []


def test_five_wrong_passwords_lock_the_signer_out(session: Any, report: Make) -> None:
    found = made.send(report())
    for _each in range(5):
        with pytest.raises(NotAllowed, match="密码不对"):
            actions.sign_report(found, "wrong", declared=True, by=made.person("signer"))
        session.rollback()
    with pytest.raises(NotAllowed, match="锁定"):
        actions.sign_report(found, world.PASSWORD, declared=True, by=made.person("signer"))


def test_nothing_is_signed_without_the_declaration(session: Any, report: Make) -> None:
    found = made.send(report())
    with pytest.raises(NotAllowed, match="请确认声明"):
        actions.sign_report(found, world.PASSWORD, declared=False, by=made.person("signer"))


@pytest.mark.parametrize("username", ["preparer", "far_signer", "permit", "approver"])
def test_only_the_firms_signer_signs(session: Any, report: Make, username: str) -> None:
    found = made.send(report())
    with pytest.raises(NotAllowed, match="签发人"):
        actions.sign_report(found, world.PASSWORD, declared=True, by=made.person(username))


def test_who_filled_it_in_never_signs_it(session: Any, report: Make) -> None:
    found = made.send(report())
    found.prepared_by_id = made.person("signer").id
    with pytest.raises(NotAllowed, match="填报人不能签发"):
        actions.sign_report(found, world.PASSWORD, declared=True, by=made.person("signer"))


def test_a_report_is_signed_once(session: Any, report: Make) -> None:
    found = made.sign(report())
    with pytest.raises(NotAllowed, match="不能签发"):
        actions.sign_report(found, world.PASSWORD, declared=True, by=made.person("signer"))
    assert len(session.scalars(select(ReportSubmission)).all()) == 1


@pytest.mark.parametrize("statement", ["UPDATE report_submission SET content = 'x'", "DELETE FROM report_submission"])
def test_the_database_keeps_the_copy_of_record(session: Any, report: Make, statement: str) -> None:
    made.sign(report())
    savepoint = session.begin_nested()
    with pytest.raises(IntegrityError, match="frozen"):
        session.execute(text(statement))
    savepoint.rollback()


def test_the_receipt_holds_hash_declaration_figures_and_verifies(session: Any, report: Make) -> None:
    found = made.sign(report())
    document = session.get(Document, found.submissions[0].document_id)
    content = documents.pdf(document)
    words = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
    assert found.submissions[0].sha256 in words
    assert "排污许可证执行报告提交回执" in words
    assert "化学需氧量" in words
    assert "第三十七条" in words
    assert documents.verify_bytes(content).outcome is Outcome.VALID
    assert documents.verify_bytes(content[:-20] + b"x" + content[-19:]).outcome is not Outcome.VALID


def test_both_people_of_the_firm_and_the_clerk_are_told(session: Any, report: Make) -> None:
    made.sign(report())
    told = {each.user_id: each.title for each in session.scalars(select(Notification).order_by(Notification.id))}
    assert told[made.person("permit").id].startswith("阜康晨岭焦化有限公司（示例）提交")
    assert told[made.person("preparer").id].startswith("已提交")
    assert told[made.person("signer").id].startswith("已提交")


def test_an_exceedance_becomes_a_lead_for_the_officers_of_the_site(session: Any, report: Make) -> None:
    found = made.sign(report(figures={f"DA001/{made.NOX}": OVER}))
    (lead,) = session.scalars(select(Exceedance)).unique().all()
    assert (lead.outlet_code, lead.value, lead.limit_value) == ("DA001", Decimal(151), Decimal(150))
    assert (lead.source_kind, lead.source_id) == ("report_submission", found.submissions[0].id)
    officers = {made.person("officer").id, made.person("officer2").id}
    told = session.scalars(select(Notification).where(Notification.key.startswith("exceedance-")))
    assert {each.user_id for each in told} == officers


def test_a_figure_at_its_limit_makes_no_lead(session: Any, report: Make) -> None:
    at_limit = FigureInput(Decimal(110), Decimal(80), Decimal(150), 90, 0, None)
    made.sign(report(figures={f"DA001/{made.NOX}": at_limit}))
    assert session.scalars(select(Exceedance)).unique().all() == []


def test_too_many_tonnes_make_a_lead_of_their_own(session: Any, report: Make) -> None:
    heavy = FigureInput(Decimal(30), Decimal(20), Decimal(41), 3, 0, Decimal(21))
    made.sign(report(figures={COD_ROW: heavy}))
    (lead,) = session.scalars(select(Exceedance)).unique().all()
    assert (lead.limit_kind.code, lead.value, lead.unit) == ("annual", Decimal(21), "t")


def returned(found: ExecutionReport, *comments: Comment) -> ExecutionReport:
    """Send back."""
    given = comments or (Comment(f"{COD_ROW}/mean", "与监测记录不符"),)
    actions.return_report(found, given, 10, by=made.person("permit"))
    return found


def test_a_returned_report_has_its_remarks_and_a_deadline_in_working_days(session: Any, report: Make) -> None:
    found = returned(made.sign(report()))
    session.commit()
    assert found.state is ReportState.RETURNED
    assert [(each.field, each.text) for each in found.comments] == [(f"{COD_ROW}/mean", "与监测记录不符")]
    owed = queries.reports.correction_of(found)
    assert owed is not None
    assert owed.due_on == date(2026, 12, 7)
    assert "10 个工作日" in owed.arithmetic
    assert found.obligation.fulfilled_on == world.TODAY


def test_a_return_needs_a_remark_at_a_place_that_is_there(session: Any, report: Make) -> None:
    found = made.sign(report())
    with pytest.raises(NotAllowed, match="请至少写一条意见"):
        actions.return_report(found, [], 10, by=made.person("permit"))
    with pytest.raises(NotAllowed, match="没有 DA009/x/mean"):
        actions.return_report(found, [Comment("DA009/x/mean", "?")], 10, by=made.person("permit"))
    with pytest.raises(NotAllowed, match="1 至 60"):
        actions.return_report(found, [Comment("", "?")], 0, by=made.person("permit"))


def test_only_the_lines_remarked_on_open_again(session: Any, report: Make) -> None:
    found = returned(made.sign(report()))
    better = FigureInput(Decimal(33), Decimal(20), Decimal(41), 3, 0, Decimal(3))
    closed = FigureInput(Decimal(21), Decimal(12), Decimal(28), 90, 0, Decimal(20))
    with pytest.raises(NotAllowed, match="没有退回意见"):
        actions.save_figures(found, {f"DA001/{made.SO2}": closed}, by=made.person("preparer"))
    assert actions.save_figures(found, {COD_ROW: better}, by=made.person("preparer")) == [COD_ROW]


def test_a_remark_on_the_whole_opens_every_line(session: Any, report: Make) -> None:
    found = returned(made.sign(report()), Comment("", "全部重新核对"))
    assert queries.reports.open_rows(found) == set(made.ROWS)


def test_the_same_content_is_not_sent_again(session: Any, report: Make) -> None:
    found = returned(made.sign(report()))
    with pytest.raises(NotAllowed, match="完全相同"):
        actions.send_report(found, by=made.person("preparer"))


def test_the_whole_way_with_correction(session: Any, permit: Permit) -> None:
    with clock.at(date(2026, 10, 12)):
        found = made.sign(made.report(permit, figures={f"DA001/{made.NOX}": OVER}))
    with clock.at(date(2026, 10, 20)):
        returned(found)
        session.commit()
    with clock.at(date(2026, 10, 26)):
        better = FigureInput(Decimal(33), Decimal(20), Decimal(41), 3, 0, Decimal(3))
        actions.save_figures(found, {COD_ROW: better}, by=made.person("preparer"))
        made.sign(found)
    assert [each.number for each in found.submissions] == [1, 2]
    first, second = (record.lines_in(each.content) for each in found.submissions)
    assert record.changed(first, second) == {f"{COD_ROW}/mean"}
    assert found.first_submitted_on == date(2026, 10, 12)
    assert found.obligation.fulfilled_on == date(2026, 10, 12)
    correction = queries.reports.correction_of(found)
    assert correction is not None
    assert correction.fulfilled_on == date(2026, 10, 26)
    assert len(session.scalars(select(Exceedance)).unique().all()) == 1
    with clock.at(date(2026, 10, 28)):
        actions.accept_report(found, by=made.person("permit"))
        session.commit()
    assert found.state is ReportState.ACCEPTED
    assert found.accepted_by_id == made.person("permit").id
    with pytest.raises(NotAllowed):
        returned(found)


def test_a_second_return_asks_for_a_second_correction(session: Any, report: Make) -> None:
    found = returned(made.sign(report()))
    better = FigureInput(Decimal(33), Decimal(20), Decimal(41), 3, 0, Decimal(3))
    actions.save_figures(found, {COD_ROW: better}, by=made.person("preparer"))
    returned(made.sign(found), Comment("narrative", "补充说明"))
    session.commit()
    wanted = select(Obligation).where(Obligation.source_kind == "execution_report").order_by(Obligation.id)
    rows = session.scalars(wanted).all()
    assert [(each.key, each.fulfilled_on is not None) for each in rows] == [
        ("correction-1", True),
        ("correction-2", False),
    ]


@pytest.mark.parametrize("username", ["officer", "approver", "preparer"])
def test_only_the_clerk_accepts_and_returns(session: Any, report: Make, username: str) -> None:
    found = made.sign(report())
    person: User = made.person(username)
    with pytest.raises(NotAllowed, match="没有「接受」的权限"):
        actions.accept_report(found, by=person)
    session.rollback()
    with pytest.raises(NotAllowed, match="没有「退回更正」的权限"):
        actions.return_report(found, [Comment("", "?")], 10, by=person)


def test_a_report_whose_duty_was_voided_may_still_be_handed_in(session: Any, permit: Permit) -> None:
    found = made.send(made.report(permit))
    found.obligation.voided_on, found.obligation.void_reason = world.TODAY, "示例"
    actions.sign_report(found, world.PASSWORD, declared=True, by=made.person("signer"))
    assert found.obligation.fulfilled_on is None
