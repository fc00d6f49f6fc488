"""The doors: every view says who may enter, or the application does not start."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from accounts.roles import SECOND_FACTOR, Action
from core.db import lagging

View = TypeVar("View", bound=Callable[..., Any])


def may(*actions: Action) -> Callable[[View], View]:
    """Mark a view: whoever holds one of these permissions may enter. Whose things is decided by scope."""

    def mark(view: View) -> View:
        view.doors = frozenset(actions)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anybody may enter without signing in."""
    view.doors = frozenset()  # type: ignore[attr-defined]
    return view


def keeps_nothing(view: View) -> View:
    """Mark a public view whose form writes nothing and asks nobody's powers: it needs no token, so no cookie either."""
    view.keeps_nothing = True  # type: ignore[attr-defined]
    return view


def may_lag(view: View) -> View:
    """Mark a view of which nothing hangs on the last seconds: it reads from the copy of the database, if there is one."""
    view.may_lag = True  # type: ignore[attr-defined]
    return view


def doors(app: Flask, endpoint: str) -> frozenset[Action]:
    """The permissions that open an endpoint; empty for a public one."""
    found: frozenset[Action] = getattr(app.view_functions[endpoint], "doors")  # noqa: B009 - views are plain functions
    return found


def check_doors(app: Flask) -> None:
    """Refuse to start with a view that does not declare its permission."""
    bare = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "doors"))
    if bare:
        raise RuntimeError(f"refuses to start: no @may or @public on {bare}")


def _lacks_second_factor() -> bool:
    """Whether a person has to bind an authenticator first; a demo house lets everybody in with the password alone."""
    production: bool = current_app.config["SETTINGS"].production
    return production and bool(current_user.roles & SECOND_FACTOR) and not current_user.totp_secret


def install(app: Flask) -> None:
    """Ask at every door. Unknown visitors are sent to sign in; known ones without the permission get 403."""
    public(app.view_functions["static"])

    @app.before_request
    def ask() -> Any:
        if request.endpoint is None:
            return None
        if getattr(app.view_functions[request.endpoint], "may_lag", False):
            current_user.get_id()  # who it is, is asked of the primary; all that follows, of the copy
            lagging.set(True)
        needed = doors(app, request.endpoint)
        if not needed:
            return None
        if not current_user.is_authenticated:
            if request.path.endswith((".json", ".csv", ".xlsx")):
                abort(401)
            target = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", next=target), 303)
        if current_user.must_change_password and request.endpoint not in {"accounts.password", "accounts.sign_out"}:
            flash(_("请先修改初始密码。"), "warn")
            return redirect(url_for("accounts.password"), 303)
        if _lacks_second_factor() and request.endpoint not in {
            "accounts.password", "accounts.sign_out", "accounts.totp"
        }:  # fmt: skip
            flash(_("您的角色须启用动态口令，请先绑定。"), "warn")
            return redirect(url_for("accounts.totp"), 303)
        if not any(current_user.may(action) for action in needed):
            abort(403)
        return None
