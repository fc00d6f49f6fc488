"""The addresses of the application that name a row, filled with the rows of a thread."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.stories.thread import Thread

OTHERWISE_HELD = {
    "accounts.user",
    "accounts.edit_user",
    "accounts.change_user",
    "accounts.audit_entry",
    "accounts.end_session",
}
"""People and the trail: not about a firm, for one administrator alone (tests/accounts)."""


def rows(app: Flask) -> list[Rule]:
    """Every address that names a row, except of law, which all share."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if any(type(each).__name__ == "RowNumber" for each in rule._converters.values())
        and not rule.endpoint.startswith("law.")
        and not rule.rule.startswith("/law/")
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
        elif name in ("number", "position"):
            choices[name] = [1]
        elif name == "period":
            choices[name] = ["2026-q3", "2026"]
        elif name == "key":
            choices[name] = ["soil-monitoring-2026"]
        elif name == "outlet_code":
            choices[name] = ["DA001"]
        elif name == "pollutant_code":
            choices[name] = ["a21026"]
        else:
            found = thread.ids[name]
            assert found, f"the thread has no {name}"
            choices[name] = sorted({found[0], found[-1]}) if few else found
    for values in itertools.product(*(choices[name] for name in names)):
        made = rule.rule
        for name, value in zip(names, values, strict=True):
            made = re.sub(rf"<[^<>]*\b{name}>", str(value), made)
        yield made
