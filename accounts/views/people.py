"""The people: who has an account, which roles, since when. For the security administrator alone."""

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from accounts import actions, exports, ledgers, lists, queries
from accounts.blueprint import bp
from accounts.forms import ConfirmForm, UserForm
from accounts.guard import may
from accounts.models import User
from accounts.people import me
from accounts.roles import Action, Role
from core import clock
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed


def _account(form: UserForm) -> actions.Account:
    return actions.Account(
        username=form.username.data or "",
        name=form.name.data or "",
        office_id=form.office_id.data,
        roles=frozenset(Role(code) for code in form.roles.data or []),
        telephone=form.telephone.data or "",
        email=form.email.data or "",
        certificate_number=form.certificate_number.data or "",
        certificate_until=form.certificate_until.data,
    )


def _form(user: User | None = None) -> UserForm:
    form = UserForm(obj=user) if user else UserForm()
    form.office_id.choices = [("", _("无（企业人员、系统三员）"))] + [
        (each.id, each.name) for each in queries.offices()
    ]
    if user and request.method == "GET":
        form.roles.data = [role.code for role in user.roles]
    return form


@bp.get("/admin/users")
@may(Action.USER_ADMINISTER)
def users() -> Answer:
    """Everybody with an account."""
    return page("accounts/users.html", ledger=lists.page_of(ledgers.USERS))


@bp.route("/admin/users/new", methods=["GET", "POST"])
@may(Action.USER_ADMINISTER)
def create_user() -> Answer:
    """Make an account."""
    form = _form()
    if form.validate_on_submit():
        try:
            made, password = actions.create_user(_account(form), by=me(), now=clock.now())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            session["one_time_password"] = (made.id, password)
            return redirect(url_for(".user", user_id=made.id), 303)
    crumbs = [(_("用户"), url_for(".users")), (_("新建用户"), None)]
    return page("accounts/user_form.html", form=form, user=None, crumbs=crumbs)


@bp.get("/admin/users/<int:user_id>")
@may(Action.USER_ADMINISTER)
def user(user_id: int) -> Answer:
    """A person's account; a one-time password just made is shown once."""
    found = queries.user(user_id)
    shown = session.pop("one_time_password", None)
    return page(
        "accounts/user.html",
        user=found,
        password=shown[1] if shown and shown[0] == found.id else "",
        sessions=queries.open_sessions(found),
        crumbs=[(_("用户"), url_for(".users")), (found.name, None)],
    )


@bp.route("/admin/users/<int:user_id>/edit", methods=["GET", "POST"])
@may(Action.USER_ADMINISTER)
def edit_user(user_id: int) -> Answer:
    """Change a person's data and roles."""
    found = queries.user(user_id)
    form = _form(found)
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        try:
            actions.edit_user(found, _account(form), by=me(), now=clock.now())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存，从下一次请求起生效。"), "ok")
            return redirect(url_for(".user", user_id=found.id), 303)
    crumbs = [(_("用户"), url_for(".users")), (found.name, url_for(".user", user_id=found.id)), (_("修改"), None)]
    return page("accounts/user_form.html", form=form, user=found, crumbs=crumbs)


ACTS = ("disable", "enable", "reset-password", "drop-totp")


@bp.route(
    "/admin/users/<int:user_id>/<any('disable', 'enable', 'reset-password', 'drop-totp'):act>", methods=["GET", "POST"]
)
@may(Action.USER_ADMINISTER)
def change_user(user_id: int, act: str) -> Answer:
    """Acts with consequence: asked once, then done."""
    found, form = queries.user(user_id), ConfirmForm()
    if form.validate_on_submit():
        try:
            _carry_out(found, act)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".user", user_id=found.id), 303)
    crumbs = [(_("用户"), url_for(".users")), (found.name, url_for(".user", user_id=found.id))]
    return page("accounts/user_change.html", form=form, user=found, act=act, crumbs=crumbs)


def _carry_out(found: User, act: str) -> None:
    if act == "disable":
        actions.disable_user(found, by=me(), now=clock.now())
    elif act == "enable":
        actions.enable_user(found, by=me())
    elif act == "drop-totp":
        actions.drop_totp(found, by=me())
    else:
        session["one_time_password"] = (found.id, actions.reset_password(found, by=me(), now=clock.now()))


@bp.get("/admin/users.<any('xlsx', 'csv', 'json'):form>")
@may(Action.USER_ADMINISTER)
def export_users(form: str) -> Answer:
    """Everybody with an account, as a file."""
    return exports.answer(ledgers.USERS, form)
