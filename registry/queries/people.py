"""Reads of who speaks for whom, whose work is done, and what a person is told."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import lazyload

from accounts.models import User
from core.db import db, direct
from core.pages import not_found
from registry.models import Enterprise, Notification, Representative
from registry.queries.made_once import FIRM_ID, Told
from registry.queries.scope import mandated_enterprises, sees, works_for


def firms_of(person: User) -> list[Enterprise]:
    """The enterprises a person speaks for today, by name."""
    wanted = select(Enterprise).where(Enterprise.id.in_(mandated_enterprises(person)))
    return list(db.session.scalars(wanted.order_by(Enterprise.name, Enterprise.id)).unique())


def firm_of(person: User, asked: int | None = None) -> Enterprise | None:
    """The enterprise whose work a person does; None without a mandate."""
    wanted = select(Enterprise).where(works_for(person, asked), Enterprise.id.in_(mandated_enterprises(person)))
    # where one mandated firm was merged into another, the one that stands
    return db.session.scalars(wanted.order_by(Enterprise.merged_into_id.is_not(None), Enterprise.id)).unique().first()


def mandates_of(person: User, today: date) -> dict[int, list[Representative]]:
    """What a person may do for each firm today."""
    found: dict[int, list[Representative]] = {}
    wanted = select(Representative).where(
        Representative.user_id == person.id,
        Representative.since <= today,
        or_(Representative.until.is_(None), Representative.until >= today),
    )
    for each in db.session.scalars(wanted.options(lazyload("*")).order_by(Representative.id)):
        found.setdefault(each.enterprise_id, []).append(each)
    return found


def notifications(user: User, *, unread: bool, before: int | None, most: int) -> list[Notification]:
    """A person's own messages, newest first, below the one with this id."""
    wanted = select(Notification).where(Notification.user_id == user.id)
    if unread:
        wanted = wanted.where(Notification.read_at.is_(None))
    if before:
        wanted = wanted.where(Notification.id < before)
    return list(db.session.scalars(wanted.order_by(Notification.id.desc()).limit(most)))


def my_people(user: User) -> Select[Representative]:
    """Who speaks or spoke for the enterprise a person works for."""
    wanted = select(Representative).join(Enterprise, Enterprise.id == Representative.enterprise_id)
    return wanted.where(sees(user), works_for(user))


def representatives(enterprise_id: int) -> Sequence[Told]:
    """Who speaks or spoke for an enterprise: the mandate's values and the person's ``name``.

    Whether one may see it is asked before.
    """
    return direct(db.session).execute(_SPEAKERS, {"firm": enterprise_id}).all()


_SPEAKERS = (
    select(
        Representative.id,
        Representative.mandate,
        Representative.since,
        Representative.until,
        Representative.letter_id,
        User.name,
    )
    .join(Representative.user)
    .where(Representative.enterprise_id == FIRM_ID)
    .order_by(Representative.since.desc())
)


def representative(representative_id: int, *, seen_by: User | None) -> Representative:
    """One mandate, or 404."""
    statement = (
        select(Representative)
        .join(Enterprise, Enterprise.id == Representative.enterprise_id)
        .where(sees(seen_by), Representative.id == representative_id)
    )
    return db.session.scalars(statement).unique().one_or_none() or not_found()
