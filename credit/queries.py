"""Reads of the room, each from what the person who asks may see."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from flask import url_for
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from accounts.models import User
from core import clock
from core.db import db
from core.language import gettext as _
from core.pages import not_found
from credit import rules
from credit.models import (
    CreditEvent,
    Evaluation,
    EventKind,
    FreezeDay,
    Grade,
    Listing,
    ListingState,
    Repair,
    Scheme,
    SchemeRule,
)
from inspections.models import DecisionState, DecisionStay, PenaltyDecision, RectificationOrder
from registry import timeline
from registry.disclosure import is_person
from registry.models import Enterprise, GradeSpan
from registry.queries import sees
from registry.timeline import FIRM, Told

Row = TypeVar("Row")

MOST_EVENTS = 60
"""Of each kind, on the time line of one enterprise."""


def _one(statement: Select[Row]) -> Row:
    found = db.session.scalars(statement).unique().one_or_none()
    return found if found is not None else not_found()


# --- schemes ----------------------------------------------------------------------------------------------------


def scheme_on(day: date | None) -> Scheme:
    """The scheme in use on a day (today when None)."""
    on = day or clock.today()
    statement = (
        select(Scheme)
        .where(Scheme.valid_from <= on, or_(Scheme.valid_to.is_(None), Scheme.valid_to > on))
        .options(selectinload(Scheme.rules))
        .order_by(Scheme.valid_from.desc())
        .limit(1)
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise LookupError(f"没有在 {on} 施行的评价方案。")
    return found


def schemes() -> Sequence[Scheme]:
    """Every version of every scheme, the newest first."""
    return db.session.scalars(
        select(Scheme).options(selectinload(Scheme.rules)).order_by(Scheme.valid_from.desc())
    ).all()


def scheme(scheme_id: int) -> Scheme:
    """One version of a scheme, or 404."""
    return _one(select(Scheme).where(Scheme.id == scheme_id).options(selectinload(Scheme.rules)))


def scheme_facts(found: Scheme) -> rules.SchemeFacts:
    """A scheme as the rules read it."""
    thresholds = [(Grade(code), Decimal(lowest)) for code, lowest in found.thresholds]
    return rules.SchemeFacts(found.title, found.base, found.ceiling, found.floor, thresholds)


def rule_for(kind: EventKind, day: date) -> SchemeRule | None:
    """What an event of this kind is worth by the scheme of a day.

    None when that scheme does not count it, or when no scheme was in use yet: what lies before counts for nothing.
    """
    try:
        found = scheme_on(day)
    except LookupError:
        return None
    return next((rule for rule in found.rules if rule.kind == kind.code), None)


# --- events and scores --------------------------------------------------------------------------------------------


def counted_firms(enterprise_id: int) -> Select[int]:
    """The enterprise and those merged into it: their record is one, so that merging washes nothing clean."""
    return select(Enterprise.id).where(or_(Enterprise.id == enterprise_id, Enterprise.merged_into_id == enterprise_id))


def events_of(enterprise_id: int) -> Sequence[CreditEvent]:
    """Every event of an enterprise, ended ones too, the newest first. Whether one may see it is asked before."""
    statement = select(CreditEvent).where(CreditEvent.enterprise_id.in_(counted_firms(enterprise_id)))
    return db.session.scalars(statement.order_by(CreditEvent.occurred_on.desc(), CreditEvent.id.desc())).unique().all()


def event_facts(enterprise_id: int) -> list[rules.EventFacts]:
    """The events of an enterprise as the rules read them."""
    return facts_of_all(events_of(enterprise_id))


def facts_of_all(events: Sequence[CreditEvent]) -> list[rules.EventFacts]:
    """Events as the rules read them, with the days on which the decision behind each was stayed."""
    decisions = {each.source_id for each in events if each.source_kind == PenaltyDecision.__tablename__}
    stayed = _stays(decisions)
    return [
        facts_of(each, stayed.get(each.source_id, ()) if each.source_kind == PenaltyDecision.__tablename__ else ())
        for each in events
    ]


def _stays(decision_ids: Collection[int]) -> dict[int, tuple[rules.Rest, ...]]:
    """When decisions were stayed."""
    if not decision_ids:
        return {}
    wanted = select(DecisionStay.decision_id, DecisionStay.stayed_from, DecisionStay.lifted_on)
    found: dict[int, tuple[rules.Rest, ...]] = {}
    for decision_id, first, until in db.session.execute(wanted.where(DecisionStay.decision_id.in_(decision_ids))):
        found[decision_id] = (*found.get(decision_id, ()), (first, until))
    return found


def is_stayed(decision_id: Any, day: date) -> ColumnElement[bool]:
    """Whether the decision of a column is stayed on a day: then nothing that stands on it is carried out or shown."""
    lasting = or_(DecisionStay.lifted_on.is_(None), DecisionStay.lifted_on > day)
    return exists().where(DecisionStay.decision_id == decision_id, DecisionStay.stayed_from <= day, lasting)


def facts_of(event: CreditEvent, stays: tuple[rules.Rest, ...] = ()) -> rules.EventFacts:
    """An event as the rules read it."""
    return rules.EventFacts(
        id=event.id,
        kind=event.kind,
        points=event.points,
        occurred_on=event.occurred_on,
        expires_on=event.expires_on,
        ended_on=event.ended_on,
        rule=event.rule.title if event.rule else event.kind.label,
        reason=event.reason,
        document=event.document_number,
        url=event.url,
        stays=stays,
    )


def listed_terms(enterprise_id: int) -> list[rules.ListedTerm]:
    """When an enterprise stands on the list, past and to come."""
    columns = (Listing.listed_on, Listing.term_to, Listing.removed_on, Listing.event_id, Listing.decision_id)
    rows = db.session.execute(
        select(*columns).where(Listing.enterprise_id.in_(counted_firms(enterprise_id)), Listing.listed_on.is_not(None))
    ).all()
    stayed = _stays({row.decision_id for row in rows})
    return [
        rules.ListedTerm(on, min(filter(None, (until, removed)), default=None), event_id, stayed.get(decision_id, ()))
        for on, until, removed, event_id, decision_id in rows
        if on
    ]


def score(enterprise_id: int, as_of: date) -> rules.Score:
    """Score and grade of an enterprise on a day, line by line."""
    on_list = any(term.covers(as_of) for term in listed_terms(enterprise_id))
    return rules.evaluate(scheme_facts(scheme_on(as_of)), event_facts(enterprise_id), as_of, listed=on_list)


def event(event_id: int, *, seen_by: User) -> CreditEvent:
    """One event, or 404."""
    statement = select(CreditEvent).join(Enterprise, Enterprise.id == CreditEvent.enterprise_id).where(sees(seen_by))
    return _one(statement.where(CreditEvent.id == event_id))


def decision_behind(found: CreditEvent) -> PenaltyDecision | None:
    """The penalty decision that an event rests on, if it is one."""
    return db.session.get(PenaltyDecision, found.source_id) if found.source_kind == "penalty_decision" else None


def order_behind(found: CreditEvent) -> RectificationOrder | None:
    """The rectification order that an event rests on, if it is one."""
    return db.session.get(RectificationOrder, found.source_id) if found.source_kind == "rectification_order" else None


def curve(enterprise_id: int) -> Sequence[GradeSpan]:
    """The spans of an enterprise in their order, for the curve."""
    statement = select(GradeSpan).where(GradeSpan.enterprise_id == enterprise_id).order_by(GradeSpan.valid_from)
    return db.session.scalars(statement).all()


# --- listings -----------------------------------------------------------------------------------------------------


def visible_listings(seen_by: User | None) -> Select[Listing]:
    """The listings of the enterprises a person may see."""
    return select(Listing).join(Enterprise, Enterprise.id == Listing.enterprise_id).where(sees(seen_by))


def listing(listing_id: int, *, seen_by: User) -> Listing:
    """One listing, or 404."""
    return _one(visible_listings(seen_by).where(Listing.id == listing_id))


def own_listing(listing_id: int, *, seen_by: User) -> Listing:
    """One listing as the enterprise sees it: from the prior notice on, else 404."""
    found = listing(listing_id, seen_by=seen_by)
    return found if found.notified_on is not None else not_found()


def current_listings(day: date) -> Select[Listing]:
    """Who stands on the list on a day: what may be published, for everybody."""
    return select(Listing).where(
        Listing.listed_on <= day,
        or_(Listing.term_to.is_(None), Listing.term_to > day),
        or_(Listing.removed_on.is_(None), Listing.removed_on > day),
        ~is_stayed(Listing.decision_id, day),
    )


def stands(listing: Listing, day: date) -> bool:
    """``current_listings`` of one listing."""
    on_list = rules.is_current(listing.listed_on, listing.term_to, listing.removed_on, day)
    return on_list and listing.decision.stay_on(day) is None


def listings_on(decision: PenaltyDecision) -> Sequence[Listing]:
    """The listings that stand on a decision."""
    return db.session.scalars(select(Listing).where(Listing.decision_id == decision.id)).unique().all()


def listing_tally(seen_by: User, today: date) -> dict[str, int]:
    """How many stand on the list, are being told or heard, apply for repair, and leave within thirty days."""

    def count(*conditions: ColumnElement[bool]) -> int:
        wanted = visible_listings(seen_by).where(*conditions)
        return db.session.scalar(select(func.count()).select_from(wanted.with_only_columns(Listing.id).subquery())) or 0

    current = (Listing.state == ListingState.LISTED, Listing.term_to > today, ~is_stayed(Listing.decision_id, today))
    applied = visible_repairs(seen_by).where(Repair.decided_on.is_(None)).with_only_columns(Repair.id).subquery()
    return {
        "listed": count(*current),
        "told": count(Listing.state.in_((ListingState.PROPOSED, ListingState.NOTIFIED, ListingState.OBJECTED))),
        "repairs": db.session.scalar(select(func.count()).select_from(applied)) or 0,
        "ending": count(*current, Listing.term_to <= today + timedelta(days=30)),
    }


def listing_changes(first: date, last: date) -> list[tuple[date, str, Listing]]:
    """Who came onto the list and who left it between two days: what an earlier export does not have yet."""
    came, left = Listing.listed_on.between(first, last), Listing.removed_on.between(first, last)
    ran_out = Listing.removed_on.is_(None) & Listing.term_to.between(first, last)
    rested = exists().where(
        DecisionStay.decision_id == Listing.decision_id,
        or_(DecisionStay.stayed_from.between(first, last), DecisionStay.lifted_on.between(first, last)),
    )
    wanted = select(Listing).where(or_(came, left, ran_out, rested)).limit(200)
    rows = db.session.scalars(wanted).unique().all()
    stayed = _stays({each.decision_id for each in rows})
    found: list[tuple[date, str, Listing]] = []
    for each in rows:
        for day, what in _rests(stayed.get(each.decision_id, ())):
            if first <= day <= last and rules.is_current(each.listed_on, each.term_to, each.removed_on, day):
                found.append((day, what, each))
        if each.listed_on and first <= each.listed_on <= last:
            found.append((each.listed_on, "came", each))
        gone = each.removed_on or each.term_to
        if gone and first <= gone <= last:
            found.append((gone, "left", each))
    return sorted(found, key=lambda one: (one[0], one[2].id), reverse=True)


def _rests(stays: Collection[rules.Rest]) -> list[tuple[date, str]]:
    """When stays take a firm off the list, and when they let it back."""
    return [(on, "left") for on, _until in stays] + [(until, "came") for _on, until in stays if until]


def proposable(seen_by: User) -> Sequence[CreditEvent]:
    """Events that the list's grounds name, still counting, from confirmed decisions, with no listing yet.

    Who was heard and not listed is not offered again; only what was dropped because its decision was stayed comes
    back once the stay is lifted.
    """
    once_stayed = exists().where(DecisionStay.decision_id == Listing.decision_id)
    taken = select(Listing.event_id).where(or_(Listing.state != ListingState.DROPPED, ~once_stayed))
    statement = (
        select(CreditEvent)
        .join(Enterprise, Enterprise.id == CreditEvent.enterprise_id)
        .join(PenaltyDecision, PenaltyDecision.id == CreditEvent.source_id)
        .where(
            sees(seen_by),
            CreditEvent.source_kind == "penalty_decision",
            CreditEvent.kind.in_(list(rules.TRIGGERS)),
            CreditEvent.ended_on.is_(None),
            PenaltyDecision.state == DecisionState.CONFIRMED,
            ~is_stayed(PenaltyDecision.id, clock.today()),
            CreditEvent.id.not_in(taken),
        )
        .order_by(CreditEvent.occurred_on.desc())
        .limit(200)
    )
    return db.session.scalars(statement).unique().all()


# --- repairs ------------------------------------------------------------------------------------------------------


def visible_repairs(seen_by: User | None) -> Select[Repair]:
    """The repairs of the enterprises a person may see."""
    return select(Repair).join(Enterprise, Enterprise.id == Repair.enterprise_id).where(sees(seen_by))


def repair(repair_id: int, *, seen_by: User) -> Repair:
    """One repair, or 404."""
    return _one(visible_repairs(seen_by).where(Repair.id == repair_id))


def open_repairs(event_id: int) -> Sequence[Repair]:
    """The repairs of an event that nobody has decided yet."""
    return (
        db.session.scalars(select(Repair).where(Repair.event_id == event_id, Repair.decided_on.is_(None)))
        .unique()
        .all()
    )


def listings_for(event_id: int) -> Sequence[Listing]:
    """The listings that an event set off."""
    return db.session.scalars(select(Listing).where(Listing.event_id == event_id)).unique().all()


def public_enterprise(uscc: str) -> Enterprise:
    """A firm by its code as the public looks it up, or 404; a merged one leads to the firm that bears its record."""
    found = _one(select(Enterprise).where(Enterprise.credit_code == uscc, ~is_person()))
    return (
        found if found.merged_into_id is None else _one(select(Enterprise).where(Enterprise.id == found.merged_into_id))
    )


def is_public(day: date) -> ColumnElement[bool]:
    """Whether a penalty decision may be shown to the public on a day (发改委令第36号; FACTS D3).

    It is in effect and not stayed, of a class that is published, within its longest publicity, and neither repaired nor
    quashed.
    """
    running = [
        and_(CreditEvent.event_class == each, CreditEvent.occurred_on >= rules.shown_since(each, day))
        for each in rules.SHOWN
    ]
    counted = exists().where(
        CreditEvent.source_kind == PenaltyDecision.__tablename__,
        CreditEvent.source_id == PenaltyDecision.id,
        or_(CreditEvent.ended_on.is_(None), CreditEvent.ended_on > day),
        or_(*running),
    )
    return and_(PenaltyDecision.state == DecisionState.CONFIRMED, counted, ~is_stayed(PenaltyDecision.id, day))


def public_decisions(enterprise_id: int, day: date) -> Sequence[PenaltyDecision]:
    """The penalty decisions on a firm that the public may see on a day."""
    counted = PenaltyDecision.enterprise_id.in_(counted_firms(enterprise_id))
    statement = select(PenaltyDecision).where(counted, is_public(day))
    return db.session.scalars(statement.order_by(PenaltyDecision.decided_on.desc())).unique().all()


def listings_of(enterprise_id: int) -> Sequence[Listing]:
    """Every listing of an enterprise, the newest first. Whether one may see it is asked before."""
    statement = (
        select(Listing).where(Listing.enterprise_id.in_(counted_firms(enterprise_id))).order_by(Listing.id.desc())
    )
    return db.session.scalars(statement).unique().all()


def repairs_of(enterprise_id: int) -> Sequence[Repair]:
    """Every repair of an enterprise, the newest first."""
    statement = select(Repair).where(Repair.enterprise_id.in_(counted_firms(enterprise_id)))
    return db.session.scalars(statement.order_by(Repair.id.desc())).unique().all()


def freeze_days() -> Sequence[FreezeDay]:
    """The days whose grades were frozen, the newest first."""
    return db.session.scalars(select(FreezeDay).order_by(FreezeDay.as_of.desc()).limit(40)).all()


def frozen(enterprise_id: int, as_of: date) -> Evaluation | None:
    """The frozen evaluation of an enterprise on a day, if that day was frozen."""
    statement = select(Evaluation).where(Evaluation.enterprise_id == enterprise_id, Evaluation.as_of == as_of)
    return db.session.scalars(statement).one_or_none()


@timeline.source
def _counted(connection: Connection, enterprise_id: int) -> list[timeline.Event]:
    rows = connection.execute(_TOLD, {"firm": enterprise_id})
    return [event for each in rows for event in _credited(each)]


_TOLD = (
    select(
        CreditEvent.enterprise_id,
        CreditEvent.kind,
        CreditEvent.points,
        CreditEvent.occurred_on,
        CreditEvent.reason,
        CreditEvent.ended_on,
        CreditEvent.end_reason,
    )
    .where(CreditEvent.enterprise_id == FIRM)
    .order_by(CreditEvent.occurred_on.desc())
    .limit(MOST_EVENTS)
)


def _credited(each: Told) -> list[timeline.Event]:
    url = url_for("credit.enterprise_credit", enterprise_id=each.enterprise_id)
    title = _("信用 %(points)s 分：%(kind)s", points=signed(each.points), kind=_(each.kind.label))
    told = [timeline.Event(each.occurred_on, title, url, each.reason, "bad" if each.points < 0 else "good")]
    if each.ended_on:
        told.append(
            timeline.Event(each.ended_on, _("信用事件终止：%(why)s", why=each.end_reason), url, each.reason, "good")
        )
    return told


@timeline.source
def _listed(connection: Connection, enterprise_id: int) -> list[timeline.Event]:
    told = []
    for each in connection.execute(_LISTED, {"firm": enterprise_id}):
        url = url_for("credit.listing", listing_id=each.id)
        name = _(each.list_type.label)
        if each.listed_on:
            told.append(timeline.Event(each.listed_on, _("列入%(list)s", list=name), url, each.ground, "bad"))
        if each.removed_on:
            title = _("移出%(list)s", list=name)
            told.append(timeline.Event(each.removed_on, title, url, each.removal_reason, "good"))
    return told


_LISTED = select(
    Listing.id, Listing.list_type, Listing.listed_on, Listing.ground, Listing.removed_on, Listing.removal_reason
).where(Listing.enterprise_id == FIRM, Listing.listed_on.is_not(None))


def signed(points: Decimal) -> str:
    """Points with their sign: +1, −3."""
    return ("+" if points > 0 else "") + rules.number_words(points)
