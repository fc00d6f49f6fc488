"""Emission rights: the ledger, and how the lines of a permit stand to what it allows."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.text import date_of
from core.workflow import NotAllowed
from law import queries as law
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.rights import RightForm
from permits.forms.rows import ReasonForm
from permits.models import Permit
from permits.views.permits import crumbs


@bp.get("/emission-rights")
@may(Action.PERMIT_READ)
def emission_rights() -> Answer:
    """Every line one may see, the next to end first."""
    return page("permits/emission_rights.html", ledger=lists.page_of(ledgers.RIGHTS))


@bp.get("/emission-rights.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_emission_rights(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.RIGHTS, form)


@bp.get("/permits/<int:permit_id>/rights")
@may(Action.PERMIT_READ)
def permit_rights(permit_id: int) -> Answer:
    """The rights of a permit beside its yearly quantities, on any day."""
    found = queries.permits.permit(permit_id, seen_by=me())
    on = date_of(request.args.get("on", "")) or clock.today()
    rows = queries.rights.of_permit(found)
    return page(
        "permits/permit_rights.html",
        permit=found,
        rows=rows,
        on=on,
        balances=queries.rights.balances(found, rows, on),
        crumbs=crumbs(found, _("排污权")),
    )


def _pollutants(permit: Permit) -> dict[str, str]:
    """What may be traded: the pollutants of the law and those that the permit limits."""
    names = {each.code: each.name for each in law.pollutants() if each.code and each.tax_equivalent is not None}
    limited = [limit for version in permit.versions for outlet in version.outlets for limit in outlet.limits]
    return names | {each.pollutant_code: each.pollutant_name for each in limited}


@bp.route("/permits/<int:permit_id>/rights/new", methods=["GET", "POST"])
@may(Action.RIGHT_RECORD)
def record_right(permit_id: int) -> Answer:
    """Write down what was allotted, bought, leased, sold or let."""
    found = queries.permits.permit(permit_id, seen_by=me())
    names = _pollutants(found)
    form = RightForm(period_from=found.valid_from, period_to=found.valid_to)
    form.pollutant_code.choices = [
        ("", _("请选择")),
        *((code, f"{name} {code}") for code, name in sorted(names.items())),
    ]
    if form.validate_on_submit():
        try:
            actions.record_right(found, form.facts(names), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已登记排污权。"), "ok")
            return redirect(url_for(".permit_rights", permit_id=found.id), 303)
    return page("permits/record_right.html", permit=found, form=form, crumbs=crumbs(found, _("登记排污权")))


@bp.route("/emission-rights/<int:right_id>/void", methods=["GET", "POST"])
@may(Action.RIGHT_RECORD)
def void_right(right_id: int) -> Answer:
    """Void a line that was a mistake."""
    found, form = queries.rights.right(right_id, seen_by=me()), ReasonForm()
    if form.validate_on_submit():
        try:
            actions.void_right(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已作废，记录仍保留。"), "ok")
            return redirect(url_for(".permit_rights", permit_id=found.permit_id), 303)
    return page("permits/void_right.html", right=found, form=form, crumbs=crumbs(found.permit, _("作废排污权")))
