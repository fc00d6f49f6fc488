"""Freezing the grades of a day, for use outside: once frozen, never changed."""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from accounts.audit import canonical, record
from accounts.models import User
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from credit import queries, rules
from credit.actions.merits import credit_clean_year
from credit.models import Evaluation, FreezeDay
from registry.models import Enterprise, Status

TOGETHER = 1000
"""Firms whose events are read at once."""


def explanation(score: rules.Score) -> dict[str, Any]:
    """A score as it is frozen and hashed: every line that makes it."""
    return {
        "as_of": score.as_of,
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


def freeze_day(as_of: date, *, by: User) -> FreezeDay:
    """Freeze the score, grade and lines of every enterprise on a day that has come.

    With the last day of a year, whoever had no record against it in that year is credited for the next.
    """
    if as_of > clock.today():
        raise NotAllowed([Missing(said("只能冻结今天或以前的日期。"), "as_of")])
    if db.session.scalar(select(FreezeDay.id).where(FreezeDay.as_of == as_of)):
        raise NotAllowed([Missing(said("%(as_of)s 已经冻结过。", as_of=as_of), "as_of")])
    scheme = queries.scheme_on(as_of)
    whole, now = hashlib.sha256(), clock.now()
    counts: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    wanted = select(Enterprise.id).where(Enterprise.status != Status.CLOSED).order_by(Enterprise.id)
    firms = db.session.scalars(wanted).all()
    found = (queries.scores(firms[at : at + TOGETHER], as_of) for at in range(0, len(firms), TOGETHER))
    for enterprise_id, score in (pair for part in found for pair in part.items()):
        content = canonical(explanation(score))
        digest = hashlib.sha256(content.encode()).hexdigest()
        whole.update(f"{enterprise_id}:{digest}\n".encode())
        counts[score.grade.code] = counts.get(score.grade.code, 0) + 1
        rows.append(
            {
                "enterprise_id": enterprise_id,
                "scheme_id": scheme.id,
                "as_of": as_of,
                "score": score.score,
                "grade": score.grade,
                "content": content,
                "sha256": digest,
                "frozen_at": now,
                "frozen_by_id": by.id,
            }
        )
    if rows:
        db.session.execute(insert(Evaluation), rows)
    day = FreezeDay(
        as_of=as_of,
        scheme_id=scheme.id,
        enterprises=len(rows),
        sha256=whole.hexdigest(),
        frozen_at=now,
        frozen_by_id=by.id,
        facts=counts,
    )
    db.session.add(day)
    record(day, "credit:freeze", f"冻结 {as_of} 环境信用等级，{len(rows)} 家", by=by, facts={"sha256": day.sha256})
    if (as_of.month, as_of.day) == (12, 31):
        credit_clean_year(day, by=by)
    return day
