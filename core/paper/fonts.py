"""The faces of a paper: which characters they have, and the outlines that a document carries of them.

reportlab cuts a TrueType font into pieces of 256 characters and writes a wrong ToUnicode for those above U+FFFF (𬍛
prints well and is copied as "ⰵⳅ"). Here each face goes into a document once, as a composite font of the characters in
use (Identity-H), which is smaller, faster, and extracts right.
"""

import string
import sys
from array import array
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from struct import pack, unpack, unpack_from
from threading import Lock
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

HERE = Path(__file__).resolve().parent.parent / "fonts"
BUILT_IN = {
    "body": HERE / "FandolFang-light.ttf",
    "fallback": HERE / "NotoSerifSC-R-8105.ttf",
    "title": HERE / "NotoSerifSC-B-gb2312.ttf",
}
_LATIN = frozenset(string.ascii_letters + string.digits)
_KEPT_TABLES = ("cvt ", "fpgm", "prep")
_SAME_DRAWING = {"−": "–", "‑": "-", "․": ".", "•": "·", "‧": "·", "∙": "·", "﹣": "-"}
"""Characters that a face lacks and another of its drawings shows; they still are copied as what they are."""
_WORDS, _PLACED, _SCALE, _MORE, _SCALES, _MATRIX = 0x1, 0x2, 0x8, 0x20, 0x40, 0x80


class BadFont(ValueError):
    """A configured font cannot be used; the message says which and why."""


class UnprintableCharacter(ValueError):
    """No face has these characters: printing would leave boxes, so nothing is printed."""

    def __init__(self, characters: Iterable[str]) -> None:
        """Name the characters, each once."""
        self.characters = tuple(sorted(set(characters)))
        shown = "、".join(f"“{each}”（U+{ord(each):04X}）" for each in self.characters)
        super().__init__(f"字库中没有这些字，文书无法打印：{shown}。请改用其他写法，或在配置中指定收字更全的字库。")


class Face:
    """One typeface as read from its file."""

    def __init__(self, path: Path) -> None:
        """Read a TrueType file; raises ``BadFont``."""
        try:
            file: Any = TTFontFile(str(path), charInfo=1)
            glyf = file.get_table("glyf")
        except (TTFError, OSError, KeyError, IndexError) as error:
            raise BadFont(f"字库 {path} 不能用，须为 TrueType 轮廓的 .ttf 文件：{error}") from error
        self._made: dict[int, tuple[int, bytes]] = {}
        self.name = file.name.decode("ascii", "replace")
        self.glyphs: dict[str, int] = {chr(code): glyph for code, glyph in file.charToGlyph.items()}
        self.widths: dict[str, float] = {
            char: file.charWidths.get(ord(char), file.defaultWidth) / 1000 for char in self.glyphs
        }
        for char, drawn in _SAME_DRAWING.items():
            if char not in self.glyphs and drawn in self.glyphs:
                self.glyphs[char], self.widths[char] = self.glyphs[drawn], self.widths[drawn]
        self._outlines, self._places = bytes(glyf), file.glyphPos
        self._head, self._hhea, self._maxp = (bytes(file.get_table(tag)) for tag in ("head", "hhea", "maxp"))
        self._hmtx = bytes(file.get_table("hmtx"))
        self._measured: int = unpack_from(">H", self._hhea, 34)[0]
        self._programs = {tag: bytes(file.get_table(tag)) for tag in _KEPT_TABLES if tag in file.table}
        if "☑" not in self.glyphs and {"□", "√"} <= self.glyphs.keys():
            box = self.glyphs["□"]
            parts = pack(">HHbbHHbb", _PLACED | _MORE, box, 0, 0, _PLACED, self.glyphs["√"], 0, 0)
            self.glyphs["☑"], self.widths["☑"] = len(file.glyphPos), self.widths["□"]
            self._made[len(file.glyphPos)] = (box, pack(">h", -1) + self.outline(box)[2:10] + parts)
        self.descriptor = {
            "Type": "/FontDescriptor",
            "Flags": 4,
            "FontBBox": pdfdoc.PDFArray(list(file.bbox)),
            "ItalicAngle": file.italicAngle,
            "Ascent": file.ascent,
            "Descent": file.descent,
            "CapHeight": file.capHeight,
            "StemV": file.stemV,
        }

    def outline(self, glyph: int) -> bytes:
        """The drawing of a glyph as it stands in the file."""
        if glyph in self._made:
            return self._made[glyph][1]
        return self._outlines[self._places[glyph] : self._places[glyph + 1]]

    def metric(self, glyph: int) -> bytes:
        """Advance and left bearing of a glyph."""
        if glyph in self._made:
            glyph = self._made[glyph][0]
        if glyph < self._measured:
            return self._hmtx[4 * glyph : 4 * glyph + 4]
        last = 4 * self._measured
        bearing = last + 2 * (glyph - self._measured)
        return self._hmtx[last - 4 : last - 2] + (self._hmtx[bearing : bearing + 2] or b"\0\0")

    def font_file(self, glyphs: list[int]) -> bytes:
        """A font of these glyphs in this order; parts of composite glyphs are added behind them."""
        order, outlines = list(glyphs), []
        position = {glyph: index for index, glyph in reversed(list(enumerate(order)))}
        for glyph in order:
            outline = self.outline(glyph)
            if outline[:1] >= b"\x80":
                outline = _renumbered(outline, order, position)
            outlines.append(outline + bytes(-len(outline) % 4))
        places = array("I", [0])
        for outline in outlines:
            places.append(places[-1] + len(outline))
        if sys.byteorder == "little":
            places.byteswap()
        count = pack(">H", len(order))
        return _assembled(
            {
                **self._programs,
                "glyf": b"".join(outlines),
                "head": self._head[:8] + bytes(4) + self._head[12:50] + pack(">h", 1) + self._head[52:],
                "hhea": self._hhea[:34] + count,
                "hmtx": b"".join(map(self.metric, order)),
                "loca": places.tobytes(),
                "maxp": self._maxp[:4] + count + self._maxp[6:],
            }
        )


def _renumbered(outline: bytes, order: list[int], position: dict[int, int]) -> bytes:
    changed, at = bytearray(outline), 10
    while True:
        flags, part = unpack(">HH", changed[at : at + 4])
        if part not in position:
            position[part] = len(order)
            order.append(part)
        changed[at + 2 : at + 4] = pack(">H", position[part])
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALE else 4 if flags & _SCALES else 8 if flags & _MATRIX else 0
        if not flags & _MORE:
            return bytes(changed)


def _sum(table: bytes) -> int:
    words = array("I", table + bytes(-len(table) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF


def _assembled(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << count.bit_length() - 1
    index = [pack(">LHHHH", 0x10000, count, power * 16, power.bit_length() - 1, (count - power) * 16)]
    at = 12 + 16 * count
    content = []
    for tag in sorted(tables):
        table = tables[tag]
        index.append(pack(">4sLLL", tag.encode(), _sum(table), at, len(table)))
        content.append(table + bytes(-len(table) % 4))
        at += len(content[-1])
    whole = b"".join(index + content)
    head = whole.index(b"\x5f\x0f\x3c\xf5", 12) - 4
    return whole[:head] + pack(">L", 0xB1B0AFBA - _sum(whole) & 0xFFFFFFFF) + whole[head + 4 :]


class Carried(dict[str, str]):
    """The characters of one face that one document uses: each maps to its code, four hexadecimal digits."""

    def __init__(self, face: Face, key: str) -> None:
        """Nothing is used yet; ``key`` is the font's name inside the document."""
        super().__init__()
        self.face, self.key = face, key

    def __missing__(self, char: str) -> str:
        """Give a character its code when it is first used."""
        code = self[char] = f"{len(self) + 1:04X}"
        return code

    def addObjects(self, document: Any) -> None:  # noqa: N802 - reportlab calls it when it writes the fonts
        """Write the font into the document."""
        face, chars = self.face, list(self)
        name = pdfdoc.PDFName(f"QYFONT+{face.name}")
        content = pdfdoc.PDFStream()
        content.content = face.font_file([0, *(face.glyphs[char] for char in chars)])
        content.dictionary["Length1"] = len(content.content)
        content.filters = [pdfdoc.PDFZCompress]
        file = document.Reference(content, f"{self.key}.file")
        descriptor = pdfdoc.PDFDictionary({**face.descriptor, "FontName": name, "FontFile2": file})
        widths = ((code, round(face.widths[char] * 1000)) for code, char in enumerate(chars, 1))
        narrow = " ".join(f"{code} [{width}]" for code, width in widths if width != 1000)
        descendant = pdfdoc.PDFDictionary({
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": pdfdoc.PDFDictionary({
                "Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0,
            }),
            "CIDToGIDMap": "/Identity",
            "DW": 1000,
            "W": f"[{narrow}]",
            "FontDescriptor": document.Reference(descriptor, f"{self.key}.descriptor"),
        })  # fmt: skip
        meaning = pdfdoc.PDFStream()
        meaning.content = _to_unicode(chars)
        meaning.filters = [pdfdoc.PDFZCompress]
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": name,
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant, f"{self.key}.descendant")]),
                "ToUnicode": document.Reference(meaning, f"{self.key}.meaning"),
            }
        )
        document.idToObject["BasicFonts"].dict[self.key] = document.Reference(font, f"{self.key}.font")


def _to_unicode(chars: list[str]) -> str:
    codes = [f"<{char.encode('utf-16-be').hex()}>" for char in chars]
    edges = [0, *range(255, len(codes), 256), len(codes)]
    ranges = [
        f"<{start + 1:04x}> <{end:04x}> [{' '.join(codes[start:end])}]" for start, end in pairwise(edges) if end > start
    ]
    parts = [ranges[start : start + 100] for start in range(0, len(ranges), 100)]
    maps = "\n".join("\n".join([f"{len(part)} beginbfrange", *part, "endbfrange"]) for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{maps}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


class Chain(dict[str, tuple[str, float]]):
    """Which face prints a character, and how wide it is in em; the first face that has it."""

    def __init__(self, faces: dict[str, Face], order: tuple[str, ...], latin: str) -> None:
        """Ask the faces in this order, but ``latin`` first for letters and figures."""
        super().__init__()
        self._faces = [(key, faces[key]) for key in order]
        for char in _LATIN & faces[latin].glyphs.keys():
            self[char] = (latin, faces[latin].widths[char])

    def __missing__(self, char: str) -> tuple[str, float]:
        """Find it once; raises ``UnprintableCharacter``."""
        for key, face in self._faces:
            if char in face.glyphs:
                found = self[char] = (key, face.widths[char])
                return found
        raise UnprintableCharacter(char)


class Faces:
    """The three faces of an installation and the orders in which text and titles ask them."""

    def __init__(self, paths: dict[str, Path]) -> None:
        """Read the files; raises ``BadFont``."""
        self.paths = paths
        self.faces = {key: Face(path) for key, path in paths.items()}
        self.text = Chain(self.faces, ("body", "fallback", "title"), "fallback")
        self.black = Chain(self.faces, ("title", "fallback", "body"), "title")
        self.covered = frozenset[str]().union(*(face.glyphs for face in self.faces.values())) - {"\0"}


_lock = Lock()
_registered: list[Faces] = []


def register_fonts(
    *, body: str | Path | None = None, fallback: str | Path | None = None, title: str | Path | None = None
) -> None:
    """Use an office's own licensed fonts (TrueType outlines) in place of the built-in ones; once, at the start.

    Given fonts are read at once, so that a bad one stops the start; the built-in ones are read when first needed.
    A changed font changes the bytes of every paper that is rendered again. Raises ``BadFont``.
    """
    given = {"body": body, "fallback": fallback, "title": title}
    paths = {key: Path(path) for key, path in given.items() if path}
    with _lock:
        if paths:
            _use({**BUILT_IN, **paths})
        elif _registered and _registered[0].paths != BUILT_IN:
            _registered.clear()


def faces() -> Faces:
    """The faces in use; the built-in ones unless others were registered. Read once in a process."""
    with _lock:
        return _registered[0] if _registered else _use(BUILT_IN)


def _use(paths: dict[str, Path]) -> Faces:
    if not _registered or _registered[0].paths != paths:
        _registered[:] = [Faces(paths)]
    return _registered[0]
