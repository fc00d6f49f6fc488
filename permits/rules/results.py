"""Results of self-monitoring: what may be taken, in which unit, and what is held against a limit."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core import clock
from core.said import said
from permits.models import LimitKind, MeasureKind, OutletKind, PermitVersion
from permits.rules import checks

SPELLINGS = {
    "mg/m3": "mg/m³",
    "mg/Nm3": "mg/m³",
    "mg/Nm³": "mg/m³",
    "g/m3": "g/m³",
    "ug/m3": "μg/m³",
    "ug/m³": "μg/m³",
    "μg/m3": "μg/m³",
    "mg/l": "mg/L",
    "ug/l": "μg/L",
    "ug/L": "μg/L",
    "μg/l": "μg/L",
    "": "无量纲",
}
"""The same unit otherwise spelt; the micro sign U+00B5 is read as the Greek letter."""

FACTORS = {
    ("g/m³", "mg/m³"): Decimal(1000),
    ("mg/m³", "μg/m³"): Decimal(1000),
    ("g/m³", "μg/m³"): Decimal(1000000),
    ("mg/L", "μg/L"): Decimal(1000),
}
"""How many of the second make one of the first. Mass in a volume only: ppm would need temperature, pressure and kind."""

UNITS = (
    "mg/m³",
    "μg/m³",
    "g/m³",
    "mg/L",
    "μg/L",
    "无量纲",
    "个/L",
    "MPN/L",
    "%",
    "℃",
    "级",
    "倍",
    "dB(A)",
    "ng-TEQ/m³",
)
"""Units of what the permit monitors without limiting its concentration."""

LOST_FLAGS = frozenset("FMDCB")
"""Marks of an instrument that did not measure (HJ 212): stopped, maintained, defective, calibrated, not connected.
What they mean to the law of averages is 未核对; such a value is kept and compared with nothing."""

PH = frozenset({"w01001"})
OXYGEN = frozenset({"a19001"})
MOST_DECIMALS = 6
LARGEST = Decimal(10) ** 9

AIR, WATER = "air", "water"
HELD: dict[str, frozenset[MeasureKind]] = {
    AIR: frozenset({MeasureKind.HOUR, MeasureKind.SAMPLE, MeasureKind.DAY}),
    WATER: frozenset({MeasureKind.DAY, MeasureKind.SAMPLE}),
}
"""Which results a concentration limit is held against. Air: hour means and samples, and a day's mean above an hourly limit
proves an hour above it. Water: day means and samples; an hour's mean alone proves nothing. Ours, no standard: 未核对."""


@dataclass(frozen=True)
class ResultInput:
    """One monitoring result as it was given."""

    outlet_code: str
    pollutant_code: str
    measured_at: datetime
    value: Decimal | None
    unit: str
    kind: MeasureKind = MeasureKind.SAMPLE
    flag: str = ""
    detection_limit: Decimal | None = None
    invalid_reason: str | None = None
    raw: Decimal | None = None

    @property
    def moment(self) -> tuple[str, str, MeasureKind, datetime]:
        """What there is only one present result of."""
        return (self.outlet_code, self.pollutant_code, self.kind, self.measured_at)


@dataclass(frozen=True)
class Place:
    """A pollutant at an outlet as a version of the permit has it; without limit, ``limit`` is None."""

    outlet_code: str
    pollutant_code: str
    name: str
    medium: str
    unit: str = ""
    limit: Decimal | None = None
    low: Decimal | None = None
    version: int = 0
    frequency: str = ""
    method: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """The units that may be given here, the permit's own first."""
        return lawful_units(self.unit) if self.unit else UNITS


@dataclass(frozen=True)
class Problem:
    """What is wrong with one of many results, and at which of its fields."""

    index: int
    field: str
    text: str


Places = Mapping[tuple[str, str], Place]


def places(version: PermitVersion | None) -> dict[tuple[str, str], Place]:
    """Everything that a version limits or wants monitored, in its order."""
    found: dict[tuple[str, str], Place] = {}
    for outlet in version.outlets if version else []:
        medium = WATER if outlet.kind is OutletKind.WATER else AIR
        for wanted in outlet.monitoring:
            key = (outlet.code, wanted.pollutant_code)
            bare = Place(*key, wanted.pollutant_name, medium, version=version.number if version else 0)
            found[key] = replace(found.get(key, bare), frequency=wanted.frequency, method=wanted.method)
        for limit in outlet.limits:
            key = (outlet.code, limit.pollutant_code)
            bare = Place(*key, limit.pollutant_name, medium, version=version.number if version else 0)
            found.setdefault(key, bare)
            if limit.kind is LimitKind.CONCENTRATION:
                found[key] = replace(found[key], unit=limit.unit, limit=limit.value, low=limit.value_low)
    return found


def spelt_unit(unit: str) -> str:
    """A unit in the spelling that is kept."""
    bare = unit.strip().replace("µ", "μ")
    return SPELLINGS.get(bare, bare)


def lawful_units(unit: str) -> tuple[str, ...]:
    """The units from which a result may be converted to this one, itself first."""
    others = {
        first if spelt_unit(unit) == second else second
        for first, second in FACTORS
        if spelt_unit(unit) in (first, second)
    }
    return (unit, *sorted(others))


def converted(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A figure in another unit, exactly; None where no lawful factor is known (ppm, %)."""
    given, target = spelt_unit(unit), spelt_unit(wanted)
    if given == target:
        return value
    if (factor := FACTORS.get((given, target))) is not None:
        return value * factor
    if (factor := FACTORS.get((target, given))) is not None:
        return value / factor
    return None


def period_end(kind: MeasureKind, at: datetime) -> datetime:
    """When the time that a result stands for is over."""
    spans = {MeasureKind.HOUR: timedelta(hours=1), MeasureKind.DAY: timedelta(days=1)}
    return at + spans.get(kind, timedelta())


def settled(given: ResultInput, known: Places, outlets: Collection[str], now: datetime) -> ResultInput | list[Problem]:
    """A result in the unit of its permit, or everything that is wrong with it, each at its field."""
    wrong = [*_of_time(given, now), *_of_figure(given)]
    place = known.get((given.outlet_code, given.pollutant_code))
    if given.outlet_code not in outlets:
        text = said(
            "许可证在这一天没有排放口 %(code)s，有：%(codes)s。",
            code=given.outlet_code,
            codes="、".join(sorted(outlets)) or "—",
        )
        return [Problem(0, "outlet", text), *wrong]
    if place is None:
        text = said("排放口 %(outlet)s 没有要求监测 %(code)s。", outlet=given.outlet_code, code=given.pollutant_code)
        return [Problem(0, "pollutant", text), *wrong]
    wanted = place.unit or spelt_unit(given.unit)
    value = None if given.value is None else converted(given.value, given.unit, wanted)
    least = None if given.detection_limit is None else converted(given.detection_limit, given.unit, wanted)
    lost = (given.value is not None and value is None) or (given.detection_limit is not None and least is None)
    if lost or (not place.unit and wanted not in UNITS):
        wrong.append(Problem(0, "unit", said("单位应为 %(units)s。", units="、".join(place.units))))
    elif any(_decimals(each) > MOST_DECIMALS for each in (value, least)):
        wrong.append(Problem(0, "value", said("换算成 %(unit)s 后超过 6 位小数，不能准确保存。", unit=wanted)))
    return wrong or replace(given, value=value, detection_limit=least, unit=wanted)


def _decimals(value: Decimal | None) -> int:
    return 0 if value is None else max(0, -int(value.normalize().as_tuple().exponent))


def _of_time(given: ResultInput, now: datetime) -> Iterator[Problem]:
    local = clock.beijing(given.measured_at)
    if given.measured_at > now:
        yield Problem(0, "at", said("监测时间不能晚于现在。"))
    elif period_end(given.kind, given.measured_at) > now:
        yield Problem(0, "at", said("这一%(kind)s的时段还没有结束。", kind=given.kind))
    if given.kind is MeasureKind.HOUR and (local.minute or local.second or local.microsecond):
        yield Problem(0, "at", said("小时均值的时间应为整点，即这一小时的开始。"))
    if given.kind is MeasureKind.DAY and local != local.replace(hour=0, minute=0, second=0, microsecond=0):
        yield Problem(0, "at", said("日均值的时间应为当日 0 时（北京时间）。"))


def _of_figure(given: ResultInput) -> Iterator[Problem]:
    value, least = given.value, given.detection_limit
    if value is None and least is None:
        yield Problem(0, "value", said("请填写结果；未检出的，请填检出限。"))
    if value is not None and least is not None:
        yield Problem(0, "detection_limit", said("有结果的不填检出限；未检出的只填检出限。"))
    if least is not None and least <= 0:
        yield Problem(0, "detection_limit", said("检出限应大于 0。"))
    for name, figure in (("value", value), ("detection_limit", least)):
        if _decimals(figure) > MOST_DECIMALS:
            yield Problem(0, name, said("最多 6 位小数。"))
        if figure is not None and abs(figure) >= LARGEST:
            yield Problem(0, name, said("数值过大，请核对单位。"))
    if value is not None and (why := impossible(given.pollutant_code, spelt_unit(given.unit), value)):
        yield Problem(0, "value", why)


def impossible(pollutant_code: str, unit: str, value: Decimal) -> str | None:
    """Why a figure cannot have been measured, or None: below nothing, pH beyond 0–14, more than the whole."""
    if pollutant_code in PH and not 0 <= value <= 14:
        return said("pH 只能在 0 到 14 之间。")
    if value < 0:
        return said("结果不能小于 0。")
    if pollutant_code in OXYGEN and unit == "%" and value > 21:
        return said("氧含量不能超过空气中的含量。")
    if unit == "%" and value > 100:
        return said("百分比不能超过 100。")
    return None


def repeated(given: Iterable[ResultInput]) -> Iterator[Problem]:
    """Results of the same outlet, pollutant, kind and moment within one delivery: nobody could say which holds."""
    seen: dict[tuple[str, str, MeasureKind, datetime], int] = {}
    for index, each in enumerate(given):
        first = seen.setdefault(each.moment, index)
        if first != index:
            yield Problem(index, "at", said("与第 %(n)d 条是同一排放口、污染物、类型和时间。", n=first + 1))


def is_held(place: Place | None, kind: MeasureKind, flag: str = "", invalid_reason: str | None = None) -> bool:
    """Whether a result may be held against the concentration limit of its place at all."""
    if place is None or place.limit is None or invalid_reason or flag in LOST_FLAGS:
        return False
    return kind in HELD[place.medium]


def breaks(place: Place | None, given: ResultInput) -> bool:
    """Whether a result breaks the limit of its place: above it, or below the lower end of a range such as pH."""
    if place is None or given.value is None or spelt_unit(given.unit) != spelt_unit(place.unit):
        return False
    held = is_held(place, given.kind, given.flag, given.invalid_reason)
    return held and checks.exceeds(given.value, place.limit, place.low)


def by_outlet(known: Places) -> dict[str, list[Place]]:
    """The places of each outlet."""
    found: dict[str, list[Place]] = {}
    for place in known.values():
        found.setdefault(place.outlet_code, []).append(place)
    return found


def numbered(problems: Sequence[Problem], index: int) -> list[Problem]:
    """The same problems, said of one of many results."""
    return [replace(each, index=index) for each in problems]
