"""What is on record about the firms of some rows, and what a row would change. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from accounts.models import Area, Office, User
from core.db import db
from registry.intake.rows import Directory, Place, Row
from registry.models import Category, Enterprise, Industry, Site, Status
from registry.queries import offices_under

FIELD_OF = {
    "name": "name",
    "legal_rep": "legal_representative",
    "contact": "contact_name",
    "phone": "contact_phone",
    "address": "address",
    "industry_code": "industry_code",
    "remark": "remark",
}
"""Field of the ledger → column of the enterprise, where they are the same thing."""

_SITED = ("address", "industry_code")
"""Columns that an enterprise with one site shares with it."""

MOVES = {
    (Status.OPERATING, Status.SUSPENDED): "suspend",
    (Status.OPERATING, Status.CLOSED): "close",
    (Status.SUSPENDED, Status.CLOSED): "close",
    (Status.SUSPENDED, Status.OPERATING): "reopen",
    (Status.CLOSED, Status.OPERATING): "reopen",
}
"""From and to → the step of the lifecycle that a ledger may bring about."""


@dataclass(slots=True)
class Known:
    """A firm on record, with the sites that are still worked."""

    id: int
    values: dict[str, Any]
    sites: list[dict[str, Any]] = field(default_factory=list)

    @property
    def only_site(self) -> dict[str, Any] | None:
        """Its site, when there is no other that the row could mean."""
        return self.sites[0] if len(self.sites) == 1 else None


@dataclass(slots=True)
class Change:
    """What a row changes on record: columns of the enterprise and of its site, and the step of its lifecycle."""

    known: Known
    enterprise: dict[str, Any] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=dict)
    move: str = ""

    @property
    def written(self) -> bool:
        """Whether columns change."""
        return bool(self.enterprise or self.site)

    @property
    def empty(self) -> bool:
        """Whether everything is on record already."""
        return not (self.written or self.move)


def directory(by: User) -> Directory:
    """What the rows of this person are checked against: the areas, the industries, and the offices under the own."""
    offices = {area_id: id_ for id_, area_id in db.session.execute(select(Office.id, Office.area_id))}
    wanted = select(Area.id, Area.code, Area.name, Area.kind, Area.parent_id).order_by(Area.id)
    places = [
        Place(id_, code, name, kind.code, parent, offices.get(id_))
        for id_, code, name, kind, parent in db.session.execute(wanted)
    ]
    industries = _pairs(Industry.code, Industry.name)
    if by.is_system:
        return Directory(places, industries)
    under = frozenset(offices_under(by.office)) if by.office else frozenset[int]()
    home = next((place for place in places if by.office and place.id == by.office.area_id), None)
    return Directory(places, industries, under, home if home and home.kind != "prefecture" else None)


def _pairs(key: Any, value: Any) -> dict[Any, Any]:
    return {row[0]: row[1] for row in db.session.execute(select(key, value))}


_ENTERPRISE = (
    Enterprise.id, Enterprise.credit_code, *(getattr(Enterprise, name) for name in FIELD_OF.values()),
    Enterprise.category, Enterprise.status, Enterprise.area_id, Enterprise.office_id, Enterprise.merged_into_id,
)  # fmt: skip
_SITE = (
    Site.id, Site.enterprise_id, Site.name, Site.area_id, Site.office_id, Site.address, Site.longitude, Site.latitude,
    Site.industry_code, Site.category,
)  # fmt: skip


def on_record(codes: Iterable[str], *, locked: bool = False) -> dict[str, Known]:
    """Credit code → the firm; ``locked`` holds the rows until the transaction ends."""
    wanted = select(*_ENTERPRISE).where(Enterprise.credit_code.in_(list(codes))).order_by(Enterprise.id)
    if locked:
        wanted = wanted.with_for_update(of=Enterprise)
    found = {row.credit_code: Known(row.id, dict(row._mapping)) for row in db.session.execute(wanted)}
    if found:
        by_id = {known.id: known for known in found.values()}
        sites = select(*_SITE).where(Site.enterprise_id.in_(list(by_id)), Site.closed_on.is_(None)).order_by(Site.id)
        for row in db.session.execute(sites):
            by_id[row.enterprise_id].sites.append(dict(row._mapping))
    return found


def refuse(row: Row, known: Known, offices: frozenset[int] | None) -> bool:
    """Tell why the firm on record may not be changed by this row; whether it may not."""
    values = known.values
    if values["merged_into_id"] is not None:
        kept = select(Enterprise.name, Enterprise.credit_code).where(Enterprise.id == values["merged_into_id"])
        name, code = db.session.execute(kept).one()
        row.tell("uscc", "enterprise_merged", name=name, uscc=code)
    elif offices is not None and values["office_id"] not in offices:
        office = db.session.scalars(select(Office.short_name).where(Office.id == values["office_id"])).one()
        row.tell("uscc", "enterprise_not_yours", office=office)
    return not row.accepted


def change(row: Row, known: Known) -> Change:
    """What the row says otherwise than the record; what it leaves empty is left as it is."""
    made, values = Change(known), known.values
    for key, column in FIELD_OF.items():
        if key in row.given and (getattr(row, key) or None) != (values[column] or None):
            made.enterprise[column] = getattr(row, key)
    if site := known.only_site:
        _change_site(row, site, made)
    elif len(known.sites) > 1 and row.given & {"area", "lon", "category"}:
        row.tell("address", "site_unclear", count=len(known.sites))
    _move(row, values["status"], made)
    return made


def _change_site(row: Row, site: dict[str, Any], made: Change) -> None:
    wished: dict[str, Any] = {name: made.enterprise[name] for name in _SITED if name in made.enterprise}
    if "name" in made.enterprise and site["name"] == made.known.values["name"]:
        wished["name"] = made.enterprise["name"]
    if "area" in row.given:
        wished |= {"area_id": row.area_id, "office_id": row.office_id}
    if "category" in row.given:
        wished["category"] = row.category
    if "lon" in row.given:
        wished |= {"longitude": row.lon, "latitude": row.lat}
    made.site = {name: value for name, value in wished.items() if not _same(site[name], value)}
    for name in ("area_id", "office_id", "category"):
        if name in wished and made.known.values[name] != wished[name]:
            made.enterprise[name] = wished[name]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one - other) < Decimal("0.0000005")
    return bool(one == other)


def _move(row: Row, status: Status, made: Change) -> None:
    if "state" not in row.given or row.status is status:
        return
    if verb := MOVES.get((status, row.status)):
        made.move = verb
    else:
        row.tell("state", "state_kept", old=status.label, new=row.status.label)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would read otherwise, for the preview."""

    label: str
    old: str
    new: str


def differences(row: Row, made: Change, names: dict[str, dict[int, str]]) -> list[Difference]:
    """What would read otherwise, in words; ``names`` gives areas and offices by id."""
    old = {**(made.known.only_site or {}), **made.known.values}
    told = []
    for column, value in {**made.site, **made.enterprise}.items():
        before = (made.known.only_site or {}).get(column) if column in {"longitude", "latitude"} else old.get(column)
        table = names.get(column, {})
        told.append(Difference(column, _words(before, table), _words(value, table)))
    if made.move:
        told.append(Difference("status", made.known.values["status"].label, row.status.label))
    return told


def _words(value: Any, table: dict[int, str]) -> str:
    if isinstance(value, Category | Status):
        return value.label
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return table.get(value, "") if table else str(value if value is not None else "")


def place_names(of: Sequence[Place]) -> dict[str, dict[int, str]]:
    """Areas and offices by id, for ``differences``."""
    offices = _pairs(Office.id, Office.short_name)
    return {"area_id": {place.id: place.name for place in of}, "office_id": offices}
