"""For the machines and for who runs them: health, readiness, figures, the state of the installation."""

from typing import Any

from flask import Response, current_app, make_response
from flask_babel import gettext as _
from sqlalchemy import func, select

from accounts import sessions
from accounts.guard import may, public
from accounts.models import AuditHead, UserSession
from accounts.roles import Action
from app import health
from app.blueprint import bp
from core import clock
from core.db import db
from core.pages import Answer, not_found, page
from core.specimen import specimen
from registry.models import Document, Enterprise


@bp.get("/healthz")
@public
def healthz() -> Answer:
    """The process answers; it asks nothing of the database, not even who is asking."""
    sessions.nobody()
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> Answer:
    """The installation can work: database, structure, disk, fonts, calendar, clock."""
    sessions.nobody()
    bad = [each.name for each in health.findings() if not each.good and each.grave]
    return make_response({"ready": not bad, "missing": bad}, 503 if bad else 200)


@bp.get("/metrics")
@public
def metrics() -> Answer:
    """A few figures in the Prometheus text format; nothing about any firm."""
    sessions.nobody()
    figures: dict[str, Any] = {
        "qingyuan_enterprises": db.session.scalar(select(func.count()).select_from(Enterprise)),
        "qingyuan_documents": db.session.scalar(select(func.count()).select_from(Document)),
        "qingyuan_audit_entries": db.session.scalar(select(AuditHead.length)) or 0,
        "qingyuan_open_sessions": db.session.scalar(
            select(func.count()).select_from(UserSession).where(UserSession.ended_at.is_(None))
        ),
    }
    lines = [f"# TYPE {name} gauge\n{name} {value}" for name, value in figures.items()]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


@bp.get("/admin/system")
@may(Action.SYSTEM_OPERATE)
def system() -> Answer:
    """The state of the installation, in words."""
    settings = current_app.config["SETTINGS"]
    return page("app/system.html", findings=health.findings(), settings=settings, at=clock.now(), title=_("系统状态"))


@bp.get("/house")
@public
def house() -> Answer:
    """Every part of the look once, with plain data; not in production."""
    if current_app.config["SETTINGS"].production:
        not_found()
    return page("house/parts.html", **specimen())
