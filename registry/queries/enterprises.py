"""Reads of enterprises and sites, and of what the page of one tells: grade, merged firms, trail."""

import functools
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, inspect, or_, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.elements import ColumnElement

from accounts.models import AuditEntry, User
from core import search
from core.db import db, direct
from core.pages import not_found
from registry.models import Enterprise, FormerName, GradeSpan, NameGram, Site
from registry.queries.made_once import DAY, FIRM_ID, Told
from registry.queries.scope import sees


def visible_enterprises(seen_by: User | None) -> Select[Enterprise]:
    """The enterprises a person may see."""
    return select(Enterprise).where(sees(seen_by))


def enterprise(enterprise_id: int, *, seen_by: User | None) -> Enterprise:
    """One enterprise, or 404 when it is not this person's."""
    found = db.session.scalars(_one_where(sees(seen_by)), {"firm": enterprise_id}).one_or_none()
    return found or not_found()


@functools.lru_cache(100)
def _one_where(condition: ColumnElement[bool]) -> Select[Enterprise]:
    """One enterprise in a scope, made once where the condition of the scope is."""
    return select(Enterprise).where(condition, Enterprise.id == FIRM_ID)


def visible_sites(seen_by: User | None) -> Select[Site]:
    """The sites of the enterprises a person may see."""
    return select(Site).join(Site.enterprise).where(sees(seen_by))


def site(site_id: int, *, seen_by: User | None) -> Site:
    """One site, or 404."""
    found = db.session.scalars(visible_sites(seen_by).where(Site.id == site_id)).one_or_none()
    return found or not_found()


def enterprise_whole(enterprise_id: int, *, seen_by: User | None) -> Enterprise:
    """One enterprise with its sites and former names, or 404."""
    found = enterprise(enterprise_id, seen_by=seen_by)
    for name, theirs in _PARTS.items():
        if name in inspect(found).unloaded:
            set_committed_value(found, name, list(db.session.scalars(theirs, {"firm": found.id})))
    return found


_PARTS: dict[str, Select[Any]] = {
    "sites": select(Site).where(Site.enterprise_id == FIRM_ID).order_by(Site.id).options(lazyload(Site.enterprise)),
    "names": select(FormerName).where(FormerName.enterprise_id == FIRM_ID).order_by(FormerName.valid_to),
}
"""What ``selectinload`` would ask, made once instead of at each page."""


def candidates(name: str, credit_code: str, *, seen_by: User) -> list[Enterprise]:
    """Who may be the same firm: by code, or by most of the name's character pairs, former names too.

    Codes are looked for over the whole register, since a firm registered by another office is the same firm.
    """
    grams = sorted(search.grams(name))
    scored = (
        select(NameGram.enterprise_id, func.count().label("shared"))
        .where(NameGram.gram.in_(grams))
        .group_by(NameGram.enterprise_id)
        .order_by(func.count().desc())
        .limit(20)
        .subquery()
    )
    near = (
        visible_enterprises(seen_by)
        .join(scored, scored.c.enterprise_id == Enterprise.id)
        .where(scored.c.shared * 10 >= len(grams) * 6)
        .order_by(scored.c.shared.desc())
        .limit(10)
    )
    found = list(db.session.scalars(near).unique()) if grams else []
    if credit_code:
        same = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == credit_code)).one_or_none()
        if same is not None and same not in found:
            found.insert(0, same)
    return found


def merged_into(enterprise_id: int) -> Sequence[Told]:
    """The enterprises that went into this one: ``id`` and ``name``. Whether one may see it is asked before."""
    return direct(db.session).execute(_MERGED, {"firm": enterprise_id}).all()


_MERGED = select(Enterprise.id, Enterprise.name).where(Enterprise.merged_into_id == FIRM_ID).order_by(Enterprise.id)


def grade_on(enterprise_id: int, day: date) -> Told | None:
    """The credit ``grade`` and ``score`` of an enterprise on a day."""
    return direct(db.session).execute(_GRADE, {"firm": enterprise_id, "day": day}).first()


_GRADE = select(GradeSpan.grade, GradeSpan.score).where(
    GradeSpan.enterprise_id == FIRM_ID,
    GradeSpan.valid_from <= DAY,
    or_(GradeSpan.valid_to.is_(None), GradeSpan.valid_to > DAY),
)


def trail(enterprise_id: int, most: int = 100) -> list[AuditEntry]:
    """What was done about an enterprise, the newest first. Whether one may see it is asked before."""
    statement = select(AuditEntry).where(AuditEntry.enterprise_id == enterprise_id)
    return list(db.session.scalars(statement.order_by(AuditEntry.id.desc()).limit(most)))
