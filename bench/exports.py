"""The ledger as a workbook: time to the first byte and in all, peak memory, beside compressing the same XML."""

import json
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from accounts.models import User
from bench.data import Register, settings
from bench.lines import Line
from core import clock
from core.db import db, writing
from core.ledger import Stamp
from registry.ledgers.enterprises import ENTERPRISES

ROWS = 100_000


def measured(register: Register) -> Iterator[Line]:
    """The export in a process of its own, so that its memory is its own."""
    out = register.folder / "ledger.xlsx"
    command = [sys.executable, "-m", "bench.exports", register.url, str(register.folder), str(out)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    export = json.loads(told.stdout.splitlines()[-1])
    floor = _floor(out)
    rows = f"{export['rows']:,} × {export['columns']}"
    yield Line(f"ledger {rows}", export["seconds"], "s")
    yield Line("ledger ÷ zlib-6 over the same XML, CPU", export["cpu"] / floor, "×", "≤ 1.2")
    yield Line("ledger, first byte", export["first_byte"], "s", "≤ 0.5")
    yield Line("ledger, peak memory of the process", export["peak"], "MiB", "≤ 80")
    yield Line("ledger, memory above the started product", export["peak"] - export["before"], "MiB")
    yield Line("ledger, CPU per 1,000 rows", export["cpu"] / export["rows"] * 1e6, "ms", "linear")


def _floor(book: Path) -> float:
    with zipfile.ZipFile(book) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
    found = []
    for _ in range(2):
        begun, packer = time.process_time(), zlib.compressobj(6, zlib.DEFLATED, -15)
        for at in range(0, len(sheet), 1 << 18):
            packer.compress(sheet[at : at + (1 << 18)])
        packer.flush()
        found.append(time.process_time() - begun)
    return min(found)


def _peak() -> float:
    """The most memory this process had so far; ``ru_maxrss`` would be that of whoever started it, if it had more."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell the peak memory of a process")


def export(url: str, folder: Path, out: Path) -> dict[str, float]:
    """Write the whole register, every column, as the page's button does."""
    from app import create_app

    app = create_app(settings(url, folder))
    writing.set(False)
    with app.test_request_context("/enterprises.xlsx"):
        person = db.session.scalars(select(User).where(User.username == "reviewer")).one()
        columns = ",".join(column.key for column in ENTERPRISES.columns)
        args = MultiDict({"cols": columns, "sort": "name"})
        stamp = Stamp(at=clock.now(), by_name=person.name, audit_head="0" * 64, scope="昌吉州")
        known = ENTERPRISES.asked(args, person)
        before, begun, cpu, first = _peak(), time.perf_counter(), time.process_time(), 0.0
        with out.open("wb") as file, db.sessionmaker() as own:
            for part in ENTERPRISES.xlsx(own, args, person, stamp):
                first = first or time.perf_counter() - begun
                file.write(part)
        took, cpu = time.perf_counter() - begun, time.process_time() - cpu
        with zipfile.ZipFile(out) as archive, archive.open("xl/worksheets/sheet2.xml") as sheet:
            rows = sum(chunk.count(b"<row ") for chunk in iter(lambda: sheet.read(1 << 20), b"")) - 1
        return {
            "rows": rows,
            "columns": len(known.exported),
            "seconds": took,
            "cpu": cpu,
            "first_byte": first,
            "before": before,
            "peak": _peak(),
        }


if __name__ == "__main__":
    print(json.dumps(export(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
