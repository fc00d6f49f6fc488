"""Signing in and out, one's own account, and the people."""

from flask import current_app, redirect, request, session, url_for
from flask_login import current_user

from accounts import actions
from accounts.blueprint import bp
from accounts.forms import SignInForm
from accounts.guard import may, public
from accounts.roles import ENTERPRISE, Action
from core import clock
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
            return redirect(target or url_for("accounts.home"), 303)
    return page("accounts/sign_in.html", form=form, target=target)


@bp.post("/sign-out")
@may(Action.ACCOUNT_OWN)
def sign_out() -> Answer:
    """Leave."""
    actions.sign_out(by=current_user)
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
        view = current_app.view_functions.get(endpoint)
        if view and any(current_user.may(action) for action in view.doors):  # type: ignore[attr-defined]
            return redirect(url_for(endpoint), 303)
    return redirect(url_for(".account"), 303)


@bp.post("/preferences")
@public
def preferences() -> Answer:
    """Switch language, large text or high contrast, for this person or this browser."""
    chosen = request.form.get("locale")
    if chosen in {"zh", "en"}:
        session["locale"] = chosen
    for key in ("large_text", "high_contrast"):
        if key in request.form:
            session[key] = request.form[key] == "1"
    return redirect(safe_next(request.form.get("next")) or url_for(".home"), 303)
