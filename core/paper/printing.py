"""A paper, or many, as the bytes of one PDF: the same paper gives the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass

from reportlab import rl_config

from core.paper.blocks import CLOSE, LAYOUT, OPEN, Form, Heading, Paper, Signature, open_parts, words_of
from core.paper.fonts import Faces, UnprintableCharacter, faces
from core.paper.licence import hang
from core.paper.lines import Line, clean, measured
from core.paper.parts import set_blocks, sign
from core.paper.setting import BOTTOM, HEIGHT, LEFT, MANNERS, RIGHT, TOP, Page, Piece, Setter, pages_of
from core.paper.sheet import MM, Book, Loader, Sheet

rl_config.useA85 = 0  # streams as they are: ASCII armour would add a quarter to every file

_ALWAYS = frozenset("\n\r\t\u00a0" + OPEN + CLOSE)
_FOOT_ROW, _FOOT_SIZE = 27.0, 10.5


class UnfinishedPaper(ValueError):
    """A paper that is no draft still holds words that stand for something undecided."""


def render(paper: Paper, load: Loader | None = None) -> bytes:
    """The PDF of one paper; ``load`` gives the bytes of its pictures by sha256.

    Raises ``UnprintableCharacter``, ``UnfinishedPaper`` and ``MissingPicture``.
    """
    return render_batch([paper], load)


def render_batch(papers: Iterable[Paper], load: Loader | None = None) -> bytes:
    """Many papers in one file for one print run: they share fonts, each counts its own pages and has its bookmark."""
    book = Book(faces(), load)
    first: Paper | None = None
    for count, paper in enumerate(papers):
        _check(paper, book.faces)
        if first is None:
            first = paper
            _describe(book, paper)
        book.canvas.bookmarkPage(f"paper{count}")
        book.canvas.addOutlineEntry(_name(paper), f"paper{count}")
        _Print(book, paper).run()
    if first is None:
        raise ValueError("no paper to print")
    book.canvas.save()
    return book.out.getvalue()


def _name(paper: Paper) -> str:
    return clean(" ".join(filter(None, (paper.title, paper.number)))).replace("\n", "")


def _describe(book: Book, paper: Paper) -> None:
    canvas = book.canvas
    canvas.setTitle(_name(paper))
    canvas.setAuthor(clean(paper.agency))
    canvas.setSubject(paper.verify_code or clean(paper.title))
    canvas.setCreator("清源 Qingyuan")
    canvas.setViewerPreference("DisplayDocTitle", "true")


def _check(paper: Paper, known: Faces) -> None:
    if paper.layout != LAYOUT:
        raise ValueError(f"unknown layout {paper.layout}")
    lacking = set[str]().union(*words_of(paper)) - known.covered - _ALWAYS
    if lacking:
        raise UnprintableCharacter(lacking)
    if not paper.draft and (still := open_parts(paper)):
        raise UnfinishedPaper(f"文书还有未定的内容：{'、'.join(still)}。")


@dataclass
class _Print:
    """One paper on its way into a book."""

    book: Book
    paper: Paper

    def run(self) -> None:
        """Set it, break it into pages, draw them."""
        paper = self.paper
        self.setter = Setter(self.book, paper, MANNERS[paper.form])
        if paper.form is Form.LICENCE:
            hang(self.setter)
            return
        foot = len(self._foot_rows()) * _FOOT_ROW + (8 if paper.page_signatures else 0)
        pages = pages_of(self._pieces(), HEIGHT - foot)
        for number, page in enumerate(pages, 1):
            self._draw(page, number, len(pages))

    def _pieces(self) -> list[Piece]:
        setter, paper = self.setter, self.paper
        closing = len(paper.blocks)
        while closing and isinstance(paper.blocks[closing - 1], Signature):
            closing -= 1
        pieces = [*setter.head(), *set_blocks(setter, paper.blocks[:closing])]
        signed = set_blocks(setter, paper.blocks[closing:])
        if signed:  # who signs at the end does so under words, and all on one page
            for piece in [*pieces[-2:], *signed]:
                piece.keep = True
            pieces += signed
        if paper.sign_off or paper.date_zh:
            for piece in pieces[-2:]:
                piece.keep = True
            pieces.append(setter.sign_off())
        elif paper.verify_url:
            pieces.append(setter.code_band())
        if paper.copies_to:
            pieces[-1].keep = True
            pieces += setter.copies()
            pieces[-2].keep = True
        if paper.annex:
            annex = set_blocks(setter, (Heading("附件"), *paper.annex))
            annex[0].breaks = True
            pieces += annex
        return pieces

    def _draw(self, page: Page, number: int, count: int) -> None:
        sheet, setter = Sheet(self.book), self.setter
        if self.paper.draft:
            sheet.across("草稿", 120.0, setter.black)
        for below, piece in page:
            piece.draw(sheet, TOP - below)
        self._foot(sheet)
        self._page_mark(sheet, number, count)
        if number == count and self.paper.edition:
            sheet.color(0.35, 0.35, 0.35)
            setter.small(sheet, self.paper.edition, LEFT, BOTTOM - 15 * MM, 7.5)
            sheet.color()
        sheet.done()

    def _foot_rows(self) -> list[tuple[int, int]]:
        """Signatures of every page, two in a row; a single or last odd one takes the whole row."""
        count = len(self.paper.page_signatures)
        return [(start, min(start + 2, count)) for start in range(0, count, 2)]

    def _foot(self, sheet: Sheet) -> None:
        rows = self._foot_rows()
        if not rows:
            return
        top = BOTTOM + len(rows) * _FOOT_ROW
        sheet.rule(LEFT, top, RIGHT, top)
        for index, (start, end) in enumerate(rows):
            base = top - (index + 1) * _FOOT_ROW + 5
            middle = (LEFT + RIGHT) / 2
            edges = [(LEFT, middle - 8), (middle + 8, RIGHT)] if end - start == 2 else [(LEFT, RIGHT)]
            for block, (left, right) in zip(self.paper.page_signatures[start:end], edges, strict=True):
                sign(self.setter, sheet, block, (left, right, base), _FOOT_SIZE)

    def _page_mark(self, sheet: Sheet, number: int, count: int) -> None:
        chain = self.setter.face
        if self.paper.form in (Form.LETTER, Form.DECISION):
            size, text = 14.0, f"— {number} —"
            wide = measured(text, chain, size)
            x = RIGHT - size - wide if number % 2 else LEFT + size
        else:
            size, text = 10.5, f"第 {number} 页　共 {count} 页"
            wide = measured(text, chain, size)
            x = (LEFT + RIGHT - wide) / 2
        sheet.text(Line(text, wide), x, BOTTOM - 7 * MM - size * 0.8, chain, size)
