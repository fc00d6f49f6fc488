"""Reads of registration forms: whose, by when a change is filed, how long a registration is valid."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select

from accounts.models import User
from accounts.roles import ENTERPRISE
from core.db import db
from law import queries as law
from law.deadlines import Deadline
from permits.models import Permit, Registration, RegistrationState
from permits.queries import permits
from registry.models import Category, Document, Enterprise, Industry, Site
from registry.queries import sees, visible_sites, works_for

VALIDITY = "registration.validity"
CHANGE = "registration.change"
"""Keys of deadlines.csv."""

LAST_FILED = (
    select(func.max(Registration.id))
    .where(Registration.permit_id == Permit.id, Registration.state == RegistrationState.FILED)
    .correlate(Permit)
    .scalar_subquery()
)
"""The form that a registration says what it says by; empty where the number alone was taken over."""


def registered(seen_by: User | None) -> Select[Permit]:
    """The registrations, ended ones too, of the enterprises a person may see, each with its site."""
    wanted = permits.visible_permits(seen_by).join(Site, Site.id == Permit.site_id)
    return wanted.where(Permit.category == Category.REGISTRATION)


def industries(seen_by: User) -> list[tuple[str, str]]:
    """The industries of the registered sites a person may see, code and name, for a filter."""
    codes = registered(seen_by).with_only_columns(Site.industry_code).distinct()
    wanted = select(Industry.code, Industry.name).where(Industry.code.in_(codes)).order_by(Industry.code)
    return [(code, f"{code} {name}") for code, name in db.session.execute(wanted)]


def keyed_in(seen_by: User) -> Sequence[Registration]:
    """The forms that came on paper and are not filed yet."""
    wanted = visible_registrations(seen_by).where(
        Registration.state == RegistrationState.DRAFT, Registration.keyed_by_id.is_not(None)
    )
    return db.session.scalars(wanted.order_by(Registration.id).limit(20)).unique().all()


def visible_registrations(seen_by: User | None) -> Select[Registration]:
    """The forms of the enterprises a person may see; the office sees what was filed and what it keys in itself."""
    wanted = select(Registration).join(Enterprise, Enterprise.id == Registration.enterprise_id).where(sees(seen_by))
    if seen_by is not None and not seen_by.is_system and not seen_by.roles & ENTERPRISE:
        wanted = wanted.where(or_(Registration.state == RegistrationState.FILED, Registration.keyed_by_id.is_not(None)))
    return wanted


def registration(registration_id: int, *, seen_by: User) -> Registration:
    """One form, or 404."""
    return permits.one(visible_registrations(seen_by).where(Registration.id == registration_id))


def registered_at(site_id: int) -> Permit | None:
    """The registration in force at a site."""
    wanted = select(Permit).where(
        Permit.site_id == site_id, Permit.category == Category.REGISTRATION, Permit.state.in_(permits.LIVE)
    )
    return db.session.scalars(wanted.order_by(Permit.id.desc()).limit(1)).unique().one_or_none()


def last_filed(permit: Permit) -> Registration | None:
    """The form that a registration says what it says by."""
    wanted = select(Registration).where(
        Registration.permit_id == permit.id, Registration.state == RegistrationState.FILED
    )
    return db.session.scalars(wanted.order_by(Registration.id.desc()).limit(1)).unique().one_or_none()


def documents_of(found: Registration) -> Sequence[Document]:
    """The receipt of a form."""
    wanted = select(Document).where(Document.subject_kind == "registration", Document.subject_id == found.id)
    return db.session.scalars(wanted.order_by(Document.id)).unique().all()


def change_due(found: Registration) -> Deadline | None:
    """By when a change is to be filed, from the day the facts changed (条例24)."""
    return law.deadline(CHANGE, found.changed_on) if found.changed_on else None


def changed_facts(filed: Registration) -> list[str]:
    """What the register knows otherwise than a filed form says; what it does not know is not compared."""
    firm, site = filed.enterprise, filed.site
    facts = (
        ("单位名称", filed.unit_name, firm.name),
        ("法定代表人", filed.legal_representative, firm.legal_representative),
        ("生产经营场所地址", filed.site_address, site.address or firm.address),
    )
    return [name for name, said, known in facts if known.strip() and said.strip() != known.strip()]


def changed_since(filed: Registration, today: date) -> date:
    """Since when: the day the firm was renamed where that is known, else the day on which the register shows it.

    Never before the form itself was filed.
    """
    firm = filed.enterprise
    renamed = [each.valid_to + timedelta(days=1) for each in firm.names if each.name == filed.unit_name]
    since = min([*renamed, today]) if filed.unit_name != firm.name else today
    return max(since, filed.filed_on) if filed.filed_on else since


def unfinished(enterprise_ids: Sequence[int]) -> Sequence[Registration]:
    """The forms that firms have begun and not filed."""
    wanted = select(Registration).where(
        Registration.enterprise_id.in_(enterprise_ids),
        Registration.state.in_((RegistrationState.DRAFT, RegistrationState.CHECKED)),
    )
    return db.session.scalars(wanted.order_by(Registration.id)).unique().all()


def my_registrations(seen_by: User) -> Sequence[Registration]:
    """The forms of the firm one works for, newest first; what was thrown away is left out."""
    wanted = visible_registrations(seen_by).where(works_for(seen_by), Registration.state != RegistrationState.DISCARDED)
    return db.session.scalars(wanted.order_by(Registration.id.desc()).limit(100)).unique().all()


def registrable(seen_by: User) -> tuple[Sequence[Permit], Sequence[Site]]:
    """The registrations in force of the firm one works for, and its sites that have neither permit nor registration."""
    wanted = permits.visible_permits(seen_by).where(
        works_for(seen_by), Permit.state.in_(permits.LIVE), Permit.category == Category.REGISTRATION
    )
    held = db.session.scalars(wanted.order_by(Permit.valid_to, Permit.id)).unique().all()
    live = select(Permit.site_id).where(Permit.state.in_(permits.LIVE))
    sites = (
        visible_sites(seen_by)
        .where(works_for(seen_by), Site.closed_on.is_(None), Site.id.not_in(live))
        .order_by(Site.id)
    )
    return held, db.session.scalars(sites).unique().all()
