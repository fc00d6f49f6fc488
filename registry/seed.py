"""Reference data of the registry: the national classification of industries."""

import csv
from pathlib import Path

from sqlalchemy import Connection, insert, select

from registry.models import Industry

DATA = Path(__file__).parent / "data"


def load(connection: Connection) -> dict[str, int]:
    """Add the industries of GB/T 4754-2017 that are missing; the section letter is kept with each class."""
    known = set(connection.scalars(select(Industry.code)))
    rows, section = [], ""
    with (DATA / "gbt4754_2017.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            section = row["section"] or section
            code = row["code"] or row["section"]
            if code not in known:
                known.add(code)
                rows.append(
                    {
                        "code": code,
                        "name": row["name_zh"],
                        "section": section,
                        "digits": int(row["digits"]),
                        "agreement": row["agreement"],
                    }
                )
    if rows:
        connection.execute(insert(Industry), rows)
    return {"industry": len(rows)}
