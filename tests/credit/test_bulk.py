"""One statement for all firms says what the rules say of each."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update

from core import clock
from core.db import db
from credit import bulk, queries, standing
from credit.models import CreditEvent, EventClass, EventKind, Scheme
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


def test_the_scores_of_many_are_the_score_of_each(session: Any, firm: Enterprise) -> None:
    made.listed(firm, months=12)
    dice = random.Random(20261124)
    firms = _firms(session, firm, 20)
    session.execute(insert(CreditEvent), [_event(number, dice.choice(firms), dice) for number in range(1000, 1100)])
    gone = {"merged_into_id": firms[4], "status": Status.CLOSED, "status_since": date(2026, 1, 1)}
    session.execute(update(Enterprise).where(Enterprise.id == firms[3]).values(gone))
    for day in (date(2025, 3, 1), date(2026, 11, 23), date(2026, 12, 5), date(2028, 1, 1)):
        told = queries.scores([firm.id, *firms], day)
        assert told == {each: queries.score(each, day) for each in [firm.id, *firms]}
