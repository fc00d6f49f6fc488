"""Reference data of the room: the 12-point scheme that ships as an example (示例; FACTS D2, 江苏 model)."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, insert, select

from credit.models import EventClass, EventKind, Scheme, SchemeRule

DATA = Path(__file__).parent / "data"


def load(connection: Connection) -> dict[str, int]:
    """Add the example scheme when no version of it is there."""
    if connection.execute(select(Scheme.id).where(Scheme.key == "example12")).first():
        return {"scheme": 0}
    made_id = connection.execute(
        insert(Scheme).values(
            key="example12",
            number=1,
            title="企业环境信用 12 分制（示例）",
            base=Decimal(9),
            ceiling=Decimal(12),
            floor=Decimal(0),
            thresholds=[["green", "11"], ["blue", "6"], ["yellow", "3"], ["red", "1"], ["black", "0"]],
            valid_from=date(2024, 1, 1),
            source="示例：按江苏 2019/2020 年 12 分制改写，未经新疆主管部门发布，未核对",
            is_example=True,
        )
    ).inserted_primary_key[0]  # type: ignore[index]
    with (DATA / "scheme_rules.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "scheme_id": made_id,
                "position": int(row["position"]),
                "kind": EventKind(row["kind"]).code,
                "title": row["title"],
                "points": Decimal(row["points"]),
                "months": int(row["months"]) if row["months"] else None,
                "event_class": EventClass(row["event_class"]),
                "source": row["source"],
            }
            for row in csv.DictReader(file)
        ]
    connection.execute(insert(SchemeRule), rows)
    return {"scheme": 1, "scheme_rule": len(rows)}
