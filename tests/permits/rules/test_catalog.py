"""The category of permit management, by the catalogue of 2019: candidate, reason, and the questions left."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.causes import rows_of
from permits.rules import catalog
from permits.rules.catalog import STRICTEST, AnswerKind, advise, branches, questions
from registry.models import Category

KEY, SIMPLE, REGISTERED, NONE = STRICTEST


@pytest.mark.parametrize(
    ("industry", "answers", "category"),
    [
        ("2521", {}, KEY),
        ("2524", {}, REGISTERED),
        ("2511", {"blending_only": "no"}, KEY),
        ("2511", {"blending_only": "yes"}, REGISTERED),
        ("2621", {}, KEY),
        ("2625", {}, SIMPLE),
        ("2624", {"blending_only": "yes"}, REGISTERED),
        ("3011", {"cement": "grinding"}, SIMPLE),
        ("3012", {}, SIMPLE),
        ("3021", {}, REGISTERED),
        ("3130", {"rolling": "cold", "cold_rolled": Decimal(500000)}, KEY),
        ("3130", {"rolling": "cold", "cold_rolled": Decimal(499999)}, SIMPLE),
        ("3216", {"listed_metal": "yes"}, KEY),
        ("4411", {}, KEY),
        ("4430", {"electric_heat": "no", "heat_capacity": Decimal(20)}, KEY),
        ("4430", {"electric_heat": "no", "heat_capacity": Decimal("19.9"), "small_gas_boiler": "no"}, SIMPLE),
        ("4430", {"electric_heat": "no", "heat_capacity": Decimal(1), "small_gas_boiler": "yes"}, REGISTERED),
        ("4620", {"sewage_kind": "town", "sewage_capacity": Decimal(500)}, SIMPLE),
        ("4620", {"sewage_kind": "town", "sewage_capacity": Decimal("499.9")}, REGISTERED),
        ("5265", {"built_up_area": "no"}, REGISTERED),
        ("8411", {"beds": Decimal(600), "specialist": "yes"}, SIMPLE),
        ("8411", {"beds": Decimal(99)}, REGISTERED),
        ("1713", {"outside_catalog": "yes", "key_unit": "yes"}, KEY),
        ("1713", {"outside_catalog": "yes", "so2": Decimal("250.1")}, KEY),
        ("1713", {"outside_catalog": "yes", "ammonia": Decimal(20), "oil": Decimal("10.1")}, KEY),
    ],
)
def test_an_industry_comes_to_the_category_that_the_catalogue_names(
    industry: str, answers: Any, category: Category
) -> None:
    assert advise([industry], answers).candidate is category


def test_a_question_that_could_change_the_category_leaves_no_candidate() -> None:
    found = advise(["3130"], {"rolling": "cold"})
    assert found.candidate is None
    assert found.possible == (KEY, SIMPLE)
    assert found.left == ("cold_rolled",)


def test_one_open_row_alone_is_no_answer() -> None:
    found = advise(["3110"], {})
    assert found.candidate is None
    assert found.left == ("iron_processes",)


def test_a_site_with_several_industries_has_one_permit_of_the_strictest_category() -> None:
    assert advise(["3021", "3012"], {}).candidate is SIMPLE
    assert advise(["2521", "3130"], {}).candidate is KEY, "nothing is stricter, so the open question does not matter"
    assert advise(["3021", "1713"], {}).candidate is None


def test_an_industry_that_is_not_in_the_record_is_not_guessed() -> None:
    found = advise(["1713"], {})
    assert (found.candidate, found.left) == (None, ("outside_catalog",))
    told = advise(["1713"], {"outside_catalog": "no"})
    assert (told.candidate, told.left, told.findings[0].recorded) == (None, (), False)


def test_an_industry_that_its_entry_does_not_mention_is_not_guessed() -> None:
    found = advise(["4413"], {})
    assert found.candidate is None
    assert found.findings[0].rows == ()


def nothing_above(**more: Any) -> dict[str, Any]:
    """An industry outside the catalogue, under every threshold of article 7, without any general process."""
    figures = ("so2", "nox", "dust", "cod", "tn", "tp", "ammonia", "oil", "phenol", "toxic")
    processes = dict.fromkeys(("key_unit", "boiler", "furnace", "surface", "treatment"), "no")
    return {"outside_catalog": "yes", **dict.fromkeys(figures, Decimal(0)), **processes, **more}


@pytest.mark.parametrize(
    ("more", "category"),
    [
        ({}, NONE),
        ({"so2": Decimal(250)}, NONE),
        ({"tp": Decimal("0.51")}, KEY),
        ({"boiler": "yes", "boiler_capacity": Decimal(20)}, SIMPLE),
        ({"boiler": "yes", "boiler_capacity": Decimal("19.9")}, REGISTERED),
        ({"furnace": "yes", "clean_furnace": "yes"}, REGISTERED),
        ({"furnace": "yes", "clean_furnace": "no"}, SIMPLE),
        ({"surface": "yes", "plating_steps": "no", "solvent": Decimal(10)}, SIMPLE),
        ({"treatment": "yes", "treatment_capacity": Decimal(499)}, NONE),
        ({"treatment": "yes", "treatment_capacity": Decimal(500)}, REGISTERED),
    ],
)
def test_every_other_industry_is_judged_by_article_seven_and_its_general_processes(
    more: Any, category: Category
) -> None:
    assert advise(["1713"], nothing_above(**more)).candidate is category


def test_every_row_asks_what_there_is_and_names_an_entry_of_the_catalogue() -> None:
    entries = {int(row["entry_no"]): row for row in rows_of("permit_catalog_2019.csv")}
    for branch in branches():
        assert branch.entry in entries
        for each in branch.conditions:
            assert set(each.facts) <= set(questions())
            if each.sign == "=":
                question = questions()[each.facts[0]]
                allowed = (
                    ["yes", "no"] if question.kind is AnswerKind.YES_NO else [code for code, _words in question.choices]
                )
                assert each.value in allowed
    assert {branch.entry for branch in branches()} == set(entries)
    used = {fact for branch in branches() for each in branch.conditions for fact in each.facts} | {catalog.OUTSIDE}
    assert used == set(questions())


def test_a_condition_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a condition"):
        catalog.condition("so2<250")


def _answer(key: str) -> st.SearchStrategy[Any]:
    question = questions()[key]
    if question.kind is AnswerKind.NUMBER:
        return st.decimals(0, 1_000_000, places=1)
    return st.sampled_from(
        ["yes", "no"] if question.kind is AnswerKind.YES_NO else [code for code, _w in question.choices]
    )


ANSWERS = st.fixed_dictionaries({}, optional={key: _answer(key) for key in questions()})
INDUSTRIES = st.lists(
    st.sampled_from(["2511", "2619", "3011", "3091", "3130", "3391", "4417", "4620", "7820", "1713"]),
    min_size=1,
    max_size=3,
)


@given(INDUSTRIES, ANSWERS, ANSWERS)
def test_a_candidate_stands_whatever_else_is_answered(industries: list[str], first: Any, more: Any) -> None:
    found = advise(industries, first)
    later = advise(industries, {**more, **first})
    if found.candidate is not None:
        assert later.candidate is found.candidate
    elif later.candidate is not None and found.possible and all(each.recorded for each in found.findings):
        assert later.candidate in found.possible or not all(each.decided for each in found.findings)


@given(INDUSTRIES, ANSWERS)
def test_whoever_answers_what_is_left_gets_an_answer_or_is_told_to_read_the_original(
    industries: list[str], answers: Any
) -> None:
    found = advise(industries, answers)
    assert set(found.left).isdisjoint(answers)
    assert found.candidate is None or found.left == ()
    if found.candidate is None and not found.left:
        assert any(not each.decided for each in found.findings)
