"""What the database itself holds about the law."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from law.models import DeadlineRule, Law, RuleConflict, ViolationRule


def test_a_tick_needs_somebody_who_ticked(session: Any) -> None:
    session.scalars(select(Law)).first().checked_on = date(2026, 11, 23)
    with pytest.raises(IntegrityError, match="checked_by_somebody"):
        session.flush()
    session.rollback()


def test_a_choice_needs_name_day_and_reason(session: Any) -> None:
    conflict = session.scalars(select(RuleConflict)).first()
    conflict.chosen_rule = conflict.rule_a
    with pytest.raises(IntegrityError, match="chosen_by_somebody_with_reason"):
        session.flush()
    session.rollback()


def test_only_one_of_the_two_sides_can_be_chosen(session: Any, person: Any) -> None:
    reviewer = person("reviewer")
    conflict = session.scalars(select(RuleConflict)).first()
    conflict.chosen_rule, conflict.chosen_reason = "ELSE@C26-1", "…"
    conflict.chosen_by, conflict.chosen_on = reviewer, date(2026, 11, 23)
    with pytest.raises(IntegrityError, match="chosen_is_a_side"):
        session.flush()
    session.rollback()


def test_a_row_cannot_end_before_it_begins(session: Any) -> None:
    rule = session.scalars(select(ViolationRule)).first()
    rule.valid_to = date(1999, 1, 1)
    with pytest.raises(IntegrityError, match="valid_in_order"):
        session.flush()
    session.rollback()


def test_a_rule_says_its_fine_in_words(session: Any) -> None:
    rule = session.scalars(select(ViolationRule).where(ViolationRule.rule_id == "EIA-BUILD-BOOK@C26-1")).one()
    assert rule.fine_words == "20 万元以上 100 万元以下"
    assert rule.aggravated_words == "情节严重：100 万元以上 1000 万元以下"
    assert rule.person_words == ""


def test_every_period_is_kept_as_written(session: Any) -> None:
    rule = session.scalars(select(DeadlineRule).where(DeadlineRule.key == "seizure.max")).one()
    assert (rule.value, rule.unit) == ("30", "day (+30)")
