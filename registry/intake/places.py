"""Which area a cell means: by code, by name, by a usual short name, or by the longest name that it contains."""

import re

from core.text import halfwidth
from registry.intake.rows import Directory, Place

_BETWEEN = re.compile(r"[/,，、;；\s()（）-]+")
_SHORT = {"昌吉高新技术产业开发区": ("高新区",), "昌吉农业园区": ("农业园区", "农业科技园区")}


class Lookup:
    """The directory, prepared for many rows."""

    def __init__(self, directory: Directory) -> None:
        """Index areas and industries by every name they go by."""
        self.directory = directory
        self.by_id = {place.id: place for place in directory.areas}
        self.names: dict[str, Place] = {}
        self._found: dict[str, Place | None] = {}
        for place in directory.areas:
            for name in _aliases(place):
                self.names.setdefault(name, place)
        self.by_industry: dict[str, list[str]] = {}
        for code, name in directory.industries.items():
            self.by_industry.setdefault(name, []).append(code)

    def place(self, text: str) -> Place | None:
        """The area a cell means."""
        if text not in self._found:
            self._found[text] = self._place(text)
        return self._found[text]

    def _place(self, text: str) -> Place | None:
        bare = "".join(halfwidth(text).split())
        for place in self.directory.areas:
            if bare == place.code or bare == place.code + "000000":
                return place
        if bare in self.names:
            return self.names[bare]
        inside = [name for name in self.names if len(name) >= 3 and name in bare]
        return self.names[max(inside, key=len)] if inside else None

    def apart(self, joined: str) -> tuple[Place | None, Place | None, str]:
        """County, zone and the zone as written, out of one cell that holds either or both."""
        area: Place | None = None
        zone: Place | None = None
        written = ""
        for piece in [joined] if joined in self.names else [each for each in _BETWEEN.split(joined) if each]:
            found = self.place(piece)
            if found is not None and found.kind == "zone":
                zone, written = zone or found, written or piece
            else:
                area = area or found
        if area is None and zone is None:
            found = self.place(joined)
            area, zone = (None, found) if found and found.kind == "zone" else (found, None)
            written = joined if zone else ""
        return area, zone, written


def _aliases(place: Place) -> list[str]:
    bare = halfwidth(place.name)
    names = [place.name, bare]
    if place.kind in {"city", "county"}:
        names.append(bare.removesuffix("哈萨克自治县").rstrip("市县"))
        names.append(bare.replace("哈萨克自治", ""))
    elif place.kind == "zone":
        plain = re.sub(r"\(.*\)$", "", bare)
        names += [plain, plain.replace("经济技术开发区", "").replace("技术产业开发", "")]
        names += [plain.replace("经济技术开发区", short) for short in ("开发区", "经开区")]
        names += [bare.replace("技术产业开发区", short) for short in ("区", "技术开发区")]
        names += _SHORT.get(place.name, ())
    elif place.kind == "division":
        names += [bare.replace("新疆生产建设", ""), bare.replace("新疆生产建设兵团", "")]
        names += [bare.replace("新疆生产建设兵团第", "兵团"), bare.replace("新疆生产建设兵团第", "")]
    return [name for name in names if name]
