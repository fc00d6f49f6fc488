"""Values asked for past the ORM are those the session knows."""

from typing import Any

from sqlalchemy import select

from core.db import direct
from registry.models import Enterprise


def test_what_is_still_to_be_written_is_seen_past_the_orm(session: Any, firm: Enterprise) -> None:
    firm.remark = "刚改的备注"
    assert direct(session).scalar(select(Enterprise.remark).where(Enterprise.id == firm.id)) == "刚改的备注"
