"""The law that every installation begins with. Adds missing rows by their natural keys; never touches what is there."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from core.db import Base
from law.calendar import DayKind, seeded_days
from law.causes import ConflictKind, FineWhen, Hint, LawRank, day_or_none, figure_or_none, member, rows_of
from law.models import (
    AnnouncedYear,
    Article,
    CalendarDay,
    CatalogEntry,
    DeadlineOverride,
    DeadlineRule,
    Law,
    Medium,
    Pollutant,
    RuleConflict,
    TransitionPair,
    ViolationRule,
)
from law.references import parts_of
from law.terms import Unit

CATALOG_SINCE = date(2019, 12, 20)
CALENDAR_SOURCE = "国务院办公厅历年放假安排"
EXPECTED_SOURCE = "全国年节及纪念日放假办法（安排未公布，未核对）"


def load(connection: Connection) -> dict[str, int]:
    """Add what is missing; the counts by table. Laws come first, because articles name them."""
    plan: list[tuple[type[Base], tuple[str, ...], list[dict[str, Any]]]] = [
        (Law, ("key",), _rows("laws.csv", _law)),
        (Article, ("law_key", "ref"), _rows("articles.csv", _article)),
        (ViolationRule, ("rule_id",), _rows("violations.csv", _rule)),
        (TransitionPair, ("violation_key", "old_rule", "new_rule"), _rows("transition.csv", _pair)),
        (RuleConflict, ("violation_key", "rule_a", "rule_b", "kind"), _rows("conflicts.csv", _conflict)),
        (DeadlineRule, ("key",), _deadlines()),
        (DeadlineOverride, ("key", "usual_on"), _rows("deadline_overrides.csv", _override)),
        (CalendarDay, ("day", "kind"), _days()),
        (AnnouncedYear, ("year",), _years()),
        (Pollutant, ("key",), _rows("pollutants.csv", _pollutant)),
        (CatalogEntry, ("number",), _rows("permit_catalog_2019.csv", _catalog)),
    ]
    return {str(model.__tablename__): _add(connection, model, key, rows) for model, key, rows in plan}


def _add(connection: Connection, model: type[Base], key: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> int:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    known = {tuple(row) for row in connection.execute(select(*(table.c[name] for name in key)))}
    missing = [row for row in rows if tuple(row[name] for name in key) not in known]
    if missing:
        connection.execute(insert(table), missing)
    return len(missing)


def _rows(name: str, read: Callable[[dict[str, str]], dict[str, Any]]) -> list[dict[str, Any]]:
    return [read(row) for row in rows_of(name)]


def _law(row: dict[str, str]) -> dict[str, Any]:
    return {
        "key": row["law_key"],
        "title": row["title_zh"],
        "short_title": row["short_zh"],
        "rank": member(LawRank, row["kind"]),
        "number": row["number"],
        "passed_on": row["passed_on"],
        "repealed_by": row["repealed_by"],
        "valid_from": day_or_none(row["in_force_from"]),
        "valid_to": day_or_none(row["in_force_to"]),
        "source": row["source"],
        "confidence": row["confidence"],
    }


def _article(row: dict[str, str]) -> dict[str, Any]:
    return {
        "law_key": row["law_key"],
        "number": parts_of(row["ref"])[0],
        "ref": row["ref"],
        "subject": row["subject_zh"],
        "valid_from": day_or_none(row["in_force_from"]),
        "valid_to": day_or_none(row["in_force_to"]),
        "confidence": row["confidence"],
    }


_AS_IS = (
    "rule_id",
    "violation_key",
    "breach_law",
    "breach_article",
    "penalty_law",
    "penalty_article",
    "fine_unit",
    "aggravated_unit",
    "other_sanctions",
    "daily_penalty",
    "seizure",
    "detention",
    "crime_referral",
    "credit_class_hint",
    "confidence",
)


def _rule(row: dict[str, str]) -> dict[str, Any]:
    figures = ("fine_min", "fine_max", "aggravated_min", "aggravated_max", "person_fine_min", "person_fine_max")
    return {
        **{name: row[name] for name in _AS_IS},
        **{name: figure_or_none(row[name]) for name in figures},
        "name": row["name_zh"],
        "medium": member(Medium, row["medium"]),
        "branch": row["branch_zh"],
        "fine_base": row["fine_base_zh"],
        "fine_when": member(FineWhen, row["fine_when"]),
        "aggravated_when": row["aggravated_when_zh"],
        "evidence": row["evidence_zh"],
        "competent": row["competent_zh"],
        "note": row["note_zh"],
        "valid_from": day_or_none(row["applies_from"]),
        "valid_to": day_or_none(row["applies_to"]),
    }


def _pair(row: dict[str, str]) -> dict[str, Any]:
    return {
        "violation_key": row["violation_key"],
        "old_rule": row["old_rule"],
        "new_rule": row["new_rule"],
        "hint": member(Hint, row["hint"]),
        "note": row["note_zh"],
    }


def _conflict(row: dict[str, str]) -> dict[str, Any]:
    return {
        "violation_key": row["violation_key"],
        "rule_a": row["rule_a"],
        "rule_b": row["rule_b"],
        "kind": member(ConflictKind, row["kind"]),
        "comparison": row["comparison"],
        "difference": row["difference_zh"],
        "question": row["suggested_question_for_legal_review"],
    }


def _deadlines() -> list[dict[str, Any]]:
    readings = {row["key"]: row for row in rows_of("deadline_terms.csv")}
    return [{**row, **_reading(readings[row["key"]])} for row in rows_of("deadlines.csv")]


def _reading(row: dict[str, str]) -> dict[str, Any]:
    return {
        "title": row["title_zh"],
        "event": row["event_zh"],
        "counted_in": Unit.of(row["counted_in"]),
        "first_day_counts": row["first_day_counts"] == "1",
        "last_day_moves": row["last_day_moves"] == "1",
        "note": row["note_zh"],
        "words": row["words_zh"],
    }


def _override(row: dict[str, str]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "usual_on": date.fromisoformat(row["usual_on"]),
        "moved_to": date.fromisoformat(row["moved_to"]),
        "basis": row["basis_zh"],
        "source": row["source"],
        "confidence": row["confidence"],
    }


def _days() -> list[dict[str, Any]]:
    return [
        {
            "day": day.on,
            "kind": day.kind,
            "name": day.name,
            "source": EXPECTED_SOURCE if day.kind is DayKind.EXPECTED else CALENDAR_SOURCE,
        }
        for day in seeded_days()
    ]


def _years() -> list[dict[str, Any]]:
    years = {day.on.year for day in seeded_days() if day.kind is not DayKind.EXPECTED}
    return [{"year": year, "source": CALENDAR_SOURCE} for year in sorted(years)]


def _pollutant(row: dict[str, str]) -> dict[str, Any]:
    return {
        "key": row["id"],
        "name": row["name_zh"],
        "medium": row["medium"],
        "code": row["code_hj524_525"],
        "code_evidence": row["code_evidence"],
        "tax_equivalent": Decimal(row["tax_equivalent_kg"]) if row["tax_equivalent_kg"] else None,
        "equivalent_evidence": row["equiv_evidence"],
    }


def _catalog(row: dict[str, str]) -> dict[str, Any]:
    return {
        "number": int(row["entry_no"]),
        "category": row["category"],
        "industries": row["gbt4754"],
        "key_scope": row["key"],
        "simplified_scope": row["simplified"],
        "registration_scope": row["registration"],
        "valid_from": CATALOG_SINCE,
        "source": "固定污染源排污许可分类管理名录（2019 年版，部令第 11 号）",
        "confidence": "high",
    }
