"""Limits shown as broken: leads, each with what was done about it."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.models import User
from accounts.people import me
from accounts.roles import Action
from core.db import db
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.exceedances import HandleForm


@bp.get("/exceedances")
@may(Action.REPORT_READ)
def exceedances() -> Answer:
    """Every exceedance one may see, what is open first."""
    return page("permits/exceedances.html", ledger=lists.page_of(ledgers.EXCEEDANCES))


@bp.get("/exceedances.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_exceedances(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.EXCEEDANCES, form)


@bp.route("/exceedances/<int:exceedance_id>", methods=["GET", "POST"])
@may(Action.REPORT_READ)
def exceedance(exceedance_id: int) -> Answer:
    """One exceedance: figure, limit, where it comes from, and what was done about it."""
    found, form = queries.exceedances.exceedance(exceedance_id, seen_by=me()), HandleForm()
    if form.validate_on_submit():
        try:
            if not me().may(Action.EXCEEDANCE_HANDLE):
                raise NotAllowed([_("超标线索由执法员处理。")])
            actions.handle_exceedance(found, form.handling.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已记录处理情况。"), "ok")
            return redirect(url_for(".exceedance", exceedance_id=found.id), 303)
    submission = queries.exceedances.source_report(found)
    measured = queries.monitoring.source_of(found)
    return page(
        "permits/exceedance.html",
        exceedance=found,
        form=form,
        submission=submission,
        measured=measured,
        present=queries.monitoring.present(measured) if measured else None,
        later=queries.exceedances.later_submission(submission) if submission else None,
        handled_by=db.session.get(User, found.handled_by_id) if found.handled_by_id else None,
        crumbs=[(_("超标线索"), url_for(".exceedances")), (f"{found.outlet_code} {found.pollutant_name}", None)],
    )
