"""What waits for the clerks of permits and of credit."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import User
from accounts.roles import Action
from app.desk.board import MOST, Note, Todo, draft, short, todo, waiting
from core import clock
from core.db import db
from credit import queries as credit
from credit.models import Listing, ListingState, Repair, RepairState
from permits.models import (
    Application,
    ApplicationState,
    ExecutionReport,
    Permit,
    PermitVersion,
    ReportState,
    VersionState,
)
from permits.queries import applications
from registry import obligations
from registry.models import Enterprise, HandIn, HandInState, Obligation, ObligationKind
from registry.queries import sees, visible_hand_ins
from registry.rules.obligations import in_working_days

RENEWAL_AHEAD = timedelta(days=30)
LATE = (ObligationKind.REPORT, ObligationKind.SOIL, ObligationKind.REGISTRATION)
"""What is a clerk's concern once it is late."""


@todo(Action.REPORT_ACCEPT)
def reports_to_read(person: User, _today: date) -> Iterable[Todo]:
    """Reports that firms signed and nobody has accepted or returned."""
    wanted = (
        select(ExecutionReport)
        .join(Enterprise, Enterprise.id == ExecutionReport.enterprise_id)
        .where(sees(person), ExecutionReport.state == ReportState.SUBMITTED)
        .order_by(ExecutionReport.submitted_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/reports/{each.id}"
        sent = f"{clock.beijing(each.submitted_at):%m-%d}" if each.submitted_at else ""
        why = _("%(day)s 提交，第 %(number)d 次", day=sent, number=each.submission_number)
        title = f"{short(each.enterprise.name)}：{each.obligation.title}"
        kind = _("更正待审核") if each.accepted_number else _("待审核")
        yield Todo(title, url, kind, "info", why, _("审核"), url)


@todo(Action.OBLIGATION_CONFIRM)
def hand_ins_to_read(person: User, _today: date) -> Iterable[Todo]:
    """What firms handed in to meet an obligation and nobody has confirmed or given back."""
    wanted = visible_hand_ins(person).where(HandIn.state == HandInState.SENT)
    for each in db.session.scalars(wanted.order_by(HandIn.sent_on, HandIn.id).limit(MOST)).unique():
        url = f"/hand-ins/{each.id}"
        why = _("%(day)s 报送，第 %(number)d 次", day=f"{each.sent_on:%m-%d}", number=each.number)
        title = f"{short(each.enterprise.name)}：{each.obligation.title}"
        yield Todo(title, url, _("待确认"), "info", why, _("确认"), f"{url}/judge")


@todo(Action.REPORT_ACCEPT)
def overdue(person: User, today: date) -> Iterable[Todo]:
    """What was not handed in, and renewals not applied for though their last day is near or past."""
    renewal = (Obligation.kind == ObligationKind.RENEWAL) & (Obligation.due_on <= today + RENEWAL_AHEAD)
    report = Obligation.kind.in_(LATE) & (Obligation.due_on < today)
    wanted = (
        select(Obligation)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .where(sees(person), obligations.is_open(), or_(report, renewal))
        .order_by(Obligation.due_on.desc())
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        if each.kind is ObligationKind.REPORT:
            kind, why, place = _("报告未报"), _("到期没有提交，监管机关 %(office)s"), "reports"
        elif each.kind is ObligationKind.SOIL:
            kind, why, place = _("土壤义务"), _("到期没有报送，监管机关 %(office)s"), "permits"
        elif each.kind is ObligationKind.REGISTRATION:
            kind, why, place = _("登记未变更"), _("到期没有办理变更，监管机关 %(office)s"), "permits"
        else:
            kind, why, place = _("许可延续"), _("应提前 60 日申请延续，监管机关 %(office)s"), "permits"
        url = f"/obligations/{each.id}"
        yield Todo(
            f"{short(each.enterprise.name)}：{each.title}",
            url,
            kind,
            "danger" if each.due_on < today else "warn",
            why % {"office": each.enterprise.office.short_name},
            _("查看"),
            f"/enterprises/{each.enterprise_id}/{place}",
            each.due_on,
            each.arithmetic,
            in_working_days(each.arithmetic),
            each.provisional,
            each.opens_on,
        )


def application_item(each: Application, kind: str, tone: str, why: str, act: str, act_url: str) -> Todo:
    """An application on a desk, by the office's next deadline."""
    title = _("%(firm)s：许可%(kind)s", firm=short(each.enterprise.name), kind=_(each.kind.label))
    return Todo(
        title,
        f"/applications/{each.id}",
        kind,
        tone,
        why,
        act,
        act_url,
        each.due_on,
        each.due_arithmetic,
        working="工作日" in each.due_arithmetic,
        provisional=each.due_provisional,
    )


def applications_in(person: User, state: ApplicationState) -> Iterable[Application]:
    """The applications that stand in a state, the nearest deadline first."""
    wanted = applications.visible_applications(person).where(Application.state == state)
    wanted = wanted.order_by(Application.due_on.is_(None), Application.due_on, Application.id)
    return db.session.scalars(wanted.limit(MOST)).unique()


@todo(Action.APPLICATION_ACCEPT)
def applications_to_accept(person: User, today: date) -> Iterable[Todo]:
    """Applications handed in that nobody has accepted, asked to be supplemented or declined."""
    for each in applications_in(person, ApplicationState.SUBMITTED):
        late = each.due_on is not None and each.due_on < today
        why = _("%(day)s 收到", day=f"{(each.supplemented_on or each.received_on or today):%m-%d}")
        if late:
            why = _("告知期限已过，视为受理，请补办受理通知书")
        url = f"/applications/{each.id}"
        yield application_item(each, _("待受理"), "danger" if late else "info", why, _("办理"), url)


@todo(Action.APPLICATION_REVIEW)
def applications_to_examine(person: User, _today: date) -> Iterable[Todo]:
    """Applications that were accepted and are being examined."""
    for each in applications_in(person, ApplicationState.ACCEPTED):
        if any(check.done_on is None for check in each.site_checks):
            continue
        why = _("%(day)s 受理，等技术审查", day=each.accepted_on)
        if each.due_on is None and each.pauses:
            why = _("停止计时中")
        yield application_item(each, _("技术审查"), "info", why, _("审查"), f"/applications/{each.id}")


@waiting(Action.APPLICATION_REVIEW)
def applications_with_others(person: User, _today: date) -> Iterable[Note]:
    """Applications that wait for the firm, for officers at the site, or for the approver."""
    states = (ApplicationState.SUPPLEMENT, ApplicationState.ACCEPTED, ApplicationState.REVIEWED)
    wanted = applications.visible_applications(person).where(Application.state.in_(states))
    for each in db.session.scalars(wanted.order_by(Application.id).limit(MOST)).unique():
        text = _("等审批人决定")
        if each.state is ApplicationState.SUPPLEMENT:
            text = _("企业补正中，%(day)s 告知", day=each.supplement_asked_on)
        elif each.state is ApplicationState.ACCEPTED:
            if all(check.done_on for check in each.site_checks):
                continue
            text = _("等现场核查")
        title = _("%(firm)s：许可%(kind)s", firm=short(each.enterprise.name), kind=_(each.kind.label))
        yield Note(title, f"/applications/{each.id}", text)


@draft(Action.APPLICATION_ACCEPT)
def applications_keyed_in(person: User, _today: date) -> Iterable[Note]:
    """Applications from paper that I have begun to key in."""
    wanted = applications.visible_applications(person).where(
        Application.state == ApplicationState.DRAFT, Application.keyed_by_id == person.id
    )
    for each in db.session.scalars(wanted.order_by(Application.id).limit(MOST)).unique():
        title = _("%(firm)s：许可%(kind)s", firm=short(each.enterprise.name), kind=_(each.kind.label))
        yield Note(title, f"/applications/{each.id}", _("代录未提交"))


@waiting(Action.REPORT_ACCEPT)
def being_corrected(person: User, _today: date) -> Iterable[Note]:
    """Reports that were returned and are with their firms."""
    wanted = (
        select(ExecutionReport)
        .join(Enterprise, Enterprise.id == ExecutionReport.enterprise_id)
        .where(
            sees(person),
            ExecutionReport.submission_number > 0,
            ExecutionReport.state.in_((ReportState.RETURNED, ReportState.DRAFT, ReportState.CHECKED)),
        )
        .order_by(ExecutionReport.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        title = f"{short(each.enterprise.name)}：{each.obligation.title}"
        yield Note(
            title,
            f"/reports/{each.id}",
            _("企业更正中，原报告有效") if each.accepted_number else _("已退回，企业更正中"),
        )


@draft(Action.PERMIT_DRAFT)
def versions_begun(person: User, _today: date) -> Iterable[Note]:
    """Permits and versions that are being written."""
    wanted = (
        select(PermitVersion)
        .join(Permit, Permit.id == PermitVersion.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(
            sees(person),
            PermitVersion.state == VersionState.DRAFT,
            PermitVersion.id.not_in(
                select(Application.permit_version_id).where(Application.permit_version_id.is_not(None))
            ),
        )
        .options(joinedload(PermitVersion.permit))
        .order_by(PermitVersion.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        title = _("许可证：%(firm)s", firm=short(each.permit.enterprise.name))
        text = _("第 %(number)d 版，%(ground)s，还没有生效", number=each.number, ground=_(each.ground.label))
        yield Note(title, f"/permits/versions/{each.id}", text)


@todo(Action.LISTING_PROPOSE)
def listings_to_propose(person: User, _today: date) -> Iterable[Todo]:
    """Records that the list's grounds name and nothing was proposed on; proposals whose firm was not told."""
    for event in credit.proposable(person)[:MOST]:
        url = f"/credit-events/{event.id}/propose"
        title = _("%(firm)s：%(what)s", firm=short(event.enterprise.name), what=_(event.kind.label))
        yield Todo(
            title, f"/enterprises/{event.enterprise_id}/credit", _("可列入名单"), "warn", event.reason, _("提出"), url
        )
    wanted = credit.visible_listings(person).where(Listing.state == ListingState.PROPOSED)
    for each in db.session.scalars(wanted.order_by(Listing.id).limit(MOST)).unique():
        url = f"/listings/{each.id}"
        title = _("%(firm)s：列入名单", firm=short(each.enterprise.name))
        why = _("%(day)s 提出；%(ground)s", day=f"{each.proposed_on:%m-%d}", ground=each.ground)
        yield Todo(title, url, _("待告知"), "warn", why, _("事先告知"), f"{url}/notify")


@waiting(Action.LISTING_PROPOSE)
def listings_with_others(person: User, _today: date) -> Iterable[Note]:
    """Listings that the firm or the approver has now."""
    wanted = credit.visible_listings(person).where(Listing.state.in_((ListingState.NOTIFIED, ListingState.OBJECTED)))
    for each in db.session.scalars(wanted.order_by(Listing.objection_until, Listing.id).limit(MOST)).unique():
        title = _("%(firm)s：列入名单", firm=short(each.enterprise.name))
        text = _("在企业处，陈述申辩到 %(day)s", day=each.objection_until)
        if each.state is ListingState.OBJECTED:
            text = _("企业已陈述申辩，在审批人处")
        elif each.objection_until and each.objection_until < _today:
            text = _("陈述申辩期已满，在审批人处")
        yield Note(title, f"/listings/{each.id}", text)


@waiting(Action.LISTING_PROPOSE)
def repairs_with_others(person: User, _today: date) -> Iterable[Note]:
    """Applications for repair that the approver has."""
    wanted = credit.visible_repairs(person).where(Repair.state == RepairState.APPLIED).order_by(Repair.id)
    for each in db.session.scalars(wanted.limit(MOST)).unique():
        title = _("%(firm)s：信用修复", firm=short(each.enterprise.name))
        yield Note(title, f"/repairs/{each.id}", _("在审批人处，%(day)s 申请", day=f"{each.applied_on:%m-%d}"))
