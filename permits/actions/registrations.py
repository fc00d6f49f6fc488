"""排污登记: begun, filled in, signed; filing gives the number at once, a change and an end follow the same way."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from accounts.actions import step_up
from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from law import queries as law
from permits import notices, queries
from permits.actions.applications import authority_of
from permits.actions.duties import fulfil_change, refresh_duties
from permits.actions.permits import (
    PermitInput,
    VersionInput,
    draft_permit,
    draft_version,
    end_permit,
    issue_version,
)
from permits.models import (
    Permit,
    Registration,
    RegistrationKind,
    RegistrationState,
    VersionGround,
)
from permits.queries.registrations import VALIDITY
from permits.rules.validity import ONE_DAY
from permits.workflow import REGISTRATION
from registry import documents, notifications
from registry.models import Category, Document, DocumentKind, Mandate, Site

K, R = RegistrationKind, RegistrationState

FACTS = (
    "unit_name",
    "legal_representative",
    "site_address",
    "contact_name",
    "contact_phone",
    "products",
    "processes",
    "fuels",
    "discharges",
    "standards",
)
"""The columns of a form that its holder fills in."""


@dataclass(frozen=True)
class RegistrationInput:
    """What a form says."""

    unit_name: str = ""
    legal_representative: str = ""
    site_address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    products: str = ""
    processes: str = ""
    fuels: str = ""
    discharges: str = ""
    standards: str = ""
    changed_on: date | None = None
    reason: str = ""


def begin_registration(kind: RegistrationKind, site: Site, *, by: User, keyed: bool = False) -> Registration:
    """Begin a form; a later one starts with what the last filed one said."""
    if not keyed:
        notifications.refuse_strangers(site.enterprise, Mandate.PREPARER, by)
    held = queries.registrations.registered_at(site.id)
    if kind is K.FIRST:
        live = queries.applications.live_permits_at(site.id)
        if live:
            raise NotAllowed([said("这个场所已有 %(no)s，不需要再登记。", no=live[0].permit_no)])
    elif held is None:
        raise NotAllowed([said("这个场所没有有效的排污登记。")])
    if any(each.site_id == site.id for each in queries.registrations.unfinished([site.enterprise_id])):
        raise NotAllowed([said("这个场所已有一份登记表在填写。")])
    made = Registration(
        enterprise_id=site.enterprise_id,
        site_id=site.id,
        permit_id=held.id if held else None,
        kind=kind,
        state=R.DRAFT,
        unit_name=site.enterprise.name,
        legal_representative=site.enterprise.legal_representative,
        site_address=site.address or site.enterprise.address,
        contact_name=site.enterprise.contact_name,
        contact_phone=site.enterprise.contact_phone,
        prepared_by_id=None if keyed else by.id,
        keyed_by_id=by.id if keyed else None,
        saved_at=clock.now(),
    )
    made.enterprise, made.site, made.permit = site.enterprise, site, held
    last = queries.registrations.last_filed(held) if held else None
    if last is not None:
        for name in FACTS:
            setattr(made, name, getattr(last, name))
    db.session.add(made)
    record(made, Action.APPLICATION_PREPARE, f"开始填写{kind.label}", by=by)
    return made


def refuse_others_form(found: Registration, by: User) -> None:
    """Refuse to write in a form that is not in one's hands now: the firm's, or the clerk's own from paper."""
    if found.state is not R.DRAFT:
        raise NotAllowed([said("登记表现在是「%(state)s」，不能修改。", state=found.state)])
    if found.keyed_by_id is None:
        notifications.refuse_strangers(found.enterprise, Mandate.PREPARER, by)
    elif not by.may(Action.APPLICATION_ACCEPT):
        raise NotAllowed([said("代录的申请由许可管理员填写。")])


def save_registration(found: Registration, facts: RegistrationInput, *, by: User) -> None:
    """Keep what was filled in; a draft is kept whatever is still lacking."""
    refuse_others_form(found, by)
    for name in FACTS:
        setattr(found, name, getattr(facts, name).strip())
    found.changed_on, found.reason, found.saved_at = facts.changed_on, facts.reason.strip(), clock.now()
    flag_modified(found, "saved_at")
    if found.keyed_by_id is None:
        found.prepared_by_id = by.id
    record(found, Action.APPLICATION_PREPARE, "保存登记表", by=by)


def send_registration(found: Registration, *, by: User) -> None:
    """Send a complete form to the signers."""
    refuse_others_form(found, by)
    take(REGISTRATION, "send", found, by=by)
    notifications.notify(
        notifications.people_of(found.enterprise_id, Mandate.SIGNER),
        key=f"registration-sign-{found.id}-{found.version}",
        title=f"待签发：排污{found.kind.label}",
        body=f"{by.name}已填好并送您签发。",
        url=f"/my/registrations/{found.id}/sign",
        tone="warn",
    )


def recall_registration(found: Registration, *, by: User) -> None:
    """Take a form back from its signer."""
    notifications.refuse_strangers(found.enterprise, Mandate.PREPARER, by)
    take(REGISTRATION, "recall", found, by=by)


def discard_registration(found: Registration, *, by: User) -> None:
    """Throw a draft away; that there was one stays on record."""
    refuse_others_form(found, by)
    take(REGISTRATION, "discard", found, by=by)


def sign_registration(
    found: Registration, password: str, one_time_code: str = "", *, declared: bool, by: User
) -> Document:
    """Sign and file: the number is given at once (条例24)."""
    notifications.refuse_strangers(found.enterprise, Mandate.SIGNER, by)
    if found.prepared_by_id == by.id:
        raise NotAllowed([said("填报人不能签发自己填报的申请。")])
    REGISTRATION.refuse_if_missing("sign", found)
    if not declared:
        raise NotAllowed([Missing(said("请确认声明后再签发。"), "declared")])
    step_up(by, password, one_time_code, now=clock.now())
    found.signed_by_id = by.id
    return _file(found, "sign", by)


def key_in_registration(found: Registration, *, by: User) -> Document:
    """File for a firm what it brought on paper."""
    if found.keyed_by_id is None:
        raise NotAllowed([said("这份登记表由企业自己签发。")])
    REGISTRATION.refuse_if_missing("key_in", found)
    return _file(found, "key_in", by)


def _file(found: Registration, verb: str, by: User) -> Document:
    found.filed_on = clock.today()
    system = db.session.scalars(select(User).where(User.is_system)).one()
    permit = _take_effect(found, system)
    found.permit = permit
    take(REGISTRATION, verb, found, by=by, note=permit.permit_no)
    if found.kind is not K.CANCELLATION:
        fulfil_change(permit, found.filed_on, by=system)
        refresh_duties(permit, f"已办理{found.kind.label}", by=system)
    document = documents.issue(
        DocumentKind.REGISTRATION_RECEIPT,
        office=permit.authority,
        enterprise=found.enterprise,
        subject=found,
        title=f"排污{found.kind.label}回执：{found.enterprise.name}",
        compose=notices.registrations.receipt(found, permit),
        on=clock.today(),
        by=by,
    )
    notifications.notify(
        notifications.people_of(found.enterprise_id),
        key=f"registration-filed-{found.id}",
        title=f"已办理排污{found.kind.label}：{permit.permit_no}",
        body=f"回执 {document.number}。",
        url=f"/my/registrations/{found.id}",
        tone="ok",
    )
    return document


def _take_effect(found: Registration, system: User) -> Permit:
    """What a filed form does to the register of permits; the machine acts, as no office decides."""
    today = clock.today()
    if found.kind is K.FIRST:
        return _number(found, today, system)
    permit = found.permit
    if permit is None:
        raise NotAllowed([said("这个场所没有有效的排污登记。")])
    if found.kind is K.CANCELLATION:
        end_permit(permit, "cancel", today, found.reason, by=system)
        return permit
    first = permit.valid_from
    ground = VersionGround.CHANGE
    if found.kind is K.RENEWAL:
        ground = VersionGround.RENEWAL
        first = today if today > permit.valid_to else permit.valid_to + ONE_DAY
    last = permit.valid_to if found.kind is K.CHANGE else law.deadline(VALIDITY, first).due
    before = queries.permits.issued(permit)[-1]
    begins = first if found.kind is K.RENEWAL else max(today, before.in_force_from + ONE_DAY)
    facts = VersionInput(ground, begins, first, last, applied_on=today, decided_on=today)
    issue_version(draft_version(permit, facts, by=system), by=system)
    return permit


def _number(found: Registration, today: date, system: User) -> Permit:
    code, serial = found.enterprise.credit_code, 1
    while queries.permits.permit_numbered(f"{code}{serial:03d}W") is not None:
        serial += 1
    face = PermitInput(f"{code}{serial:03d}W", Category.REGISTRATION, authority_of(found.site), today)
    facts = VersionInput(
        VersionGround.FIRST, today, today, law.deadline(VALIDITY, today).due, applied_on=today, decided_on=today
    )
    permit = draft_permit(found.site, face, facts, by=system)
    issue_version(permit.versions[0], by=system)
    return permit
