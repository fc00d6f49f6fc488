"""The documentation says what the program does: what is made from it is current, and what is written names what exists."""

import re

import pytest
from flask import Flask

from app import handbook
from app.config import KNOWN, ROOT

pytestmark = pytest.mark.anywhere
PAGES = ("commands.md", "data-dictionary.md", "permissions.md", "workflows.md")
WRITTEN = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_from_the_program_is_current(application: Flask, name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == handbook.pages(application)[name], "run `make docs`"


def test_the_readme_names_every_command_and_no_other(application: Flask) -> None:
    known = {name for name, _command in handbook.listed(application)} | {"db upgrade"}
    table = re.search(r"## Commands\n(.*?)\n## ", (ROOT / "README.md").read_text(), re.DOTALL)
    assert table
    named = set(re.findall(r"^\| `([a-z0-9 -]+?)(?: [A-Z\[-][^`]*)?`", table[1], re.MULTILINE))
    flasks_own = {"run", "shell", "routes"}
    assert named == known - flasks_own


def test_every_variable_is_explained(application: Flask) -> None:
    told = set(re.findall(r"QINGYUAN_[A-Z_]+", (ROOT / "README.md").read_text()))
    assert {name for name in told if "TEST" not in name} == KNOWN


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: object) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):  # type: ignore[attr-defined]
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target  # type: ignore[attr-defined]


def test_every_test_that_the_documents_name_exists() -> None:
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^\s*def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    for page in WRITTEN:
        named = set(re.findall(r"\b(test_\w{20,})\b", page.read_text()))
        assert named <= defined, f"{page.name}: {sorted(named - defined)}"
