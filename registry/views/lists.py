"""Lists of key units by year, and who speaks for an enterprise."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.forms import given
from core.pages import Answer, page
from core.workflow import NotAllowed
from registry import actions, queries
from registry.blueprint import bp
from registry.forms.enterprises import ConfirmForm, DayForm, ListForm, RemoveForm, RepresentativeForm
from registry.ledgers.enterprises import KEY_LISTS
from registry.models import ListKind, Mandate


@bp.get("/key-lists")
@may(Action.ENTERPRISE_READ)
def key_lists() -> Answer:
    """Who stands on which list, year by year."""
    return page("registry/key_lists.html", ledger=lists.page_of(KEY_LISTS), form=ConfirmForm())


@bp.get("/key-lists.<any('xlsx', 'csv', 'json'):form>")
@may(Action.ENTERPRISE_READ)
def export_key_lists(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(KEY_LISTS, form)


@bp.post("/key-lists/copy")
@may(Action.LIST_EDIT)
def copy_lists() -> Answer:
    """Begin this year's lists from last year's."""
    year = clock.today().year
    count = actions.copy_lists(year, by=me())
    flash(_("从上一年带入 %(count)d 条。", count=count), "ok" if count else "info")
    return redirect(url_for(".key_lists", year=year), 303)


@bp.route("/enterprises/<int:enterprise_id>/lists/new", methods=["GET", "POST"])
@may(Action.LIST_EDIT)
def add_to_list(enterprise_id: int) -> Answer:
    """Put an enterprise on a list of this year."""
    found = queries.enterprise(enterprise_id, seen_by=me())
    form = ListForm(added_on=clock.today(), basis=_("环境监管重点单位名录管理办法（部令第27号）"))
    if form.validate_on_submit():
        try:
            actions.add_to_list(
                found,
                ListKind(form.kind.data),
                given(form.added_on.data).year,
                form.criterion.data or "",
                form.basis.data or "",
                given(form.added_on.data),
                by=me(),
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise", enterprise_id=found.id), 303)
    crumbs = [(found.name, url_for(".enterprise", enterprise_id=found.id)), (_("列入名录"), None)]
    return page("registry/add_to_list.html", form=form, enterprise=found, crumbs=crumbs)


@bp.route("/key-lists/entries/<int:membership_id>/remove", methods=["GET", "POST"])
@may(Action.LIST_EDIT)
def remove_from_list(membership_id: int) -> Answer:
    """Take an enterprise off a list, with the reason."""
    entry = queries.membership(membership_id, seen_by=me())
    form = RemoveForm(removed_on=clock.today())
    if form.validate_on_submit():
        try:
            actions.remove_from_list(entry, form.reason.data or "", given(form.removed_on.data), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise", enterprise_id=entry.enterprise_id), 303)
    return page("registry/remove_from_list.html", form=form, entry=entry)


@bp.route("/enterprises/<int:enterprise_id>/representatives/new", methods=["GET", "POST"])
@may(Action.REPRESENTATIVE_EDIT)
def add_representative(enterprise_id: int) -> Answer:
    """Let a person speak for an enterprise, with the letter."""
    found = queries.enterprise(enterprise_id, seen_by=me())
    form = RepresentativeForm(since=clock.today())
    if form.validate_on_submit():
        letter = form.letter.data if form.letter.data and form.letter.data.filename else None
        try:
            actions.add_representative(
                found,
                form.username.data or "",
                Mandate(form.mandate.data),
                given(form.since.data),
                form.until.data,
                letter,
                by=me(),
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise", enterprise_id=found.id), 303)
    crumbs = [(found.name, url_for(".enterprise", enterprise_id=found.id)), (_("授权"), None)]
    return page("registry/add_representative.html", form=form, enterprise=found, crumbs=crumbs)


@bp.route("/representatives/<int:representative_id>/end", methods=["GET", "POST"])
@may(Action.REPRESENTATIVE_EDIT)
def end_representative(representative_id: int) -> Answer:
    """End a mandate."""
    found, form = queries.representative(representative_id, seen_by=me()), DayForm(on=clock.today())
    if form.validate_on_submit():
        try:
            actions.end_representative(found, given(form.on.data), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise", enterprise_id=found.enterprise_id), 303)
    return page("registry/end_representative.html", form=form, representative=found)
