"""Reads of the registry. Every one starts from what the person who asks may see; not yours does not exist."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, exists, false, func, inspect, or_, select, true
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.elements import ColumnElement

from accounts.models import Area, AuditEntry, Office, User, UserRole
from accounts.roles import ADMINS, ENTERPRISE, STAFF
from core import clock, search
from core.db import db, direct, each_of
from core.pages import not_found
from registry.models import (
    Attachment,
    Document,
    DocumentService,
    Enterprise,
    FormerName,
    GradeSpan,
    HandIn,
    ImportRun,
    ListMembership,
    NameGram,
    Notification,
    Obligation,
    Representative,
    Site,
)
from registry.obligations import is_open, stands
from registry.rules.documents import READ_FROM_SERVICE
from registry.rules.obligations import Standing

_FIRM_ID, _DAY = bindparam("firm", type_=Enterprise.id.type), bindparam("day", type_=GradeSpan.valid_from.type)
_YEAR = bindparam("year", type_=ListMembership.year.type)
"""Filled in when a statement that is made once is asked; the page of an enterprise asks many."""

Told = Row[*tuple[Any, ...]]
"""The values of a row that a page only tells: half the work of making an object."""


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


def firms_of(person: User) -> list[Enterprise]:
    """The enterprises a person speaks for today, by name."""
    wanted = select(Enterprise).where(Enterprise.id.in_(mandated_enterprises(person)))
    return list(db.session.scalars(wanted.order_by(Enterprise.name, Enterprise.id)).unique())


def firm_of(person: User, asked: int | None = None) -> Enterprise | None:
    """The enterprise whose work a person does; None without a mandate."""
    wanted = select(Enterprise).where(works_for(person, asked), Enterprise.id.in_(mandated_enterprises(person)))
    # where one mandated firm was merged into another, the one that stands
    return db.session.scalars(wanted.order_by(Enterprise.merged_into_id.is_not(None), Enterprise.id)).unique().first()


@dataclass(frozen=True)
class Burden:
    """What a firm has to do: how much is open, how much of it is late, and the deadline that comes first."""

    owed: int
    late: int
    next_on: date
    arithmetic: str
    opens_on: date | None


def burdens(person: User, today: date) -> dict[int, Burden]:
    """What each firm of a person owes that can be done now; one question, however many firms."""
    firm = Obligation.enterprise_id
    ranked = (
        select(
            firm,
            func.count().over(partition_by=firm).label("owed"),
            func.sum(case((Obligation.due_on < today, 1), else_=0)).over(partition_by=firm).label("late"),
            func.row_number().over(partition_by=firm, order_by=(Obligation.due_on, Obligation.id)).label("place"),
            Obligation.due_on,
            Obligation.arithmetic,
            Obligation.opens_on,
        )
        .where(
            firm.in_(mandated_enterprises(person, today)),
            is_open(),
            or_(Obligation.opens_on.is_(None), Obligation.opens_on <= today),
        )
        .subquery()
    )
    columns = ranked.c
    wanted = select(
        columns.enterprise_id, columns.owed, columns.late, columns.due_on, columns.arithmetic, columns.opens_on
    ).where(columns.place == 1)
    return {each: Burden(*told) for each, *told in db.session.execute(wanted)}


def mandates_of(person: User, today: date) -> dict[int, list[Representative]]:
    """What a person may do for each firm today."""
    found: dict[int, list[Representative]] = {}
    wanted = select(Representative).where(
        Representative.user_id == person.id,
        Representative.since <= today,
        or_(Representative.until.is_(None), Representative.until >= today),
    )
    for each in db.session.scalars(wanted.options(lazyload("*")).order_by(Representative.id)):
        found.setdefault(each.enterprise_id, []).append(each)
    return found


def visible_enterprises(seen_by: User | None) -> Select[Enterprise]:
    """The enterprises a person may see."""
    return select(Enterprise).where(sees(seen_by))


def enterprise(enterprise_id: int, *, seen_by: User | None) -> Enterprise:
    """One enterprise, or 404 when it is not this person's."""
    found = db.session.scalars(_one_where(sees(seen_by)), {"firm": enterprise_id}).one_or_none()
    return found or not_found()


@functools.lru_cache(100)
def _one_where(condition: ColumnElement[bool]) -> Select[Enterprise]:
    """One enterprise in a scope, made once where the condition of the scope is."""
    return select(Enterprise).where(condition, Enterprise.id == _FIRM_ID)


def visible_sites(seen_by: User | None) -> Select[Site]:
    """The sites of the enterprises a person may see."""
    return select(Site).join(Site.enterprise).where(sees(seen_by))


def site(site_id: int, *, seen_by: User | None) -> Site:
    """One site, or 404."""
    found = db.session.scalars(visible_sites(seen_by).where(Site.id == site_id)).one_or_none()
    return found or not_found()


def is_disclosed() -> ColumnElement[bool]:
    """Whether its party may read a document yet: what burdens it from service on, everything else at once."""
    served = exists().where(DocumentService.document_id == Document.id, DocumentService.served_on.is_not(None))
    return or_(Document.kind.not_in(READ_FROM_SERVICE), served)


def visible_documents(seen_by: User | None) -> Select[Document]:
    """The issued documents of the enterprises a person may see; its own people see decisions once they are served."""
    wanted = select(Document).join(Document.enterprise).where(sees(seen_by))
    if seen_by is not None and seen_by.is_authenticated and seen_by.roles & ENTERPRISE:
        wanted = wanted.where(is_disclosed())
    return wanted


def document(document_id: int, *, seen_by: User | None) -> Document:
    """One issued document, or 404."""
    found = db.session.scalars(visible_documents(seen_by).where(Document.id == document_id)).one_or_none()
    return found or not_found()


def documents_of(enterprise_id: int, *, seen_by: User | None) -> list[Document]:
    """Everything issued to an enterprise, newest first, with how it was served."""
    wanted = visible_documents(seen_by).where(Document.enterprise_id == enterprise_id)
    wanted = wanted.options(selectinload(Document.services)).order_by(Document.id.desc())
    return list(db.session.scalars(wanted))


def my_documents(user: User) -> list[Document]:
    """Everything issued to the enterprise a person works for, newest first."""
    wanted = (
        visible_documents(user)
        .where(works_for(user))
        .options(selectinload(Document.services))
        .order_by(Document.id.desc())
    )
    return list(db.session.scalars(wanted))


def replaced_by(document: Document, *, seen_by: User | None) -> tuple[Document | None, list[Document]]:
    """The document that took the place of this one, and those whose place this one took."""
    later = visible_documents(seen_by).where(Document.id == document.replaced_by_id)
    earlier = visible_documents(seen_by).where(Document.replaced_by_id == document.id).order_by(Document.id)
    after = db.session.scalars(later).one_or_none() if document.replaced_by_id else None
    return after, list(db.session.scalars(earlier))


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


def visible_obligations(seen_by: User | None) -> Select[Obligation]:
    """What the enterprises a person may see owe, or owed."""
    return select(Obligation).join(Obligation.enterprise).where(sees(seen_by))


def visible_attachments(seen_by: User | None) -> Select[Attachment]:
    """The files about the enterprises a person may see; of those a firm's people see what is the firm's own."""
    wanted = select(Attachment).join(Attachment.enterprise).where(sees(seen_by))
    return wanted.where(is_of_firm()) if seen_by is not None and seen_by.roles & ENTERPRISE else wanted


ON_PAPER = ("application", "report_submission")
"""Of what the scans are that clerks attach to what a firm brought on paper, by its table."""


def is_of_firm() -> ColumnElement[bool]:
    """Whether a file is one that the firm gave: sent by its people, its letters of mandate, what it brought on paper.

    What officers gathered is evidence; the firm reads of it in the papers that are served on it.
    """
    by_firm = exists().where(UserRole.user_id == Attachment.uploaded_by_id, UserRole.role.in_(ENTERPRISE))
    return or_(by_firm, Attachment.subject_kind.in_((Representative.__tablename__, *ON_PAPER)))


def attachment(attachment_id: int, *, seen_by: User | None) -> Attachment:
    """One file, or 404."""
    found = db.session.scalars(visible_attachments(seen_by).where(Attachment.id == attachment_id)).one_or_none()
    return found or not_found()


def notifications(user: User, *, unread: bool, before: int | None, most: int) -> list[Notification]:
    """A person's own messages, newest first, below the one with this id."""
    wanted = select(Notification).where(Notification.user_id == user.id)
    if unread:
        wanted = wanted.where(Notification.read_at.is_(None))
    if before:
        wanted = wanted.where(Notification.id < before)
    return list(db.session.scalars(wanted.order_by(Notification.id.desc()).limit(most)))


def my_obligations(user: User, most_done: int = 50) -> tuple[list[Obligation], list[Obligation]]:
    """What the enterprise a person works for still owes, nearest first; and what it did last."""
    mine = visible_obligations(user).where(works_for(user))
    owed = mine.where(is_open()).order_by(Obligation.due_on, Obligation.id)
    done = mine.where(Obligation.voided_on.is_(None))
    done = done.where(Obligation.fulfilled_on.is_not(None)).order_by(Obligation.fulfilled_on.desc(), Obligation.id)
    return list(db.session.scalars(owed)), list(db.session.scalars(done.limit(most_done)))


def kept_by(user: User, enterprise_id: int, today: date) -> list[Obligation]:
    """What an enterprise has to keep today, the first to be over first."""
    wanted = visible_obligations(user).where(
        Obligation.enterprise_id == enterprise_id, stands([Standing.KEEPING], today)
    )
    return list(db.session.scalars(wanted.order_by(Obligation.due_on, Obligation.id)))


def visible_hand_ins(seen_by: User | None) -> Select[HandIn]:
    """What the enterprises a person may see handed in to meet their obligations."""
    return (
        select(HandIn)
        .join(Enterprise, Enterprise.id == HandIn.enterprise_id)
        .join(Obligation, Obligation.id == HandIn.obligation_id)
        .where(sees(seen_by))
    )


def hand_in(hand_in_id: int, *, seen_by: User | None) -> HandIn:
    """One thing handed in, or 404."""
    found = db.session.scalars(visible_hand_ins(seen_by).where(HandIn.id == hand_in_id)).unique().one_or_none()
    return found or not_found()


def hand_ins_of(obligation: Obligation) -> list[HandIn]:
    """Everything handed in for an obligation, the last first."""
    wanted = select(HandIn).where(HandIn.obligation_id == obligation.id).order_by(HandIn.number.desc())
    return list(db.session.scalars(wanted.options(joinedload(HandIn.sent_by), joinedload(HandIn.judged_by))).unique())


def my_hand_ins(user: User, most: int = 50) -> list[HandIn]:
    """What the enterprise a person works for handed in, the last first; also for what is no longer owed."""
    wanted = visible_hand_ins(user).where(works_for(user)).order_by(HandIn.id.desc()).limit(most)
    return list(db.session.scalars(wanted).unique())


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


def obligation(obligation_id: int, *, seen_by: User | None) -> Obligation:
    """One obligation, or 404."""
    found = db.session.scalars(visible_obligations(seen_by).where(Obligation.id == obligation_id)).one_or_none()
    return found or not_found()


def obligations_in(ids: Sequence[int], *, seen_by: User) -> list[Obligation]:
    """These obligations, by deadline, as far as one may see them."""
    wanted = visible_obligations(seen_by).where(Obligation.id.in_(ids)).order_by(Obligation.due_on, Obligation.id)
    return list(db.session.scalars(wanted).unique())


# --- enterprises ------------------------------------------------------------------------------------------------


def enterprise_whole(enterprise_id: int, *, seen_by: User | None) -> Enterprise:
    """One enterprise with its sites and former names, or 404."""
    found = enterprise(enterprise_id, seen_by=seen_by)
    for name, theirs in _PARTS.items():
        if name in inspect(found).unloaded:
            set_committed_value(found, name, list(db.session.scalars(theirs, {"firm": found.id})))
    return found


_PARTS: dict[str, Select[Any]] = {
    "sites": select(Site).where(Site.enterprise_id == _FIRM_ID).order_by(Site.id).options(lazyload(Site.enterprise)),
    "names": select(FormerName).where(FormerName.enterprise_id == _FIRM_ID).order_by(FormerName.valid_to),
}
"""What ``selectinload`` would ask, made once instead of at each page."""


def candidates(name: str, credit_code: str, *, seen_by: User) -> list[Enterprise]:
    """Who may be the same firm: by code, or by most of the name's character pairs, former names too.

    Codes are looked for over the whole register, since a firm registered by another office is the same firm.
    """
    grams = sorted(search.grams(name))
    scored = (
        select(NameGram.enterprise_id, func.count().label("shared"))
        .where(NameGram.gram.in_(grams))
        .group_by(NameGram.enterprise_id)
        .order_by(func.count().desc())
        .limit(20)
        .subquery()
    )
    near = (
        visible_enterprises(seen_by)
        .join(scored, scored.c.enterprise_id == Enterprise.id)
        .where(scored.c.shared * 10 >= len(grams) * 6)
        .order_by(scored.c.shared.desc())
        .limit(10)
    )
    found = list(db.session.scalars(near).unique()) if grams else []
    if credit_code:
        same = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == credit_code)).one_or_none()
        if same is not None and same not in found:
            found.insert(0, same)
    return found


def merged_into(enterprise_id: int) -> Sequence[Told]:
    """The enterprises that went into this one: ``id`` and ``name``. Whether one may see it is asked before."""
    return direct(db.session).execute(_MERGED, {"firm": enterprise_id}).all()


_MERGED = select(Enterprise.id, Enterprise.name).where(Enterprise.merged_into_id == _FIRM_ID).order_by(Enterprise.id)


def grade_on(enterprise_id: int, day: date) -> Told | None:
    """The credit ``grade`` and ``score`` of an enterprise on a day."""
    return direct(db.session).execute(_GRADE, {"firm": enterprise_id, "day": day}).first()


_GRADE = select(GradeSpan.grade, GradeSpan.score).where(
    GradeSpan.enterprise_id == _FIRM_ID,
    GradeSpan.valid_from <= _DAY,
    or_(GradeSpan.valid_to.is_(None), GradeSpan.valid_to > _DAY),
)


def open_obligations(enterprise_id: int) -> list[Obligation]:
    """What an enterprise still owes, by deadline. Whether one may see it is asked before."""
    return list(db.session.scalars(_OPEN, {"firm": enterprise_id}))


_OPEN = (
    select(Obligation)
    .where(Obligation.enterprise_id == _FIRM_ID, is_open())
    .order_by(Obligation.due_on, Obligation.id)
    .limit(50)
    .options(lazyload("*"))
)


def memberships(enterprise_id: int, year: int) -> list[ListMembership]:
    """The lists on which an enterprise stands in a year."""
    return list(db.session.scalars(_ON_LISTS, {"firm": enterprise_id, "year": year}))


_ON_LISTS = (
    select(ListMembership)
    .where(
        ListMembership.enterprise_id == _FIRM_ID,
        ListMembership.year == _YEAR,
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


def my_people(user: User) -> Select[Representative]:
    """Who speaks or spoke for the enterprise a person works for."""
    wanted = select(Representative).join(Enterprise, Enterprise.id == Representative.enterprise_id)
    return wanted.where(sees(user), works_for(user))


def representatives(enterprise_id: int) -> Sequence[Told]:
    """Who speaks or spoke for an enterprise: the mandate's values and the person's ``name``.

    Whether one may see it is asked before.
    """
    return direct(db.session).execute(_SPEAKERS, {"firm": enterprise_id}).all()


_SPEAKERS = (
    select(
        Representative.id,
        Representative.mandate,
        Representative.since,
        Representative.until,
        Representative.letter_id,
        User.name,
    )
    .join(Representative.user)
    .where(Representative.enterprise_id == _FIRM_ID)
    .order_by(Representative.since.desc())
)


def representative(representative_id: int, *, seen_by: User | None) -> Representative:
    """One mandate, or 404."""
    statement = (
        select(Representative)
        .join(Enterprise, Enterprise.id == Representative.enterprise_id)
        .where(sees(seen_by), Representative.id == representative_id)
    )
    return db.session.scalars(statement).unique().one_or_none() or not_found()


def trail(enterprise_id: int, most: int = 100) -> list[AuditEntry]:
    """What was done about an enterprise, the newest first. Whether one may see it is asked before."""
    statement = select(AuditEntry).where(AuditEntry.enterprise_id == enterprise_id)
    return list(db.session.scalars(statement.order_by(AuditEntry.id.desc()).limit(most)))


def list_years() -> list[int]:
    """The years that have lists, the newest first."""
    return list(db.session.scalars(select(ListMembership.year).distinct().order_by(ListMembership.year.desc())))
