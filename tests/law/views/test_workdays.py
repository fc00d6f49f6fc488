"""Pages of the calendar."""

from datetime import date
from typing import Any

from core.db import db
from law import queries
from law.calendar import Calendar


def calendar_now() -> Calendar:
    """The calendar as a new request finds it."""
    db.session.commit()
    return queries.calendar()


def test_this_year_shows_its_holidays_and_make_up_days(browse: Any) -> None:
    page = browse("officer").get("/law/calendar")
    assert "2026 年工作日历" in page.text
    assert "2026-10-01 至 2026-10-07" in page.text
    assert "上班" in page.text
    assert not page.soup.select("a[href*='/announce']"), "a shipped year is closed, and an officer may not edit"


def test_a_year_not_announced_says_what_that_means(browse: Any) -> None:
    page = browse("sysadmin").get("/law/calendar/2027")
    assert "还没有录入" in page.text
    assert "推算" in page.text
    assert page.soup.select("a[href='/law/calendar/2027/announce']")


def test_a_year_out_of_reason_is_not_found(browse: Any) -> None:
    for year in (1, 1999, 2500, 999999):
        browse("officer").get(f"/law/calendar/{year}", status=404)


LINES = """2027-01-01 至 2027-01-03 放假 元旦
2027-02-05 至 2027-02-11 放假 春节
2027-02-14 上班 春节
2027-04-05 放假 清明节"""


def test_entering_next_years_notice(browse: Any) -> None:
    browse("officer").get("/law/calendar/2027/announce", status=403)
    admin = browse("sysadmin")
    form = admin.get("/law/calendar/2027/announce")
    wrong = admin.submit(form, {"source": "国办（示例）", "days": "2027-01-01 放假 元旦"}, status=422)
    assert any("不完整" in error for error in wrong.errors)
    assert "2027-01-01 放假 元旦" in wrong.text
    page = admin.follow(admin.submit(form, {"source": "国办（示例）", "days": LINES}))
    assert "国办（示例）" in page.text
    assert "还没有录入" not in page.text
    assert calendar_now().is_workday(date(2027, 2, 14))


def test_a_shipped_year_cannot_be_entered_again(browse: Any) -> None:
    admin = browse("sysadmin")
    form = admin.get("/law/calendar/2026/announce")
    lines = LINES.replace("2027", "2026").replace("2026-02-14", "2026-02-14")
    assert admin.submit(form, {"source": "改", "days": lines}, status=422).errors


def test_a_regional_holiday_is_entered_and_taken_out(browse: Any) -> None:
    reviewer = browse("reviewer")
    form = reviewer.get("/law/calendar/regional/new")
    facts = {"name": "肉孜节（示例）", "first_on": "2026-03-20", "last_on": "2026-03-19", "source": "通知（示例）"}
    assert reviewer.submit(form, facts, status=422).errors
    page = reviewer.follow(reviewer.submit(form, {**facts, "last_on": ""}))
    assert "肉孜节（示例）" in page.text
    assert calendar_now().is_rest(date(2026, 3, 20))
    remove = page.one("a[href$='/remove']")["href"]
    page = reviewer.follow(reviewer.submit(reviewer.get(remove)))
    assert "肉孜节（示例）" not in page.text
    assert calendar_now().is_workday(date(2026, 3, 20))
