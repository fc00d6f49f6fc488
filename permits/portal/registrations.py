"""排污登记: the firm's pages, and the clerk's own for what came on paper."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db, expect_version
from core.forms import shown_version
from core.pages import Answer, not_found, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.applications import BeginRegistrationForm, RegistrationForm
from permits.forms.reports import SignForm
from permits.forms.rows import ConfirmForm
from permits.models import Permit, Registration, RegistrationKind, RegistrationState
from permits.portal.sections import is_firm, layout
from permits.rules import applications as rules
from permits.workflow import REGISTRATION, missing_in_registration
from registry import queries as registry
from registry.models import Site

K, R = RegistrationKind, RegistrationState


def _home(found: Registration) -> str:
    return url_for(".my_registration" if is_firm() else ".registration", registration_id=found.id)


def _crumbs(found: Registration, last: str | None = None) -> list[tuple[Any, str | None]]:
    lists = url_for(".my_applications") if is_firm() else url_for(".applications")
    here: list[tuple[Any, str | None]] = [(_("许可申请"), lists), (_(found.kind.label), _home(found) if last else None)]
    return [*here, (last, None)] if last else here


def _offers(held: Any, sites: Any) -> dict[str, tuple[RegistrationKind, Permit | Site]]:
    found: dict[str, tuple[RegistrationKind, Permit | Site]] = {f"first-{each.id}": (K.FIRST, each) for each in sites}
    for each in held:
        for kind in (K.CHANGE, K.RENEWAL, K.CANCELLATION):
            found[f"{kind.code}-{each.site_id}"] = (kind, each)
    return found


def _begin(offered: dict[str, tuple[RegistrationKind, Permit | Site]], cancel: str, *, keyed: bool) -> Answer:
    form = BeginRegistrationForm()
    form.subject.choices = [
        (key, f"{_(kind.label)}：{each.permit_no if isinstance(each, Permit) else each.name}")
        for key, (kind, each) in offered.items()
    ]
    if form.validate_on_submit():
        kind, subject = offered[form.subject.data]
        site = subject.site if isinstance(subject, Permit) else subject
        try:
            made = actions.begin_registration(kind, site, by=me(), keyed=keyed)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(_home(made), 303)
    return page(
        "permits/begin_registration.html",
        layout=layout(),
        form=form,
        offered=offered,
        cancel=cancel,
        crumbs=[(_("许可申请"), cancel), (_("排污登记"), None)],
    )


@bp.route("/my/registrations/new", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE)
def begin_my_registration() -> Answer:
    """Begin a form of one's own firm."""
    return _begin(_offers(*queries.registrations.registrable(me())), url_for(".my_applications"), keyed=False)


@bp.route("/sites/<int:site_id>/registrations/new", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def begin_registration(site_id: int) -> Answer:
    """Begin to key in a form that came on paper."""
    site = registry.site(site_id, seen_by=me())
    held = queries.registrations.registered_at(site.id)
    free = [] if queries.applications.live_permits_at(site.id) else [site]
    return _begin(_offers([held] if held else [], free), url_for(".key_in"), keyed=True)


def _shown(found: Registration) -> Answer:
    return page(
        "permits/registration.html",
        layout=layout(),
        registration=found,
        missing=missing_in_registration(found) if found.state is R.DRAFT else [],
        due=queries.registrations.change_due(found),
        writable=found.state is R.DRAFT and (found.keyed_by_id is None) == is_firm(),
        offers={each.step.verb: each for each in REGISTRATION.open_to(found, me().may)},
        document=next(iter(queries.registrations.documents_of(found)), None),
        crumbs=_crumbs(found),
    )


@bp.get("/my/registrations/<int:registration_id>")
@may(Action.MY_READ)
def my_registration(registration_id: int) -> Answer:
    """One form of one's own: what it says, what it lacks, its number once filed."""
    return _shown(queries.registrations.registration(registration_id, seen_by=me()))


@bp.get("/registrations/<int:registration_id>")
@may(Action.APPLICATION_READ)
def registration(registration_id: int) -> Answer:
    """One form that was filed, or is being keyed in."""
    return _shown(queries.registrations.registration(registration_id, seen_by=me()))


@bp.route("/my/registrations/<int:registration_id>/edit", methods=["GET", "POST"], endpoint="change_my_registration")
@bp.route("/registrations/<int:registration_id>/edit", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def change_registration(registration_id: int) -> Answer:
    """Fill the form in."""
    found = queries.registrations.registration(registration_id, seen_by=me())
    actions.refuse_others_form(found, me())
    form = RegistrationForm(obj=found)
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        try:
            actions.save_registration(found, form.facts(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存。"), "ok")
            return redirect(_home(found), 303)
    return page(
        "permits/change_registration.html",
        layout=layout(),
        form=form,
        registration=found,
        home=_home(found),
        crumbs=_crumbs(found, _("填写")),
    )


@bp.post("/my/registrations/<int:registration_id>/send")
@may(Action.APPLICATION_PREPARE)
def send_registration(registration_id: int) -> Answer:
    """Send a complete form to the signer."""
    found = queries.registrations.registration(registration_id, seen_by=me())
    actions.send_registration(found, by=me())
    flash(_("已送签发人。"), "ok")
    return redirect(_home(found), 303)


@bp.post("/my/registrations/<int:registration_id>/recall")
@may(Action.APPLICATION_PREPARE)
def recall_registration(registration_id: int) -> Answer:
    """Take a form back from the signer."""
    found = queries.registrations.registration(registration_id, seen_by=me())
    actions.recall_registration(found, by=me())
    flash(_("已撤回，可以修改。"), "ok")
    return redirect(_home(found), 303)


@bp.route("/my/registrations/<int:registration_id>/discard", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE)
def discard_registration(registration_id: int) -> Answer:
    """Throw a draft away."""
    found, form = queries.registrations.registration(registration_id, seen_by=me()), ConfirmForm()
    REGISTRATION.may_leave("discard", found.state)
    if form.validate_on_submit():
        actions.discard_registration(found, by=me())
        flash(_("草稿已删除。"), "ok")
        return redirect(url_for(".my_applications"), 303)
    return page(
        "permits/discard_registration.html",
        form=form,
        registration=found,
        home=_home(found),
        crumbs=_crumbs(found, _("删除草稿")),
    )


@bp.route("/my/registrations/<int:registration_id>/sign", methods=["GET", "POST"])
@may(Action.APPLICATION_SIGN)
def sign_registration(registration_id: int) -> Answer:
    """Read it, say yes to the commitment, and file with one's password: the number is there at once."""
    found = queries.registrations.registration(registration_id, seen_by=me())
    REGISTRATION.may_leave("sign", found.state)
    form = SignForm(data={"version": found.version})
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            actions.sign_registration(found, *form.proof(), declared=form.declared.data, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已登记，登记编号已生成。"), "ok")
            return redirect(url_for(".my_registration", registration_id=registration_id), 303)
    return page(
        "permits/sign_registration.html",
        form=form,
        registration=found,
        commitment=rules.COMMITMENT_OF_REGISTRATION,
        missing=missing_in_registration(found),
        crumbs=_crumbs(found, _("签发")),
    )


@bp.route("/registrations/<int:registration_id>/key-in", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def key_in_registration(registration_id: int) -> Answer:
    """File what was keyed in."""
    found, form = queries.registrations.registration(registration_id, seen_by=me()), ConfirmForm()
    REGISTRATION.may_leave("key_in", found.state)
    if found.keyed_by_id is None:
        not_found()
    if form.validate_on_submit():
        try:
            actions.key_in_registration(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已登记，登记编号已生成。"), "ok")
            return redirect(_home(found), 303)
    return page(
        "permits/key_in_registration.html",
        form=form,
        registration=found,
        missing=missing_in_registration(found),
        home=_home(found),
        today=clock.today(),
        crumbs=_crumbs(found, _("代录登记")),
    )
