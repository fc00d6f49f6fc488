"""What every installation begins with: the areas and offices of 昌吉, the system user, the head of the chain."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from accounts.models import GENESIS, Area, AreaKind, AuditHead, Office, User

DATA = Path(__file__).parent / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    """A reference table as it is kept in the project."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load(connection: Connection) -> dict[str, int]:
    """Add the rows that are missing, by their codes."""
    added = {"area": _areas(connection), "office": _offices(connection)}
    if not connection.execute(select(User.id).where(User.username == "system")).first():
        connection.execute(
            insert(User).values(username="system", name="系统", is_system=True, version=1, **_user_defaults())
        )
    if not connection.execute(select(AuditHead.id)).first():
        connection.execute(insert(AuditHead).values(id=1, length=0, hash=GENESIS))
    return added


def _user_defaults() -> dict[str, Any]:
    return {"password_changed_at": datetime(2026, 1, 1, tzinfo=UTC)}


def _areas(connection: Connection) -> int:
    known: dict[str, int] = dict(connection.execute(select(Area.code, Area.id)).all())
    count = 0
    for row in rows_of("areas.csv"):
        if row["code"] in known:
            continue
        values = {
            "code": row["code"],
            "name": row["name"],
            "kind": row["kind"],
            "parent_id": known.get(row["parent"]),
            "source": row["source"],
            "confidence": row["confidence"],
        }
        result = connection.execute(insert(Area).values(**{**values, "kind": AreaKind.of(row["kind"])}))
        known[row["code"]] = result.inserted_primary_key[0]  # type: ignore[index]
        count += 1
    return count


def _offices(connection: Connection) -> int:
    areas: dict[str, int] = dict(connection.execute(select(Area.code, Area.id)).all())
    known: dict[str, int] = dict(connection.execute(select(Office.code, Office.id)).all())
    count = 0
    for row in rows_of("offices.csv"):
        if row["code"] in known:
            continue
        result = connection.execute(
            insert(Office).values(
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                area_id=areas[row["area"]],
                parent_id=known.get(row["parent"]),
                document_prefix=row["document_prefix"],
                serial_prefix=row["serial_prefix"],
                punishes_from=datetime.fromisoformat(row["punishes_from"]).date() if row["punishes_from"] else None,
            )
        )
        known[row["code"]] = result.inserted_primary_key[0]  # type: ignore[index]
        count += 1
    return count
