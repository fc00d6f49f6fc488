"""The library of standard conditions: whole, numbered freely, and never invented."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import law
from permits.rules import conditions as rules

ARTICLES = Path(law.__file__).parent / "data" / "articles.csv"
KEYS = list(rules.library())


def test_every_article_that_is_named_is_one_the_room_of_law_knows() -> None:
    with ARTICLES.open(encoding="utf-8-sig", newline="") as file:
        known = {f"{row['law_key']} {row['ref']}" for row in csv.DictReader(file)}
    assert [ref for each in rules.library().values() for ref in each.refs if ref not in known] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_standard_condition_says_where_it_comes_from_and_how_sure_that_is(key: str) -> None:
    found = rules.library()[key]
    assert all((found.category, found.text, found.source))
    assert found.confidence in ("high", "medium", "low")
    assert found.refs or not found.is_checked or found.source.startswith("排污许可管理办法")


@given(
    st.lists(st.sampled_from(KEYS), unique=True), st.sets(st.sampled_from(["4.1", "4.2", "6.1", "6", "8.1", "10.1"]))
)
def test_each_chosen_condition_gets_a_number_that_nobody_has(keys: list[str], taken: set[str]) -> None:
    labels = rules.labels_for(keys, taken)
    assert len({*labels, *taken}) == len(labels) + len(taken)
    assert [int(label.split(".")[0]) for label in labels] == [rules.library()[key].chapter for key in keys]


def test_a_place_to_fill_in_and_an_altered_word_are_seen() -> None:
    heavy = rules.library()["heavy.red"]
    assert rules.is_unfinished(heavy.text)
    filled = heavy.text.replace("【待填：措施】", "1 号焦炉限产 50 %")
    assert not rules.is_unfinished(filled)
    assert rules.is_altered("heavy.red", filled)
    assert not rules.is_altered("heavy.red", heavy.text)
    assert not rules.is_altered("", "自拟")
