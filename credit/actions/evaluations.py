"""Freezing the grades of a day, for use outside: once frozen, never changed."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from accounts.audit import canonical, record
from accounts.models import User
from core import bulk as write
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from credit import bulk, queries, rules
from credit.actions.merits import credit_clean_year
from credit.models import Evaluation, FreezeDay
from registry.models import Enterprise, Status

TOGETHER = 1000
"""Firms whose lines are read, and whose evaluations are written, at once."""

COLUMNS = (
    "enterprise_id",
    "score",
    "grade",
    "place",
    "content",
    "sha256",
    "as_of",
    "scheme_id",
    "frozen_at",
    "frozen_by_id",
)


def explanation(scheme: rules.SchemeFacts, as_of: date, score: Decimal, grade: str, lines: list[Any]) -> dict[str, Any]:
    """A score as it is frozen and hashed: every line that makes it."""
    return {
        "as_of": as_of,
        "base": scheme.base,
        "score": score,
        "grade": grade,
        "capped": score != sum((line.points for line in lines), scheme.base),
        "items": [
            {
                "date": line.occurred_on,
                "points": line.points,
                "rule": line.kind.label if line.title is None else line.title,
                "reason": line.reason,
                "document": line.document_number,
                "expires": min(filter(None, (line.expires_on, line.ended_on)), default=None),
                "event": line.id,
            }
            for line in lines
        ],
    }


def _explained(scheme: rules.SchemeFacts, as_of: date) -> Iterator[tuple[int, Decimal, str, int, str]]:
    """Every open firm in the order of their numbers: score, grade, place and explanation, few in memory at a time."""
    connection = db.session.connection()
    asked = bulk.ranked(scheme, as_of, Enterprise.status != Status.CLOSED).order_by("enterprise_id")
    for scored in connection.execute(asked.execution_options(yield_per=TOGETHER)).partitions():
        rows = connection.execute(bulk.lines(scored[0].enterprise_id, scored[-1].enterprise_id, as_of)).all()
        lines = {bearer: list(theirs) for bearer, theirs in groupby(rows, attrgetter("bearer"))}
        for firm, score, grade, place in scored:
            yield firm, score, grade, place, canonical(explanation(scheme, as_of, score, grade, lines.get(firm, [])))


def freeze_day(as_of: date, *, by: User) -> FreezeDay:
    """Freeze the score, grade and lines of every enterprise on a day that has come.

    With the last day of a year, whoever had no record against it in that year is credited for the next.
    """
    if as_of > clock.today():
        raise NotAllowed([Missing(said("只能冻结今天或以前的日期。"), "as_of")])
    if db.session.scalar(select(FreezeDay.id).where(FreezeDay.as_of == as_of)):
        raise NotAllowed([Missing(said("%(as_of)s 已经冻结过。", as_of=as_of), "as_of")])
    scheme = queries.scheme_on(as_of)
    whole, now, counts = hashlib.sha256(), clock.now(), Counter[str]()
    told = _explained(queries.scheme_facts(scheme), as_of)
    table = Evaluation.metadata.tables[Evaluation.__tablename__]
    for some in iter(lambda: list(islice(told, TOGETHER)), []):
        rows = []
        for firm, score, grade, place, content in some:
            digest = hashlib.sha256(content.encode()).hexdigest()
            whole.update(f"{firm}:{digest}\n".encode())
            counts[grade] += 1
            rows.append((firm, score, grade, place, content, digest, as_of, scheme.id, now, by.id))
        write.insert_many(db.session.connection(), table, COLUMNS, rows)
    day = FreezeDay(
        as_of=as_of,
        scheme_id=scheme.id,
        enterprises=counts.total(),
        sha256=whole.hexdigest(),
        frozen_at=now,
        frozen_by_id=by.id,
        facts=dict(counts),
    )
    db.session.add(day)
    record(day, "credit:freeze", f"冻结 {as_of} 环境信用等级，{counts.total()} 家", by=by, facts={"sha256": day.sha256})
    if (as_of.month, as_of.day) == (12, 31):
        credit_clean_year(day, by=by)
    return day
