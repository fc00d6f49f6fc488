"""Automatic stations: which are heard, and what was not taken of one."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.rows import ConfirmForm


@bp.get("/stations")
@may(Action.REPORT_READ)
def stations() -> Answer:
    """Every station one may see."""
    return page("permits/stations.html", ledger=lists.page_of(ledgers.STATIONS))


@bp.get("/stations.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_stations(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.STATIONS, form)


@bp.get("/stations/<int:station_id>")
@may(Action.REPORT_READ)
def station(station_id: int) -> Answer:
    """One station: where it stands, when it was heard, the packets that were not taken and why."""
    found = queries.stations.station(station_id, seen_by=me())
    return page(
        "permits/station.html",
        station=found,
        contact=queries.stations.contact_of(found),
        refused=queries.stations.refused_of(found),
        crumbs=[(_("自动监测站"), url_for(".stations")), (found.mn, None)],
    )


@bp.route("/stations/<int:station_id>/end", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def end_station(station_id: int) -> Answer:
    """No longer take what a station sends."""
    found, form = queries.stations.station(station_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.end_station(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已停用，不再接收它的数据。"), "ok")
            return redirect(url_for(".station", station_id=found.id), 303)
    here = [
        (_("自动监测站"), url_for(".stations")),
        (found.mn, url_for(".station", station_id=found.id)),
        (_("停用"), None),
    ]
    return page("permits/end_station.html", station=found, form=form, crumbs=here)
