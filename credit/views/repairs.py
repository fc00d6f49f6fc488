"""Deciding on repairs."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.workflow import NotAllowed
from credit import actions, ledgers, queries, rules
from credit.blueprint import bp
from credit.forms import ReasonForm
from registry import evidence


@bp.get("/repairs")
@may(Action.LISTING_READ)
def repairs() -> Answer:
    """Every repair one may see."""
    return page("credit/repairs.html", ledger=lists.page_of(ledgers.REPAIRS))


@bp.get("/repairs.<any('xlsx', 'csv', 'json'):form>")
@may(Action.LISTING_READ)
def export_repairs(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.REPAIRS, form)


@bp.route("/repairs/<int:repair_id>", methods=["GET", "POST"])
@may(Action.LISTING_READ)
def repair(repair_id: int) -> Answer:
    """One application: the conditions ticked with their proof, and the decision."""
    found, form = queries.repair(repair_id, seen_by=me()), ReasonForm()
    if request.method == "POST" and not me().may(Action.REPAIR_DECIDE):
        raise NotAllowed([_("您没有决定信用修复的权限。")])
    if form.validate_on_submit():
        try:
            form.prove()
            act = actions.refuse_repair if request.form.get("refuse") else actions.grant_repair
            act(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已决定并通知企业。"), "ok")
            return redirect(url_for(".repair", repair_id=found.id), 303)
    facts = actions.repair_facts(found.event, found.statement, found.promise)
    return page(
        "credit/repair.html",
        form=form,
        repair=found,
        missing=rules.missing_for_repair(facts, clock.today()) if found.decided_on is None else [],
        decision=queries.decision_behind(found.event),
        files=evidence.of([found]).get(found.id, []),
        crumbs=[(_("信用修复"), url_for(".repairs")), (found.enterprise.name, None)],
    )
