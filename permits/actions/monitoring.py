"""Results of self-monitoring: taken many at once, held against their limits, looked at for signs of invention."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from accounts.audit import plain, record
from accounts.models import User
from accounts.roles import Action
from core import bulk, clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.actions.exceedances import keep_leads
from permits.actions.rounds import follow_results
from permits.models import Exceedance, LimitKind, MeasureKind, MonitoringResult, MonitoringSignal, Permit
from permits.queries.monitoring import Series, SeriesKey
from permits.rules import results, signals, validity
from permits.rules.results import Place, Places, Problem, ResultInput

MOST_RESULTS = 10_000
"""So many results are taken in one delivery."""

SHOWN_WHOLE = 50
"""Of so few results the chain keeps every figure, of more their sha256."""

_COLUMNS = (
    "id",
    "enterprise_id",
    "permit_id",
    "outlet_code",
    "pollutant_code",
    "kind",
    "measured_at",
    "value",
    "unit",
    "flag",
    "source",
    "detection_limit",
    "invalid_reason",
    "raw",
)

_Found = tuple[int, Any, str, Any, str | None, str, Any]
"""Of a result that is there: key, value, unit, detection limit, why invalid, flag, measured value."""


class Unusable(ValueError):
    """Some of the results given cannot be taken; nothing is stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep every problem, each at its result and field."""
        super().__init__("unusable results")
        self.problems = list(problems)


@dataclass(frozen=True)
class Recorded:
    """What came of results that were given."""

    created: int = 0
    replaced: int = 0
    unchanged: int = 0
    exceedances: int = 0
    signals: int = 0

    @property
    def changed(self) -> int:
        """How many rows are new."""
        return self.created + self.replaced


class _Editions:
    """What a permit limits and wants monitored, by the day; each version is read once."""

    def __init__(self, permit: Permit) -> None:
        self.permit, self.spans = permit, queries.permits.spans(permit)
        self._by_day: dict[date, Places] = {}
        self._by_version: dict[int, Places] = {}

    def on(self, at: datetime) -> Places:
        day = clock.beijing(at).date()
        if day not in self._by_day:
            span = validity.in_force(self.spans, day, self.permit.ended_on)
            number = span.number if span else 0
            if number not in self._by_version:
                self._by_version[number] = results.places(queries.permits.version_on(self.permit, day))
            self._by_day[day] = self._by_version[number]
        return self._by_day[day]


def settle_results(permit: Permit, given: Sequence[ResultInput]) -> list[ResultInput]:
    """The results in the units of their permit; raises ``Unusable`` with everything that is wrong with any of them."""
    editions, now = _Editions(permit), clock.now()
    problems: list[Problem] = list(results.repeated(given))
    settled: list[ResultInput] = []
    for index, each in enumerate(given):
        known = editions.on(each.measured_at)
        answer = results.settled(each, known, {code for code, _pollutant in known}, now)
        if isinstance(answer, list):
            problems += results.numbered(answer, index)
        else:
            settled.append(answer)
    if problems:
        raise Unusable(sorted(problems, key=lambda each: each.index))
    return settled


def record_results(
    permit: Permit, given: Sequence[ResultInput], *, by: User, source: str = "manual", told: str = ""
) -> Recorded:
    """Keep monitoring results, make leads of those beyond the limit of their day, and signals of odd series.

    A result for a moment that has one already replaces it: the older stays and says since when. The same again
    changes nothing. All rows are written at once; the chain names the act, with their figures or the sha256 of them.
    """
    if any(each.measured_at > clock.now() for each in given):
        raise NotAllowed([Missing(said("监测时间不能晚于现在。"), "measured_at")])
    known = _present(permit, given)
    new: list[ResultInput] = []
    outdated: list[int] = []
    for each in given:
        there = known.get(each.moment)
        if there is not None:
            if there[1:] == (each.value, each.unit, each.detection_limit, each.invalid_reason, each.flag, each.raw):
                continue
            outdated.append(there[0])
        new.append(each)
    if not new:
        return Recorded(unchanged=len(given))
    connection, table = db.session.connection(), MonitoringResult.__table__
    if outdated:
        for some in _by_hundreds(outdated):
            stale = update(MonitoringResult).where(MonitoringResult.id.in_(some)).values(replaced_at=clock.now())
            db.session.execute(stale.execution_options(synchronize_session="evaluate"))
    ids = bulk.new_ids(connection, table, len(new))  # type: ignore[arg-type]
    rows = [_row(permit, number, each, source) for number, each in zip(ids, new, strict=True)]
    bulk.insert_many(connection, table, _COLUMNS, rows)  # type: ignore[arg-type]
    facts: dict[str, Any] = {"rows": len(new), "first": ids[0], "last": ids[-1], "source": source, "replaced": outdated}
    facts |= {"results": _plain(new)} if len(new) <= SHOWN_WHOLE else {"sha256": sha256_of(new)}
    record(permit, "permits:monitoring:record", told or f"记录监测结果 {len(new)} 条", by=by, facts=facts)
    leads = _leads(permit, list(zip(ids, new, strict=True)))
    keep_leads(leads, permit, permit.enterprise, by)
    follow_results(permit, new, by=by)
    found = look_for_signs(permit, new, by=by)
    return Recorded(len(new) - len(outdated), len(outdated), len(given) - len(new), len(leads), found)


def _row(permit: Permit, number: int, each: ResultInput, source: str) -> tuple[Any, ...]:
    return (
        number,
        permit.enterprise_id,
        permit.id,
        each.outlet_code,
        each.pollutant_code,
        each.kind,
        each.measured_at,
        each.value,
        each.unit,
        each.flag,
        source,
        each.detection_limit,
        each.invalid_reason,
        each.raw,
    )


def _plain(given: Iterable[ResultInput]) -> list[dict[str, Any]]:
    return [{name: plain(value) for name, value in asdict(each).items()} for each in given]


def sha256_of(given: Iterable[ResultInput]) -> str:
    """The hash of results by which the chain holds very many of them, in the order of their rows."""
    text = json.dumps(_plain(given), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _by_hundreds(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[at : at + 500] for at in range(0, len(items), 500))


def _present(permit: Permit, given: Sequence[ResultInput]) -> dict[tuple[str, str, MeasureKind, datetime], _Found]:
    """What is there already at the moments given."""
    found: dict[tuple[str, str, MeasureKind, datetime], _Found] = {}
    outlets, pollutants = {each.outlet_code for each in given}, {each.pollutant_code for each in given}
    for moments in _by_hundreds(sorted({each.measured_at for each in given})):
        wanted = select(
            MonitoringResult.outlet_code,
            MonitoringResult.pollutant_code,
            MonitoringResult.kind,
            MonitoringResult.measured_at,
            MonitoringResult.id,
            MonitoringResult.value,
            MonitoringResult.unit,
            MonitoringResult.detection_limit,
            MonitoringResult.invalid_reason,
            MonitoringResult.flag,
            MonitoringResult.raw,
        ).where(
            MonitoringResult.permit_id == permit.id,
            MonitoringResult.outlet_code.in_(outlets),
            MonitoringResult.pollutant_code.in_(pollutants),
            MonitoringResult.measured_at.in_(moments),
            MonitoringResult.replaced_at.is_(None),
        )
        for outlet, pollutant, kind, at, *rest in db.session.execute(wanted):
            found[(outlet, pollutant, kind, at)] = tuple(rest)
    return found


def _leads(permit: Permit, rows: Sequence[tuple[int, ResultInput]]) -> list[Exceedance]:
    editions = _Editions(permit)
    made = []
    for number, each in rows:
        place = editions.on(each.measured_at).get((each.outlet_code, each.pollutant_code))
        if place is not None and results.breaks(place, each):
            made.append(_lead(permit, number, each, place))
    return made


def _lead(permit: Permit, number: int, given: ResultInput, place: Place) -> Exceedance:
    return Exceedance(
        enterprise_id=permit.enterprise_id,
        site_id=permit.site_id,
        source_kind="monitoring_result",
        source_id=number,
        outlet_code=given.outlet_code,
        pollutant_code=given.pollutant_code,
        pollutant_name=place.name,
        limit_kind=LimitKind.CONCENTRATION,
        value=given.value,
        limit_low=place.low,
        limit_value=place.limit,
        unit=given.unit,
        basis=f"{clock.beijing(given.measured_at):%Y-%m-%d %H:%M} {given.kind.label}，许可证第 {place.version} 版",
        found_on=clock.today(),
    )


def look_for_signs(permit: Permit, new: Sequence[ResultInput], *, by: User) -> int:
    """Look at the series that results were added to; a sign that goes on is made longer. How many are new."""
    touched = {(each.outlet_code, each.pollutant_code, each.kind) for each in new if each.value is not None}
    if not touched:
        return 0
    series: dict[SeriesKey, Series] = {}
    for kind in {key[2] for key in touched}:
        moments = [each.measured_at for each in new if each.kind is kind]
        some = {key for key in touched if key[2] is kind}
        series |= queries.monitoring.series_around(permit, some, min(moments), max(moments))
    places = _Editions(permit).on(max(each.measured_at for each in new))
    known = queries.monitoring.open_signals_of(permit, touched)
    made = 0
    for key in sorted(touched, key=_by_name):
        if not (found := series.get(key)):
            continue
        place = places.get(key[:2])
        signs = signals.of_series(found.points, key[2], key[1], place.unit if place else "")
        for other in sorted(series, key=_by_name):
            if other[1:] == key[1:] and other[0] != key[0]:
                signs += signals.copied(found.points, series[other].points, other[0])
        for sign in signs:
            made += _keep_sign(permit, found, sign, place.name if place else key[1], known, by)
    return made


def _by_name(key: SeriesKey) -> tuple[str, str, str]:
    return (key[0], key[1], key[2].code)


def _keep_sign(
    permit: Permit, series: Series, sign: signals.Sign, name: str, known: list[MonitoringSignal], by: User
) -> int:
    """1 for a sign that is new; one that overlaps a known one of its kind only makes that one longer."""
    for each in known:
        same = (each.outlet_code, each.pollutant_code, each.measure, each.kind) == (*series.key, sign.kind)
        if same and each.first_at <= sign.last_at and sign.first_at <= each.last_at:
            if each.handled_at is None and sign.last_at > each.last_at:
                each.last_at, each.count, each.told = sign.last_at, max(each.count, sign.count), sign.told
                record(each, "permits:signal:find", f"数据异常信号延续：{sign.told}", by=by)
            return 0
    made = MonitoringSignal(
        enterprise_id=permit.enterprise_id,
        permit_id=permit.id,
        outlet_code=series.key[0],
        pollutant_code=series.key[1],
        pollutant_name=name,
        measure=series.key[2],
        kind=sign.kind,
        first_at=sign.first_at,
        last_at=sign.last_at,
        count=sign.count,
        told=sign.told,
        found_on=clock.today(),
    )
    db.session.add(made)
    known.append(made)
    record(made, "permits:signal:find", f"数据异常信号（{sign.kind.label}）：{sign.told}", by=by)
    return 1


def handle_signal(signal: MonitoringSignal, handling: str, *, by: User) -> None:
    """Say what was found out about a signal; that closes it."""
    if signal.handled_at is not None:
        raise NotAllowed([said("这条信号已经处理过。")])
    if not handling.strip():
        raise NotAllowed([Missing(said("请写明如何处理。"), "handling")])
    signal.handled_at, signal.handled_by_id, signal.handling = clock.now(), by.id, handling.strip()
    record(signal, Action.SIGNAL_HANDLE, f"处理数据异常信号：{handling.strip()[:60]}", by=by)


def invalidate_result(found: MonitoringResult, permit: Permit, reason: str, *, by: User) -> MonitoringResult:
    """Mark a result as invalid, by a new row beside it: the figure stays, and it is held against nothing any more."""
    if found.replaced_at is not None:
        raise NotAllowed([said("这条结果已被更正，请看现在的那一条。")])
    if found.invalid_reason:
        raise NotAllowed([said("这条结果已经标记为无效。")])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明为什么无效。"), "reason")])
    again = replace(queries.monitoring.given(found), invalid_reason=reason.strip())
    told = f"标记监测结果无效：{found.outlet_code} {found.pollutant_code}（{reason.strip()[:60]}）"
    record_results(permit, [again], by=by, source=found.source, told=told)
    return queries.monitoring.present(found)
