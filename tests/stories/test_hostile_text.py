"""Hostile words in every text column of every table, seen on every page by every role, and taken away in every file.

The words are put into the database behind the product's back, so that no form's refusal can hide a page that trusts them.
"""

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from sqlalchemy import String, text
from sqlalchemy.exc import IntegrityError

from accounts.guard import doors
from app import rooms
from core.db import Base, db
from core.permanence import frozen_tables, uninstall
from tests.stories.addresses import addresses
from tests.stories.conftest import Town
from tests.stories.test_strangers import INSIDERS, granted
from tests.stories.thread import Thread

rooms.load_models()
pytestmark = pytest.mark.anywhere
"""What a page and a file make of words does not depend on the engine they were kept in."""
PAYLOAD = """=1+1"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${7*7}"""
STRUCTURED = re.compile(
    r"(^|_)(id|code|codes|key|kind|hash|sha256|uscc|url|path|query|number|no|label|prefix|ledger|version|mapping|media_type|"
    r"username|secret|token|locale|act|after|source_kind|rule|rules|grade|article|articles|digits|section|basis_key|columns|"
    r"confidence|agreement|day_type|unit|period|pollutant|frequency|formula|counting|hours|cas)$"
)
"""Columns that hold codes, hashes, numbers or addresses: never free words."""
REFERENCE = {
    "report_submission",
    "evaluation",
    "area",
    "industry",
    "answered_request",
    "audit_head",
    "name_gram",
    "grade_span",
} | {
    mapper.local_table.name  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
    if mapper.class_.__module__.startswith("law.")
}
"""Codes, bookkeeping, canonical JSON, and the law, whose texts are references that rules read."""


@pytest.fixture(scope="module")
def poisoned(town: Town) -> Iterator[Town]:
    """The town with the words in every free text, the law's apart."""
    with db.engine.begin() as connection:
        for name in frozen_tables():
            uninstall(connection, Base.metadata.tables[name])
        touched = 0
        for table in Base.metadata.sorted_tables:
            if table.name in REFERENCE or len(table.primary_key) != 1:
                continue
            for column in table.columns:
                free = type(column.type) is String and not STRUCTURED.search(column.name) and not column.primary_key
                if free and not column.foreign_keys and column.name not in ("search_key", "hash", "signed_by"):
                    unique = " || id" if column.unique else ""
                    statement = text(f'UPDATE "{table.name}" SET "{column.name}" = :words{unique}')
                    with contextlib.suppress(IntegrityError), connection.begin_nested():  # a code after all
                        touched += bool(connection.execute(statement, {"words": PAYLOAD}).rowcount)
        assert touched > 100
    db.session.expire_all()
    yield town


def whole(town: Town) -> Thread:
    return Thread(0, "", town.thread.credit_code, {**town.thread.ids, "user_id": [5], "entry_id": [3, 4, 40]})


DANGERS = ("<img src=x", "<script>alert", '=1+1"', "=1+1&#34;'", "49${7*7}", "{{7*7}}$49")
"""What the words become on a page that trusts them: markup, the end of an attribute, something computed."""


def test_hostile_words_are_words_on_every_page(poisoned: Town) -> None:
    people = (*INSIDERS, "secadmin", "auditor", "sysadmin")
    browsers = {name: poisoned.browse(name) for name in people} | {None: poisoned.browse(None)}
    bad, met, seen = [], 0, set()
    for rule in poisoned.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint in ("static", "app.readyz"):
            continue
        if (
            rule.arguments
            - set(whole(poisoned).ids)
            - {"verb", "what", "act", "period", "outlet_code", "position", "uscc"}
        ):
            continue
        needed = doors(poisoned.app, rule.endpoint)
        names: list[Any] = [each for each in people if granted(each) & needed] if needed else [None]
        filled = [re.sub("<uscc>", whole(poisoned).credit_code, rule.rule)] if rule.arguments <= {"uscc"} else None
        for address in filled or addresses(rule, whole(poisoned), few=True):
            for name in names[:1]:
                answer = browsers[name].answer(address)
                if "html" not in (answer.content_type or ""):
                    continue
                page = answer.get_data(as_text=True)
                met += "=1+1" in page
                seen.add(rule.endpoint)
                bad += [(address, name, danger) for danger in DANGERS if danger in page]
    assert not bad
    assert met > 150 and len(seen) > 100, (met, len(seen))


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_hostile_words_are_words_in_every_file(poisoned: Town, form: str) -> None:
    """No cell that a spreadsheet would compute, no link it would open, and the words come back as they were."""
    people = (*INSIDERS, "secadmin", "auditor")
    browsers = {name: poisoned.browse(name) for name in people} | {None: poisoned.browse(None)}
    bad, met = [], 0
    for rule in poisoned.app.url_map.iter_rules():
        if "form" not in rule.arguments or rule.arguments != {"form"}:
            continue
        needed = doors(poisoned.app, rule.endpoint)
        name: Any = next((each for each in people if granted(each) & needed), None) if needed else None
        address = re.sub(r"<[^>]*form>", form, rule.rule)
        browser = browsers[name]
        data = None if "GET" in (rule.methods or set()) else {"csrf_token": browser.known_token()}
        answer = browser.answer(address, data)
        assert answer.status_code == 200, (address, name, answer.status_code)
        content = answer.get_data()
        if form == "xlsx":
            for sheet in openpyxl.load_workbook(io.BytesIO(content)):
                for cell in (each for row in sheet.iter_rows() for each in row):
                    met += PAYLOAD in str(cell.value)
                    if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target == "x"):
                        bad.append((address, cell.coordinate))
                    if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@")) and not cell.quotePrefix:
                        bad.append((address, cell.coordinate, "no quote prefix"))
        elif form == "csv":
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
                met += any("=1+1" in each for each in row)
                bad += [(address, each[:20]) for each in row if each.lstrip().startswith(("=", "+", "@", "＝", "\t"))]
        else:
            met += PAYLOAD in json.dumps(json.loads(content), ensure_ascii=False).replace('\\"', '"')
    assert not bad
    assert met > 5, met


def test_the_words_leave_the_papers_whole(poisoned: Town) -> None:
    """Documents are drawn from what was frozen; previews and receipts from what stands now: none of them breaks."""
    officer, signer = poisoned.browse("officer"), poisoned.browse("signer")
    for order in poisoned.thread.ids["order_id"]:
        answer = officer.answer(f"/orders/{order}/preview.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert signer.answer("/my/documents").status_code == 200
