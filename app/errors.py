"""Refusals as pages: what happened, what was kept, what to do next."""

import secrets
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from accounts import sessions
from app.conflicts import told
from core.db import Conflict, db, sentence_for
from core.workflow import NotAllowed

SHOWN = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)


def answer(status: int, **context: Any) -> Response:
    """The error page of this status, as JSON for those who asked for JSON."""
    template = f"errors/{status if status in SHOWN else 500}.html"
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if wanted == "application/json" or request.path.startswith("/api/"):
        return make_response({"status": status, "error": context.get("message", "")}, status)
    return make_response(render_template(template, status=status, **context), status)


def refused_by_database(error: IntegrityError | StaleDataError) -> Response:
    """A named constraint refused the row, or somebody else changed it in the same instant: said in words, nothing stored."""
    if isinstance(error, StaleDataError):
        return answer(409, message=_("别人刚刚办过这一步或改过这条记录，这一次没有保存。"), conflict=None)
    return answer(422, message=_(sentence_for(error)), missing=[])


def away(error: OperationalError) -> Response:
    """The database is gone, locked or full: nothing was stored; the same form sent again makes one thing, not two."""
    incident = secrets.token_hex(4)
    current_app.logger.error("incident %s: database: %s", incident, str(error.orig).split("\n")[0])
    db.session.rollback()
    sessions.nobody()
    message = _("数据库暂时不可用，这一次没有保存。请稍后返回上一页重新提交，不会重复登记。")
    return answer(503, message=message, incident=incident)


def clash() -> Response:
    """The same form with another content: the first answer stands."""
    return answer(409, message=_("这份表单已经提交过，内容与这次不同。请重新打开页面再填。"), conflict=None)


def install(app: Flask) -> None:
    """Answer every refusal with a page of ours."""

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return answer(error.code, message=error.description if error.code in (400, 413) else "")

    @app.errorhandler(Conflict)
    def conflict(error: Conflict) -> Any:
        db.session.rollback()
        return answer(409, message=_("您打开页面后，别人已经改过这条记录。"), conflict=error, both=told(error))

    @app.errorhandler(NotAllowed)
    def not_allowed(error: NotAllowed) -> Any:
        db.session.rollback()
        return answer(422, message=_("这一步现在还不能办。"), missing=error.missing)

    @app.errorhandler(IntegrityError)
    @app.errorhandler(StaleDataError)
    def integrity(error: IntegrityError | StaleDataError) -> Any:
        db.session.rollback()
        return refused_by_database(error)

    @app.errorhandler(DataError)
    def unfit(_error: DataError) -> Any:
        """What no column can hold (a null character, a figure out of range)."""
        db.session.rollback()
        return answer(422, message=_("送来的内容不符合登记规则，系统没有保存任何东西。"), missing=[])

    @app.errorhandler(OperationalError)
    def gone(error: OperationalError) -> Any:
        return away(error)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        if app.testing:
            raise error
        incident = secrets.token_hex(4)
        app.logger.exception("incident %s on %s %s", incident, request.method, ascii(request.path))
        db.session.rollback()
        return answer(500, message="", incident=incident)
