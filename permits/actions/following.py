"""Permits out of an enterprise ledger: stored with the enterprises of each batch, or from the same file alone.

A permit not yet known is written in bulk with its version, its renewal and what lists show; anything else goes through
``take_from_ledger``, one by one.
"""

import functools
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from accounts.audit import Subject, images, record_many
from accounts.models import Office, User
from accounts.roles import Action
from core import bulk, clock
from core.db import db
from core.intake import Mapping, Sheet
from core.workflow import NotAllowed
from permits.actions.duties import PERMITTED, refresh_duties, renewal
from permits.actions.keeping import Keeper, keep_records
from permits.actions.ledger import Held, Term, outcome_of, take_from_ledger
from permits.models import Permit, PermitState, PermitVersion, VersionGround, VersionState
from permits.queries.permits import LIVE
from permits.rules.keeping import held_years
from permits.rules.validity import Span
from registry.intake import Result, Stored, follower, judge, recording, storing
from registry.models import Category, Enterprise, ListKind, ListMembership, Obligation, Site, Status

SOURCE = "台账导入"

Rows = Sequence[tuple[Any, ...]]


def take_permits(sheets: Sequence[Sheet], mapping: Mapping, *, by: User, dry_run: bool = False) -> Result:
    """Take over the permits of a ledger for firms that are on record; the rows' other columns are not touched."""
    result, against = Result(), recording.directory(by)
    if not dry_run:
        storing.wait_for_turn()
    for batch in storing.batches(judge(sheets, mapping, against)):
        good = [row for row in batch if row.accepted]
        known = recording.on_record((row.uscc for row in good), locked=not dry_run)
        stored = []
        for row in good:
            firm = known.get(row.uscc)
            if firm is None:
                row.tell("uscc", "enterprise_unknown")
            elif not recording.refuse(row, firm, against.offices):
                site = firm.only_site
                stored.append(Stored(row, "unchanged", firm.id, site["id"] if site else None, 0, firm))
                stored[-1].office_id = site["office_id"] if site else firm.values["office_id"]
        outcomes = _take(stored, by, dry_run, "permit_refused")
        result.add(batch, {id(each.row): outcomes[id(each)] for each in stored if each.row.accepted})
    return result


@follower
def _follow(stored: Sequence[Stored], by: User, dry_run: bool) -> None:
    for each, outcome in zip(stored, _take(stored, by, dry_run, "permit_not_stored").values(), strict=True):
        if outcome != "unchanged" and each.outcome == "unchanged":
            each.outcome = "updated"
    if not dry_run:
        _follow_registrations([each.enterprise_id for each in stored if each.known and each.enterprise_id], by)


def _follow_registrations(enterprise_ids: Sequence[int], by: User) -> None:
    """The ledger may know a registered firm by another name or address than its form."""
    held = select(Permit).where(
        Permit.enterprise_id.in_(enterprise_ids), Permit.category == Category.REGISTRATION, Permit.state.in_(LIVE)
    )
    for permit in db.session.scalars(held.order_by(Permit.id)).unique().all() if enterprise_ids else ():
        refresh_duties(permit, "登记的信息与登记表一致", by=by)


def _take(stored: Sequence[Stored], by: User, dry_run: bool, refused: str) -> dict[int, str]:
    """Store the permits of some rows; the outcome of each by its ``id``."""
    wanted = [each for each in stored if each.row.has_permit]
    known = _on_record([each.row.permit_no for each in wanted])
    listed = _on_soil_list([each.enterprise_id for each in wanted if each.enterprise_id and each.known])
    holders = listed | set(_holders([each.enterprise_id for each in wanted if each.enterprise_id and each.known]))
    outcomes = {id(each): "unchanged" for each in stored}
    new = []
    for each in wanted:
        row, held = each.row, known.get(each.row.permit_no)
        sites = {site["id"] for site in each.known.sites} if each.known else set[int]()
        if each.known and not each.site_id and (held is None or held.site_id not in sites):
            row.tell("address", "site_unclear", count=len(sites))
            continue
        try:
            outcome = outcome_of(held, sites, *_term(each))
            if outcome == "created" and each.enterprise_id not in holders:
                new.append(each)
            elif outcome != "unchanged" and not dry_run:
                site = db.session.get_one(Site, held.site_id if held else each.site_id)
                take_from_ledger(site, row.permit_no, *_term(each), category=_category(each), by=by)
            outcomes[id(each)] = outcome
        except NotAllowed as refusal:
            row.tell("permit_no", refused, reason=refusal.sentence)
    if new and not dry_run:
        _create(new, by)
    return outcomes


def _term(each: Stored) -> tuple[date, date]:
    row = each.row
    if row.valid_from is None or row.valid_to is None:
        raise ValueError("a row without a whole term has no permit")
    return row.valid_from, row.valid_to


def _category(each: Stored) -> Category:
    """As the row says, else as it is on record."""
    if "category" in each.row.given or each.known is None:
        return each.row.category
    category: Category = each.known.values["category"]
    return category


def _status(each: Stored) -> Status:
    if "state" in each.row.given or each.known is None:
        return each.row.status
    status: Status = each.known.values["status"]
    return status


def _on_record(numbers: Sequence[str]) -> dict[str, Held]:
    if not numbers:
        return {}
    wanted = select(Permit.id, Permit.permit_no, Permit.site_id, Permit.state).where(Permit.permit_no.in_(numbers))
    found = {row.id: row for row in db.session.execute(wanted)}
    versions: dict[int, list[Any]] = {}
    if found:
        listed = select(
            PermitVersion.permit_id,
            PermitVersion.state,
            PermitVersion.in_force_from,
            PermitVersion.valid_from,
            PermitVersion.valid_to,
        ).where(PermitVersion.permit_id.in_(found))
        for version in db.session.execute(listed.order_by(PermitVersion.permit_id, PermitVersion.number)):
            versions.setdefault(version.permit_id, []).append(version)
    held = {}
    for id_, row in found.items():
        own = versions.get(id_, [])
        terms = (
            Term(each.in_force_from, each.valid_from, each.valid_to)
            for each in own
            if each.state is VersionState.ISSUED
        )
        has_draft = any(each.state is VersionState.DRAFT for each in own)
        held[row.permit_no] = Held(row.site_id, row.state, tuple(terms), has_draft)
    return held


def _holders(enterprise_ids: Sequence[int]) -> Sequence[int]:
    """Those of the firms that hold a permit already: what lists show of them must be chosen, not written."""
    if not enterprise_ids:
        return []
    return db.session.scalars(select(Permit.enterprise_id).where(Permit.enterprise_id.in_(enterprise_ids))).all()


def _on_soil_list(enterprise_ids: Sequence[int]) -> set[int]:
    """Those of the firms that were ever listed for soil: their permits owe more than what all of one term owe."""
    if not enterprise_ids:
        return set()
    wanted = select(ListMembership.enterprise_id).where(
        ListMembership.enterprise_id.in_(enterprise_ids), ListMembership.kind == ListKind.SOIL
    )
    return set(db.session.scalars(wanted))


_PERMIT = (
    "id", "version", "enterprise_id", "site_id", "permit_no", "category", "authority_id", "state", "issued_on",
    "valid_from", "valid_to", "end_reason", "source", "updated_at",
)  # fmt: skip
_VERSION = (
    "id", "permit_id", "number", "ground", "state", "in_force_from", "valid_from", "valid_to", "remark", "issued_at",
)  # fmt: skip
_OWED_OWN = ("id", "enterprise_id", "source_id", "site_id", "url")
_OWED_SHARED = (
    "source_kind", "kind", "title", "basis", "key", "period_from", "period_to", "opens_on", "due_on", "provisional",
    "arithmetic", "void_reason",
)  # fmt: skip
_OWED = (*_OWED_OWN, *_OWED_SHARED)


def _create(new: Sequence[Stored], by: User) -> None:
    connection, now = db.session.connection(), clock.now()
    permits, versions, owed = _table(Permit), _table(PermitVersion), _table(Obligation)
    ids, version_ids, owed_ids = (bulk.new_ids(connection, table, len(new)) for table in (permits, versions, owed))
    roots = _roots()
    permit_rows, version_rows, owed_rows, shown = [], [], [], []
    owed_shared, keepers = functools.cache(_renewal_shared), list[Keeper]()
    years = functools.cache(lambda first, last: held_years([Span(1, VersionGround.IMPORTED, first, None, first, last)]))
    for each, id_, version_id, owed_id in zip(new, ids, version_ids, owed_ids, strict=True):
        (start, end), number, category = _term(each), each.row.permit_no, _category(each)
        firm, site, authority = each.enterprise_id or 0, each.site_id or 0, roots[each.office_id]
        permit = (
            id_, 1, firm, site, number, category, authority, PermitState.IN_FORCE, start, start, end, "", SOURCE, now,
        )  # fmt: skip
        version = (version_id, id_, 1, VersionGround.IMPORTED, VersionState.ISSUED, start, start, end, SOURCE, now)
        permit_rows.append(permit)
        version_rows.append(version)
        shown.append({"_id": firm, "_no": number, "_to": end})
        if shared := owed_shared(category, _status(each), end):
            owed_rows.append((owed_id, firm, id_, site, f"/my/permits/{id_}", *shared))
        if category in PERMITTED:
            keepers.append(Keeper(id_, firm, site, years(start, end)))
    bulk.insert_many(connection, permits, _PERMIT, permit_rows)
    bulk.insert_many(connection, versions, _VERSION, version_rows)
    bulk.insert_many(connection, owed, _OWED, owed_rows)
    firms = _table(Enterprise)
    values = {"permit_no": bindparam("_no"), "permit_valid_to": bindparam("_to"), "version": firms.c.version + 1}
    connection.execute(update(firms).where(firms.c.id == bindparam("_id")).values(values), shown)
    record_many("permit", Action.PERMIT_ISSUE, _told(permit_rows, version_rows, owed_rows), by=by)
    keep_records(keepers, by=by)
    db.session.expire_all()


def _renewal_shared(category: Category, status: Status, end: date) -> tuple[Any, ...]:
    """What the renewals of all permits of a kind and a last day have in common; nothing where none is owed."""
    wanted = renewal(0, 0, category, status, end)
    if wanted is None:
        return ()
    facts = {**vars(wanted), "source_kind": Permit.__tablename__, "void_reason": ""}
    return tuple(facts[name] for name in _OWED_SHARED)


def _told(permits: Rows, versions: Rows, owed: Rows) -> Iterator[Subject]:
    """The entry of each permit: itself, its version, what lists show of it, and its renewal."""
    renewals = {image["source_id"]: image for image in images(_OWED, owed)}
    for permit, version in zip(images(_PERMIT, permits), images(_VERSION, versions), strict=True):
        id_, firm, number = permit["id"], permit["enterprise_id"], permit["permit_no"]
        image = {
            f"permit:{id_}": permit,
            f"permit_version:{version['id']}": version,
            f"enterprise:{firm}": {"permit_no": number, "permit_valid_to": permit["valid_to"]},
        }
        if renewed := renewals.get(id_):
            image[f"obligation:{renewed['id']}"] = renewed
        yield Subject(id_, firm, f"台账导入许可证 {number}", image)


def _roots() -> dict[int, int]:
    """Office → the bureau at the head of its tree: the one that issues permits."""
    parents: dict[int, int | None] = {row[0]: row[1] for row in db.session.execute(select(Office.id, Office.parent_id))}
    found = {}
    for office, parent in parents.items():
        root, above = office, parent
        while above is not None:
            root, above = above, parents[above]
        found[office] = root
    return found


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table
