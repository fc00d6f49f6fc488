"""The interface has two languages, and the second is whole."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import words
from tests.browse import Browser

pytestmark = pytest.mark.anywhere
"""Which engine answers makes no difference here: once is enough."""

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "accounts", "law", "registry", "permits", "inspections", "credit", "app")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACE = re.compile(r"%\((\w+)\)")


def test_every_sentence_of_the_interface_has_its_english() -> None:
    catalogue = words.catalogue()
    collected = words.collected()
    assert [message for message in sorted(collected) if not (known := catalogue.get(message)) or not known.string] == []
    assert {str(message.id) for message in catalogue if message.id} <= collected, "run make words"


def test_the_days_of_the_week_are_the_same_days_in_english() -> None:
    catalogue = words.catalogue()
    names = {day: catalogue.get(f"周{day}") for day in "一二三四五六日"}
    told = [str(name.string) for name in names.values() if name]
    assert told == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_the_english_says_the_same_facts() -> None:
    for message in words.catalogue():
        if message.id:
            assert set(PLACE.findall(str(message.string))) <= set(PLACE.findall(str(message.id))), message.id


def test_every_refusal_can_be_said_in_the_language_of_whoever_reads() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ROOMS
        if room != "app"
        for path in sorted((ROOT / room).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and _name(call) in {"Missing", "NotAllowed", "BadFile"}
        for node in _sentences(call)
    ]
    assert bare == []


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _sentences(call: ast.Call) -> Iterator[ast.expr]:
    """Chinese texts given to a refusal as they are."""
    first = call.args[0] if call.args else None
    for each in first.elts if isinstance(first, ast.List | ast.Tuple) else [first]:
        for leaf in (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,):
            if isinstance(leaf, ast.Constant | ast.JoinedStr) and CHINESE.search(ast.unparse(leaf)):
                yield leaf


ROLES = ("officer", "permit", "credit", "preparer", "secadmin", "auditor")
FIXED = "th[scope=col], label, legend, nav.tabs a, .side a, .tabbar a, .crumbs li:first-child, button, .empty, .btn"


@pytest.mark.parametrize("role", ROLES)
def test_whoever_chose_english_finds_no_chinese_in_heads_labels_and_buttons(
    browse: Callable[..., Browser], application: Flask, role: str
) -> None:
    browser = browse(role)
    paths = [
        rule.rule
        for rule in application.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods and not rule.arguments and "." not in rule.rule.rsplit("/", 1)[-1]
        if rule.rule != "/house"  # shows every part with words of its own
    ]
    for path in sorted(set(paths)):
        answer = browser.get(path + "?lang=en", status=None)
        if answer.status == 200 and answer.soup:
            for name in answer.soup.select(".visually-hidden"):
                name.clear()
            chinese = [tag.get_text(" ", strip=True) for tag in answer.soup.select(FIXED)]
            assert [text for text in chinese if CHINESE.search(text.replace("中文", ""))] == [], path
