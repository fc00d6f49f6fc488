"""Corrections of accepted reports at the bureau: ordered, or not taken."""

from flask import flash, redirect, request, url_for
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
from permits.forms.corrections import OrderForm
from permits.forms.rows import ReasonForm
from permits.views.reports import crumbs, place_names, sheet, standing
from permits.workflow import REPORT


@bp.route("/reports/<int:report_id>/order-correction", methods=["GET", "POST"])
@may(Action.REPORT_ACCEPT)
def order_correction(report_id: int) -> Answer:
    """Have an accepted report corrected, each remark pinned to its figure."""
    found = queries.reports.report(report_id, seen_by=me())
    form = OrderForm(data={"version": found.version})
    if request.method == "GET" or request.form.get("more"):
        for _each in range(3):
            form.rows.append_entry()
    for entry in form.rows:
        entry.form.field.choices = list(place_names(found).items())
    if not request.form.get("more") and form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            due = actions.order_correction(found, form.reason.data or "", form.comments(), form.days.data or 0, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已要求更正，期限 %(day)s。", day=due.due.isoformat()), "ok")
            return redirect(url_for(".report", report_id=found.id), 303)
    REPORT.may_leave("order", found.state)
    return page(
        "permits/order_correction.html",
        form=form,
        report=found,
        permit=found.permit_version.permit,
        due=actions.correction_deadline(actions.CORRECTION_DAYS),
        crumbs=crumbs(found, _("要求更正")),
        **sheet(found, standing(found)),
    )


@bp.route("/reports/<int:report_id>/keep", methods=["GET", "POST"])
@may(Action.REPORT_ACCEPT)
def keep_report(report_id: int) -> Answer:
    """Leave the report as it was accepted, instead of correcting it."""
    found = queries.reports.report(report_id, seen_by=me())
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.keep_report(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已维持原报告。"), "ok")
            return redirect(url_for(".report", report_id=found.id), 303)
    REPORT.refuse_if_missing("keep", found)
    return page(
        "permits/keep_report.html",
        form=form,
        report=found,
        asked=queries.corrections.open_of(found),
        crumbs=crumbs(found, _("维持原报告")),
    )
