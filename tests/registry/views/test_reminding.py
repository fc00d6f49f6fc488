"""催办: whom a reminder reaches and whom not, before it is sent; at most once a day."""

from datetime import date
from typing import Any

import pytest

from registry import obligations
from registry.models import Notification, ObligationKind, Representative
from registry.obligations import Wanted
from tests.world import TODAY


@pytest.fixture
def owed(session: Any, firm: Any, far_firm: Any, person: Any) -> Any:
    """A late, a coming and a fulfilled one of the near firm; one of the far firm."""
    wanted = [
        Wanted("late", ObligationKind.REPORT, "第三季度执行报告", "条例第二十二条", date(2026, 10, 15)),
        Wanted("soon", ObligationKind.MONITORING, "十一月自行监测", "许可证", date(2026, 11, 30)),
        Wanted("done", ObligationKind.REPORT, "第二季度执行报告", "条例第二十二条", date(2026, 7, 15)),
    ]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    obligations.fulfil(obligations.of(firm)[0], date(2026, 7, 10), person("signer"))
    far = [Wanted("far", ObligationKind.REPORT, "远河的报告", "条例", date(2026, 12, 1))]
    obligations.regenerate(far_firm, far, enterprise_id=far_firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()
    return {each.title: each.id for each in obligations.of(firm)} | {
        each.title: each.id for each in obligations.of(far_firm)
    }


def ask(browser: Any, *ids: int, **more: str) -> Any:
    picked = "&".join(f"pick={each}" for each in ids)
    rest = "".join(f"&{key}={value}" for key, value in more.items())
    return browser.get(f"/obligations/remind?picking=1&standing=&{picked}{rest}")


def test_the_list_offers_to_remind_only_who_may(browse: Any, owed: Any) -> None:
    assert browse("officer").get("/obligations").soup.select("button[formaction='/obligations/remind']")
    assert not browse("credit").get("/obligations").soup.select("button[formaction='/obligations/remind']")
    browse("credit").get("/obligations/remind", 403)


def test_the_preview_says_whom_it_reaches_and_changes_nothing(browse: Any, owed: Any, session: Any) -> None:
    page = ask(browse("officer"), owed["第三季度执行报告"], owed["第二季度执行报告"])
    assert "催办 1 项义务" in page.one("h1").get_text()
    assert "何静、孙志远" in page.text
    assert "已于 2026-07-10 履行" in page.text
    assert session.query(Notification).count() == 0


def test_a_reminder_reaches_the_firm_once_a_day(browse: Any, owed: Any, session: Any) -> None:
    officer = browse("officer")
    page = ask(officer, owed["第三季度执行报告"], owed["十一月自行监测"])
    officer.submit(page, {"note": "联系人王晓岚"}, form="/obligations/remind")
    told = session.query(Notification.title, Notification.body, Notification.tone).order_by(Notification.id).all()
    assert told == [
        *[("催办：第三季度执行报告，已逾期 39 天", "联系人王晓岚", "danger")] * 2,
        *[("催办：十一月自行监测，期限 2026-11-30", "联系人王晓岚", "warn")] * 2,
    ]
    assert "今天已经催办过" in ask(officer, owed["第三季度执行报告"]).text
    officer.post("/obligations/remind?standing=", {"picking": "1", "pick": str(owed["第三季度执行报告"])}, 422)
    assert session.query(Notification).count() == 4
    assert "催办：第三季度执行报告" in browse("signer").get("/notifications").text


def test_nobody_is_reminded_of_what_another_county_is_owed(browse: Any, owed: Any, session: Any) -> None:
    officer = browse("officer")
    assert "远河的报告" not in ask(officer, owed["远河的报告"]).text
    officer.post("/obligations/remind?standing=", {"picking": "1", "pick": str(owed["远河的报告"])}, 422)
    assert session.query(Notification).count() == 0


def test_a_firm_without_representatives_is_named_with_the_reason(browse: Any, owed: Any, session: Any) -> None:
    session.query(Representative).update({"until": date(2026, 11, 1)})
    session.commit()
    assert "无人接收" in ask(browse("officer"), owed["第三季度执行报告"]).text


def test_all_that_match_may_be_reminded_at_once(browse: Any, owed: Any) -> None:
    page = browse("permit").get("/obligations/remind?picking=1&all=1&standing=owed")
    assert "催办 3 项义务" in page.one("h1").get_text()


def test_without_a_tick_there_is_nothing_to_remind_of(browse: Any, owed: Any) -> None:
    page = browse("officer").get("/obligations/remind?picking=1")
    assert "先在列表上勾选" in page.text
    assert not page.soup.select("main form[method=post] button.btn-primary")


def test_reports_are_reminded_of_through_the_same_page(browse: Any, owed: Any) -> None:
    permit = browse("permit")
    back = permit.get("/reports/remind?picking=1&pick=1", 303)
    assert back.location.startswith("/obligations/remind?picking=1")


def test_the_queries_of_the_preview_do_not_grow_with_what_is_ticked(browse: Any, owed: Any) -> None:
    officer = browse("officer")
    one = ask(officer, owed["第三季度执行报告"]).queries
    assert ask(officer, *owed.values()).queries == one
