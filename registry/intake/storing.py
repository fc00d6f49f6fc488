"""Storing the good rows of a ledger: in bulk, all in the one transaction of whoever calls.

``take`` is the one way in: pages, commands and benches call it. Enterprises, sites, search index and audit entries are
written batch by batch, so that memory stays flat; other rooms follow each batch with what is theirs.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, text, update

from accounts.audit import Subject, images, plain, record_many
from accounts.audit import take as step
from accounts.models import User
from core import bulk, clock, search
from core.db import db
from core.intake import Mapping, Sheet
from core.memo import uncollected
from registry.intake import recording
from registry.intake.judging import judge
from registry.intake.recording import Change, Difference, Known
from registry.intake.rows import Problem, Row
from registry.models import Enterprise, FormerName, IdKind, NameGram, Site, Status
from registry.workflow import ENTERPRISE

BATCH = 2000
SHOWN = 10
"""Rows and changes kept for showing."""

LOCK = 0x51794C67
"""The advisory lock of imports on PostgreSQL: two of the same file come one after the other."""


@dataclass(slots=True)
class Stored:
    """A good row and the firm it became or was found to be; no numbers yet when nothing is stored."""

    row: Row
    outcome: str
    enterprise_id: int | None = None
    site_id: int | None = None
    office_id: int = 0
    known: Known | None = None


Follower = Callable[[Sequence[Stored], User, bool], None]

FOLLOWERS: list[Follower] = []
"""What other rooms store of the same rows: called with a batch, the person, and whether it is a dry run.

One that changes something of a row turns its outcome from ``unchanged`` into ``updated``.
"""


def follower(told: Follower) -> Follower:
    """Mark a function that stores another room's part of every batch."""
    FOLLOWERS.append(told)
    return told


@dataclass
class Result:
    """What came of a file."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    samples: list[tuple[Row, str]] = field(default_factory=list)
    """The first rows with their outcome."""

    changes: list[tuple[Row, list[Difference]]] = field(default_factory=list)
    """The first rows that change what is on record, with what they change."""

    def add(self, batch: Sequence[Row], outcomes: dict[int, str]) -> None:
        """Count a batch; ``outcomes`` by ``id`` of the rows that are in."""
        for row in batch:
            outcome = outcomes.get(id(row), "rejected")
            self.rows += 1
            self.accepted += outcome != "rejected"
            setattr(self, outcome, getattr(self, outcome) + 1)
            self.problems += row.problems
            if len(self.samples) < SHOWN:
                self.samples.append((row, outcome))

    @property
    def warnings(self) -> int:
        """How many things are odd, though the rows are in."""
        return sum(problem.level == "warning" for problem in self.problems)

    def counts(self) -> dict[str, int]:
        """As the contract has them."""
        names = ("rows", "accepted", "rejected", "created", "updated", "unchanged", "warnings")
        return {name: getattr(self, name) for name in names}

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        return {**self.counts(), "problems": [problem.as_json() for problem in self.problems]}


def take(sheets: Sequence[Sheet], mapping: Mapping, *, by: User, dry_run: bool = False, source: str = "") -> Result:
    """Judge every row and store the good ones; with ``dry_run`` only say what would come of it."""
    with uncollected():
        return _taken(sheets, mapping, by, dry_run, source)


def _taken(sheets: Sequence[Sheet], mapping: Mapping, by: User, dry_run: bool, source: str) -> Result:
    result, against = Result(), recording.directory(by)
    names = recording.place_names(against.areas)
    store = _Store(by, source)
    if not dry_run:
        wait_for_turn()
    for batch in batches(judge(sheets, mapping, against)):
        good = [row for row in batch if row.accepted]
        known = recording.on_record((row.uscc for row in good), locked=not dry_run)
        made = [_compared(row, known.get(row.uscc), against.offices) for row in good]
        stored = [each for each, _ in made if each.row.accepted]
        changes = [(each.row, change) for each, change in made if change is not None and not change.empty]
        if not dry_run:
            store.create([each for each in stored if each.outcome == "created"])
            store.change(changes)
        for follow in FOLLOWERS:
            follow(stored, by, dry_run)
        outcomes = {id(each.row): each.outcome for each in stored if each.row.accepted}
        result.add(batch, outcomes)
        for row, change in changes[: SHOWN - len(result.changes)]:
            result.changes.append((row, recording.differences(row, change, names)))
    return result


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    left = iter(rows)
    return iter(lambda: list(itertools.islice(left, BATCH)), [])


def wait_for_turn() -> None:
    """One import after the other: on SQLite writers queue anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _compared(row: Row, known: Known | None, offices: frozenset[int] | None) -> tuple[Stored, Change | None]:
    if known is None:
        return Stored(row, "created", office_id=row.office_id), None
    if recording.refuse(row, known, offices):
        return Stored(row, "rejected"), None
    change = recording.change(row, known)
    site = known.only_site
    outcome = "unchanged" if change.empty else "updated"
    office_id = change.site.get("office_id", site["office_id"]) if site else known.values["office_id"]
    return Stored(row, outcome, known.id, site["id"] if site else None, office_id, known), change


_NEW_ENTERPRISE = (
    "id", "version", "credit_code", "id_kind", "name", "search_key", "legal_representative", "contact_name",
    "contact_phone", "address", "industry_code", "category", "status", "status_reason", "status_since", "area_id",
    "office_id", "remark", "source", "source_key", "registered_at", "updated_at", "permit_no", "is_demo",
)  # fmt: skip
_NEW_SITE = (
    "id", "version", "enterprise_id", "name", "area_id", "office_id", "address", "longitude", "latitude",
    "control_unit", "industry_code", "category",
)  # fmt: skip

CREATED, CHANGED = "registry:enterprise:register", "registry:enterprise:change"


class _Store:
    """The writer of one import."""

    def __init__(self, by: User, source: str) -> None:
        self.by, self.source = by, source
        self.now: datetime = clock.now()
        self.today: date = clock.today()

    def create(self, new: Sequence[Stored]) -> None:
        """Enterprises with their first site, findable by name."""
        if not new:
            return
        connection = db.session.connection()
        enterprises, sites = _table(Enterprise), _table(Site)
        ids = bulk.new_ids(connection, enterprises, len(new))
        site_ids = bulk.new_ids(connection, sites, len(new))
        firms, places = [], []
        bearers: dict[str, list[int]] = {}
        for each, id_, site_id in zip(new, ids, site_ids, strict=True):
            each.enterprise_id, each.site_id = id_, site_id
            initials = search.initials(each.row.name)
            firms.append(self._enterprise(each.row, id_, f"{search.normal(each.row.name)} {initials}"))
            places.append(self._site(each.row, id_, site_id))
            for gram in search.grams(each.row.name, initials):
                bearers.setdefault(gram, []).append(id_)
        grams = [(gram, id_) for gram in sorted(bearers) for id_ in bearers[gram]]  # in the order of their table
        bulk.insert_many(connection, enterprises, _NEW_ENTERPRISE, firms)
        bulk.insert_many(connection, sites, _NEW_SITE, places)
        bulk.insert_many(connection, _table(NameGram), ("gram", "enterprise_id"), grams)
        told = zip(new, images(_NEW_ENTERPRISE, firms), images(_NEW_SITE, places), strict=True)
        subjects = (
            Subject(
                each.enterprise_id,
                each.enterprise_id,
                f"导入企业 {each.row.name}",
                {f"enterprise:{each.enterprise_id}": firm, f"site:{each.site_id}": place},
            )
            for each, firm, place in told
        )
        record_many("enterprise", CREATED, subjects, by=self.by)

    def _enterprise(self, row: Row, id_: int, search_key: str) -> tuple[Any, ...]:
        stopped = row.status is not Status.OPERATING
        reason, since = ("台账导入", self.today) if stopped else ("", None)
        return (
            id_, 1, row.uscc, IdKind.USCC, row.name, search_key, row.legal_rep, row.contact,
            row.phone, row.address, row.industry_code or None, row.category, row.status, reason, since, row.area_id,
            row.office_id, row.remark, self.source, f"{row.sheet}!{row.row}", self.now, self.now, "", False,
        )  # fmt: skip

    def _site(self, row: Row, enterprise_id: int, id_: int) -> tuple[Any, ...]:
        return (
            id_, 1, enterprise_id, row.name, row.area_id, row.office_id, row.address, row.lon, row.lat,
            "", row.industry_code or None, row.category,
        )  # fmt: skip

    def change(self, changes: Sequence[tuple[Row, Change]]) -> None:
        """Only what differs; a new name keeps the old one, and the lifecycle moves by its own steps."""
        if not changes:
            return
        _update(Enterprise, [(c.known.id, {**c.enterprise, "updated_at": self.now}) for _, c in changes if c.written])
        sites = [(site["id"], c.site) for _, c in changes if c.site and (site := c.known.only_site)]
        _update(Site, sites)
        renamed = [c for _, c in changes if "name" in c.enterprise]
        former = self._keep_names(renamed)
        told = []
        for row, change in changes:
            if not change.written:
                continue
            image = {f"enterprise:{change.known.id}": {k: plain(v) for k, v in change.enterprise.items()}}
            if change.site and (site := change.known.only_site):
                image[f"site:{site['id']}"] = {k: plain(v) for k, v in change.site.items()}
            image |= former.get(change.known.id, {})
            told.append(Subject(change.known.id, change.known.id, f"导入修改企业 {row.name}", image))
        record_many("enterprise", CHANGED, told, by=self.by)
        db.session.expire_all()
        self._move([(row, c) for row, c in changes if c.move])

    def _keep_names(self, renamed: Sequence[Change]) -> dict[int, dict[str, Any]]:
        """The names borne until yesterday become former names; the search knows both."""
        if not renamed:
            return {}
        ids = [change.known.id for change in renamed]
        borne: dict[int, list[tuple[str, date]]] = {}
        wanted = select(FormerName.enterprise_id, FormerName.name, FormerName.valid_to)
        for id_, name, until in db.session.execute(wanted.where(FormerName.enterprise_id.in_(ids))):
            borne.setdefault(id_, []).append((name, until))
        told, former, grams = {}, [], []
        new_ids = bulk.new_ids(db.session.connection(), _table(FormerName), len(renamed))
        yesterday = self.today - timedelta(days=1)
        for change, new_id in zip(renamed, new_ids, strict=True):
            id_, old = change.known.id, change.known.values["name"]
            names = [change.enterprise["name"], *(name for name, _ in borne.get(id_, ()))]
            last = max((until for _, until in borne.get(id_, ())), default=None)
            if last is None or last < yesterday:  # a name that was borne for no whole day is a slip of the pen
                since = last + timedelta(days=1) if last else None
                row = {"enterprise_id": id_, "name": old, "valid_from": since, "valid_to": yesterday}
                former.append({"id": new_id, **row})
                told[id_] = {f"former_name:{new_id}": {name: plain(value) for name, value in row.items()}}
                names.append(old)
            change.enterprise["search_key"] = search.search_key(*names)
            grams += [(g, id_) for g in search.grams(*names, *map(search.initials, names))]
        if former:
            db.session.execute(insert(FormerName), former)
        db.session.execute(delete(NameGram).where(NameGram.enterprise_id.in_(ids)))
        bulk.insert_many(db.session.connection(), _table(NameGram), ("gram", "enterprise_id"), sorted(grams))
        _update(Enterprise, [(c.known.id, {"search_key": c.enterprise["search_key"]}) for c in renamed], count=False)
        return told

    def _move(self, moved: Iterable[tuple[Row, Change]]) -> None:
        for row, change in moved:
            firm = db.session.get_one(Enterprise, change.known.id)
            firm.status_reason, firm.status_since, firm.updated_at = "台账导入", self.today, self.now
            step(ENTERPRISE, change.move, firm, by=self.by, note=f"台账导入：{row.sheet} 第 {row.row} 行")


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _update(model: Any, changes: Iterable[tuple[int, dict[str, Any]]], *, count: bool = True) -> None:
    """Write columns by key, those that change the same columns in one statement; the version goes up."""
    table = _table(model)
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for id_, change in changes:
        groups.setdefault(tuple(change), []).append({"_id": id_, **{f"_{name}": v for name, v in change.items()}})
    for names, rows in groups.items():
        values: dict[str, Any] = {name: bindparam(f"_{name}") for name in names}
        if count:
            values["version"] = table.c.version + 1
        db.session.connection().execute(update(table).where(table.c.id == bindparam("_id")).values(values), rows)
