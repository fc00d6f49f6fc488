"""The desk: what waits for me, what is overdue, what is new; each item with its one next act. One query for each kind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select

from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.countdown import Countdown, countdown
from core.db import db
from credit import queries as credit
from credit.models import Listing, ListingState, Repair, RepairState
from inspections import queries as inspections
from inspections.models import (
    DecisionState,
    ItemResponse,
    OrderItem,
    OrderState,
    PenaltyDecision,
    RectificationOrder,
)
from law import queries as law
from permits.models import Exceedance, ExecutionReport, ReportState
from registry.models import Enterprise, Notification, Obligation
from registry.queries import sees

MOST = 30
SOON = timedelta(days=5)


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why me, by when, and the one act."""

    title: str
    url: str
    kind: str
    tone: str
    why: str
    due_on: date | None
    act: str
    act_url: str
    arithmetic: str = ""
    working: bool = False
    provisional: bool = False

    @property
    def deadline(self) -> Any:
        """The deadline as the part ``due`` shows it."""
        if self.due_on is None:
            return None
        calendar = law.calendar()
        return countdown(
            self.due_on,
            clock.today(),
            working=self.working,
            is_rest=calendar.is_rest,
            arithmetic=self.arithmetic,
            provisional=self.provisional,
        )


def countdown_of(owed: Obligation, today: date) -> Countdown:
    """An obligation's deadline as the part ``due`` shows it."""
    return countdown(owed.due_on, today, arithmetic=owed.arithmetic, provisional=owed.provisional)


@dataclass
class Desk:
    """The page: items by urgency, what others must do first, what is new."""

    late: list[Todo] = field(default_factory=list)
    today: list[Todo] = field(default_factory=list)
    soon: list[Todo] = field(default_factory=list)
    later: list[Todo] = field(default_factory=list)
    others: list[Todo] = field(default_factory=list)
    news: Sequence[Notification] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.late or self.today or self.soon or self.later)


Source = Callable[[User, date], Iterable[Todo]]


def desk(person: User, today: date) -> Desk:
    """Gather the desk of a person."""
    made = Desk()
    for action, source in SOURCES:
        if person.may(action):
            for item in source(person, today):
                _place(made, item, today)
    for pile in (made.late, made.today, made.soon, made.later):
        pile.sort(key=lambda item: item.due_on or date.max)
    made.others = list(_waiting_for_others(person))
    wanted = select(Notification).where(Notification.user_id == person.id).order_by(Notification.id.desc()).limit(6)
    made.news = db.session.scalars(wanted).all()
    return made


def _place(made: Desk, item: Todo, today: date) -> None:
    if item.due_on is None or item.due_on > today + SOON:
        made.later.append(item)
    elif item.due_on < today:
        made.late.append(item)
    elif item.due_on == today:
        made.today.append(item)
    else:
        made.soon.append(item)


def _drafts(person: User, _today: date) -> Iterable[Todo]:
    for each in inspections.drafts_of(person):
        url = f"/inspections/{each.id}"
        yield Todo(
            each.enterprise.name,
            url,
            _("检查未定稿"),
            "warn",
            _("您参加的检查，笔录还没有定稿"),
            None,
            _("继续记录"),
            url,
        )


def _own_orders(person: User, today: date) -> Iterable[Todo]:
    wanted = (
        inspections.visible_orders(person)
        .where(
            or_(RectificationOrder.lead_officer_id == person.id, RectificationOrder.second_officer_id == person.id),
            or_(
                RectificationOrder.state == OrderState.APPROVED,
                RectificationOrder.state == OrderState.DRAFT,
                and_(RectificationOrder.state == OrderState.SERVED, RectificationOrder.due_on <= today + SOON),
            ),
        )
        .order_by(RectificationOrder.due_on)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url, number = f"/orders/{each.id}", each.document.number if each.document else _("责令改正草稿")
        title = f"{each.enterprise.name}：{number}"
        if each.state is OrderState.APPROVED:
            yield Todo(title, url, _("待送达"), "info", _("已批准，请送达当事人"), None, _("登记送达"), f"{url}/serve")
        elif each.state is OrderState.DRAFT:
            why = _("审批人退回：%(why)s", why=each.return_reason) if each.return_reason else _("起草后还没有送审批")
            yield Todo(title, url, _("责令改正"), "warn", why, None, _("修改"), f"{url}/edit")
        else:
            yield Todo(
                title,
                url,
                _("整改复查"),
                "danger" if each.due_on and each.due_on < today else "warn",
                _("您主办或协办，改正期限将到"),
                each.due_on,
                _("安排复查"),
                f"{url}/recheck",
                each.due_arithmetic,
                each.working_days,
                each.provisional,
            )


def _answers(person: User, _today: date) -> Iterable[Todo]:
    wanted = (
        select(ItemResponse, RectificationOrder)
        .join(OrderItem, OrderItem.id == ItemResponse.item_id)
        .join(RectificationOrder, RectificationOrder.id == OrderItem.order_id)
        .join(Enterprise, Enterprise.id == RectificationOrder.enterprise_id)
        .where(sees(person), ItemResponse.accepted.is_(None), RectificationOrder.state == OrderState.SERVED)
        .order_by(ItemResponse.sent_at)
        .limit(MOST)
    )
    for response, order in db.session.execute(wanted).unique().all():
        url = f"/orders/{order.id}"
        yield Todo(
            f"{order.enterprise.name}：{_('改正情况待审核')}",
            url,
            _("改正审核"),
            "info",
            response.text[:60],
            order.due_on,
            _("审核"),
            url,
            order.due_arithmetic,
            order.working_days,
        )


def _exceedances(person: User, _today: date) -> Iterable[Todo]:
    wanted = (
        select(Exceedance)
        .join(Enterprise, Enterprise.id == Exceedance.enterprise_id)
        .where(sees(person), Exceedance.handled_at.is_(None))
        .order_by(Exceedance.id.desc())
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        value, limit = f"{each.value.normalize():f}", f"{each.limit_value.normalize():f}"
        yield Todo(
            f"{each.enterprise.name}：{each.outlet_code} {each.pollutant_name}",
            f"/enterprises/{each.enterprise_id}/permits",
            _("超标线索"),
            "danger",
            _("%(value)s，限值 %(limit)s %(unit)s", value=value, limit=limit, unit=each.unit),
            None,
            _("核实"),
            "/exceedances",
        )


def _reviews(person: User, _today: date) -> Iterable[Todo]:
    wanted = (
        inspections.visible_orders(person)
        .where(RectificationOrder.state == OrderState.REVIEW)
        .order_by(RectificationOrder.drafted_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/orders/{each.id}"
        yield Todo(
            f"{each.enterprise.name}：{_('责令改正')}",
            url,
            _("待审批"),
            "info",
            each.content[:60],
            None,
            _("审批"),
            url,
        )


def _decisions(person: User, _today: date) -> Iterable[Todo]:
    wanted = (
        inspections.visible_decisions(person)
        .where(PenaltyDecision.state == DecisionState.RECORDED, PenaltyDecision.recorded_by_id != person.id)
        .order_by(PenaltyDecision.recorded_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/cases/{each.id}"
        yield Todo(
            f"{each.enterprise.name}：{each.number}",
            url,
            _("处罚复核"),
            "info",
            each.content[:60],
            None,
            _("复核"),
            url,
        )


def _listing_decisions(person: User, today: date) -> Iterable[Todo]:
    ready = (
        credit.visible_listings(person)
        .where(
            or_(
                and_(Listing.state == ListingState.NOTIFIED, Listing.objection_until < today),
                and_(Listing.state == ListingState.NOTIFIED, Listing.waived_on.is_not(None)),
                Listing.state == ListingState.OBJECTED,
            ),
            Listing.proposed_by_id != person.id,
        )
        .limit(MOST)
    )
    for each in db.session.scalars(ready).unique():
        url = f"/listings/{each.id}"
        objected = each.state is ListingState.OBJECTED
        why = _("企业提出陈述申辩，待答复") if objected else _("陈述申辩期已满，可以决定")
        yield Todo(f"{each.enterprise.name}：{_('列入名单')}", url, _("名单"), "warn", why, None, _("办理"), url)


def _repairs(person: User, _today: date) -> Iterable[Todo]:
    wanted = credit.visible_repairs(person).where(Repair.state == RepairState.APPLIED).order_by(Repair.id).limit(MOST)
    for each in db.session.scalars(wanted).unique():
        url = f"/repairs/{each.id}"
        due = law.deadline("permit.change_decision", each.applied_on, event=_("申请"))
        yield Todo(
            f"{each.enterprise.name}：{_('信用修复')}",
            url,
            _("信用修复"),
            "info",
            each.event.reason[:60],
            due.due,
            _("决定"),
            url,
            due.arithmetic,
            True,
        )


def _reports(person: User, _today: date) -> Iterable[Todo]:
    wanted = (
        select(ExecutionReport)
        .join(Enterprise, Enterprise.id == ExecutionReport.enterprise_id)
        .where(sees(person), ExecutionReport.state == ReportState.SUBMITTED)
        .order_by(ExecutionReport.submitted_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/reports/{each.id}"
        title = f"{each.enterprise.name}：{each.obligation.title}"
        yield Todo(title, url, _("执行报告"), "info", _("企业已提交，待审核"), None, _("审核"), url)


def _overdue_reports(person: User, today: date) -> Iterable[Todo]:
    wanted = (
        select(Obligation)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .where(
            sees(person),
            Obligation.kind == "report",
            Obligation.fulfilled_on.is_(None),
            Obligation.voided_on.is_(None),
            Obligation.due_on < today,
        )
        .order_by(Obligation.due_on.desc())
        .limit(8)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/enterprises/{each.enterprise_id}/reports"
        title = f"{each.enterprise.name}：{each.title}"
        yield Todo(title, url, _("报告未报"), "danger", _("到期没有提交"), each.due_on, _("查看"), url, each.arithmetic)


def _proposals(person: User, today: date) -> Iterable[Todo]:
    for event in credit.proposable(person)[:MOST]:
        url = f"/credit-events/{event.id}/propose"
        yield Todo(
            f"{event.enterprise.name}：{event.kind.label}",
            url,
            _("可列入名单"),
            "warn",
            event.reason[:60],
            None,
            _("提出列入"),
            url,
        )
    wanted = credit.visible_listings(person).where(Listing.state == ListingState.PROPOSED).limit(MOST)
    for each in db.session.scalars(wanted).unique():
        url = f"/listings/{each.id}"
        yield Todo(
            f"{each.enterprise.name}：{_('列入名单')}",
            url,
            _("待告知"),
            "warn",
            each.ground,
            None,
            _("事先告知"),
            f"{url}/notify",
        )


def _waiting_for_others(person: User) -> Iterable[Todo]:
    """What this person has passed on and somebody else must do now."""
    if Role.OFFICER in person.roles:
        wanted = (
            inspections.visible_orders(person)
            .where(RectificationOrder.lead_officer_id == person.id, RectificationOrder.state == OrderState.REVIEW)
            .limit(MOST)
        )
        for each in db.session.scalars(wanted).unique():
            url = f"/orders/{each.id}"
            yield Todo(
                f"{each.enterprise.name}：{_('责令改正')}",
                url,
                _("待审批"),
                "calm",
                _("等审批人批准"),
                None,
                _("查看"),
                url,
            )
    if Role.CREDIT_CLERK in person.roles:
        wanted_listings = (
            credit.visible_listings(person)
            .where(Listing.state.in_([ListingState.NOTIFIED, ListingState.OBJECTED]))
            .limit(MOST)
        )
        for each_listing in db.session.scalars(wanted_listings).unique():
            url = f"/listings/{each_listing.id}"
            why = _("陈述申辩到 %(day)s", day=each_listing.objection_until)
            yield Todo(
                f"{each_listing.enterprise.name}：{_('列入名单')}", url, _("已告知"), "calm", why, None, _("查看"), url
            )


SOURCES: list[tuple[Action, Source]] = [
    (Action.INSPECTION_RECORD, _drafts),
    (Action.ORDER_SERVE, _own_orders),
    (Action.ORDER_RECHECK, _answers),
    (Action.ORDER_RECHECK, _exceedances),
    (Action.ORDER_APPROVE, _reviews),
    (Action.DECISION_CONFIRM, _decisions),
    (Action.LISTING_DECIDE, _listing_decisions),
    (Action.REPAIR_DECIDE, _repairs),
    (Action.REPORT_ACCEPT, _reports),
    (Action.REPORT_ACCEPT, _overdue_reports),
    (Action.LISTING_PROPOSE, _proposals),
]


@dataclass(frozen=True)
class Tally:
    """A figure of the bureau's overview, each a link to its rows."""

    count: int
    label: str
    url: str
    bad: bool = False


def tallies(person: User, today: date) -> list[Tally]:
    """Four figures of what one may see: firms, overdue obligations, open orders, on the list."""
    firms = db.session.scalar(select(func.count()).select_from(Enterprise).where(sees(person))) or 0
    owed = select(func.count()).select_from(Obligation).join(Enterprise, Enterprise.id == Obligation.enterprise_id)
    late = db.session.scalar(
        owed.where(
            sees(person), Obligation.due_on < today, Obligation.fulfilled_on.is_(None), Obligation.voided_on.is_(None)
        )
    )
    open_orders = db.session.scalar(
        select(func.count())
        .select_from(RectificationOrder)
        .join(Enterprise, Enterprise.id == RectificationOrder.enterprise_id)
        .where(sees(person), RectificationOrder.state == OrderState.SERVED)
    )
    listed = db.session.scalar(
        select(func.count())
        .select_from(Listing)
        .join(Enterprise, Enterprise.id == Listing.enterprise_id)
        .where(sees(person), Listing.state == ListingState.LISTED, Listing.term_to > today)
    )
    return [
        Tally(firms, _("企业"), "/enterprises"),
        Tally(late or 0, _("逾期义务"), "/obligations?overdue=1", bool(late)),
        Tally(open_orders or 0, _("整改中"), "/orders?state=served"),
        Tally(listed or 0, _("在列名单"), "/credit/blacklist"),
    ]
