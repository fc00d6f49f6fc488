"""English says one day and two days, Chinese does not: a translated sentence that counts is said by its number."""

import re
from collections.abc import Mapping
from typing import Any

ONE = {
    "answers": "answer",
    "cells": "cell",
    "changes": "change",
    "characters": "character",
    "columns": "column",
    "days": "day",
    "decimals": "decimal",
    "decisions": "decision",
    "documents": "document",
    "entries": "entry",
    "exceedances": "exceedance",
    "figures": "figure",
    "files": "file",
    "findings": "finding",
    "firms": "firm",
    "hints": "hint",
    "holidays": "holiday",
    "items": "item",
    "measurements": "measurement",
    "moments": "moment",
    "months": "month",
    "obligations": "obligation",
    "periods": "period",
    "places": "place",
    "points": "point",
    "questions": "question",
    "remarks": "remark",
    "rows": "row",
    "rules": "rule",
    "samples": "sample",
    "sites": "site",
    "statements": "statement",
    "things": "thing",
    "years": "year",
    "times": "time",
    "tokens": "token",
    "views": "view",
    "limits": "limit",
    "deadlines": "deadline",
}
"""What the English sentences count, in the singular; the house checks that none is missing."""

ACTS = {"are": "is", "were": "was", "have": "has", "hold": "holds", "wait": "waits", "owe": "owes", "do": "does"}
"""The verbs that stand beside what is counted."""

_COUNTED = re.compile(
    rf"%\((\w+)\)[ds]((?: [a-z-]+){{0,2}}?) ({'|'.join(sorted(ONE, key=len, reverse=True))})\b(?: ({'|'.join(ACTS)})\b)?"
)


class Counted(str):
    """A sentence that counts; filled in with 1 it says the singular."""

    def __mod__(self, values: Any) -> str:
        """Fill in, by the number."""
        return str(in_number(self, values)) % values if isinstance(values, Mapping) else super().__mod__(values)


def counted(sentence: str) -> str:
    """The same sentence, knowing its singular when it counts something."""
    return Counted(sentence) if _COUNTED.search(sentence) else sentence


def in_number(sentence: str, values: Mapping[str, Any]) -> str:
    """A sentence still to be filled in, with the singular wherever its number is 1."""

    def said(found: re.Match[str]) -> str:
        name, between, noun, act = found.groups()
        if str(values.get(name)) != "1":
            return found[0]
        return f"%({name})s{between} {ONE[noun]}" + (f" {ACTS[act]}" if act else "")

    return _COUNTED.sub(said, str(sentence))
