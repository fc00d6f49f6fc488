"""The law of a new database is, cell by cell, the tables the product ships, and these are what was researched."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect, select

from law.causes import rows_of
from law.models import (
    CHECKABLE,
    Article,
    CatalogEntry,
    DeadlineRule,
    Law,
    Pollutant,
    RuleConflict,
    TransitionPair,
    ViolationRule,
)

AS_WRITTEN = [
    *("rule_id", "violation_key", "medium", "breach_law", "breach_article", "penalty_law", "penalty_article"),
    *("fine_min", "fine_max", "fine_unit", "fine_when", "aggravated_min", "aggravated_max", "aggravated_unit"),
    *("person_fine_min", "person_fine_max", "other_sanctions", "daily_penalty", "seizure", "detention"),
    *("crime_referral", "credit_class_hint", "confidence"),
]
NAMES: dict[Any, tuple[str, dict[str, str]]] = {
    Law: (
        "laws.csv",
        {
            "law_key": "key",
            "title_zh": "title",
            "short_zh": "short_title",
            "kind": "rank",
            "number": "number",
            "passed_on": "passed_on",
            "in_force_from": "valid_from",
            "in_force_to": "valid_to",
            "repealed_by": "repealed_by",
            "source": "source",
            "confidence": "confidence",
        },
    ),
    Article: (
        "articles.csv",
        {
            "law_key": "law_key",
            "article": "number",
            "ref": "ref",
            "subject_zh": "subject",
            "in_force_from": "valid_from",
            "in_force_to": "valid_to",
            "confidence": "confidence",
        },
    ),
    ViolationRule: (
        "violations.csv",
        {
            "name_zh": "name",
            "branch_zh": "branch",
            "applies_from": "valid_from",
            "applies_to": "valid_to",
            "fine_base_zh": "fine_base",
            "aggravated_when_zh": "aggravated_when",
            "evidence_zh": "evidence",
            "competent_zh": "competent",
            "note_zh": "note",
            **{same: same for same in AS_WRITTEN},
        },
    ),
    TransitionPair: (
        "transition.csv",
        {"note_zh": "note", **{same: same for same in ("violation_key", "old_rule", "new_rule", "hint")}},
    ),
    RuleConflict: (
        "conflicts.csv",
        {
            "difference_zh": "difference",
            "suggested_question_for_legal_review": "question",
            **{same: same for same in ("violation_key", "rule_a", "rule_b", "kind", "comparison")},
        },
    ),
    DeadlineRule: (
        "deadlines.csv",
        {same: same for same in ("key", "value", "unit", "meaning", "source", "confidence")},
    ),
    Pollutant: (
        "pollutants.csv",
        {
            "id": "key",
            "name_zh": "name",
            "medium": "medium",
            "code_hj524_525": "code",
            "code_evidence": "code_evidence",
            "tax_equivalent_kg": "tax_equivalent",
            "equiv_evidence": "equivalent_evidence",
        },
    ),
    CatalogEntry: (
        "permit_catalog_2019.csv",
        {
            "entry_no": "number",
            "category": "category",
            "gbt4754": "industries",
            "key": "key_scope",
            "simplified": "simplified_scope",
            "registration": "registration_scope",
        },
    ),
}
COUNTS = {
    Law: 41,
    Article: 840,
    ViolationRule: 519,
    TransitionPair: 314,
    RuleConflict: 90,
    DeadlineRule: 66,
    Pollutant: 47,
    CatalogEntry: 30,
}
FIGURES = {"fine_min", "fine_max", "aggravated_min", "aggravated_max", "person_fine_min", "person_fine_max"}


def _cell(name: str, value: str) -> Any:
    return Decimal(value) if value and (name in FIGURES or name == "tax_equivalent_kg") else value


def _told(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return value
    return getattr(value, "code", None) or (value.isoformat() if hasattr(value, "isoformat") else str(value))


@pytest.mark.parametrize("model", NAMES, ids=lambda model: model.__tablename__)
def test_every_row_of_a_table_is_in_the_database_cell_by_cell(session: Any, model: Any) -> None:
    file, names = NAMES[model]
    rows = rows_of(file)
    wanted = Counter(tuple(_cell(name, row[name]) for name in names) for row in rows)
    stored = Counter(
        tuple(_told(getattr(row, column)) for column in names.values()) for row in session.scalars(select(model))
    )
    assert len(rows) == COUNTS[model]
    assert stored == wanted


def test_the_tables_are_those_that_were_researched() -> None:
    rules = rows_of("violations.csv")
    assert len({row["violation_key"] for row in rules}) == 248
    assert Counter(row["confidence"] for row in rules) == {"high": 428, "medium": 77, "low": 14}
    assert {row["review_status"] for row in rules} == {"pending"}
    assert Counter(row["hint"] for row in rows_of("transition.csv")) == {
        "same_fine": 124,
        "heavier_new": 51,
        "not_comparable": 38,
        "regulation_continues": 38,
        "lighter_new": 30,
        "mixed": 20,
        "new_only": 13,
    }
    kinds = Counter(row["kind"] for row in rows_of("conflicts.csv"))
    assert (kinds["regulation_vs_code"], kinds["overlap_in_code"], kinds["reference_to_repealed"]) == (74, 6, 3)
    assert sum(row["in_force_to"] == "2026-08-14" for row in rows_of("laws.csv")) == 9, (
        "the Code repeals ten laws, of which the one about the sea is no business of a prefecture without a coast"
    )


@pytest.mark.parametrize(
    ("rule_id", "low", "high", "article"),
    [
        ("PP-CONC@C26-1", 100_000, 1_000_000, "1103"),
        ("PP-CONC@PPR2021-1", 200_000, 1_000_000, "34"),
        ("LED-NONE@PPR2021-1", 5_000, 20_000, "37"),
        ("LED-NONE@C26-1", 20_000, 200_000, "1086"),
        ("INSP-REFUSE@C26-1", 50_000, 200_000, "1229"),
        ("INSP-REFUSE@PPR2021-1", 20_000, 200_000, "39"),
    ],
)
def test_a_fine_reads_as_its_article_says(session: Any, rule_id: str, low: int, high: int, article: str) -> None:
    rule = session.scalars(select(ViolationRule).where(ViolationRule.rule_id == rule_id)).one()
    assert (rule.fine_min, rule.fine_max) == (low, high)
    assert rule.penalty_article.split(".")[0].split("(")[0] == article


@pytest.mark.parametrize("model", CHECKABLE.values(), ids=CHECKABLE)
def test_no_row_is_called_checked_before_a_named_officer_ticked_it(session: Any, model: Any) -> None:
    assert "checked_on" in inspect(model).columns
    assert not session.scalars(select(model).where(model.checked_on.is_not(None)).limit(1)).all()
