"""The menu: what one may enter, and one place marked as here."""

import pytest


@pytest.mark.parametrize(
    ("username", "url", "here"),
    [
        ("preparer", "/my", "首页"),
        ("preparer", "/my/reports", "执行报告"),
        ("preparer", "/my/orders", "整改"),
        ("preparer", "/my/registrations/new", "许可申请"),
        ("signer", "/my/tokens", "自行监测"),
        ("officer", "/credit/schemes", "评价方案"),
    ],
)
def test_one_entry_of_the_menu_is_marked_as_here(browse, username: str, url: str, here: str) -> None:
    page = browse(username).get(url)
    assert [each.get_text(strip=True) for each in page.soup.select("#menu a[aria-current=page]")][-1:] == [here]
    tabs = [each.get_text(strip=True) for each in page.soup.select(".tabbar a[aria-current=page]")]
    assert tabs in ([], [here])


@pytest.mark.parametrize(
    ("username", "tabs"),
    [("officer", ["工作台", "外勤", "查询", "我的"]), ("reviewer", ["工作台", "检查", "查询", "我的"])],
)
def test_the_foot_of_the_telephone_leads_where_the_work_is(browse, username: str, tabs: list[str]) -> None:
    page = browse(username).get("/desk")
    assert [each.get_text(strip=True) for each in page.soup.select(".tabbar a")] == tabs


@pytest.mark.parametrize("url", ["/account", "/account/password", "/account/totp", "/views"])
def test_a_firm_stays_among_its_own_pages_with_its_account(browse, url: str) -> None:
    assert browse("preparer").get(url).soup.select_one("body.portal")
    assert not browse("officer").get(url).soup.select_one("body.portal")


def test_a_firm_that_is_lost_is_not_sent_to_the_search_of_officers(browse) -> None:
    assert not browse("preparer").get("/my/nowhere", status=404).soup.select("a[href='/search']")
    assert browse("officer").get("/nowhere", status=404).soup.select("a[href='/search']")
