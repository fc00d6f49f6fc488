"""An application on the applicant's side: begun, filled in, disclosed, signed, withdrawn; or keyed in from paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm.attributes import flag_modified
from werkzeug.datastructures import FileStorage

from accounts.actions import step_up
from accounts.audit import record, take
from accounts.models import Office, User
from accounts.roles import Action, Role
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from law import queries as law
from permits import queries
from permits.actions.contents import LimitInput, MonitoringInput, OutletInput, set_limits, set_monitoring, set_outlets
from permits.actions.permits import (
    PermitInput,
    VersionInput,
    authorities,
    discard_version,
    draft_permit,
    draft_version,
)
from permits.models import (
    Application,
    ApplicationFacility,
    ApplicationKind,
    ApplicationState,
    ApplicationSubmission,
    FacilityKind,
    Permit,
    Section,
)
from permits.rules import applications as rules
from permits.workflow import APPLICATION
from registry import evidence, notifications, obligations
from registry.models import Attachment, Category, Mandate, Site

K, S = ApplicationKind, ApplicationState


@dataclass(frozen=True)
class UnitInput:
    """The basic facts of the unit as the application states them."""

    unit_name: str
    legal_representative: str
    address: str
    site_address: str
    contact_name: str
    contact_phone: str
    category: Category | None = None
    changed_on: date | None = None
    new_project: bool = False


@dataclass(frozen=True)
class FacilityInput:
    """One facility."""

    code: str
    name: str
    kind: FacilityKind
    process: str = ""
    capacity: str = ""


def begin_application(kind: ApplicationKind, subject: Site | Permit, *, by: User, keyed: bool = False) -> Application:
    """Begin a procedure: a first permit for a site, everything else about a permit in force.

    Its content is a draft version that begins with what the present one says. ``keyed`` is the clerk's, from paper.
    """
    permit = subject if isinstance(subject, Permit) else None
    site = subject.site if isinstance(subject, Permit) else subject
    if not keyed:
        notifications.refuse_strangers(site.enterprise, Mandate.PREPARER, by)
    if (kind is K.FIRST) != (permit is None):
        raise NotAllowed([Missing(said("首次申请针对场所，其他申请针对已有的许可证。"), "kind")])
    category = permit.category if permit else site.category
    made = Application(
        enterprise_id=site.enterprise_id,
        site_id=site.id,
        permit_id=permit.id if permit else None,
        kind=kind,
        category=category if category in (Category.KEY, Category.SIMPLIFIED) else Category.SIMPLIFIED,
        authority_id=(permit.authority_id if permit else authority_of(site).id),
        state=S.DRAFT,
        unit_name=site.enterprise.name,
        legal_representative=site.enterprise.legal_representative,
        address=site.enterprise.address,
        site_address=site.address or site.enterprise.address,
        contact_name=site.enterprise.contact_name,
        contact_phone=site.enterprise.contact_phone,
        prepared_by_id=None if keyed else by.id,
        keyed_by_id=by.id if keyed else None,
        begun_at=clock.now(),
        saved_at=clock.now(),
        facilities=[],
        comments=[],
        pauses=[],
        submissions=[],
        site_checks=[],
    )
    made.enterprise, made.site = site.enterprise, site
    _refuse_twins(kind, site, permit)
    _give_content(made, site, permit, by)
    db.session.add(made)
    db.session.flush()
    record(made, Action.APPLICATION_PREPARE, f"开始申请：许可{kind.label}", by=by)
    return made


def authority_of(site: Site) -> Office:
    """Who decides: the office above the one that supervises the site, else itself (市级以上)."""
    office = site.office
    while office.parent is not None:
        office = office.parent
    return office if office in authorities() else authorities()[0]


def _refuse_twins(kind: ApplicationKind, site: Site, permit: Permit | None) -> None:
    if kind is K.FIRST:
        held = [each for each in queries.applications.live_permits_at(site.id) if each.category in _PERMITS]
        if held:
            raise NotAllowed(
                [
                    Missing(
                        said("这个场所已有许可证 %(no)s，请办理变更、延续或者重新申请。", no=held[0].permit_no),
                        "subject",
                    )
                ]
            )
        if queries.applications.open_first_at(site.id) is not None:
            raise NotAllowed([Missing(said("这个场所已有一件首次申请在办理。"), "subject")])
        return
    if permit is None:
        return
    if permit.state not in queries.permits.LIVE:
        raise NotAllowed(
            [Missing(said("许可证%(state)s，不能再申请%(kind)s。", state=permit.state, kind=kind), "subject")]
        )
    if permit.category not in _PERMITS:
        raise NotAllowed([Missing(said("排污登记不需要申请，请在排污登记页办理。"), "subject")])
    for each in queries.applications.open_on(permit):
        if each.kind is kind or (kind in rules.CONTENT and each.kind in rules.CONTENT):
            raise NotAllowed(
                [Missing(said("这张许可证已有一件%(kind)s在办理，办完或者撤回后再申请。", kind=each.kind), "subject")]
            )


_PERMITS = (Category.KEY, Category.SIMPLIFIED)


def _give_content(application: Application, site: Site, permit: Permit | None, by: User) -> None:
    if application.kind not in rules.CONTENT:
        application.permit = permit
        return
    today = clock.today()
    ground = rules.GROUNDS[application.kind]
    if permit is None:
        term = law.deadline(rules.VALIDITY, today).due
        face = PermitInput(
            _next_number(site), application.category, db.session.get_one(Office, application.authority_id), today
        )
        permit = draft_permit(site, face, VersionInput(ground, today, today, term), by=by)
        application.permit, application.permit_version = permit, permit.versions[0]
    else:
        facts = VersionInput(ground, today, permit.valid_from, permit.valid_to)
        application.permit, application.permit_version = permit, draft_version(permit, facts, by=by)


def _next_number(site: Site) -> str:
    """The next permit number of a unit (HJ 608-2017: credit code, serial of the site, letter)."""
    code = site.enterprise.credit_code
    serial = 1
    while queries.permits.permit_numbered(f"{code}{serial:03d}P") is not None:
        serial += 1
    return f"{code}{serial:03d}P"


def refuse_others(application: Application, by: User) -> None:
    """Refuse to write in an application that is not in one's hands now: the firm's, or the clerk's own from paper."""
    if application.state not in rules.WITH_FIRM:
        raise NotAllowed([said("申请现在是「%(state)s」，不能修改。", state=application.state)])
    if application.keyed_by_id is None:
        notifications.refuse_strangers(application.enterprise, Mandate.PREPARER, by)
    elif not by.may(Action.APPLICATION_ACCEPT):
        raise NotAllowed([said("代录的申请由许可管理员填写。")])


def _saved(application: Application, section: Section, by: User) -> None:
    application.saved_at = clock.now()
    flag_modified(application, "saved_at")
    if application.keyed_by_id is None:
        application.prepared_by_id = by.id
    record(application, Action.APPLICATION_PREPARE, f"保存申请的{section.label}", by=by)


def save_unit(application: Application, facts: UnitInput, *, by: User) -> None:
    """Keep the basic facts; a first application states its category too."""
    refuse_others(application, by)
    for name in ("unit_name", "legal_representative", "address", "site_address", "contact_name", "contact_phone"):
        setattr(application, name, getattr(facts, name).strip())
    application.changed_on, application.new_project = facts.changed_on, facts.new_project
    if application.kind is K.FIRST and facts.category in _PERMITS and application.permit is not None:
        application.category = application.permit.category = facts.category
    _saved(application, Section.UNIT, by)


def save_grounds(application: Application, reason: str, ends_on: date | None, *, by: User) -> None:
    """Keep why it is applied for, and since when a cancelled unit discharges nothing."""
    refuse_others(application, by)
    application.reason, application.ends_on = reason.strip(), ends_on
    _saved(application, Section.GROUNDS, by)


def save_facilities(application: Application, rows: Sequence[FacilityInput], *, by: User) -> None:
    """Let an application state exactly these facilities."""
    refuse_others(application, by)
    codes = [each.code for each in rows]
    twin = next((code for at, code in enumerate(codes) if code in codes[:at]), None)
    if twin is not None:
        raise NotAllowed([Missing(said("设施编号 %(code)s 写了两次。", code=twin), "rows")])
    application.facilities.clear()
    db.session.flush()
    for each in rows:
        application.facilities.append(
            ApplicationFacility(
                code=each.code, name=each.name, kind=each.kind, process=each.process, capacity=each.capacity
            )
        )
    _saved(application, Section.FACILITIES, by)


def save_outlets(application: Application, rows: Sequence[OutletInput], *, by: User) -> None:
    """Keep the outlets asked for; one that is left out takes its limits and its monitoring with it."""
    refuse_others(application, by)
    if application.permit_version is not None:
        set_outlets(application.permit_version, rows, by=by)
    _saved(application, Section.OUTLETS, by)


def save_limits(application: Application, rows: Sequence[LimitInput], calculation: str, *, by: User) -> None:
    """Keep the limits asked for, with the calculation of the quantities (办法18)."""
    refuse_others(application, by)
    if application.permit_version is not None:
        set_limits(application.permit_version, rows, by=by)
    application.calculation = calculation.strip()
    _saved(application, Section.LIMITS, by)


def save_monitoring(application: Application, rows: Sequence[MonitoringInput], plan: str, *, by: User) -> None:
    """Keep the plan of self-monitoring (办法19)."""
    refuse_others(application, by)
    if application.permit_version is not None:
        set_monitoring(application.permit_version, rows, by=by)
    application.monitoring_plan = plan.strip()
    _saved(application, Section.MONITORING, by)


def commit_to(application: Application, committed: bool, *, by: User) -> None:
    """Say yes, or not yet, to the commitment (办法17); the signer repeats it with the password."""
    refuse_others(application, by)
    application.committed = committed
    _saved(application, Section.COMMITMENT, by)


def disclose(application: Application, *, by: User) -> None:
    """Begin to tell the public, today, what is asked for (办法16); telling it anew begins the days anew."""
    refuse_others(application, by)
    if not rules.needs_notice(application.kind, application.category):
        raise NotAllowed([said("这件申请不需要事先公开。")])
    version = application.permit_version
    if version is None or not any(outlet.limits for outlet in version.outlets):
        raise NotAllowed([said("请先填写排放口和申请的限值，再公开。")])
    application.notice_from = clock.today()
    application.notice_sha256 = queries.applications.disclosed_sha256(application)
    _saved(application, Section.NOTICE, by)


def attach_file(
    application: Application, file: FileStorage | bytes, caption: str, *, by: User, name: str = ""
) -> Attachment:
    """Attach a document to an application; what was attached stays."""
    refuse_others(application, by)
    kept = evidence.attach(
        file, enterprise_id=application.enterprise_id, subject=application, by=by, name=name, caption=caption
    )
    _saved(application, Section.ATTACHMENTS, by)
    return kept


def apply_anew_instead(application: Application, *, by: User) -> None:
    """Go on with a change or a renewal as the new application that it really is (条例15); nothing typed is lost."""
    refuse_others(application, by)
    if application.kind not in (K.CHANGE, K.RENEWAL) or application.permit_version is None:
        raise NotAllowed([said("只有变更和延续可以转为重新申请。")])
    told = "；".join(each.text for each in queries.applications.triggers(application))
    application.kind = K.REAPPLICATION
    application.permit_version.ground = rules.GROUNDS[K.REAPPLICATION]
    application.reason = application.reason or told
    _saved(application, Section.GROUNDS, by)


def send_application(application: Application, *, by: User) -> None:
    """Send a complete application to the signers."""
    refuse_others(application, by)
    take(APPLICATION, "send", application, by=by)
    notifications.notify(
        notifications.people_of(application.enterprise_id, Mandate.SIGNER),
        key=f"application-sign-{application.id}-{application.version}",
        title=f"待签发：{_title(application)}",
        body=f"{by.name}已填好并送您签发。",
        url=f"/my/applications/{application.id}/sign",
        tone="warn",
    )


def _title(application: Application) -> str:
    return f"排污许可{application.kind.label}"


def recall_application(application: Application, *, by: User) -> None:
    """Take an application back from its signer."""
    notifications.refuse_strangers(application.enterprise, Mandate.PREPARER, by)
    take(APPLICATION, "recall", application, by=by)


def give_back_application(application: Application, reason: str, *, by: User) -> None:
    """Give an application back to its preparer instead of signing it."""
    notifications.refuse_strangers(application.enterprise, Mandate.SIGNER, by)
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明要修改什么。"), "reason")])
    take(APPLICATION, "give_back", application, by=by, note=reason.strip())
    notifications.notify(
        notifications.people_of(application.enterprise_id, Mandate.PREPARER),
        key=f"application-back-{application.id}-{application.version}",
        title=f"签发人退回：{_title(application)}",
        body=reason.strip(),
        url=f"/my/applications/{application.id}",
        tone="warn",
    )


def sign_application(
    application: Application, password: str, one_time_code: str = "", *, declared: bool, by: User
) -> ApplicationSubmission:
    """Sign and hand in: the password again, the commitment said yes to, the copy frozen with its hash.

    Raises ``NotAllowed`` for a wrong password (counted as a failed sign-in), without the commitment, for anybody who
    filled it in, and when something in it is still lacking.
    """
    notifications.refuse_strangers(application.enterprise, Mandate.SIGNER, by)
    if application.prepared_by_id == by.id:
        raise NotAllowed([said("填报人不能签发自己填报的申请。")])
    APPLICATION.refuse_if_missing("sign", application)
    if not declared:
        raise NotAllowed([Missing(said("请确认声明后再签发。"), "declared")])
    step_up(by, password, one_time_code, now=clock.now())
    application.signed_by_id = by.id
    return _hand_in(application, "sign", clock.today(), by)


def key_in_application(application: Application, received_on: date, *, by: User) -> ApplicationSubmission:
    """Hand in for a firm what it brought on paper, with the day on which it was received."""
    if application.keyed_by_id is None:
        raise NotAllowed([said("这件申请由企业自己签发提交。")])
    if received_on > clock.today():
        raise NotAllowed(
            [Missing(said("日期不能晚于今天（%(today)s）。", today=clock.today().isoformat()), "received_on")]
        )
    earliest = application.supplement_asked_on or application.received_on
    if earliest is not None and received_on < earliest:
        raise NotAllowed([Missing(said("日期不能早于告知补正之日。"), "received_on")])
    APPLICATION.refuse_if_missing("key_in", application)
    return _hand_in(application, "key_in", received_on, by)


def _hand_in(application: Application, verb: str, on: date, by: User) -> ApplicationSubmission:
    submission = _frozen(application, by)
    application.submission_number = submission.number
    if application.received_on is None:
        application.received_on = on
    else:
        application.supplemented_on = on
    take(APPLICATION, verb, application, by=by, note=f"第 {submission.number} 次提交，sha256 {submission.sha256}")
    reckon(application)
    _fulfil_renewal(application, by)
    again = "补正后" if submission.number > 1 else ""
    notifications.notify(
        notifications.officers_of(application.authority_id, Role.PERMIT_CLERK),
        key=f"application-in-{application.id}-{submission.number}",
        title=f"{application.enterprise.name}{again}提交{_title(application)}",
        body=application.due_arithmetic,
        url=f"/applications/{application.id}",
        tone="info",
    )
    notifications.notify(
        notifications.people_of(application.enterprise_id),
        key=f"application-sent-{application.id}-{submission.number}",
        title=f"已提交：{_title(application)}",
        body=f"留存副本 sha256 {submission.sha256}。如非本人签发，请立即联系发证机关。",
        url=f"/my/applications/{application.id}",
        tone="ok",
    )
    return submission


def _frozen(application: Application, by: User) -> ApplicationSubmission:
    at = clock.now()
    attached = [[each.name, each.caption, each.sha256] for each in queries.applications.files(application)]
    content = rules.canonical(
        {
            **queries.applications.content(application),
            "attachments": attached,
            "number": application.submission_number + 1,
            "signed_by": f"{by.name}（{by.username}）",
            "signed_at": at.isoformat(),
            "declaration": rules.COMMITMENT,
        }
    )
    submission = ApplicationSubmission(
        number=application.submission_number + 1,
        content=content,
        sha256=rules.sha256_of(content),
        signed_by_id=by.id,
        signed_at=at,
        declaration=rules.COMMITMENT,
    )
    application.submissions.append(submission)
    return submission


def reckon(application: Application) -> None:
    """Write down by when the office owes its next step, for lists; while the clock stands still there is no day."""
    today = clock.today()
    due = queries.applications.intake_of(application) if application.state is S.SUBMITTED else None
    if application.state in (S.ACCEPTED, S.REVIEWED) and not queries.applications.pause_running(application):
        due = queries.applications.decision_deadline(application, today)
    application.due_on = due.due if due else None
    application.due_arithmetic = due.arithmetic if due else ""
    application.due_provisional = due.provisional if due else False


def _fulfil_renewal(application: Application, by: User) -> None:
    """A renewal or a new application handed in answers the duty to apply, on the day it was received."""
    if application.kind not in (K.RENEWAL, K.REAPPLICATION) or application.permit is None:
        return
    owed = queries.permits.renewal_due(application.permit)
    if owed is not None and owed.fulfilled_on is None and application.received_on is not None:
        obligations.fulfil(owed, application.received_on, by)


def release_content(application: Application, reason: str, *, by: User) -> None:
    """Let go of the draft that a procedure held which came to nothing: its copies of record stay, the permit is free."""
    version = application.permit_version
    if version is not None:
        application.permit_version = None
        if application.kind is K.FIRST:
            application.permit = None
        db.session.flush()
        discard_version(version, by=by)
    if application.kind in (K.RENEWAL, K.REAPPLICATION) and application.permit is not None:
        owed = queries.permits.renewal_due(application.permit)
        if owed is not None and owed.fulfilled_on is not None and owed.fulfilled_on == application.received_on:
            obligations.reopen(owed, reason, by)


def withdraw_application(application: Application, reason: str, *, by: User) -> None:
    """Withdraw what was handed in; the firm's signer does, or the clerk on a letter when it came on paper."""
    verb = "withdraw"
    if application.keyed_by_id is not None:
        verb = "note_withdrawal"
    else:
        notifications.refuse_strangers(application.enterprise, Mandate.SIGNER, by)
    _withdraw(application, verb, reason, by)


def discard_application(application: Application, *, by: User) -> None:
    """Throw away a draft that was never handed in; that there was one stays on record."""
    refuse_others(application, by)
    if application.received_on is not None:
        raise NotAllowed([said("已经提交过的申请不能删除，可以撤回。")])
    _withdraw(application, "note_withdrawal" if application.keyed_by_id else "discard", "提交前删除草稿", by)


def _withdraw(application: Application, verb: str, reason: str, by: User) -> None:
    application.end_reason = reason.strip()
    application.due_on, application.due_arithmetic, application.due_provisional = None, "", False
    take(APPLICATION, verb, application, by=by, note=reason.strip())
    release_content(application, "申请已撤回", by=by)
