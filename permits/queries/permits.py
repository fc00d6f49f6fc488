"""Reads of permits: whose, which version on which day, how it differs from the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import selectinload

from accounts.models import User
from accounts.roles import ENTERPRISE
from core.db import db
from core.pages import not_found
from permits.models import (
    EmissionLimit,
    LimitKind,
    LimitSource,
    Outlet,
    Permit,
    PermitState,
    PermitVersion,
    VersionState,
)
from permits.rules import differences, validity
from permits.rules.validity import Gap, Span
from registry.models import Enterprise, ListKind, ListMembership, Obligation, ObligationKind, Status
from registry.obligations import is_kept, is_open
from registry.queries import sees, works_for
from registry.rules.obligations import HANDED_IN, KEPT

Row = TypeVar("Row")

LIVE = (PermitState.IN_FORCE, PermitState.RECTIFICATION)


def one(statement: Select[Row]) -> Row:
    """The only row, or 404."""
    found = db.session.scalars(statement).unique().one_or_none()
    return found if found is not None else not_found()


def visible_permits(seen_by: User | None) -> Select[Permit]:
    """The permits of the enterprises a person may see; their own people see none that is still a draft."""
    wanted = select(Permit).join(Enterprise, Enterprise.id == Permit.enterprise_id).where(sees(seen_by))
    if seen_by is not None and not seen_by.is_system and seen_by.roles & ENTERPRISE:
        wanted = wanted.where(Permit.state != PermitState.DRAFT)
    return wanted


def permit(permit_id: int, *, seen_by: User) -> Permit:
    """One permit with its versions, or 404."""
    whole = visible_permits(seen_by).where(Permit.id == permit_id)
    return one(whole.options(selectinload(Permit.versions)))


def permit_numbered(permit_no: str) -> Permit | None:
    """The permit with this number, whoever may see it: for actions that must not make a second one."""
    return db.session.scalars(select(Permit).where(Permit.permit_no == permit_no)).unique().one_or_none()


def _whole_version() -> list[object]:
    outlets = selectinload(PermitVersion.outlets)
    return [
        outlets.selectinload(Outlet.limits),
        outlets.selectinload(Outlet.monitoring),
        selectinload(PermitVersion.conditions),
        selectinload(PermitVersion.report_requirements),
    ]


def version(version_id: int, *, seen_by: User) -> PermitVersion:
    """One version with all that it says, or 404; a draft is the bureau's alone."""
    wanted = (
        select(PermitVersion)
        .join(Permit, Permit.id == PermitVersion.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(PermitVersion.id == version_id, sees(seen_by))
        .options(*_whole_version())  # type: ignore[arg-type]
    )
    if not seen_by.is_system and seen_by.roles & ENTERPRISE:
        wanted = wanted.where(PermitVersion.state == VersionState.ISSUED)
    return one(wanted)


def whole(found: PermitVersion) -> PermitVersion:
    """A version of a permit that was already found, with all that it says read at once, and read but once."""
    if _is_whole(found):
        return found
    wanted = select(PermitVersion).where(PermitVersion.id == found.id).options(*_whole_version())  # type: ignore[arg-type]
    return db.session.scalars(wanted.execution_options(populate_existing=False)).unique().one()


def _is_whole(found: PermitVersion) -> bool:
    of_version, of_outlet = {"outlets", "conditions", "report_requirements"}, {"limits", "monitoring"}
    if of_version & inspect(found).unloaded:
        return False
    return not any(of_outlet & inspect(each).unloaded for each in found.outlets)


def issued(found: Permit) -> list[PermitVersion]:
    """The versions that were put in force, in their order."""
    return [each for each in found.versions if each.state is VersionState.ISSUED]


def draft_of(found: Permit) -> PermitVersion | None:
    """The version being written, if there is one."""
    return next((each for each in found.versions if each.state is VersionState.DRAFT), None)


def spans(found: Permit) -> list[Span]:
    """The issued versions as the rules know them."""
    return [
        Span(
            each.number,
            each.ground,
            each.in_force_from,
            each.in_force_to,
            each.valid_from,
            each.valid_to,
            each.applied_on,
            each.decided_on,
        )
        for each in issued(found)
    ]


def held_on(found: Permit, day: date) -> PermitVersion | None:
    """The version that holds on a day, without reading what it says; None on a day without a valid permit."""
    span = validity.in_force(spans(found), day, found.ended_on)
    return next((each for each in issued(found) if span and each.number == span.number), None)


def version_on(found: Permit, day: date) -> PermitVersion | None:
    """The version that holds on a day, with all that it says; None on a day without a valid permit."""
    held = held_on(found, day)
    return whole(held) if held else None


def standing(found: Permit, day: date) -> validity.Standing:
    """How this permit stands on a day."""
    return validity.standing(found.state, spans(found), day, found.ended_on)


def gaps(found: Permit, today: date) -> list[Gap]:
    """The days on which this permit did not hold, with their reasons."""
    word = found.state.label.removeprefix("已") if found.ended_on else ""
    return validity.gaps(spans(found), today, found.ended_on, word)


def content(found: PermitVersion) -> differences.Content:
    """All that a version says, ready to be compared with another."""
    return differences.Content(
        outlets=[differences.OutletFact(each.code, each.name, each.kind, each.destination) for each in found.outlets],
        limits=[
            differences.LimitFact(
                outlet.code,
                each.pollutant_code,
                each.pollutant_name,
                each.kind,
                each.value_low,
                each.value,
                each.unit,
                each.basis,
                each.source,
            )
            for outlet in found.outlets
            for each in outlet.limits
        ],
        monitoring=[
            differences.MonitoringFact(
                outlet.code, each.pollutant_code, each.pollutant_name, each.frequency, each.method
            )
            for outlet in found.outlets
            for each in outlet.monitoring
        ],
        reports=[differences.ReportFact(each.period, each.due_days) for each in found.report_requirements],
        conditions=[differences.ConditionFact(each.label, each.category, each.text) for each in found.conditions],
    )


def compared(old: PermitVersion, new: PermitVersion) -> list[differences.Difference]:
    """What changed from one version to another."""
    return differences.differences(content(whole(old)), content(whole(new)))


@dataclass(frozen=True)
class LimitRow:
    """All limits of one pollutant at one outlet, side by side."""

    row: str
    pollutant_code: str
    pollutant_name: str
    by_kind: dict[LimitKind, EmissionLimit]

    def of(self, kind: str) -> EmissionLimit | None:
        """The limit of a kind, by its code."""
        return self.by_kind.get(LimitKind(kind))

    @property
    def basis(self) -> str:
        """The standards behind them, each once."""
        return "，".join(dict.fromkeys(each.basis for each in self.by_kind.values() if each.basis))

    @property
    def sources(self) -> list[LimitSource]:
        """Where they come from, each once; the plain standard needs no word."""
        found = dict.fromkeys(each.source for each in self.by_kind.values())
        return [each for each in found if each not in (LimitSource.STANDARD, LimitSource.QUANTITY)]


def matrix(found: PermitVersion | None) -> list[tuple[Outlet, list[LimitRow]]]:
    """The limits of a version as a table: each outlet with its pollutants."""
    table = []
    for outlet in found.outlets if found else []:
        rows: dict[str, LimitRow] = {}
        for limit in outlet.limits:
            key = f"{outlet.code}/{limit.pollutant_code}"
            row = rows.setdefault(key, LimitRow(key, limit.pollutant_code, limit.pollutant_name, {}))
            row.by_kind[limit.kind] = limit
        table.append((outlet, list(rows.values())))
    return table


def of_enterprise(enterprise_id: int, seen_by: User) -> Sequence[Permit]:
    """An enterprise's permits with their versions, those in force first."""
    wanted = visible_permits(seen_by).where(Permit.enterprise_id == enterprise_id)
    rows = db.session.scalars(wanted.options(selectinload(Permit.versions)).order_by(Permit.valid_to.desc(), Permit.id))
    return sorted(rows.unique(), key=lambda each: (each.state not in LIVE, -each.valid_to.toordinal()))


def my_permits(seen_by: User) -> Sequence[Permit]:
    """The permits of the enterprise a person works for."""
    wanted = visible_permits(seen_by).where(works_for(seen_by)).options(selectinload(Permit.versions))
    return db.session.scalars(wanted.order_by(Permit.valid_to, Permit.id)).unique().all()


def in_force_of(enterprise_id: int, today: date) -> Permit | None:
    """The permit that a list shows for an enterprise: the first to end of those still valid, else the last to end."""
    wanted = select(Permit).where(Permit.enterprise_id == enterprise_id, Permit.state.in_(LIVE))
    rows = db.session.scalars(wanted.order_by(Permit.valid_to, Permit.id)).unique().all()
    return next((each for each in rows if each.valid_to >= today), rows[-1] if rows else None)


def held_at(site_id: int, day: date) -> tuple[Permit, PermitVersion] | None:
    """The permit and the version of it that held at a site on a day; None on a day without a valid one."""
    rows = db.session.scalars(select(Permit).where(Permit.site_id == site_id).order_by(Permit.id)).unique()
    return next(((each, version) for each in rows if (version := version_on(each, day))), None)


def expiring(seen_by: User, today: date, within: int) -> Sequence[Permit]:
    """The permits that end within so many days or have ended without renewal, of firms that are not closed."""
    wanted = visible_permits(seen_by).where(
        Permit.state.in_(LIVE), Permit.valid_to <= today + timedelta(days=within), Enterprise.status != Status.CLOSED
    )
    return db.session.scalars(wanted.order_by(Permit.valid_to, Permit.id)).unique().all()


def duties(found: Permit, most: int = 200) -> Sequence[Obligation]:
    """What a permit makes its holder do, the nearest first; voided ones are left out, and what is only to be kept.

    Where there are too many, what is open is shown before what is done, and of that the newest.
    """
    wanted = select(Obligation).where(
        Obligation.source_kind == "permit",
        Obligation.source_id == found.id,
        Obligation.voided_on.is_(None),
        Obligation.kind.not_in(KEPT),
    )
    newest = (Obligation.fulfilled_on.is_not(None), Obligation.due_on.desc(), Obligation.id.desc())
    shown = db.session.scalars(wanted.order_by(*newest).limit(most)).unique().all()
    return sorted(shown, key=lambda each: (each.due_on, each.id))


def years_on_soil_list(enterprise_id: int) -> set[int]:
    """The years in which a firm stood on the list of 土壤污染重点监管单位; not those within which it was taken off."""
    wanted = select(ListMembership.year, ListMembership.removed_on).where(
        ListMembership.enterprise_id == enterprise_id, ListMembership.kind == ListKind.SOIL
    )
    return {year for year, removed_on in db.session.execute(wanted) if removed_on is None or removed_on.year > year}


def duty(found: Permit, key: str) -> Obligation:
    """What a permit makes its holder hand in, by its key, voided or not; or 404."""
    return one(
        select(Obligation).where(
            Obligation.source_kind == "permit",
            Obligation.source_id == found.id,
            Obligation.key == key,
            Obligation.kind.in_(HANDED_IN),
        )
    )


def kept(found: Permit) -> Sequence[Obligation]:
    """The records that a permit makes its holder keep, year by year; voided ones are left out."""
    wanted = select(Obligation).where(Obligation.source_kind == "permit", Obligation.source_id == found.id, is_kept())
    return db.session.scalars(wanted.order_by(Obligation.period_from, Obligation.id)).unique().all()


def renewal_due(found: Permit) -> Obligation | None:
    """By when the renewal of the present term must be applied for; None where none is owed."""
    wanted = select(Obligation).where(
        Obligation.source_kind == "permit",
        Obligation.source_id == found.id,
        Obligation.kind == ObligationKind.RENEWAL,
        Obligation.voided_on.is_(None),
    )
    return db.session.scalars(wanted.order_by(Obligation.due_on.desc()).limit(1)).unique().one_or_none()


def duties_due(seen_by: User, today: date, within: int) -> Sequence[tuple[Obligation, Permit]]:
    """What permits make their holders owe within so many days and what is overdue, by deadline."""
    wanted = (
        select(Obligation, Permit)
        .join(Permit, Permit.id == Obligation.source_id)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .where(
            Obligation.source_kind == "permit",
            sees(seen_by),
            is_open(),
            Obligation.due_on <= today + timedelta(days=within),
        )
        .order_by(Obligation.due_on, Obligation.id)
    )
    return [(owed, found) for owed, found in db.session.execute(wanted).unique().all()]
