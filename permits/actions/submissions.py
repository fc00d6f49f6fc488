"""A report handed in: signed, kept as a copy of record with its hash and receipt, returned or accepted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.actions import step_up
from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from law import queries as law
from law.deadlines import Deadline, deadline
from law.terms import Term, TermKind, Unit
from permits import notices, queries
from permits.actions.exceedances import note_exceedances
from permits.actions.reports import preparers
from permits.models import CorrectionOutcome, ExecutionReport, ReportComment, ReportCorrection, ReportSubmission
from permits.rules import checks
from permits.rules import record as copies
from permits.workflow import REPORT
from registry import documents, notifications, obligations
from registry.models import DocumentKind, Mandate, ObligationKind
from registry.obligations import Wanted

CORRECTION_DAYS = 10
"""Working days a firm usually gets to correct a returned report; the clerk sets them, no law does: 未核对."""

Heard = Callable[[ExecutionReport, User], None]

ON_LATE: list[Heard] = []
"""What other rooms do when a report was first handed in after its last day, in the same transaction."""


def sign_report(
    report: ExecutionReport, password: str, one_time_code: str = "", *, declared: bool, by: User
) -> ReportSubmission:
    """Sign and hand in: the password again, the declaration said yes to, the copy frozen with its hash and receipt.

    Raises ``NotAllowed`` for a wrong password (counted as a failed sign-in), without the declaration, for anybody who
    filled the report in, and when something in it is still wrong. The figures are those the signer was shown.
    """
    notifications.refuse_strangers(report.enterprise, Mandate.SIGNER, by)
    if report.prepared_by_id == by.id:
        raise NotAllowed([said("填报人不能签发自己填报的报告。")])
    REPORT.refuse_if_missing("sign", report)
    if not declared:
        raise NotAllowed([Missing(said("请确认声明后再签发。"), "declared")])
    step_up(by, password, one_time_code, now=clock.now())
    return hand_in(report, freeze(report, by), "sign", clock.today(), by)


def hand_in(report: ExecutionReport, submission: ReportSubmission, verb: str, on: date, by: User) -> ReportSubmission:
    """What follows from every submission, signed here or keyed in from paper: the duty met on its day, the receipt, who
    is told, the limits shown as broken, and what a first one after the last day means elsewhere.
    """
    report.submission_number = submission.number
    report.submitted_at, report.signed_by_id = submission.signed_at, by.id
    first = report.first_submitted_on is None
    report.first_submitted_on = report.first_submitted_on or on
    take(REPORT, verb, report, by=by, note=f"第 {submission.number} 次提交，sha256 {submission.sha256}")
    _fulfil(report, on, by)
    document = documents.issue(
        DocumentKind.REPORT_RECEIPT,
        office=report.permit_version.permit.authority,
        enterprise=report.enterprise,
        subject=submission,
        title=f"{report.obligation.title}提交回执",
        compose=notices.reports.receipt(report, submission),
        on=clock.today(),
        by=by,
    )
    submission.document_id = document.id
    record(submission, Action.REPORT_SIGN, f"回执 {document.number}", by=by, enterprise_id=report.enterprise_id)
    found = note_exceedances(report, submission, by=by)
    _tell(report, submission, len(found))
    if first and report.first_submitted_on > report.obligation.due_on:
        for told in ON_LATE:
            told(report, by)
    return submission


def freeze(report: ExecutionReport, by: User, paper: copies.OnPaper | None = None) -> ReportSubmission:
    """Keep what a report says now as its next copy of record; of ``paper``, who signed it by hand."""
    version, at = report.permit_version, clock.now()
    frame = copies.Frame(
        enterprise=report.enterprise.name,
        credit_code=report.enterprise.credit_code,
        permit_no=version.permit.permit_no,
        version_number=version.number,
        title=report.obligation.title,
        due_on=report.obligation.due_on,
        prepared_by=named(report.prepared_by),
        signed_by=paper.signed_by if paper else named(by),
        signed_at=at,
    )
    number = max((each.number for each in report.submissions), default=0) + 1
    asked = queries.corrections.open_of(report)
    remarks = {each.key for each in queries.reports.remarks(report)}
    confirmed = {key: value for key, value in report.acknowledged.items() if key in remarks}
    content = copies.copy_of_record(
        frame,
        queries.reports.operation(report),
        queries.reports.lines(report),
        confirmed,
        number=number,
        correction={"corrects": asked.corrects, "asker": asked.asker.code, "reason": asked.reason} if asked else None,
        paper=paper,
    )
    submission = ReportSubmission(
        report_id=report.id,
        number=number,
        corrects=asked.corrects if asked else None,
        content=content,
        sha256=copies.sha256_of(content),
        signed_by_id=by.id,
        signed_at=at,
        declaration=paper.declaration if paper else copies.DECLARATION,
    )
    report.submissions.append(submission)
    db.session.flush()
    return submission


def named(person: User | None) -> str:
    """A person as a copy of record names one; empty for nobody."""
    return f"{person.name}（{person.username}）" if person else ""


def _fulfil(report: ExecutionReport, on: date, by: User) -> None:
    """The first submission meets the obligation, on its own day; a later one meets the demand for correction."""
    if report.obligation.fulfilled_on is None and report.obligation.voided_on is None:
        obligations.fulfil(report.obligation, on, by)
    correction = queries.reports.correction_of(report)
    if correction is not None and correction.fulfilled_on is None:
        obligations.fulfil(correction, on, by)


def _tell(report: ExecutionReport, submission: ReportSubmission, exceedances: int) -> None:
    permit, paper = report.permit_version.permit, submission.paper
    again = "更正已接受的报告，" if submission.corrects else "更正后" if submission.number > 1 else ""
    keyed = f"纸质报告，{paper.keyed_by.name}代录，请另一人审核。" if paper else ""
    over = f"有 {exceedances} 项超过许可限值。" if exceedances else ""
    notifications.notify(
        notifications.officers_of(permit.authority_id, Role.PERMIT_CLERK),
        key=f"report-submitted-{report.id}-{submission.number}",
        title=f"{report.enterprise.name}{again}提交 {report.obligation.title}",
        body=keyed + over,
        url=f"/reports/{report.id}",
        tone="warn" if exceedances else "info",
    )
    come = "回执和留存副本可以随时查看；"
    warning = "如非本人签发，请立即联系发证机关。"
    if paper:
        come = f"{permit.authority.name} {paper.received_on.isoformat()} 收到纸质报告，已照原件代录；请核对留存副本。"
        warning = "如没有交过纸质报告，或者与原件不同，请立即联系发证机关。"
    notifications.notify(
        notifications.people_of(report.enterprise_id),
        key=f"report-receipt-{report.id}-{submission.number}",
        title=f"{'已代录纸质报告' if paper else '已提交'}：{report.obligation.title}",
        body=f"{come}副本 sha256 {submission.sha256}。{warning}",
        url=f"/my/reports/{report.id}",
        tone="ok",
    )


@dataclass(frozen=True)
class Comment:
    """A remark of the clerk: on a figure (``DA001/a21026/mean``), a line, or the whole (empty)."""

    field: str
    text: str


def correction_deadline(days: int, returned_on: date | None = None) -> Deadline:
    """By when a report that is returned on a day (today when None) is to be handed in again."""
    term = Term(
        key="execution_report.correction",
        title="更正执行报告",
        kind=TermKind.PERIOD,
        value=days,
        unit=Unit.WORKDAY,
        event="退回",
    )
    return deadline(term, returned_on or clock.today(), law.calendar())


def return_report(report: ExecutionReport, comments: Sequence[Comment], days: int, *, by: User) -> Deadline:
    """Send a report back with remarks pinned to its figures; only the lines remarked on open again."""
    REPORT.may_leave("return", report.state)
    pin(report, comments, days, by)
    due = correction_deadline(days)
    report.returned_on, report.correction_days = clock.today(), days
    take(REPORT, "return", report, by=by, note=f"{len(comments)} 条意见")
    demand_correction(report, due, clock.today(), "退回更正", by)
    notifications.notify(
        notifications.people_of(report.enterprise_id),
        key=f"report-returned-{report.id}-{report.submission_number}",
        title=f"退回更正：{report.obligation.title}",
        body=f"{len(comments)} 处要改，{due.due.isoformat()} 前重新提交。",
        url=f"/my/reports/{report.id}",
        tone="danger",
    )
    return due


def pin(report: ExecutionReport, comments: Sequence[Comment], days: int, by: User) -> None:
    """Pin remarks to the places of a report that is to be mended within so many working days."""
    if not 1 <= days <= 60:
        raise NotAllowed([Missing(said("更正期限应在 1 至 60 个工作日之间。"), "days")])
    paths = _paths(report)
    for each in comments:
        if each.field not in paths:
            raise NotAllowed([Missing(said("报告里没有 %(field)s 这一项。", field=each.field), "comments")])
        report.comments.append(
            ReportComment(
                submission_number=report.submission_number,
                field=each.field,
                text=each.text.strip(),
                by_id=by.id,
                at=clock.now(),
            )
        )
    db.session.flush()


def _paths(report: ExecutionReport) -> Mapping[str, str]:
    """Every place a remark may be pinned to, with its name."""
    found = {"": "整份报告", "shutdown_days": "停产天数", "narrative": "说明"}
    for line in queries.reports.lines(report):
        found[line.row] = line.name
        found |= {line.path(name): f"{line.name} {label}" for name, label in checks.FIELDS.items()}
    return found


def correction_key(report: ExecutionReport) -> str:
    """What tells the demand to correct one submission from every other on the same report."""
    asked = queries.corrections.open_of(report)
    again = f"-{asked.id}" if asked is not None and asked.corrects == report.submission_number else ""
    return f"correction-{report.submission_number}{again}"


def demand_correction(report: ExecutionReport, due: Deadline, returned_on: date, reason: str, by: User) -> None:
    """Let the firm owe the correction of a report it was given back; ``reason`` says in the trail why it is written."""
    wanted = Wanted(
        key=correction_key(report),
        kind=ObligationKind.REPORT,
        title=f"更正 {report.obligation.title}",
        basis="发证机关退回意见",
        due_on=due.due,
        provisional=due.provisional,
        arithmetic=due.arithmetic,
        period_from=report.period_from,
        period_to=report.period_to,
        opens_on=returned_on,
        site_id=report.obligation.site_id,
        url=f"/my/reports/{report.id}",
    )
    obligations.regenerate(
        report, [wanted], enterprise_id=report.enterprise_id, today=clock.today(), reason=reason, by=by
    )


def accept_report(report: ExecutionReport, *, by: User) -> None:
    """Accept a report as it was signed; who keyed it in from paper leaves that to somebody else."""
    if keyed_by(report, by):
        raise NotAllowed([said("代录这份报告的人不能接受，请由另一名许可管理员审核。")])
    report.accepted_by_id, report.accepted_at = by.id, clock.now()
    report.accepted_number = report.submission_number
    for each in report.figures:
        each.accepted_mean, each.accepted_exceedances = each.mean, each.exceedances
        each.accepted_quantity = each.quantity
    take(REPORT, "accept", report, by=by)
    asked = queries.corrections.open_of(report)
    if asked is not None:
        end_correction(asked, CorrectionOutcome.ACCEPTED, "", by)
    notifications.notify(
        [*preparers(report), *notifications.people_of(report.enterprise_id, Mandate.SIGNER)],
        key=f"report-accepted-{report.id}-{report.submission_number}",
        title=f"已接受：{report.obligation.title}",
        url=f"/my/reports/{report.id}",
        tone="ok",
    )


def keyed_by(report: ExecutionReport, person: User) -> bool:
    """Whether a person keyed in from paper what a report says now."""
    standing = queries.reports.last_submission(report)
    return standing is not None and standing.paper is not None and standing.paper.keyed_by_id == person.id


def end_correction(found: ReportCorrection, outcome: CorrectionOutcome, answer: str, by: User) -> None:
    """Note what became of a correction."""
    found.ended_at, found.ended_by_id = clock.now(), by.id
    found.outcome, found.answer = outcome, answer.strip()


def days_late(report: ExecutionReport) -> int:
    """Whole days from the last day to the first submission; 0 when it was in time or is not in yet."""
    if report.first_submitted_on is None:
        return 0
    return max(timedelta(0), report.first_submitted_on - report.obligation.due_on).days
