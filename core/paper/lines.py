"""Text into lines: 避头尾, codes and figures kept whole, even edges, marks squeezed where that saves a character."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.paper.blocks import CLOSE, OPEN
from core.paper.fonts import Chain

NEVER_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·％‰℃°,.;:?!)]}%～~")
NEVER_LAST = frozenset("（《「『【〔〈“‘([{￥¥＄")
_GIVES = frozenset("，。、；：）》」』】〕〉")
"""Full-width marks whose right half is empty."""
_MOST_SQUEEZE, _MOST_STRETCH = 0.4, 0.14
"""How much of an em a mark may give up, and a gap may gain."""
_TOKEN = re.compile(r"[!-~]+[²³]?|——|……|.", re.DOTALL)
_ROOM = 0.001


@dataclass(slots=True)
class Line:
    """One line: where it starts, its text, what is added after each character, and what its marks give up."""

    text: str
    width: float
    start: float = 0.0
    stretch: float = 0.0
    squeeze: float = 0.0


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """One spelling of blanks; the marks of what is still open are not printed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u00a0", " ")
    return text.replace(OPEN, "").replace(CLOSE, "")


def measured(text: str, chain: Chain, size: float) -> float:
    """How wide a text is on one line."""
    return size * sum(chain[char][1] for char in text)


def broken(text: str, chain: Chain, size: float, width: float, *, first: float = 0.0, even: bool = True) -> list[Line]:
    """The lines of one paragraph that fit a width, the first one starting ``first`` further in; at least one."""
    tokens, widths = _tokens(text, chain, size, width)
    lines: list[Line] = []
    begin, start, count = 0, first, len(tokens)
    while begin < count:
        used, end = start, begin
        while end < count and used + widths[end] <= width + _ROOM:
            used += widths[end]
            end += 1
        squeeze = 0.0
        if end < count:
            if tokens[end] in NEVER_FIRST:
                more = end + 1
                while more < count and tokens[more] in NEVER_FIRST:
                    more += 1
                over = used + sum(widths[end:more]) - width
                marks = sum(token in _GIVES for token in tokens[begin:more])
                if marks and over <= marks * _MOST_SQUEEZE * size:
                    used, end, squeeze = used + sum(widths[end:more]), more, over / marks
            if not squeeze:
                end = _allowed(tokens, begin, end)
                used = start + sum(widths[begin:end])
        stop = end
        while stop > begin + 1 and tokens[stop - 1] == " ":
            stop -= 1
            used -= widths[stop]
        chosen = "".join(tokens[begin:stop])
        line = Line(chosen, used - start, start, 0.0, squeeze)
        if end < count and even and not squeeze and len(chosen) > 1:
            gap = (width - used) / (len(chosen) - 1)
            line.stretch = gap if 0 < gap <= _MOST_STRETCH * size else 0.0
        lines.append(line)
        begin, start = end, 0.0
        while begin < count and tokens[begin] == " ":
            begin += 1
    return lines or [Line("", 0.0, first)]


def _allowed(tokens: list[str], begin: int, end: int) -> int:
    """The last place at or before ``end`` where a line may end."""
    at = end
    while at > begin + 1 and (tokens[at][0] in NEVER_FIRST or tokens[at - 1] in NEVER_LAST):
        at -= 1
    if tokens[at][0] in NEVER_FIRST or tokens[at - 1] in NEVER_LAST:
        at = end
    return max(at, begin + 1)


def _tokens(text: str, chain: Chain, size: float, width: float) -> tuple[list[str], list[float]]:
    tokens: list[str] = []
    widths: list[float] = []
    for token in _TOKEN.findall(text):
        if len(token) == 1:
            tokens.append(token)
            widths.append(chain[token][1] * size)
            continue
        wide = measured(token, chain, size)
        if wide <= width:
            tokens.append(token)
            widths.append(wide)
        else:
            tokens += token
            widths += [chain[char][1] * size for char in token]
    return tokens, widths


def gives(char: str) -> bool:
    """Whether a mark takes part in squeezing a line."""
    return char in _GIVES


def balanced(text: str, chain: Chain, size: float, width: float) -> list[Line]:
    """The lines of a title: as few as fit, of about equal length."""
    whole = measured(text, chain, size)
    count = max(1, -int(-whole // width))
    aim = max(whole / count + size, size * 2)
    lines = broken(text, chain, size, min(width, aim), even=False)
    return lines if len(lines) <= count else broken(text, chain, size, width, even=False)
