"""The library of standard conditions: what a clerk may choose instead of typing, each with the article it comes from.

The words are the sense of an article, not its text; what was not read in a full text is marked 未核对.
"""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "standard_conditions.csv"
BLANK = "【待填"
"""Begins a place that the clerk has to fill in; no version with one is put in force."""


@dataclass(frozen=True)
class StandardCondition:
    """One condition of the library; ``refs`` are its articles as the room of law knows them."""

    key: str
    chapter: int
    category: str
    text: str
    source: str
    refs: tuple[str, ...]
    confidence: str

    @property
    def is_checked(self) -> bool:
        """Whether what it says was read in a full text."""
        return self.confidence == "high"


@cache
def library() -> Mapping[str, StandardCondition]:
    """Every standard condition by its key, in the order of the copy."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["key"]: StandardCondition(
                row["key"],
                int(row["chapter"]),
                row["category"],
                row["text"],
                row["source"],
                tuple(filter(None, row["refs"].split(";"))),
                row["confidence"],
            )
            for row in csv.DictReader(file)
        }


def labels_for(keys: Sequence[str], taken: Collection[str]) -> list[str]:
    """A free number for each chosen condition, in its chapter: 6.2 where 6.1 is taken."""
    used = set(taken)
    given = []
    for key in keys:
        chapter = library()[key].chapter
        number = next(each for each in range(1, 1000) if f"{chapter}.{each}" not in used)
        used.add(f"{chapter}.{number}")
        given.append(f"{chapter}.{number}")
    return given


def is_altered(key: str, text: str) -> bool:
    """Whether a condition that was chosen from the library says something else now."""
    return key in library() and text.strip() != library()[key].text


def is_unfinished(text: str) -> bool:
    """Whether something is still to be filled in."""
    return BLANK in text
