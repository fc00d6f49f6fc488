"""The desk: what waits, sorted by how near it is, asked for by a fixed number of questions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.desk import desk
from app.desk.board import urgency
from core import clock
from credit import actions as credit
from permits import actions as permit_actions
from permits.models import MeasureKind, MonitoringSignal, Permit
from tests.credit import made as credit_made
from tests.inspections import made
from tests.permits import made as permits
from tests.world import TODAY


@pytest.mark.parametrize(
    ("due_on", "group"),
    [
        (date(2026, 11, 20), "late"),
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 26), "soon"),
        (date(2026, 11, 27), "later"),
        (None, "open"),
    ],
)
def test_a_deadline_belongs_to_one_group(due_on: date | None, group: str) -> None:
    assert urgency(due_on, date(2026, 11, 23), date(2026, 11, 26)) == group


def titles(person: Any, key: str, day: date = TODAY) -> list[str]:
    return [item.title for item in desk(person, day).group(key).items]


def test_three_working_days_leap_over_a_weekend(session: Any, firm: Any, person: Any) -> None:
    made.served(made.final(firm), days=1)
    friday = date(2026, 11, 20)
    with clock.at(friday):
        assert titles(person("officer"), "soon", friday) == ["阜康晨岭焦化（示例）：昌州环责改〔2026〕阜-1号"]


def test_an_order_is_on_its_officers_desk_until_the_day_and_overdue_after(session: Any, firm: Any, person: Any) -> None:
    order = made.served(made.final(firm))
    officer = person("officer")
    assert len(titles(officer, "later")) == 1
    for day, group in ((order.due_on, "today"), (date(2026, 12, 20), "late")):
        assert day is not None
        with clock.at(day):
            assert len(titles(officer, group, day)) == 1
            assert desk(officer, day).group(group).items[0].act == "安排复查"


def test_another_countys_officer_has_none_of_it(session: Any, firm: Any, person: Any) -> None:
    made.served(made.final(firm))
    assert desk(person("far_officer"), TODAY).empty


def test_a_finding_without_an_order_waits_for_one(session: Any, firm: Any, person: Any) -> None:
    inspection = made.final(firm)
    waiting = desk(person("officer"), TODAY).group("open").items
    assert [(item.kind, item.act_url) for item in waiting] == [
        ("待责令改正", f"/inspections/{inspection.id}/orders/new")
    ]
    made.order(inspection)
    assert desk(person("officer"), TODAY).group("open").items == []
    assert [note.title for note in desk(person("officer"), TODAY).drafts] == ["责令改正：阜康晨岭焦化（示例）"]


def test_what_was_sent_to_the_approver_waits_on_one_desk_and_is_with_another_on_the_other(
    session: Any, firm: Any, person: Any
) -> None:
    from inspections import actions

    order = made.order(made.final(firm))
    actions.send_order(order, by=person("officer"))
    session.flush()
    assert [note.text[:5] for note in desk(person("officer"), TODAY).others] == ["在审批人处"]
    assert [item.act for item in desk(person("county_approver"), TODAY).group("open").items] == ["审批"]


def test_a_report_not_handed_in_is_on_the_clerks_and_the_officers_desk(session: Any, firm: Any, person: Any) -> None:
    permits.owed(permits.permit(firm), "2026-q3")
    for username in ("permit", "officer"):
        late = desk(person(username), TODAY).group("late").items
        assert any("2026 年第 3 季度" in item.title for item in late), username


def flat_line(permit: Permit, value: str, day: int = 1) -> None:
    """Thirteen equal hour means: a signal, and no limit broken."""
    start = datetime(2026, 8, day, tzinfo=clock.BEIJING)
    given = [
        permit_actions.ResultInput(
            "DA001", permits.SO2, start + timedelta(hours=at), Decimal(value), "mg/m³", MeasureKind.HOUR
        )
        for at in range(13)
    ]
    permit_actions.record_results(permit, given, by=made.person("preparer"))


def test_a_signal_waits_on_the_desk_of_the_firms_officers_until_somebody_says_what_it_was(
    session: Any, firm: Any, person: Any
) -> None:
    flat_line(permits.permit(firm), "18.6")
    session.commit()
    sign = session.scalars(select(MonitoringSignal)).one()
    for username in ("officer", "officer2"):
        (item,) = [each for each in desk(person(username), TODAY).group("open").items if each.kind == "数据异常信号"]
        assert (item.act, item.act_url) == ("核实", f"/signals/{sign.id}")
        assert item.title == "阜康晨岭焦化（示例）：DA001 二氧化硫"
        assert "长时间不变" in item.why and "不是结论" in item.why and "造假" not in item.title + item.kind + item.why
        assert item.tone != "danger"
    for username in ("far_officer", "permit", "approver", "reviewer"):
        kinds = {each.kind for group in desk(person(username), TODAY).groups for each in group.items}
        assert "数据异常信号" not in kinds, username
    permit_actions.handle_signal(sign, "现场核实，采样管路堵塞，已检修", by=person("officer"))
    session.commit()
    assert "数据异常信号" not in {each.kind for each in desk(person("officer"), TODAY).group("open").items}


def test_a_fine_is_due_fifteen_days_after_it_was_served(session: Any, firm: Any, person: Any) -> None:
    decision = made.confirmed(firm)
    session.flush()
    item = next(item for group in desk(person("officer"), TODAY).groups for item in group.items if item.kind == "罚款")
    assert decision.served_on is not None
    assert item.due_on is not None and (item.due_on - decision.served_on).days >= 15


def test_the_credit_clerk_and_the_approver_see_a_listing_in_turn(session: Any, firm: Any, person: Any) -> None:
    listing = credit_made.proposed(firm)
    session.flush()
    assert [item.act for item in desk(person("credit"), TODAY).group("open").items] == ["事先告知"]
    assert desk(person("approver"), TODAY).others == []
    listing = credit_made.notified(firm) if listing is None else listing
    credit.issue_notice(listing, by=person("credit"))


def test_the_reviewer_is_told_what_nobody_has_checked(session: Any, person: Any) -> None:
    kinds = {item.kind for group in desk(person("reviewer"), TODAY).groups for item in group.items}
    assert "未核对" in kinds


@pytest.mark.parametrize("username", ["sysadmin", "secadmin", "auditor"])
def test_the_administrators_have_desks_of_their_own(browse: Any, username: str) -> None:
    page = browse(username).get("/desk")
    assert "我的待办" in page.text
    assert "执行报告" not in page.text


def test_the_figures_over_the_desk_lead_to_their_rows(session: Any, browse: Any, firm: Any) -> None:
    made.served(made.final(firm))
    session.commit()
    page = browse("officer").get("/desk")
    for link in page.soup.select(".tally a"):
        assert page.soup.select(str(link["href"])), link


def test_the_desk_asks_as_many_questions_for_many_rows_as_for_few(session: Any, browse: Any, firm: Any) -> None:
    browser = browse("officer")
    permit = permits.permit(firm)
    flat_line(permit, "18.6")
    made.served(made.final(firm))
    made.confirmed(firm)
    session.commit()
    few = browser.get("/desk").queries
    for number in range(4):
        flat_line(permit, f"18.{number}", day=number + 2)
        made.served(made.final(firm))
        made.final(firm)
        made.confirmed(firm, number=f"昌州环罚字〔2026〕阜-{number + 10}号")
    session.commit()
    assert browser.get("/desk").queries == few


@pytest.mark.parametrize("username", ["approver", "permit", "credit", "reviewer"])
def test_no_desk_asks_more_for_more_rows(session: Any, browse: Any, firm: Any, person: Any, username: str) -> None:
    from inspections import actions

    browser = browse(username)

    def more(number: int) -> None:
        actions.send_order(made.order(made.final(firm)), by=person("officer"))
        made.decision(firm, number=f"昌州环罚字〔2026〕阜-{number}号")

    more(20)
    session.commit()
    few = browser.get("/desk").queries
    for number in range(21, 24):
        more(number)
    session.commit()
    assert browser.get("/desk").queries == few
