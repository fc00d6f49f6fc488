"""Who owes what by when: written from a source row, regenerated when that changes; overdue is asked, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from accounts.audit import plain, record
from accounts.models import User
from core import bulk
from core.countdown import Countdown, countdown, never_rests
from core.db import Base, db, each_of
from core.said import said
from core.workflow import NotAllowed
from law import queries as law
from registry.models import Obligation, ObligationKind
from registry.rules import obligations as rules
from registry.rules.obligations import Standing


@dataclass(frozen=True)
class Wanted:
    """An obligation as its source says it should be; ``key`` tells it from the others of the same source."""

    key: str
    kind: ObligationKind
    title: str
    basis: str
    due_on: date
    provisional: bool = False
    arithmetic: str = ""
    period_from: date | None = None
    period_to: date | None = None
    opens_on: date | None = None
    site_id: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Owner:
    """A source row, whose it is and for which site."""

    source_id: int
    enterprise_id: int
    site_id: int


@dataclass(frozen=True)
class Difference:
    """What regenerating did; ``changed`` are open ones that the source now states otherwise (another date, say)."""

    added: list[Obligation]
    kept: list[Obligation]
    voided: list[Obligation]
    changed: list[Obligation]

    @property
    def empty(self) -> bool:
        """Whether everything was as it should be already."""
        return not (self.added or self.voided or self.changed)


def regenerate(
    source: Base, wanted: Sequence[Wanted], *, enterprise_id: int, today: date, reason: str, by: User
) -> Difference:
    """Bring the obligations from a source in line with what it says now.

    What is fulfilled stays as it was; what is no longer wanted is voided with the reason, and stands again when it is
    wanted again. A second run with the same wishes changes and records nothing.
    """
    if len({each.key for each in wanted}) != len(wanted):
        raise ValueError("two wanted obligations share a key")
    db.session.flush()
    known = {each.key: each for each in of(source)}
    result = Difference([], [], [], [])
    for wish in wanted:
        _fit(known.pop(wish.key, None), wish, source, enterprise_id, result)
    for left in known.values():
        if left.fulfilled_on is None and left.voided_on is None:
            left.voided_on, left.void_reason = today, reason
            result.voided.append(left)
        else:
            result.kept.append(left)
    if not result.empty:
        told = f"义务：新增 {len(result.added)}，变更 {len(result.changed)}，作废 {len(result.voided)}（{reason}）"
        record(source, "registry:obligation:regenerate", told, by=by, enterprise_id=enterprise_id)
    return result


def _fit(known: Obligation | None, wish: Wanted, source: Base, enterprise_id: int, result: Difference) -> None:
    if known is None:
        known = Obligation(
            enterprise_id=enterprise_id,
            source_kind=source.__tablename__,
            source_id=source.id,  # type: ignore[attr-defined]
            **asdict(wish),
        )
        db.session.add(known)
        result.added.append(known)
    elif known.fulfilled_on is not None:
        result.kept.append(known)
    else:
        revived = known.voided_on is not None
        known.voided_on, known.void_reason = None, ""
        differs = [name for name, value in asdict(wish).items() if getattr(known, name) != value]
        for name in differs:
            setattr(known, name, getattr(wish, name))
        (result.added if revived else result.changed if differs else result.kept).append(known)


def write_many(source_kind: str, wanted: Sequence[tuple[Owner, Wanted]], told: str, *, by: User) -> None:
    """Write obligations that are not there yet, past the session: many sources at once, one entry of the trail."""
    connection, table = db.session.connection(), Obligation.__table__
    ids = bulk.new_ids(connection, table, len(wanted))  # type: ignore[arg-type]
    facts = [
        {
            "id": number,
            "enterprise_id": owner.enterprise_id,
            "source_kind": source_kind,
            "source_id": owner.source_id,
            "void_reason": "",
            **asdict(wish),
        }
        for number, (owner, wish) in zip(ids, wanted, strict=True)
    ]
    bulk.insert_many(connection, table, tuple(facts[0]), [tuple(each.values()) for each in facts])  # type: ignore[arg-type]
    images: list[dict[str, Any]] = [{name: plain(value) for name, value in each.items()} for each in facts]
    record(None, "registry:obligation:regenerate", told, by=by, facts={"obligations": images})


def of(source: Base) -> Sequence[Obligation]:
    """Every obligation from a source row, voided ones too, by deadline."""
    wanted = (Obligation.source_kind == source.__tablename__, Obligation.source_id == source.id)  # type: ignore[attr-defined]
    return db.session.scalars(select(Obligation).where(*wanted).order_by(Obligation.due_on, Obligation.id)).all()


def fulfil(obligation: Obligation, on: date, by: User) -> None:
    """Note that it was done, and when; late is late."""
    if obligation.kind in rules.KEPT:
        raise NotAllowed([said("这项义务只需保存到期满，没有要办的事。")])
    if obligation.voided_on is not None:
        raise NotAllowed([said("这项义务已作废，不需要履行。")])
    if obligation.fulfilled_on is not None:
        raise NotAllowed(
            [said("这项义务已于 %(fulfilled_on)s 履行。", fulfilled_on=obligation.fulfilled_on.isoformat())]
        )
    obligation.fulfilled_on = on
    record(obligation, "registry:obligation:fulfil", f"履行义务：{obligation.title}", by=by)


def reopen(obligation: Obligation, reason: str, by: User) -> None:
    """Take the fulfilment back, when what was handed in is returned."""
    if obligation.fulfilled_on is None:
        raise NotAllowed([said("这项义务尚未履行。")])
    obligation.fulfilled_on = None
    record(obligation, "registry:obligation:reopen", f"恢复义务：{obligation.title}（{reason}）", by=by)


def standing(obligation: Obligation, today: date) -> Standing:
    """Where it stands on a day."""
    return rules.standing(
        kind=obligation.kind,
        due_on=obligation.due_on,
        opens_on=obligation.opens_on,
        fulfilled_on=obligation.fulfilled_on,
        voided_on=obligation.voided_on,
        today=today,
    )


def countdown_of(owed: Obligation, today: date) -> Countdown:
    """Its deadline as every page and list shows it: in the days in which its sum counts, working days with their strip."""
    seen = seen_deadline(owed.due_on, owed.arithmetic, today, since=owed.opens_on)
    return replace(seen, provisional=owed.provisional)


def seen_deadline(due_on: date, arithmetic: str, today: date, *, since: date | None = None) -> Countdown:
    """The same from the columns of a list."""
    working = rules.in_working_days(arithmetic)
    return countdown(
        due_on,
        today,
        since=since if working else None,
        working=working,
        is_rest=law.calendar().is_rest if working else never_rests,
        arithmetic=arithmetic,
    )


_KEPT = each_of(rules.KEPT, Obligation.kind)


def is_open() -> ColumnElement[bool]:
    """Something to do, neither done nor voided, as a condition; what is only kept is never open."""
    return and_(Obligation.fulfilled_on.is_(None), Obligation.voided_on.is_(None), Obligation.kind.not_in(_KEPT))


def is_kept() -> ColumnElement[bool]:
    """Something to keep until a day, not voided, as a condition."""
    return and_(Obligation.voided_on.is_(None), Obligation.kind.in_(_KEPT))


def is_overdue(today: date) -> ColumnElement[bool]:
    """Open and past its last day, as a condition."""
    return and_(is_open(), Obligation.due_on < today)


def stands(standings: Iterable[Standing], today: date) -> ColumnElement[bool]:
    """``standing`` as a condition, for filters."""
    begun = or_(Obligation.opens_on.is_(None), Obligation.opens_on <= today)
    done = and_(Obligation.voided_on.is_(None), Obligation.fulfilled_on.is_not(None))
    conditions = {
        Standing.VOIDED: Obligation.voided_on.is_not(None),
        Standing.FULFILLED: and_(done, Obligation.fulfilled_on <= Obligation.due_on),
        Standing.FULFILLED_LATE: and_(done, Obligation.fulfilled_on > Obligation.due_on),
        Standing.OVERDUE: is_overdue(today),
        Standing.DUE_TODAY: and_(is_open(), Obligation.due_on == today),
        Standing.OPEN: and_(is_open(), Obligation.due_on > today, begun),
        Standing.UPCOMING: and_(is_open(), Obligation.due_on > today, Obligation.opens_on > today),
        Standing.KEEPING: and_(is_kept(), Obligation.due_on >= today),
        Standing.OVER: and_(is_kept(), Obligation.due_on < today),
    }
    return or_(*(conditions[each] for each in standings))
