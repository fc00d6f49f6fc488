"""What is another's does not exist: every address that names a row by its number, opened and written to by strangers.

The addresses are those of the application, not of a list; whoever adds one is held by it.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from accounts.guard import doors
from accounts.roles import ENTERPRISE, Action, may_all
from core.db import db
from registry.models import Attachment
from tests.browse import Browser
from tests.stories.addresses import addresses, rows
from tests.stories.conftest import Town
from tests.stories.test_two_editors import EDITING, ELSEWHERE
from tests.world import PEOPLE

INSIDERS = ("officer", "permit", "approver", "credit", "reviewer", "preparer", "signer")
STRANGERS = ("far_officer", "far_preparer", "far_signer", "sysadmin", "auditor")

PUBLIC = ("law.", "credit.public", "permits.permit_notice")
"""What the law has everybody read: the law itself, the blacklist, what a key unit will apply for (办法 art. 16)."""


def granted(username: str) -> frozenset[Action]:
    """What somebody of the small world may do."""
    return may_all(frozenset({role for name, _, _, role in PEOPLE if name == username}))


def test_the_thread_reaches_every_address_so_that_a_404_means_something(town: Town) -> None:
    """The control: for every address some insider sees some row; else the tests below could not fail."""
    insiders = {name: town.browse(name) for name in INSIDERS}
    unseen, versioned = [], set()
    for rule in rows(town.app):
        needed = doors(town.app, rule.endpoint)
        holders = [insiders[name] for name in INSIDERS if granted(name) & needed or not needed]
        pages = (
            browser.answer(address)
            for address, browser in itertools.product(reversed(list(addresses(rule, town.thread))), holders)
        )
        shown = next((page for page in pages if page.status_code in (200, 302, 303, 422)), None)
        if "GET" in (rule.methods or set()) and shown is None:
            unseen.append(rule.rule)
        elif shown is not None and b'name="version"' in shown.get_data():
            versioned.add(rule.endpoint)
    assert not unseen
    assert versioned <= {*EDITING, *ELSEWHERE}, "a page that edits is not tried by two people at once"


@pytest.mark.parametrize("username", STRANGERS)
def test_to_a_stranger_no_address_of_the_firm_exists(town: Town, username: str) -> None:
    stranger = town.browse(username)
    opened = []
    for rule in rows(town.app):
        if rule.endpoint.startswith(PUBLIC):
            continue
        expected = 404 if granted(username) & doors(town.app, rule.endpoint) else 403
        for address in addresses(rule, town.thread, few=True):
            for answer in _tries(stranger, rule, address):
                if answer.status_code not in ((404, 403) if expected == 404 and _two_doors(rule) else (expected,)):
                    opened.append((address, answer.request.method, answer.status_code))
                elif (
                    town.thread.name.encode() in answer.get_data()
                    or town.thread.credit_code.encode() in answer.get_data()
                ):
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
        if rule.endpoint.startswith((*PUBLIC, "static", "app.house", "app.readyz")) or rule.arguments - {"form"}:
            continue
        if rule.methods and "GET" in rule.methods:
            base = re.sub(r"<[^>]*form>", "json", rule.rule)
            for query in ("", f"?q={town.thread.name[:4]}"):
                shown = stranger.answer(base + query).get_data().decode(errors="replace")
                if town.thread.name in shown or town.thread.credit_code in shown:
                    told.append(base + query)
    assert not told


def test_a_firm_opens_the_files_it_gave_and_not_the_evidence_of_officers(town: Town) -> None:
    preparer, officer = town.browse("preparer"), town.browse("officer")
    opened = {True: 0, False: 0}
    for number in town.thread.ids["attachment_id"]:
        file = db.session.get_one(Attachment, number)
        own = bool(file.uploaded_by.roles & ENTERPRISE) or file.subject_kind in (
            "representative",
            "application",
            "report_submission",
        )
        opened[own] += 1
        for address in (f"/attachments/{number}", f"/attachments/{number}/original"):
            assert preparer.answer(address).status_code == (200 if own else 404), file.subject_kind
            assert officer.answer(address).status_code == 200
    assert all(opened.values()), opened
