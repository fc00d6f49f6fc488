"""The menu: what one may enter, and one place marked as here."""

import pytest


@pytest.mark.parametrize(
    ("username", "url", "here"),
    [
        ("preparer", "/my", "首页"),
        ("preparer", "/my/reports", "执行报告"),
        ("preparer", "/my/orders", "整改"),
        ("officer", "/credit/schemes", "评价方案"),
    ],
)
def test_one_entry_of_the_menu_is_marked_as_here(browse, username: str, url: str, here: str) -> None:
    page = browse(username).get(url)
    assert [each.get_text(strip=True) for each in page.soup.select("#menu a[aria-current=page]")][-1:] == [here]
    tabs = [each.get_text(strip=True) for each in page.soup.select(".tabbar a[aria-current=page]")]
    assert tabs in ([], [here])
