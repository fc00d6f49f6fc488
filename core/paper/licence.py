"""正本: one page across, its facts in large type inside an ornate frame, the code and the place of the seal below."""

from dataclasses import dataclass
from math import cos, pi, sin

from core.paper.blocks import Facts, Para
from core.paper.lines import Line, balanced, broken, clean, measured
from core.paper.setting import CODE_SIDE, Setter
from core.paper.sheet import MM, PAGE, Sheet

ACROSS = (PAGE[1], PAGE[0])
_EDGE, _BAND = 9 * MM, 7.5 * MM
_INNER = _EDGE + _BAND + 3.2
_LEFT, _RIGHT = 41 * MM, ACROSS[0] - 37 * MM
_TOP, _LOW = ACROSS[1] - 26 * MM, 50 * MM
_GREEN, _GOLD, _PALE, _GREY = (0.05, 0.31, 0.29), (0.72, 0.57, 0.28), (0.93, 0.952, 0.945), (0.35, 0.35, 0.35)
_KEY = ((0.0, 0.0), (0.0, 1.0), (0.8, 1.0), (0.8, 0.28), (0.3, 0.28), (0.3, 0.66), (0.55, 0.66))
"""One turn of the 回 pattern, in the height of its band."""


def hang(setter: Setter) -> None:
    """Draw the whole page; raises ``ValueError`` for a block that has no place on it."""
    paper = setter.paper
    if strange := [each.kind for each in (*paper.blocks, *paper.annex) if not isinstance(each, Para | Facts)]:
        raise ValueError(f"no place for {strange[0]} on a licence")
    sheet = Sheet(setter.book, ACROSS)
    _rosette(sheet)
    if paper.draft:
        sheet.across("草稿", 120.0, setter.black)
    _frame(sheet)
    below = _head(setter, sheet)
    _facts(setter, sheet, below)
    _foot(setter, sheet)
    sheet.done()


def _middle(sheet: Sheet, setter: Setter, text: str, y: float, size: float, *, black: bool = False) -> None:
    chain = setter.black if black else setter.face
    wide = measured(text, chain, size)
    sheet.text(Line(text, wide), (ACROSS[0] - wide) / 2, y, chain, size)


def _head(setter: Setter, sheet: Sheet) -> float:
    """Agency, the name of the paper written wide, what it is, and what stands under it; gives where the facts begin."""
    paper, y = setter.paper, _TOP - 16.0
    for line in balanced(clean(paper.agency), setter.face, 16.0, _RIGHT - _LEFT):
        _middle(sheet, setter, line.text, y, 16.0)
        y -= 22.0
    name, opening, kind = clean(paper.title).partition("（")
    size, apart = 42.0, 14.0
    wide = measured(name, setter.black, size) + apart * (len(name) - 1)
    y -= 30.0
    sheet.color(*_GREEN)
    sheet.text(Line(name, wide, 0.0, apart), (ACROSS[0] - wide) / 2, y, setter.black, size)
    sheet.color()
    if opening:
        y -= 28.0
        _middle(sheet, setter, opening + kind, y, 16.0)
    for block in paper.blocks:
        if isinstance(block, Para):
            y -= 25.0
            _middle(sheet, setter, clean(block.text), y, 15.0)
    return y - 18.0


@dataclass(frozen=True)
class _Set:
    """The facts in one size of type."""

    size: float
    leading: float
    rows: list[tuple[str, list[Line]]]

    @property
    def height(self) -> float:
        """Of all rows."""
        return sum(len(lines) * self.leading + self.size * 0.42 for _, lines in self.rows)


def _facts(setter: Setter, sheet: Sheet, top: float) -> None:
    """Labels of one width and their values, in the largest type in which all of them fit."""
    pairs = [pair for block in setter.paper.blocks if isinstance(block, Facts) for pair in block.rows]
    made = next(
        (
            found
            for size in (17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0)
            if (found := _tried(setter, pairs, size, top))
        ),
        _set(setter, pairs, 8.5),
    )
    longest = max((len(label) for label, _ in pairs), default=0)
    x = _LEFT + (longest + 1.2) * made.size
    y = top - max(0.0, (top - _LOW - made.height) / 2)
    for label, lines in made.rows:
        base = y - made.leading * 0.74
        gaps = (longest - len(label)) / (len(label) - 1) * made.size if len(label) > 1 else 0.0
        sheet.text(Line(label, 0.0, 0.0, gaps), _LEFT, base, setter.face, made.size)
        sheet.text(Line("：", 0.0), _LEFT + longest * made.size, base, setter.face, made.size)
        for line in lines:
            base = y - made.leading * 0.74
            sheet.text(line, x, base, setter.black, made.size)
            y -= made.leading
        sheet.color(*_GOLD)
        sheet.rule(x, base - made.size * 0.32, _RIGHT, base - made.size * 0.32, 0.4)
        sheet.color()
        y -= made.size * 0.42


def _set(setter: Setter, pairs: list[tuple[str, str]], size: float) -> _Set:
    longest = max((len(label) for label, _ in pairs), default=0)
    room = _RIGHT - _LEFT - (longest + 1.2) * size
    rows = [
        (clean(label), broken(clean(value).replace("\n", "；"), setter.black, size, room, even=False))
        for label, value in pairs
    ]
    return _Set(size, size * 1.42, rows)


def _tried(setter: Setter, pairs: list[tuple[str, str]], size: float, top: float) -> _Set | None:
    made = _set(setter, pairs, size)
    return made if made.height <= top - _LOW else None


def _foot(setter: Setter, sheet: Sheet) -> None:
    """The code at the left; who issued it and when at the right, where the seal goes; small print between the rules."""
    paper, bottom = setter.paper, _INNER + 9 * MM
    if paper.verify_url:
        sheet.code(paper.verify_url, _LEFT, bottom, CODE_SIDE)
        beside = _LEFT + CODE_SIDE + 9
        setter.small(sheet, "扫描二维码核验本证", beside, bottom + 34)
        setter.small(sheet, f"验证码 {paper.verify_code}" if paper.verify_code else "扫码核验", beside, bottom + 19)
    if paper.number:
        setter.small(sheet, f"文号 {paper.number}", _LEFT + CODE_SIDE + 9, bottom + 4)
    rows = [("发证机关（盖章）：", line) for line in balanced(clean(paper.sign_off), setter.face, 15.0, 92 * MM)]
    rows += [("发证日期：", Line(clean(paper.date_zh), 0.0))] if paper.date_zh else []
    wide = max((measured(line.text, setter.face, 15.0) for _, line in rows), default=0.0)
    y, told = bottom + (len(rows) - 1) * 26.0 + 4, ""
    for label, line in rows:
        x = _RIGHT - wide
        if label != told:
            sheet.text(Line(label, 0.0), x - measured(label, setter.face, 15.0), y, setter.face, 15.0)
        sheet.text(Line(line.text, line.width), x, y, setter.face, 15.0)
        y, told = y - 26.0, label
    if paper.seal:
        side = 42 * MM
        sheet.picture(paper.seal, _RIGHT - wide / 2 - side / 2, bottom + 13 - side / 2, side, side)
    if paper.edition:
        sheet.color(*_GREY)
        edition = clean(paper.edition)
        setter.small(sheet, edition, (ACROSS[0] - measured(edition, setter.face, 7.5)) / 2, _INNER + 5, 7.5)
        sheet.color()


def _box(sheet: Sheet, inset: float, width: float) -> None:
    right, top = ACROSS[0] - inset, ACROSS[1] - inset
    corners = ((inset, inset), (right, inset), (right, top), (inset, top))
    half = width / 2  # the last stroke closes the corner at which the first began
    sheet.path((*corners, (inset, inset - half)), width)


def _frame(sheet: Sheet) -> None:
    """Two rules with the 回 pattern running between them, and a square at each corner."""
    sheet.color(*_GREEN)
    _box(sheet, _EDGE, 2.4)
    _box(sheet, _EDGE + _BAND, 0.9)
    sheet.color(*_GOLD)
    _box(sheet, _INNER, 0.5)
    high = _BAND - 7.0
    for across in (True, False):
        whole = (ACROSS[0] if across else ACROSS[1]) - 2 * (_EDGE + _BAND)
        count = round(whole / (high * 1.1))
        step = whole / count
        for number in range(count):
            start = _EDGE + _BAND + number * step
            for far in (False, True):
                sheet.path([_turned(along * step * 0.98 + start, up * high, across, far) for along, up in _KEY], 0.9)
    for right in (False, True):
        for top in (False, True):
            _corner(sheet, ACROSS[0] - _EDGE - _BAND if right else _EDGE, ACROSS[1] - _EDGE - _BAND if top else _EDGE)
    sheet.color()


def _turned(along: float, up: float, across: bool, far: bool) -> tuple[float, float]:
    """A point of the pattern on one of the four sides, its foot towards the middle of the page."""
    limit = ACROSS[1] if across else ACROSS[0]
    inset = _EDGE + _BAND - 3.5 - up
    place = limit - inset if far else inset
    return (along, place) if across else (place, along)


def _corner(sheet: Sheet, x: float, y: float) -> None:
    for inset, width in ((3.0, 1.0), (6.2, 0.8), (9.4, 0.8)):
        side = _BAND - 2 * inset
        if side > 0:
            a, b, c, d = x + inset, y + inset, x + inset + side, y + inset + side
            sheet.path(((a, b), (c, b), (c, d), (a, d), (a, b - width / 2)), width)


def _rosette(sheet: Sheet) -> None:
    """A pale rose of crossing lines behind the words, as papers of value have it."""
    sheet.color(*_PALE)
    middle_x, middle_y, reach = ACROSS[0] / 2, ACROSS[1] / 2 - 6, 66 * MM
    for turn in range(10):
        points = []
        for step in range(181):
            angle = step * pi / 90
            far = reach * (0.72 + 0.28 * cos(6 * angle + turn * pi / 5))
            points.append((middle_x + far * cos(angle) * 1.25, middle_y + far * sin(angle)))
        sheet.path(points, 0.5)
    sheet.color()
