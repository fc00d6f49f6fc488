"""GB/T 9704: from what a paper says to pieces of a page, and from pieces to pages.

A4, 天头 37 mm, 地脚 35 mm, 订口 28 mm, 翻口 26 mm; 28 characters in a line, 22 lines on a page; records and receipts
in 4号, 32 characters and 26 lines, inside the same margins.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.paper.blocks import Form, Paper
from core.paper.fonts import Chain
from core.paper.lines import Line, balanced, broken, clean, measured
from core.paper.sheet import MM, PAGE, Book, Sheet

LEFT, TOP = 28 * MM, PAGE[1] - 37 * MM
WIDTH, HEIGHT = 156 * MM, 225 * MM
RIGHT, BOTTOM = LEFT + WIDTH, TOP - HEIGHT
TITLE = 22.0
"""2号."""
SMALL = 12.0
"""小四, in tables."""
SMALL_LEADING = 17.0
CODE_SIDE = 21 * MM

Draw = Callable[[Sheet, float], None]


@dataclass(frozen=True)
class Manner:
    """The size of the text, the distance of its lines, and the size of the agency's name above it."""

    size: float
    leading: float
    agency: float

    def baseline(self, top: float) -> float:
        """Where letters stand in a line that hangs from ``top``."""
        return top - (self.leading - self.size) / 2 - 0.86 * self.size


LARGE = Manner(WIDTH / 28, HEIGHT / 22, 22.0)
MEDIUM = Manner(WIDTH / 32, HEIGHT / 26, 16.0)
MANNERS = {
    Form.LETTER: LARGE,
    Form.DECISION: LARGE,
    Form.RECORD: MEDIUM,
    Form.CERTIFICATE: MEDIUM,
    Form.RECEIPT: MEDIUM,
    Form.LICENCE: MEDIUM,
}


@dataclass(slots=True)
class Piece:
    """What is never divided between pages: how high it is, how it is drawn from its top, and what it clings to."""

    height: float
    draw: Draw
    keep: bool = False
    """Never at the foot of a page without what follows."""
    head: "Piece | None" = None
    """Drawn again above this piece when it comes first on a page."""
    breaks: bool = False
    """Begins a new page."""
    low: bool = False
    """Stands at the foot of its page."""


def nothing(sheet: Sheet, top: float) -> None:
    """Leave white."""


@dataclass
class Setter:
    """Everything that setting a block needs to know."""

    book: Book
    paper: Paper
    manner: Manner

    @property
    def face(self) -> Chain:
        """Of running text."""
        return self.book.faces.text

    @property
    def black(self) -> Chain:
        """Of titles."""
        return self.book.faces.black

    def space(self, lines: float, *, keep: bool = False) -> Piece:
        """White of so many lines."""
        return Piece(lines * self.manner.leading, nothing, keep)

    def line(self, line: Line, x: float, *, chain: Chain | None = None) -> Piece:
        """A line of running text."""
        face, manner = chain or self.face, self.manner

        def draw(sheet: Sheet, top: float) -> None:
            sheet.text(line, x + line.start, manner.baseline(top), face, manner.size)

        return Piece(manner.leading, draw)

    def lines(self, text: str, *, indent: float = 0, align: str = "justify", chain: Chain | None = None) -> list[Piece]:
        """Paragraphs of running text; ``indent`` in characters, of their first lines."""
        face, size = chain or self.face, self.manner.size
        pieces = []
        for part in clean(text).split("\n"):
            for line in broken(part, face, size, WIDTH, first=indent * size, even=align == "justify"):
                shift = {"center": (WIDTH - line.width) / 2, "right": WIDTH - line.width}.get(align, 0.0)
                pieces.append(self.line(line, LEFT + shift, chain=chain))
        return pieces

    def centered(self, text: str, size: float, leading: float, *, black: bool = True) -> list[Piece]:
        """A name or title in the middle, in lines of about equal length."""
        chain = self.black if black else self.face
        return [
            self.placed(line, LEFT + (WIDTH - line.width) / 2, size, leading, chain)
            for line in balanced(clean(text), chain, size, WIDTH)
        ]

    def placed(self, line: Line, x: float, size: float, leading: float, chain: Chain) -> Piece:
        """A line of a size of its own, kept with what follows."""

        def draw(sheet: Sheet, top: float) -> None:
            sheet.text(line, x, top - (leading - size) / 2 - 0.86 * size, chain, size)

        return Piece(leading, draw, keep=True)

    def head(self) -> list[Piece]:
        """Agency, title and number as the form has them."""
        if self.paper.form is Form.LETTER:
            return self._red_head()
        manner, paper = self.manner, self.paper
        pieces = self.centered(paper.agency, manner.agency, manner.agency * 1.6)
        pieces += self.centered(paper.title, TITLE, TITLE * 1.7)
        if paper.number:
            pieces.append(self.space(0.15, keep=True))
            pieces += self.lines(paper.number, align="center" if manner is LARGE else "right")
            pieces[-1].keep = True
        return [*pieces, self.space(0.5, keep=True)]

    def _red_head(self) -> list[Piece]:
        paper, agency = self.paper, clean(self.paper.agency)
        size = min(40.0, WIDTH / max(1.0, measured(agency, self.black, 1.0)))
        line = Line(agency, measured(agency, self.black, size))

        def name(sheet: Sheet, top: float) -> None:
            sheet.color(0.85, 0, 0)
            sheet.text(line, LEFT + (WIDTH - line.width) / 2, top - 0.9 * size, self.black, size)
            sheet.color()

        def rule(sheet: Sheet, top: float) -> None:
            sheet.color(0.85, 0, 0)
            sheet.rule(LEFT, top - 4 * MM, RIGHT, top - 4 * MM, 1.6)
            sheet.color()

        pieces = [Piece(35 * MM, nothing, True), Piece(size * 1.1, name, True), self.space(1.6, keep=True)]
        number = self.lines(paper.number, align="center") if paper.number else []
        for piece in number:
            piece.keep = True
        pieces += [*number, Piece(4 * MM + 2, rule, True), self.space(1.4, keep=True)]
        return [*pieces, *self.centered(paper.title, TITLE, TITLE * 1.6), self.space(0.8, keep=True)]

    def sign_off(self) -> Piece:
        """署名、成文日期 and the place of the seal at the right, the code to verify at the left."""
        paper, manner, size = self.paper, self.manner, self.manner.size
        day, agency = clean(paper.date_zh), clean(paper.sign_off)
        names = balanced(agency, self.face, size, WIDTH - CODE_SIDE - 6 * size)
        day_wide = measured(day, self.face, size)
        wide = max(line.width for line in names)
        middle = min(RIGHT - 4 * size - day_wide / 2, RIGHT - 2 * size - wide / 2)
        height = (2 + len(names) + 1) * manner.leading

        def draw(sheet: Sheet, top: float) -> None:
            for index, line in enumerate(names):
                at = manner.baseline(top - (2 + index) * manner.leading)
                sheet.text(line, middle - line.width / 2, at, self.face, size)
            at = manner.baseline(top - (2 + len(names)) * manner.leading)
            sheet.text(Line(day, day_wide), middle - day_wide / 2, at, self.face, size)
            if paper.seal:
                side, center = 42 * MM, top - (2 + len(names)) * manner.leading
                sheet.picture(paper.seal, middle - side / 2, center - side / 2, side, side)
            self.code(sheet, top - height)

        return Piece(height, draw)

    def code(self, sheet: Sheet, bottom: float, *, beside: bool = False) -> None:
        """The code to verify, with its letters, standing on ``bottom``."""
        paper = self.paper
        if not paper.verify_url:
            return
        label = f"验证码 {paper.verify_code}" if paper.verify_code else "扫码核验"
        if beside:
            sheet.code(paper.verify_url, LEFT, bottom, CODE_SIDE)
            self.small(sheet, "扫描二维码核验本文书真伪", LEFT + CODE_SIDE + 10, bottom + 30)
            self.small(sheet, label, LEFT + CODE_SIDE + 10, bottom + 14)
        else:
            sheet.code(paper.verify_url, LEFT, bottom + 15, CODE_SIDE)
            self.small(sheet, label, LEFT, bottom + 3)

    def code_band(self) -> Piece:
        """The code to verify where nothing is sealed."""
        height = CODE_SIDE + 14
        return Piece(height, lambda sheet, top: self.code(sheet, top - height, beside=True))

    def small(self, sheet: Sheet, text: str, x: float, y: float, size: float = 9.0) -> None:
        """A note in small print."""
        sheet.text(Line(clean(text), 0.0), x, y, self.face, size)

    def copies(self) -> list[Piece]:
        """抄送, between rules."""
        size, leading = 14.0, 22.0
        label = "抄送："
        inset = measured("　" + label, self.face, size)
        lines = broken(clean(self.paper.copies_to), self.face, size, WIDTH - inset - size, even=False)

        def draw(sheet: Sheet, top: float) -> None:
            sheet.rule(LEFT, top, RIGHT, top, 1.0)
            for index, line in enumerate(lines):
                at = top - index * leading - 16
                if not index:
                    sheet.text(Line(label, 0.0), LEFT + size, at, self.face, size)
                sheet.text(line, LEFT + inset, at, self.face, size)
            sheet.rule(LEFT, top - len(lines) * leading, RIGHT, top - len(lines) * leading, 1.0)

        return [self.space(0.5), Piece(len(lines) * leading + 2, draw, low=True)]


Page = list[tuple[float, Piece]]


def pages_of(pieces: list[Piece], room: float) -> list[Page]:
    """Pieces on pages: the distance from the type area's top, and the piece. What clings together moves together."""
    pages: list[Page] = [[]]
    used = 0.0
    for group in _groups(pieces):
        whole = sum(piece.height for piece in group)
        if pages[-1] and (group[0].breaks or (used + whole > room + 0.01 and whole <= room)):
            pages.append([])
            used = 0.0
        for piece in group:
            if pages[-1] and used + piece.height > room + 0.01:
                pages.append([])
                used = 0.0
            if not pages[-1] and len(pages) > 1:
                if piece.draw is nothing:
                    continue
                if piece.head:
                    pages[-1].append((0.0, piece.head))
                    used = piece.head.height
            if piece.low:
                used = max(used, room - piece.height)
            pages[-1].append((used, piece))
            used += piece.height
    return pages


def _groups(pieces: list[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    joined = False
    for piece in pieces:
        if joined and not piece.breaks:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        joined = piece.keep
    return groups
