"""Reads of applications: whose, how they stand today, what they ask for in full, what the law's clock says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, Select, or_, select
from sqlalchemy.orm import selectinload

from accounts.models import User
from accounts.roles import ENTERPRISE
from core import clock
from core.db import db
from core.filters import shown_number
from core.pages import not_found
from law import queries as law
from law.deadlines import Deadline, Suspension
from permits.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    ApplicationSubmission,
    CommentPurpose,
    EndGround,
    Permit,
    PermitVersion,
    SiteCheck,
)
from permits.queries import permits
from permits.rules import applications as rules
from permits.rules import bans, reapplying
from permits.rules.bans import Ban
from permits.rules.validity import Gap
from registry import timeline
from registry.models import Attachment, Category, Document, Enterprise, Site
from registry.queries import mandated_enterprises, sees, visible_sites, works_for
from registry.timeline import FIRM, Event

S = ApplicationState


def is_open_to(seen_by: User | None) -> ColumnElement[bool]:
    """Whether a person may see an application; what a firm has not handed in yet is its own alone."""
    if seen_by is None or seen_by.is_system or seen_by.roles & ENTERPRISE:
        return sees(seen_by)
    return sees(seen_by) & or_(Application.received_on.is_not(None), Application.keyed_by_id.is_not(None))


def reapply_ban(enterprise_id: int, today: date) -> Ban | None:
    """Until when a firm may not apply for a permit again, for one that was withdrawn or revoked for fraud; or None."""
    ended = select(Permit.permit_no, Permit.ended_on, Permit.state, Permit.end_ground).where(
        Permit.enterprise_id == enterprise_id, Permit.end_ground != EndGround.OTHER, Permit.ended_on.is_not(None)
    )
    found = [
        Ban(number, on, state, ground, law.deadline(bans.BAN, on, event=state.label))
        for number, on, state, ground in db.session.execute(ended)
        if on is not None
    ]
    return bans.standing(found, today)


def visible_applications(seen_by: User | None) -> Select[Application]:
    """The applications of the enterprises a person may see, as far as they are open to that person."""
    wanted = select(Application).join(Enterprise, Enterprise.id == Application.enterprise_id)
    return wanted.where(is_open_to(seen_by))


def application(application_id: int, *, seen_by: User) -> Application:
    """One application, or 404."""
    return permits.one(visible_applications(seen_by).where(Application.id == application_id))


def submission(application_id: int, number: int, *, seen_by: User) -> ApplicationSubmission:
    """A copy of record, or 404."""
    found = application(application_id, seen_by=seen_by)
    return next((each for each in found.submissions if each.number == number), None) or not_found()


def owner_of(version: PermitVersion) -> Application | None:
    """The application that a draft version is the content of."""
    wanted = select(Application).where(Application.permit_version_id == version.id)
    return db.session.scalars(wanted).unique().one_or_none()


def open_on(permit: Permit) -> Sequence[Application]:
    """The procedures that run on a permit."""
    wanted = select(Application).where(Application.permit_id == permit.id, Application.state.in_(rules.OPEN))
    return db.session.scalars(wanted.order_by(Application.id)).unique().all()


def open_first_at(site_id: int) -> Application | None:
    """The first application that runs for a site."""
    wanted = select(Application).where(
        Application.site_id == site_id,
        Application.kind == ApplicationKind.FIRST,
        Application.state.in_(rules.OPEN),
    )
    return db.session.scalars(wanted.limit(1)).unique().one_or_none()


def live_permits_at(site_id: int) -> Sequence[Permit]:
    """The permits and registrations in force at a site."""
    wanted = select(Permit).where(Permit.site_id == site_id, Permit.state.in_(permits.LIVE)).order_by(Permit.id)
    return db.session.scalars(wanted).unique().all()


def before(found: Application) -> PermitVersion | None:
    """The version in force that an application would change, whole."""
    if found.permit is None or found.kind is ApplicationKind.FIRST:
        return None
    held = [each for each in permits.issued(found.permit) if each.id != found.permit_version_id]
    earlier = [each for each in held if found.permit_version is None or each.number < found.permit_version.number]
    return permits.whole(earlier[-1]) if earlier else None


def edition(found: Application) -> PermitVersion | None:
    """The version that an application asks for, whole."""
    return permits.whole(found.permit_version) if found.permit_version is not None else None


def asked(version: PermitVersion, site_address: str = "", new_project: bool = False) -> reapplying.Asked:
    """A version as far as it decides over the procedure."""
    mouths = [
        reapplying.Mouth(each.code, each.kind.code, each.destination, each.longitude, each.latitude)
        for each in version.outlets
    ]
    return reapplying.Asked(mouths, permits.content(version).limits, site_address, new_project)


def triggers(found: Application) -> list[reapplying.Trigger]:
    """Why an application for a change or a renewal is really one for a new permit."""
    old, new = before(found), edition(found)
    if old is None or new is None or found.kind not in (ApplicationKind.CHANGE, ApplicationKind.RENEWAL):
        return []
    site = found.site.address or found.enterprise.address
    return reapplying.triggers(asked(old, site), asked(new, found.site_address, found.new_project))


UNIT_FACTS = ("unit_name", "legal_representative", "address")


def changed_facts(found: Application) -> list[tuple[str, str, str]]:
    """The basic facts that an application states otherwise than the register: column, before, after (办法26)."""
    firm = found.enterprise
    known = {"unit_name": firm.name, "legal_representative": firm.legal_representative, "address": firm.address}
    stated = {name: getattr(found, name) for name in UNIT_FACTS}
    return [(name, known[name], stated[name]) for name in UNIT_FACTS if stated[name] and stated[name] != known[name]]


def content(found: Application) -> dict[str, Any]:
    """All that an application says, as plain text: what is shown, disclosed and frozen is made from this alone."""
    version = edition(found)
    outlets = version.outlets if version else []
    return {
        "format": 1,
        "kind": found.kind.label,
        "category": found.category.label,
        "credit_code": found.enterprise.credit_code,
        "permit_no": found.permit.permit_no if found.permit and found.kind is not ApplicationKind.FIRST else "",
        "unit_name": found.unit_name,
        "legal_representative": found.legal_representative,
        "address": found.address,
        "site_address": found.site_address,
        "contact": "，".join(filter(None, (found.contact_name, found.contact_phone))),
        "changed_on": found.changed_on.isoformat() if found.changed_on else "",
        "reason": found.reason,
        "ends_on": found.ends_on.isoformat() if found.ends_on else "",
        "new_project": found.new_project,
        "facilities": [
            [each.code, each.name, each.kind.label, each.process, each.capacity] for each in found.facilities
        ],
        "outlets": [[each.code, each.name, each.kind.label, each.destination] for each in outlets],
        "limits": [
            [
                outlet.code,
                each.pollutant_name,
                each.kind.label,
                (f"{shown_number(each.value_low)}–" if each.value_low is not None else "")
                + f"{shown_number(each.value)} {each.unit}",
                "，".join(filter(None, (each.source.label, each.basis))),
            ]
            for outlet in outlets
            for each in outlet.limits
        ],
        "calculation": found.calculation,
        "monitoring": [
            [outlet.code, each.pollutant_name, each.frequency, each.method]
            for outlet in outlets
            for each in outlet.monitoring
        ],
        "monitoring_plan": found.monitoring_plan,
        "notice_from": found.notice_from.isoformat() if found.notice_from else "",
        "committed": found.committed,
    }


def disclosed_sha256(found: Application) -> str:
    """The hash of what the public would be told of an application now."""
    return rules.sha256_of(rules.canonical(rules.disclosed(content(found))))


def notice_of(found: Application) -> Deadline | None:
    """The disclosure before an application: its last day, and ``earliest``, from when it may be handed in (办法16)."""
    return law.deadline(rules.NOTICE, found.notice_from) if found.notice_from else None


def suspensions(found: Application, today: date) -> list[Suspension]:
    """The days that the clock stopped, a stop that still runs up to today."""
    return [
        Suspension(each.first_day, each.last_day or max(today, each.first_day), each.told_on, each.reason.label)
        for each in found.pauses
    ]


def pause_running(found: Application) -> bool:
    """Whether the clock stands still: a stop without an end that the applicant was told of in writing."""
    return any(each.last_day is None and each.told_on is not None for each in found.pauses)


@dataclass(frozen=True)
class Clock:
    """What the office owes next on an application, by which day; ``deadline`` is None where the law sets none."""

    title: str
    deadline: Deadline | None
    paused: bool = False
    deemed: bool = False


def intake_of(found: Application) -> Deadline | None:
    """By when the office must ask for a supplement, from the day it had everything that was handed in."""
    day = found.supplemented_on or found.received_on
    return law.deadline(rules.INTAKE, day) if day else None


def is_deemed_accepted(found: Application, today: date) -> bool:
    """Whether an application counts as accepted because nobody asked for anything in time (条例9)."""
    intake = intake_of(found)
    return intake is not None and rules.is_deemed_accepted(found.state, intake.due, today)


def accepted_from(found: Application, today: date) -> date | None:
    """The day from which the decision's period runs: of acceptance, or of receipt when deemed accepted (未核对)."""
    if found.accepted_on is not None:
        return found.accepted_on
    return (found.supplemented_on or found.received_on) if is_deemed_accepted(found, today) else None


def decision_deadline(found: Application, today: date) -> Deadline | None:
    """By when it must be decided, with the stops told in writing left out."""
    start = accepted_from(found, today)
    key = rules.decision_key(found.kind, found.category, bool(found.site_checks))
    if start is None or key is None:
        return None
    return law.deadline(key, start, suspensions=suspensions(found, today))


def clock_of(found: Application, today: date) -> Clock | None:
    """What the office owes next; None while the applicant writes and when all is decided."""
    if found.state is S.SUBMITTED and not is_deemed_accepted(found, today):
        return Clock(_("受理、告知补正或者不予受理"), intake_of(found))
    if found.state in (S.SUBMITTED, S.ACCEPTED, S.REVIEWED):
        return Clock(
            _("作出决定"), decision_deadline(found, today), pause_running(found), is_deemed_accepted(found, today)
        )
    return None


def latest_renewal(permit: Permit) -> Deadline:
    """The last day on which the renewal of a permit is applied for in time."""
    return law.deadline(rules.RENEW_BEFORE, permit.valid_to)


def gap_ahead(found: Application, today: date) -> Gap | None:
    """The days without a permit that a late renewal will make if it is decided on the last lawful day."""
    if found.kind is not ApplicationKind.RENEWAL or found.permit is None or found.decided_on is not None:
        return None
    applied = found.received_on or today
    due = decision_deadline(found, today)
    if due is None:
        due = law.deadline("permit.renewal_decision", found.received_on or today)
    latest = latest_renewal(found.permit).due
    return rules.gap_ahead(found.permit.valid_to, latest, applied, max(due.due, today))


@dataclass(frozen=True)
class Invitation:
    """A permit whose renewal should be applied for: how near its end is, by when, and the gap if it is too late."""

    permit: Permit
    mark: int
    latest: Deadline
    late: bool
    gap: Gap | None


def invitations(seen_by: User, today: date) -> list[Invitation]:
    """The permits near their end for which no renewal runs, the nearest first."""
    running = select(Application.permit_id).where(
        Application.permit_id.is_not(None),
        Application.kind.in_((ApplicationKind.RENEWAL, ApplicationKind.REAPPLICATION)),
        Application.state.in_(rules.OPEN),
    )
    wanted = permits.visible_permits(seen_by).where(
        works_for(seen_by),
        Permit.state.in_(permits.LIVE),
        Permit.category.in_((Category.KEY, Category.SIMPLIFIED)),
        Permit.valid_to >= today,
        Permit.id.not_in(running),
    )
    found = []
    for permit in db.session.scalars(wanted.order_by(Permit.valid_to, Permit.id)).unique():
        mark = rules.invitation(permit.valid_to, today)
        if mark is None:
            break  # the rest ends later still
        found.append(_invitation(permit, mark, today))
    return found


def _invitation(permit: Permit, mark: int, today: date) -> Invitation:
    latest = latest_renewal(permit)
    decided = law.deadline("permit.renewal_decision", today).due
    gap = rules.gap_ahead(permit.valid_to, latest.due, today, decided)
    return Invitation(permit, mark, latest, latest.due < today, gap)


def may_apply_for(seen_by: User, firm_id: int | None = None) -> tuple[Sequence[Permit], Sequence[Site]]:
    """What the firm one works for, or the one named, may apply about: permits in force, and sites that have none."""
    mine = permits.visible_permits(seen_by).where(
        works_for(seen_by, firm_id),
        Permit.state.in_(permits.LIVE),
        Permit.category.in_((Category.KEY, Category.SIMPLIFIED)),
    )
    held = db.session.scalars(mine.order_by(Permit.valid_to, Permit.id)).unique().all()
    taken = {each.site_id for each in held}
    wanted = visible_sites(seen_by).where(works_for(seen_by, firm_id), Site.closed_on.is_(None))
    sites = db.session.scalars(wanted.order_by(Site.id)).unique()
    return held, [each for each in sites if each.id not in taken]


def open_comments(found: Application) -> list[Any]:
    """What was asked for with the last demand for a supplement, while it is open."""
    if found.supplement_asked_on is None or found.supplemented_on is not None:
        return []
    return [each for each in found.comments if each.purpose is CommentPurpose.SUPPLEMENT]


def files(found: Application) -> Sequence[Attachment]:
    """What is attached to an application."""
    wanted = select(Attachment).where(Attachment.subject_kind == "application", Attachment.subject_id == found.id)
    return db.session.scalars(wanted.order_by(Attachment.id)).unique().all()


def documents_of(found: Application) -> Sequence[Document]:
    """Everything that was issued on an application."""
    wanted = select(Document).where(Document.subject_kind == "application", Document.subject_id == found.id)
    return db.session.scalars(wanted.order_by(Document.id)).unique().all()


def of_enterprise(enterprise_id: int, seen_by: User) -> Sequence[Application]:
    """An enterprise's applications, newest first."""
    wanted = visible_applications(seen_by).where(Application.enterprise_id == enterprise_id)
    return db.session.scalars(wanted.order_by(Application.id.desc()).limit(50)).unique().all()


def mine(seen_by: User | None) -> Select[Application]:
    """The applications of the firm a person works for, without drafts thrown away; nothing for anybody else."""
    if seen_by is None or (not seen_by.is_system and not seen_by.roles & ENTERPRISE):
        return visible_applications(seen_by).where(Application.id.is_(None))
    thrown_away = (Application.state == ApplicationState.WITHDRAWN) & Application.received_on.is_(None)
    return visible_applications(seen_by).where(works_for(seen_by), ~thrown_away)


def is_disclosed(today: date) -> ColumnElement[bool]:
    """Whether the public is told of an application: from its notice until it is decided."""
    return (Application.notice_from <= today) & Application.state.in_(rules.OPEN)


def disclosed(_seen_by: User | None = None) -> Select[Application]:
    """The applications that the public may read of before they are handed in and while they are examined."""
    wanted = select(Application).join(Enterprise, Enterprise.id == Application.enterprise_id)
    return wanted.where(is_disclosed(clock.today()))


def disclosed_application(application_id: int) -> Application:
    """One application that is disclosed, or 404."""
    return permits.one(disclosed().where(Application.id == application_id))


def open_site_checks(seen_by: User) -> Sequence[SiteCheck]:
    """The site checks that nobody has made yet, of the enterprises a person may see."""
    wanted = (
        select(SiteCheck)
        .join(Enterprise, Enterprise.id == SiteCheck.enterprise_id)
        .join(Application, Application.id == SiteCheck.application_id)
        .where(sees(seen_by), SiteCheck.done_on.is_(None), Application.state == S.ACCEPTED)
        .options(selectinload(SiteCheck.application))
    )
    return db.session.scalars(wanted.order_by(SiteCheck.asked_at).limit(200)).unique().all()


def site_checks_at(site_id: int) -> Sequence[SiteCheck]:
    """The open site checks of a site, whoever asks: for the act that answers them."""
    wanted = select(SiteCheck).where(SiteCheck.site_id == site_id, SiteCheck.done_on.is_(None))
    return db.session.scalars(wanted.order_by(SiteCheck.id)).unique().all()


def mandated(seen_by: User, *states: ApplicationState) -> Sequence[Application]:
    """A firm's own applications in these states."""
    wanted = select(Application).where(
        Application.enterprise_id.in_(mandated_enterprises(seen_by)), Application.state.in_(states)
    )
    return db.session.scalars(wanted.order_by(Application.id)).unique().all()


@timeline.source
def _applications(connection: Connection, enterprise_id: int) -> list[Event]:
    events = []
    for each in connection.execute(_TOLD, {"firm": enterprise_id}):
        url = url_for("permits.application", application_id=each.id)
        kind = _(each.kind.label)
        events.append(Event(each.received_on, _("收到许可申请：%(kind)s", kind=kind), url))
        if each.accepted_on:
            events.append(Event(each.accepted_on, _("受理许可申请：%(kind)s", kind=kind), url))
        if each.decided_on:
            good = each.state is S.GRANTED
            title = _("%(state)s：%(kind)s", state=_(each.state.label), kind=kind)
            events.append(Event(each.decided_on, title, url, each.end_reason, "good" if good else "bad"))
    return events


_TOLD = (
    select(
        Application.id,
        Application.kind,
        Application.state,
        Application.received_on,
        Application.accepted_on,
        Application.decided_on,
        Application.end_reason,
    )
    .where(Application.enterprise_id == FIRM, Application.received_on.is_not(None))
    .order_by(Application.id.desc())
    .limit(30)
)
