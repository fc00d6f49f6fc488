"""The keeping of records, written for very many permits at once: out of a ledger, and when a year begins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, and_, exists, or_, select
from sqlalchemy.orm import aliased

from accounts.audit import Subject, plain, record_many
from accounts.models import User
from core import bulk, clock
from core.db import db
from permits.actions.duties import PERMITTED, records
from permits.models import Permit, PermitState, PermitVersion, VersionState
from permits.rules.keeping import HeldYear, held_years
from permits.rules.validity import Span
from registry.models import Category, Obligation, ObligationKind

_OWN = ("id", "enterprise_id", "site_id", "source_id")
_SHARED = (
    "source_kind", "kind", "title", "basis", "key", "period_from", "period_to", "opens_on", "due_on", "provisional",
    "arithmetic", "void_reason", "url",
)  # fmt: skip


@dataclass(frozen=True)
class Keeper:
    """A permit, whose it is and for which site, and the years of which its holder keeps records."""

    permit_id: int
    enterprise_id: int
    site_id: int
    years: Sequence[HeldYear]


def keep_records(keepers: Sequence[Keeper], *, by: User) -> int:
    """Write the obligations to keep records, past the session; how many.

    One entry of the trail tells them all: what the rows of the same days have in common once, with whose they are.
    """
    connection, table, today = db.session.connection(), _table(), clock.today()
    groups: dict[HeldYear, list[Keeper]] = {}
    for each in keepers:
        for year in each.years:
            if year.first <= today:
                groups.setdefault(year, []).append(each)
    count = sum(map(len, groups.values()))
    if not count:
        return 0
    ids = iter(bulk.new_ids(connection, table, count))
    rows: list[tuple[Any, ...]] = []
    told = []
    for year, those in groups.items():
        (wanted,) = records(0, Category.KEY, [year], today)
        facts = {**vars(wanted), "source_kind": Permit.__tablename__, "void_reason": ""}
        shared = tuple(facts[name] for name in _SHARED)
        own = [(next(ids), each.enterprise_id, each.site_id, each.permit_id) for each in those]
        rows += [(*each, *shared) for each in own]
        told.append({**dict(zip(_SHARED, map(plain, shared), strict=True)), "/".join(_OWN): own})
    bulk.insert_many(connection, table, (*_OWN, *_SHARED), rows)
    summary = f"保存记录的义务：{len(keepers)} 张许可证，{count} 项"
    subject = Subject(None, None, summary, {"facts": {"obligations": told}})
    record_many("", "registry:obligation:regenerate", [subject], by=by)
    return count


def begin_year(today: date) -> int:
    """Let every permit that held in a year begun owe the keeping of its records; a second run finds nothing to write."""
    system = db.session.scalars(select(User).where(User.is_system)).one()
    keepers = []
    for permit, spans, known in _without_records(today):
        years = [each for each in held_years(spans, permit.ended_on) if f"records-{each.year}" not in known]
        keepers.append(Keeper(permit.id, permit.enterprise_id, permit.site_id, years))
    return keep_records(keepers, by=system)


def _without_records(today: date) -> Iterable[tuple[Any, list[Span], set[str]]]:
    """The permits that may lack a year, each with its issued versions and the keys of the records it owes already."""
    of_permit = and_(Obligation.source_kind == Permit.__tablename__, Obligation.source_id == Permit.id)
    first = date(today.year, 1, 1)
    holds_now = and_(Permit.valid_to >= first, or_(Permit.ended_on.is_(None), Permit.ended_on > first))
    kept = aliased(Obligation)
    of_any = and_(kept.source_kind == Permit.__tablename__, kept.source_id == Permit.id)
    this_year = exists().where(of_any, kept.key == f"records-{today.year}")
    ever = exists().where(of_any, kept.kind == ObligationKind.RETENTION)
    lacking = or_(and_(holds_now, ~this_year), ~ever)
    whose = and_(Permit.category.in_(PERMITTED), Permit.state != PermitState.DRAFT, lacking)
    permits = db.session.execute(
        select(Permit.id, Permit.enterprise_id, Permit.site_id, Permit.ended_on).where(whose).order_by(Permit.id)
    ).all()
    version = PermitVersion
    listed = select(
        version.permit_id,
        version.number,
        version.ground,
        version.in_force_from,
        version.in_force_to,
        version.valid_from,
        version.valid_to,
    ).join(Permit, Permit.id == version.permit_id)
    spans: dict[int, list[Span]] = {}
    for row in db.session.execute(listed.where(whose, PermitVersion.state == VersionState.ISSUED)):
        spans.setdefault(row[0], []).append(Span(*row[1:]))
    keys: dict[int, set[str]] = {}
    for permit_id, key in db.session.execute(
        select(Permit.id, Obligation.key)
        .join(Obligation, of_permit)
        .where(whose, Obligation.kind == ObligationKind.RETENTION)
    ):
        keys.setdefault(permit_id, set()).add(key)
    return [(each, spans.get(each.id, []), keys.get(each.id, set())) for each in permits]


def _table() -> Table:
    found: Any = Obligation.__table__
    table: Table = found
    return table
