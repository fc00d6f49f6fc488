"""The blocks of a paper, each set as pieces of a page."""

from itertools import accumulate
from math import sqrt

from core.paper.blocks import Blank, Block, Facts, Grid, Heading, NewPage, Para, Photo, Photos, Signature, Space
from core.paper.fonts import Chain
from core.paper.lines import Line, broken, clean, measured
from core.paper.setting import HEIGHT, LEFT, RIGHT, SMALL, SMALL_LEADING, WIDTH, Piece, Setter, nothing
from core.paper.sheet import MM, Sheet

_PAD = 5.0
_TO_WRITE, _TO_WRITE_SMALL = "　　　年　　月　　日", "　　年　月　日"
_INK = (38 * MM, 13 * MM)
_TALLEST = 110 * MM


def set_blocks(setter: Setter, blocks: tuple[Block, ...]) -> list[Piece]:
    """All blocks in their order."""
    pieces: list[Piece] = []
    breaks = False
    for block in blocks:
        if isinstance(block, NewPage):
            breaks = True
            continue
        made = _set(setter, block)
        if breaks and made:
            made[0].breaks, breaks = True, False
        pieces += made
    return pieces


def _set(setter: Setter, block: Block) -> list[Piece]:  # noqa: PLR0911 - one answer a kind of block
    match block:
        case Para():
            return setter.lines(block.text, indent=2 if block.indent else 0, align=block.align)
        case Heading():
            pieces = setter.lines(block.text, indent=2, chain=setter.black if block.level == 1 else None)
            for piece in pieces:
                piece.keep = True
            return pieces
        case Facts():
            return _facts(setter, block)
        case Grid():
            return _grid(setter, block)
        case Photos():
            return _photos(setter, block)
        case Signature():
            return _signature(setter, block)
        case Blank():
            return setter.lines("（以下空白）", align="center")
        case Space():
            return [setter.space(block.lines)]
        case _:
            return []


def _facts(setter: Setter, block: Facts) -> list[Piece]:
    if block.look == "table":
        return [Piece(4, nothing, keep=True), *_fact_table(setter, block), Piece(6, nothing)]
    pieces = []
    for row in _paired(setter, block):
        pieces += _fact_lines(setter, row, ruled=block.look == "ruled", share=WIDTH / len(row))
    return pieces


def _paired(setter: Setter, block: Facts) -> list[list[tuple[str, str]]]:
    """Rows of one or two pairs: two only when both fit half a line."""
    size, half = setter.manner.size, WIDTH / 2 - setter.manner.size
    rows: list[list[tuple[str, str]]] = []
    free = False
    for label, value in block.rows:
        short = block.columns == 2 and "\n" not in value
        short = short and measured(clean(f"{label}：{value}"), setter.face, size) <= half
        if short and free:
            rows[-1].append((label, value))
            free = False
        else:
            rows.append([(label, value)])
            free = short
    return rows


def _fact_lines(setter: Setter, row: list[tuple[str, str]], *, ruled: bool, share: float) -> list[Piece]:
    size, manner = setter.manner.size, setter.manner
    cells: list[tuple[float, str, float, list[Line]]] = []
    for index, (label, value) in enumerate(row):
        shown = clean(f"{label}：")
        inset = min(measured(shown, setter.face, size), share * 0.6)
        room = share - inset - (size if len(row) > 1 else 0) - (3 if ruled else 0)
        lines = [
            line for part in clean(value).split("\n") for line in broken(part, setter.face, size, room, even=False)
        ]
        cells.append((LEFT + index * share, shown, inset, lines))

    def piece(number: int) -> Piece:
        def draw(sheet: Sheet, top: float) -> None:
            base = manner.baseline(top)
            for x, shown, inset, lines in cells:
                if not number:
                    sheet.text(Line(shown, 0.0), x, base, setter.face, size)
                if number < len(lines):
                    sheet.text(lines[number], x + inset + (3 if ruled else 0), base, setter.face, size)
                    if ruled:
                        end = x + share - (size if len(row) > 1 and x < LEFT + share / 2 else 0)
                        sheet.rule(x + inset, base - 4, end, base - 4)

        return Piece(manner.leading, draw)

    return [piece(number) for number in range(max(len(lines) for *_, lines in cells))]


def _fact_table(setter: Setter, block: Facts) -> list[Piece]:
    labels = [clean(label) for label, _ in block.rows]
    widest = max((measured(label, setter.face, SMALL) for label in labels), default=0.0)
    first = min(widest + 2 * _PAD + 2, WIDTH * (0.3 if block.columns == 1 else 0.2))
    if block.columns == 1:
        edges = (first, WIDTH - first)
        rows = [(label, value) for label, value in block.rows]
        return [part for row in rows for part in _row(setter, row, edges, "cl")]
    pieces = []
    room = WIDTH / 2 - first - 2 * _PAD
    waiting: tuple[str, str] | None = None
    for label, value in block.rows:
        if "\n" in value or measured(clean(value), setter.face, SMALL) > room:
            if waiting:
                pieces += _row(setter, waiting, (first, WIDTH - first), "cl")
                waiting = None
            pieces += _row(setter, (label, value), (first, WIDTH - first), "cl")
        elif waiting:
            pieces += _row(setter, (*waiting, label, value), (first, WIDTH / 2 - first) * 2, "clcl")
            waiting = None
        else:
            waiting = (label, value)
    if waiting:
        pieces += _row(setter, waiting, (first, WIDTH - first), "cl")
    return pieces


def _grid(setter: Setter, block: Grid) -> list[Piece]:
    count = len(block.head)
    shares = block.widths if len(block.widths) == count else _natural(setter, block)
    widths = tuple(WIDTH * share / sum(shares) for share in shares)
    align = block.align if len(block.align) == count else "l" * count
    pieces = [Piece(4, nothing, keep=True)]
    if block.caption:
        pieces += setter.lines(block.caption, align="center")
        pieces[-1].keep = True
    head = _row(setter, block.head, widths, "c" * count, black=True)[0]
    head.keep = True
    pieces.append(head)
    rows = [part for row in block.rows for part in _row(setter, row, widths, align)]
    if block.total:
        rows += _row(setter, block.total, widths, align, black=True)
    for row in rows:
        row.head = head
    return [*pieces, *rows, Piece(6, nothing)]


def _natural(setter: Setter, block: Grid) -> tuple[float, ...]:
    """Columns as wide as their longest cell while that is modest; the longer ones balance what is left."""
    rows = [row for row in (block.head, *block.rows, block.total) if row]
    wanted = [
        max(measured(part, setter.face, SMALL) for row in rows for part in clean(row[column]).split("\n"))
        + 2 * _PAD
        + 4
        for column in range(len(block.head))
    ]
    given = list(wanted)
    free, left = WIDTH, len(wanted)
    for width in sorted(wanted):
        if width > free / left:
            break
        free, left = free - width, left - 1
    long = sorted(wanted)[len(wanted) - left :]
    for column, width in enumerate(wanted):
        if left and width >= long[0]:
            given[column] = free * sqrt(width) / sum(map(sqrt, long))
    return tuple(given)


def _row(
    setter: Setter, cells: tuple[str, ...], widths: tuple[float, ...], align: str, *, black: bool = False
) -> list[Piece]:
    """One row of a framed table, in several pieces when it is higher than half a page."""
    chain = setter.black if black else setter.face
    texts = [
        [line for part in clean(cell).split("\n") for line in broken(part, chain, SMALL, width - 2 * _PAD, even=False)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    high = max(len(lines) for lines in texts)
    most = int(HEIGHT / 2 / SMALL_LEADING)
    chunks = [[lines[start : start + most] for lines in texts] for start in range(0, high, most)]
    return [_row_piece(chunk, widths, align, chain) for chunk in chunks]


def _row_piece(texts: list[list[Line]], widths: tuple[float, ...], align: str, chain: Chain) -> Piece:
    high = max(1, *(len(lines) for lines in texts))
    height = high * SMALL_LEADING + 7
    edges = [LEFT, *(LEFT + edge for edge in accumulate(widths))]

    def draw(sheet: Sheet, top: float) -> None:
        for y in (top, top - height):
            sheet.rule(LEFT, y, edges[-1], y)
        for edge in edges:
            sheet.rule(edge, top, edge, top - height)
        for left, width, where, lines in zip(edges, widths, align, texts, strict=False):
            above = (height - len(lines) * SMALL_LEADING) / 2
            for index, line in enumerate(lines):
                free = width - 2 * _PAD - line.width
                shift = {"c": free / 2, "r": free}.get(where, 0.0)
                y = top - above - index * SMALL_LEADING - (SMALL_LEADING - SMALL) / 2 - 0.86 * SMALL
                sheet.text(line, left + _PAD + shift, y, chain, SMALL)

    return Piece(height, draw)


def _photos(setter: Setter, block: Photos) -> list[Piece]:
    gap = 12.0
    share = (WIDTH - gap * (block.columns - 1)) / block.columns
    pieces = [Piece(6, nothing, keep=True)]
    for start in range(0, len(block.photos), block.columns):
        pieces.append(_photo_row(setter, block.photos[start : start + block.columns], share, gap))
    return pieces


def _photo_row(setter: Setter, photos: tuple[Photo, ...], share: float, gap: float) -> Piece:
    size, leading = 10.5, 14.0
    shown = []
    for index, photo in enumerate(photos):
        wide, high = setter.book.picture(photo.sha256).getSize()
        scale = min(share / wide, _TALLEST / high)
        lines = [
            line
            for part in clean(photo.caption).split("\n")
            for line in broken(part, setter.face, size, share, even=False)
        ]
        shown.append((LEFT + index * (share + gap), photo.sha256, wide * scale, high * scale, lines))
    tallest = max(high for *_, high, _ in shown)
    height = tallest + max(len(lines) for *_, lines in shown) * leading + 12

    def draw(sheet: Sheet, top: float) -> None:
        for left, sha256, wide, high, lines in shown:
            sheet.picture(sha256, left + (share - wide) / 2, top - (tallest + high) / 2, wide, high)
            for index, line in enumerate(lines):
                y = top - tallest - (index + 1) * leading
                sheet.text(line, left + (share - line.width) / 2, y, setter.face, size)

    return Piece(height, draw)


def _signature(setter: Setter, block: Signature) -> list[Piece]:
    pieces = setter.lines(block.opinion, indent=2) if block.opinion else []
    for piece in pieces:
        piece.keep = True
    size, manner = setter.manner.size, setter.manner
    if block.refusal:
        pieces += setter.lines(f"{block.label}：{block.refusal}", indent=0)
        return pieces
    height = 1.9 * manner.leading

    def draw(sheet: Sheet, top: float) -> None:
        sign(setter, sheet, block, (LEFT, RIGHT, top - height + 8), size)

    return [*pieces, Piece(height, draw)]


def sign(setter: Setter, sheet: Sheet, block: Signature, place: tuple[float, float, float], size: float) -> None:
    """Label, ink or empty line, and date; ``place`` is the left edge, the right edge and the base line."""
    left, right, base = place
    narrow = right - left < WIDTH * 0.6
    label, day = clean(f"{block.label}："), clean(block.day or (_TO_WRITE_SMALL if narrow else _TO_WRITE))
    inset = measured(label, setter.face, size)
    wide = measured(day, setter.face, size)
    sheet.text(Line(label, inset), left, base, setter.face, size)
    begin, end = left + inset, right - wide - size / 2
    if block.refusal:
        note = clean(block.refusal).replace("\n", "")
        fit = min(size, size * (right - begin) / max(1.0, measured(note, setter.face, size)))
        sheet.text(Line(note, 0.0), begin, base, setter.face, max(5.0, fit))
        return
    sheet.text(Line(day, wide), right - wide, base, setter.face, size)
    high = min(_INK[1], 2.2 * size)
    if block.strokes:
        x, y, ink_wide, ink_high = block.extent
        scale = min(min(_INK[0], end - begin - 6) / ink_wide, high / ink_high)
        sheet.ink(block.strokes, begin + 3 - x * scale, base - 3 + (y + ink_high) * scale, scale)
    elif block.sha256:
        ink_wide, ink_high = setter.book.picture(block.sha256).getSize()
        scale = min(min(_INK[0], end - begin) / ink_wide, high / ink_high)
        sheet.picture(block.sha256, begin + 3, base - 3, ink_wide * scale, ink_high * scale)
    else:
        sheet.rule(begin, base - 3, end, base - 3)
