"""Recording emission rights as they were allotted or traded, and voiding what was recorded by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from core.filters import shown_number
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.models import EmissionRight, Permit, RightSource
from permits.rules import rights


@dataclass(frozen=True)
class RightInput:
    """A line as it is written down: tonnes a year, price in yuan."""

    pollutant_code: str
    pollutant_name: str
    source: RightSource
    amount: Decimal
    period_from: date
    period_to: date
    counterparty: str
    price: Decimal | None
    basis: str


def record_right(permit: Permit, facts: RightInput, *, by: User) -> EmissionRight:
    """Write a line down; what is given away must be held on every day of its period."""
    made = EmissionRight(permit_id=permit.id, recorded_by_id=by.id, recorded_at=clock.now(), **vars(facts))
    missing = []
    if facts.amount <= 0:
        missing.append(Missing(said("数量应大于 0。"), "amount"))
    if facts.period_to < facts.period_from:
        missing.append(Missing(said("期限止不能早于期限起。"), "period_to"))
    if facts.source is not RightSource.ALLOTTED and not facts.counterparty.strip():
        missing.append(Missing(said("交易的请写明对方。"), "counterparty"))
    if not missing and facts.source.gives and (short := _short([*_standing(permit, facts.pollutant_code), made])):
        missing.append(Missing(short, "amount"))
    if missing:
        raise NotAllowed(missing)
    db.session.add(made)
    db.session.flush()
    told = f"排污权{made.source.label}：{made.pollutant_name} {shown_number(made.amount)} 吨/年"
    record(made, "permits:right:record", told, by=by, enterprise_id=permit.enterprise_id)
    return made


def void_right(row: EmissionRight, reason: str, *, by: User) -> None:
    """Void a line that was a mistake; not one on which what was given away rests."""
    if row.voided_at is not None:
        raise NotAllowed([said("这一笔已经作废。")])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明理由。"), "reason")])
    left = [each for each in _standing(row.permit, row.pollutant_code) if each is not row]
    if short := _short(left):
        raise NotAllowed([short])
    row.voided_at, row.voided_by_id, row.void_reason = clock.now(), by.id, reason.strip()
    told = f"作废排污权：{row.pollutant_name} {shown_number(row.amount)} 吨/年（{reason.strip()}）"
    record(row, "permits:right:void", told, by=by, enterprise_id=row.permit.enterprise_id)


def _standing(permit: Permit, pollutant_code: str) -> list[EmissionRight]:
    rows = queries.rights.of_permit(permit)
    return [each for each in rows if each.pollutant_code == pollutant_code and each.voided_at is None]


def _short(rows: Sequence[EmissionRight]) -> str | None:
    """Why these lines cannot stand together: on some day more is given away than there is."""
    reckoned = [queries.rights.as_rule(each) for each in rows]
    for each in rows:
        if each.source.gives:
            day, amount = rights.least(reckoned, each.period_from, each.period_to)
            if amount < 0:
                return said(
                    "%(day)s 出让和租出的比持有的多 %(amount)s 吨/年。",
                    day=day.isoformat(),
                    amount=shown_number(-amount),
                )
    return None
