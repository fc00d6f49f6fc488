"""My reports: what is owed, one report as a list of tasks, its copies of record."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.rows import ConfirmForm
from permits.models import ExecutionReport, ReportComment, ReportState
from permits.rules import checks, record
from permits.rules.checks import Level
from permits.views.reports import place_names, sheet
from permits.workflow import REPORT
from registry import obligations
from registry.models import Obligation


@bp.get("/my/reports")
@may(Action.MY_READ)
def my_reports() -> Answer:
    """What has to be reported, the most urgent first, and what was handed in."""
    today = clock.today()
    rows = queries.reports.my_reports(me(), today)
    owed = [(each, found) for each, found in rows if _waits(each, found)]
    owed.sort(key=lambda row: (_deadline(*row).due_on, row[0].id))
    return page(
        "permits/my_reports.html",
        owed=[(each, found, None if _has_time(found) else _seen(_deadline(each, found))) for each, found in owed],
        done=[(each, found) for each, found in rows if not _waits(each, found)],
        days_late=actions.days_late,
    )


def _waits(owed: Obligation, report: ExecutionReport | None) -> bool:
    """Whether the firm has still something to do."""
    if report is None:
        return owed.fulfilled_on is None
    return report.state in (ReportState.DRAFT, ReportState.CHECKED, ReportState.RETURNED)


def _has_time(report: ExecutionReport | None) -> bool:
    """Whether nothing presses: the firm corrects of its own accord what was accepted."""
    asked = queries.corrections.open_of(report) if report else None
    correction = queries.reports.correction_of(report) if asked and report else None
    return asked is not None and (correction is None or correction.fulfilled_on is not None)


def _deadline(owed: Obligation, report: ExecutionReport | None) -> Obligation:
    """The obligation whose day counts now: the correction of a returned report, else the report itself."""
    correction = queries.reports.correction_of(report) if report and report.submission_number else None
    return correction if correction and correction.fulfilled_on is None else owed


def _seen(owed: Obligation) -> Any:
    return obligations.countdown_of(owed, clock.today())


@bp.route("/my/permits/<int:permit_id>/reports/<string:period>", methods=["GET", "POST"])
@may(Action.MY_READ)
def open_report(permit_id: int, period: str) -> Answer:
    """The report of one period: opened when it is not yet, else shown."""
    owed = queries.reports.owed_report(permit_id, period, seen_by=me())
    known = queries.reports.report_on(owed)
    if known is not None:
        return redirect(url_for(".my_report", report_id=known.id), 303)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            if not me().may(Action.REPORT_PREPARE):
                raise NotAllowed([_("报告由填报人填报。")])
            made = actions.open_report(owed, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".my_report", report_id=made.id), 303)
    return page(
        "permits/open_report.html",
        form=form,
        owed=owed,
        permit=queries.reports.permit_of(owed),
        deadline=_seen(owed),
        is_open=owed.opens_on is None or owed.opens_on <= clock.today(),
        crumbs=[(_("执行报告"), url_for(".my_reports")), (owed.title, None)],
    )


def crumbs(report: ExecutionReport, last: str | None = None) -> list[tuple[Any, str | None]]:
    """Where a page of a report stands."""
    here: list[tuple[Any, str | None]] = [
        (_("执行报告"), url_for(".my_reports")),
        (report.obligation.title, url_for(".my_report", report_id=report.id) if last else None),
    ]
    return [*here, (last, None)] if last else here


@bp.get("/my/reports/<int:report_id>")
@may(Action.MY_READ)
def my_report(report_id: int) -> Answer:
    """One report as a list of tasks with what each still lacks; once handed in, its copy of record."""
    found = queries.reports.report(report_id, seen_by=me())
    editable = found.state in (ReportState.DRAFT, ReportState.RETURNED)
    remarks = queries.reports.remarks(found) if editable or found.state is ReportState.CHECKED else []
    open_rows = queries.reports.open_rows(found)
    lines = queries.reports.lines(found)
    comments = queries.reports.open_comments(found) if editable else []
    waiting = _unanswered(found, lines, comments)
    codes = dict.fromkeys(line.outlet_code for line in lines)
    return page(
        "permits/my_report.html",
        report=found,
        permit=found.permit_version.permit,
        deadline=None if _has_time(found) else _seen(_deadline(found.obligation, found)),
        asked=queries.corrections.open_of(found),
        in_force=queries.corrections.in_force(found),
        paper=standing.paper if (standing := queries.reports.last_submission(found)) else None,
        editable=editable and me().may(Action.REPORT_PREPARE),
        tasks=[
            _task(code, found, remarks, open_rows) | {"waiting": sum(each.startswith(f"{code}/") for each in waiting)}
            for code in codes
        ],
        operation_wrong=[each for each in checks.blocking(remarks) if "/" not in each.path],
        hints=[each for each in remarks if each.level is Level.SOFT],
        unconfirmed=checks.unconfirmed(remarks, found.acknowledged),
        blocking=checks.blocking(remarks),
        unchanged=editable and not queries.reports.differs_from_last(found),
        comments=comments,
        waiting=waiting,
        receipt=next((each.document for each in reversed(found.submissions) if each.document_id), None),
        names=place_names(found),
        late=actions.days_late(found),
        offers=REPORT.open_to(found, me().may),
        crumbs=crumbs(found),
    )


def _unanswered(report: ExecutionReport, lines: list[checks.Line], comments: list[ReportComment]) -> set[str]:
    """The places remarked on at which nothing was changed yet; what is said of the whole report is not one of them."""
    last = queries.reports.last_submission(report)
    if last is None or not comments:
        return set()
    changed = record.changed(record.lines_in(last.content), lines)
    return {
        each.field for each in comments if "/" in each.field and not any(_within(path, each.field) for path in changed)
    }


def _within(path: str, place: str) -> bool:
    """Whether a figure is the one remarked on, or one of its line."""
    return path == place or path.startswith(f"{place}/")


def _task(code: str, report: ExecutionReport, remarks: list[checks.Remark], open_rows: set[str]) -> dict[str, Any]:
    """One outlet as a task: untouched, with so many things lacking, or done."""
    mine = [each for each in queries.reports.lines(report) if each.outlet_code == code]
    wrong = [each for each in checks.blocking(remarks) if each.path.startswith(f"{code}/")]
    touched = any(getattr(line, name) is not None for line in mine for name in checks.FIELDS)
    name = next((each.name for each in report.permit_version.outlets if each.code == code), "")
    return {
        "code": code,
        "name": name,
        "lines": len(mine),
        "wrong": len(wrong),
        "touched": touched,
        "open": any(line.row in open_rows for line in mine),
        "prefilled": any(each.prefilled_from for each in report.figures if each.outlet_code == code),
    }


@bp.get("/my/submissions/<int:submission_id>")
@may(Action.MY_READ)
def my_submission(submission_id: int) -> Answer:
    """A copy of record of one's own, with its hash."""
    found = queries.reports.submission(submission_id, seen_by=me())
    report = queries.reports.report(found.report_id, seen_by=me())
    return page(
        "permits/submission.html",
        layout="layout_portal.html",
        report=report,
        permit=report.permit_version.permit,
        crumbs=crumbs(report, _("第 %(n)d 次提交", n=found.number)),
        **sheet(report, found),
    )
