"""The last steps at the firm: check, send to the signer, sign or give back."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.reports import SignForm
from permits.forms.rows import ConfirmForm, ReasonForm
from permits.models import ExecutionReport
from permits.portal.reports import crumbs
from permits.rules import checks, crosscheck, record
from permits.rules.checks import FIELDS
from permits.views.reports import by_outlet, by_path, differences
from permits.workflow import REPORT, missing_in_report, missing_to_send


def _whole(report: ExecutionReport) -> dict[str, Any]:
    """The report as it would be signed now."""
    lines = queries.reports.lines(report)
    beside = queries.reports.beside(report, lines)
    remarks = checks.check(queries.reports.operation(report), lines, beside)
    operation = queries.reports.operation(report)
    older = queries.corrections.in_force(report) or queries.reports.last_submission(report)
    before = record.lines_in(older.content) if older else []
    return {
        "report": report,
        "permit": report.permit_version.permit,
        "outlets": by_outlet(lines),
        "operation": operation,
        "older": older,
        "in_force": queries.corrections.in_force(report),
        "asked": queries.corrections.open_of(report),
        "differences": differences(lines, operation, older),
        "beside": beside,
        "crossed": crosscheck.crossed(lines, beside),
        "tolerance": checks.TOLERANCE * 100,
        "remarks": remarks,
        "remarked": by_path(remarks),
        "confirmed": [(each["told"], each["reason"]) for each in report.acknowledged.values()],
        "changed": record.changed(before, lines) if before else set(),
        "fields": FIELDS,
        "limit_words": checks.limit_words,
    }


@bp.route("/my/reports/<int:report_id>/send", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def send_report(report_id: int) -> Answer:
    """Everything on one page before it goes to the signer."""
    found, form = queries.reports.report(report_id, seen_by=me()), ConfirmForm()
    REPORT.may_leave("send", found.state)
    if form.validate_on_submit():
        try:
            actions.send_report(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已送签发人。"), "ok")
            return redirect(url_for(".my_report", report_id=found.id), 303)
    return page(
        "permits/send_report.html",
        form=form,
        missing=missing_to_send(found),
        crumbs=crumbs(found, _("核对")),
        **_whole(found),
    )


@bp.post("/my/reports/<int:report_id>/withdraw")
@may(Action.REPORT_PREPARE)
def withdraw_report(report_id: int) -> Answer:
    """Take the report back from the signer."""
    actions.withdraw_report(queries.reports.report(report_id, seen_by=me()), by=me())
    flash(_("已撤回，可以修改。"), "ok")
    return redirect(url_for(".my_report", report_id=report_id), 303)


@bp.route("/my/reports/<int:report_id>/decline", methods=["GET", "POST"])
@may(Action.REPORT_SIGN)
def decline_report(report_id: int) -> Answer:
    """Give the report back to its preparer."""
    found, form = queries.reports.report(report_id, seen_by=me()), ReasonForm()
    REPORT.may_leave("decline", found.state)
    if form.validate_on_submit():
        try:
            actions.decline_report(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已退回填报人。"), "ok")
            return redirect(url_for(".my_report", report_id=found.id), 303)
    return page("permits/decline_report.html", form=form, report=found, crumbs=crumbs(found, _("退回填报人")))


@bp.route("/my/reports/<int:report_id>/sign", methods=["GET", "POST"])
@may(Action.REPORT_SIGN)
def sign_report(report_id: int) -> Answer:
    """Read all of it, declare, and hand in with one's password."""
    found = queries.reports.report(report_id, seen_by=me())
    REPORT.may_leave("sign", found.state)
    form = SignForm(data={"version": found.version})
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            actions.sign_report(found, *form.proof(), declared=form.declared.data, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已提交，回执已生成。"), "ok")
            return redirect(url_for(".my_report", report_id=report_id), 303)
    return page(
        "permits/sign_report.html",
        form=form,
        declaration=record.DECLARATION,
        missing=missing_in_report(found),
        crumbs=crumbs(found, _("签发")),
        **_whole(found),
    )
