"""The geometry of the grade scale and the score curve: server-made SVG in plain figures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from credit.models import Grade
from credit.rules import SchemeFacts
from registry.models import GradeSpan

WIDTH = 520
LEFT, RIGHT, TOP, BOTTOM = 34, 734, 20, 176


@dataclass(frozen=True)
class Step:
    """One grade of the scale: where it begins, how wide it is, and which scores it holds."""

    grade: Grade
    x: float
    width: float
    words: str


@dataclass(frozen=True)
class Scale:
    """The whole scale with the place of the present score."""

    steps: tuple[Step, ...]
    marker: float


def scale(scheme: SchemeFacts, score: Decimal) -> Scale:
    """Lay the grades out from the worst to the best, each as wide as the scores it holds."""
    lowest = sorted(((low, grade) for grade, low in scheme.thresholds), key=lambda each: each[0])
    whole = float(scheme.ceiling - scheme.floor) + 1
    unit = WIDTH / whole
    steps, x = [], 0.0
    for place, (low, grade) in enumerate(lowest):
        above = lowest[place + 1][0] if place + 1 < len(lowest) else scheme.ceiling + 1
        width = float(above - low) * unit
        top = above - 1
        words = f"≤{_plain(top)}" if place == 0 else _plain(low) if top == low else f"{_plain(low)}–{_plain(top)}"
        steps.append(Step(grade, round(x, 1), round(width, 1), words))
        x += width
    return Scale(tuple(steps), round((float(score - scheme.floor) + 0.5) * unit, 1))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


@dataclass(frozen=True)
class Curve:
    """The score over a year back and half a year ahead: polylines, bands and the months beneath."""

    past: str
    ahead: str
    today_x: float
    today_y: float
    bands: tuple[tuple[Grade, float, float], ...]
    marks: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, str], ...]


def curve_points(scheme: SchemeFacts, spans: Sequence[GradeSpan], today: date) -> Curve:
    """Draw the spans as steps; what is still to come is dashed."""
    first, last = today - timedelta(days=365), today + timedelta(days=182)
    days = (last - first).days

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * max(0, min(days, (day - first).days)) / days, 1)

    def y(value: Decimal) -> float:
        part = float(value - scheme.floor) / float(scheme.ceiling - scheme.floor)
        return round(BOTTOM - (BOTTOM - TOP) * part, 1)

    past: list[str] = []
    ahead: list[str] = []
    now_y = y(scheme.base)
    for span in spans:
        until = span.valid_to or last
        if until <= first or span.valid_from >= last:
            continue
        level = y(span.score)
        if span.valid_from <= today:
            past += [f"{x(span.valid_from)},{level}", f"{x(min(until, today))},{level}"]
            now_y = level if until > today else now_y
        if until > today:
            ahead += [f"{x(max(span.valid_from, today))},{level}", f"{x(until)},{level}"]
    lowest = sorted(((low, grade) for grade, low in scheme.thresholds), key=lambda each: each[0])
    bands = []
    for place, (low, grade) in enumerate(lowest):
        above = lowest[place + 1][0] if place + 1 < len(lowest) else scheme.ceiling
        bands.append((grade, y(min(above, scheme.ceiling)), round(y(low) - y(min(above, scheme.ceiling)), 1)))
    months = []
    for step in range(0, 19, 3):
        month = (first.year * 12 + first.month - 1) + step
        day = date(month // 12, month % 12 + 1, 1)
        if first <= day <= last:
            months.append((x(day), f"{day.month}月"))
    marks = tuple((y(low), _plain(low)) for low, _grade in lowest)
    return Curve(" ".join(past), " ".join(ahead), x(today), now_y, tuple(bands), marks, tuple(months))
