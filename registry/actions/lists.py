"""重点单位名录 and the other lists, year by year: added on a criterion, removed with a reason."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from registry.models import Enterprise, ListKind, ListMembership
from registry.queries import sees

ON_LISTED: list[Callable[[int, ListKind, User], None]] = []
"""What other rooms do, in the same transaction, when a firm came on a list or off it: the firm's number, which list."""


def add_to_list(
    enterprise: Enterprise, kind: ListKind, year: int, criterion: str, basis: str, on: date, *, by: User
) -> ListMembership:
    """Put an enterprise on a list for a year; whoever was removed from it comes back as the same entry."""
    if on > clock.today():
        raise NotAllowed([Missing(said("日期不能晚于今天。"), "added_on")])
    known = db.session.scalars(
        select(ListMembership).where(
            ListMembership.enterprise_id == enterprise.id, ListMembership.kind == kind, ListMembership.year == year
        )
    ).one_or_none()
    if known is not None and known.removed_on is None:
        raise NotAllowed([Missing(said("%(year)s 年已在%(kind)s名录。", year=year, kind=kind), "kind")])
    entry = known or ListMembership(enterprise_id=enterprise.id, kind=kind, year=year)
    entry.criterion, entry.basis, entry.added_on = criterion, basis, on
    entry.removed_on, entry.removed_reason = None, ""
    db.session.add(entry)
    record(entry, "registry:list:add", f"{year} 年列入{kind.label}：{enterprise.name}", by=by)
    _tell(enterprise.id, kind, by)
    return entry


def remove_from_list(entry: ListMembership, reason: str, on: date, *, by: User) -> None:
    """Take an enterprise off a list with a reason; the entry stays to be read."""
    if entry.removed_on is not None:
        raise NotAllowed([said("已于 %(removed_on)s 移出。", removed_on=entry.removed_on)])
    if on < entry.added_on or on > clock.today():
        raise NotAllowed([Missing(said("移出日期应在列入之后、不晚于今天。"), "removed_on")])
    entry.removed_on, entry.removed_reason = on, reason
    record(entry, "registry:list:remove", f"{entry.year} 年移出{entry.kind.label}：{reason}", by=by)
    _tell(entry.enterprise_id, entry.kind, by)


def _tell(enterprise_id: int, kind: ListKind, by: User) -> None:
    for told in ON_LISTED:
        told(enterprise_id, kind, by)


def copy_lists(year: int, *, by: User) -> int:
    """Begin a year's lists from the year before: whoever still stood there at its end. How many were added."""
    before = db.session.scalars(
        select(ListMembership)
        .join(Enterprise, Enterprise.id == ListMembership.enterprise_id)
        .where(
            sees(by),
            ListMembership.year == year - 1,
            ListMembership.removed_on.is_(None),
            Enterprise.status != "closed",
        )
    ).unique()
    known = set(
        db.session.execute(
            select(ListMembership.enterprise_id, ListMembership.kind).where(ListMembership.year == year)
        ).all()
    )
    added: list[tuple[int, ListKind]] = []
    for entry in before:
        if (entry.enterprise_id, entry.kind) not in known:
            db.session.add(
                ListMembership(
                    enterprise_id=entry.enterprise_id,
                    kind=entry.kind,
                    year=year,
                    criterion=entry.criterion,
                    basis=entry.basis,
                    added_on=clock.today(),
                )
            )
            added.append((entry.enterprise_id, entry.kind))
    if added:
        record(None, "registry:list:copy", f"从 {year - 1} 年名录带入 {year} 年 {len(added)} 条", by=by)
    for enterprise_id, kind in added:
        _tell(enterprise_id, kind, by)
    return len(added)
