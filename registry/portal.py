"""An enterprise's own pages: what was issued to it and what it owes."""

from flask import flash, redirect
from flask_babel import gettext as _

from accounts import sessions
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, not_found, page
from registry import obligations, queries
from registry.blueprint import bp
from registry.documents import served_on


@bp.get("/my/firms")
@may(Action.MY_READ)
def my_firms() -> Answer:
    """The firms one speaks for: what each has to do and what is late, and whose work to do now."""
    today = clock.today()
    return page(
        "registry/my_firms.html",
        firms=queries.firms_of(me()),
        current=queries.firm_of(me()),
        burdens=queries.burdens(me(), today),
        mandates=queries.mandates_of(me(), today),
        crumbs=[(_("首页"), "/my"), (_("我的企业"), None)],
    )


@bp.post("/my/firms/<int:enterprise_id>/choose")
@may(Action.MY_READ)
def choose_firm(enterprise_id: int) -> Answer:
    """Do this firm's work from now on, in this browser."""
    found = next((each for each in queries.firms_of(me()) if each.id == enterprise_id), None) or not_found()
    sessions.work_for(found.id, by=me())
    flash(_("现在办理：%(firm)s", firm=found.name), "ok")
    return redirect("/my", 303)


@bp.get("/my/documents")
@may(Action.MY_READ)
def my_documents() -> Answer:
    """Everything issued to the enterprises one speaks for; decisions from the day they are served."""
    return page("registry/my_documents.html", documents=queries.my_documents(me()), served_on=served_on)


@bp.get("/my/obligations")
@may(Action.MY_READ)
def my_obligations() -> Answer:
    """What is owed, nearest first, and what was done lately."""
    today = clock.today()
    owed, done = queries.my_obligations(me())
    overdue = [each for each in owed if each.due_on < today]
    return page(
        "registry/my_obligations.html",
        overdue=overdue,
        owed=owed[len(overdue) :],
        done=done,
        standing=obligations.standing,
        seen=obligations.countdown_of,
    )
