"""One statement for all firms says what the rules say of each."""

import hashlib
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from accounts.audit import canonical
from core import clock
from core.db import db
from credit import actions, bulk, queries, standing
from credit.actions import evaluations
from credit.models import CreditEvent, Evaluation, EventClass, EventKind, Grade, Scheme
from inspections.models import DecisionStay
from registry.models import Enterprise, GradeSpan, Status
from tests.credit import made


def _firms(session: Any, firm: Enterprise, many: int) -> list[int]:
    columns = {key: getattr(firm, key) for key in ("area_id", "office_id", "category", "status", "industry_code")}
    rows = [
        {**columns, "credit_code": f"K{number:017}", "name": f"第{number}家（示例）", "version": 1}
        | {"registered_at": clock.now(), "updated_at": clock.now()}
        for number in range(many)
    ]
    session.execute(insert(Enterprise), rows)
    return list(session.scalars(select(Enterprise.id).where(Enterprise.credit_code.like("K%")).order_by(Enterprise.id)))


def _event(number: int, enterprise_id: int, dice: random.Random) -> dict[str, Any]:
    began = date(2023, 6, 1) + timedelta(days=dice.randrange(1200))
    return {
        "enterprise_id": enterprise_id,
        "kind": dice.choice(list(EventKind)),
        "event_class": EventClass.MINOR,
        "points": dice.choice([Decimal(-6), Decimal(-3), Decimal("-0.5"), Decimal(-1), Decimal(1), Decimal(12)]),
        "occurred_on": began,
        "expires_on": dice.choice([None, began + timedelta(days=dice.randrange(1, 900))]),
        "ended_on": dice.choice([None, None, began + timedelta(days=dice.randrange(-20, 400))]),
        "end_reason": "更正",
        "reason": "事由",
        "source_kind": "tests",
        "source_id": number,
        "recorded_at": clock.now(),
    }


def _stored(session: Any, enterprise_id: int) -> list[tuple[Any, ...]]:
    wanted = select(GradeSpan).where(GradeSpan.enterprise_id == enterprise_id).order_by(GradeSpan.valid_from)
    return [(each.valid_from, each.valid_to, each.score.normalize(), each.grade) for each in session.scalars(wanted)]


def test_the_one_statement_says_of_every_firm_what_the_rules_say(session: Any, firm: Enterprise) -> None:
    dice = random.Random(20261123)
    firms = _firms(session, firm, 60)
    known = sorted(set(firms) - {firms[0]})
    events = [_event(number, dice.choice(known), dice) for number in range(240)]
    session.execute(insert(CreditEvent), events)
    assert standing.refresh_missing() == 60
    for enterprise_id in firms:
        told = standing.spans_of(enterprise_id)
        assert _stored(session, enterprise_id) == [
            (each.valid_from, each.valid_to, each.score.normalize(), each.grade.code) for each in told
        ]
    assert standing.refresh_missing() == 0


def test_time_on_the_list_is_black_in_the_one_statement_too(session: Any, firm: Enterprise) -> None:
    made.listed(firm, months=12)
    before = _stored(session, firm.id)
    session.execute(delete(GradeSpan).where(GradeSpan.enterprise_id == firm.id))
    assert standing.refresh_missing() == 1
    assert _stored(session, firm.id) == before


def test_firms_that_have_their_spans_are_left_alone(session: Any, firm: Enterprise) -> None:
    scheme = queries.scheme_facts(db.session.scalars(select(Scheme)).one())
    before = _stored(session, firm.id)
    bulk.refresh_all(session.connection(), scheme, standing.BEGINNING)
    assert _stored(session, firm.id) == before


@pytest.fixture
def crowd(session: Any, firm: Enterprise) -> list[int]:
    """Firms with events by chance; one on the list, one merged into another, decisions that were stayed for a time."""
    listing = made.listed(firm, months=12)
    dice = random.Random(20261124)
    firms = [firm.id, *_firms(session, firm, 25)]
    session.execute(insert(CreditEvent), [_event(number, dice.choice(firms), dice) for number in range(1000, 1125)])
    gone = {"status": Status.CLOSED, "status_since": date(2026, 1, 1)}
    session.execute(update(Enterprise).where(Enterprise.id == firms[3]).values({**gone, "merged_into_id": firms[5]}))
    session.execute(update(Enterprise).where(Enterprise.id == firms[4]).values(gone))
    for first, until in ((date(2026, 12, 5), date(2026, 12, 9)), (date(2026, 12, 7), None)):
        noted = {"enterprise_id": firm.id, "reason": "停止执行", "noted_by_id": 1, "noted_at": clock.now()}
        session.add(DecisionStay(decision_id=listing.decision_id, stayed_from=first, lifted_on=until, **noted))
    session.flush()
    return firms


DAYS = [date(2025, 3, 1), date(2026, 11, 23), date(2026, 12, 2), date(2026, 12, 5), date(2026, 12, 8), date(2028, 1, 1)]


@pytest.mark.parametrize("day", DAYS)
def test_the_statement_of_one_day_says_of_every_firm_what_the_rules_say(
    session: Any, crowd: list[int], day: date
) -> None:
    for successor in (None, crowd[0]):  # the merged firm's record goes to another one, or to the one on the list
        if successor:
            session.execute(update(Enterprise).where(Enterprise.id == crowd[3]).values(merged_into_id=successor))
        scheme = queries.scheme_facts(queries.scheme_on(day))
        told = session.execute(bulk.ranked(scheme, day, Enterprise.id.in_(crowd))).all()
        rules_say = {each: queries.score(each, day) for each in crowd}
        assert {each.enterprise_id: (each.score, each.grade) for each in told} == {
            each: (score.score, score.grade.code) for each, score in rules_say.items()
        }
        order = [(each.grade is Grade.BLACK, -each.score) for each in rules_say.values()]
        for each in told:
            mine = rules_say[each.enterprise_id]
            assert each.place == 1 + sum(other < (mine.grade is Grade.BLACK, -mine.score) for other in order)
        lines = session.execute(bulk.lines(min(crowd), max(crowd), day)).all()
        for each, score in rules_say.items():
            assert [line.id for line in lines if line.bearer == each] == [item.event_id for item in score.items]


@pytest.mark.parametrize("day", DAYS[:2])
def test_a_frozen_day_holds_the_lines_of_the_rules_for_every_open_firm(
    session: Any, crowd: list[int], person: Any, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluations, "TOGETHER", 7)
    frozen = actions.freeze_day(day, by=person("credit"))
    kept = session.scalars(select(Evaluation).where(Evaluation.as_of == day).order_by(Evaluation.enterprise_id)).all()
    assert frozen.enterprises == len(kept) == len(crowd) - 2 + 1  # without the closed ones, with the far firm
    assert frozen.facts == Counter(each.grade.code for each in kept)
    order = [(each.grade is Grade.BLACK, -each.score) for each in kept]
    for each in kept:
        assert each.place == 1 + sum(other < (each.grade is Grade.BLACK, -each.score) for other in order)
        score = queries.score(each.enterprise_id, day)
        content = {
            "as_of": day,
            "base": score.base,
            "score": score.score,
            "grade": score.grade.code,
            "capped": score.capped,
            "items": [
                {
                    "date": item.on,
                    "points": item.points,
                    "rule": item.rule,
                    "reason": item.reason,
                    "document": item.document,
                    "expires": item.expires,
                    "event": item.event_id,
                }
                for item in score.items
            ],
        }
        assert (each.score, each.grade, each.content) == (score.score, score.grade, canonical(content))
        assert each.sha256 == hashlib.sha256(each.content.encode()).hexdigest()
