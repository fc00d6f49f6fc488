"""Reads of the lists of a year and of imports."""

from sqlalchemy import Select, false, select
from sqlalchemy.orm import lazyload

from accounts.models import User
from accounts.roles import STAFF
from core.db import db
from core.pages import not_found
from registry.models import Enterprise, ImportRun, ListMembership
from registry.queries.made_once import FIRM_ID, YEAR
from registry.queries.scope import offices_under, sees


def visible_imports(seen_by: User | None) -> Select[ImportRun]:
    """The imports of a person's office and of those under it."""
    if seen_by is not None and getattr(seen_by, "is_system", False):
        return select(ImportRun)
    if seen_by is None or not seen_by.is_authenticated or not seen_by.office or not seen_by.roles & STAFF:
        return select(ImportRun).where(false())
    return select(ImportRun).where(ImportRun.office_id.in_(offices_under(seen_by.office)))


def import_run(run_id: int, *, seen_by: User | None) -> ImportRun:
    """One import, or 404."""
    found = db.session.scalars(visible_imports(seen_by).where(ImportRun.id == run_id)).one_or_none()
    return found or not_found()


def memberships(enterprise_id: int, year: int) -> list[ListMembership]:
    """The lists on which an enterprise stands in a year."""
    return list(db.session.scalars(_ON_LISTS, {"firm": enterprise_id, "year": year}))


_ON_LISTS = (
    select(ListMembership)
    .where(
        ListMembership.enterprise_id == FIRM_ID,
        ListMembership.year == YEAR,
        ListMembership.removed_on.is_(None),
    )
    .options(lazyload("*"))
)


def visible_memberships(seen_by: User | None) -> Select[ListMembership]:
    """Every list entry of the enterprises a person may see."""
    return select(ListMembership).join(Enterprise, Enterprise.id == ListMembership.enterprise_id).where(sees(seen_by))


def membership(membership_id: int, *, seen_by: User | None) -> ListMembership:
    """One list entry, or 404."""
    statement = visible_memberships(seen_by).where(ListMembership.id == membership_id)
    return db.session.scalars(statement).unique().one_or_none() or not_found()


def list_years() -> list[int]:
    """The years that have lists, the newest first."""
    return list(db.session.scalars(select(ListMembership.year).distinct().order_by(ListMembership.year.desc())))
