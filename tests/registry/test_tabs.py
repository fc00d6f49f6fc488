"""The strip of tabs leads only where the person may go."""

from typing import Any

from flask import g

from registry.tabs import TABS, enterprise_tabs


def strip(app: Any, person: Any, firm: Any, username: str, current: str = "") -> list[tuple[str, str, bool]]:
    with app.test_request_context():
        g._login_user = person(username)
        found = [(str(label), url, here) for label, url, here, _count in enterprise_tabs(firm, current)]
        g.pop("_login_user")
    return found


def test_an_officer_sees_the_tabs_that_exist_in_their_order(app: Any, firm: Any, person: Any) -> None:
    known = [tab.endpoint for tab in TABS if tab.endpoint in app.view_functions]
    assert len(strip(app, person, firm, "officer")) == len(known) > 0


def test_the_current_tab_is_marked(app: Any, firm: Any, person: Any) -> None:
    marked = [url for _, url, here in strip(app, person, firm, "officer", "registry.enterprise_documents") if here]
    assert marked == [f"/enterprises/{firm.id}/documents"]


def test_who_may_not_enter_a_page_is_not_shown_its_tab(app: Any, firm: Any, person: Any) -> None:
    assert strip(app, person, firm, "secadmin") == []
