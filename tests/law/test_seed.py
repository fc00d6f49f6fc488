"""The law that every installation begins with."""

from typing import Any

from sqlalchemy import func, select

from core.db import db
from law import seed
from law.calendar import seeded_calendar
from law.models import AnnouncedYear, Article, CalendarDay, DeadlineRule, Law, Pollutant, RuleConflict, ViolationRule
from law.queries import calendar


def _count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_every_database_begins_with_the_whole_law(session: Any) -> None:
    counts = {model.__tablename__: _count(model) for model in (Law, Article, ViolationRule, RuleConflict, DeadlineRule)}
    assert counts == {"law": 41, "article": 840, "violation_rule": 519, "rule_conflict": 90, "deadline_rule": 66}
    assert _count(Pollutant) == 47
    assert _count(AnnouncedYear) == 23


def test_loading_again_changes_nothing(session: Any) -> None:
    before = _count(CalendarDay)
    assert not any(seed.load(session.connection()).values())
    assert _count(CalendarDay) == before


def test_a_row_that_the_bureau_edited_is_left_alone(session: Any) -> None:
    rule = session.scalars(select(DeadlineRule).where(DeadlineRule.key == "fine.pay")).one()
    rule.title = "缴纳罚款（本局用语）"
    session.flush()
    seed.load(session.connection())
    session.refresh(rule)
    assert rule.title == "缴纳罚款（本局用语）"
    session.rollback()


def test_the_calendar_of_the_database_is_the_shipped_one(session: Any) -> None:
    assert dict(calendar().days) == dict(seeded_calendar().days)
    assert calendar().announced_years == seeded_calendar().announced_years


def test_nothing_is_ticked_by_anybody_at_the_beginning(session: Any) -> None:
    ticked = select(func.count()).select_from(ViolationRule).where(ViolationRule.checked_on.is_not(None))
    assert session.scalar(ticked) == 0
