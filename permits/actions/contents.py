"""What a version says, written row by row while it is a draft: outlets, limits, monitoring, reports, conditions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits.actions.permits import refuse_issued, touch
from permits.models import (
    Condition,
    EmissionLimit,
    LimitKind,
    LimitSource,
    MonitoringRequirement,
    Outlet,
    OutletKind,
    PermitVersion,
    ReportPeriod,
    ReportRequirement,
)
from permits.rules import conditions

Row = TypeVar("Row")


@dataclass(frozen=True)
class OutletInput:
    """One outlet; its code tells it from the others."""

    code: str
    name: str
    kind: OutletKind
    destination: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None


@dataclass(frozen=True)
class LimitInput:
    """One limit of one pollutant at one outlet."""

    outlet_code: str
    pollutant_code: str
    pollutant_name: str
    kind: LimitKind
    value: Decimal
    unit: str
    value_low: Decimal | None = None
    basis: str = ""
    source: LimitSource = LimitSource.STANDARD


@dataclass(frozen=True)
class MonitoringInput:
    """How often one pollutant is measured at one outlet."""

    outlet_code: str
    pollutant_code: str
    pollutant_name: str
    frequency: str
    method: str = ""


@dataclass(frozen=True)
class ReportInput:
    """A report that is owed, and how many days after its period."""

    period: ReportPeriod
    due_days: int
    condition_label: str = ""
    replaces_last: bool = True


@dataclass(frozen=True)
class ConditionInput:
    """One condition, by its own number."""

    label: str
    category: str
    text: str
    source: str = ""
    standard_key: str = ""
    """Of the library, when it was chosen from there."""


def set_outlets(version: PermitVersion, rows: Sequence[OutletInput], *, by: User) -> None:
    """Let a draft have exactly these outlets; limits and monitoring of those that stay are kept."""
    refuse_issued(version)
    _refuse_twins(rows, lambda each: each.code, _outlet_twice, "outlets")
    wanted = {each.code: each for each in rows}
    for outlet in list(version.outlets):
        if outlet.code not in wanted:
            version.outlets.remove(outlet)
    db.session.flush()
    known = {outlet.code: outlet for outlet in version.outlets}
    for code, each in wanted.items():
        outlet = known.get(code) or Outlet(code=code, permit_version_id=version.id, limits=[], monitoring=[])
        outlet.name, outlet.kind, outlet.destination = each.name, each.kind, each.destination
        outlet.longitude, outlet.latitude = each.longitude, each.latitude
        if code not in known:
            version.outlets.append(outlet)
    _told(version, "排放口", len(wanted), by)


def set_limits(version: PermitVersion, rows: Sequence[LimitInput], *, by: User) -> None:
    """Let a draft have exactly these limits."""
    refuse_issued(version)
    outlets = _outlets(version, [each.outlet_code for each in rows], "limits")
    _refuse_twins(rows, lambda each: (each.outlet_code, each.pollutant_name, each.kind), _limit_twice, "limits")
    for each in rows:
        if each.value < 0 or (each.value_low is not None and not 0 <= each.value_low <= each.value):
            told = said(
                "%(outlet)s %(pollutant)s：限值不能是负数，下限不能大于限值。",
                outlet=each.outlet_code,
                pollutant=each.pollutant_name,
            )
            raise NotAllowed([Missing(told, "limits")])
    for outlet in version.outlets:
        outlet.limits.clear()
    db.session.flush()
    for each in rows:
        outlets[each.outlet_code].limits.append(
            EmissionLimit(
                pollutant_code=each.pollutant_code,
                pollutant_name=each.pollutant_name,
                kind=each.kind,
                value_low=each.value_low,
                value=each.value,
                unit=each.unit,
                source=each.source,
                basis=each.basis,
            )
        )
    _told(version, "限值", len(rows), by)


def set_monitoring(version: PermitVersion, rows: Sequence[MonitoringInput], *, by: User) -> None:
    """Let a draft have exactly these monitoring requirements."""
    refuse_issued(version)
    outlets = _outlets(version, [each.outlet_code for each in rows], "monitoring")
    for outlet in version.outlets:
        outlet.monitoring.clear()
    db.session.flush()
    for each in rows:
        outlets[each.outlet_code].monitoring.append(
            MonitoringRequirement(
                pollutant_code=each.pollutant_code,
                pollutant_name=each.pollutant_name,
                frequency=each.frequency,
                method=each.method,
            )
        )
    _told(version, "监测要求", len(rows), by)


def set_reports(version: PermitVersion, rows: Sequence[ReportInput], *, by: User) -> None:
    """Let a draft demand exactly these reports."""
    refuse_issued(version)
    _refuse_twins(rows, lambda each: each.period, _report_twice, "reports")
    version.report_requirements.clear()
    db.session.flush()
    for each in rows:
        version.report_requirements.append(
            ReportRequirement(
                period=each.period,
                due_days=each.due_days,
                condition_label=each.condition_label,
                replaces_last=each.replaces_last,
            )
        )
    _told(version, "报告要求", len(rows), by)


def set_conditions(version: PermitVersion, rows: Sequence[ConditionInput], *, by: User) -> None:
    """Let a draft have exactly these conditions; 8.2 stands under 8 when there is an 8."""
    refuse_issued(version)
    _refuse_twins(rows, lambda each: each.label, _condition_twice, "conditions")
    if strange := next(
        (each for each in rows if each.standard_key and each.standard_key not in conditions.library()), None
    ):
        raise NotAllowed([Missing(said("条款 %(label)s：没有这条标准条款。", label=strange.label), "conditions")])
    for condition in version.conditions:
        condition.parent_id = None
    db.session.flush()
    version.conditions.clear()
    db.session.flush()
    made: dict[str, Condition] = {}
    for position, each in enumerate(rows, 1):
        above = made.get(each.label.rpartition(".")[0])
        condition = Condition(
            parent_id=above.id if above else None,
            position=position,
            label=each.label,
            category=each.category,
            text=each.text,
            source=each.source,
            standard_key=each.standard_key,
        )
        version.conditions.append(condition)
        db.session.flush()
        made[each.label] = condition
    _told(version, "条件", len(rows), by)


def _outlets(version: PermitVersion, codes: Sequence[str], field: str) -> dict[str, Outlet]:
    known = {outlet.code: outlet for outlet in version.outlets}
    strange = next((code for code in codes if code not in known), None)
    if strange is not None:
        raise NotAllowed([Missing(said("没有排放口 %(strange)s，请先登记。", strange=strange), field)])
    return known


def _refuse_twins(rows: Sequence[Row], key: Callable[[Row], Any], told: Callable[[Row], str], field: str) -> None:
    keys = [key(each) for each in rows]
    twin = next((row for at, row in enumerate(rows) if keys[at] in keys[:at]), None)
    if twin is not None:
        raise NotAllowed([Missing(told(twin), field)])


def _outlet_twice(row: OutletInput) -> str:
    return said("排放口编号 %(code)s 写了两次。", code=row.code)


def _limit_twice(row: LimitInput) -> str:
    return said(
        "%(outlet)s %(pollutant)s %(kind)s写了两次。",
        outlet=row.outlet_code,
        pollutant=row.pollutant_name,
        kind=row.kind,
    )


def _report_twice(row: ReportInput) -> str:
    return said("%(period)s写了两次。", period=row.period)


def _condition_twice(row: ConditionInput) -> str:
    return said("条款 %(label)s 写了两次。", label=row.label)


def _told(version: PermitVersion, what: str, count: int, by: User) -> None:
    touch(version.permit)
    record(version.permit, Action.PERMIT_DRAFT, f"第 {version.number} 版草稿：{what} {count} 项", by=by)
