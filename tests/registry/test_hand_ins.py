"""Handing in: the day it came counts, a clerk confirms or gives it back, and nothing that was sent is lost."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from accounts.audit import verify
from core import clock
from core.workflow import NotAllowed
from registry import actions, obligations, queries
from registry.models import Attachment, Enterprise, HandIn, HandInState, Notification, Obligation, ObligationKind
from registry.obligations import Wanted
from registry.rules.obligations import Standing
from tests.inspections.made import at, photo
from tests.registry.made import person
from tests.world import TODAY

SOIL = Wanted(
    "soil-toxic-2025",
    ObligationKind.SOIL,
    "2025 年度有毒有害物质排放情况报告",
    "法典第四百一十四条",
    date(2026, 11, 30),
    opens_on=date(2026, 1, 1),
    url="/my/obligations",
)


@pytest.fixture
def owed(session: Any, firm: Enterprise) -> Obligation:
    """A report owed by the end of the month."""
    obligations.regenerate(firm, [SOIL], enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()
    return obligations.of(firm)[0]


def sent(owed: Obligation) -> HandIn:
    """Handed in today."""
    return actions.hand_in(owed, "已盖章（示例）", [photo()], by=person("preparer"))


def test_it_is_met_on_the_day_it_was_handed_in_with_the_hash_of_each_file(session: Any, owed: Obligation) -> None:
    made = sent(owed)
    session.commit()
    assert (owed.fulfilled_on, made.state, made.number) == (TODAY, HandInState.SENT, 1)
    (file,) = session.scalars(select(Attachment).where(Attachment.subject_kind == "hand_in"))
    assert (file.subject_id, len(file.sha256)) == (made.id, 64)
    clerks = session.scalars(select(Notification).where(Notification.key == f"hand-in-{made.id}")).all()
    assert [each.user_id for each in clerks] == [person("permit").id]
    with clock.at(at(date(2026, 12, 3))):
        actions.confirm_hand_in(made, by=person("permit"))
        session.commit()
    assert (owed.fulfilled_on, made.state) == (TODAY, HandInState.CONFIRMED), "confirmed later, met in time"
    assert obligations.standing(owed, date(2027, 1, 1)) is Standing.FULFILLED
    assert verify(session).ok


def test_what_is_given_back_is_owed_again_by_the_same_last_day(session: Any, owed: Obligation) -> None:
    first = sent(owed)
    with clock.at(at(date(2026, 12, 3))):
        with pytest.raises(NotAllowed, match="还缺什么"):
            actions.return_hand_in(first, "  ", by=person("permit"))
        actions.return_hand_in(first, "缺检测报告（示例）", by=person("permit"))
        assert obligations.standing(owed, clock.today()) is Standing.OVERDUE
        second = sent(owed)
        session.commit()
    assert (second.number, owed.fulfilled_on) == (2, date(2026, 12, 3))
    assert [each.state for each in queries.hand_ins_of(owed)] == [HandInState.SENT, HandInState.RETURNED]
    for verb in (actions.confirm_hand_in, lambda found, by: actions.return_hand_in(found, "再退", by=by)):
        with pytest.raises(NotAllowed, match="已退回"):
            verb(first, by=person("permit"))


def test_it_is_given_back_although_everything_has_to_be_read_again(session: Any, owed: Obligation) -> None:
    made, clerk = sent(owed), person("permit")
    session.commit()
    session.expire_all()
    actions.return_hand_in(made, "缺页（示例）", by=clerk)
    session.commit()
    assert made.state is HandInState.RETURNED


def test_what_cannot_be_handed_in_is_refused_with_the_reason(session: Any, firm: Enterprise, owed: Obligation) -> None:
    with pytest.raises(NotAllowed, match="请选择要报送的文件"):
        actions.hand_in(owed, "", [], by=person("preparer"))
    with pytest.raises(NotAllowed, match="最多 9 个"):
        actions.hand_in(owed, "", [photo()] * 10, by=person("preparer"))
    with pytest.raises(NotAllowed, match=r"没有.*授权"):
        actions.hand_in(owed, "", [photo()], by=person("far_preparer"))
    with pytest.raises(NotAllowed, match="还没有到办理时间"), clock.at(at(date(2025, 12, 31))):
        sent(owed)
    sent(owed)
    with pytest.raises(NotAllowed, match="退回以前不能再报"):
        sent(owed)
    report = replace(SOIL, key="r", kind=ObligationKind.REPORT)
    obligations.regenerate(firm, [SOIL, report], enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    with pytest.raises(NotAllowed, match="不是报送材料"):
        sent(next(each for each in obligations.of(firm) if each.key == "r"))


def test_a_void_duty_takes_nothing_more_and_keeps_what_was_sent(
    session: Any, firm: Enterprise, owed: Obligation, browse: Any
) -> None:
    actions.return_hand_in(sent(owed), "缺页（示例）", by=person("permit"))
    obligations.regenerate(firm, [], enterprise_id=firm.id, today=TODAY, reason="移出名录", by=person("permit"))
    session.commit()
    with pytest.raises(NotAllowed, match="已作废"):
        sent(owed)
    number = owed.id
    page = browse("preparer").get(f"/my/obligations/{number}/hand-in")
    assert "移出名录" in page.text and "缺页（示例）" in page.text
    assert SOIL.title in browse("preparer").get("/my/obligations").text, "submitted work is never hidden"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE hand_in SET sent_on = '2020-01-01'", "UPDATE hand_in SET note = 'x'", "DELETE FROM hand_in"],
)
def test_the_database_itself_keeps_what_was_sent(session: Any, owed: Obligation, statement: str) -> None:
    sent(owed)
    session.flush()
    savepoint = session.begin_nested()
    with pytest.raises(IntegrityError, match="frozen"):
        session.execute(text(statement))
    savepoint.rollback()


def test_the_firm_hands_in_and_the_clerk_gives_back_on_their_pages(session: Any, owed: Obligation, browse: Any) -> None:
    number, preparer = owed.id, browse("preparer")
    form = preparer.get(f"/my/obligations/{number}/hand-in")
    assert "请选择要报送的文件" in " ".join(preparer.submit(form, {}, status=422).errors)
    files = {"files": (BytesIO(photo()), "报告.jpg")}
    page = preparer.follow(preparer.submit(form, {"note": "已盖章（示例）", **files}))
    assert "报告.jpg" in page.text and "待确认" in page.text
    assert not page.soup.select("form input[type=file]")
    hand_in = session.scalars(select(HandIn.id)).one()
    session.commit()
    browse("officer").get(f"/hand-ins/{hand_in}/judge", status=403)
    clerk = browse("permit")
    assert SOIL.title in clerk.get("/hand-ins").text
    assert SOIL.title in clerk.get("/desk").text
    form = clerk.get(f"/hand-ins/{hand_in}/judge")
    assert "还缺什么" in " ".join(clerk.submit(form, {"accepted": "0"}, status=422).errors)
    page = clerk.follow(clerk.submit(form, {"accepted": "0", "reason": "缺检测报告（示例）"}))
    assert "已退回" in page.text
    page = preparer.get(f"/my/obligations/{number}/hand-in")
    assert "缺检测报告（示例）" in page.text
    assert page.soup.select("form input[type=file]")
    assert "缺检测报告（示例）" in browse("officer").get(f"/obligations/{number}").text


def test_another_firm_finds_nothing(session: Any, owed: Obligation, browse: Any) -> None:
    number, hand_in = owed.id, sent(owed).id
    session.commit()
    browse("far_preparer").get(f"/my/obligations/{number}/hand-in", status=404)
    browse("preparer").get(f"/hand-ins/{hand_in}", status=403)
