"""My permits: what they allow, what they ask for, how the last version changed them."""

from flask import redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.text import date_of
from permits import queries
from permits.blueprint import bp
from permits.rules import validity
from permits.views.permits import certified
from registry import obligations


@bp.get("/my/permits")
@may(Action.MY_READ)
def my_permits() -> Answer:
    """The permits of the firms one speaks for; a single one is opened at once."""
    found = queries.permits.my_permits(me())
    if len(found) == 1:
        return redirect(url_for(".my_permit", permit_id=found[0].id), 303)
    today = clock.today()
    bands = {each.id: validity.band(each.valid_to, today) for each in found}
    return page("permits/my_permits.html", permits=found, bands=bands)


@bp.get("/my/permits/<int:permit_id>")
@may(Action.MY_READ)
def my_permit(permit_id: int) -> Answer:
    """One permit as it holds on a day: limits with what is used of the year, monitoring, reports, conditions."""
    found = queries.permits.permit(permit_id, seen_by=me())
    today = clock.today()
    on = date_of(request.args.get("on", "")) or today
    held = queries.permits.issued(found)
    renewal = queries.permits.renewal_due(found)
    open_renewal = renewal if renewal and renewal.fulfilled_on is None else None
    version = queries.permits.version_on(found, on)
    return page(
        "permits/my_permit.html",
        permit=found,
        on=on,
        edition=version,
        matrix=queries.permits.matrix(version),
        emitted=queries.reports.emitted(found.id, on.year),
        gaps=queries.permits.gaps(found, today),
        held=held,
        **certified(found),
        changes=queries.permits.compared(held[-2], held[-1]) if len(held) > 1 else [],
        left=(found.valid_to - today).days,
        renewal_due=obligations.countdown_of(open_renewal, today) if open_renewal else None,
        duties=[
            (each, obligations.countdown_of(each, today))
            for each in queries.permits.duties(found)
            if each.fulfilled_on is None
        ][:8],
        crumbs=[(_("我的许可证"), url_for(".my_permits")), (found.permit_no, None)],
    )


@bp.get("/my/permits/<int:permit_id>/duties/<string:key>")
@may(Action.MY_READ)
def my_duty(permit_id: int, key: str) -> Answer:
    """The way to what is handed in for a duty of a permit, by the name under which it is owed."""
    owed = queries.permits.duty(queries.permits.permit(permit_id, seen_by=me()), key)
    return redirect(url_for("registry.my_hand_in", obligation_id=owed.id), 303)
