"""An application on the office's side: accepted or sent back, examined against the clock, decided by another person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from law import actions as law_acts
from law import queries as law
from permits import notices, queries
from permits.actions.applications import reckon, release_content
from permits.actions.permits import end_permit, issue_version
from permits.models import (
    Application,
    ApplicationComment,
    ApplicationKind,
    ApplicationState,
    CommentPurpose,
    Opinion,
    Permit,
    PermitVersion,
    Section,
    SiteCheck,
)
from permits.rules import applications as rules
from permits.workflow import APPLICATION
from registry import actions as registry
from registry import documents, notifications
from registry.models import Category, Document, DocumentKind

K, S = ApplicationKind, ApplicationState

Heard = Callable[[Application, User], None]

ON_GRANT: list[Heard] = []
"""What else happens, in the same transaction, when an application was granted: certificates, upper rooms."""


@dataclass(frozen=True)
class Remark:
    """What is said of a section, or of the whole (None)."""

    section: Section | None
    text: str


def _say(application: Application, purpose: CommentPurpose, remarks: Sequence[Remark], by: User) -> None:
    for each in remarks:
        application.comments.append(
            ApplicationComment(
                submission_number=application.submission_number,
                purpose=purpose,
                section=each.section,
                text=each.text.strip(),
                by_id=by.id,
                at=clock.now(),
            )
        )
    db.session.flush()


def issue_on(application: Application, kind: DocumentKind, compose: documents.Compose, *, by: User) -> Document:
    """Issue a paper on an application in the name of the authority."""
    return documents.issue(
        kind,
        office=application.authority,
        enterprise=application.enterprise,
        subject=application,
        title=f"{kind.label}：{application.enterprise.name}（{application.kind.label}）",
        compose=compose,
        on=clock.today(),
        by=by,
    )


def tell_applicant(application: Application, what: str, body: str, tone: str) -> None:
    """Let the firm's people know what happened to its application."""
    notifications.notify(
        notifications.people_of(application.enterprise_id),
        key=f"application-{what}-{application.id}-{application.version}",
        title=f"{what}：排污许可{application.kind.label}",
        body=body,
        url=f"/my/applications/{application.id}",
        tone=tone,
    )


def accept_application(application: Application, *, by: User) -> Document:
    """Accept, with the sealed and dated receipt; after its days are past it is accepted as of the day it came (条例9)."""
    APPLICATION.refuse_if_missing("accept", application)
    today = clock.today()
    deemed = queries.applications.is_deemed_accepted(application, today)
    application.accepted_on = queries.applications.accepted_from(application, today) or today
    application.accepted_by_id = by.id
    decision = queries.applications.decision_deadline(application, today)
    document = issue_on(
        application,
        DocumentKind.PERMIT_ACCEPTANCE,
        notices.applications.acceptance(application, decision, deemed=deemed),
        by=by,
    )
    take(APPLICATION, "accept", application, by=by, note=document.number)
    reckon(application)
    tell_applicant(application, "已受理", application.due_arithmetic, "ok")
    return document


def ask_for_supplement(application: Application, remarks: Sequence[Remark], *, by: User) -> Document:
    """Ask once, in time, for everything that is lacking; the sections come back to the applicant (条例9)."""
    APPLICATION.may_leave("supplement", application.state)
    _say(application, CommentPurpose.SUPPLEMENT, remarks, by)
    APPLICATION.refuse_if_missing("supplement", application)
    application.supplement_asked_on = clock.today()
    told = [each for each in application.comments if each.purpose is CommentPurpose.SUPPLEMENT]
    document = issue_on(
        application, DocumentKind.PERMIT_SUPPLEMENT, notices.applications.supplement(application, told), by=by
    )
    take(APPLICATION, "supplement", application, by=by, note=document.number)
    reckon(application)
    tell_applicant(application, "请补正", f"{len(told)} 处需要补正，见 {document.number}。", "warn")
    return document


def decline_application(application: Application, reason: str, *, by: User) -> Document:
    """Not accept: it is no matter of a permit, or not of this authority, or was not made whole (条例9)."""
    application.end_reason = reason.strip()
    APPLICATION.refuse_if_missing("decline", application)
    document = issue_on(
        application, DocumentKind.PERMIT_NON_ACCEPTANCE, notices.applications.non_acceptance(application), by=by
    )
    take(APPLICATION, "decline", application, by=by, note=document.number)
    reckon(application)
    release_content(application, "申请不予受理", by=by)
    tell_applicant(application, "不予受理", reason.strip(), "danger")
    return document


def refuse_unless_examined(application: Application) -> None:
    """Refuse what is done in the examination alone."""
    if application.state is not S.ACCEPTED:
        raise NotAllowed([said("申请现在是「%(state)s」，不在审查中。", state=application.state)])


def ask_site_check(application: Application, question: str, *, by: User) -> SiteCheck:
    """Have the site seen: it stands on the desk of its officers, and a key unit's period is the longer one (条例12)."""
    refuse_unless_examined(application)
    if any(each.done_on is None for each in application.site_checks):
        raise NotAllowed([said("已有一次现场核查没有完成。")])
    made = SiteCheck(
        enterprise_id=application.enterprise_id,
        site_id=application.site_id,
        question=question.strip(),
        asked_by_id=by.id,
        asked_at=clock.now(),
    )
    application.site_checks.append(made)
    record(made, Action.APPLICATION_REVIEW, "要求现场核查", by=by)
    reckon(application)
    notifications.notify(
        notifications.officers_of(application.site.office_id, Role.OFFICER),
        key=f"site-check-{made.id}",
        title=f"许可现场核查：{application.enterprise.name}",
        body=question.strip(),
        url=f"/sites/{application.site_id}/inspections/new",
        tone="warn",
    )
    return made


def note_site_seen(site_id: int, inspection_id: int, inspected_on: date, *, by: User) -> list[SiteCheck]:
    """An inspection of a site that became final answers the site checks asked for before it."""
    answered = []
    for each in queries.applications.site_checks_at(site_id):
        if clock.beijing(each.asked_at).date() <= inspected_on:
            each.done_on, each.inspection_id = inspected_on, inspection_id
            record(each, Action.INSPECTION_RECORD, "现场核查完成", by=by)
            answered.append(each)
            notifications.notify(
                [each.asked_by],
                key=f"site-seen-{each.id}",
                title=f"现场核查已完成：{each.enterprise.name}",
                url=f"/applications/{each.application_id}",
                tone="ok",
            )
    return answered


def comment_on(application: Application, remarks: Sequence[Remark], *, by: User) -> None:
    """Write down what the examination found, by section; nothing is sent yet."""
    refuse_unless_examined(application)
    if not remarks:
        raise NotAllowed([Missing(said("请至少写一条意见。"), "rows")])
    _say(application, CommentPurpose.REVIEW, remarks, by)
    record(application, Action.APPLICATION_REVIEW, f"审查意见 {len(remarks)} 条", by=by)


def finish_review(application: Application, opinion: Opinion, words: str, *, by: User) -> None:
    """End the technical examination with an opinion; another person decides."""
    application.opinion, application.review_words = opinion, words.strip()
    application.reviewed_by_id, application.reviewed_on = by.id, clock.today()
    take(APPLICATION, "review", application, by=by, note=opinion.label)
    reckon(application)
    notifications.notify(
        notifications.deciders_of(application.authority, Role.APPROVER),
        key=f"application-decide-{application.id}-{application.version}",
        title=f"待审批：{application.enterprise.name}排污许可{application.kind.label}",
        body=f"{by.name}：{opinion.label}。",
        url=f"/applications/{application.id}",
        tone="info",
    )


def return_to_review(application: Application, reason: str, *, by: User) -> None:
    """Give it back to be examined again."""
    APPLICATION.may_leave("return", application.state)
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明理由。"), "reason")])
    _say(application, CommentPurpose.RETURN, [Remark(None, reason)], by)
    take(APPLICATION, "return", application, by=by, note=reason.strip())
    reckon(application)
    if application.reviewed_by is not None:
        notifications.notify(
            [application.reviewed_by],
            key=f"application-returned-{application.id}-{application.version}",
            title=f"退回重审：{application.enterprise.name}排污许可{application.kind.label}",
            body=reason.strip(),
            url=f"/applications/{application.id}",
            tone="warn",
        )


def _refuse_same_eyes(application: Application, by: User) -> None:
    """Who examined or accepted an application never decides it."""
    if by.id in (application.reviewed_by_id, application.accepted_by_id, application.keyed_by_id):
        raise NotAllowed([said("受理、审查过这件申请的人不能作出决定，请由另一名审批人办理。")])


def term_if_decided(application: Application, permit: Permit, decided_on: date) -> tuple[date, date]:
    """The first and last day of what is asked for, if it is granted on a day (条例14, 办法24、26)."""
    old = None if application.kind is K.FIRST else (permit.valid_from, permit.valid_to)
    first = rules.granted_from(application.kind, decided_on, application.received_on or decided_on, old)
    return first, permit.valid_to if application.kind is K.CHANGE else law.deadline(rules.VALIDITY, first).due


def settle_term(application: Application, decided_on: date) -> None:
    """Give the version that is asked for its days, as they are if it is decided on a day (条例14, 办法24、26)."""
    version, permit = application.permit_version, application.permit
    if version is None or permit is None:
        return
    received = application.received_on or decided_on
    first, last = term_if_decided(application, permit, decided_on)
    version.applied_on, version.decided_on = received, decided_on
    version.valid_from, version.valid_to = first, last
    version.in_force_from = first if application.kind is K.RENEWAL else decided_on
    if application.kind is K.FIRST:
        permit.issued_on = decided_on
        permit.valid_from, permit.valid_to = first, last


def grant_application(application: Application, *, by: User) -> Document:
    """Grant: the decision goes out, the version it asked for is in force, the register says what it says.

    Raises ``NotAllowed`` for whoever accepted or examined it, and while the permit still lacks something.
    """
    APPLICATION.refuse_if_missing("grant", application)
    _refuse_same_eyes(application, by)
    today, permit = clock.today(), application.permit
    if permit is None:
        raise NotAllowed([said("申请没有对应的许可证。")])
    settle_term(application, today)
    application.decided_on, application.decided_by_id = today, by.id
    document = issue_on(application, *_decision(application, permit, today), by=by)
    take(APPLICATION, "grant", application, by=by, note=document.number)
    reckon(application)
    _put_in_force(application, permit, application.permit_version, by)
    for heard in ON_GRANT:
        heard(application, by)
    tell_applicant(application, "准予许可", f"{document.number}，许可证编号 {permit.permit_no}。", "ok")
    return document


def _decision(application: Application, permit: Permit, today: date) -> tuple[DocumentKind, documents.Compose]:
    """Which paper says what is granted."""
    if application.kind is K.CANCELLATION:
        return DocumentKind.PERMIT_CANCELLATION, notices.endings.cancellation(application, permit, today)
    if application.kind is K.REPLACEMENT:
        lost, version = queries.certificates.standing(permit), queries.certificates.to_certify(permit, today)
        return DocumentKind.PERMIT_REPLACEMENT, notices.applications.replacement(application, permit, version, lost)
    changed = queries.applications.changed_facts(application)
    return DocumentKind.PERMIT_GRANT, notices.applications.grant(
        application, permit, application.permit_version, changed
    )


def _put_in_force(application: Application, permit: Permit, version: PermitVersion | None, by: User) -> None:
    if application.kind is K.CANCELLATION:
        end_permit(permit, "cancel", clock.today(), application.reason, by=by)
        return
    if version is None:
        record(permit, Action.PERMIT_ISSUE, "补发排污许可证", by=by)
        return
    issue_version(version, by=by)
    if queries.applications.changed_facts(application):
        registry.restate_enterprise(
            application.enterprise,
            name=application.unit_name,
            legal_representative=application.legal_representative,
            address=application.address,
            since=application.changed_on or clock.today(),
            by=by,
        )
    for each in queries.applications.live_permits_at(application.site_id):
        if each.category is Category.REGISTRATION:
            end_permit(each, "cancel", clock.today(), f"已取得排污许可证 {permit.permit_no}", by=by)


def refuse_application(application: Application, reason: str, *, by: User) -> Document:
    """Refuse, with the reasons and the remedies (条例11, 行政许可法38)."""
    _refuse_same_eyes(application, by)
    application.end_reason = reason.strip()
    APPLICATION.refuse_if_missing("refuse", application)
    application.decided_on, application.decided_by_id = clock.today(), by.id
    document = issue_on(application, DocumentKind.PERMIT_REFUSAL, notices.applications.refusal(application), by=by)
    take(APPLICATION, "refuse", application, by=by, note=document.number)
    reckon(application)
    release_content(application, "申请未获准许", by=by)
    tell_applicant(application, "不予许可", reason.strip(), "danger")
    return document


def reckon_again(by: User) -> None:
    """When the calendar changes, what the office owes on each open application follows."""
    wanted = select(Application).where(Application.state.in_((S.SUBMITTED, S.ACCEPTED, S.REVIEWED)))
    for each in db.session.scalars(wanted.order_by(Application.id)).unique().all():
        told = each.due_on
        reckon(each)
        if each.due_on != told:
            record(each, "permits:application:reckon", f"审批期限由 {told} 改为 {each.due_on}", by=by)
        elif db.session.is_modified(each):
            record(each, "permits:application:reckon", "审批期限的算式更新", by=by)


law_acts.AFTER_CALENDAR_CHANGE.append(reckon_again)


def invite_renewals(today: date) -> int:
    """Invite the holders of permits near their end to renew: once at 180, 90 and 60 days. How many were told."""
    running = select(Application.permit_id).where(
        Application.permit_id.is_not(None),
        Application.kind.in_((K.RENEWAL, K.REAPPLICATION)),
        Application.state.in_(rules.OPEN),
    )
    wanted = select(Permit).where(
        Permit.state.in_(queries.permits.LIVE),
        Permit.category.in_((Category.KEY, Category.SIMPLIFIED)),
        Permit.valid_to.between(today, today + timedelta(days=max(rules.INVITED_DAYS))),
        Permit.id.not_in(running),
    )
    sent = 0
    for each in db.session.scalars(wanted.order_by(Permit.id)).unique():
        mark, latest = rules.invitation(each.valid_to, today), queries.applications.latest_renewal(each)
        late = today > latest.due
        sent += notifications.notify(
            notifications.people_of(each.enterprise_id),
            key=f"renew-{each.id}-{each.valid_to}-{mark}",
            title=f"许可证还有 {(each.valid_to - today).days} 天届满，请申请延续",
            body=f"最迟应在 {latest.due.isoformat()} 申请（{latest.arithmetic}）"
            + ("；现已逾期，届满前没有作出决定的，届满后至决定之日没有有效许可证。" if late else "。"),
            url=f"/my/applications/new?permit={each.id}&kind=renewal",
            tone="danger" if late else "warn",
        )
    return sent
