"""Report × self-monitoring × permit, cell by cell: what differs, in words and in percent.

The same comparisons as ``checks`` makes, shown side by side before anybody signs or accepts; what is odd is confirmed
with a reason there. How far figures may lie apart is ``checks.TOLERANCE``, ours and no law: 未核对.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.filters import shown_number
from core.said import said
from core.words import Titled
from permits.models import LimitKind
from permits.rules import checks
from permits.rules.checks import NOTHING_BESIDE, Beside, Line

COMPARED = ("mean", "minimum", "maximum", "samples", "exceedances")
"""The figures that monitoring results can be held against, as ``checks.FIELDS`` names them."""


class Verdict(Titled):
    """What a comparison comes to, the gravest last."""

    AGREES = "agrees", "一致", "ok"
    UNCOMPARED = "uncompared", "没有监测记录可比", "calm"
    WITHIN = "within", "在允许差以内", "calm"
    DIFFERS = "differs", "与监测记录不符", "warn"
    EXCEEDS = "exceeds", "超过许可", "danger"


@dataclass(frozen=True)
class Note:
    """One cell in which report and monitoring, or report and permit, are not the same."""

    name: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Crossed:
    """One line of a report between what was measured and what is permitted."""

    line: Line
    beside: Beside
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest of its cells."""
        order = list(Verdict)
        plain = Verdict.AGREES if self.beside.measured else Verdict.UNCOMPARED
        return max((plain, *(each.verdict for each in self.notes)), key=order.index)

    @property
    def of_limit(self) -> Decimal | None:
        """The highest reported concentration as percent of its limit; None for ranges and where either is missing."""
        top = self.line.maximum if self.line.maximum is not None else self.line.mean
        if top is None or not self.line.limit_value or self.line.limit_low is not None:
            return None
        return percent(top, self.line.limit_value)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """A part of a whole in percent, to one decimal."""
    return (100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def crossed(lines: Sequence[Line], beside: Mapping[str, Beside]) -> list[Crossed]:
    """Every line of a report with what differs; ``beside`` is by ``Line.row``."""
    found = []
    for line in lines:
        other = beside.get(line.row, NOTHING_BESIDE)
        found.append(Crossed(line, other, (*_over(line, other), *_apart(line, other))))
    return found


def _over(line: Line, beside: Beside) -> list[Note]:
    notes = []
    for each in checks.broken_limits(line, beside):
        if each.kind is LimitKind.ANNUAL:
            what = said("今年累计 %(value)s t，年许可量 %(limit)s t", value=_n(each.value), limit=_n(each.limit))
            by = percent(each.value - each.limit, each.limit) if each.limit else None
            notes.append(Note("quantity", Verdict.EXCEEDS, _with_percent(what, by)))
            continue
        what = said("填报 %(value)s，应%(limit)s", value=_n(each.value), limit=checks.limit_words(line))
        by = percent(each.value - each.limit, each.limit) if each.limit and each.value > each.limit else None
        name = next(name for name in ("maximum", "minimum", "mean") if getattr(line, name) == each.value)
        notes.append(Note(name, Verdict.EXCEEDS, _with_percent(what, by)))
    return notes


def _apart(line: Line, beside: Beside) -> list[Note]:
    measured, notes = beside.measured, []
    if measured is None:
        return []
    for name in COMPARED:
        reported, found = getattr(line, name), measured.of(name)
        if reported is None:
            notes.append(Note(name, Verdict.DIFFERS, said("没有填写，监测记录为 %(found)s", found=_n(found))))
        elif reported != found:
            verdict = Verdict.DIFFERS if checks.deviates(name, reported, measured) else Verdict.WITHIN
            away = Decimal(reported) - Decimal(found)
            words = {"reported": _n(reported), "found": _n(found), "away": _n(abs(away))}
            what = (
                said("填报 %(reported)s，监测记录 %(found)s，多 %(away)s", **words)
                if away > 0
                else said("填报 %(reported)s，监测记录 %(found)s，少 %(away)s", **words)
            )
            notes.append(
                Note(name, verdict, _with_percent(what, percent(away, abs(Decimal(found))) if found else None))
            )
    return notes


def _with_percent(what: str, by: Decimal | None) -> str:
    if by is None:
        return what
    return said("%(what)s（%(by)s %%）", what=what, by=_signed(by))


def _signed(by: Decimal) -> str:
    """A percentage with its sign, 0 without one."""
    return f"{'+' if by > 0 else '−' if by < 0 else ''}{shown_number(abs(by))}"


def _n(value: Decimal | int) -> str:
    return shown_number(Decimal(value))
