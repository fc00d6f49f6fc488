"""What is wrong or odd in an execution report. Wrong blocks the way to the signer; odd is confirmed with a reason.

Every remark names the place: ``DA001/a21026/mean`` for a figure, ``shutdown_days`` for the report itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal

from core.filters import shown_number
from core.said import said
from core.words import Titled
from permits.models import LimitKind
from permits.rules.periods import days_of

TOLERANCE = Decimal("0.10")
"""How far a reported mean may lie from the mean of the monitoring results, as a part of it. Ours, no law: 未核对."""

UNIT_FACTOR = 10
"""So many times over its limit a figure is more likely in a wrong unit than exceeded. Ours, no law: 未核对."""

FIELDS: dict[str, str] = {
    "mean": "平均值",
    "minimum": "最小值",
    "maximum": "最大值",
    "samples": "监测次数",
    "exceedances": "超标次数",
    "quantity": "实际排放量",
}
"""The figures of a line in the order in which they are asked for."""

UNITLESS = frozenset({"无量纲", "级"})

SMALLER_UNIT = {"mg/m³": "μg/m³", "mg/m3": "μg/m3", "mg/L": "μg/L", "mg/l": "μg/l", "g/m³": "mg/m³"}


class Level(Titled):
    """Whether a remark blocks or asks for a reason."""

    HARD = "hard", "必须改正", "danger"
    SOFT = "soft", "请确认", "warn"


@dataclass(frozen=True)
class Remark:
    """One thing that the checks found."""

    level: Level
    code: str
    path: str
    text: str

    @property
    def key(self) -> str:
        """What tells it from every other remark on the same report."""
        return f"{self.code}:{self.path}"


@dataclass(frozen=True)
class Line:
    """One line of a report: outlet, pollutant, the limits it is held against, and its figures."""

    outlet_code: str
    pollutant_code: str
    pollutant_name: str
    limit_low: Decimal | None = None
    limit_value: Decimal | None = None
    limit_unit: str = ""
    annual_limit: Decimal | None = None
    mean: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    samples: int | None = None
    exceedances: int | None = None
    quantity: Decimal | None = None

    @property
    def row(self) -> str:
        """Which line, as the first two parts of a path."""
        return f"{self.outlet_code}/{self.pollutant_code}"

    @property
    def name(self) -> str:
        """Which line, for people."""
        return f"{self.outlet_code} {self.pollutant_name}"

    def path(self, field_name: str) -> str:
        """Where one figure stands."""
        return f"{self.row}/{field_name}"


@dataclass(frozen=True)
class Measured:
    """What the monitoring results of a period say of one line, in the unit of the limit."""

    count: int
    mean: Decimal
    minimum: Decimal
    maximum: Decimal
    exceeding: int = 0

    def of(self, name: str) -> Decimal | int:
        """What was measured for a field of a report, as ``FIELDS`` names it."""
        found: dict[str, Decimal | int] = {
            "mean": self.mean,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "samples": self.count,
            "exceedances": self.exceeding,
        }
        return found[name]


@dataclass(frozen=True)
class Beside:
    """What a line is compared with: monitoring results, samples demanded, tonnes reported earlier this year."""

    measured: Measured | None = None
    required_samples: int | None = None
    earlier_quantity: Decimal = Decimal(0)
    last_mean: Decimal | None = None


@dataclass(frozen=True)
class Operation:
    """What a report says of the period as a whole."""

    first: date
    last: date
    shutdown_days: int = 0
    narrative: str = ""

    @property
    def stood_still(self) -> bool:
        """Whether nothing ran on any day of the period."""
        return self.shutdown_days >= days_of(self.first, self.last)


NOTHING_BESIDE = Beside()


def deviates(name: str, reported: Decimal | int, measured: Measured) -> bool:
    """Whether a reported figure does not fit the monitoring results: a mean too far off, or a report that knows of less.

    More samples than are on record here, or a higher maximum, may come from elsewhere and are no contradiction.
    """
    found = Decimal(measured.of(name))
    if name == "mean":
        return abs(reported - found) > abs(found) * TOLERANCE
    return reported > found if name == "minimum" else reported < found


def exceeds(value: Decimal | None, limit: Decimal | None, low: Decimal | None = None) -> bool:
    """Whether a figure breaks its limit: above it, or below the lower end of a range. Exactly at the limit is none."""
    if value is None:
        return False
    return (limit is not None and value > limit) or (low is not None and value < low)


def rounded(mean: Decimal) -> Decimal:
    """A mean as it is offered to be reported: four significant digits, at most six decimals."""
    return Context(prec=4).plus(mean).quantize(Decimal("0.000001")).normalize()


def worst(line: Line) -> Decimal | None:
    """The figure of a line that breaks its concentration limit the most, or None when none does."""
    if line.limit_value is None:
        return None
    for value in (line.maximum, line.minimum, line.mean):
        if exceeds(value, line.limit_value, line.limit_low):
            return value
    return None


@dataclass(frozen=True)
class Found:
    """A limit that a report shows as broken: a lead for the officer."""

    line: Line
    kind: LimitKind
    value: Decimal
    limit: Decimal
    low: Decimal | None
    unit: str


def broken_limits(line: Line, beside: Beside = NOTHING_BESIDE) -> list[Found]:
    """Every limit that a line shows as broken: its concentration, and the year's tonnes with what came before."""
    found = []
    value = worst(line)
    if value is not None and line.limit_value is not None:
        found.append(Found(line, LimitKind.CONCENTRATION, value, line.limit_value, line.limit_low, line.limit_unit))
    if line.annual_limit is not None and line.quantity is not None:
        total = beside.earlier_quantity + line.quantity
        if total > line.annual_limit:
            found.append(Found(line, LimitKind.ANNUAL, total, line.annual_limit, None, "t"))
    return found


@dataclass
class _Sheet:
    """Remarks as they are gathered on one line."""

    line: Line
    remarks: list[Remark] = field(default_factory=list)

    def hard(self, code: str, name: str, text: str) -> None:
        self.remarks.append(
            Remark(Level.HARD, code, self.line.path(name), said("%(line)s%(what)s", line=self.line.name, what=text))
        )

    def soft(self, code: str, name: str, text: str) -> None:
        self.remarks.append(
            Remark(Level.SOFT, code, self.line.path(name), said("%(line)s%(what)s", line=self.line.name, what=text))
        )


def check(operation: Operation, lines: Sequence[Line], beside: Mapping[str, Beside]) -> list[Remark]:
    """Everything wrong or odd in a report; ``beside`` is by ``Line.row``."""
    found = check_operation(operation, lines)
    for line in lines:
        found += check_line(line, operation, beside.get(line.row, NOTHING_BESIDE))
    return found


def check_operation(operation: Operation, lines: Sequence[Line]) -> list[Remark]:
    """What is wrong in what a report says of the period as a whole."""
    days = days_of(operation.first, operation.last)
    found = []
    if not 0 <= operation.shutdown_days <= days:
        found.append(
            Remark(Level.HARD, "shutdown", "shutdown_days", said("停产天数应在 0 至 %(days)s 之间。", days=days))
        )
    silent = [line for line in lines if line.samples == 0 and not operation.stood_still]
    if silent and not operation.narrative.strip():
        names = "、".join(line.name for line in silent[:3])
        found.append(
            Remark(Level.HARD, "silent", "narrative", said("%(names)s没有监测，请在说明中写明原因。", names=names))
        )
    if operation.shutdown_days and not operation.narrative.strip():
        found.append(Remark(Level.HARD, "idle", "narrative", said("有停产，请在说明中写明停产时间和原因。")))
    return found


def check_line(line: Line, operation: Operation, beside: Beside = NOTHING_BESIDE) -> list[Remark]:
    """Everything wrong or odd in one line."""
    sheet = _Sheet(line)
    _complete(sheet, operation)
    _possible(sheet)
    if not any(remark.level is Level.HARD for remark in sheet.remarks):
        _within_limits(sheet)
        _within_quantity(sheet, operation, beside)
        _as_measured(sheet, beside)
        _sampled(sheet, operation, beside)
    return sheet.remarks


def _complete(sheet: _Sheet, operation: Operation) -> None:
    line = sheet.line
    unmeasured = line.samples == 0 or (operation.stood_still and line.samples is None)
    for name, label in FIELDS.items():
        if getattr(line, name) is not None:
            continue
        if name == "quantity":
            if line.annual_limit is not None:
                sheet.hard("missing", name, said("的实际排放量没有填写；没有排放请填 0。"))
        elif not unmeasured:
            sheet.hard("missing", name, said("的%(label)s没有填写。", label=label))


def _possible(sheet: _Sheet) -> None:
    line = sheet.line
    for name, label in FIELDS.items():
        value = getattr(line, name)
        if value is not None and value < 0:
            sheet.hard("negative", name, said("的%(label)s不能是负数。", label=label))
    if line.minimum is not None and line.maximum is not None and line.minimum > line.maximum:
        sheet.hard(
            "order",
            "minimum",
            said("的最小值 %(minimum)s 大于最大值 %(maximum)s。", minimum=_n(line.minimum), maximum=_n(line.maximum)),
        )
    elif line.mean is not None:
        if line.minimum is not None and line.mean < line.minimum:
            sheet.hard(
                "order",
                "mean",
                said("的平均值 %(mean)s 小于最小值 %(minimum)s。", mean=_n(line.mean), minimum=_n(line.minimum)),
            )
        if line.maximum is not None and line.mean > line.maximum:
            sheet.hard(
                "order",
                "mean",
                said("的平均值 %(mean)s 大于最大值 %(maximum)s。", mean=_n(line.mean), maximum=_n(line.maximum)),
            )
    if line.samples is not None and line.exceedances is not None and line.exceedances > line.samples:
        sheet.hard(
            "count",
            "exceedances",
            said(
                "的超标次数 %(exceedances)s 多于监测次数 %(samples)s。",
                exceedances=line.exceedances,
                samples=line.samples,
            ),
        )
    if line.samples == 0 and any(value is not None for value in (line.mean, line.minimum, line.maximum)):
        sheet.hard("count", "samples", said("的监测次数是 0，却填了浓度。"))
    if line.samples == 1 and None not in (line.minimum, line.maximum) and line.minimum != line.maximum:
        sheet.hard("count", "samples", said("：只监测 1 次，最小值和最大值应当相同。"))


def _within_limits(sheet: _Sheet) -> None:
    line = sheet.line
    if line.limit_value is None:
        return
    shown = ("maximum", "mean", "minimum")
    over = [name for name in shown if exceeds(getattr(line, name), line.limit_value, line.limit_low)]
    for name in over[:1]:
        value = getattr(line, name)
        sheet.soft(
            "exceeds",
            name,
            said(
                "应%(line)s，填写 %(value)s。%(line2)s",
                line=limit_words(line),
                value=_n(value),
                line2=_unit_hint(line, value),
            ),
        )
    if over and line.exceedances == 0:
        sheet.soft(
            "uncounted", "exceedances", said("：有超过限值的%(fields)s，超标次数却是 0。", fields=FIELDS[over[0]])
        )
    if not over and line.exceedances:
        sheet.soft(
            "overcounted",
            "exceedances",
            said("：填了超标 %(exceedances)s 次，各项浓度却都在限值内。", exceedances=line.exceedances),
        )


def _unit_hint(line: Line, value: Decimal) -> str:
    """是否单位写成 μg/L？: so far over its limit that a thousandth of it would be ordinary."""
    smaller = SMALLER_UNIT.get(line.limit_unit)
    if smaller is None or line.limit_value is None or value < line.limit_value * UNIT_FACTOR:
        return ""
    return f"是否单位写成 {smaller}？" if value / 1000 <= line.limit_value else ""


def _within_quantity(sheet: _Sheet, operation: Operation, beside: Beside) -> None:
    line = sheet.line
    if line.annual_limit is None or line.quantity is None:
        return
    total = beside.earlier_quantity + line.quantity
    if total > line.annual_limit:
        earlier = f"今年此前已报 {_n(beside.earlier_quantity)} t，加" if beside.earlier_quantity else ""
        words = f"：{earlier}本期共 {_n(total)} t，超过年许可量 {_n(line.annual_limit)} t。"
        sheet.soft("over_year", "quantity", words)
    elif line.annual_limit and line.quantity > line.annual_limit * share_of_year(operation.first, operation.last):
        part = round(100 * line.quantity / line.annual_limit)
        time = round(100 * share_of_year(operation.first, operation.last))
        words = f"：本期 {_n(line.quantity)} t 占年许可量的 {part} %，而本期只占全年的 {time} %。"
        sheet.soft("over_share", "quantity", words)


def share_of_year(first: date, last: date) -> Decimal:
    """The part of its year that a span takes; a span over a turn of the year counts as of the year of its end."""
    year_days = days_of(date(last.year, 1, 1), date(last.year, 12, 31))
    return Decimal(days_of(first, last)) / year_days


def _as_measured(sheet: _Sheet, beside: Beside) -> None:
    line, measured = sheet.line, beside.measured
    if measured is None:
        return
    if line.mean is not None and deviates("mean", line.mean, measured):
        sheet.soft(
            "differs",
            "mean",
            said(
                "的平均值 %(mean)s 与监测记录 %(count)s 条的平均值 %(mean2)s 相差超过 %(TOLERANCE)s %%。",
                mean=_n(line.mean),
                count=measured.count,
                mean2=_n(measured.mean),
                TOLERANCE=_n(TOLERANCE * 100),
            ),
        )
    if line.minimum is not None and deviates("minimum", line.minimum, measured):
        sheet.soft(
            "differs",
            "minimum",
            said(
                "的最小值 %(minimum)s 大于监测记录中的最小值 %(minimum2)s。",
                minimum=_n(line.minimum),
                minimum2=_n(measured.minimum),
            ),
        )
    if line.maximum is not None and deviates("maximum", line.maximum, measured):
        sheet.soft(
            "differs",
            "maximum",
            said(
                "的最大值 %(maximum)s 小于监测记录中的最大值 %(maximum2)s。",
                maximum=_n(line.maximum),
                maximum2=_n(measured.maximum),
            ),
        )
    if line.samples is not None and deviates("samples", line.samples, measured):
        sheet.soft(
            "differs",
            "samples",
            said("的监测次数 %(samples)s 少于监测记录 %(count)s 条。", samples=line.samples, count=measured.count),
        )
    if line.exceedances is not None and deviates("exceedances", line.exceedances, measured):
        sheet.soft(
            "differs",
            "exceedances",
            said(
                "的超标次数 %(exceedances)s 少于监测记录中的 %(count)s 次。",
                exceedances=line.exceedances,
                count=measured.exceeding,
            ),
        )


def _sampled(sheet: _Sheet, operation: Operation, beside: Beside) -> None:
    line, needed = sheet.line, beside.required_samples
    if needed and not operation.stood_still and (line.samples or 0) < needed:
        sheet.soft(
            "few",
            "samples",
            said("：许可证要求本期至少监测 %(needed)s 次，填写 %(fact1)s 次。", needed=needed, fact1=line.samples or 0),
        )


def limit_words(line: Line) -> str:
    """≤ 50 mg/L, or 6 至 9 for a range."""
    if line.limit_value is None:
        return "—"
    unit = f" {line.limit_unit}" if line.limit_unit and line.limit_unit not in UNITLESS else ""
    if line.limit_low is not None:
        return f"在 {_n(line.limit_low)} 至 {_n(line.limit_value)}{unit} 之间"
    return f" ≤ {_n(line.limit_value)}{unit}"


def limit_short(line: Line) -> str:
    """≤50mg/L, 6–9: where there is little room."""
    if line.limit_value is None:
        return "—"
    unit = line.limit_unit if line.limit_unit not in UNITLESS else ""
    low = f"{_n(line.limit_low)}–" if line.limit_low is not None else "≤"
    return f"{low}{_n(line.limit_value)}{unit}"


def _n(value: Decimal) -> str:
    return shown_number(value)


def blocking(remarks: Iterable[Remark]) -> list[Remark]:
    """What must be mended before the report may go on."""
    return [remark for remark in remarks if remark.level is Level.HARD]


def unconfirmed(remarks: Iterable[Remark], confirmed: Mapping[str, Mapping[str, str]]) -> list[Remark]:
    """The odd things nobody has given a reason for; a reason lapses when the figure and so the sentence changes."""
    return [
        remark
        for remark in remarks
        if remark.level is Level.SOFT
        and not (
            confirmed.get(remark.key, {}).get("told") == remark.text and confirmed[remark.key].get("reason", "").strip()
        )
    ]
