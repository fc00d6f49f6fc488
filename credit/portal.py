"""The enterprise's side: its score and why, its listing, its way back."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.workflow import NotAllowed
from credit import actions, archive, queries, rules  # noqa: F401 - the archive hangs its parts up
from credit.blueprint import bp
from credit.forms import ObjectionForm, RepairForm
from credit.views.grades import account_of
from registry import queries as registry


@bp.get("/my/credit")
@may(Action.REPAIR_APPLY)
def my_credit() -> Answer:
    """My enterprise's score, line by line, and the way back to green."""
    asked = request.args.get("enterprise", type=int)
    chosen = registry.enterprise(asked, seen_by=me()) if asked else registry.firm_of(me())
    if chosen is None:
        return page("credit/my_credit.html", enterprise=None)
    return page("credit/my_credit.html", enterprise=chosen, **account_of(chosen.id, clock.today()))


@bp.get("/my/listings/<int:listing_id>")
@may(Action.LISTING_OBJECT)
def my_listing(listing_id: int) -> Answer:
    """One listing as the firm sees it, from the prior notice on."""
    found = queries.own_listing(listing_id, seen_by=me())
    open_ = (
        found.state.code in ("notified", "objected")
        and found.objection_until
        and clock.today() <= found.objection_until
    )
    return page("credit/my_listing.html", listing=found, may_object=open_)


@bp.route("/my/listings/<int:listing_id>/object", methods=["GET", "POST"])
@may(Action.LISTING_OBJECT)
def object_to_listing(listing_id: int) -> Answer:
    """State the case against a listing."""
    found, form = queries.own_listing(listing_id, seen_by=me()), ObjectionForm()
    if form.validate_on_submit():
        try:
            actions.object_to_listing(found, form.text.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已提出，监管机关答复后会通知您。"), "ok")
            return redirect(url_for(".my_listing", listing_id=found.id), 303)
    return page("credit/object_to_listing.html", form=form, listing=found)


@bp.route("/my/credit-events/<int:event_id>/repair", methods=["GET", "POST"])
@may(Action.REPAIR_APPLY)
def apply_for_repair(event_id: int) -> Answer:
    """Apply for repair of one record; what is lacking is told before anything is sent."""
    event = queries.event(event_id, seen_by=me())
    form = RepairForm()
    if request.method == "GET":
        form.promise.data = _("我单位承诺：严格遵守生态环境法律法规，如实公开环境信息，违反承诺愿意承担相应责任。")
    if form.validate_on_submit():
        files = [file for file in form.files.data or [] if file and file.filename]
        try:
            actions.apply_for_repair(
                event, statement=form.statement.data or "", promise=form.promise.data or "", files=files, by=me()
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已提交修复申请，免费办理，结果会通知您。"), "ok")
            return redirect(url_for(".my_credit", enterprise=event.enterprise_id), 303)
    lacking = rules.missing_for_repair(actions.repair_facts(event, "x", "x"), clock.today())
    return page("credit/apply_for_repair.html", form=form, event=event, lacking=lacking)
