"""An enterprise's own pages: what was issued to it and what it owes."""

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from registry import obligations, queries
from registry.blueprint import bp
from registry.documents import served_on


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
