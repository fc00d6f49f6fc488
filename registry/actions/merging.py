"""Merging duplicates: everything that hangs on the one is hung on the other; nothing is lost, nothing deleted."""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts.audit import record, take
from accounts.models import User
from core import clock
from core.db import Base, db
from core.permanence import frozen_tables
from core.said import said
from core.workflow import NotAllowed
from registry.actions.enterprises import follow_main_site, index
from registry.models import Enterprise, FormerName, GradeSpan, ListMembership, NameGram
from registry.workflow import ENTERPRISE

OWN = {"enterprise", "name_gram", "grade_span", "audit_entry"}
FIELDS = (
    "legal_representative",
    "contact_name",
    "contact_phone",
    "address",
    "industry_code",
    "scale",
    "remark",
)
ON_MERGED: list[Callable[[Enterprise], None]] = []
"""What other rooms keep of a firm and compute anew when another has gone into it."""


def merge(kept: Enterprise, gone: Enterprise, chosen: dict[str, str], *, by: User) -> dict[str, int]:
    """Merge one enterprise into another; ``chosen`` says for each field whose value stands ("kept" or "gone").

    What is decided and frozen (documents, findings, submissions) keeps the name it was made under and stays with the
    closed enterprise, which leads to the other one; whoever sees the one that is kept sees it there, and its credit
    counts on. Gives how many rows of each table moved.
    """
    if kept.id == gone.id:
        raise NotAllowed([said("请选两家不同的企业。")])
    if gone.merged_into_id is not None or kept.merged_into_id is not None:
        raise NotAllowed([said("其中一家已经合并过。")])
    moved: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in OWN or "enterprise_id" not in table.c or _is_frozen(table.name):
            continue
        moved[table.name] = _move(table.name, kept, gone)
    for field in FIELDS:
        if chosen.get(field) == "gone":
            setattr(kept, field, getattr(gone, field))
    if gone.name not in {kept.name, *(each.name for each in kept.names)}:
        db.session.add(FormerName(enterprise_id=kept.id, name=gone.name, valid_to=clock.today()))
    db.session.flush()
    db.session.expire(kept, ["names", "sites"])
    follow_main_site(kept)
    index(kept)
    db.session.execute(NameGram.__table__.delete().where(NameGram.enterprise_id == gone.id))  # type: ignore[attr-defined]
    db.session.execute(GradeSpan.__table__.delete().where(GradeSpan.enterprise_id == gone.id))  # type: ignore[attr-defined]
    gone.status_reason, gone.status_since = f"并入 {kept.name}", clock.today()
    take(ENTERPRISE, "merge", gone, by=by, note=kept.name)
    gone.merged_into_id, gone.updated_at, kept.updated_at = kept.id, clock.now(), clock.now()
    for earlier in db.session.scalars(select(Enterprise).where(Enterprise.merged_into_id == gone.id)).unique():
        earlier.merged_into_id = kept.id
    db.session.flush()
    for told in ON_MERGED:
        told(kept)
    record(kept, "registry:enterprise:merge", f"{gone.name} 并入 {kept.name}", by=by, facts={"moved": moved})
    return moved


def _is_frozen(name: str) -> bool:
    frozen = frozen_tables().get(name)
    return frozen is not None and (not frozen.columns or "enterprise_id" in frozen.columns)


def _move(name: str, kept: Enterprise, gone: Enterprise) -> int:
    table = Base.metadata.tables[name]
    if name == "list_membership":
        standing = set(
            db.session.execute(
                select(ListMembership.kind, ListMembership.year).where(ListMembership.enterprise_id == kept.id)
            ).all()
        )
        rows = db.session.scalars(select(ListMembership).where(ListMembership.enterprise_id == gone.id)).unique()
        movable = [row.id for row in rows if (row.kind, row.year) not in standing]
        statement = update(table).where(table.c.id.in_(movable)).values(enterprise_id=kept.id)
    else:
        statement = update(table).where(table.c.enterprise_id == gone.id).values(enterprise_id=kept.id)
    try:
        with db.session.begin_nested():
            return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
    except IntegrityError as error:
        raise NotAllowed([said("「%(name)s」中两家都有同一项，先在其中一家处理后再合并。", name=name)]) from error
