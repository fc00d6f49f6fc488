"""Many rows at once are the same rows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core import bulk, clock
from registry.models import Category, Enterprise, Site, Status

COLUMNS = (
    "id", "version", "credit_code", "id_kind", "name", "search_key", "legal_representative", "contact_name",
    "contact_phone", "address", "category", "status", "status_reason", "status_since", "area_id", "office_id", "remark",
    "source", "source_key", "registered_at", "updated_at", "permit_no", "is_demo",
)  # fmt: skip


@pytest.mark.parametrize("count", [1, bulk.COPIED_FROM + 1])
def test_every_kind_of_value_comes_back_as_it_went_in(session: Any, firm: Enterprise, count: int) -> None:
    connection = session.connection()
    ids = bulk.new_ids(connection, Enterprise.__table__, count)
    assert len(set(ids)) == count
    now, odd = clock.now(), "𬍛\t\\N\n=1+1"
    rows = [
        (
            id_, 1, f"X{id_}", firm.id_kind, odd, "", "", "", "", "", Category.KEY, Status.SUSPENDED, "检修",
            date(2026, 1, 2), firm.area_id, firm.office_id, "", "", "", now, now, "", True,
        )
        for id_ in ids
    ]  # fmt: skip
    bulk.insert_many(connection, Enterprise.__table__, COLUMNS, rows)
    made = session.scalars(select(Enterprise).where(Enterprise.id == ids[-1])).one()
    assert (made.name, made.category, made.status, made.status_since) == (
        odd,
        Category.KEY,
        Status.SUSPENDED,
        date(2026, 1, 2),
    )
    assert (made.registered_at, made.is_demo, made.scale) == (now, True, None)


def test_exact_figures_and_gaps_survive(session: Any, firm: Enterprise) -> None:
    (id_,) = bulk.new_ids(session.connection(), Site.__table__, 1)
    columns = (
        "id",
        "version",
        "enterprise_id",
        "name",
        "area_id",
        "office_id",
        "address",
        "longitude",
        "latitude",
        "control_unit",
        "category",
    )
    row = (
        id_,
        1,
        firm.id,
        "厂区",
        firm.area_id,
        firm.office_id,
        "",
        Decimal("88.015232"),
        Decimal("44.157425"),
        "",
        Category.NONE,
    )
    bulk.insert_many(session.connection(), Site.__table__, columns, [row])
    made = session.get(Site, id_)
    assert (made.longitude, made.latitude, made.industry_code) == (Decimal("88.015232"), Decimal("44.157425"), None)


def test_no_rows_are_no_statement(session: Any) -> None:
    bulk.insert_many(session.connection(), Site.__table__, ("id",), [])
    assert list(bulk.new_ids(session.connection(), Site.__table__, 0)) == []
