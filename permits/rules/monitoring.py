"""How often an outlet must be sampled: the permit's words read as a count."""

import re
from datetime import date
from decimal import Decimal

_FREQUENCY = re.compile(
    r"^(?:每)?(?:(?P<times>\d+)\s*次\s*[/／每]\s*)?(?P<every>\d*)\s*(?:个)?(?P<unit>半年|年|季度|季|月|周|日|天|小时|时)"
    r"(?:\s*(?P<after>\d+)\s*次)?$"
)
_PER_YEAR = {"半年": 2, "年": 1, "季度": 4, "季": 4, "月": 12, "周": 52, "日": 365, "天": 365, "小时": 8760, "时": 8760}
AUTOMATIC = ("自动", "连续", "在线")


def is_automatic(frequency: str, method: str = "") -> bool:
    """Whether an instrument measures all the time."""
    return any(word in frequency or word in method for word in AUTOMATIC)


def times_per_year(frequency: str) -> Decimal | None:
    """1次/季 → 4, 每半年1次 → 2, 1次/2月 → 6; None for words that say no number (自动监测)."""
    found = _FREQUENCY.match(frequency.replace(" ", ""))
    if not found or not (found["times"] or found["after"]):
        return None
    times = Decimal(found["times"] or found["after"])
    every = Decimal(found["every"] or 1)
    return times * _PER_YEAR[found["unit"]] / every if every else None


def required_samples(frequency: str, first: date, last: date) -> int | None:
    """How many samples a period needs at least, rounded down: a half-yearly one is not owed in each quarter."""
    yearly = times_per_year(frequency)
    if yearly is None:
        return None
    months = Decimal((last.year - first.year) * 12 + last.month - first.month + 1)
    return int(yearly * months / 12)
