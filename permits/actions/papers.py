"""An execution report that came on paper: keyed in by the permit clerk to the same obligation, with the scan."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from werkzeug.datastructures import FileStorage

from accounts.audit import record
from accounts.models import User
from core import clock
from core.attachments import read_limited
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.actions.reports import FigureInput, lay_out, refuse_unless_owed, write_figures
from permits.actions.submissions import freeze, hand_in, named
from permits.models import ExecutionReport, ReportPaper, ReportSubmission
from permits.rules import checks
from permits.rules import record as copies
from permits.workflow import REPORT
from permits.workflow.reports import UNCHANGED, missing_on_paper
from registry import evidence
from registry.models import Obligation


@dataclass(frozen=True)
class PaperInput:
    """What stands on the paper, and on the stamp of the day it was received.

    ``reasons`` are by the key of the remark, as a report keeps them: what was odd (``told``) and the ``reason``.
    """

    received_on: date
    signatory: str
    post: str
    scans: Sequence[FileStorage]
    figures: Mapping[str, FigureInput]
    shutdown_days: int = 0
    narrative: str = ""
    reasons: Mapping[str, Mapping[str, str]] | None = None


def report_to_key_in(obligation: Obligation) -> ExecutionReport:
    """The report that a paper would fill: laid out anew and not stored, the firm's untouched draft, or a returned one.

    Refuses what is not owed, a period that still runs, what the firm writes online itself, and what is in already.
    """
    refuse_unless_owed(obligation)
    known = queries.reports.report_on(obligation)
    if known is None:
        return lay_out(obligation)
    if queries.reports.is_begun_online(known):
        told = said(
            "企业已在网上填报：%(who)s %(at)s 保存，现在是「%(state)s」。请企业在网上接着办；要改交纸质的，先由企业清空网上填的内容。",
            who=known.prepared_by.name if known.prepared_by else "—",
            at=f"{clock.beijing(known.saved_at):%Y-%m-%d %H:%M}",
            state=known.state,
        )
        raise NotAllowed([told])
    REPORT.may_leave("key_in", known.state)
    return known


def remarks_on_paper(report: ExecutionReport, paper: PaperInput) -> list[checks.Remark]:
    """What the checks say of a paper, before anything of it is kept."""
    open_rows = queries.reports.open_rows(report)
    lines = [
        replace(each, **asdict(paper.figures.get(each.row, FigureInput()))) if each.row in open_rows else each
        for each in queries.reports.lines(report)
    ]
    operation = replace(queries.reports.operation(report), shutdown_days=paper.shutdown_days, narrative=paper.narrative)
    return checks.check(operation, lines, queries.reports.beside(report, lines))


def key_in_report(obligation: Obligation, paper: PaperInput, *, by: User) -> ReportSubmission:
    """Hand in for a firm the execution report it brought on paper; the day of receipt decides whether it is late.

    Everything or nothing: raises ``NotAllowed`` with each figure that must be mended and each odd one without a word,
    and ``core.attachments.BadFile`` for a scan that is none; then whoever called rolls back.
    """
    report = report_to_key_in(obligation)
    lacking = _missing_in_frame(report, paper)
    db.session.add(report)
    _write(report, paper)
    if lacking := lacking + missing_on_paper(report):
        raise NotAllowed(lacking)
    if not queries.reports.differs_from_last(report):
        raise NotAllowed([UNCHANGED])
    db.session.flush()
    contents = [read_limited(each.stream) for each in paper.scans]  # type: ignore[arg-type]
    told = copies.OnPaper(
        received_on=paper.received_on,
        office=report.permit_version.permit.authority.name,
        signatory=paper.signatory.strip(),
        post=paper.post.strip(),
        keyed_by=named(by),
        scans=tuple(hashlib.sha256(each).hexdigest() for each in contents),
    )
    submission = freeze(report, by, told)
    scans = [
        evidence.attach(
            content,
            enterprise_id=report.enterprise_id,
            subject=submission,
            by=by,
            name=file.filename or "",
            caption="纸质执行报告扫描件",
        )
        for content, file in zip(contents, paper.scans, strict=True)
    ]
    db.session.flush()
    kept = ReportPaper(
        received_on=told.received_on, signatory=told.signatory, post=told.post, keyed_by=by, scan_id=scans[0].id
    )
    submission.paper = kept
    signed = f"{told.signed_by}，{paper.received_on.isoformat()} 收到"
    record(kept, f"{REPORT.name}:paper", f"代录{obligation.title}：{signed}", by=by, enterprise_id=report.enterprise_id)
    return hand_in(report, submission, "key_in", paper.received_on, by)


def _missing_in_frame(report: ExecutionReport, paper: PaperInput) -> list[Missing]:
    """What is lacking in everything but the figures: a day on which it can have come, a signature, a scan."""
    lacking = []
    if paper.received_on > clock.today():
        today = clock.today().isoformat()
        lacking.append(Missing(said("日期不能晚于今天（%(today)s）。", today=today), "received_on"))
    elif paper.received_on <= report.period_to:
        day = report.period_to.isoformat()
        lacking.append(Missing(said("报告期到 %(day)s 才结束，收到日期应在其后。", day=day), "received_on"))
    elif report.returned_on and report.submission_number and paper.received_on < report.returned_on:
        day = report.returned_on.isoformat()
        lacking.append(Missing(said("日期不能早于退回更正之日（%(day)s）。", day=day), "received_on"))
    if not paper.signatory.strip():
        lacking.append(Missing(said("请照纸质报告写明签字人；没有签字的不能接收。"), "signatory"))
    if not paper.post.strip():
        lacking.append(Missing(said("请照纸质报告写明签字人的职务。"), "post"))
    if not paper.scans:
        lacking.append(Missing(said("请附上纸质报告的扫描件。"), "scans"))
    return lacking


def _write(report: ExecutionReport, paper: PaperInput) -> None:
    """Let the report say what the paper says and nothing else: what is not on the paper is not in the report."""
    blank = {row: FigureInput() for row in queries.reports.open_rows(report)}
    write_figures(report, {**blank, **paper.figures})
    for figure in report.figures:
        if f"{figure.outlet_code}/{figure.pollutant_code}" in blank:
            figure.prefilled_from = ""
    report.shutdown_days, report.narrative = paper.shutdown_days, paper.narrative.strip()
    given = {**report.acknowledged, **(paper.reasons or {})}
    report.acknowledged = {
        each.key: {"told": each.text, "reason": given[each.key]["reason"].strip()}
        for each in queries.reports.remarks(report)
        if each.level is checks.Level.SOFT and given.get(each.key, {}).get("told") == each.text
    }
    report.prepared_by_id, report.saved_at = None, clock.now()
