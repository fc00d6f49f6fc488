"""The enterprise's side: what was ordered, and how it answers."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.forms import given
from core.pages import Answer, not_found, page
from core.workflow import NotAllowed
from inspections import actions, archive, basis, queries  # noqa: F401 - the archive hangs its parts up
from inspections.blueprint import bp
from inspections.forms import ResponseForm
from registry import evidence


@bp.get("/my/orders")
@may(Action.ORDER_RESPOND)
def my_orders() -> Answer:
    """What my enterprise has been ordered to put right."""
    return page("inspections/my_orders.html", orders=queries.served_orders(me()))


@bp.get("/my/orders/<int:order_id>")
@may(Action.ORDER_RESPOND)
def my_order(order_id: int) -> Answer:
    """One order: each item, its deadline, what was sent and what came back."""
    found = queries.served_order(order_id, seen_by=me())
    responses = [each for item in found.items for each in item.responses]
    return page(
        "inspections/my_order.html",
        order=found,
        responses=evidence.of(responses),
        deadline=basis.seen_deadline(found, clock.today()),
        crumbs=[(_("整改"), url_for(".my_orders")), (found.document.number if found.document else "", None)],
    )


@bp.route("/my/orders/<int:order_id>/items/<int:item_id>/answer", methods=["GET", "POST"])
@may(Action.ORDER_RESPOND)
def answer_item(order_id: int, item_id: int) -> Answer:
    """Say and prove how one item was put right."""
    found = queries.served_order(order_id, seen_by=me())
    item = next((each for each in found.items if each.id == item_id), None)
    if item is None:
        not_found()
    form = ResponseForm()
    if form.validate_on_submit():
        files = [file for file in form.files.data or [] if file and file.filename]
        try:
            actions.answer_item(item, form.text.data or "", given(form.done_on.data), files=files, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已报送，等待监管机关审核。"), "ok")
            return redirect(url_for(".my_order", order_id=found.id), 303)
    crumbs = [
        (_("整改"), url_for(".my_orders")),
        (found.document.number if found.document else "", url_for(".my_order", order_id=found.id)),
        (_("报送改正情况"), None),
    ]
    return page("inspections/answer_item.html", form=form, order=found, item=item, crumbs=crumbs)
