"""One's messages, and the calendar one subscribes to."""

from datetime import date
from typing import Any

import pytest

from registry import obligations
from registry.models import ObligationKind
from registry.notifications import notify
from registry.obligations import Wanted
from tests.world import TODAY


def test_messages_are_read_one_by_one_or_all_at_once(session: Any, browse: Any, person: Any) -> None:
    for number in range(3):
        notify([person("officer")], key=f"k{number}", title=f"第{number}条", body="内容", url="/documents")
    session.commit()
    officer = browse("officer")
    page = officer.get("/notifications")
    assert "3 条未读" in page.text
    assert page.text.index("第2条") < page.text.index("第0条")
    one = [form for form in page.soup.select("form") if form.select("input[name=id]")][-1]
    officer.post("/notifications/read", {"id": one.select_one("input[name=id]")["value"]})
    page = officer.get("/notifications?unread=1")
    assert "2 条未读" in page.text and "第0条" not in page.text
    officer.post("/notifications/read")
    assert "没有未读" in officer.get("/notifications").text


def test_nobody_reads_anothers_messages(session: Any, browse: Any, person: Any) -> None:
    notify([person("officer")], key="k", title="给王晓岚的")
    session.commit()
    assert "给王晓岚的" not in browse("officer2").get("/notifications").text


def test_older_messages_are_one_page_further(session: Any, browse: Any, person: Any) -> None:
    for number in range(55):
        notify([person("preparer")], key=f"k{number}", title=f"第{number:02}条")
    session.commit()
    preparer = browse("preparer")
    page = preparer.get("/notifications")
    assert "第54条" in page.text and "第04条" not in page.text
    older = preparer.get(str(page.one('main a[href*="before="]')["href"]))
    assert "第04条" in older.text and "第54条" not in older.text


@pytest.mark.parametrize("username", ["officer", "preparer", "sysadmin", "auditor"])
def test_everybody_has_messages_and_an_empty_list_says_what_will_come(browse: Any, username: str) -> None:
    assert "还没有消息" in browse(username).get("/notifications").text


class TestCalendar:
    """A secret address, shown once, revocable."""

    def address(self, browser: Any) -> str:
        page = browser.submit(browser.get("/calendar"), form="/calendar", status=200)
        return str(page.one("#address")["value"])

    def test_a_program_that_knows_the_address_gets_the_deadlines(
        self, session: Any, browse: Any, firm: Any, person: Any
    ) -> None:
        wanted = [Wanted("q4", ObligationKind.REPORT, "第四季度执行报告", "条例", date(2027, 1, 15), provisional=True)]
        obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
        session.commit()
        address = self.address(browse("preparer"))
        assert address.startswith("https://qingyuan.example.cn/calendar.ics?token=")
        answer = browse(None).get(address.removeprefix("https://qingyuan.example.cn"))
        feed = answer.response.data.decode()
        assert answer.response.mimetype == "text/calendar"
        assert "DUE;VALUE=DATE:20270115" in feed and "第四季度执行报告" in feed

    def test_the_address_is_shown_only_once(self, browse: Any) -> None:
        officer = browse("officer")
        self.address(officer)
        page = officer.get("/calendar")
        assert not page.soup.select("#address")
        assert "已开通" in page.text

    def test_a_revoked_address_does_not_exist(self, browse: Any) -> None:
        officer = browse("officer")
        address = self.address(officer).removeprefix("https://qingyuan.example.cn")
        officer.submit(officer.get("/calendar"), form="/calendar/revoke")
        browse(None).get(address, status=404)

    def test_a_guessed_or_missing_address_does_not_exist(self, browse: Any) -> None:
        browse(None).get("/calendar.ics", status=404)
        browse(None).get("/calendar.ics?token=guess", status=404)
