"""Sites under watch as the officer and the approver see them."""

from typing import Any

import pytest
from sqlalchemy import select

from core.db import db
from permits.models import PostPermitWatch
from registry import actions as registry
from registry.models import Enterprise, ListKind
from tests.inspections.made import final
from tests.permits.conftest import Ids
from tests.permits.made import person

CLEARED = {
    "survey": "not_owed", "survey_basis": "不属土壤重点监管单位", "land_use": "same", "remark": "设施已拆除",
}  # fmt: skip


@pytest.fixture
def watch_id(session: Any, browse: Any, ids: Ids) -> int:
    """The watch over 晨岭焦化, opened by the clerk who revoked the permit."""
    clerk = browse("permit")
    page = clerk.get(f"/permits/{ids.permit}/end")
    clerk.submit(page, {"verb": "revoke", "ended_on": "2026-11-20", "reason": "昌州环罚字〔2026〕9号（示例）"})
    found = session.scalars(select(PostPermitWatch.id)).one()
    session.commit()
    return int(found)


def test_an_officer_clears_up_and_an_approver_releases(browse: Any, ids: Ids, watch_id: int) -> None:
    officer, approver = browse("officer"), browse("approver")
    assert "晨岭" in officer.get("/post-permit-watch").text
    page = officer.get(f"/post-permit-watch/{watch_id}")
    assert "昌州环罚字〔2026〕9号" in page.text
    assert "/release" not in page.html
    assert "列入证后监管" in officer.get(f"/permits/{ids.permit}").text
    page = approver.get(f"/post-permit-watch/{watch_id}")
    assert "还没有查明土地用途。" in page.text
    assert "/note" not in page.html
    form = approver.get(f"/post-permit-watch/{watch_id}/release")
    assert "还没有查明土地用途。" in approver.submit(form, {"reason": "已查清"}, status=422).text
    form = officer.get(f"/post-permit-watch/{watch_id}/note")
    refused = officer.submit(form, {**CLEARED, "survey_basis": ""}, status=422)
    assert "请写明认定的依据" in refused.text
    officer.submit(refused, {**CLEARED, "watched_by_id": str(person("officer").id)})
    approver.submit(approver.get(f"/post-permit-watch/{watch_id}/release"), {"reason": "已查清（示例）"})
    assert "已查清（示例）" in officer.get(f"/post-permit-watch/{watch_id}").text
    assert "晨岭" not in officer.get("/post-permit-watch").one("main table, main .empty").get_text()
    assert "晨岭" in officer.get("/post-permit-watch?state=released").text


def test_the_page_shows_the_last_findings_and_the_soil_list(
    session: Any, browse: Any, firm: Enterprise, watch_id: int
) -> None:
    assert "还没有检查" in browse("officer").get(f"/post-permit-watch/{watch_id}").text
    final(firm)
    registry.add_to_list(firm, ListKind.SOIL, 2026, "焦化", "部令第27号", firm.updated_at.date(), by=person("officer"))
    db.session.commit()
    text = browse("officer").get(f"/post-permit-watch/{watch_id}").text
    assert "发现 1 个问题" in text
    assert "企业列入过土壤重点监管名录：2026 年" in text


def test_a_watch_waits_on_the_desk_until_it_is_cleared_up(browse: Any, watch_id: int) -> None:
    officer = browse("officer")
    assert f"/post-permit-watch/{watch_id}/note" in officer.get("/desk?whole=1").html
    officer.submit(officer.get(f"/post-permit-watch/{watch_id}/note"), CLEARED)
    assert f"/post-permit-watch/{watch_id}/note" not in officer.get("/desk?whole=1").html


def test_strangers_find_nothing_and_readers_do_not_write(browse: Any, watch_id: int) -> None:
    browse("far_officer").get(f"/post-permit-watch/{watch_id}", status=404)
    browse("far_officer").get(f"/post-permit-watch/{watch_id}/note", status=404)
    browse("credit").get(f"/post-permit-watch/{watch_id}")
    browse("credit").get(f"/post-permit-watch/{watch_id}/note", status=403)
    browse("officer").get(f"/post-permit-watch/{watch_id}/release", status=403)
    browse("preparer").get("/post-permit-watch", status=403)
