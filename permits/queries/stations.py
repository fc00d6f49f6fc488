"""Reads of stations and of what was measured: results beside the faster readings."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from accounts.models import User
from core.db import db
from permits.models import (
    EmissionLimit,
    LimitKind,
    MonitoringResult,
    Outlet,
    Permit,
    PermitVersion,
    RefusedPacket,
    Station,
    StationContact,
    StationReading,
)
from permits.queries.permits import one
from registry.models import Enterprise
from registry.queries import sees


@dataclass(frozen=True)
class Measured:
    """A value as it was measured; a day mean stands at the beginning of its day."""

    at: datetime
    kind: str
    pollutant: str
    value: Decimal | None
    unit: str
    flag: str
    source: str


def visible_stations(seen_by: User | None) -> Select[Station]:
    """The stations at the permits that one may see."""
    return (
        select(Station)
        .join(Permit, Permit.id == Station.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(sees(seen_by))
    )


def speaking(names: Collection[str]) -> dict[str, Station]:
    """The stations in use among these MN, read at once with their permits: what many messages are held against."""
    wanted = select(Station).where(Station.mn.in_(names), Station.ended_on.is_(None))
    found = db.session.scalars(wanted.options(joinedload(Station.permit).selectinload(Permit.versions))).unique()
    return {each.mn: each for each in found}


def units_at(found: Station, version: PermitVersion | None) -> dict[str, str]:
    """The units of the concentration limits at a station's outlet, by pollutant: a station does not say any."""
    wanted = (
        select(EmissionLimit.pollutant_code, EmissionLimit.unit)
        .join(Outlet, Outlet.id == EmissionLimit.outlet_id)
        .where(
            Outlet.permit_version_id == (version.id if version else None),
            Outlet.code == found.outlet_code,
            EmissionLimit.kind == LimitKind.CONCENTRATION,
        )
    )
    return dict(db.session.execute(wanted).all())


def station(station_id: int, *, seen_by: User) -> Station:
    """One station, or 404."""
    return one(visible_stations(seen_by).where(Station.id == station_id))


def contact_of(found: Station) -> StationContact | None:
    """When a station was last heard; None when it never was."""
    return db.session.get(StationContact, found.id)


def refused_of(found: Station, most: int = 50) -> list[RefusedPacket]:
    """The packets of a station that were not taken, the newest first."""
    wanted = select(RefusedPacket).where(RefusedPacket.station_id == found.id).order_by(RefusedPacket.id.desc())
    return list(db.session.scalars(wanted.limit(most)))


def measured(
    permit: Permit, outlet_code: str, pollutant: str | None, first: datetime | None, last: datetime | None
) -> Iterator[Measured]:
    """What stands of an outlet, by time; what was corrected is left out."""
    results = select(
        MonitoringResult.measured_at,
        MonitoringResult.kind,
        MonitoringResult.pollutant_code,
        MonitoringResult.value,
        MonitoringResult.unit,
        MonitoringResult.flag,
        MonitoringResult.source,
    ).where(
        MonitoringResult.permit_id == permit.id,
        MonitoringResult.outlet_code == outlet_code,
        MonitoringResult.replaced_at.is_(None),
        *_between(MonitoringResult.measured_at, first, last),
        *([MonitoringResult.pollutant_code == pollutant] if pollutant else []),
    )
    readings = (
        select(
            StationReading.at,
            StationReading.kind,
            StationReading.pollutant_code,
            StationReading.value,
            StationReading.unit,
            StationReading.flag,
        )
        .join(Station, Station.id == StationReading.station_id)
        .where(
            Station.permit_id == permit.id,
            Station.outlet_code == outlet_code,
            *_between(StationReading.at, first, last),
            *([StationReading.pollutant_code == pollutant] if pollutant else []),
        )
    )
    found = [
        Measured(row.measured_at, row.kind.code, row.pollutant_code, row.value, row.unit, row.flag, row.source)
        for row in db.session.execute(results)
    ] + [
        Measured(row.at, row.kind.code, row.pollutant_code, row.value, row.unit, row.flag, "hj212")
        for row in db.session.execute(readings)
    ]
    yield from sorted(found, key=lambda each: (each.at, each.pollutant, each.kind))


def _between(column: Any, first: datetime | None, last: datetime | None) -> list[ColumnElement[bool]]:
    return [*([column >= first] if first else []), *([column <= last] if last else [])]
