"""Measures everything and prints a table and one JSON object: it informs, and fails on nothing.

``python -m bench --sizes 10k,100k --engines sqlite,postgresql --only pages,exports``
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

from accounts import passwords
from bench import admins, chain, credit, data, exports, intake, monitoring, others, pages, papers, stations
from bench.data import Register
from bench.lines import CPU, Line, best, table
from core import clock

SIZES = {"10k": 10_000, "100k": 100_000, "500k": 500_000, "1m": 1_000_000}

FAMILIES: dict[str, Callable[[Register], Iterator[Line]]] = {
    "pages": pages.measured,
    "exports": exports.measured,
    "credit": credit.measured,
    "chain": chain.measured,
    "intake": intake.measured,
    "others": others.measured,
    "admins": admins.measured,
    "monitoring": monitoring.measured,
    "stations": stations.measured,
}
SMALLEST_ONLY = ("intake", "monitoring", "stations")
"""Families that do not depend on how many firms there are."""

LEFT_OUT = (
    "weasyprint: needs an installation of its own",
    "stratified draw: the product has none yet",
)


def alone() -> Iterator[Line]:
    """What needs no register."""
    yield from papers.measured()
    yield Line(
        "sign-in: argon2id 19 MiB, 2 passes",
        best(lambda: passwords.hashed("Tianshan-2026"), 5, CPU) * 1000,
        "ms",
        "~28",
    )


def tried(work: Callable[[], Iterator[Line]], name: str) -> list[Line]:
    """The lines of a family; one that breaks says so and stops nothing else."""
    found: list[Line] = []
    try:
        for line in work():
            found.append(line)
            print(
                f"  {line.work}: {line.value if isinstance(line.value, str) else round(line.value, 2)} {line.unit}",
                file=sys.stderr,
            )
    except Exception as error:  # it informs and fails on nothing
        found.append(Line(name, "failed", f"{type(error).__name__}: {error}"[:80]))
        print(f"  {name} failed: {type(error).__name__}: {error}", file=sys.stderr)
    return found


def main() -> None:
    """Read the options, build what is missing, measure, print."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument(
        "--sizes", default="10k,100k", help="of 10k, 100k, 500k, 1m (builds once: 1m takes about 10 minutes)"
    )
    options.add_argument("--engines", default="sqlite,postgresql")
    options.add_argument("--only", default=",".join(["alone", *FAMILIES]), help="families, by name")
    given = options.parse_args()
    wanted = given.only.split(",")
    lines: list[Line] = tried(alone, "papers") if "alone" in wanted else []
    notes = list(LEFT_OUT)
    for engine in given.engines.split(","):
        try:
            with data.server(engine) as url:
                for size in given.sizes.split(","):
                    lines += _of(engine, url, SIZES[size.lower()], wanted)
        except FileNotFoundError:
            notes.append(f"{engine}: no server is installed")
    lines += _ratios(lines)
    print(table(lines))
    for note in notes:
        print(f"left out: {note}")
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "on": clock.today().isoformat(),
    }
    print(
        json.dumps(
            {"machine": machine, "lines": [asdict(line) for line in lines], "left_out": notes}, ensure_ascii=False
        )
    )


def _of(engine: str, url: str, count: int, wanted: list[str]) -> list[Line]:
    print(f"{engine}, {count:,} sites", file=sys.stderr)
    register = data.ready(engine, url, count)
    found: list[Line] = []
    for name, family in FAMILIES.items():
        if name in wanted and (name not in SMALLEST_ONLY or count == 10_000):
            found += tried(lambda work=family: work(register), name)  # type: ignore[misc]
    return [replace(line, engine=engine, count=count) for line in found]


def _ratios(lines: list[Line]) -> Iterator[Line]:
    """What the largest register costs beside the smallest, for each engine."""
    for work, target in (("list page, one process", "≤ 1.2"), ("enterprise page, one process", "flat")):
        for engine in dict.fromkeys(line.engine for line in lines):
            found = {line.count: line.value for line in lines if line.work == work and line.engine == engine}
            if len(found) > 1:
                small, large = min(found), max(found)
                ratio = float(found[large]) / float(found[small])
                yield Line(f"{work}: {large:,} ÷ {small:,} sites", ratio, "×", target, engine)


if __name__ == "__main__":
    main()
