"""Reference data of the room: the checklist that ships as an example (示例)."""

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, insert, select

from inspections.models import Checklist, ChecklistItem

DATA = Path(__file__).parent / "data"


def load(connection: Connection) -> dict[str, int]:
    """Add the example checklist when no version of it is there."""
    if connection.execute(select(Checklist.id).where(Checklist.key == "general")).first():
        return {"checklist": 0}
    made_id = connection.execute(
        insert(Checklist).values(
            key="general",
            number=1,
            title="固定污染源现场检查清单（示例）",
            valid_from=date(2026, 8, 15),
            source="示例，按条例和法典条目编写，未核对",
        )
    ).inserted_primary_key[0]  # type: ignore[index]
    with (DATA / "checklist_items.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {**row, "position": int(row["position"]), "checklist_id": made_id}
            for row in csv.DictReader(file)
            if row.pop("checklist") == "general"
        ]
    connection.execute(insert(ChecklistItem), rows)
    return {"checklist": 1, "checklist_item": len(rows)}
