"""An execution report that came on paper: keyed in to the same obligation, on the day the bureau received it."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from accounts.models import User, UserRole
from accounts.roles import Role
from core import clock
from core.attachments import BadFile
from core.workflow import NotAllowed
from permits import actions, queries
from permits.actions import Comment, FigureInput
from permits.models import Exceedance, ExecutionReport, Permit, ReportPaper, ReportState, ReportSubmission
from permits.rules import record
from registry import documents, evidence
from registry.models import Attachment, Document, Notification, Obligation
from tests import world
from tests.permits import made

OVER = {f"DA001/{made.NOX}": FigureInput(Decimal(110), Decimal(80), Decimal(151), 90, 1, None)}
Q3_DUE = date(2026, 10, 15)
Make = Callable[..., ExecutionReport]


@pytest.fixture
def obligation(permit: Permit) -> Obligation:
    """The third quarter of 2026, due on 2026-10-15."""
    return made.owed(permit, "2026-q3")


@pytest.fixture
def other_clerk(session: Any) -> User:
    """A second permit clerk of the bureau."""
    found = made.person("reviewer")
    found.grants.append(UserRole(role=Role.PERMIT_CLERK, granted_at=clock.now()))
    session.info.pop("changes", None)
    return found


def key_in(obligation: Obligation, paper: actions.PaperInput | None = None) -> ReportSubmission:
    return actions.key_in_report(obligation, paper or made.paper(), by=made.person("permit"))


def refused(session: Any, obligation: Obligation, paper: actions.PaperInput | None = None) -> set[str | None]:
    """The places a refusal names; nothing is stored by it."""
    before = session.scalar(select(func.count()).select_from(ReportSubmission))
    number = obligation.id
    with pytest.raises(NotAllowed) as refusal, session.begin_nested():
        key_in(obligation, paper)
    assert session.scalar(select(func.count()).select_from(ReportSubmission)) == before
    assert session.get(Obligation, number).fulfilled_on is None
    return {each.field for each in refusal.value.missing}


def test_a_paper_is_a_submission_of_the_same_obligation_on_the_day_it_came(session: Any, permit: Permit) -> None:
    found = made.keyed(permit, received_on=date(2026, 10, 12))
    assert (found.state, found.submission_number) == (ReportState.SUBMITTED, 1)
    assert found.first_submitted_on == found.obligation.fulfilled_on == date(2026, 10, 12)
    assert actions.days_late(found) == 0
    assert {each.outlet_code: each.quantity for each in found.figures if each.quantity} == {"DA001": 20, "DW001": 3}


def test_the_copy_says_that_it_was_keyed_in_by_whom_and_who_signed_the_paper(session: Any, permit: Permit) -> None:
    (submission,) = made.keyed(permit).submissions
    assert record.is_intact(submission.content, submission.sha256)
    content = json.loads(submission.content)
    assert content["signed_by"] == "孙志远（总经理），纸质签字"
    assert content["prepared_by"] == ""
    assert content["paper"]["keyed_by"] == "李许可（permit）"
    (scan,) = evidence.of([submission])[submission.id]
    assert content["paper"]["scans"] == [scan.sha256]
    assert submission.paper.scan_id == scan.id
    assert "没有企业的电子签发" in submission.declaration
    assert record.DECLARATION not in submission.content


def test_the_receipt_says_so_too_and_verifies(session: Any, permit: Permit) -> None:
    document = session.get(Document, made.keyed(permit).submissions[0].document_id)
    content = documents.pdf(document)
    words = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
    for expected in ("提交方式纸质", "孙志远（总经理）；没有电子签发", "李许可（permit）", "收到日期2026年11月23日"):
        assert expected in words, expected
    assert "一、签发声明" not in words


def test_the_day_of_receipt_decides_whether_it_is_late_and_not_the_day_of_keying(session: Any, permit: Permit) -> None:
    heard: list[int] = []
    actions.ON_LATE.append(lambda late, _by: heard.append(late.id))
    try:
        in_time = made.keyed(permit, "2026-q2", received_on=date(2026, 7, 15))
        assert heard == []
        late = made.keyed(permit, received_on=Q3_DUE + timedelta(days=1))
    finally:
        actions.ON_LATE.pop()
    assert (actions.days_late(in_time), actions.days_late(late)) == (0, 1)
    assert heard == [late.id]


def test_firm_and_clerks_are_told_and_a_broken_limit_becomes_a_lead(session: Any, permit: Permit) -> None:
    found = made.keyed(permit, figures=OVER)
    told = {each.user_id: each for each in session.scalars(select(Notification).order_by(Notification.id))}
    assert told[made.person("signer").id].title.startswith("已代录纸质报告")
    assert "如没有交过纸质报告" in told[made.person("preparer").id].body
    assert "李许可代录，请另一人审核" in told[made.person("permit").id].body
    (lead,) = session.scalars(select(Exceedance)).unique().all()
    assert lead.source_id == found.submissions[0].id


def test_who_keyed_it_in_never_accepts_it_and_another_clerk_does(
    session: Any, permit: Permit, other_clerk: User
) -> None:
    found = made.keyed(permit)
    with pytest.raises(NotAllowed, match="代录这份报告的人不能接受"):
        actions.accept_report(found, by=made.person("permit"))
    actions.accept_report(found, by=other_clerk)
    assert found.state is ReportState.ACCEPTED


@pytest.mark.parametrize("username", ["officer", "reviewer", "approver", "preparer", "signer", "sysadmin"])
def test_only_the_permit_clerk_keys_in(session: Any, obligation: Obligation, username: str) -> None:
    with pytest.raises(NotAllowed, match="没有「代录纸质报告」的权限"):
        actions.key_in_report(obligation, made.untold(obligation, made.paper()), by=made.person(username))


def test_everything_lacking_is_told_at_once_each_at_its_place(session: Any, obligation: Obligation) -> None:
    wrong = {f"DW001/{made.COD}": FigureInput(Decimal(45), Decimal(20), Decimal(41), 3, 0, None)}
    paper = made.paper(wrong, received_on=world.TODAY + timedelta(days=1), signatory=" ", post="", scans=[])
    assert refused(session, obligation, paper) >= {
        "received_on", "signatory", "post", "scans", f"DW001/{made.COD}/mean", f"DW001/{made.COD}/quantity",
    }  # fmt: skip


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 7, 1), date(2026, 11, 24)])
def test_it_came_after_the_period_and_not_in_the_future(session: Any, obligation: Obligation, day: date) -> None:
    assert "received_on" in refused(session, obligation, made.paper(received_on=day))


def test_what_is_odd_is_never_passed_over_in_silence(session: Any, obligation: Obligation) -> None:
    paper = made.paper(OVER)
    assert f"exceeds:DA001/{made.NOX}/maximum" in refused(session, obligation, paper)
    known = made.untold(obligation, paper).reasons
    stale = {key: {**each, "told": "别的提示"} for key, each in known.items()}
    assert f"exceeds:DA001/{made.NOX}/maximum" in refused(session, obligation, replace(paper, reasons=stale))
    submission = key_in(obligation, made.untold(obligation, paper))
    assert {reason for _told, reason in record.confirmed_in(submission.content)} == {"纸质报告未说明"}


def test_monitoring_never_stands_in_for_what_is_not_on_the_paper(session: Any, permit: Permit) -> None:
    at = clock.midnight(date(2026, 8, 3))
    actions.record_results(
        permit,
        [actions.ResultInput("DW001", made.COD, at, Decimal("31"), "mg/L")],
        by=made.person("preparer"),
    )
    row = f"DW001/{made.COD}"
    obligation = made.owed(permit, "2026-q3")
    paper = replace(made.paper(), figures={key: each for key, each in made.GOOD.items() if key != row})
    assert f"{row}/mean" in refused(session, obligation, paper)


def test_an_outlet_that_the_permit_does_not_have_is_refused(session: Any, obligation: Obligation) -> None:
    assert "DA009/a21026" in refused(session, obligation, made.paper({"DA009/a21026": FigureInput()}))


def test_a_scan_that_is_none_is_refused(session: Any, obligation: Obligation) -> None:
    for content, name in ((b"MZ not a picture", "报告.jpg"), (b"", "空.pdf"), (b"%PDF-1.4 cut", "报告.pdf")):
        paper = made.untold(obligation, made.paper(scans=[made.scan(content, name)]))
        with pytest.raises(BadFile), session.begin_nested():
            key_in(obligation, paper)
    assert session.scalars(select(ReportSubmission)).all() == []
    assert session.scalars(select(Attachment)).all() == []


def test_what_is_not_owed_is_not_keyed_in(session: Any, permit: Permit) -> None:
    renewal = next(each for each in queries.permits.duties(permit) if each.kind.code == "renewal")
    running, voided = made.owed(permit, "2026"), made.owed(permit, "2026-q2")
    voided.voided_on, voided.void_reason = world.TODAY, "示例"
    for owed, words in ((renewal, "不是执行报告"), (running, "报告期还没有结束"), (voided, "已作废")):
        with pytest.raises(NotAllowed, match=words):
            key_in(owed)


def test_an_untouched_draft_of_the_firm_gives_way_to_the_paper(session: Any, permit: Permit) -> None:
    opened = actions.open_report(made.owed(permit, "2026-q3"), by=made.person("preparer"))
    session.commit()
    found = made.keyed(permit)
    assert found.id == opened.id
    assert (found.prepared_by_id, found.submission_number) == (None, 1)


def test_what_the_firm_writes_online_is_not_overwritten_and_the_clerk_hears_whose_it_is(
    session: Any, permit: Permit, report: Make
) -> None:
    found = report()
    for _each in range(2):
        with pytest.raises(NotAllowed, match=r"企业已在网上填报：何静 2026-11-23 .* 保存，现在是「(填报中|待签发)」"):
            key_in(found.obligation)
        session.rollback()
        if found.state is ReportState.DRAFT:
            made.send(found)
    assert found.state is ReportState.CHECKED
    actions.withdraw_report(found, by=made.person("preparer"))
    actions.save_figures(found, dict.fromkeys(made.ROWS, FigureInput()), by=made.person("preparer"))
    actions.acknowledge(found, {}, by=made.person("preparer"))
    session.commit()
    assert made.keyed(permit).submission_number == 1


def test_a_report_that_is_in_is_not_keyed_in_again(session: Any, permit: Permit, other_clerk: User) -> None:
    found = made.keyed(permit)
    with pytest.raises(NotAllowed, match="现在是「已提交」，不能代录纸质报告"):
        key_in(found.obligation)
    session.rollback()
    actions.accept_report(found, by=other_clerk)
    with pytest.raises(NotAllowed, match="现在是「已接受」，不能代录纸质报告"):
        key_in(found.obligation)


def test_returned_it_is_corrected_by_paper_again(session: Any, permit: Permit) -> None:
    found = made.keyed(permit, received_on=date(2026, 10, 12))
    row = f"DW001/{made.COD}"
    actions.return_report(found, [Comment(f"{row}/mean", "请核对")], 10, by=made.person("permit"))
    session.commit()
    mended = {row: replace(made.GOOD[row], mean=Decimal(31))}
    paper = replace(made.paper(), figures=mended)
    with pytest.raises(NotAllowed, match="不能早于退回更正之日"), session.begin_nested():
        key_in(found.obligation, replace(paper, received_on=date(2026, 11, 20)))
    with pytest.raises(NotAllowed, match="没有退回意见，不能改"), session.begin_nested():
        elsewhere = {f"DA001/{made.SO2}": replace(made.GOOD[f"DA001/{made.SO2}"], mean=Decimal(21))}
        key_in(found.obligation, replace(paper, figures={**mended, **elsewhere}))
    with pytest.raises(NotAllowed, match="完全相同"), session.begin_nested():
        key_in(found.obligation, replace(paper, figures={row: made.GOOD[row]}))
    key_in(found.obligation, paper)
    assert (found.state, found.submission_number) == (ReportState.SUBMITTED, 2)
    assert found.first_submitted_on == date(2026, 10, 12)
    assert queries.reports.correction_of(found).fulfilled_on == world.TODAY
    assert [each.paper is not None for each in found.submissions] == [True, True]


def test_returned_it_is_corrected_online_and_then_anybody_accepts_it(session: Any, permit: Permit) -> None:
    found = made.keyed(permit)
    row = f"DW001/{made.COD}"
    actions.return_report(found, [Comment(f"{row}/mean", "请核对")], 10, by=made.person("permit"))
    actions.save_figures(found, {row: replace(made.GOOD[row], mean=Decimal(31))}, by=made.person("preparer"))
    session.commit()
    with pytest.raises(NotAllowed, match="企业已在网上填报：何静"):
        key_in(found.obligation, replace(made.paper(), figures={}))
    made.sign(found)
    assert [each.paper is not None for each in found.submissions] == [True, False]
    actions.accept_report(found, by=made.person("permit"))
    assert found.state is ReportState.ACCEPTED


def test_the_database_keeps_the_paper_and_wants_its_signature(session: Any, permit: Permit) -> None:
    made.keyed(permit)
    for statement in (
        "UPDATE report_paper SET received_on = '2026-01-01'",
        "DELETE FROM report_paper",
    ):
        with pytest.raises(IntegrityError, match="frozen"), session.begin_nested():
            session.execute(text(statement))
    kept = session.scalars(select(ReportPaper)).one()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            ReportPaper.__table__.insert().values(
                submission_id=kept.submission_id + 1,
                received_on=kept.received_on,
                signatory="",
                post="总经理",
                keyed_by_id=kept.keyed_by_id,
                scan_id=kept.scan_id,
            )
        )
