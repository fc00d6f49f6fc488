"""Reads of exceedances found on the way, and what the time line of an enterprise tells of this room."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.orm import aliased

from accounts.models import User
from core import clock
from core.db import db
from core.filters import shown_number
from permits.models import (
    Exceedance,
    ExecutionReport,
    Permit,
    PermitState,
    PermitVersion,
    ReportSubmission,
    VersionState,
)
from permits.queries.permits import one
from registry import alerts, tabs, timeline
from registry.models import Enterprise, Obligation
from registry.queries import sees
from registry.timeline import FIRM, TODAY, Event, Told


def visible_exceedances(seen_by: User | None) -> Select[Exceedance]:
    """The exceedances of the enterprises a person may see."""
    return select(Exceedance).join(Enterprise, Enterprise.id == Exceedance.enterprise_id).where(sees(seen_by))


def exceedance(exceedance_id: int, *, seen_by: User) -> Exceedance:
    """One exceedance, or 404."""
    return one(visible_exceedances(seen_by).where(Exceedance.id == exceedance_id))


def open_exceedances(enterprise_id: int, seen_by: User) -> Sequence[Exceedance]:
    """The exceedances of an enterprise that nobody has handled yet, newest first."""
    wanted = visible_exceedances(seen_by).where(
        Exceedance.enterprise_id == enterprise_id, Exceedance.handled_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(Exceedance.id.desc()).limit(50)).unique().all()


def source_report(found: Exceedance) -> ReportSubmission | None:
    """The copy of record an exceedance was found in; None when it came from a monitoring result."""
    return db.session.get(ReportSubmission, found.source_id) if found.source_kind == "report_submission" else None


def later_submission(found: ReportSubmission) -> ReportSubmission | None:
    """A newer copy of the same report, by which the figure may have been corrected."""
    wanted = select(ReportSubmission).where(
        ReportSubmission.report_id == found.report_id, ReportSubmission.number > found.number
    )
    return db.session.scalars(wanted.order_by(ReportSubmission.number.desc()).limit(1)).one_or_none()


def known(report_id: int) -> Sequence[Exceedance]:
    """Every exceedance found in any submission of a report."""
    own = aliased(ReportSubmission)
    wanted = (
        select(Exceedance)
        .join(own, own.id == Exceedance.source_id)
        .where(Exceedance.source_kind == "report_submission", own.report_id == report_id)
    )
    return db.session.scalars(wanted.order_by(Exceedance.id)).unique().all()


MOST_REPORTS = 24


@timeline.source
def _permits(connection: Connection, enterprise_id: int) -> list[Event]:
    events, seen = [], set()
    for version in connection.execute(_VERSIONS, {"firm": enterprise_id}):
        url, title = f"/permits/{version.permit_id}", _("许可证第 %(n)d 版施行", n=version.number)
        text = f"{version.permit_no} {_(version.ground.label)}"
        events.append(Event(version.in_force_from, title, url, text))
        if version.permit_id not in seen:
            seen.add(version.permit_id)
            events += _end(version, url)
    return events


_VERSIONS = (
    select(
        PermitVersion.permit_id,
        PermitVersion.number,
        PermitVersion.ground,
        PermitVersion.in_force_from,
        Permit.permit_no,
        Permit.state,
        Permit.ended_on,
        Permit.end_reason,
        Permit.valid_to,
    )
    .join(PermitVersion.permit)
    .where(Permit.enterprise_id == FIRM, PermitVersion.state == VersionState.ISSUED)
)


def _end(permit: Told, url: str) -> list[Event]:
    if permit.ended_on:
        return [
            Event(permit.ended_on, _("许可证%(state)s", state=_(permit.state.label)), url, permit.end_reason, "bad")
        ]
    if permit.state is not PermitState.IN_FORCE:
        return []
    ahead = permit.valid_to >= clock.today()
    return [Event(permit.valid_to, _("许可证届满"), url, permit.permit_no, "ahead" if ahead else "bad")]


@timeline.source
def _reports(connection: Connection, enterprise_id: int) -> list[Event]:
    events = []
    for report in connection.execute(_HANDED_IN, {"firm": enterprise_id}):
        late = bool(report.first_submitted_on and report.first_submitted_on > report.due_on)
        on = report.first_submitted_on or report.period_to
        title = _("提交 %(title)s", title=report.title)
        text = _(report.state.label) + (_("，逾期") if late else "")
        events.append(Event(on, title, f"/reports/{report.id}", text, "bad" if late else ""))
    return events


_HANDED_IN = (
    select(
        ExecutionReport.id,
        ExecutionReport.first_submitted_on,
        ExecutionReport.period_to,
        ExecutionReport.state,
        Obligation.title,
        Obligation.due_on,
    )
    .join(ExecutionReport.obligation)
    .where(ExecutionReport.enterprise_id == FIRM, ExecutionReport.submission_number > 0)
    .order_by(ExecutionReport.id.desc())
    .limit(MOST_REPORTS)
)


@timeline.source
def _exceedances(connection: Connection, enterprise_id: int) -> list[Event]:
    found = connection.execute(_FOUND, {"firm": enterprise_id})
    return [
        Event(
            each.found_on,
            _("超标 %(outlet)s %(pollutant)s", outlet=each.outlet_code, pollutant=each.pollutant_name),
            f"/exceedances/{each.id}",
            f"{shown_number(each.value)} {each.unit}，{_('限值')} {shown_number(each.limit_value)}",
            "bad",
        )
        for each in found
    ]


_EXCEEDED = (
    select(
        Exceedance.id,
        Exceedance.found_on,
        Exceedance.outlet_code,
        Exceedance.pollutant_name,
        Exceedance.value,
        Exceedance.unit,
        Exceedance.limit_value,
        Exceedance.basis,
    )
    .where(Exceedance.enterprise_id == FIRM)
    .limit(MOST_REPORTS)
)
_FOUND = _EXCEEDED.order_by(Exceedance.id.desc())
_OPEN = _EXCEEDED.where(Exceedance.handled_at.is_(None)).order_by(Exceedance.found_on.desc(), Exceedance.id.desc())


@alerts.source
def _leads(connection: Connection, enterprise_id: int) -> list[alerts.Alert]:
    found = connection.execute(_OPEN, {"firm": enterprise_id})
    return [
        alerts.Alert(
            1,
            _("%(outlet)s %(pollutant)s超过许可限值", outlet=each.outlet_code, pollutant=each.pollutant_name),
            _(
                "%(value)s %(unit)s，限值 %(limit)s %(unit)s；%(basis)s，尚未核实。",
                value=shown_number(each.value),
                unit=each.unit,
                limit=shown_number(each.limit_value),
                basis=each.basis,
            ),
            _("核实线索"),
            f"/exceedances/{each.id}",
        )
        for each in found
    ]


@alerts.source
def _unlicensed(connection: Connection, enterprise_id: int) -> list[alerts.Alert]:
    """A permit past its last day that nobody renewed: from the next day on the firm may not discharge (条例第33条)."""
    today = clock.today()
    return [
        alerts.Alert(
            2,
            _("已有 %(days)d 天没有有效许可证", days=(today - each.valid_to).days),
            _("%(number)s 于 %(day)s 届满，未见延续。", number=each.permit_no, day=each.valid_to.isoformat()),
            _("看许可证"),
            f"/permits/{each.id}",
        )
        for each in connection.execute(_RUN_OUT, {"firm": enterprise_id, "today": today})
    ]


_RUN_OUT = select(Permit.id, Permit.permit_no, Permit.valid_to).where(
    Permit.enterprise_id == FIRM, Permit.state == PermitState.IN_FORCE, Permit.valid_to < TODAY
)


@tabs.counts("permits.enterprise_permits")
def _permit_count(firm: ColumnElement[int]) -> ColumnElement[int]:
    return select(func.count()).select_from(Permit).where(Permit.enterprise_id == firm).scalar_subquery()


@tabs.counts("permits.enterprise_reports")
def _report_count(firm: ColumnElement[int]) -> ColumnElement[int]:
    handed_in = ExecutionReport.submission_number > 0
    return (
        select(func.count())
        .select_from(ExecutionReport)
        .where(ExecutionReport.enterprise_id == firm, handed_in)
        .scalar_subquery()
    )
