"""What a person keeps of the lists: views under a name, columns, density."""

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from accounts import actions, lists
from accounts.blueprint import bp
from accounts.forms import ConfirmForm, ViewForm
from accounts.guard import may
from accounts.models import SavedView
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page, safe_next
from core.workflow import Missing, NotAllowed


def _page_of_ours(path: str | None) -> str | None:
    """The path if it is a page of this house, nothing else."""
    local = safe_next(path)
    if not local or "?" in local or "#" in local:
        return None
    try:
        current_app.create_url_adapter(request).match(local, "GET")  # type: ignore[union-attr]
    except HTTPException:
        return None
    return local


def _back(path: str | None, query: str) -> str:
    target = _page_of_ours(path) or url_for(".home")
    return f"{target}?{query}" if query and target != url_for(".home") else target


@bp.get("/views")
@may(Action.ACCOUNT_OWN)
def views() -> Answer:
    """The views one kept, and those of the own office."""
    crumbs = [(_("我的账户"), url_for(".account")), (_("常用视图"), None)]
    return page("accounts/views.html", views=lists.views(me()), form=ConfirmForm(), crumbs=crumbs)


@bp.route("/views/new", methods=["GET", "POST"])
@may(Action.ACCOUNT_OWN)
def save_view() -> Answer:
    """Keep a list with its filters under a name."""
    form = ViewForm(request.form if request.method == "POST" else request.args)
    if form.validate_on_submit():
        try:
            _save(form)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("视图“%(name)s”已保存。", name=form.name.data), "ok")
            return redirect(_back(form.path.data, form.query.data or ""), 303)
    back = _back(form.path.data, form.query.data or "")
    crumbs = [(_("常用视图"), url_for(".views")), (_("存为视图"), None)]
    return page("accounts/save_view.html", form=form, back=back, crumbs=crumbs)


def _save(form: ViewForm) -> None:
    path, person = _page_of_ours(form.path.data), me()
    if path is None:
        raise NotAllowed([Missing(_("这一页不是列表，不能存为视图。"))])
    made = SavedView(
        user_id=person.id,
        office_id=person.office_id if form.shared.data else None,
        ledger=form.ledger.data,
        name=form.name.data,
        path=path,
        query=form.query.data or "",
    )
    actions.save_view(made, by=person)


@bp.post("/views/<int:view_id>/forget")
@may(Action.ACCOUNT_OWN)
def forget_view(view_id: int) -> Answer:
    """Drop one of the own views."""
    found = lists.own_view(view_id)
    actions.forget_view(found, by=me())
    flash(_("视图“%(name)s”已删除。", name=found.name), "ok")
    return redirect(url_for(".views"), 303)


@bp.post("/lists/arrange")
@may(Action.ACCOUNT_OWN)
def arrange_list() -> Answer:
    """Choose the columns of a list or how close its rows stand; it stays so for this person."""
    sent = request.form
    if sent.get("usual") == "1":
        columns: str | None = ""
    else:
        columns = ",".join(sent.getlist("cols"))[:1000] or None
    dense = sent["dense"] == "1" if "dense" in sent else None
    if sent.get("ledger"):
        actions.arrange_list(sent["ledger"][:40], columns=columns, dense=dense, by=me())
    return redirect(_back(sent.get("path"), sent.get("query", "")[:2000]), 303)
