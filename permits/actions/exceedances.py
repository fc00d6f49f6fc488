"""Limits shown as broken become leads for the officers; monitoring results are recorded and compared at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.db import db
from core.filters import shown_number
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.models import (
    EmissionLimit,
    Exceedance,
    ExecutionReport,
    LimitKind,
    MeasureKind,
    MonitoringResult,
    Permit,
    ReportSubmission,
)
from permits.rules import checks, hj212
from registry import notifications
from registry.models import Enterprise


def note_exceedances(report: ExecutionReport, submission: ReportSubmission, *, by: User) -> list[Exceedance]:
    """Make a lead of every limit that a signed report shows as broken, unless the same one is known from before."""
    lines = queries.reports.lines(report)
    beside = queries.reports.beside(report, lines)
    known = {
        (each.outlet_code, each.pollutant_code, each.limit_kind, each.value, each.limit_value)
        for each in queries.exceedances.known(report.id)
    }
    permit = report.permit_version.permit
    basis = f"{report.obligation.title}第 {submission.number} 次提交，许可证第 {report.permit_version.number} 版"
    made = []
    for line in lines:
        for found in checks.broken_limits(line, beside[line.row]):
            if (line.outlet_code, line.pollutant_code, found.kind, found.value, found.limit) in known:
                continue
            made.append(
                Exceedance(
                    enterprise_id=report.enterprise_id,
                    site_id=permit.site_id,
                    source_kind="report_submission",
                    source_id=submission.id,
                    outlet_code=line.outlet_code,
                    pollutant_code=line.pollutant_code,
                    pollutant_name=line.pollutant_name,
                    limit_kind=found.kind,
                    value=found.value,
                    limit_low=found.low,
                    limit_value=found.limit,
                    unit=found.unit,
                    basis=basis,
                    found_on=clock.today(),
                )
            )
    _keep(made, permit, report.enterprise, by)
    return made


def _keep(made: Sequence[Exceedance], permit: Permit, enterprise: Enterprise, by: User) -> None:
    for each in made:
        db.session.add(each)
        told = f"{each.outlet_code} {each.pollutant_name} {shown_number(each.value)} {each.unit}"
        record(each, "permits:exceedance:find", f"超过{each.limit_kind.label}：{told}", by=by)
    if not made:
        return
    first = made[0]
    notifications.notify(
        notifications.officers_of(permit.site.office_id, Role.OFFICER),
        key=f"exceedance-{first.source_kind}-{first.source_id}",
        title=f"{enterprise.name}：{len(made)} 项超过许可限值",
        body="；".join(
            f"{each.outlet_code} {each.pollutant_name} {shown_number(each.value)} {each.unit}，"
            f"限值 {shown_number(each.limit_value)}"
            for each in made[:3]
        ),
        url=f"/exceedances/{first.id}" if len(made) == 1 else "/exceedances",
        tone="danger",
    )


def handle_exceedance(exceedance: Exceedance, handling: str, *, by: User) -> None:
    """Say what was done about a lead; that closes it."""
    if exceedance.handled_at is not None:
        raise NotAllowed([said("这条线索已经处理过。")])
    if not handling.strip():
        raise NotAllowed([Missing(said("请写明如何处理。"), "handling")])
    exceedance.handled_at, exceedance.handled_by_id, exceedance.handling = clock.now(), by.id, handling.strip()
    record(exceedance, Action.EXCEEDANCE_HANDLE, f"处理超标线索：{handling.strip()[:60]}", by=by)


@dataclass(frozen=True)
class ResultInput:
    """One monitoring result."""

    outlet_code: str
    pollutant_code: str
    measured_at: datetime
    value: Decimal | None
    unit: str
    kind: MeasureKind = MeasureKind.SAMPLE
    flag: str = ""
    raw: Decimal | None = None


def record_results(
    permit: Permit, results: Sequence[ResultInput], *, by: User, source: str = "manual"
) -> list[MonitoringResult]:
    """Keep monitoring results and make leads of those beyond the limit of their day.

    A result for a moment that has one already replaces it: the older stays and says since when. The same again
    changes nothing.
    """
    made, leads = [], []
    for each in results:
        if each.measured_at > clock.now():
            raise NotAllowed([Missing(said("监测时间不能晚于现在。"), "measured_at")])
        known = _present(permit, each)
        if known is not None and (known.value, known.unit) == (each.value, each.unit):
            continue
        if known is not None:
            known.replaced_at = clock.now()
            db.session.flush()
        row = MonitoringResult(
            enterprise_id=permit.enterprise_id,
            permit_id=permit.id,
            outlet_code=each.outlet_code,
            pollutant_code=each.pollutant_code,
            kind=each.kind,
            measured_at=each.measured_at,
            value=each.value,
            raw=each.raw,
            unit=each.unit,
            flag=each.flag,
            source=source,
        )
        db.session.add(row)
        made.append(row)
    if not made:
        return []
    record(permit, "permits:monitoring:record", f"记录监测结果 {len(made)} 条", by=by)
    for row in made:
        leads += _lead(permit, row)
    _keep(leads, permit, permit.enterprise, by)
    return made


def _present(permit: Permit, given: ResultInput) -> MonitoringResult | None:
    wanted = select(MonitoringResult).where(
        MonitoringResult.permit_id == permit.id,
        MonitoringResult.outlet_code == given.outlet_code,
        MonitoringResult.pollutant_code == given.pollutant_code,
        MonitoringResult.kind == given.kind,
        MonitoringResult.measured_at == given.measured_at,
        MonitoringResult.replaced_at.is_(None),
    )
    return db.session.scalars(wanted).one_or_none()


def _lead(permit: Permit, row: MonitoringResult) -> list[Exceedance]:
    if not hj212.is_valid(row.flag):
        return []
    limit = _limit_on(permit, row)
    if limit is None or row.value is None or not checks.exceeds(row.value, limit.value, limit.value_low):
        return []
    measured_on = clock.beijing(row.measured_at)
    return [
        Exceedance(
            enterprise_id=permit.enterprise_id,
            site_id=permit.site_id,
            source_kind="monitoring_result",
            source_id=row.id,
            outlet_code=row.outlet_code,
            pollutant_code=row.pollutant_code,
            pollutant_name=limit.pollutant_name,
            limit_kind=LimitKind.CONCENTRATION,
            value=row.value,
            limit_low=limit.value_low,
            limit_value=limit.value,
            unit=row.unit,
            basis=f"{measured_on:%Y-%m-%d %H:%M} {row.kind.label}，许可证第 {limit.outlet.permit_version.number} 版",
            found_on=clock.today(),
        )
    ]


def _limit_on(permit: Permit, row: MonitoringResult) -> EmissionLimit | None:
    """The concentration limit of a result, from the version in force on the day it was measured, in the same unit."""
    version = queries.permits.version_on(permit, clock.beijing(row.measured_at).date())
    for outlet in version.outlets if version else []:
        for limit in outlet.limits:
            named = (outlet.code, limit.pollutant_code, limit.unit) == (row.outlet_code, row.pollutant_code, row.unit)
            if named and limit.kind is LimitKind.CONCENTRATION:
                return limit
    return None
