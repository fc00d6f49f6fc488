"""The house checks itself: what a reader may rely on everywhere."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from accounts.guard import doors
from app import rooms
from core.db import Base
from core.permanence import frozen_tables

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "accounts", "law", "registry", "permits", "inspections", "credit", "app")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
pytestmark = pytest.mark.anywhere


def test_every_view_declares_who_may_enter(application: Flask) -> None:
    assert all(hasattr(view, "doors") for view in application.view_functions.values())


def test_every_address_is_kebab_case_and_its_numbers_are_typed(application: Flask) -> None:
    for rule in application.url_map.iter_rules():
        if rule.endpoint != "static":
            bare = re.sub(r"<[^>]+>", "x", rule.rule)
            assert re.fullmatch(r"[a-z0-9x./-]*", bare), rule.rule
            assert not re.search(r"<\w*id>", rule.rule), f"{rule.rule}: an id needs its type"


def test_no_address_that_writes_is_a_get(application: Flask) -> None:
    verbs = ("/end", "/delete", "/sign-out", "/void")
    for rule in application.url_map.iter_rules():
        if rule.rule.endswith("/sign-out"):
            assert rule.methods and "GET" not in rule.methods, (rule.rule, verbs)


def test_only_take_moves_a_state() -> None:
    movers = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AugAssign)
                else []
            )
            for target in targets:
                for each in ast.walk(target):
                    if isinstance(each, ast.Attribute) and each.attr == "state" and isinstance(each.ctx, ast.Store):
                        movers.append(f"{path.relative_to(ROOT)}:{each.lineno}")
    assert [mover.split(":")[0] for mover in movers] == ["accounts/audit.py"], movers


def test_only_the_clock_reads_the_time() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(", path.read_text())
    ]
    assert readers == ["core/clock.py"]


def test_one_commit_serves_the_whole_web_path() -> None:
    """The receiver of HJ 212 is no web path: it commits its batches before it answers the stations."""
    places = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if ".commit()" in path.read_text() and "command" not in str(path) and "demo" not in str(path)
    ]
    assert places == ["core/db.py", "permits/receiver.py"]


def test_nothing_is_marked_safe_and_no_style_is_inline() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert "|safe" not in text.replace(" ", "") and "Markup(" not in text, path
        assert not re.search(r"\sstyle=", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path


def test_no_file_is_named_for_nothing() -> None:
    for path in SOURCES:
        assert path.stem not in {"utils", "helpers", "common", "misc", "services", "managers"}, path


def test_every_column_says_what_it_means() -> None:
    rooms.load_models()
    for table in Base.metadata.tables.values():
        for column in table.columns:
            assert column.comment or column.name in {"id", "version"}, f"{table.name}.{column.name}"


def test_what_is_decided_is_held_by_the_database() -> None:
    held = set(frozen_tables())
    assert {
        "audit_entry",
        "report_submission",
        "document",
        "finding",
        "penalty_decision",
        "evaluation",
        "listing",
    } <= held


def test_every_page_has_a_template_of_its_name(application: Flask) -> None:
    for rule in application.url_map.iter_rules():
        if rule.endpoint.count(".") == 1 and rule.methods and "GET" in rule.methods:
            assert doors(application, rule.endpoint) is not None


def test_the_project_names_nothing_outside_itself() -> None:
    for path in [*SOURCES, *(ROOT / "templates").rglob("*.html"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]:
        assert "/work/" not in path.read_text(), path
