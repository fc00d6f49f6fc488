"""The comparisons that PERFORMANCE.md names, on the same data: what ships with us runs always, the rest where it is installed.

``pip install -e '.[others]'`` brings the rest; without it a line says "not installed".
"""

import importlib
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlalchemy import Connection, select, text

from bench import firms
from bench.data import Register
from bench.lines import CPU, WALL, Line, best
from core.db import db
from credit import queries, rules
from credit.models import CreditEvent
from registry.models import Enterprise

ROWS, COLUMNS = 10_000, 18
FEW = 1_000

DEEP = text(
    "SELECT id, name, credit_code FROM enterprise WHERE category = 'key' ORDER BY name, id LIMIT 20 OFFSET :past"
)
LIKE = text("SELECT id, name FROM enterprise WHERE name LIKE :typed ORDER BY name, id LIMIT 50")


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family."""
    app = register.app()
    clock = CPU if register.engine == "sqlite" else WALL
    with app.app_context():
        connection = db.session.connection()
        past = {"past": register.count // 14}
        yield Line(
            "other: deep page by OFFSET", best(lambda: connection.execute(DEEP, past).all(), 3, clock) * 1000, "ms"
        )
        for what, typed in (("rare", firms.RARE), ("common", "化工")):
            seconds = best(lambda typed=typed: connection.execute(LIKE, {"typed": f"%{typed}%"}).all(), 3, clock)  # type: ignore[misc]
            yield Line(f"other: search by LIKE, two {what} characters", seconds * 1000, "ms")
        seconds = best(lambda: _by_objects(register.count), 1, clock) / FEW * register.count
        yield Line("other: score by a loop over objects, reckoned from 1,000 firms", seconds, "s")
        rows = _rows(connection)
        db.session.rollback()
    for name, module, written in WRITERS:
        yield from _written(name, module, written, rows)


def _rows(connection: Connection) -> list[list[Any]]:
    """As many cells as the ledger has, of the register's own words."""
    found = connection.execute(text("SELECT * FROM enterprise ORDER BY id LIMIT :rows"), {"rows": ROWS})
    return [[str(value) for value in row[:COLUMNS]] for row in found]


def _by_objects(count: int) -> None:
    """As a first version does it: every firm with its events as objects, and a sum."""
    scheme = queries.scheme_facts(queries.scheme_on(firms.TODAY))
    for firm in db.session.scalars(select(Enterprise).order_by(Enterprise.id).limit(min(FEW, count))).unique().all():
        events = db.session.scalars(select(CreditEvent).where(CreditEvent.enterprise_id == firm.id)).unique()
        counting = [each.points for each in events if each.expires_on is None or each.expires_on > firms.TODAY]
        rules.grade_of(scheme, scheme.base + sum(counting, Decimal(0)))
    db.session.expunge_all()


def _openpyxl(path: Path, rows: list[list[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(path)


def _xlsxwriter(path: Path, rows: list[list[Any]]) -> None:
    book = importlib.import_module("xlsxwriter").Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()


def _tablib(path: Path, rows: list[list[Any]]) -> None:
    """What django-import-export writes with."""
    path.write_bytes(
        importlib.import_module("tablib").Dataset(*rows, headers=[str(at) for at in range(COLUMNS)]).export("xlsx")
    )


WRITERS: tuple[tuple[str, str, Callable[[Path, list[list[Any]]], None]], ...] = (
    ("openpyxl write_only", "openpyxl", _openpyxl),
    ("XlsxWriter constant_memory", "xlsxwriter", _xlsxwriter),
    ("tablib, which django-import-export writes with", "tablib", _tablib),
)


def _written(
    name: str, module: str, write: Callable[[Path, list[list[Any]]], None], rows: list[list[Any]]
) -> Iterator[Line]:
    work = f"other: workbook by {name}, CPU per 1,000 rows"
    try:
        importlib.import_module(module)
    except ImportError:
        yield Line(work, "not installed", "")
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Line(work, best(lambda: write(Path(folder) / "other.xlsx", rows), 2, CPU) / len(rows) * 1e6, "ms")
