"""A series over a day, a month or a year, ready to be drawn: hours of a month or year are averaged by the database."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select

from core import charts, clock
from core.db import db
from core.filters import shown_number
from core.words import Titled
from permits.models import (
    EmissionLimit,
    MeasureKind,
    MonitoringRequirement,
    MonitoringResult,
    Outlet,
    Permit,
    PermitVersion,
    VersionState,
)
from permits.queries import permits
from permits.rules import checks, results
from permits.rules.results import Place

MOST_OVER = 60
"""So many results beyond the limit are listed."""


class Stretch(Titled):
    """How much of the calendar a curve shows."""

    DAY = "day", "日"
    MONTH = "month", "月"
    YEAR = "year", "年"


@dataclass(frozen=True)
class Curve:
    """A series over a stretch of days: what is drawn, what is beyond the limit, and what there is besides figures."""

    chart: charts.Chart
    place: Place
    kind: MeasureKind
    stretch: Stretch
    first: date
    last: date
    count: int
    highest: Decimal | None
    over: Sequence[Any]
    non_detects: int
    invalid: int

    @property
    def before(self) -> date:
        """The last day of the stretch before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """The first day of the stretch after."""
        return self.last + timedelta(days=1)


def days_of(stretch: Stretch, on: date) -> tuple[date, date]:
    """The first and last day of the stretch that a day lies in."""
    if stretch is Stretch.DAY:
        return on, on
    if stretch is Stretch.MONTH:
        return on.replace(day=1), on.replace(day=calendar.monthrange(on.year, on.month)[1])
    return date(on.year, 1, 1), date(on.year, 12, 31)


def kinds_of(permit: Permit, outlet_code: str, pollutant_code: str) -> list[tuple[MeasureKind, datetime]]:
    """The kinds of result there are at a place, the one measured last first, each with its newest moment."""
    found: list[tuple[MeasureKind, datetime]] = []
    wanted = select(MonitoringResult.kind, MonitoringResult.measured_at).where(
        *_series(permit, outlet_code, pollutant_code)
    )
    newest = wanted.order_by(MonitoringResult.kind.desc(), MonitoringResult.measured_at.desc()).limit(1)
    while True:  # from kind to kind along the index, instead of over every result
        below = newest.where(MonitoringResult.kind < found[-1][0]) if found else newest
        row = db.session.execute(below).first()
        if row is None:
            return sorted(found, key=lambda each: each[1], reverse=True)
        found.append((row[0], row[1]))


def place_of(permit: Permit, outlet_code: str, pollutant_code: str, today: date) -> Place | None:
    """A pollutant at an outlet as the permit has it today, else as its last version with it had."""
    key = (outlet_code, pollutant_code)
    held = permits.version_on(permit, today)
    if (found := results.places(held).get(key)) is not None:
        return found
    named = or_(
        Outlet.limits.any(EmissionLimit.pollutant_code == pollutant_code),
        Outlet.monitoring.any(MonitoringRequirement.pollutant_code == pollutant_code),
    )
    older = (
        select(PermitVersion)
        .join(Outlet, Outlet.permit_version_id == PermitVersion.id)
        .where(
            PermitVersion.permit_id == permit.id,
            PermitVersion.state == VersionState.ISSUED,
            Outlet.code == outlet_code,
            named,
        )
    )
    last = db.session.scalars(older.order_by(PermitVersion.number.desc()).limit(1)).first()
    return results.places(permits.whole(last)).get(key) if last else None


def _series(permit: Permit, outlet_code: str, pollutant_code: str) -> list[ColumnElement[bool]]:
    return [
        MonitoringResult.permit_id == permit.id,
        MonitoringResult.outlet_code == outlet_code,
        MonitoringResult.pollutant_code == pollutant_code,
        MonitoringResult.replaced_at.is_(None),
    ]


def _beijing_day() -> ColumnElement[Any]:
    """The legal date of a result in either engine's words: a date, or ISO text."""
    if db.engine.dialect.name == "postgresql":
        return cast(func.timezone("Asia/Shanghai", MonitoringResult.measured_at), Date)
    return func.date(MonitoringResult.measured_at, "+8 hours")


VALID = and_(
    MonitoringResult.value.is_not(None),
    MonitoringResult.invalid_reason.is_(None),
    MonitoringResult.flag.not_in(sorted(results.LOST_FLAGS)),
)
UNSEEN = and_(
    MonitoringResult.value.is_(None),
    MonitoringResult.detection_limit.is_not(None),
    MonitoringResult.invalid_reason.is_(None),
)


def curve(permit: Permit, place: Place, kind: MeasureKind, stretch: Stretch, on: date) -> Curve:
    """The series of a place; a figure that is invalid, or not measured, leaves a gap."""
    first, last = days_of(stretch, on)
    within = [
        *_series(permit, place.outlet_code, place.pollutant_code),
        MonitoringResult.kind == kind,
        MonitoringResult.measured_at >= clock.midnight(first),
        MonitoringResult.measured_at < clock.midnight(last + timedelta(days=1)),
    ]
    by_day = kind is MeasureKind.HOUR and stretch is not Stretch.DAY
    rows = _means(within) if by_day else _raw(within)
    highest = max((each.high for each in rows if each.high is not None), default=None)
    lowest = min((each.low for each in rows if each.low is not None), default=None)
    broken = checks.exceeds(highest, place.limit) or checks.exceeds(lowest, None, place.low)
    return Curve(
        chart=_drawn(rows, place, kind, stretch, first, last, by_day=by_day),
        place=place,
        kind=kind,
        stretch=stretch,
        first=first,
        last=last,
        count=sum(each.count for each in rows),
        highest=highest,
        over=_over(within, place) if broken and results.is_held(place, kind) else [],
        non_detects=sum(each.unseen for each in rows),
        invalid=sum(each.invalid for each in rows),
    )


@dataclass(frozen=True, slots=True)
class _Spot:
    label: str
    mean: float | None
    high: Decimal | None
    low: Decimal | None
    count: int
    unseen: int
    invalid: int


def _means(within: list[ColumnElement[bool]]) -> list[_Spot]:
    """The hours of each day as one: a single walk by the database."""
    day, value = _beijing_day(), MonitoringResult.value
    wanted = select(
        day,
        func.avg(value).filter(VALID),
        func.max(value).filter(VALID),
        func.min(value).filter(VALID),
        func.count().filter(VALID),
        func.count().filter(UNSEEN),
        func.count(),
    ).where(*within)
    return [
        _Spot(str(text), None if mean is None else float(mean), high, low, valid, unseen, whole - valid - unseen)
        for text, mean, high, low, valid, unseen, whole in db.session.execute(wanted.group_by(day).order_by(day))
    ]


def _raw(within: list[ColumnElement[bool]]) -> list[_Spot]:
    wanted = select(
        MonitoringResult.measured_at,
        MonitoringResult.value,
        MonitoringResult.detection_limit,
        MonitoringResult.invalid_reason,
        MonitoringResult.flag,
    ).where(*within)
    spots = []
    for at, value, least, why, flag in db.session.execute(wanted.order_by(MonitoringResult.measured_at)):
        valid = value is not None and why is None and flag not in results.LOST_FLAGS
        unseen = value is None and least is not None and why is None
        figure = value if valid else None
        label = clock.beijing(at).strftime("%Y-%m-%d %H:%M")
        mean = None if figure is None else float(figure)
        spots.append(_Spot(label, mean, figure, figure, int(valid), int(unseen), int(not valid and not unseen)))
    return spots


def _over(within: list[ColumnElement[bool]], place: Place) -> Sequence[Any]:
    beyond = [MonitoringResult.value > place.limit]
    if place.low is not None:
        beyond.append(MonitoringResult.value < place.low)
    wanted = select(MonitoringResult.measured_at, MonitoringResult.value, MonitoringResult.unit)
    return db.session.execute(
        wanted.where(*within, VALID, or_(*beyond)).order_by(MonitoringResult.measured_at.desc()).limit(MOST_OVER)
    ).all()


def _drawn(
    rows: Sequence[_Spot], place: Place, kind: MeasureKind, stretch: Stretch, first: date, last: date, *, by_day: bool
) -> charts.Chart:
    known = {each.label: each.mean for each in rows}
    if kind is MeasureKind.SAMPLE:
        points = [(each.label, each.label[5:10] if stretch is not Stretch.DAY else each.label[11:]) for each in rows]
    elif stretch is Stretch.DAY and kind is MeasureKind.HOUR:
        points = [(f"{first.isoformat()} {hour:02}:00", f"{hour:02}:00") for hour in range(24)]
    else:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        tail = "" if by_day else " 00:00"
        points = [(f"{day.isoformat()}{tail}", f"{day:%m-%d}") for day in days]
    name = _("日均") if by_day else _(kind.label)
    limit = (_("限值 %(n)s", n=shown_number(place.limit)), float(place.limit)) if place.limit is not None else None
    least = (_("下限 %(n)s", n=shown_number(place.low)), float(place.low)) if place.low is not None else None
    head = _("时间") if stretch is Stretch.DAY else _("日期")
    drawn = [charts.Row(words, (known.get(label),)) for label, words in points]
    unit = "" if place.unit in ("", "无量纲") else f" {place.unit}"
    return charts.line(drawn, head=head, label=f"{name}{unit}", limit=limit, least=least)
