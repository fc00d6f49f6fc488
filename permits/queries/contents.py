"""Reads of what permits say, line by line over every permit one may see: limits, monitoring, reports, conditions."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from accounts.models import User
from core import clock
from core.words import Titled
from permits.models import (
    Condition,
    EmissionLimit,
    MonitoringRequirement,
    Outlet,
    Permit,
    PermitVersion,
    ReportRequirement,
    VersionState,
)
from registry.models import Enterprise
from registry.queries import sees

Lines = Select[*tuple[Any, ...]]


class Force(Titled):
    """Whether the version that says a line holds on a day: computed, never stored."""

    NOW = "now", "施行中", "ok"
    AHEAD = "ahead", "将施行", "info"
    OVER = "over", "已不施行", "calm"


def last_day() -> ColumnElement[Any]:
    """The last day on which a version can hold: the eve of the next one, or the end of its term before that."""
    replaced = PermitVersion.in_force_to < PermitVersion.valid_to
    return case((replaced, PermitVersion.in_force_to), else_=PermitVersion.valid_to)


def holds(wanted: Force) -> ColumnElement[bool]:
    """``rules.validity.in_force`` as a condition for the database; from the day a permit ended nothing holds."""
    today = clock.today()
    over = or_(
        PermitVersion.in_force_to < today,
        PermitVersion.valid_to < today,
        and_(Permit.ended_on.is_not(None), Permit.ended_on <= today),
    )
    ahead = PermitVersion.in_force_from > today
    held = and_(
        or_(PermitVersion.in_force_to.is_(None), PermitVersion.in_force_to >= today),
        PermitVersion.valid_to >= today,
        or_(Permit.ended_on.is_(None), Permit.ended_on > today),
    )
    conditions: dict[Force, ColumnElement[bool]] = {
        Force.OVER: over,
        Force.AHEAD: and_(held, ahead),
        Force.NOW: and_(held, ~ahead),
    }
    return conditions[wanted]


def _said(lines: Lines, seen_by: User | None) -> Lines:
    """Only what issued versions say, of the permits that one may see."""
    return (
        lines.join(Permit, Permit.id == PermitVersion.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(PermitVersion.state == VersionState.ISSUED, sees(seen_by))
    )


def _at_outlets(line: type[EmissionLimit] | type[MonitoringRequirement], seen_by: User | None) -> Lines:
    lines = select(line.id).join(Outlet, Outlet.id == line.outlet_id)
    return _said(lines.join(PermitVersion, PermitVersion.id == Outlet.permit_version_id), seen_by)


def _of_versions(line: type[Condition] | type[ReportRequirement], seen_by: User | None) -> Lines:
    return _said(select(line.id).join(PermitVersion, PermitVersion.id == line.permit_version_id), seen_by)


def visible_limits(seen_by: User | None) -> Lines:
    """Every limit."""
    return _at_outlets(EmissionLimit, seen_by)


def visible_monitoring(seen_by: User | None) -> Lines:
    """Every demand to monitor."""
    return _at_outlets(MonitoringRequirement, seen_by)


def visible_reports(seen_by: User | None) -> Lines:
    """Every demand to report."""
    return _of_versions(ReportRequirement, seen_by)


def visible_conditions(seen_by: User | None) -> Lines:
    """Every condition."""
    return _of_versions(Condition, seen_by)
