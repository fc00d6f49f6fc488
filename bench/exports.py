"""The ledger as a workbook: time to the first byte and in all, peak memory, beside compressing the same XML.

Ours and the one that openpyxl's ``write_only`` writes for the same rows, which is what others would have to compress.
"""

import json
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from accounts.models import User
from bench.data import Register, settings
from bench.lines import Line
from core import clock
from core.db import db, writing
from core.ledger import Stamp
from registry.ledgers.enterprises import ENTERPRISES

OURS, THEIRS = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet1.xml"
"""Where the rows are in our workbook, and in one that openpyxl writes."""


def measured(register: Register) -> Iterator[Line]:
    """The export in a process of its own, so that its memory is its own."""
    out = register.folder / "ledger.xlsx"
    command = [sys.executable, "-m", "bench.exports", register.url, str(register.folder), str(out)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    export = json.loads(told.stdout.splitlines()[-1])
    floor, theirs = _floor(out, OURS), _floor(_written_by_openpyxl(out), THEIRS)
    rows = f"{export['rows']:,} × {export['columns']}"
    yield Line(f"ledger {rows}", export["seconds"], "s")
    yield Line("ledger ÷ zlib-6 over our own XML, CPU", export["cpu"] / floor, "×", "≤ 1.2")
    yield Line("ledger ÷ zlib-6 over openpyxl's XML of the same rows, CPU", export["cpu"] / theirs, "×")
    yield Line("ledger, first byte", export["first_byte"], "s", "≤ 0.5")
    yield Line("ledger, peak memory of the process", export["peak"], "MiB", "≤ 80")
    yield Line("ledger, memory above the started product", export["peak"] - export["before"], "MiB")
    yield Line("ledger, CPU per 1,000 rows", export["cpu"] / export["rows"] * 1e6, "ms", "linear")


def _written_by_openpyxl(book: Path) -> Path:
    """The same rows, written row by row by openpyxl, with no style: the least it can write."""
    out = book.with_name("openpyxl.xlsx")
    rows = CalamineWorkbook.from_path(book).get_sheet_by_index(1).to_python()
    plain = Workbook(write_only=True)
    sheet = plain.create_sheet()
    for row in rows:
        sheet.append([None if value == "" else value for value in row])
    plain.save(out)
    return out


def _floor(book: Path, member: str) -> float:
    with zipfile.ZipFile(book) as archive:
        sheet = archive.read(member)
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
        with zipfile.ZipFile(out) as archive, archive.open(OURS) as sheet:
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
