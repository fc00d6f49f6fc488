"""Where people begin: the bureau's desk, the enterprise's home, help."""

from flask import request
from flask_babel import lazy_gettext as _l

from accounts.guard import may, public
from accounts.people import me
from accounts.roles import Action
from app import desk as desks
from app.blueprint import bp
from app.desk import home
from core import clock
from core.pages import Answer, page
from credit import queries as credit
from credit.views.grades import account_of
from registry import queries as registry

WEEKDAYS = (_l("星期一"), _l("星期二"), _l("星期三"), _l("星期四"), _l("星期五"), _l("星期六"), _l("星期日"))


@bp.get("/desk")
@may(Action.DESK_READ)
def desk() -> Answer:
    """工作台: what waits for me, what is overdue, what is new."""
    today = clock.today()
    whole = request.args.get("all") == "1"
    return page("app/desk.html", desk=desks.desk(me(), today, whole=whole), weekday=WEEKDAYS[today.weekday()])


@bp.get("/my")
@may(Action.MY_READ)
def my() -> Answer:
    """The enterprise's home: what is owed, by when, why, one button each; the score and why."""
    chosen = registry.firm_of(me())
    if chosen is None:
        return page("app/my.html", enterprise=None)
    today = clock.today()
    return page(
        "app/my.html",
        enterprise=chosen,
        home=home.home(me(), chosen.id, today),
        listings=[each for each in credit.listings_of(chosen.id) if each.notified_on and not each.removed_on],
        account=account_of(chosen.id, today),
        better=home.next_better(chosen.id, today),
        correcting=home.correcting(me(), chosen.id),
        applying=home.applying(me(), chosen.id),
    )


@bp.get("/help")
@public
def help_page() -> Answer:
    """How to do the daily things, and whom to call."""
    return page("app/help.html")


@bp.get("/accessibility")
@public
def accessibility() -> Answer:
    """The accessibility statement."""
    return page("app/accessibility.html")
