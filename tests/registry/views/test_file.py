"""The first page of an enterprise's file: what cannot wait, what is owed, what happened."""

from datetime import date
from typing import Any

import pytest

from registry import obligations
from registry.models import ObligationKind
from registry.obligations import Wanted
from tests.world import TODAY


@pytest.fixture
def late(session: Any, firm: Any, person: Any) -> None:
    """Twelve things owed, eleven of them late."""
    wanted = [
        Wanted(f"r{month}", ObligationKind.REPORT, f"{month} 月报告", "条例第二十二条", date(2026, month, 15))
        for month in range(1, 13)
    ]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()


def test_what_is_late_is_said_first_with_its_act(browse: Any, firm: Any, late: None) -> None:
    page = browse("officer").get(f"/enterprises/{firm.id}")
    alert = page.one(".notice.tone-danger")
    assert "11 项义务逾期未办" in alert.get_text()
    assert [link.get_text(strip=True) for link in alert.select("a.btn")] == ["看逾期义务", "催办 11 项逾期"]
    assert len(page.soup.select(".btn-primary")) == 1
    browse("officer").get(str(alert.select("a.btn")[0]["href"]))
    assert "催办 11 项义务" in browse("officer").get(str(alert.select("a.btn")[1]["href"])).text


def test_many_late_things_are_one_dot_on_the_time_line(browse: Any, firm: Any, late: None) -> None:
    page = browse("officer").get(f"/enterprises/{firm.id}")
    nodes = [node.get_text(" ", strip=True) for node in page.soup.select(".timeline .bad")]
    assert len(nodes) == 1
    assert "11 项义务逾期未办" in nodes[0]
    assert "最早 2026-01-15" in nodes[0]
    assert all(node.select("a") for node in page.soup.select(".timeline .node"))


def test_the_first_page_shows_some_and_leads_to_all(browse: Any, firm: Any, late: None) -> None:
    page = browse("officer").get(f"/enterprises/{firm.id}")
    assert len(page.soup.select("[aria-labelledby=owed] tbody tr")) == 8
    link = page.soup.find("a", string="看全部 12 项")
    assert link is not None
    assert "共 12 项" in browse("officer").get(str(link["href"])).text  # type: ignore[index]


def test_the_time_line_can_be_read_by_kind(browse: Any, firm: Any, late: None) -> None:
    officer = browse("officer")
    assert "11 项义务逾期未办" in officer.get(f"/enterprises/{firm.id}/timeline").text
    assert "没有这一类的记录" in officer.get(f"/enterprises/{firm.id}/timeline?kind=credit").text
    officer.get(f"/enterprises/{firm.id}/timeline?kind=nonsense")


def test_each_tab_says_how_much_is_behind_it(browse: Any, firm: Any) -> None:
    page = browse("officer").get(f"/enterprises/{firm.id}/sites")
    tabs = [tab.get_text(" ", strip=True) for tab in page.soup.select(".tabs a")]
    assert {"场所 1", "许可 0", "检查 0", "文书 0"} <= set(tabs)


def test_the_queries_of_the_file_do_not_grow_with_what_is_owed(
    browse: Any, firm: Any, session: Any, person: Any
) -> None:
    officer = browse("officer")
    wanted = [Wanted("r1", ObligationKind.REPORT, "报告", "条例", date(2026, 1, 15))]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()
    before = officer.get(f"/enterprises/{firm.id}").queries
    wanted += [Wanted(f"s{n}", ObligationKind.REPORT, f"报告{n}", "条例", date(2026, 2, n)) for n in range(1, 20)]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()
    assert officer.get(f"/enterprises/{firm.id}").queries == before
