"""What is another's does not exist: every address that names a row by its number, opened and written to by strangers.

The addresses are those of the application, not of a list; whoever adds one is held by it.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from accounts.guard import doors
from accounts.roles import Action, may_all
from tests.browse import Browser
from tests.stories.conftest import Town
from tests.stories.thread import Thread
from tests.world import PEOPLE

INSIDERS = ("officer", "permit", "approver", "credit", "reviewer", "preparer", "signer")
STRANGERS = ("far_officer", "far_preparer", "far_signer", "sysadmin", "auditor")
OTHERWISE_HELD = {"accounts.user", "accounts.edit_user", "accounts.change_user", "accounts.audit_entry", "accounts.end_session"}
"""People and the trail: not about a firm, for one administrator alone (tests/accounts)."""


def rows(app: Flask) -> list[Rule]:
    """Every address that names a row, except of law, which all share."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if any(type(each).__name__ == "RowNumber" for each in rule._converters.values())
        and not rule.endpoint.startswith("law.")
        and rule.endpoint not in OTHERWISE_HELD
    ]


def addresses(rule: Rule, thread: Thread, *, few: bool = False) -> Iterator[str]:
    """The addresses of one rule with the rows of the thread; ``few`` takes the first and the last of many."""
    names = list(rule.arguments)
    choices: dict[str, list[Any]] = {}
    for name in names:
        converter = rule._converters[name]
        if type(converter).__name__ == "AnyConverter":
            choices[name] = sorted(converter.items)
        elif name in ("position",):
            choices[name] = [1]
        elif name == "period":
            choices[name] = ["2026-q3", "2026"]
        elif name == "outlet_code":
            choices[name] = ["DA001"]
        else:
            found = thread.ids[name]
            assert found, f"the thread has no {name}"
            choices[name] = sorted({found[0], found[-1]}) if few else found
    for values in itertools.product(*(choices[name] for name in names)):
        made = rule.rule
        for name, value in zip(names, values, strict=True):
            made = re.sub(rf"<[^<>]*\b{name}>", str(value), made)
        yield made


def granted(username: str) -> frozenset[Action]:
    """What somebody of the small world may do."""
    return may_all(frozenset({role for name, _, _, role in PEOPLE if name == username}))


def test_the_thread_reaches_every_address_so_that_a_404_means_something(town: Town) -> None:
    """The control: for every address some insider sees some row; else the tests below could not fail."""
    insiders = {name: town.browse(name) for name in INSIDERS}
    unseen = []
    for rule in rows(town.app):
        holders = [insiders[name] for name in INSIDERS if granted(name) & doors(town.app, rule.endpoint)]
        if rule.methods and "GET" in rule.methods and not any(
            browser.answer(address).status_code in (200, 303, 422)
            for address, browser in itertools.product(addresses(rule, town.thread), holders)
        ):
            unseen.append(rule.rule)
    assert not unseen


@pytest.mark.parametrize("username", STRANGERS)
def test_to_a_stranger_no_address_of_the_firm_exists(town: Town, username: str) -> None:
    stranger = town.browse(username)
    opened = []
    for rule in rows(town.app):
        expected = 404 if granted(username) & doors(town.app, rule.endpoint) else 403
        for address in addresses(rule, town.thread, few=True):
            for answer in _tries(stranger, rule, address):
                if answer.status_code not in ((404, 403) if expected == 404 and _two_doors(rule) else (expected,)):
                    opened.append((address, answer.request.method, answer.status_code))
                elif town.thread.name.encode() in answer.get_data() or town.thread.credit_code.encode() in answer.get_data():
                    opened.append((address, answer.request.method, "names the firm"))
    assert not opened


def _two_doors(rule: Rule) -> bool:
    """One address for several acts of several roles: the act may be refused before the row is looked for."""
    return any(type(each).__name__ == "AnyConverter" for each in rule._converters.values())


def _tries(browser: Browser, rule: Rule, address: str) -> Iterator[Any]:
    if rule.methods and "GET" in rule.methods:
        yield browser.answer(address)
    if rule.methods and "POST" in rule.methods:
        yield browser.answer(address, {"csrf_token": browser.known_token(), "reason": "x", "version": "1"})


@pytest.mark.parametrize("username", ["far_officer", "far_preparer", "sysadmin"])
def test_no_list_file_or_search_names_the_firm_of_another(town: Town, username: str) -> None:
    """Every address without a row: lists, desks, files, search."""
    stranger, told = town.browse(username), []
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint.startswith(("law.", "credit.public", "static", "app.house")) or rule.arguments - {"form"}:
            continue
        if rule.methods and "GET" in rule.methods:
            base = re.sub(r"<[^>]*form>", "json", rule.rule)
            for query in ("", f"?q={town.thread.name[:4]}"):
                shown = stranger.answer(base + query).get_data(as_text=True)
                if town.thread.name in shown or town.thread.credit_code in shown:
                    told.append(base + query)
    assert not told
