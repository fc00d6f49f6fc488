"""Enums that carry their words: the code is stored, the Chinese label is shown and is the gettext msgid."""

import enum
from typing import Self


class Titled(enum.Enum):
    """A closed list of codes with label and badge tone.

    Declare members as ``SERVED = "served", "已送达", "warn"``; the tone (ok, info, warn, danger, calm, grave) may be
    left out. The value is the code alone, so a row stores ``served``.
    """

    label: str
    tone: str

    def __new__(cls, code: str, label: str = "", tone: str = "calm") -> Self:
        """Make a member from code, Chinese label and tone."""
        member = object.__new__(cls)
        member._value_ = code
        member.label = label
        member.tone = tone
        return member

    @property
    def code(self) -> str:
        """What is stored and what stands in URLs and JSON."""
        return str(self.value)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs for a select field."""
        return [(member.code, member.label) for member in cls]

    @classmethod
    def of(cls, code: str | None) -> Self | None:
        """The member with this code, or None for anything else."""
        found = cls._value2member_map_.get(code) if isinstance(code, str) else None
        return found if isinstance(found, cls) else None

    def __str__(self) -> str:
        """The Chinese label."""
        return self.label
