"""Reads of what is owed, of what was handed in to meet it, and of how much that is for each firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from accounts.models import User
from core.db import db
from core.pages import not_found
from registry.models import Enterprise, HandIn, Obligation
from registry.obligations import is_open, stands
from registry.queries.made_once import FIRM_ID
from registry.queries.scope import mandated_enterprises, sees, works_for
from registry.rules.obligations import Standing


@dataclass(frozen=True)
class Burden:
    """What a firm has to do: how much is open, how much of it is late, and the deadline that comes first."""

    owed: int
    late: int
    next_on: date
    arithmetic: str
    opens_on: date | None


def burdens(person: User, today: date) -> dict[int, Burden]:
    """What each firm of a person owes that can be done now; one question, however many firms."""
    firm = Obligation.enterprise_id
    ranked = (
        select(
            firm,
            func.count().over(partition_by=firm).label("owed"),
            func.sum(case((Obligation.due_on < today, 1), else_=0)).over(partition_by=firm).label("late"),
            func.row_number().over(partition_by=firm, order_by=(Obligation.due_on, Obligation.id)).label("place"),
            Obligation.due_on,
            Obligation.arithmetic,
            Obligation.opens_on,
        )
        .where(
            firm.in_(mandated_enterprises(person, today)),
            is_open(),
            or_(Obligation.opens_on.is_(None), Obligation.opens_on <= today),
        )
        .subquery()
    )
    columns = ranked.c
    wanted = select(
        columns.enterprise_id, columns.owed, columns.late, columns.due_on, columns.arithmetic, columns.opens_on
    ).where(columns.place == 1)
    return {each: Burden(*told) for each, *told in db.session.execute(wanted)}


def visible_obligations(seen_by: User | None) -> Select[Obligation]:
    """What the enterprises a person may see owe, or owed."""
    return select(Obligation).join(Obligation.enterprise).where(sees(seen_by))


def my_obligations(user: User, most_done: int = 50) -> tuple[list[Obligation], list[Obligation]]:
    """What the enterprise a person works for still owes, nearest first; and what it did last."""
    mine = visible_obligations(user).where(works_for(user))
    owed = mine.where(is_open()).order_by(Obligation.due_on, Obligation.id)
    done = mine.where(Obligation.voided_on.is_(None))
    done = done.where(Obligation.fulfilled_on.is_not(None)).order_by(Obligation.fulfilled_on.desc(), Obligation.id)
    return list(db.session.scalars(owed)), list(db.session.scalars(done.limit(most_done)))


def kept_by(user: User, enterprise_id: int, today: date) -> list[Obligation]:
    """What an enterprise has to keep today, the first to be over first."""
    wanted = visible_obligations(user).where(
        Obligation.enterprise_id == enterprise_id, stands([Standing.KEEPING], today)
    )
    return list(db.session.scalars(wanted.order_by(Obligation.due_on, Obligation.id)))


def visible_hand_ins(seen_by: User | None) -> Select[HandIn]:
    """What the enterprises a person may see handed in to meet their obligations."""
    return (
        select(HandIn)
        .join(Enterprise, Enterprise.id == HandIn.enterprise_id)
        .join(Obligation, Obligation.id == HandIn.obligation_id)
        .where(sees(seen_by))
    )


def hand_in(hand_in_id: int, *, seen_by: User | None) -> HandIn:
    """One thing handed in, or 404."""
    found = db.session.scalars(visible_hand_ins(seen_by).where(HandIn.id == hand_in_id)).unique().one_or_none()
    return found or not_found()


def hand_ins_of(obligation: Obligation) -> list[HandIn]:
    """Everything handed in for an obligation, the last first."""
    wanted = select(HandIn).where(HandIn.obligation_id == obligation.id).order_by(HandIn.number.desc())
    return list(db.session.scalars(wanted.options(joinedload(HandIn.sent_by), joinedload(HandIn.judged_by))).unique())


def my_hand_ins(user: User, most: int = 50) -> list[HandIn]:
    """What the enterprise a person works for handed in, the last first; also for what is no longer owed."""
    wanted = visible_hand_ins(user).where(works_for(user)).order_by(HandIn.id.desc()).limit(most)
    return list(db.session.scalars(wanted).unique())


def obligation(obligation_id: int, *, seen_by: User | None) -> Obligation:
    """One obligation, or 404."""
    found = db.session.scalars(visible_obligations(seen_by).where(Obligation.id == obligation_id)).one_or_none()
    return found or not_found()


def obligations_in(ids: Sequence[int], *, seen_by: User) -> list[Obligation]:
    """These obligations, by deadline, as far as one may see them."""
    wanted = visible_obligations(seen_by).where(Obligation.id.in_(ids)).order_by(Obligation.due_on, Obligation.id)
    return list(db.session.scalars(wanted).unique())


def open_obligations(enterprise_id: int) -> list[Obligation]:
    """What an enterprise still owes, by deadline. Whether one may see it is asked before."""
    return list(db.session.scalars(_OPEN, {"firm": enterprise_id}))


_OPEN = (
    select(Obligation)
    .where(Obligation.enterprise_id == FIRM_ID, is_open())
    .order_by(Obligation.due_on, Obligation.id)
    .limit(50)
    .options(lazyload("*"))
)
