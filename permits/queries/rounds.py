"""Reads of what permits want sampled by hand, and of the results that meet it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from core import clock
from core.db import db
from permits.models import (
    MonitoringRequirement,
    MonitoringResult,
    Outlet,
    Permit,
    PermitState,
    PermitVersion,
    VersionState,
)
from permits.queries import permits
from permits.rules import monitoring, rounds
from permits.rules.rounds import Line, OwedRound
from permits.rules.validity import Span
from registry.models import Category, Obligation, ObligationKind

KEY = "monitoring-"
"""How the keys of rounds begin; the outlet and the frequency follow."""


BY_HAND = (Category.KEY, Category.SIMPLIFIED)
"""Whose permits have outlets to sample."""


def lines(permit_ids: Collection[int]) -> dict[int, list[Line]]:
    """What the issued versions of permits want sampled by hand, in their order; one question for all of them."""
    version = PermitVersion
    rows = db.session.execute(
        select(
            version.permit_id,
            version.issued_at,
            Outlet.code,
            MonitoringRequirement.pollutant_code,
            MonitoringRequirement.pollutant_name,
            MonitoringRequirement.frequency,
            MonitoringRequirement.method,
            version.number,
            version.ground,
            version.in_force_from,
            version.in_force_to,
            version.valid_from,
            version.valid_to,
        )
        .join(Outlet, Outlet.permit_version_id == version.id)
        .join(MonitoringRequirement, MonitoringRequirement.outlet_id == Outlet.id)
        .where(version.permit_id.in_(permit_ids), version.state == VersionState.ISSUED)
        .order_by(version.permit_id, version.number, Outlet.code, MonitoringRequirement.id)
    )
    found: dict[int, list[Line]] = {}
    for permit_id, issued_at, outlet, code, name, frequency, method, *span in rows:
        if issued_at is not None and not monitoring.is_automatic(frequency, method):
            entered_on = clock.beijing(issued_at).date()
            line = Line(outlet, code, name, frequency, method, Span(*span), entered_on)
            found.setdefault(permit_id, []).append(line)
    return found


def begun(permit: Permit, today: date) -> list[OwedRound]:
    """The rounds begun by a day that the versions of a permit demand."""
    if permit.category not in BY_HAND:
        return []
    wanted = lines([permit.id]).get(permit.id, [])
    return rounds.owed(wanted, permits.spans(permit), permit.ended_on, today) if wanted else []


def open_or_met(permit: Permit, first: date, last: date) -> Sequence[Obligation]:
    """The rounds owed under a permit that share a day with some days, met or not."""
    wanted = select(Obligation).where(
        Obligation.source_kind == Permit.__tablename__,
        Obligation.source_id == permit.id,
        Obligation.kind == ObligationKind.MONITORING,
        Obligation.voided_on.is_(None),
        Obligation.period_from <= last,
        Obligation.period_to >= first,
    )
    return db.session.scalars(wanted.order_by(Obligation.due_on, Obligation.id)).unique().all()


def taken(
    permit: Permit, outlets: Collection[str], pollutants: Collection[str], first: date, last: date
) -> dict[str, dict[str, list[date]]]:
    """Outlet → pollutant → the days of the valid results, in order; what was not detected counts as taken."""
    result = MonitoringResult
    rows = db.session.execute(
        select(result.outlet_code, result.pollutant_code, result.measured_at)
        .where(
            result.permit_id == permit.id,
            result.outlet_code.in_(outlets),
            result.pollutant_code.in_(pollutants),
            result.replaced_at.is_(None),
            result.invalid_reason.is_(None),
            result.measured_at >= clock.midnight(first),
            result.measured_at < clock.midnight(last + timedelta(days=1)),
        )
        .order_by(result.measured_at)
    )
    found: dict[str, dict[str, list[date]]] = {}
    for outlet, pollutant, at in rows:
        found.setdefault(outlet, {}).setdefault(pollutant, []).append(clock.beijing(at).date())
    return found


def with_results(permit_ids: Collection[int], since: datetime) -> set[int]:
    """Those of the permits for which something was measured since a moment."""
    wanted = select(MonitoringResult.permit_id).where(
        MonitoringResult.permit_id.in_(permit_ids), MonitoringResult.measured_at >= since
    )
    return set(db.session.scalars(wanted.distinct()))


def lacking(today: date) -> Sequence[int]:
    """The permits that hold and want a sample within a round for which nothing is written yet."""
    words = db.session.execute(select(MonitoringRequirement.frequency, MonitoringRequirement.method).distinct())
    by_hand = {
        frequency
        for frequency, method in words
        if not monitoring.is_automatic(frequency, method) and monitoring.why_not(frequency) is None
    }
    if not by_hand:
        return []
    wanted, version = MonitoringRequirement, PermitVersion
    prefix = KEY + Outlet.code + "-" + func.replace(wanted.frequency, " ", "") + "-"
    there = exists().where(
        Obligation.source_kind == Permit.__tablename__,
        Obligation.source_id == Permit.id,
        Obligation.kind == ObligationKind.MONITORING,
        Obligation.period_to >= today,
        func.substr(Obligation.key, 1, func.length(prefix)) == prefix,
    )
    found = (
        select(Permit.id)
        .join(version, and_(version.permit_id == Permit.id, *_in_force(today)))
        .join(Outlet, Outlet.permit_version_id == version.id)
        .join(wanted, wanted.outlet_id == Outlet.id)
        .where(
            Permit.state != PermitState.DRAFT,
            Permit.category.in_(BY_HAND),
            or_(Permit.ended_on.is_(None), Permit.ended_on > today),
            wanted.frequency.in_(sorted(by_hand)),
            *(~wanted.method.contains(each) for each in monitoring.AUTOMATIC),
            ~there,
        )
    )
    return db.session.scalars(found.distinct().order_by(Permit.id)).all()


def _in_force(today: date) -> list[ColumnElement[bool]]:
    version = PermitVersion
    return [
        version.state == VersionState.ISSUED,
        version.in_force_from <= today,
        version.valid_from <= today,
        version.valid_to >= today,
        or_(version.in_force_to.is_(None), version.in_force_to >= today),
    ]
