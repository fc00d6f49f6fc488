"""What was measured: a line of the table, and how a time is taken on a machine that others use too."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """One figure, its unit, and what it is to be; ``engine`` and ``count`` say on which data."""

    work: str
    value: float | int | str
    unit: str
    target: str = ""
    engine: str = ""
    count: int = 0


WALL, CPU = time.perf_counter, time.process_time


def best(act: Callable[[], Any], times: int = 5, clock: Callable[[], float] = WALL) -> float:
    """Seconds of the quickest of several runs: what else the machine does only ever adds.

    ``CPU`` counts this process alone: right for work inside it, on a machine that others use too.
    """
    return best_together({"": act}, times, clock)[""]


def best_together(
    acts: dict[str, Callable[[], Any]], times: int = 5, clock: Callable[[], float] = WALL
) -> dict[str, float]:
    """The same for things to be compared: they take turns, so that both have the same neighbours."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(times):
        for name, act in acts.items():
            begun = clock()
            act()
            found[name].append(clock() - begun)
    return {name: min(seconds) for name, seconds in found.items()}


def table(lines: list[Line]) -> str:
    """The lines as text for a terminal."""
    rows = [("engine", "sites", "work", "measured", "unit", "target")]
    rows += [
        (each.engine, f"{each.count:,}" if each.count else "", each.work, _shown(each.value), each.unit, each.target)
        for each in lines
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(6)]
    right = {1, 3}
    drawn = (
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in drawn)


def _shown(value: float | int | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 or isinstance(value, int) else f"{value:,.2f}"
