"""What a draft says, one table of rows a page: outlets, limits, monitoring, reports, conditions."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from law import queries as law
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.permits import ConditionsForm, LimitsForm, MonitoringForm, OutletsForm, ReportsForm
from permits.forms.rows import RowsForm
from permits.models import PermitVersion
from permits.rules import conditions, periods
from permits.views.permits import crumbs

BLANK_ROWS = 3


def pollutant_names(version: PermitVersion) -> dict[str, str]:
    """Every pollutant that may be chosen, by code: those of HJ 524 and HJ 525; what the version has keeps its name."""
    names = {each.code: each.name for each in law.pollutants() if each.code}
    for outlet in version.outlets:
        for limit in outlet.limits:
            names[limit.pollutant_code] = limit.pollutant_name
        for watched in outlet.monitoring:
            names[watched.pollutant_code] = watched.pollutant_name
    return names


def _choices(version: PermitVersion) -> dict[str, list[tuple[str, str]]]:
    pollutants = [(code, f"{name} {code}") for code, name in pollutant_names(version).items()]
    return {"outlet_code": [(each.code, each.code) for each in version.outlets], "pollutant_code": pollutants}


def _edit(
    version_id: int,
    made: Callable[[PermitVersion], RowsForm],
    keep: Callable[[PermitVersion, Any], None],
    title: str,
    choices: Callable[[PermitVersion], dict[str, list[tuple[str, str]]]] = lambda _version: {},
) -> Answer:
    """Show the rows of a draft and keep what was typed."""
    version = queries.permits.version(version_id, seen_by=me())
    actions.refuse_issued(version)
    actions.refuse_firms_own(version)
    form = made(version)
    more = bool(request.form.get("more"))
    if chosen := [key for key in request.form.getlist("standard") if key in conditions.library()] if more else []:
        form.add_filled(_standard_rows(form, chosen))
    elif request.method == "GET" or more:
        form.add_blank(BLANK_ROWS)
    form.offer(**choices(version))
    if not more and form.validate_on_submit():
        expect_version(version.permit, shown_version(form), {})
        try:
            keep(version, form)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存。"), "ok")
            return redirect(url_for(".permit_version", version_id=version.id), 303)
    here = [*crumbs(version.permit, _("第 %(n)d 版", n=version.number))[:-1]]
    here += [
        (_("第 %(n)d 版", n=version.number), url_for(".permit_version", version_id=version.id)),
        (title, None),
    ]
    template = f"permits/{(request.endpoint or '').removeprefix('permits.')}.html"
    offered = {"library": conditions.library().values()} if isinstance(form, ConditionsForm) else {}
    return page(template, form=form, edition=version, permit=version.permit, title=title, crumbs=here, **offered)


def _standard_rows(form: RowsForm, chosen: list[str]) -> list[dict[str, Any]]:
    """The chosen standard conditions as rows, each with a free number."""
    labels = conditions.labels_for(chosen, [row.label.data or "" for row in form.filled()])
    return [
        {
            "label": label,
            "category": conditions.library()[key].category,
            "text": conditions.library()[key].text,
            "source": conditions.library()[key].source,
            "standard_key": key,
        }
        for key, label in zip(chosen, labels, strict=True)
    ]


def _data(version: PermitVersion, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"version": version.permit.version, "rows": rows}


@bp.route("/permits/versions/<int:version_id>/outlets", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def change_outlets(version_id: int) -> Answer:
    """The outlets of a draft."""

    def form(version: PermitVersion) -> RowsForm:
        rows = [
            {"code": each.code, "name": each.name, "kind": each.kind.code, "destination": each.destination}
            for each in version.outlets
        ]
        return OutletsForm(data=_data(version, rows))

    def keep(version: PermitVersion, given: OutletsForm) -> None:
        actions.set_outlets(version, given.facts(), by=me())

    return _edit(version_id, form, keep, _("排放口"))


@bp.route("/permits/versions/<int:version_id>/limits", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def change_limits(version_id: int) -> Answer:
    """The limits of a draft."""

    def form(version: PermitVersion) -> RowsForm:
        rows = [
            {
                "outlet_code": outlet.code,
                "pollutant_code": each.pollutant_code,
                "kind": each.kind.code,
                "value_low": f"{each.value_low.normalize():f}" if each.value_low is not None else None,
                "value": f"{each.value.normalize():f}",
                "unit": each.unit,
                "source": each.source.code,
                "basis": each.basis,
            }
            for outlet in version.outlets
            for each in outlet.limits
        ]
        return LimitsForm(data=_data(version, rows))

    def keep(version: PermitVersion, given: LimitsForm) -> None:
        actions.set_limits(version, given.facts(pollutant_names(version)), by=me())

    return _edit(version_id, form, keep, _("限值"), _choices)


@bp.route("/permits/versions/<int:version_id>/monitoring", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def change_monitoring(version_id: int) -> Answer:
    """The monitoring requirements of a draft."""

    def form(version: PermitVersion) -> RowsForm:
        rows = [
            {
                "outlet_code": outlet.code,
                "pollutant_code": each.pollutant_code,
                "frequency": each.frequency,
                "method": each.method,
            }
            for outlet in version.outlets
            for each in outlet.monitoring
        ]
        return MonitoringForm(data=_data(version, rows))

    def keep(version: PermitVersion, given: MonitoringForm) -> None:
        actions.set_monitoring(version, given.facts(pollutant_names(version)), by=me())

    return _edit(version_id, form, keep, _("监测要求"), _choices)


@bp.route("/permits/versions/<int:version_id>/reports", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def change_reports(version_id: int) -> Answer:
    """The reports that a draft demands."""

    def form(version: PermitVersion) -> RowsForm:
        rows: list[dict[str, Any]] = [
            {
                "period": each.period.code,
                "due_days": each.due_days,
                "condition_label": each.condition_label,
                "replaces_last": each.replaces_last,
            }
            for each in version.report_requirements
        ]
        if not rows:
            usual = ((period, days) for period, days in periods.USUAL_DAYS.items() if period.code != "month")
            rows = [{"period": period.code, "due_days": days, "replaces_last": True} for period, days in usual]
        return ReportsForm(data=_data(version, rows))

    def keep(version: PermitVersion, given: ReportsForm) -> None:
        actions.set_reports(version, given.facts(), by=me())

    return _edit(version_id, form, keep, _("报告要求"))


@bp.route("/permits/versions/<int:version_id>/conditions", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def change_conditions(version_id: int) -> Answer:
    """The conditions of a draft."""

    def form(version: PermitVersion) -> RowsForm:
        rows = [
            {name: getattr(each, name) for name in ("label", "category", "text", "source", "standard_key")}
            for each in version.conditions
        ]
        return ConditionsForm(data=_data(version, rows))

    def keep(version: PermitVersion, given: ConditionsForm) -> None:
        actions.set_conditions(version, given.facts(), by=me())

    return _edit(version_id, form, keep, _("条件"))
