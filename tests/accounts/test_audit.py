"""The chain of everything that was done."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from accounts.audit import Subject, Unrecorded, images, plain, record, record_many, verify
from core.db import db
from registry.models import Category


def test_a_change_without_an_act_is_not_stored(session, firm) -> None:
    firm.remark = "悄悄改"
    with pytest.raises(Unrecorded):
        session.commit()


def test_an_act_keeps_what_every_row_became(session, firm, person) -> None:
    firm.remark = "更新备注"
    record(firm, "registry:enterprise:edit", "修改", by=person("officer"))
    session.commit()
    last = session.execute(text("SELECT after, enterprise_id FROM audit_entry ORDER BY id DESC")).first()
    assert "更新备注" in last[0] and last[1] == firm.id
    assert verify(session).ok


def test_a_get_that_writes_is_a_defect(app, browse) -> None:
    assert browse("officer").get("/sign-in").status == 200
    assert db.session is not None


def test_the_images_of_many_rows_are_those_of_each_alone() -> None:
    columns = ("version", "id", "category", "longitude", "until", "updated_at", "remark", "is_demo")
    now = datetime(2026, 11, 26, 8, tzinfo=UTC)
    rows = [
        (1, 7, Category.KEY, Decimal("87.500000"), date(2029, 3, 9), now, "甲", True),
        (0, 8, Category.KEY, Decimal("87.5"), None, now, "", False),
        (1, 9, Category.NONE, None, date(2029, 3, 9), now, "甲", False),
    ]
    found = images(columns, rows)
    assert found == [{name: plain(value) for name, value in zip(columns, each, strict=True)} for each in rows]
    assert all([*image] == sorted(columns) for image in found), "they are spelled without being sorted again"
    assert images(columns, []) == []


def test_many_acts_are_kept_in_their_order_with_and_without_a_subject(session, firm, person) -> None:
    officer = person("officer")
    several = [Subject(id_, firm.id, f"第 {id_} 行\n", {"site:1": {"name": "甲\n乙"}}) for id_ in (1, 2)]
    record_many("site", "registry:site:add", several, by=officer)
    record_many("", "registry:obligation:regenerate", [], by=officer)
    record_many("", "registry:obligation:regenerate", [Subject(None, None, "两项", {"facts": {}})], by=officer)
    session.commit()
    told = "SELECT subject_kind, subject_id, enterprise_id, summary, after FROM audit_entry ORDER BY id DESC LIMIT 3"
    last, second, first = session.execute(text(told))
    assert [tuple(each)[:3] for each in (first, second, last)] == [
        ("site", "1", firm.id),
        ("site", "2", firm.id),
        ("", "", None),
    ]
    assert (first[3], json.loads(first[4])) == ("第 1 行\n", {"site:1": {"name": "甲\n乙"}})
    assert verify(session).ok
