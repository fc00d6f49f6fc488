"""Signing in and out, and one's own account."""

import pyotp
from flask import current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from accounts import actions, queries, sessions
from accounts.blueprint import bp
from accounts.forms import ConfirmForm, PasswordForm, SignInForm, TotpForm
from accounts.guard import doors, may, public
from accounts.people import me
from accounts.roles import ENTERPRISE, Action
from core import clock, qr
from core.pages import Answer, page, safe_next
from core.workflow import NotAllowed


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    """Come in."""
    form = SignInForm()
    target = safe_next(request.args.get("next"))
    if form.validate_on_submit():
        try:
            actions.sign_in(
                form.username.data or "",
                form.password.data or "",
                form.one_time_code.data or "",
                now=clock.now(),
                demo_allowed=not current_app.config["SETTINGS"].production,
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(target or url_for(".home"), 303)
    return page("accounts/sign_in.html", form=form)


@bp.post("/sign-out")
@may(Action.ACCOUNT_OWN)
def sign_out() -> Answer:
    """Leave."""
    actions.sign_out(by=me())
    return redirect(url_for(".sign_in"), 303)


@bp.get("/")
@public
def home() -> Answer:
    """Where each person begins."""
    if not current_user.is_authenticated:
        return redirect(url_for(".sign_in"), 303)
    if current_user.roles & ENTERPRISE and "app.my" in current_app.view_functions:
        return redirect(url_for("app.my"), 303)
    for endpoint in ("app.desk", "accounts.audit", "accounts.users", "app.system"):
        known = endpoint in current_app.view_functions
        if known and any(current_user.may(action) for action in doors(current_app, endpoint)):
            return redirect(url_for(endpoint), 303)
    return redirect(url_for(".account"), 303)


@bp.post("/display")
@public
def display() -> Answer:
    """Switch language, large text or high contrast, for this person or this browser."""
    chosen = request.form.get("locale") if request.form.get("locale") in {"zh", "en"} else None
    switches = {key: request.form[key] == "1" for key in ("large_text", "high_contrast") if key in request.form}
    if chosen:
        session["locale"] = chosen
    session.update(switches)
    if current_user.is_authenticated:
        actions.set_display(
            me(),
            locale=chosen,
            large_text=switches.get("large_text"),
            high_contrast=switches.get("high_contrast"),
            by=me(),
        )
    return redirect(safe_next(request.form.get("back")) or url_for(".home"), 303)


@bp.get("/account")
@may(Action.ACCOUNT_OWN)
def account() -> Answer:
    """One's own account: who I am, where I am signed in, password and second factor."""
    return page(
        "accounts/account.html",
        form=ConfirmForm(),
        here=sessions.current(),
        sessions=queries.open_sessions(me()),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@may(Action.ACCOUNT_OWN)
def password() -> Answer:
    """Choose a new password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            actions.change_password(
                me(), form.old.data or "", form.new.data or "", form.again.data or "", by=me(), now=clock.now()
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("密码已修改，其他地方的登录都已结束。"), "ok")
            return redirect(url_for(".account"), 303)
    return page(
        "accounts/password.html", form=form, crumbs=[(_("我的账户"), url_for(".account")), (_("修改密码"), None)]
    )


@bp.route("/account/totp", methods=["GET", "POST"])
@may(Action.ACCOUNT_OWN)
def totp() -> Answer:
    """Bind an authenticator: scan, type the six digits, done."""
    form = TotpForm()
    secret = session.get("totp_secret") or pyotp.random_base32()
    session["totp_secret"] = secret
    if form.validate_on_submit():
        try:
            actions.enrol_totp(me(), secret, form.code.data or "", form.password.data or "", by=me(), now=clock.now())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            session.pop("totp_secret", None)
            flash(_("动态口令已启用，下次登录时要填。"), "ok")
            return redirect(url_for(".account"), 303)
    address = pyotp.TOTP(secret).provisioning_uri(name=me().username, issuer_name="Qingyuan")
    crumbs = [(_("我的账户"), url_for(".account")), (_("启用动态口令"), None)]
    return page("accounts/totp.html", form=form, secret=secret, qr=qr.path(address), crumbs=crumbs)


@bp.post("/account/totp/drop")
@may(Action.ACCOUNT_OWN)
def drop_totp() -> Answer:
    """Give the authenticator up."""
    form = TotpForm()
    try:
        actions.step_up(me(), form.password.data or "", now=clock.now())
        actions.drop_totp(me(), by=me())
    except NotAllowed as refusal:
        form.refuse(refusal.missing)
        return page("accounts/totp_drop.html", form=form)
    flash(_("动态口令已停用。"), "warn")
    return redirect(url_for(".account"), 303)


@bp.get("/account/totp/drop")
@may(Action.ACCOUNT_OWN)
def confirm_drop_totp() -> Answer:
    """Ask once before the second factor goes."""
    return page("accounts/totp_drop.html", form=TotpForm())


@bp.post("/account/sessions/<int:session_id>/end")
@may(Action.ACCOUNT_OWN)
def end_session(session_id: int) -> Answer:
    """Sign one of the own browsers out."""
    actions.end_session(queries.own_session(session_id, me()), by=me(), now=clock.now())
    flash(_("已结束那处登录。"), "ok")
    return redirect(url_for(".account"), 303)
