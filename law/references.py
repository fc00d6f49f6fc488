"""References to articles, as the tables write them: ``1086.1(2)`` is article 1086, paragraph 1, item 2. Pure."""

import re
from dataclasses import dataclass

_REFERENCE = re.compile(r"^(?P<law>[A-Z][A-Z0-9-]*)\s+(?P<ref>\d+(?:\.\d+)?(?:\(\d+\))?)$")
_PARTS = re.compile(r"^(?P<article>\d+)(?:\.(?P<paragraph>\d+))?(?:\((?P<item>\d+)\))?$")


@dataclass(frozen=True, order=True)
class Reference:
    """An article of a law, down to its paragraph and item where the rule names them."""

    law_key: str
    ref: str

    @property
    def article(self) -> int:
        """The article's number."""
        return parts_of(self.ref)[0]

    def __str__(self) -> str:
        """As it stands in the tables: ``EEC2026 1086.1(2)``."""
        return f"{self.law_key} {self.ref}"


def parts_of(ref: str) -> tuple[int, int | None, int | None]:
    """Article, paragraph and item of ``1086.1(2)``; raises ``ValueError`` for anything else."""
    found = _PARTS.match(ref)
    if not found:
        raise ValueError(f"not a reference to an article: {ref!r}")
    paragraph, item = found["paragraph"], found["item"]
    return int(found["article"]), int(paragraph) if paragraph else None, int(item) if item else None


def references(text: str) -> tuple[Reference, ...]:
    """The references in a cell such as ``EEC2026 83;EEC2026 107``, in their order; raises ``ValueError``."""
    found = []
    for part in filter(None, (each.strip() for each in text.split(";"))):
        match = _REFERENCE.match(part)
        if not match:
            raise ValueError(f"not a reference to an article: {part!r}")
        found.append(Reference(match["law"], match["ref"]))
    return tuple(found)
