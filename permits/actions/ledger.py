"""A permit as the bureau's enterprise ledger knows it: number and term, without its content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.actions.duties import refresh_duties, show_on_enterprise
from permits.actions.permits import copy_content, touch
from permits.actions.watch import release_if_held
from permits.models import Permit, PermitState, PermitVersion, VersionGround, VersionState
from permits.rules.validity import ONE_DAY
from registry.models import Category, Site


@dataclass(frozen=True)
class Taken:
    """What came of a row: the permit, and whether it was created, updated or left as it was."""

    permit: Permit
    outcome: str


@dataclass(frozen=True)
class Term:
    """An issued version: since when it is in force, and the term of the permit as it states it."""

    in_force_from: date
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Held:
    """A permit on record, as far as a ledger can touch it."""

    site_id: int
    state: PermitState
    terms: tuple[Term, ...]
    has_draft: bool


def outcome_of(held: Held | None, site_ids: Collection[int], valid_from: date, valid_to: date) -> str:
    """What taking over a term would bring: ``created``, ``updated`` or ``unchanged``; pure.

    Raises ``NotAllowed`` when the number belongs to another site, when the permit has ended or is being written, or
    when the term lies before the one on record.
    """
    if valid_to < valid_from:
        raise NotAllowed([Missing(said("有效期止早于有效期起。"), "valid_to")])
    if held is None:
        return "created"
    if held.site_id not in site_ids:
        raise NotAllowed([Missing(said("许可证编号已登记在另一家企业或另一个场所。"), "permit_no")])
    if any((each.valid_from, each.valid_to) == (valid_from, valid_to) for each in held.terms):
        return "unchanged"
    if held.state not in queries.permits.LIVE:
        raise NotAllowed([Missing(said("许可证%(state)s，不再更新。", state=held.state), "permit_no")])
    last = held.terms[-1]
    if valid_to <= last.valid_to or valid_from <= last.in_force_from:
        told = said(
            "登记在册的有效期是 %(first)s 至 %(last)s，不能改早。",
            first=last.valid_from.isoformat(),
            last=last.valid_to.isoformat(),
        )
        raise NotAllowed([Missing(told, "valid_to")])
    if held.has_draft:
        raise NotAllowed([Missing(said("许可证有版本正在起草，请先办完。"), "permit_no")])
    return "updated"


def take_from_ledger(
    site: Site, permit_no: str, valid_from: date, valid_to: date, *, category: Category, by: User
) -> Taken:
    """Take over number and term of a permit from a ledger. The same row again changes nothing.

    Another term under a known number is a version of its own. Raises ``NotAllowed`` as ``outcome_of`` does.
    """
    known = queries.permits.permit_numbered(permit_no)
    outcome = outcome_of(_held(known) if known else None, {site.id}, valid_from, valid_to)
    if known is None:
        return _created(site, permit_no, (valid_from, valid_to), category, by)
    if outcome == "unchanged":
        return Taken(known, outcome)
    issued = queries.permits.issued(known)
    issued[-1].in_force_to = max(valid_from - ONE_DAY, issued[-1].in_force_from)
    made = _version(max(each.number for each in known.versions) + 1, valid_from, valid_to)
    known.versions.append(made)
    db.session.flush()
    copy_content(issued[-1], made)
    known.valid_from, known.valid_to = valid_from, valid_to
    touch(known)
    record(known, Action.PERMIT_ISSUE, f"台账导入：有效期改为 {valid_from} 至 {valid_to}", by=by)
    _follow(known, by)
    return Taken(known, "updated")


def _held(known: Permit) -> Held:
    terms = (Term(each.in_force_from, each.valid_from, each.valid_to) for each in queries.permits.issued(known))
    return Held(known.site_id, known.state, tuple(terms), queries.permits.draft_of(known) is not None)


def _created(site: Site, permit_no: str, term: tuple[date, date], category: Category, by: User) -> Taken:
    valid_from, valid_to = term
    authority = site.office
    while authority.parent is not None:
        authority = authority.parent
    permit = Permit(
        enterprise_id=site.enterprise_id,
        site_id=site.id,
        permit_no=permit_no,
        category=category,
        authority_id=authority.id,
        state=PermitState.IN_FORCE,
        issued_on=valid_from,
        valid_from=valid_from,
        valid_to=valid_to,
        source="台账导入",
        updated_at=clock.now(),
    )
    permit.enterprise, permit.site, permit.authority = site.enterprise, site, authority
    permit.versions.append(_version(1, valid_from, valid_to))
    db.session.add(permit)
    record(permit, Action.PERMIT_ISSUE, f"台账导入许可证 {permit_no}", by=by)
    _follow(permit, by)
    return Taken(permit, "created")


def _version(number: int, valid_from: date, valid_to: date) -> PermitVersion:
    """A version that is in force from the start: the act is the import itself, so no step is taken one by one."""
    return PermitVersion(
        number=number,
        ground=VersionGround.IMPORTED,
        in_force_from=valid_from,
        valid_from=valid_from,
        valid_to=valid_to,
        remark="台账导入",
        outlets=[],
        conditions=[],
        report_requirements=[],
        state=VersionState.ISSUED,
        issued_at=clock.now(),
    )


def _follow(permit: Permit, by: User) -> None:
    refresh_duties(permit, "台账导入", by=by)
    show_on_enterprise(permit.enterprise, by=by)
    release_if_held(permit.site)
