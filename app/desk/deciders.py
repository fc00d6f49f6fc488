"""What waits for the approver and the reviewer: papers to approve, decisions to confirm, objections, repairs, the law."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import User
from accounts.roles import Action
from app.desk.board import MOST, Note, Todo, short, todo, waiting
from app.desk.clerks import application_item, applications_in
from core import clock
from core.db import db
from core.said import said
from credit import queries as credit
from credit.models import Listing, ListingState, RemovalProposal, Repair, RepairState
from inspections import queries as inspections
from inspections.models import DecisionState, OrderState, PenaltyDecision, QuashProposal, RectificationOrder
from law import queries as law
from permits.models import ApplicationState
from registry import obligations
from registry.models import Obligation


@todo(Action.ORDER_APPROVE)
def orders_to_approve(person: User, _today: date) -> Iterable[Todo]:
    """Orders that officers sent."""
    wanted = (
        inspections.visible_orders(person)
        .where(
            RectificationOrder.state == OrderState.REVIEW,
            RectificationOrder.lead_officer_id != person.id,
            RectificationOrder.second_officer_id != person.id,
        )
        .options(joinedload(RectificationOrder.lead_officer))
        .order_by(RectificationOrder.drafted_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/orders/{each.id}"
        why = _("%(who)s %(day)s 起草：%(what)s", who=each.lead_officer.name, day=_day(each), what=each.content[:40])
        title = _("%(firm)s：责令改正", firm=short(each.enterprise.name))
        yield Todo(title, url, _("待审批"), "info", why, _("审批"), f"{url}/approve")


def _day(order: RectificationOrder) -> str:
    return f"{clock.beijing(order.drafted_at):%m-%d}"


@todo(Action.APPLICATION_DECIDE)
def applications_to_decide(person: User, today: date) -> Iterable[Todo]:
    """Applications that somebody else examined."""
    for each in applications_in(person, ApplicationState.REVIEWED):
        if person.id in (each.reviewed_by_id, each.accepted_by_id, each.keyed_by_id):
            continue
        late = each.due_on is not None and each.due_on < today
        opinion = _(each.opinion.label) if each.opinion else ""
        why = _("%(who)s 审查：%(opinion)s", who=each.reviewed_by.name if each.reviewed_by else "", opinion=opinion)
        yield application_item(
            each, _("许可审批"), "danger" if late else "info", why, _("审批"), f"/applications/{each.id}"
        )


@todo(Action.DECISION_CONFIRM)
def decisions_to_confirm(person: User, _today: date) -> Iterable[Todo]:
    """Penalty decisions that somebody else put on record."""
    wanted = (
        inspections.visible_decisions(person)
        .where(PenaltyDecision.state == DecisionState.RECORDED, PenaltyDecision.recorded_by_id != person.id)
        .order_by(PenaltyDecision.recorded_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/cases/{each.id}"
        why = f"{each.number}，{each.content[:40]}"
        title = _("%(firm)s：处罚决定", firm=short(each.enterprise.name))
        yield Todo(title, url, _("待复核"), "info", why, _("复核"), f"{url}/confirm")


@todo(Action.DECISION_CONFIRM)
def quashings_to_confirm(person: User, _today: date) -> Iterable[Todo]:
    """Quashings of penalty decisions that somebody else noted."""
    wanted = (
        inspections.visible_decisions(person)
        .join(QuashProposal, QuashProposal.decision_id == PenaltyDecision.id)
        .add_columns(QuashProposal.reason)
        .where(QuashProposal.decided_on.is_(None), QuashProposal.proposed_by_id != person.id)
        .order_by(QuashProposal.id)
        .limit(MOST)
    )
    for each, reason in db.session.execute(wanted).unique():
        url = f"/cases/{each.id}"
        title = _("%(firm)s：撤销处罚决定", firm=short(each.enterprise.name))
        yield Todo(title, url, _("撤销待确认"), "warn", f"{each.number}，{reason[:40]}", _("确认"), f"{url}/quash")


@todo(Action.LISTING_DECIDE)
def listings_to_decide(person: User, today: date) -> Iterable[Todo]:
    """Listings whose firm has objected, or has had its time to."""
    over = or_(Listing.objection_until < today, Listing.waived_on.is_not(None))
    ready = (
        credit.visible_listings(person)
        .where(
            or_(Listing.state == ListingState.OBJECTED, and_(Listing.state == ListingState.NOTIFIED, over)),
            Listing.proposed_by_id != person.id,
        )
        .order_by(Listing.id)
        .limit(MOST)
    )
    for each in db.session.scalars(ready).unique():
        url = f"/listings/{each.id}"
        firm = short(each.enterprise.name)
        if each.state is ListingState.OBJECTED:
            title, why, act = _("%(firm)s：陈述申辩", firm=firm), _("企业提出陈述申辩，答复后才能决定"), _("答复")
            yield Todo(title, url, _("陈述申辩"), "warn", why, act, url)
        else:
            title, why = _("%(firm)s：列入名单", firm=firm), _("陈述申辩期 %(day)s 届满", day=each.objection_until)
            yield Todo(title, url, _("待决定"), "warn", why, _("决定"), f"{url}/list")


@todo(Action.LISTING_DECIDE)
def removals_to_decide(person: User, _today: date) -> Iterable[Todo]:
    """Firms that somebody else proposes to take off the list."""
    wanted = (
        credit.visible_listings(person)
        .join(RemovalProposal, RemovalProposal.listing_id == Listing.id)
        .where(RemovalProposal.decided_on.is_(None), RemovalProposal.proposed_by_id != person.id)
        .options(selectinload(Listing.removals))
        .order_by(RemovalProposal.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        proposal = each.open_removal
        if proposal is not None:
            url, title = f"/listings/{each.id}", _("%(firm)s：移出名单", firm=short(each.enterprise.name))
            yield Todo(title, url, _("待决定"), "info", proposal.reason, _("决定"), f"{url}/remove")


@todo(Action.REPAIR_DECIDE)
def repairs_to_decide(person: User, _today: date) -> Iterable[Todo]:
    """Applications for repair."""
    wanted = (
        credit.visible_repairs(person)
        .where(Repair.state == RepairState.APPLIED)
        .options(joinedload(Repair.event))
        .order_by(Repair.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/repairs/{each.id}"
        why = _("%(day)s 申请；%(what)s", day=f"{each.applied_on:%m-%d}", what=each.event.reason[:40])
        title = _("%(firm)s：信用修复", firm=short(each.enterprise.name))
        yield Todo(title, url, _("信用修复"), "info", why, _("决定"), url)


@waiting(Action.LISTING_DECIDE)
def firms_being_heard(person: User, today: date) -> Iterable[Note]:
    """Firms whose time to be heard still runs."""
    wanted = credit.visible_listings(person).where(
        Listing.state == ListingState.NOTIFIED, Listing.objection_until >= today, Listing.waived_on.is_(None)
    )
    for each in db.session.scalars(wanted.order_by(Listing.objection_until).limit(MOST)).unique():
        text = _("在企业处，陈述申辩到 %(day)s", day=each.objection_until)
        yield Note(_("%(firm)s：列入名单告知", firm=short(each.enterprise.name)), f"/listings/{each.id}", text)


@waiting(Action.ORDER_APPROVE)
def orders_being_mended(person: User, _today: date) -> Iterable[Note]:
    """Orders that were sent back and are being mended, or wait to be served."""
    wanted = (
        inspections.visible_orders(person)
        .where(
            or_(
                RectificationOrder.state == OrderState.APPROVED,
                and_(RectificationOrder.state == OrderState.DRAFT, RectificationOrder.return_reason != ""),
            )
        )
        .options(joinedload(RectificationOrder.lead_officer))
        .order_by(RectificationOrder.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        served = each.state is OrderState.APPROVED
        text = (
            _("%(who)s 待送达", who=each.lead_officer.name)
            if served
            else _("%(who)s 修改中", who=each.lead_officer.name)
        )
        yield Note(_("%(firm)s：责令改正", firm=short(each.enterprise.name)), f"/orders/{each.id}", text)


NAMES: dict[str, tuple[str, str]] = {
    "laws": (said("法律法规"), "/law"),
    "articles": (said("条文"), "/law"),
    "rules": (said("罚则"), "/law/violations"),
    "transitions": (said("新旧对应"), "/law/violations"),
    "conflicts": (said("新旧冲突"), "/law/conflicts"),
    "deadlines": (said("法定期限"), "/law/deadlines"),
    "moved-days": (said("改定期限"), "/law/moved-days"),
    "pollutants": (said("污染物"), "/law/pollutants"),
    "catalog": (said("管理名录"), "/law/catalog"),
}


@todo(Action.LAW_CHECK)
def law_to_check(_person: User, today: date) -> Iterable[Todo]:
    """Conflicts between old and new law that nobody has settled, and what nobody has compared with the official text."""
    conflicts = law.open_conflicts()
    if conflicts:
        why = _("%(count)d 处没有选定适用哪一条，引用时要逐件写明理由", count=conflicts)
        yield Todo(_("新旧规定冲突"), "/law/conflicts", _("待选定"), "warn", why, _("选定"), "/law/conflicts")
    for kind, count in law.unchecked(today).items():
        if count and kind != "conflicts":
            name, url = NAMES[kind]
            why = _("%(count)d 条还没有与正式文本核对", count=count)
            yield Todo(_("核对%(what)s", what=_(name)), url, _("未核对"), "calm", why, _("核对"), url)


@todo(Action.CALENDAR_EDIT)
def year_to_announce(_person: User, today: date) -> Iterable[Todo]:
    """The next year's holidays, announced each autumn: what runs through that year is provisional until then."""
    for year in (today.year, today.year + 1):
        if law.announced_year(year) is None and (year == today.year or today.month >= 10):
            wanted = select(Obligation.id).where(
                obligations.is_open(), Obligation.provisional, Obligation.due_on >= date(year, 1, 1)
            )
            count = len(db.session.scalars(wanted).all())
            why = _("国务院通知公布后录入")
            if count:
                why = _("国务院通知公布后录入；%(count)d 项期限暂定", count=count)
            url = f"/law/calendar/{year}"
            yield Todo(
                _("%(year)d 年放假安排", year=year), url, _("工作日历"), "warn", why, _("录入"), f"{url}/announce"
            )
