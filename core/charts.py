"""The geometry of four kinds of chart, as plain numbers: the templates only draw what stands here.

Lengths are in units of the view box. Every chart carries its own table, because a picture alone cannot be checked, read
aloud or copied. Colours are class names of house.css (f1 … f5, g-green … g-black).
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDE = 540.0
"""Width of a chart in half a page; the page scales it."""
PLOT_TOP, PLOT_FLOOR = 22.0, 190.0
ROW_STEP, ROW_TALL = 30.0, 19.0
LIGHT_FILLS = frozenset({"g-yellow", "f2", "f3", "f5", "f0"})
"""Fills that need dark letters on them."""


@dataclass(frozen=True)
class Series:
    """One kind of figure in every row, with the class that fills it."""

    label: str
    fill: str = "f1"


@dataclass(frozen=True)
class Row:
    """A label with one figure for each series; None where there is none. ``urls`` lead to what was counted."""

    label: str
    values: tuple[float | None, ...]
    urls: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True)
class Words:
    """A piece of text; ``kind`` are the classes strong, end, mid, on-dark, on-light."""

    x: float
    y: float
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Rule:
    """A straight line; ``kind`` is grid, axis or mark."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True)
class Curve:
    """A line through points, written as SVG wants them; ``kind`` is line or line-ahead."""

    points: str
    kind: str = "line"


@dataclass(frozen=True)
class Dot:
    """A marked point."""

    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """All that is drawn, the legend, and the same figures as a table."""

    width: float
    height: float
    head: str
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    totals: bool = False
    boxes: tuple[Box, ...] = ()
    words: tuple[Words, ...] = ()
    rules: tuple[Rule, ...] = ()
    curves: tuple[Curve, ...] = ()
    dots: tuple[Dot, ...] = ()

    def shown(self, value: float | None) -> str:
        """A figure as text with its unit; an em dash where there is none."""
        return "—" if value is None else f"{plain(value)}{self.unit}"

    def total(self, row: Row) -> str:
        """The sum of a row as text."""
        return self.shown(sum(value or 0 for value in row.values))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for row in self.rows for value in row.values)


def plain(value: float) -> str:
    """A figure with thousands separators and a true minus, without needless decimals; a small one by three digits."""
    if 0 < abs(value) < 1:
        return f"{float(f'{value:.3g}'):.9f}".rstrip("0").replace("-", "−")
    rounded = round(value, 2)
    text = f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.2f}".rstrip("0")
    return text.replace("-", "−")


def text_width(text: str, size: float = 13.0) -> float:
    """About how wide a text is: a full-width character takes its size, a narrow one a little over half."""
    return sum(size if unicodedata.east_asian_width(character) in "WF" else size * 0.56 for character in text)


SMALLEST = 1e-9
"""What is less counts as nothing: no measured figure is, and no grid could be drawn for it."""


def step_for(most: float, *, whole: bool = True, lines: int = 4) -> float:
    """A round distance between grid lines (1, 2, 5, 10, …) so that about so many fit."""
    if most < SMALLEST:
        return 1.0
    raw = most / lines
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= raw * 0.999)
    return max(1.0, step) if whole else step


@dataclass
class _Sketch:
    boxes: list[Box] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self.boxes.append(Box(_r(x), _r(y), _r(width), _r(height), fill))

    def say(self, x: float, y: float, text: str, kind: str = "") -> None:
        self.words.append(Words(_r(x), _r(y), text, kind))

    def grid(self, left: float, right: float, ticks: Sequence[tuple[float, str]]) -> None:
        for number, (y, text) in enumerate(ticks):
            self.rules.append(Rule(_r(left), _r(y), _r(right), _r(y), "grid" if number else "axis"))
            self.say(left - 6, y + 4, text, "end")

    def chart(
        self,
        height: float,
        head: str,
        series: Sequence[Series],
        rows: Sequence[Row],
        unit: str,
        *,
        totals: bool = False,
    ) -> Chart:
        return Chart(
            WIDE, _r(height), head, tuple(series), tuple(rows), unit, totals,
            tuple(self.boxes), tuple(self.words), tuple(self.rules), tuple(self.curves), tuple(self.dots),
        )  # fmt: skip


def _r(value: float) -> float:
    return round(value, 1)


def _letters_on(fill: str) -> str:
    return "on-light" if fill in LIGHT_FILLS else "on-dark"


def bars(rows: Sequence[Row], series: Sequence[Series], *, head: str, unit: str = "") -> Chart:
    """Lying bars, one a row, the series end to end; for comparing named things. The first series carries its figure."""
    sketch = _Sketch()
    notes = [row.note or "，".join(plain(value or 0) + unit for value in row.values) for row in rows]
    left = min(190.0, max([60.0, *(text_width(row.label) for row in rows)]) + 12)
    right = WIDE - min(170.0, max([20.0, *(text_width(note) for note in notes)]) + 10)
    most = max([1e-9, *(sum(value or 0 for value in row.values) for row in rows)])
    for number, (row, note) in enumerate(zip(rows, notes, strict=True)):
        top = 6 + number * ROW_STEP
        sketch.say(0, top + 14, row.label, "strong")
        x = left
        for index, (one, value) in enumerate(zip(series, row.values, strict=True)):
            width = (right - left) * (value or 0) / most
            sketch.box(x, top, width, ROW_TALL, one.fill)
            if index == 0 and len(series) > 1 and width > text_width(plain(value or 0)) + 6:
                sketch.say(x + width / 2, top + 14, plain(value or 0), f"mid {_letters_on(one.fill)}")
            x += width
        sketch.say(x + 8, top + 14, note)
    return sketch.chart(6 + len(rows) * ROW_STEP, head, series, rows, unit, totals=len(series) > 1)


def columns(rows: Sequence[Row], series: Sequence[Series], *, head: str, unit: str = "") -> Chart:
    """Standing columns over a run of weeks or months, the series on top of each other, the sum above."""
    sketch = _Sketch()
    sums = [sum(value or 0 for value in row.values) for row in rows]
    step = step_for(max([0.0, *sums]))
    top = step * max(1, math.ceil(max([0.0, *sums]) / step))
    ticks = [(_height(step * number, 0, top), plain(step * number) + unit) for number in range(round(top / step) + 1)]
    left = max(26.0, max(text_width(text) for _, text in ticks) + 8)
    sketch.grid(left, WIDE, ticks)
    pitch = (WIDE - left) / max(1, len(rows))
    for number, (row, whole) in enumerate(zip(rows, sums, strict=True)):
        x, y = left + number * pitch + pitch * 0.12, PLOT_FLOOR
        for one, value in zip(series, row.values, strict=True):
            tall = PLOT_FLOOR - _height(value or 0, 0, top)
            if tall:
                sketch.box(x, y - tall, pitch * 0.76, tall, one.fill)
            y -= tall
        if len(rows) <= 24:
            sketch.say(x + pitch * 0.38, y - 5, plain(whole), "strong mid")
        if number % _every(rows, pitch) == 0:
            sketch.say(x + pitch * 0.38, 208, row.label, "mid")
    return sketch.chart(214, head, series, rows, unit, totals=len(series) > 1)


def stacked(rows: Sequence[Row], series: Sequence[Series], *, head: str) -> Chart:
    """Standing columns of equal height: how a whole is made up, in per cent, and how that changes."""
    sketch = _Sketch()
    sketch.grid(40, WIDE, [(_height(part, 0, 100), f"{part}%") for part in (0, 50, 100)])
    pitch = (WIDE - 40) / max(1, len(rows))
    for number, row in enumerate(rows):
        x, y = 44 + number * pitch, PLOT_FLOOR
        whole = sum(value or 0 for value in row.values)
        for one, value in zip(series, row.values, strict=True):
            tall = (PLOT_FLOOR - PLOT_TOP) * (value or 0) / whole if whole else 0
            if tall:
                sketch.box(x, y - tall, pitch - 8, tall, f"{one.fill} edge")
            if tall > 16 and pitch - 10 > text_width(one.label):
                sketch.say(x + (pitch - 8) / 2, y - tall / 2 + 5, one.label, f"mid {_letters_on(one.fill)}")
            y -= tall
        if number % _every(rows, pitch) == 0:
            sketch.say(x + (pitch - 8) / 2, 208, row.label, "mid")
    return sketch.chart(214, head, series, rows, "", totals=True)


def line(
    rows: Sequence[Row],
    *,
    head: str,
    label: str,
    unit: str = "",
    limit: tuple[str, float] | None = None,
    least: tuple[str, float] | None = None,
    low: float | None = None,
    high: float | None = None,
    ahead_from: int | None = None,
) -> Chart:
    """One curve over time, broken where a figure is missing, with a dashed line for a limit or goal (words, value).

    ``least`` is the lower end of a range such as pH 6–9. ``low`` and ``high`` bound the scale; from row ``ahead_from`` on the figures are reckoned, not measured.
    """
    sketch = _Sketch()
    values = [row.values[0] for row in rows]
    lines = [each for each in (limit, least) if each]
    known = [value for value in values if value is not None] + [each[1] for each in lines]
    floor, most, step = _scale(known, low, high)
    count = round((most - floor) / step)
    ticks = [
        (_height(floor + step * number, floor, most), plain(floor + step * number) + unit)
        for number in range(count + 1)
    ]
    left = max(40.0, max(text_width(text) for _, text in ticks) + 8)
    sketch.grid(left, WIDE, ticks)
    for words, value in lines:
        y = _height(value, floor, most)
        sketch.rules.append(Rule(_r(left), _r(y), WIDE, _r(y), "mark"))
        sketch.say(left + 6, y - 6, words, "strong")
    pitch = (WIDE - left - 10) / max(1, len(rows) - 1)
    spots = [
        None if value is None else (left + number * pitch, _height(value, floor, most))
        for number, value in enumerate(values)
    ]
    turn = len(rows) if ahead_from is None else ahead_from
    for kind, part in (("line", spots[:turn]), ("line-ahead", spots[max(0, turn - 1) :] if turn < len(rows) else [])):
        sketch.curves += [Curve(run, kind) for run in _runs(part)]
    last = next(((number, spot) for number, spot in reversed(list(enumerate(spots[:turn]))) if spot), None)
    if last:
        number, (x, y) = last
        sketch.dots.append(Dot(_r(x), _r(y)))
        sketch.say(
            x + (8 if x < WIDE / 2 else 10),
            y - 12,
            plain(values[number] or 0) + unit,
            "strong" if x < WIDE / 2 else "strong end",
        )
    every = _every(rows, pitch / 1.5)  # the first label begins at its point, the others stand about theirs
    for number, row in enumerate(rows):
        if number % every == 0 and (x := left + number * pitch) < WIDE - 12:
            sketch.say(x, 208, row.label, "mid" if number else "")
    return sketch.chart(214, head, [Series(label)], rows, unit)


def _height(value: float, floor: float, top: float) -> float:
    part = (value - floor) / (top - floor) if top > floor else 0.0
    return PLOT_FLOOR - (PLOT_FLOOR - PLOT_TOP) * min(1.0, max(0.0, part))


def _every(rows: Sequence[Row], pitch: float) -> int:
    widest = max([1.0, *(text_width(row.label) for row in rows)]) + 8
    return max(1, math.ceil(widest / pitch)) if pitch else 1


def _scale(known: Sequence[float], low: float | None, high: float | None) -> tuple[float, float, float]:
    floor = min([0.0, *known]) if low is None else low
    top = max([floor, *known]) if high is None else high
    if top <= floor:
        top = floor + 1
    step = step_for(top - floor, whole=False)
    floor = step * math.floor(floor / step + 1e-9)
    return floor, floor + step * math.ceil((top - floor) / step - 1e-9), step


def _runs(spots: Sequence[tuple[float, float] | None]) -> list[str]:
    runs: list[list[str]] = [[]]
    for spot in spots:
        if spot is None:
            runs.append([])
        else:
            runs[-1].append(f"{_r(spot[0])},{_r(spot[1])}")
    return [" ".join(run) for run in runs if len(run) > 1]
