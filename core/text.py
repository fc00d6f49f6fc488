"""What people type, made comparable: full-width digits, stray blanks, and characters that may not be stored."""

import re
import unicodedata
from datetime import date

HIDDEN = {
    *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0x80, 0xA0),
    0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFE, 0xFFFF,
}  # fmt: skip
"""Control, bidirectional and zero-width characters: they make two names look alike that are not."""

_DATE = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$")


def hidden_characters(text: str) -> list[str]:
    """The forbidden characters in a text, as U+XXXX, each once."""
    return sorted({f"U+{ord(character):04X}" for character in text if ord(character) in HIDDEN})


def halfwidth(text: str) -> str:
    """Full-width digits and letters as half-width ones, outer blanks off: for codes, numbers and dates."""
    return unicodedata.normalize("NFKC", text).strip()


def date_of(text: str) -> date | None:
    """A legal date as people write it: 2026-11-23, 2026.11.23, 2026/11/23, 2026年11月23日, full-width too."""
    found = _DATE.match(halfwidth(text))
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def masked_name(name: str) -> str:
    """A natural person's name as the public may see it: the family name alone (李**)."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""
