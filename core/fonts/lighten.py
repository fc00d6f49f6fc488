# mypy: ignore-errors
"""How FandolFang-light.ttf was made from the published FandolFang-Regular.otf; nothing of the product runs this.

    python core/fonts/lighten.py FandolFang-Regular.otf FandolFang-light.ttf        (needs fontTools)

A notice carries the outlines of two or three hundred characters, and as published one of them takes 350 bytes after
compression. Here runs of neighbouring curves are fitted again with as few quadratic ones as stay within 2.5/1000 em of
the original (0.014 mm at 16 points: a third of a dot of a 600 dpi printer) on a grid of 400 units: 175 bytes.
"""

import math
import sys
from itertools import pairwise
from multiprocessing import Pool
from typing import Any

from fontTools.cu2qu import curve_to_quadratic
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPointPen
from fontTools.ttLib import TTFont

UNITS = 400
BOX = (-112, -120, 480, 416)
"""One box around every character: a box for each would not compress."""
CURVE, LINE, IMPLIED = 1.0, 0.52, 0.9
"""The farthest a fitted curve, a line and a left-out point may stray, in units of 1/400 em."""

Point = tuple[float, float]
Segment = tuple[Point, ...]


def _at(segment: Segment, t: float) -> Point:
    points = list(segment)
    while len(points) > 1:
        points = [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for a, b in pairwise(points)]
    return points[0]


def _inner(segments: list[Segment]) -> list[Point]:
    found = []
    for segment in segments:
        length = sum(math.dist(a, b) for a, b in pairwise(segment))
        count = max(1, min(6, int(length / 8))) if len(segment) == 2 else max(3, min(12, int(length / 2.4)))
        found += [_at(segment, (step + 1) / count) for step in range(count)]
    return found[:-1]


def _distance(point: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / ((dx * dx + dy * dy) or 1)
    along = max(0.0, min(1.0, along))
    return math.hypot(point[0] - a[0] - along * dx, point[1] - a[1] - along * dy)


def _strays(points: list[Point], line: list[Point]) -> float:
    return max((min(_distance(point, a, b) for a, b in pairwise(line)) for point in points), default=0.0)


def _fits(segments: list[Segment], curve: Segment, most: float) -> bool:
    points = _inner(segments)
    if len(curve) == 2:
        return _strays(points, list(curve)) <= most
    own = [_at(curve, step / 8) for step in range(9)]
    return _strays(points, own) <= most and _strays(own[1:-1], [curve[0], *points, curve[-1]]) <= most


def _direction(segment: Segment) -> Point | None:
    start = segment[0]
    return next(((p[0] - start[0], p[1] - start[1]) for p in segment[1:] if math.dist(p, start) > 0.2), None)


def _quadratic(segments: list[Segment]) -> Segment | None:
    a, b = segments[0][0], segments[-1][-1]
    u, v = _direction(segments[0]), _direction(segments[-1][::-1])
    if not u or not v:
        return None
    cross = u[0] * v[1] - u[1] * v[0]
    if abs(cross) < 1e-6 * math.hypot(*u) * math.hypot(*v):
        return None
    t = ((b[0] - a[0]) * v[1] - (b[1] - a[1]) * v[0]) / cross
    s = ((b[0] - a[0]) * u[1] - (b[1] - a[1]) * u[0]) / cross
    if t <= 0 or s <= 0:
        return None
    return a, (round(a[0] + t * u[0]), round(a[1] + t * u[1])), b


def _split(cubic: Segment) -> list[Segment]:
    points = [(round(x), round(y)) for x, y in curve_to_quadratic(cubic, CURVE)]
    inner, found, start = points[1:-1], [], points[0]
    for index, control in enumerate(inner):
        after = inner[index + 1] if index + 1 < len(inner) else None
        end: Point = ((control[0] + after[0]) / 2, (control[1] + after[1]) / 2) if after else points[-1]
        found.append((start, control, end))
        start = end
    return found


def _fitted(segments: list[Segment]) -> list[Segment]:
    found: list[Segment] = []
    first = 0
    while first < len(segments):
        best, upto, missed = None, first + 1, 0
        for end in range(first + 1, len(segments) + 1):
            chain = segments[first:end]
            straight: Segment = (chain[0][0], chain[-1][-1])
            curve = _quadratic(chain)
            if straight[0] != straight[1] and _fits(chain, straight, LINE):
                best, upto, missed = [straight], end, 0
            elif straight[0] != straight[1] and curve and _fits(chain, curve, CURVE):
                best, upto, missed = [curve], end, 0
            elif (missed := missed + 1) > 1:
                break
        if best is None:
            best = [segments[first]] if len(segments[first]) == 2 else _split(segments[first])
        found += best
        first = upto
    return found


def _turn(before: Segment, after: Segment) -> float:
    u, v = _direction(before[::-1]), _direction(after)
    if not u or not v:
        return 0.0
    return abs(math.atan2(u[1] * v[0] - u[0] * v[1], -u[0] * v[0] - u[1] * v[1]))


def _points(segments: list[Segment]) -> list[tuple[int, int, bool]]:
    sharpest = max(range(len(segments)), key=lambda index: _turn(segments[index - 1], segments[index]))
    curves = _fitted(segments[sharpest:] + segments[:sharpest])
    found = []
    for index, curve in enumerate(curves):
        before, (x, y) = curves[index - 1], curve[0]
        middle = ((curve[1][0] + before[1][0]) / 2, (curve[1][1] + before[1][1]) / 2)
        if not (len(curve) == len(before) == 3 and math.dist(middle, (x, y)) <= IMPLIED):
            found.append((round(x), round(y), True))
        if len(curve) == 3:
            found.append((round(curve[1][0]), round(curve[1][1]), False))
    return found


def _light(drawing: list[tuple[str, tuple[Point, ...]]], scale: float) -> list[list[tuple[int, int, bool]]]:
    contours = []
    segments: list[Segment] = []
    here = start = (0.0, 0.0)
    for act, given in drawing:
        points = [(x * scale, y * scale) for x, y in given]
        if act == "moveTo":
            here = start = points[0]
            segments = []
        elif act in ("closePath", "endPath"):
            if here != start:
                segments.append((here, start))
            outline = _points(segments) if len(segments) > 1 else []
            if len(outline) > 2:
                contours.append(outline)
        elif points[-1] != here or len(points) > 1:
            segments.append((here, *points))
            here = points[-1]
    return contours


def _task(task: tuple[str, Any, float]) -> tuple[str, list[list[tuple[int, int, bool]]]]:
    return task[0], _light(task[1], task[2])


def main(source: str, target: str) -> None:
    """Read the published font, write the light one."""
    font = TTFont(source)
    scale = UNITS / font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    order = font.getGlyphOrder()
    tasks = []
    for name in order:
        pen = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(pen)
        tasks.append((name, pen.value, scale))
    with Pool(2) as pool:
        outlines = dict(pool.imap_unordered(_task, tasks, chunksize=50))
    drawn = {}
    for name in order:
        point_pen = TTGlyphPointPen(None)
        for contour in outlines[name]:
            point_pen.beginPath()
            for x, y, on in reversed(contour):
                point_pen.addPoint((x, y), "qcurve" if on else None)
            point_pen.endPath()
        drawn[name] = point_pen.glyph()
        if outlines[name]:
            drawn[name].xMin, drawn[name].yMin, drawn[name].xMax, drawn[name].yMax = BOX
    hhea = font["hhea"]
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(drawn, calcGlyphBounds=False)
    builder.setupHorizontalMetrics(
        {name: (round(font["hmtx"][name][0] * scale), BOX[0] if outlines[name] else 0) for name in order}
    )
    builder.setupHorizontalHeader(ascent=round(hhea.ascent * scale), descent=round(hhea.descent * scale))
    builder.setupNameTable(
        {
            "copyright": "Fandol team: Clerk Ma & Jie Su; outlines simplified. GPL with font exception.",
            "familyName": "FandolFang Light Outlines",
            "styleName": "Regular",
            "psName": "FandolFang-LightOutlines",
        }
    )
    builder.setupOS2(
        sTypoAscender=round(hhea.ascent * scale), sTypoDescender=round(hhea.descent * scale), sCapHeight=293
    )
    builder.setupPost(keepGlyphNames=False)
    builder.font.recalcBBoxes = False
    head = builder.font["head"]
    head.xMin, head.yMin, head.xMax, head.yMax = BOX
    head.created = head.modified = 3786825600  # 2024-01-01: the same outlines make the same file
    builder.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:3])
