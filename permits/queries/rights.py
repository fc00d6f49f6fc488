"""Reads of emission rights: the lines of a permit, and how they stand to what it allows."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from accounts.models import User
from core.db import db
from permits.models import EmissionRight, LimitKind, Permit
from permits.queries.permits import one, version_on
from permits.rules import rights
from registry.models import Enterprise
from registry.queries import sees


def visible_rights(seen_by: User | None) -> Select[EmissionRight]:
    """The lines of the permits that one may see, voided ones too."""
    return (
        select(EmissionRight)
        .join(Permit, Permit.id == EmissionRight.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(sees(seen_by))
    )


def right(right_id: int, *, seen_by: User) -> EmissionRight:
    """One line, or 404."""
    return one(visible_rights(seen_by).where(EmissionRight.id == right_id))


def of_permit(permit: Permit) -> Sequence[EmissionRight]:
    """Every line of a permit, voided ones too, by pollutant and period."""
    order = (EmissionRight.pollutant_code, EmissionRight.period_from, EmissionRight.id)
    return db.session.scalars(select(EmissionRight).where(EmissionRight.permit_id == permit.id).order_by(*order)).all()


def as_rule(row: EmissionRight) -> rights.Right:
    """A line as the rules reckon with it."""
    return rights.Right(-row.amount if row.source.gives else row.amount, row.period_from, row.period_to)


def balances(permit: Permit, rows: Sequence[EmissionRight], day: date) -> list[rights.Balance]:
    """What is held of each pollutant on a day, beside the yearly quantity of the version that holds then."""
    version = version_on(permit, day)
    limits = [limit for outlet in version.outlets for limit in outlet.limits] if version else []
    permitted = [
        (each.pollutant_code, each.pollutant_name, each.value) for each in limits if each.kind is LimitKind.ANNUAL
    ]
    standing = [(each.pollutant_code, each.pollutant_name, as_rule(each)) for each in rows if each.voided_at is None]
    return rights.balances(standing, permitted, day)
