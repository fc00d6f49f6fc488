"""What a paper says, apart from how it is set: frozen, comparable, and the same after a round trip through JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

LAYOUT = 1
"""The layout that new papers are set in; what was issued in an older one is set in that one for ever."""

OPEN, CLOSE = "⟦", "⟧"


def still_open(text: str) -> str:
    """Mark words that stand for something not yet decided; a paper that is no draft may hold none."""
    return f"{OPEN}{text}{CLOSE}"


class Form(StrEnum):
    """The six ways an office sets a page."""

    LETTER = "letter"
    """红头公文: red name of the agency, red rule (GB/T 9704)."""
    DECISION = "decision"
    """Decisions and notices of enforcement: black head, 3号 body."""
    RECORD = "record"
    """笔录: 4号 body, signature lines and 第 n 页 共 m 页 on every page."""
    CERTIFICATE = "certificate"
    """Extracts of permits and explanations of a grade: 4号 body, tables."""
    RECEIPT = "receipt"
    """回证 and 回执: 4号 body, one framed table."""
    LICENCE = "licence"
    """正本 of a permit: one page across in an ornate frame, to be hung on a wall; paragraphs and facts only."""


@dataclass(frozen=True)
class Para:
    """A paragraph; line breaks in it begin a new one. ``indent`` leaves two characters free, flush is for 当事人."""

    kind: ClassVar[str] = "para"
    text: str
    indent: bool = True
    align: Literal["justify", "left", "center", "right"] = "justify"


@dataclass(frozen=True)
class Heading:
    """一、… (level 1, black) or （一）… (level 2); stays with what follows."""

    kind: ClassVar[str] = "heading"
    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Facts:
    """Labels with values: ``plain`` lines, ``ruled`` ones as on a form to be filled in, or a framed ``table``."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]
    look: Literal["plain", "ruled", "table"] = "plain"
    columns: Literal[1, 2] = 1
    """Pairs side by side; a pair that would not fit stands alone."""


@dataclass(frozen=True)
class Grid:
    """A framed table; its head returns on every page. ``widths`` are shares, ``align`` one of l, c, r a column."""

    kind: ClassVar[str] = "grid"
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    align: str = ""
    caption: str = ""
    total: tuple[str, ...] = ()
    """A last row in black type."""


@dataclass(frozen=True)
class Photo:
    """A picture kept under its sha256, with what it shows, when, where and by whom."""

    kind: ClassVar[str] = "photo"
    sha256: str
    caption: str = ""


@dataclass(frozen=True)
class Photos:
    """Pictures, two in a row unless one is asked for."""

    kind: ClassVar[str] = "photos"
    photos: tuple[Photo, ...]
    columns: Literal[1, 2] = 2


@dataclass(frozen=True)
class Signature:
    """A place to sign: ink drawn on a screen, a picture of it, the note of a refusal, or an empty line.

    ``strokes`` are lines of (x, y) points in the pad's own units, y downwards.
    """

    kind: ClassVar[str] = "signature"
    label: str
    strokes: tuple[tuple[tuple[float, float], ...], ...] = ()
    sha256: str = ""
    refusal: str = ""
    day: str = ""
    """The date beside it as printed; empty leaves 　年　月　日 to be written by hand."""
    opinion: str = ""
    """What the signer declares above the signature: 以上笔录我已看过，与我说的相符."""

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the ink in its own units."""
        xs = [x for stroke in self.strokes for x, _ in stroke]
        ys = [y for stroke in self.strokes for _, y in stroke]
        if not xs:
            return 0.0, 0.0, 1.0, 1.0
        return min(xs), min(ys), max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)

    @property
    def view_box(self) -> str:
        """The extent with a margin for the pen, for SVG."""
        left, top, width, height = self.extent
        pen = max(width, height) / 40
        return " ".join(f"{part:g}" for part in (left - pen, top - pen, width + 2 * pen, height + 2 * pen))

    @property
    def path(self) -> str:
        """The ink as an SVG path."""
        return " ".join(
            "M" + " L".join(f"{x:g} {y:g}" for x, y in (stroke if len(stroke) > 1 else stroke * 2))
            for stroke in self.strokes
            if stroke
        )


@dataclass(frozen=True)
class Blank:
    """（以下空白）: nothing may be added below."""

    kind: ClassVar[str] = "blank"


@dataclass(frozen=True)
class Space:
    """Empty lines."""

    kind: ClassVar[str] = "space"
    lines: int = 1


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""

    kind: ClassVar[str] = "new_page"


Block = Para | Heading | Facts | Grid | Photos | Signature | Blank | Space | NewPage
_PARTS: dict[str, type] = {
    part.kind: part for part in (Para, Heading, Facts, Grid, Photo, Photos, Signature, Blank, Space, NewPage)
}


@dataclass(frozen=True)
class Paper:
    """One document. What is text here is text on paper: nothing in it is ever read as markup."""

    agency: str
    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    """文号, with 〔〕 around the year."""
    form: Form = Form.DECISION
    sign_off: str = ""
    """The agency as it signs; empty when nothing is sealed."""
    date_zh: str = ""
    """成文日期, 2026年11月23日."""
    seal: str = ""
    """sha256 of a picture of the seal; empty leaves the place free for ink."""
    annex: tuple[Block, ...] = ()
    """附件, on a new page behind the seal."""
    copies_to: str = ""
    """抄送."""
    verify_url: str = ""
    verify_code: str = ""
    page_signatures: tuple[Signature, ...] = ()
    """Signed at the foot of every page (逐页签名)."""
    edition: str = ""
    """Version of the law and of the template, in small print on the last page."""
    draft: bool = False
    layout: int = LAYOUT


def to_json(paper: Paper) -> dict[str, Any]:
    """A paper as what JSON can hold; every field is written, so that a later default cannot alter an old paper."""
    return {field.name: _plain(getattr(paper, field.name)) for field in fields(paper)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": value.kind}  # type: ignore[attr-defined]
        return kind | {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return str(value) if isinstance(value, Form) else value


def from_json(content: Mapping[str, Any]) -> Paper:
    """The paper that was frozen; raises ``ValueError`` for content that this program did not write."""
    try:
        parts = {name: _frozen(value) for name, value in content.items()}
        return Paper(**{**parts, "form": Form(parts["form"])})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the content of a paper: {error}") from error


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    if isinstance(value, dict):
        part = _PARTS[value["kind"]]
        return part(**{name: _frozen(each) for name, each in value.items() if name != "kind"})
    return value


def words_of(paper: Paper) -> Iterator[str]:
    """Every text that will be printed; codes, names of files and forms among them do no harm."""
    return _strings(_plain(tuple(getattr(paper, field.name) for field in fields(paper))))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def open_parts(paper: Paper) -> list[str]:
    """What is still to be decided, in reading order."""
    return [part.split(CLOSE)[0] for text in words_of(paper) for part in text.split(OPEN)[1:] if CLOSE in part]
