"""Reads of monitoring results: series, what is owed of them, charts, signals, keys of firms' programs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from accounts.models import User
from core import clock
from core.db import db
from permits.models import (
    ApiToken,
    Exceedance,
    MeasureKind,
    MonitoringResult,
    MonitoringSignal,
    Permit,
    PermitState,
    ResultBatch,
)
from permits.queries import permits
from permits.queries.permits import one
from permits.rules import monitoring, results, signals
from permits.rules.monitoring import Round
from permits.rules.results import Place, ResultInput
from registry import tabs
from registry.models import Enterprise
from registry.queries import mandated_enterprises, sees

MOST_POINTS = 50_000
"""So many figures are looked at together with new ones, the newest of them."""

SeriesKey = tuple[str, str, MeasureKind]


@dataclass
class Series:
    """The valid figures of an outlet, pollutant and kind in the order of their moments."""

    key: SeriesKey
    points: list[signals.Point] = field(default_factory=list)


def visible_results(seen_by: User | None) -> Select[MonitoringResult]:
    """The results of the enterprises a person may see, replaced ones too."""
    return (
        select(MonitoringResult).join(Enterprise, Enterprise.id == MonitoringResult.enterprise_id).where(sees(seen_by))
    )


def result(result_id: int, *, seen_by: User) -> MonitoringResult:
    """One result, or 404."""
    return one(visible_results(seen_by).where(MonitoringResult.id == result_id))


def given(found: MonitoringResult) -> ResultInput:
    """A result as it would be given again."""
    return ResultInput(
        found.outlet_code,
        found.pollutant_code,
        found.measured_at,
        found.value,
        found.unit,
        found.kind,
        found.flag,
        detection_limit=found.detection_limit,
        invalid_reason=found.invalid_reason,
    )


def present(found: MonitoringResult) -> MonitoringResult:
    """The result that stands now at the moment of this one."""
    return db.session.scalars(
        select(MonitoringResult).where(
            MonitoringResult.permit_id == found.permit_id,
            MonitoringResult.outlet_code == found.outlet_code,
            MonitoringResult.pollutant_code == found.pollutant_code,
            MonitoringResult.kind == found.kind,
            MonitoringResult.measured_at == found.measured_at,
            MonitoringResult.replaced_at.is_(None),
        )
    ).one()


def series_around(
    permit: Permit, touched: Collection[SeriesKey], first: datetime, last: datetime
) -> dict[SeriesKey, Series]:
    """The figures around new ones of one kind: of the series touched, and of their pollutants at the other outlets."""
    spans = {
        MeasureKind.HOUR: timedelta(hours=1),
        MeasureKind.DAY: timedelta(days=1),
        MeasureKind.SAMPLE: timedelta(days=6),
    }
    kind = next(iter(touched))[2]
    back = signals.LOOKBACK[kind] * spans[kind]
    codes = {outlet.code for version in permits.issued(permit) for outlet in version.outlets}
    rows = db.session.execute(
        select(
            MonitoringResult.outlet_code,
            MonitoringResult.pollutant_code,
            MonitoringResult.measured_at,
            MonitoringResult.value,
        )
        .where(
            MonitoringResult.permit_id == permit.id,
            MonitoringResult.outlet_code.in_(sorted(codes)),
            MonitoringResult.pollutant_code.in_(sorted({key[1] for key in touched})),
            MonitoringResult.kind == kind,
            MonitoringResult.measured_at.between(first - back, last + back),
            MonitoringResult.value.is_not(None),
            MonitoringResult.replaced_at.is_(None),
            MonitoringResult.invalid_reason.is_(None),
            MonitoringResult.flag.not_in(sorted(results.LOST_FLAGS)),
        )
        .order_by(MonitoringResult.measured_at.desc())
        .limit(MOST_POINTS)
    ).all()
    found: dict[SeriesKey, Series] = {}
    for outlet, pollutant, at, value in reversed(rows):
        if value is not None:
            key = (outlet, pollutant, kind)
            found.setdefault(key, Series(key)).points.append(signals.Point(at, value))
    return found


def visible_signals(seen_by: User | None) -> Select[MonitoringSignal]:
    """The signals in the series of the enterprises a person may see."""
    return (
        select(MonitoringSignal).join(Enterprise, Enterprise.id == MonitoringSignal.enterprise_id).where(sees(seen_by))
    )


def signal(signal_id: int, *, seen_by: User) -> MonitoringSignal:
    """One signal, or 404."""
    return one(visible_signals(seen_by).where(MonitoringSignal.id == signal_id))


def open_signals_of(permit: Permit, touched: Iterable[SeriesKey]) -> list[MonitoringSignal]:
    """The signals known of some series of a permit, handled or not."""
    keys = set(touched)
    wanted = select(MonitoringSignal).where(
        MonitoringSignal.permit_id == permit.id,
        MonitoringSignal.outlet_code.in_({each[0] for each in keys}),
        MonitoringSignal.pollutant_code.in_({each[1] for each in keys}),
    )
    return list(db.session.scalars(wanted.order_by(MonitoringSignal.id)).unique())


def open_signals(enterprise_id: int, seen_by: User) -> Sequence[MonitoringSignal]:
    """The signals of an enterprise that nobody has looked into yet, the newest first."""
    wanted = visible_signals(seen_by).where(
        MonitoringSignal.enterprise_id == enterprise_id, MonitoringSignal.handled_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(MonitoringSignal.last_at.desc()).limit(50)).unique().all()


@dataclass(frozen=True)
class PlanLine:
    """A pollutant at an outlet: what the permit wants, what there is of it, and what is still owed now."""

    place: Place
    last_at: datetime | None = None
    last_value: Decimal | None = None
    last_kind: MeasureKind | None = None
    round: Round | None = None
    done: int = 0

    @property
    def is_automatic(self) -> bool:
        """Whether an instrument measures all the time."""
        return monitoring.is_automatic(self.place.frequency, self.place.method)

    @property
    def owed(self) -> int:
        """How many samples are still to be taken until the round ends."""
        return max(0, self.round.wanted - self.done) if self.round and not self.is_automatic else 0


def plan(permit: Permit, today: date) -> list[PlanLine]:
    """The permit's monitoring as it stands today, in the order of its version."""
    version = permits.version_on(permit, today)
    known = results.places(version)
    last = _last_of(permit)
    lines = []
    for key, place in known.items():
        around = monitoring.round_on(place.frequency, today, version.valid_from) if version else None
        done = _taken(permit, key, around) if around else 0
        at, value, kind = last.get(key, (None, None, None))
        lines.append(PlanLine(place, at, value, kind, around, done))
    return lines


def _last_of(permit: Permit) -> dict[tuple[str, str], tuple[datetime, Decimal | None, MeasureKind]]:
    """The newest result of each series, found by one step along the index for each."""
    found: dict[tuple[str, str], tuple[datetime, Decimal | None, MeasureKind]] = {}
    for key in results.places(permits.version_on(permit, clock.today())):
        row = db.session.execute(
            select(MonitoringResult.measured_at, MonitoringResult.value, MonitoringResult.kind)
            .where(*_of_series(permit.id, *key))
            .order_by(MonitoringResult.measured_at.desc())
            .limit(1)
        ).first()
        if row:
            found[key] = (row[0], row[1], row[2])
    return found


def _of_series(permit_id: int, outlet_code: str, pollutant_code: str) -> list[Any]:
    return [
        MonitoringResult.permit_id == permit_id,
        MonitoringResult.outlet_code == outlet_code,
        MonitoringResult.pollutant_code == pollutant_code,
        MonitoringResult.replaced_at.is_(None),
    ]


def _taken(permit: Permit, key: tuple[str, str], around: Round) -> int:
    counted = select(func.count()).where(
        *_of_series(permit.id, *key),
        MonitoringResult.invalid_reason.is_(None),
        MonitoringResult.measured_at >= clock.midnight(around.first),
        MonitoringResult.measured_at < clock.midnight(around.last + timedelta(days=1)),
    )
    return db.session.scalar(counted) or 0


def tokens_of(enterprise_id: int) -> Sequence[ApiToken]:
    """The keys of a firm, those in use first."""
    wanted = select(ApiToken).where(ApiToken.enterprise_id == enterprise_id)
    return db.session.scalars(wanted.order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())).unique().all()


def token(token_id: int, *, seen_by: User) -> ApiToken:
    """One key, or 404."""
    wanted = select(ApiToken).join(Enterprise, Enterprise.id == ApiToken.enterprise_id)
    return one(wanted.where(ApiToken.id == token_id, sees(seen_by)))


def source_of(found: Exceedance) -> MonitoringResult | None:
    """The result that a lead comes from; None for one out of a report."""
    return db.session.get(MonitoringResult, found.source_id) if found.source_kind == "monitoring_result" else None


def still_speaks(found: ApiToken) -> bool:
    """Whether who made a key is still active and holds a mandate for its firm."""
    maker = found.created_by
    return maker.is_active and found.enterprise_id in set(db.session.scalars(mandated_enterprises(maker)))


def permit_of(enterprise_id: int, permit_no: str) -> Permit | None:
    """The permit of a firm with this number, not a draft; None for anybody else's, as for one that is not there."""
    wanted = select(Permit).where(
        Permit.enterprise_id == enterprise_id, Permit.permit_no == permit_no, Permit.state != PermitState.DRAFT
    )
    return db.session.scalars(wanted).unique().one_or_none()


def batch_of(enterprise_id: int, batch: str) -> ResultBatch | None:
    """A delivery that a firm made before."""
    wanted = select(ResultBatch).where(ResultBatch.enterprise_id == enterprise_id, ResultBatch.batch == batch)
    return db.session.scalars(wanted).one_or_none()


def newest(permit: Permit, outlet_code: str, pollutant_code: str, most: int = 12) -> Sequence[MonitoringResult]:
    """The last results of a series, those of today first."""
    wanted = select(MonitoringResult).where(*_of_series(permit.id, outlet_code, pollutant_code))
    return db.session.scalars(wanted.order_by(MonitoringResult.measured_at.desc()).limit(most)).all()


@tabs.counts("permits.enterprise_monitoring")
def _signal_count(firm: ColumnElement[int]) -> ColumnElement[int]:
    counted = select(func.count()).select_from(MonitoringSignal)
    return counted.where(
        MonitoringSignal.enterprise_id == firm, MonitoringSignal.handled_at.is_(None)
    ).scalar_subquery()
