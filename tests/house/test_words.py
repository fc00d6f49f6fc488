"""One word for each thing: docs/words.md holds, on every page and in every table."""

import re

import pytest

from app.config import ROOT
from app.rooms import load_models
from core.db import Base

pytestmark = pytest.mark.anywhere
ROWS = [
    [cell.strip().strip("`") for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "words.md").read_text().splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| 中文"))
]
ROOMS = ("app", "credit", "inspections", "permits", "registry", "law", "accounts")
PAGES = {
    path: path.read_text()
    for folder, kind in [("templates", "*.html"), *((room, "*.py") for room in ROOMS)]
    for path in (ROOT / folder).rglob(kind)
    if "demo" not in path.parts and "intake" not in path.parts  # strangers' headers have strangers' words
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_thing_has_one_word(row: list[str]) -> None:
    word, _english, model, avoided = row
    assert any(word in text for text in PAGES.values()), f"{word} is on no page"
    for other in filter(None, avoided.split("、")):
        found = [str(path.relative_to(ROOT)) for path, text in PAGES.items() if other in text]
        assert not found, f"{other} instead of {word}: {found}"
    load_models()
    assert model in {mapper.class_.__name__ for mapper in Base.registry.mappers}, model


def test_the_words_are_told_apart() -> None:
    words = [row[0] for row in ROWS]
    assert len(ROWS) > 25 and len(set(words)) == len(words)
    assert not set(words) & {other for row in ROWS for other in row[3].split("、")}
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", row[2]) for row in ROWS)
