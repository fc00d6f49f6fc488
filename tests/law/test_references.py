"""References to articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.causes import rows_of
from law.references import Reference, parts_of, references


def test_a_reference_names_article_paragraph_and_item() -> None:
    assert parts_of("1086.1(2)") == (1086, 1, 2)
    assert parts_of("36(9)") == (36, None, 9)
    assert parts_of("31.2") == (31, 2, None)
    assert references("EEC2026 83;EEC2026 107") == (Reference("EEC2026", "83"), Reference("EEC2026", "107"))
    assert Reference("EEC2026", "1086.1(2)").article == 1086
    assert str(Reference("PPR2021", "36(9)")) == "PPR2021 36(9)"


@pytest.mark.parametrize("text", ["EEC2026", "第一条", "EEC2026 83,107", "1086.1(2)", "EEC2026 1.2.3"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        references(text)


def test_every_article_that_the_rules_name_is_in_the_list_of_articles() -> None:
    known = {(row["law_key"], row["ref"]) for row in rows_of("articles.csv")}
    for row in rows_of("violations.csv"):
        named = list(references(row["breach_article"]))
        if row["penalty_article"]:
            named.append(Reference(row["penalty_law"], row["penalty_article"]))
        for each in named:
            assert (each.law_key, each.ref) in known, f"{row['rule_id']}: {each}"


@given(st.integers(1, 1242), st.integers(1, 9), st.integers(1, 20))
def test_reading_undoes_writing(article: int, paragraph: int, item: int) -> None:
    assert parts_of(f"{article}.{paragraph}({item})") == (article, paragraph, item)
