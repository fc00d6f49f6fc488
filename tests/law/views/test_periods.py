"""Pages of statutory periods."""

from datetime import date
from typing import Any

import pytest

from law import queries
from law.terms import seeded_terms


def test_all_periods_stand_under_their_headings(browse: Any) -> None:
    page = browse("officer").get("/law/deadlines")
    assert "66 个期限" in page.text
    for term in seeded_terms().values():
        assert term.title in page.text
        assert term.words in page.text
    assert page.queries < 12


def test_a_try_gives_the_last_day_its_sum_and_the_strip(browse: Any) -> None:
    page = browse("officer").get("/law/deadlines?term=court_enforcement_urge&start=2026-11-16&event=送达")
    assert "11-16 送达，次日起算，10 个工作日，遇休息日 4 天 = 11-30" in page.text
    assert len(page.soup.select(".days i")) == 14
    assert "剩 6 个工作日" in page.text


def test_a_try_through_next_year_is_marked_provisional(browse: Any) -> None:
    page = browse("officer").get("/law/deadlines?term=court_enforcement_urge&start=2026-12-25")
    assert "暂定" in page.text


def test_a_try_with_an_excluded_period_and_an_extension(browse: Any) -> None:
    asked = "term=case.close_limit&start=2026-03-02&extended=1&pause_first=2026-04-01&pause_last=2026-04-10"
    page = browse("officer").get(f"/law/deadlines?{asked}&pause_told=2026-04-01")
    assert "扣除所填期间（04-01 至 04-10） 10 天" in page.text
    assert "= 07-10" in page.text
    silent = browse("officer").get(f"/law/deadlines?{asked}")
    assert "未书面告知当事人，不扣除" in silent.text
    assert "= 06-30" in silent.text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("term=fine.late_daily_rate&start=2026-03-02", "不是期限"),
        ("term=no.such&start=2026-03-02", "期限"),
        ("term=fine.pay&start=2026-02-30", "2026-11-23"),
        ("term=fine.pay&start=2026-03-02&extended=1", "最多可延长 0 次"),
        ("term=fine.pay&start=2026-03-02&extended=many", "延长次数"),
        ("term=case.close_limit&start=2026-03-02&pause_first=2026-04-02&pause_last=2026-04-01", "扣除期间"),
        ("term=records.retention&start=9999-03-02", "年份"),
    ],
)
def test_a_try_that_makes_no_sense_is_refused_at_its_field(browse: Any, asked: str, words: str) -> None:
    page = browse("officer").get(f"/law/deadlines?{asked}")
    assert page.errors
    assert words in " ".join(page.errors)


def test_each_period_has_a_page_with_its_source(browse: Any) -> None:
    officer = browse("officer")
    for key, term in seeded_terms().items():
        assert term.source in officer.get(f"/law/deadlines/{key}").text
    officer.get("/law/deadlines/no.such", status=404)


def test_a_legal_officer_settles_how_a_period_is_counted(browse: Any) -> None:
    browse("officer").get("/law/deadlines/fine.pay/edit", status=403)
    reviewer = browse("reviewer")
    form = reviewer.get("/law/deadlines/fine.pay/edit")
    page = reviewer.follow(reviewer.submit(form, {"last_day_moves": "y", "note": ""}))
    assert "已核对" in page.text
    assert queries.deadline("fine.pay", date(2026, 9, 18)).due == date(2026, 10, 8)


def test_the_day_that_the_law_does_not_name_is_set_by_a_legal_officer(browse: Any) -> None:
    address, reviewer = "/law/deadlines/soil.hidden_risk_check", browse("reviewer")
    assert "未核对" in reviewer.get(address).text
    form = reviewer.get(f"{address}/edit")
    assert "月-日" in " ".join(reviewer.submit(form, {"on_day": "2月底"}, status=422).errors)
    page = reviewer.follow(reviewer.submit(form, {"on_day": "03-31", "note": ""}))
    assert "每年 03-31" in page.text
    assert queries.deadline("soil.hidden_risk_check", date(2026, 12, 31)).due == date(2027, 3, 31)
