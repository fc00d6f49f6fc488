"""The chain of everything that was done."""

import pytest
from sqlalchemy import text

from accounts.audit import Unrecorded, record, verify
from core.db import db


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
