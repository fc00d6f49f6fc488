"""Corrections of accepted reports at the firm: asked for, given up."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.rows import ConfirmForm, ReasonForm
from permits.portal.reports import crumbs
from permits.workflow import REPORT


@bp.route("/my/reports/<int:report_id>/correct", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def correct_report(report_id: int) -> Answer:
    """Open an accepted report again, with the reason."""
    found = queries.reports.report(report_id, seen_by=me())
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.correct_report(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("可以更正了；更正被接受前，原报告继续有效。"), "ok")
            return redirect(url_for(".my_report", report_id=found.id), 303)
    REPORT.may_leave("correct", found.state)
    return page("permits/correct_report.html", form=form, report=found, crumbs=crumbs(found, _("更正")))


@bp.route("/my/reports/<int:report_id>/give-up", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def give_up_correction(report_id: int) -> Answer:
    """Leave the report as it was accepted."""
    found, form = queries.reports.report(report_id, seen_by=me()), ConfirmForm()
    REPORT.refuse_if_missing("give_up", found)
    if form.validate_on_submit():
        try:
            actions.give_up_correction(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已放弃更正，原报告继续有效。"), "ok")
            return redirect(url_for(".my_report", report_id=found.id), 303)
    return page("permits/give_up_correction.html", form=form, report=found, crumbs=crumbs(found, _("放弃更正")))
