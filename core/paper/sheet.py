"""One page being drawn: text, rules, ink, pictures and codes, as operators of the page's content."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from core.paper import qr
from core.paper.fonts import Carried, Chain, Faces
from core.paper.lines import Line, gives

MM = 72 / 25.4
PAGE = (210 * MM, 297 * MM)

Loader = Callable[[str], bytes]
"""Gives the bytes kept under a sha256."""


class MissingPicture(ValueError):
    """A picture of the paper is not at hand or cannot be read."""


class _Canvas(Canvas):  # type: ignore[misc, unused-ignore]
    def _make_preamble(self) -> None:
        """No Helvetica: every font that a page names is carried in the document."""
        self._preamble = ""


class Book:
    """One PDF document: the fonts and pictures that its pages share."""

    def __init__(self, faces: Faces, load: Loader | None) -> None:
        """Begin an empty document, whose bytes will depend on its content alone."""
        self.faces, self._load = faces, load
        self.out = io.BytesIO()
        self.canvas: Any = _Canvas(
            self.out, pagesize=PAGE, invariant=1, pageCompression=1, lang="zh-CN", pdfVersion=(1, 4)
        )
        self._carried: dict[str, Carried] = {}
        self._pictures: dict[str, ImageReader] = {}

    def carried(self, key: str) -> Carried:
        """A face as this document carries it."""
        if key not in self._carried:
            carried = self._carried[key] = Carried(self.faces.faces[key], f"F{len(self._carried) + 1}")
            self.canvas._doc.delayedFonts.append(carried)
        return self._carried[key]

    def picture(self, sha256: str) -> ImageReader:
        """A picture, read once; raises ``MissingPicture``."""
        if sha256 not in self._pictures:
            if self._load is None:
                raise MissingPicture(f"没有给出图片来源，无法打印图片 {sha256[:12]}。")
            try:
                self._pictures[sha256] = ImageReader(io.BytesIO(self._load(sha256)))
            except Exception as error:
                raise MissingPicture(f"图片 {sha256[:12]} 无法读取。") from error
        return self._pictures[sha256]


class Sheet:
    """A page: coordinates in points from its lower left corner."""

    def __init__(self, book: Book, size: tuple[float, float] = PAGE) -> None:
        """A blank one, upright unless another size is asked for."""
        self.book, self.size = book, size
        if book.canvas._pagesize != size:
            book.canvas.setPageSize(size)
        self._ops: list[str] = []
        self._font: tuple[str, float] | None = None
        self._stretch = 0.0

    def text(self, line: Line, x: float, y: float, chain: Chain, size: float) -> None:
        """Print a line whose baseline begins at (x, y)."""
        if not line.text:
            return
        ops = [f"BT {x:.2f} {y:.2f} Td"]
        if abs(line.stretch - self._stretch) > 0.0005:
            ops.append(f"{line.stretch:.3f} Tc")
            self._stretch = line.stretch
        gap = f"> {line.squeeze / size * 1000:.0f} <" if line.squeeze else ""
        run: list[str] = []
        key, carried = "", None
        for char in line.text:
            wanted = chain[char][0]
            if wanted != key or carried is None:
                self._show(ops, key, run, size, bool(gap))
                key, run = wanted, []
                carried = self.book.carried(key)
            run.append(carried[char])
            if gap and gives(char):
                run.append(gap)
        self._show(ops, key, run, size, bool(gap))
        ops.append("ET")
        self._ops.append(" ".join(ops))

    def _show(self, ops: list[str], key: str, run: list[str], size: float, squeezed: bool) -> None:
        if not run:
            return
        font = (self.book.carried(key).key, size)
        if font != self._font:
            ops.append(f"/{font[0]} {size:g} Tf")
            self._font = font
        shown = "<" + "".join(run) + ">"
        ops.append(f"[{shown}] TJ" if squeezed else f"{shown} Tj")

    def rule(self, x: float, y: float, to_x: float, to_y: float, width: float = 0.5) -> None:
        """A straight line."""
        self._ops.append(f"{width:g} w {x:.2f} {y:.2f} m {to_x:.2f} {to_y:.2f} l S")

    def path(self, points: Sequence[tuple[float, float]], width: float) -> None:
        """A line through points, mitred at its corners."""
        parts = (f"{x:.2f} {y:.2f} {'l' if index else 'm'}" for index, (x, y) in enumerate(points))
        self._ops.append(f"{width:g} w {' '.join(parts)} S")

    def ink(self, strokes: tuple[tuple[tuple[float, float], ...], ...], x: float, y: float, scale: float) -> None:
        """Lines drawn by hand, whose units hang downwards from (x, y)."""
        parts = []
        for stroke in strokes:
            points = stroke if len(stroke) > 1 else stroke * 2
            for index, (px, py) in enumerate(points):
                parts.append(f"{x + px * scale:.2f} {y - py * scale:.2f} {'l' if index else 'm'}")
        self._ops.append("q 1 J 1 j 1 w " + " ".join(parts) + " S Q")

    def color(self, red: float = 0, green: float = 0, blue: float = 0) -> None:
        """Of what is drawn from here on."""
        shade = f"{red:g} {green:g} {blue:g}"
        self._ops.append(f"{shade} rg {shade} RG")

    def code(self, text: str, x: float, y: float, side: float) -> None:
        """A QR code with its lower left corner at (x, y)."""
        matrix = qr.matrix(text)
        size = len(matrix)
        ops = [f"q {side / size:.5f} 0 0 {side / size:.5f} {x:.2f} {y:.2f} cm"]
        for row, modules in enumerate(matrix):
            begin = -1
            for column, dark in enumerate([*modules, False]):
                if dark and begin < 0:
                    begin = column
                elif not dark and begin >= 0:
                    ops.append(f"{begin} {size - 1 - row} {column - begin} 1.02 re")
                    begin = -1
        self._ops.append("\n".join([*ops, "f Q"]))

    def picture(self, sha256: str, x: float, y: float, width: float, height: float) -> None:
        """A picture with its lower left corner at (x, y)."""
        self._flush()
        self.book.canvas.drawImage(self.book.picture(sha256), x, y, width, height, mask="auto")

    def across(self, text: str, size: float, chain: Chain) -> None:
        """A pale word over the whole page, from lower left to upper right."""
        middle = f"{self.size[0] / 2:.1f} {self.size[1] / 2:.0f}"
        self._ops.append(f"q 0.9 g 0.848 0.53 -0.53 0.848 {middle} cm")
        wide = size * sum(chain[char][1] for char in text) + size * 0.3 * (len(text) - 1)
        self.text(Line(text, wide, 0.0, size * 0.3), -wide / 2, -size * 0.38, chain, size)
        self._ops.append("Q")
        self._font, self._stretch = None, 0.0

    def _flush(self) -> None:
        if self._ops:
            self.book.canvas.addLiteral("\n".join(self._ops))
            self._ops.clear()

    def done(self) -> None:
        """Give the page to the document."""
        self._flush()
        self.book.canvas.showPage()
