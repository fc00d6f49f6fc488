"""Who may see which enterprise: the offices under one's own, the firms one speaks for; and what a filter offers of both."""

import functools
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Select, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from accounts.models import Area, Office, User
from accounts.roles import ADMINS, ENTERPRISE, STAFF
from core import clock
from core.db import db, direct, each_of
from registry.models import Enterprise, Representative, Site


def offices_under(office: Office) -> set[int]:
    """The office and all below it; the whole tree is a dozen rows, read at once."""
    return _under(office.id, dict(direct(db.session).execute(_PARENTS).all()))


_PARENTS = select(Office.id, Office.parent_id)


def _under(office_id: int, parents: Mapping[int, int | None]) -> set[int]:
    found = {office_id}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def mandated_enterprises(user: User, today: date | None = None) -> Select[int]:
    """The enterprises this person speaks for on a day."""
    day = today or clock.today()
    return select(Representative.enterprise_id).where(
        Representative.user_id == user.id,
        Representative.since <= day,
        or_(Representative.until.is_(None), Representative.until >= day),
    )


def sees(user: User | None) -> ColumnElement[bool]:
    """Which enterprises a person may see, as a condition on ``Enterprise``; nothing for who is unknown.

    Staff see what their office or an office under it supervises, through any site; an enterprise's people see what
    they hold a mandate for; the three administrators see no enterprise at all. What was merged into another is seen
    by whoever sees that one: its documents and orders stay with it.
    """
    if user is not None and getattr(user, "is_system", False):
        return true()
    if user is None or not user.is_authenticated:
        return false()
    if user.roles & ADMINS:
        return false()
    if user.roles & ENTERPRISE:
        mandated = mandated_enterprises(user)
        return Enterprise.id.in_(
            mandated.union_all(select(Enterprise.id).where(Enterprise.merged_into_id.in_(mandated)))
        )
    if user.roles & STAFF and user.office:
        return _supervised_by(frozenset(offices_under(user.office)))
    return false()


@functools.lru_cache(100)
def _supervised_by(offices: frozenset[int]) -> ColumnElement[bool]:
    """The condition for these offices, made once: nearly every page begins with it, and there are a dozen offices."""
    these = each_of(sorted(offices), Enterprise.office_id)
    site = exists().where(
        Site.enterprise_id == func.coalesce(Enterprise.merged_into_id, Enterprise.id), Site.office_id.in_(these)
    )
    return or_(Enterprise.office_id.in_(these), site.correlate(Enterprise))


def works_for(person: User, asked: int | None = None) -> ColumnElement[bool]:
    """Which enterprise a firm's person does the work of, as a condition on ``Enterprise``: the lists are about it alone.

    The one asked for, else the one chosen in this browser, as long as the mandate for it holds; else the first by
    name. Whoever is no firm's person works for all that they may see.
    """
    if not person.roles & ENTERPRISE:
        return true()
    chosen = (
        select(_FIRM.id)
        .where(_FIRM.id.in_(mandated_enterprises(person)))
        .order_by((_FIRM.id == (asked or person.works_for_id or 0)).desc(), _FIRM.name, _FIRM.id)
        .limit(1)
        .scalar_subquery()
    )
    return or_(Enterprise.id == chosen, Enterprise.merged_into_id == chosen)


_FIRM = aliased(Enterprise)


def office_choices(viewer: User) -> list[tuple[int, str]]:
    """The offices whose work a person may see, for a filter."""
    offices = direct(db.session).execute(_NAMED).all()
    if viewer.is_system:
        return [(id_, name) for id_, name, _parent in offices]
    if viewer.office is None:
        return []
    open_ = _under(viewer.office.id, {id_: parent for id_, _name, parent in offices}) | {viewer.office.parent_id}
    return [(id_, name) for id_, name, _parent in offices if id_ in open_]


_NAMED = select(Office.id, Office.short_name, Office.parent_id).order_by(Office.id)


def area_choices(_viewer: User) -> list[tuple[int, str]]:
    """The areas, for a filter; they are the same for everybody."""
    return [(id_, name) for id_, name in direct(db.session).execute(_AREAS)]


_AREAS = select(Area.id, Area.name).order_by(Area.code)
