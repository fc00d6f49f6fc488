"""Last days that an authority moved: entered with its document, what is owed brought in line, withdrawn when wrong."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.workflow import Missing, NotAllowed
from law import actions as law_acts
from law import queries as law
from law.forms import ReasonForm
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.moved_days import MoveAskForm, MoveForm
from permits.forms.rows import ConfirmForm
from registry.models import Obligation

SHOWN = 50
"""So many of the obligations are listed; all are counted."""


@bp.route("/law/moved-days/new", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def add_moved_day() -> Answer:
    """Which day is moved and on what; which obligations that moves; then it is kept."""
    form: Any = MoveForm() if request.method == "POST" else MoveAskForm(request.args)
    form.key.choices = [("", _("请选择")), *queries.moved_days.movable()]
    waiting: Sequence[Obligation] | None = None
    asked = request.method == "POST" or "key" in request.args
    if asked and form.validate():
        facts = form.facts()
        try:
            if lacking := law_acts.missing_to_move(facts):
                raise NotAllowed(lacking)
            waiting = queries.moved_days.waiting(facts.key, facts.usual_on)
            if request.method == "POST":
                if form.seen.data != len(waiting):
                    raise NotAllowed([Missing(_("请先看清会移动哪些义务，再保存。"))])
                made = law_acts.move_last_day(facts, on=clock.today(), by=me())
                flash(_("已录入，%(count)d 件义务的期限是 %(day)s。", count=_done(made), day=made.moved_to), "ok")
                return redirect(url_for(".moved_day", moved_id=made.id), 303)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
    return page(
        "permits/add_moved_day.html",
        form=form,
        asked=asked,
        waiting=waiting,
        shown=_shown(waiting),
        new_day=queries.moved_days.shown_on(form.key.data, form.moved_to.data) if waiting is not None else None,
        save=MoveForm() if waiting is not None else None,
        crumbs=_crumbs(_("录入")),
    )


def _done(made: Any) -> int:
    return len(queries.moved_days.moved(made))


def _shown(found: Sequence[Obligation] | None) -> list[Obligation]:
    return queries.moved_days.seen(found or [], me())[:SHOWN]


def _crumbs(here: str) -> list[tuple[str, str | None]]:
    return [(_("法定期限"), url_for("law.deadlines")), (_("改定期限"), url_for("law.moved_days")), (here, None)]


@bp.get("/law/moved-days/<int:moved_id>")
@may(Action.LAW_CHECK)
def moved_day(moved_id: int) -> Answer:
    """One moved day: on what, what stands on it now, what is still to be brought in line."""
    found = law.moved_day(moved_id)
    known = found.key in queries.moved_days.KEYS
    moved = queries.moved_days.moved(found) if known else []
    return page(
        "permits/moved_day.html",
        moved_day=found,
        rule=law.deadline_rule(found.key),
        pending=queries.moved_days.pending(found) if known else [],
        moved=moved,
        shown=_shown(moved),
        crumbs=_crumbs(found.usual_on.isoformat()),
    )


@bp.post("/law/moved-days/<int:moved_id>/follow")
@may(Action.LAW_CHECK)
def follow_moved_day(moved_id: int) -> Answer:
    """Bring the next permits in line."""
    found, form = law.moved_day(moved_id), ConfirmForm()
    if form.validate_on_submit():
        actions.follow_moved_day(found, me())
    return redirect(url_for(".moved_day", moved_id=found.id), 303)


@bp.route("/law/moved-days/<int:moved_id>/withdraw", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def withdraw_moved_day(moved_id: int) -> Answer:
    """Take a moved day back, with the reason: what stands on it goes back to the usual day."""
    found, form = law.moved_day(moved_id), ReasonForm()
    if form.validate_on_submit():
        try:
            law_acts.withdraw_moved_day(found, form.reason.data or "", on=clock.today(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已撤回。"), "ok")
            return redirect(url_for(".moved_day", moved_id=found.id), 303)
    known = found.key in queries.moved_days.KEYS and found.withdrawn_on is None
    return page(
        "permits/withdraw_moved_day.html",
        moved_day=found,
        form=form,
        rule=law.deadline_rule(found.key),
        count=len(queries.moved_days.moved(found)) if known else 0,
        late=found.usual_on < clock.today(),
        crumbs=_crumbs(_("撤回")),
    )
