"""What a person was told, and the calendar they may subscribe to."""

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from accounts.guard import may, public
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, not_found, page
from registry import feed, queries
from registry import notifications as messages
from registry.audience import layout
from registry.blueprint import bp
from registry.forms.notifications import CalendarForm

SIZE = 50


@bp.get("/notifications")
@may(Action.NOTIFICATION_READ)
def notifications() -> Answer:
    """Newest first, in pages that stay where they are when something new arrives."""
    unread = request.args.get("unread") == "1"
    found = queries.notifications(me(), unread=unread, before=request.args.get("before", type=int), most=SIZE + 1)
    older = url_for(".notifications", before=found[SIZE - 1].id, unread=1 if unread else None) if found[SIZE:] else ""
    return page(
        "registry/notifications.html",
        layout=layout(),
        messages=found[:SIZE],
        only_unread=unread,
        older=older,
        waiting=messages.unread_count(me()),
    )


@bp.post("/notifications/read")
@may(Action.NOTIFICATION_READ)
def read_notifications() -> Answer:
    """Mark one message as read, or all of them."""
    chosen = request.form.get("id", type=int)
    messages.mark_read(me(), [chosen] if chosen else None)
    if not chosen:
        flash(_("全部消息已标为已读。"), "ok")
    return redirect(url_for(".notifications", unread="1" if request.form.get("unread") == "1" else None), 303)


@bp.route("/calendar", methods=["GET", "POST"])
@may(Action.NOTIFICATION_READ)
def calendar() -> Answer:
    """Subscribe to one's deadlines. The secret address is shown this once; opening another ends it."""
    form = CalendarForm()
    if form.validate_on_submit():
        token = feed.new_calendar_token(me(), me())
        address = current_app.config["SETTINGS"].public_url + url_for(".calendar_feed", token=token)
        return make_response(render_template("registry/calendar.html", layout=layout(), form=form, address=address))
    return page("registry/calendar.html", layout=layout(), form=form, address="")


@bp.post("/calendar/revoke")
@may(Action.NOTIFICATION_READ)
def revoke_calendar() -> Answer:
    """Let the secret address stop working."""
    feed.revoke_calendar_token(me(), me())
    flash(_("日历订阅已撤销，原来的地址不再有效。"), "ok")
    return redirect(url_for(".calendar"), 303)


@bp.get("/calendar.ics")
@public
def calendar_feed() -> Answer:
    """The deadlines as iCalendar, for the program that knows the secret address; an unknown address does not exist."""
    user = feed.owner_of(request.args.get("token", ""))
    if user is None:
        return not_found()
    response = Response(feed.calendar_of(user), mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="qingyuan.ics"'
    return response
