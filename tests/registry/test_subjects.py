"""Other rooms' pages are found by name."""

from typing import Any

from flask import g

from registry import subjects


def test_every_endpoint_that_is_named_exists(app: Any) -> None:
    """Names of rooms that are not built yet are left out; of those that are, each must be right."""
    rooms = {name.split(".")[0] for name in app.view_functions if "." in name}
    named = [endpoint for pages in subjects.PAGES.values() for endpoint, _ in pages]
    named += [endpoint for endpoint, _ in subjects.SERVING.values()]
    missing = {name for name in named if name.split(".")[0] in rooms and name not in app.view_functions}
    assert not missing, missing


def test_what_has_no_page_or_may_not_be_entered_has_no_address(app: Any, person: Any) -> None:
    with app.test_request_context():
        g._login_user = person("secadmin")
        assert subjects.page_of("rectification_order", 1) == ""
        assert subjects.page_of("nothing", 1) == ""
        assert subjects.serving_page("nothing", 1) == ""
        g.pop("_login_user")
