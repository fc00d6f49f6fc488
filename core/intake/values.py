"""Cells as people fill them, made comparable: codes, dates, degrees, telephones, and two facts in one cell."""

import calendar
import functools
import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from core.text import HIDDEN, date_of, halfwidth

NOTHING = {
    "",
    "无",
    "/",
    "\\",
    "-",
    "--",
    "—",
    "——",
    "、",
    "N/A",
    "NA",
    "NULL",
    "NONE",
    "暂无",
    "未办理",
    "未申领",
    "没有",
    "*",
}
LONGEST_NOTHING = 4
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Excel day numbers taken for dates: 1954 to 2119."""

_BLANKS = re.compile(r"\s+")
_INNER = re.compile(r"\s*[\r\n]+\s*|(?<=[^\x00-\xff])\s+|\s+(?=[^\x00-\xff])")
_EIGHT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?份?$")
_WITH_TIME = re.compile(r"^(\d{4}[-./]\d{1,2}[-./]\d{1,2})[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_RANGE = re.compile(r"\s*(?:至|到|起至|~|～|〜|—+|–|--|→|\n|自|起|止)\s*")
_DMS = re.compile(
    r"^[EN东经北纬:]*\s*(\d{1,3})\s*[°度º˚d]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[′'’分m]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:″|\"|”|''|′′|’’|秒|s)?\s*)?[EN]?$"
)
_NUMBER = re.compile(r"^[EN东经北纬:]*\s*(\d{1,3}(?:\.\d+)?)\s*[°度]?\s*[EN]?$")
_PLAIN_DEGREES = re.compile(r"^[0-9]{1,3}(?:\.[0-9]{1,20})?$")
_MICRO = Decimal("0.000001")
_PHONE = re.compile(
    r"(?<!\d)((?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}(?:-\d{1,5})?|[2-9]\d{6,7})(?!\d)"
)
_CODE = re.compile(r"(?<![0-9A-Za-z])([A-Z]?\d{2,4})(?![0-9A-Za-z])")


def clean(text: str) -> str:
    """Text as it is stored: no hidden characters, outer blanks off, line breaks as one blank."""
    if text.isprintable():
        return " ".join(text.split()) if " " in text else text
    return _BLANKS.sub(" ", "".join(each for each in text if ord(each) not in HIDDEN)).strip()


def name_of(text: str) -> str:
    """A name, or nothing: as written, without line breaks, and without blanks inside that Chinese does not have."""
    if len(text) > LONGEST_NOTHING and " " not in text and text.isprintable():
        return text
    bare = "".join(each for each in text if ord(each) not in HIDDEN or each in "\r\n")
    return none_or(_BLANKS.sub(" ", _INNER.sub("", bare)))


def words_of(text: str) -> str:
    """A text of several lines as written, without hidden characters."""
    if text.isprintable():
        return text.strip()
    return "".join(each for each in text if each == "\n" or ord(each) not in HIDDEN).strip()


def code_of(text: str) -> str:
    """A code: half width, upper case, no blanks, points or dashes; 无 and / mean none."""
    if text.isalnum() and text.isascii() and len(text) > LONGEST_NOTHING:
        return text.upper()
    bare = re.sub(r"[\s\-·.'’‘`]+", "", halfwidth(clean(text))).upper()
    return "" if bare in NOTHING else bare


def none_or(text: str) -> str:
    """The text, or nothing for one of the ways to write none."""
    bare = clean(text)
    return "" if len(bare) <= LONGEST_NOTHING and _is_nothing(bare) else bare


@functools.lru_cache(4000)
def _is_nothing(bare: str) -> bool:
    return halfwidth(bare).upper() in NOTHING


def phone_of(text: str) -> str:
    """A telephone as digits, whether Excel made a number of it or a person wrote blanks into it."""
    if len(text) == 11 and text.isascii() and text.isdigit():
        return text
    bare = halfwidth(none_or(text))
    if re.fullmatch(r"\d+\.0+", bare):
        bare = bare.split(".")[0]
    if re.fullmatch(r"1\.\d+E\+?10", bare.upper()):
        bare = str(int(Decimal(bare)))
    digits = re.sub(r"[\s\-]", "", bare)
    if re.fullmatch(r"(\+?86)?1[3-9]\d{9}", digits):
        return digits[-11:]
    return bare


def day_of(text: str, *, last: bool = False) -> tuple[date | None, bool]:
    """The day a cell means, and whether only the month was given (``last`` takes its last day)."""
    bare = re.sub(r"[日号]?止$|[日号]?起$", lambda found: "日" if found[0][0] in "日号" else "", halfwidth(clean(text)))
    bare = bare.replace("号", "日")
    if timed := _WITH_TIME.match(bare):
        bare = timed[1]
    if (found := date_of(bare)) is not None:
        return found, False
    if eight := _EIGHT.match(bare):
        return date_of("-".join(eight.groups())), False
    if re.fullmatch(r"\d{5}(\.\d+)?", bare) and FIRST_SERIAL <= float(bare) <= LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(float(bare))), False
    if month := _MONTH.match(bare):
        year, number = int(month[1]), int(month[2])
        if 1 <= number <= 12 and 1900 <= year <= 2200:
            return date(year, number, calendar.monthrange(year, number)[1] if last else 1), True
    return None, False


def range_of(text: str) -> tuple[str, str] | None:
    """Two days written in one cell, e.g. 2024.3.10至2029.3.9."""
    bare = halfwidth(text).strip()
    pieces = [piece for piece in _RANGE.split(bare) if piece.strip(" ,，;；")]
    if len(pieces) == 2:
        return pieces[0].strip(" ,，;；"), pieces[1].strip(" ,，;；")
    dates = re.findall(r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?|(?<!\d)\d{8}(?!\d)", bare)
    return (dates[0], dates[1]) if len(dates) == 2 else None


def degrees_of(text: str) -> Decimal | None:
    """Degrees with six decimals, from 87.015232 or 44°52′27.93″; None for anything else."""
    if _PLAIN_DEGREES.match(text):
        return Decimal(text).quantize(_MICRO)
    bare = halfwidth(clean(text)).upper().replace("D", "°").replace("东经", "").replace("北纬", "")
    bare = bare.replace("，", "").replace("''", "″").replace("′′", "″")
    try:
        if plain := _NUMBER.match(bare):
            return Decimal(plain[1]).quantize(_MICRO)
        if parts := _DMS.match(bare):
            degrees, minutes, seconds = (Decimal(part or 0) for part in parts.groups())
            if minutes >= 60 or seconds >= 60:
                return None
            return (degrees + minutes / 60 + seconds / 3600).quantize(_MICRO)
    except InvalidOperation:
        return None
    return None


def pair_of(text: str) -> tuple[str, str] | None:
    """Two coordinates written in one cell, whatever stands between them."""
    bare = clean(text)
    pieces = [piece for piece in re.split(r"[,，;；、/|\n]+", bare) if piece.strip()]
    if len(pieces) != 2:
        pieces = re.findall(r"(?:[EN东经北纬]*[:：]?\s*)?\d{1,3}(?:\.\d+|\s*[°度][^EN东北,，]*)[EN]?", bare)
    if len(pieces) != 2 or any(degrees_of(piece) is None for piece in pieces):
        pieces = bare.split()
    return (
        (pieces[0], pieces[1]) if len(pieces) == 2 and all(degrees_of(piece) is not None for piece in pieces) else None
    )


def person_and_phone(text: str) -> tuple[str, str] | None:
    """A person and a telephone written in one cell."""
    bare = halfwidth(clean(text))
    found = _PHONE.search(bare)
    if not found:
        return None
    person = (bare[: found.start()] + bare[found.end() :]).strip(" :：/,，;；、()（）-")
    person = re.sub(r"(电话|手机|联系方式|tel)[:：]?$", "", person, flags=re.IGNORECASE).strip(" :：/,，;；、()（）-")
    return (person, phone_of(found[1])) if person else None


def name_and_code(text: str) -> tuple[str, str] | None:
    """An industry and its code written in one cell, in either order."""
    bare = halfwidth(clean(text))
    found = _CODE.search(bare)
    if not found:
        return None
    name = (bare[: found.start()] + bare[found.end() :]).strip(" :：/,，;；、()（）-[]【】")
    return (name, found[1].lstrip("ABCDEFGHIJKLMNOPQRST")) if name else None
