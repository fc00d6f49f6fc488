"""Self-monitoring as the bureau sees it: series with their limits, every result, signals and what was found out about them."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.models import User
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db
from core.pages import Answer, not_found, page
from core.text import date_of
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.exceedances import HandleForm
from permits.models import MeasureKind, Permit
from permits.queries.curves import Stretch
from permits.views.permits import crumbs
from registry import queries as registry
from registry.tabs import enterprise_tabs


@bp.get("/enterprises/<int:enterprise_id>/monitoring")
@may(Action.REPORT_READ)
def enterprise_monitoring(enterprise_id: int) -> Answer:
    """What one enterprise must monitor, what it last reported of it, and what its series show."""
    found = registry.enterprise(enterprise_id, seen_by=me())
    permits = queries.permits.of_enterprise(found.id, me())
    live = [each for each in permits if each.state in queries.permits.LIVE]
    return page(
        "permits/enterprise_monitoring.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "permits.enterprise_monitoring"),
        plans=[(each, queries.monitoring.plan(each, clock.today())) for each in live],
        signals=queries.monitoring.open_signals(found.id, me()),
        exceedances=queries.exceedances.open_exceedances(found.id, me()),
    )


def shown_series(permit: Permit, outlet_code: str, pollutant_code: str) -> dict[str, Any]:
    """What the page of a series shows, by the address: how much of the calendar, on which day, which kind of result."""
    today = clock.today()
    place = queries.curves.place_of(permit, outlet_code, pollutant_code, today)
    if place is None:
        not_found()
    kinds = queries.curves.kinds_of(permit, outlet_code, pollutant_code)
    asked = request.args.get("kind", "")
    kind = next((each for each, _at in kinds if each.code == asked), kinds[0][0] if kinds else MeasureKind.SAMPLE)
    newest = next((clock.beijing(at).date() for each, at in kinds if each is kind), today)
    usual = Stretch.YEAR if kind is MeasureKind.SAMPLE else Stretch.MONTH
    stretch = next((each for each in Stretch if each.code == request.args.get("span")), usual)
    on = date_of(request.args.get("on", "")) or newest
    on = min(max(on, permit.issued_on.replace(day=1, month=1)), today)
    return {
        "permit": permit,
        "curve": queries.curves.curve(permit, place, kind, stretch, on),
        "kinds": [each for each, _at in kinds],
        "stretches": list(Stretch),
        "on": on,
    }


@bp.get("/permits/<int:permit_id>/monitoring/<string:outlet_code>/<string:pollutant_code>")
@may(Action.PERMIT_READ)
def series(permit_id: int, outlet_code: str, pollutant_code: str) -> Answer:
    """One pollutant at one outlet over a day, a month or a year."""
    found = queries.permits.permit(permit_id, seen_by=me())
    shown = shown_series(found, outlet_code, pollutant_code)
    return page("permits/series.html", crumbs=crumbs(found, f"{outlet_code} {shown['curve'].place.name}"), **shown)


@bp.get("/monitoring-results")
@may(Action.REPORT_READ)
def monitoring_results() -> Answer:
    """Every result one may see, the last received first."""
    return page("permits/monitoring_results.html", ledger=lists.page_of(ledgers.RESULTS))


@bp.get("/monitoring-results.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_monitoring_results(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.RESULTS, form)


@bp.get("/signals")
@may(Action.REPORT_READ)
def signals() -> Answer:
    """Every signal one may see, what nobody has looked into first."""
    return page("permits/signals.html", ledger=lists.page_of(ledgers.SIGNALS))


@bp.get("/signals.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_signals(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.SIGNALS, form)


@bp.route("/signals/<int:signal_id>", methods=["GET", "POST"])
@may(Action.REPORT_READ)
def signal(signal_id: int) -> Answer:
    """One signal: what the series shows, and what was found out."""
    found, form = queries.monitoring.signal(signal_id, seen_by=me()), HandleForm()
    if form.validate_on_submit():
        try:
            if not me().may(Action.SIGNAL_HANDLE):
                raise NotAllowed([_("数据异常信号由执法员处理。")])
            actions.handle_signal(found, form.handling.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已记录处理情况。"), "ok")
            return redirect(url_for(".signal", signal_id=found.id), 303)
    return page(
        "permits/signal.html",
        signal=found,
        form=form,
        handled_by=db.session.get(User, found.handled_by_id) if found.handled_by_id else None,
        crumbs=[(_("数据异常信号"), url_for(".signals")), (f"{found.outlet_code} {found.pollutant_name}", None)],
    )
