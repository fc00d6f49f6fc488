"""Reads of categories: the last decision on a site, and what the register already answers."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select

from accounts.models import User
from core.db import db
from permits.models import CategoryDecision
from registry.models import Enterprise, Industry, ListKind, ListMembership, Site
from registry.queries import sees

KEY_UNIT_LISTS = (ListKind.WATER, ListKind.AIR)
"""The lists on which a firm is a 重点排污单位 for the catalogue. Which of the six lists of 部令第27号 count is a reading: 未核对."""


def decisions(site: Site) -> Sequence[CategoryDecision]:
    """What was decided about a site, the newest first."""
    wanted = select(CategoryDecision).where(CategoryDecision.site_id == site.id).order_by(CategoryDecision.id.desc())
    return db.session.scalars(wanted).all()


def visible_decisions(viewer: User) -> Select[int]:
    """Every decision on a site that one may see, also of sites that are closed since."""
    return (
        select(CategoryDecision.id)
        .join(Site, Site.id == CategoryDecision.site_id)
        .join(Enterprise, Enterprise.id == Site.enterprise_id)
        .where(sees(viewer))
    )


def known_answers(site: Site, today: date) -> dict[str, str]:
    """What the register answers by itself: whether the firm stands on this year's lists of key units."""
    listed = select(ListMembership.id).where(
        ListMembership.enterprise_id == site.enterprise_id,
        ListMembership.kind.in_(KEY_UNIT_LISTS),
        ListMembership.year == today.year,
        ListMembership.removed_on.is_(None),
    )
    return {"key_unit": "yes"} if db.session.scalar(listed.limit(1)) else {}


def known_industries(codes: Sequence[str]) -> dict[str, str]:
    """The names of these industries, for those that there are and that have three digits or four."""
    wanted = select(Industry.code, Industry.name).where(Industry.code.in_(codes), Industry.digits >= 3)
    return {row.code: row.name for row in db.session.execute(wanted)}


def categorised_sites(viewer: User) -> Select[int]:
    """Every site still worked that one may see, with the last decision on it where there is one."""
    last = (
        select(func.max(CategoryDecision.id))
        .where(CategoryDecision.site_id == Site.id)
        .correlate(Site)
        .scalar_subquery()
    )
    return (
        select(Site.id)
        .join(Enterprise, Enterprise.id == Site.enterprise_id)
        .outerjoin(CategoryDecision, CategoryDecision.id == last)
        .where(sees(viewer), Site.closed_on.is_(None))
    )


def asked_industries(text: str) -> list[str]:
    """Codes as they were typed, in their order, each once."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
