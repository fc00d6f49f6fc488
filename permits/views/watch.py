"""Sites under watch since their permit ended: the list, one of them, what was found out, its release."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.models import User
from accounts.people import me
from accounts.roles import Action, Role
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.rows import ReasonForm
from permits.forms.watch import WatchForm
from permits.models import PostPermitWatch, WatchState
from permits.views.permits import Crumbs
from permits.workflow import WATCH
from registry import notifications, timeline

MOST_EVENTS = 8


@bp.get("/post-permit-watch")
@may(Action.PERMIT_READ)
def post_permit_watch() -> Answer:
    """Every site under watch that one may see, the last ended first."""
    return page("permits/post_permit_watch.html", ledger=lists.page_of(ledgers.WATCHES))


@bp.get("/post-permit-watch.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_post_permit_watch(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.WATCHES, form)


def _crumbs(watch: PostPermitWatch, last: str | None = None) -> Crumbs:
    here = url_for(".watch", watch_id=watch.id) if last else None
    crumbs: Crumbs = [(_("证后监管"), url_for(".post_permit_watch")), (watch.permit.enterprise.name, here)]
    return [*crumbs, (last, None)] if last else crumbs


@bp.get("/post-permit-watch/<int:watch_id>")
@may(Action.PERMIT_READ)
def watch(watch_id: int) -> Answer:
    """One site: why it is watched, soil and land, what inspections found last, and what its release still lacks."""
    found = queries.watch.watch(watch_id, seen_by=me())
    offers = WATCH.open_to(found, me().may)
    return page(
        "permits/watch.html",
        watch=found,
        soil_years=queries.watch.soil_years(found.enterprise_id),
        events=timeline.of(found.enterprise_id, MOST_EVENTS, "inspections"),
        release=next((each for each in offers if each.step.verb == "release"), None),
        crumbs=_crumbs(found),
    )


def _watchers(watch: PostPermitWatch) -> dict[int, User]:
    """Who may watch: the officers of the office that supervises the site, who asks, and whoever does so now."""
    officers = notifications.officers_of(watch.site.office_id, Role.OFFICER)
    people = [*officers, me(), *([watch.watched_by] if watch.watched_by else [])]
    return {each.id: each for each in people}


@bp.route("/post-permit-watch/<int:watch_id>/note", methods=["GET", "POST"])
@may(Action.WATCH_NOTE)
def note_watch(watch_id: int) -> Answer:
    """Write down what was found out about soil and land, and who watches."""
    found = queries.watch.watch(watch_id, seen_by=me())
    if found.state is not WatchState.OPEN:
        raise NotAllowed([_("证后监管已解除，不能再改。")])
    form, people = WatchForm(obj=found), _watchers(found)
    form.watched_by_id.choices = [("", _("未指定")), *((each.id, each.name) for each in people.values())]
    if request.method == "GET":
        form.survey.data, form.land_use.data = found.survey.code, found.land_use.code
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        try:
            actions.note_watch(found, form.facts(people), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已记录监管情况。"), "ok")
            return redirect(url_for(".watch", watch_id=found.id), 303)
    return page("permits/note_watch.html", watch=found, form=form, crumbs=_crumbs(found, _("记录监管情况")))


@bp.route("/post-permit-watch/<int:watch_id>/release", methods=["GET", "POST"])
@may(Action.WATCH_RELEASE)
def release_watch(watch_id: int) -> Answer:
    """End the watch with a reason."""
    found, form = queries.watch.watch(watch_id, seen_by=me()), ReasonForm()
    WATCH.may_leave("release", found.state)
    if form.validate_on_submit():
        try:
            actions.release_watch(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已解除证后监管。"), "ok")
            return redirect(url_for(".watch", watch_id=found.id), 303)
    return page("permits/release_watch.html", watch=found, form=form, crumbs=_crumbs(found, _("解除")))
