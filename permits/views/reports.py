"""Execution reports at the bureau: the list, one beside its limits, returned or accepted."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db, expect_version
from core.forms import shown_version
from core.pages import Answer, not_found, page
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.reports import ReturnForm
from permits.forms.rows import ConfirmForm
from permits.models import ExecutionReport, ReportSubmission
from permits.rules import checks, crosscheck, record
from permits.rules.checks import FIELDS, Line, Operation, Remark
from permits.workflow import REPORT
from registry import evidence, obligations
from registry.actions import MOST


@bp.get("/reports")
@may(Action.REPORT_READ)
def reports() -> Answer:
    """Every report that is owed: due, received, late, returned, accepted."""
    return page("permits/reports.html", ledger=lists.page_of(ledgers.REPORTS))


@bp.get("/reports.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_reports(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.REPORTS, form)


@bp.get("/reports/corrections")
@may(Action.REPORT_READ)
def corrections() -> Answer:
    """Every correction of an accepted report, the last first."""
    return page("permits/corrections.html", ledger=lists.page_of(ledgers.CORRECTIONS))


@bp.get("/reports/corrections.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_corrections(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.CORRECTIONS, form)


def sheet(report: ExecutionReport, submission: ReportSubmission) -> dict[str, Any]:
    """What was signed, line by line, with what is beside it and what the checks say of it."""
    lines = record.lines_in(submission.content)
    beside = queries.reports.beside(report, lines)
    remarks = checks.check(record.operation_in(submission.content), lines, beside)
    wanted = submission.corrects or submission.number - 1
    older = next((each for each in report.submissions if each.number == wanted), None)
    return {
        "in_force": queries.corrections.in_force(report),
        "older": older,
        "differences": differences(lines, record.operation_in(submission.content), older),
        "submission": submission,
        "outlets": by_outlet(lines),
        "operation": record.operation_in(submission.content),
        "beside": beside,
        "crossed": crosscheck.crossed(lines, beside),
        "tolerance": checks.TOLERANCE * 100,
        "remarks": remarks,
        "remarked": by_path(remarks),
        "confirmed": record.confirmed_in(submission.content),
        "changed": record.changed(record.lines_in(older.content), lines) if older else set(),
        "intact": record.is_intact(submission.content, submission.sha256),
        "scans": evidence.of([submission]).get(submission.id, []) if submission.paper else [],
        "fields": FIELDS,
        "limit_words": checks.limit_words,
    }


def differences(lines: list[Line], operation: Operation, older: ReportSubmission | None) -> list[record.Difference]:
    """What a report says otherwise than an older copy of record; nothing when there is none."""
    if older is None:
        return []
    return record.differences(record.lines_in(older.content), lines, record.operation_in(older.content), operation)


def standing(report: ExecutionReport) -> ReportSubmission:
    """The copy of record that a report stands at; one that nobody handed in is not here."""
    return queries.reports.last_submission(report) or not_found()


def by_outlet(lines: list[Line]) -> dict[str, list[Line]]:
    """The lines of each outlet."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.outlet_code, []).append(line)
    return found


def by_path(remarks: list[Remark]) -> dict[str, list[Remark]]:
    """The remarks on each figure."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        found.setdefault(remark.path, []).append(remark)
    return found


def crumbs(report: ExecutionReport, last: str | None = None) -> list[tuple[Any, str | None]]:
    """Where a page of a report stands."""
    here: list[tuple[Any, str | None]] = [
        (_("执行报告"), url_for(".reports")),
        (report.obligation.title, url_for(".report", report_id=report.id) if last else None),
    ]
    return [*here, (last, None)] if last else here


@bp.get("/reports/remind")
@may(Action.OBLIGATION_REMIND)
def remind_of_reports() -> Answer:
    """The ticked reports are obligations: on to the page that asks once before firms are reminded."""
    chosen = ledgers.REPORTS.identities(db.session, request.args, me(), MOST + 1)
    picked = ",".join(map(str, chosen))
    return redirect(url_for("registry.remind_firms", picking=1, standing="", pick=picked), 303)


@bp.get("/reports/<int:report_id>")
@may(Action.REPORT_READ)
def report(report_id: int) -> Answer:
    """One report as it was last signed, beside limits, monitoring and the report before."""
    found = queries.reports.report(report_id, seen_by=me())
    correction = queries.reports.correction_of(found)
    open_correction = correction if correction and correction.fulfilled_on is None else None
    return page(
        "permits/report.html",
        report=found,
        permit=found.permit_version.permit,
        late=actions.days_late(found),
        comments=found.comments,
        asked=queries.corrections.open_of(found),
        names=place_names(found),
        offers=REPORT.open_to(found, me().may),
        same_eyes=actions.keyed_by(found, me()),
        correction=obligations.countdown_of(open_correction, clock.today()) if open_correction else None,
        crumbs=crumbs(found),
        **sheet(found, standing(found)),
    )


def place_names(report: ExecutionReport) -> dict[str, str]:
    """What each place of a report is called."""
    found = {"": _("整份报告"), "shutdown_days": _("停产天数"), "narrative": _("说明")}
    for line in queries.reports.lines(report):
        found[line.row] = line.name
        found |= {line.path(name): f"{line.name} {_(label)}" for name, label in FIELDS.items()}
    return found


@bp.get("/reports/submissions/<int:submission_id>")
@may(Action.REPORT_READ)
def submission(submission_id: int) -> Answer:
    """One copy of record, as signed then."""
    found = queries.reports.submission(submission_id, seen_by=me())
    report = queries.reports.report(found.report_id, seen_by=me())
    title = _("第 %(n)d 次提交", n=found.number)
    return page(
        "permits/submission.html",
        layout="layout.html",
        report=report,
        permit=report.permit_version.permit,
        crumbs=crumbs(report, title),
        **sheet(report, found),
    )


@bp.route("/reports/<int:report_id>/return", methods=["GET", "POST"])
@may(Action.REPORT_ACCEPT)
def return_report(report_id: int) -> Answer:
    """Send a report back, each remark pinned to its figure."""
    found = queries.reports.report(report_id, seen_by=me())
    REPORT.may_leave("return", found.state)
    shown = sheet(found, standing(found))
    form = ReturnForm(data={"version": found.version, "rows": _suggested(shown["remarks"])})
    if request.method == "GET" or request.form.get("more"):
        for _each in range(2):
            form.rows.append_entry()
    places = list(place_names(found).items())
    for entry in form.rows:
        entry.form.field.choices = places
    if not request.form.get("more") and form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            due = actions.return_report(found, form.comments(), form.days.data or 0, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已退回，更正期限 %(day)s。", day=due.due.isoformat()), "ok")
            return redirect(url_for(".report", report_id=found.id), 303)
    return page(
        "permits/return_report.html",
        form=form,
        report=found,
        permit=found.permit_version.permit,
        due=actions.correction_deadline(actions.CORRECTION_DAYS),
        crumbs=crumbs(found, _("退回更正")),
        **shown,
    )


def _suggested(remarks: list[Remark]) -> list[dict[str, str]]:
    """What the checks found odd, offered as first words of a remark."""
    return [{"field": each.path, "text": each.text} for each in remarks if each.code == "differs"][:5]


@bp.route("/reports/<int:report_id>/accept", methods=["GET", "POST"])
@may(Action.REPORT_ACCEPT)
def accept_report(report_id: int) -> Answer:
    """Accept a report as signed."""
    found, form = queries.reports.report(report_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.accept_report(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已接受。"), "ok")
            return redirect(url_for(".report", report_id=found.id), 303)
    return page(
        "permits/accept_report.html",
        form=form,
        report=found,
        late=actions.days_late(found),
        crumbs=crumbs(found, _("接受")),
        **sheet(found, standing(found)),
    )
