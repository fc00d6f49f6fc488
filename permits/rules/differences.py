"""What changed from one version of a permit to the next, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from core.filters import shown_number
from core.words import Titled
from permits.models import LimitKind, LimitSource, OutletKind, ReportPeriod
from permits.rules.monitoring import times_per_year


class Change(Titled):
    """Which way a provision changed."""

    TIGHTER = "tighter", "收严", "warn"
    LOOSER = "looser", "放宽", "info"
    MORE_OFTEN = "more_often", "加密", "warn"
    LESS_OFTEN = "less_often", "减少", "info"
    ADDED = "added", "新增", "info"
    DROPPED = "dropped", "取消", "warn"
    REWORDED = "reworded", "修改", "calm"


@dataclass(frozen=True)
class LimitFact:
    """A limit as it is compared."""

    outlet_code: str
    pollutant_code: str
    pollutant_name: str
    kind: LimitKind
    low: Decimal | None
    value: Decimal
    unit: str
    basis: str = ""
    source: LimitSource = LimitSource.STANDARD

    @property
    def rests_on(self) -> str:
        """超低排放，GB 13223: the plain standard needs no word."""
        word = "" if self.source in (LimitSource.STANDARD, LimitSource.QUANTITY) else self.source.label
        return "，".join(filter(None, (word, self.basis)))

    @property
    def words(self) -> str:
        """6–9, 30 mg/m³."""
        low = f"{shown_number(self.low)}–" if self.low is not None else ""
        return f"{low}{shown_number(self.value)} {self.unit}".strip()


@dataclass(frozen=True)
class OutletFact:
    """An outlet as it is compared."""

    code: str
    name: str
    kind: OutletKind
    destination: str = ""


@dataclass(frozen=True)
class MonitoringFact:
    """A monitoring requirement as it is compared."""

    outlet_code: str
    pollutant_code: str
    pollutant_name: str
    frequency: str
    method: str = ""


@dataclass(frozen=True)
class ReportFact:
    """A reporting requirement as it is compared."""

    period: ReportPeriod
    due_days: int


@dataclass(frozen=True)
class ConditionFact:
    """A condition as it is compared."""

    label: str
    category: str
    text: str


@dataclass(frozen=True)
class Content:
    """All that a version says, ready to be compared."""

    outlets: Sequence[OutletFact] = ()
    limits: Sequence[LimitFact] = ()
    monitoring: Sequence[MonitoringFact] = ()
    reports: Sequence[ReportFact] = ()
    conditions: Sequence[ConditionFact] = ()


@dataclass(frozen=True)
class Difference:
    """One provision that differs; an empty side means it is not in that version."""

    title: str
    before: str
    after: str
    change: Change


Fact = TypeVar("Fact")


def differences(old: Content, new: Content) -> list[Difference]:
    """Every provision that differs, outlets first, then limits, monitoring, reports and conditions."""
    return [
        *_compared(
            _by(old.outlets, lambda each: each.code),
            _by(new.outlets, lambda each: each.code),
            title=lambda each: f"排放口 {each.code}",
            words=lambda each: "，".join(filter(None, (each.name, each.kind.label, each.destination))),
        ),
        *_compared(
            _by(old.limits, _limit_key),
            _by(new.limits, _limit_key),
            title=lambda each: f"{each.outlet_code} {each.pollutant_name}{_SHORT[each.kind]}",
            words=lambda each: each.words + (f"（{each.rests_on}）" if each.rests_on else ""),
            change=limit_change,
        ),
        *_compared(
            _by(old.monitoring, lambda each: (each.outlet_code, each.pollutant_code)),
            _by(new.monitoring, lambda each: (each.outlet_code, each.pollutant_code)),
            title=lambda each: f"{each.outlet_code} {each.pollutant_name}监测",
            words=lambda each: "，".join(filter(None, (each.frequency, each.method))),
            change=_frequency_change,
        ),
        *_compared(
            _by(old.reports, lambda each: each.period.code),
            _by(new.reports, lambda each: each.period.code),
            title=lambda each: f"执行报告{each.period.label}",
            words=lambda each: f"期后 {each.due_days} 日内",
        ),
        *_compared(
            _by(old.conditions, lambda each: each.label),
            _by(new.conditions, lambda each: each.label),
            title=lambda each: f"{each.label} {each.category}",
            words=lambda each: each.text,
        ),
    ]


_SHORT = {
    LimitKind.CONCENTRATION: "浓度",
    LimitKind.RATE: "速率",
    LimitKind.ANNUAL: "年许可量",
    LimitKind.SPECIAL: "特殊时段",
}


def _limit_key(limit: LimitFact) -> tuple[str, str, str]:
    return limit.outlet_code, limit.pollutant_code, limit.kind.code


def _by(facts: Sequence[Fact], key: Callable[[Fact], object]) -> dict[object, Fact]:
    return {key(fact): fact for fact in facts}


def _reworded(_old: Fact, _new: Fact) -> Change:
    return Change.REWORDED


def _compared(
    old: Mapping[object, Fact],
    new: Mapping[object, Fact],
    *,
    title: Callable[[Fact], str],
    words: Callable[[Fact], str],
    change: Callable[[Fact, Fact], Change] = _reworded,
) -> list[Difference]:
    found = []
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key), new.get(key)
        if before is not None and after is not None:
            if words(before) != words(after):
                found.append(Difference(title(after), words(before), words(after), change(before, after)))
        elif before is not None:
            found.append(Difference(title(before), words(before), "", Change.DROPPED))
        elif after is not None:
            found.append(Difference(title(after), "", words(after), Change.ADDED))
    return found


def limit_change(old: LimitFact, new: LimitFact) -> Change:
    """Tighter when no figure is allowed that was not allowed before; other units cannot be compared."""
    if old.unit != new.unit or (old.low is None) != (new.low is None):
        return Change.REWORDED
    low_up = (new.low or Decimal(0)) >= (old.low or Decimal(0))
    low_down = (new.low or Decimal(0)) <= (old.low or Decimal(0))
    if (old.low, old.value) == (new.low, new.value):
        return Change.REWORDED
    if new.value <= old.value and low_up:
        return Change.TIGHTER
    if new.value >= old.value and low_down:
        return Change.LOOSER
    return Change.REWORDED


def _frequency_change(old: MonitoringFact, new: MonitoringFact) -> Change:
    before, after = times_per_year(old.frequency), times_per_year(new.frequency)
    if before is None or after is None or before == after:
        return Change.REWORDED
    return Change.MORE_OFTEN if after > before else Change.LESS_OFTEN
