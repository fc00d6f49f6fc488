"""Reads of sites under watch since their permit ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import aliased

from accounts.models import User
from core.db import db
from permits.models import Permit, PermitState, PostPermitWatch, WatchState
from permits.queries.permits import LIVE, held_at, one, visible_permits
from permits.rules import watch as rules
from registry.models import Enterprise, ListKind, ListMembership
from registry.queries import sees


def visible_watches(seen_by: User | None) -> Select[PostPermitWatch]:
    """The watches over the sites of the enterprises that one may see, released ones too."""
    return (
        select(PostPermitWatch)
        .join(Permit, Permit.id == PostPermitWatch.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(sees(seen_by))
    )


def watch(watch_id: int, *, seen_by: User) -> PostPermitWatch:
    """One watch, or 404."""
    return one(visible_watches(seen_by).where(PostPermitWatch.id == watch_id))


def of_site(site_id: int) -> Sequence[PostPermitWatch]:
    """Every watch over a site, the last first."""
    wanted = select(PostPermitWatch).where(PostPermitWatch.site_id == site_id)
    return db.session.scalars(wanted.order_by(PostPermitWatch.id.desc())).unique().all()


def open_at(site_id: int) -> PostPermitWatch | None:
    """The watch that a site is under, if it is."""
    wanted = select(PostPermitWatch).where(PostPermitWatch.site_id == site_id, PostPermitWatch.state == WatchState.OPEN)
    return db.session.scalars(wanted).unique().one_or_none()


def end_of(permit: Permit, today: date) -> rules.End | None:
    """Why and when a permit ended; None while it holds."""
    return rules.end_of(permit.state, permit.ended_on, permit.valid_to, today)


def of_permit(permit: Permit, today: date) -> PostPermitWatch | None:
    """The watch that covers the end of a permit, if it has ended and there is one."""
    end = end_of(permit, today)
    if end is None:
        return None
    return next((each for each in of_site(permit.site_id) if each.ended_on >= end.on), None)


def run_out(today: date) -> Sequence[Permit]:
    """The permits that ran out at sites which are not under watch for it, and where no other permit is valid."""
    other = aliased(Permit)
    watched = exists().where(
        PostPermitWatch.site_id == Permit.site_id,
        (PostPermitWatch.ended_on > Permit.valid_to) | (PostPermitWatch.state == WatchState.OPEN),
    )
    valid = exists().where(
        other.site_id == Permit.site_id,
        other.id != Permit.id,
        other.state.in_(LIVE),
        other.valid_from <= today,
        other.valid_to >= today,
    )
    wanted = select(Permit).where(Permit.state.in_(LIVE), Permit.valid_to < today, ~watched, ~valid)
    return db.session.scalars(wanted.order_by(Permit.valid_to, Permit.id)).unique().all()


def held_again(today: date) -> list[tuple[PostPermitWatch, Permit]]:
    """The open watches over sites that hold a valid permit again, with that permit."""
    live = exists().where(
        Permit.site_id == PostPermitWatch.site_id,
        Permit.state.in_(LIVE),
        Permit.valid_from <= today,
        Permit.valid_to >= today,
    )
    wanted = select(PostPermitWatch).where(PostPermitWatch.state == WatchState.OPEN, live).order_by(PostPermitWatch.id)
    rows = db.session.scalars(wanted).unique().all()
    return [(each, held[0]) for each in rows if (held := held_at(each.site_id, today))]


def soil_years(enterprise_id: int) -> Sequence[int]:
    """The years in which a firm was on the list of soil key units, the last first."""
    wanted = select(ListMembership.year).where(
        ListMembership.enterprise_id == enterprise_id,
        ListMembership.kind == ListKind.SOIL,
        ListMembership.removed_on.is_(None),
    )
    return db.session.scalars(wanted.order_by(ListMembership.year.desc())).all()


@dataclass(frozen=True)
class Ended:
    """A permit that ended, why, and the watch over its site; none before the nightly run, or where another one holds."""

    permit: Permit
    end: rules.End
    watch: PostPermitWatch | None


def ended(seen_by: User, today: date) -> list[Ended]:
    """Every permit that ended, the last first."""
    gone = and_(Permit.state.in_(LIVE), Permit.valid_to < today)
    over = Permit.state.not_in((*LIVE, PermitState.DRAFT))
    permits = db.session.scalars(visible_permits(seen_by).where(gone | over).order_by(Permit.id)).unique().all()
    by_site: dict[int, list[PostPermitWatch]] = {}
    for each in db.session.scalars(visible_watches(seen_by).order_by(PostPermitWatch.id.desc())).unique():
        by_site.setdefault(each.site_id, []).append(each)
    found = []
    for permit in permits:
        if end := end_of(permit, today):
            covering = (each for each in by_site.get(permit.site_id, []) if each.ended_on >= end.on)
            found.append(Ended(permit, end, next(covering, None)))
    return sorted(found, key=lambda each: (each.end.on, each.permit.id), reverse=True)
