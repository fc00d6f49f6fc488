"""What waits for an officer: orders to serve and re-check, answers, findings without an order, leads, what is overdue."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import User
from accounts.roles import Action
from app.desk.board import MOST, Note, Todo, draft, short, todo, waiting
from core import clock
from core.db import db
from core.filters import shown_number
from inspections import queries as inspections
from inspections.models import (
    DecisionState,
    Finding,
    FindingState,
    Inspection,
    InspectionState,
    ItemResponse,
    OrderItem,
    OrderState,
    PenaltyDecision,
    RectificationOrder,
)
from law import queries as law
from law.deadlines import deadline
from permits.models import Exceedance, MonitoringSignal
from permits.queries import applications as permits
from permits.queries import monitoring
from registry import obligations
from registry.models import Enterprise, Obligation, ObligationKind
from registry.queries import sees
from registry.rules.obligations import in_working_days

AHEAD = 10
"""Working days ahead that an order due is shown to who must re-check it."""

FINE_RULE = "fine.pay"


@todo(Action.ORDER_SERVE)
def own_orders(person: User, today: date) -> Iterable[Todo]:
    """Orders that I lead: approved ones to serve, returned ones to mend, served ones whose term ends."""
    near = law.calendar().add_workdays(today, AHEAD)
    answered = dict(_answers(person))
    wanted = (
        inspections.visible_orders(person)
        .where(
            RectificationOrder.lead_officer_id == person.id,
            or_(
                RectificationOrder.state == OrderState.APPROVED,
                and_(RectificationOrder.state == OrderState.DRAFT, RectificationOrder.return_reason != ""),
                and_(
                    RectificationOrder.state == OrderState.SERVED,
                    or_(RectificationOrder.due_on <= near, RectificationOrder.id.in_(answered)),
                ),
            ),
        )
        .options(joinedload(RectificationOrder.document))
        .order_by(RectificationOrder.due_on, RectificationOrder.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        yield _order(each, answered.get(each.id), today)


def _answers(person: User) -> list[tuple[int, tuple[int, date]]]:
    """The orders I lead with answers that nobody has judged: how many, and when the last came."""
    rows = db.session.execute(
        select(OrderItem.order_id, func.count(), func.max(ItemResponse.sent_at))
        .join(OrderItem, OrderItem.id == ItemResponse.item_id)
        .join(RectificationOrder, RectificationOrder.id == OrderItem.order_id)
        .where(
            RectificationOrder.lead_officer_id == person.id,
            RectificationOrder.state == OrderState.SERVED,
            ItemResponse.accepted.is_(None),
        )
        .group_by(OrderItem.order_id)
    )
    return [(order_id, (count, clock.beijing(sent_at).date())) for order_id, count, sent_at in rows]


def _order(each: RectificationOrder, answer: tuple[int, date] | None, today: date) -> Todo:
    url, firm = f"/orders/{each.id}", short(each.enterprise.name)
    number = each.document.number if each.document else ""
    if each.state is OrderState.DRAFT:
        why = _("审批人退回：%(why)s", why=each.return_reason)
        return Todo(_("%(firm)s：责令改正", firm=firm), url, _("退回修改"), "warn", why, _("修改"), f"{url}/edit")
    if each.state is OrderState.APPROVED:
        why = _("您主办；%(day)s 批准", day=each.approved_on)
        title = _("%(firm)s：送达%(number)s", firm=firm, number=number)
        return Todo(title, url, _("待送达"), "info", why, _("登记送达"), f"{url}/serve")
    late = each.due_on is not None and each.due_on < today
    kind, tone, act, act_url = _("整改复查"), "danger" if late else "warn", _("安排复查"), f"{url}/recheck"
    why = _("您主办；企业还没有报送改正情况")
    if answer:
        kind, tone, act, act_url = _("改正审核"), "danger" if late else "info", _("审核"), url
        why = _("您主办；企业 %(day)s 报送 %(count)d 项，待审核", day=f"{answer[1]:%m-%d}", count=answer[0])
    return Todo(
        _("%(firm)s：%(number)s", firm=firm, number=number),
        url,
        kind,
        tone,
        why,
        act,
        act_url,
        each.due_on,
        each.due_arithmetic,
        each.working_days,
        each.provisional,
        each.served_on,
    )


@todo(Action.INSPECTION_RECORD)
def site_checks(person: User, _today: date) -> Iterable[Todo]:
    """Sites that the examination of an application wants to have seen."""
    for each in permits.open_site_checks(person):
        url = f"/applications/{each.application_id}"
        title = _("%(firm)s：许可现场核查", firm=short(each.enterprise.name))
        why = _("%(who)s 要求：%(what)s", who=each.asked_by.name, what=each.question[:60])
        yield Todo(title, url, _("现场核查"), "warn", why, _("开始检查"), f"/sites/{each.site_id}/inspections/new")


@todo(Action.ORDER_DRAFT)
def findings_without_order(person: User, _today: date) -> Iterable[Todo]:
    """Final records that I lead with findings that nothing has been ordered on."""
    rows = db.session.execute(
        select(Inspection.id, Enterprise.name, func.count(Finding.id), func.min(Finding.found_on))
        .join(Finding, Finding.inspection_id == Inspection.id)
        .join(Enterprise, Enterprise.id == Inspection.enterprise_id)
        .where(
            sees(person),
            Inspection.lead_officer_id == person.id,
            Inspection.state == InspectionState.FINAL,
            Finding.state == FindingState.OPEN,
            Finding.id.not_in(
                select(OrderItem.finding_id)
                .join(RectificationOrder, RectificationOrder.id == OrderItem.order_id)
                .where(RectificationOrder.state != OrderState.RESCINDED)
            ),
        )
        .group_by(Inspection.id, Enterprise.name)
        .order_by(Inspection.id.desc())
        .limit(MOST)
    )
    for inspection_id, name, count, found_on in rows:
        url = f"/inspections/{inspection_id}"
        why = _("您主办；%(day)s 检查发现 %(count)d 个问题，还没有处理", day=f"{found_on:%m-%d}", count=count)
        title = _("%(firm)s：检查发现的问题", firm=short(name))
        yield Todo(title, url, _("待责令改正"), "warn", why, _("责令改正"), f"{url}/orders/new")


@todo(Action.EXCEEDANCE_HANDLE)
def leads(person: User, _today: date) -> Iterable[Todo]:
    """Limits that reports or results showed as broken."""
    wanted = (
        select(Exceedance)
        .join(Enterprise, Enterprise.id == Exceedance.enterprise_id)
        .where(sees(person), Exceedance.handled_at.is_(None))
        .order_by(Exceedance.id.desc())
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/exceedances/{each.id}"
        why = _(
            "您的辖区；%(day)s %(value)s，限值 %(limit)s %(unit)s",
            day=f"{each.found_on:%m-%d}",
            value=shown_number(each.value),
            limit=shown_number(each.limit_value),
            unit=each.unit,
        )
        title = f"{short(each.enterprise.name)}：{each.outlet_code} {each.pollutant_name}"
        yield Todo(title, url, _("超标线索"), "warn", why, _("核实"), url)


@todo(Action.SIGNAL_HANDLE)
def signals(person: User, _today: date) -> Iterable[Todo]:
    """Series that look as if they had not been measured: to be looked into, with the words of a hint and no verdict."""
    wanted = monitoring.visible_signals(person).where(MonitoringSignal.handled_at.is_(None))
    for each in db.session.scalars(wanted.order_by(MonitoringSignal.id.desc()).limit(MOST)).unique():
        url = f"/signals/{each.id}"
        why = _(
            "您的辖区；%(day)s %(kind)s：%(told)s只是提示，不是结论",
            day=f"{clock.beijing(each.last_at):%m-%d}",
            kind=_(each.kind.label),
            told=each.told,
        )
        title = f"{short(each.enterprise.name)}：{each.outlet_code} {each.pollutant_name}"
        yield Todo(title, url, _("数据异常信号"), "info", why, _("核实"), url)


def _late_words() -> dict[ObligationKind, tuple[str, str]]:
    return {
        ObligationKind.REPORT: (_("报告未报"), _("您的辖区；到期没有提交")),
        ObligationKind.RENEWAL: (_("许可延续"), _("您的辖区；到期没有申请")),
        ObligationKind.SOIL: (_("土壤义务"), _("您的辖区；到期没有报送")),
        ObligationKind.REGISTRATION: (_("登记未变更"), _("您的辖区；到期没有办理变更")),
        ObligationKind.MONITORING: (_("自行监测未做"), _("您的辖区；到期没有录入足够的结果")),
    }


@todo(Action.INSPECTION_RECORD)
def overdue_in_my_area(person: User, today: date) -> Iterable[Todo]:
    """What the firms of my office did not hand in, apply for or file in time."""
    wanted = (
        select(Obligation)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .where(
            sees(person),
            obligations.is_overdue(today),
            Obligation.kind.in_(tuple(_late_words())),
        )
        .order_by(Obligation.due_on.desc())
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/obligations/{each.id}"
        begin = f"/sites/{each.site_id}/inspections/new" if each.site_id else f"/enterprises/{each.enterprise_id}"
        kind, why = _late_words()[each.kind]
        title = f"{short(each.enterprise.name)}：{each.title}"
        yield Todo(
            title,
            url,
            kind,
            "danger",
            why,
            _("登记检查"),
            begin,
            each.due_on,
            each.arithmetic,
            in_working_days(each.arithmetic),
            each.provisional,
            each.opens_on,
        )


@todo(Action.DECISION_RECORD)
def unpaid_fines(person: User, _today: date) -> Iterable[Todo]:
    """Fines of decisions that I put on record and nobody noted as paid (行政处罚法第六十七条: 十五日)."""
    wanted = (
        inspections.visible_decisions(person)
        .where(
            PenaltyDecision.recorded_by_id == person.id,
            PenaltyDecision.state == DecisionState.CONFIRMED,
            PenaltyDecision.fine > 0,
            PenaltyDecision.paid_on.is_(None),
            PenaltyDecision.served_on.is_not(None),
        )
        .order_by(PenaltyDecision.served_on)
        .limit(MOST)
    )
    rows = db.session.scalars(wanted).unique().all()
    term = law.term(FINE_RULE) if rows else None
    for each in rows:
        if term is None or each.served_on is None:
            continue
        due = deadline(term, each.served_on, law.calendar(), event=_("送达"))
        url = f"/cases/{each.id}"
        why = _("%(number)s，罚款 %(fine)s 元没有缴清记录", number=each.number, fine=f"{each.fine:,.0f}")
        yield Todo(
            _("%(firm)s：缴纳罚款", firm=short(each.enterprise.name)),
            url,
            _("罚款"),
            "warn",
            why,
            _("登记缴清"),
            f"{url}/paid",
            due.due,
            due.arithmetic,
        )


@waiting(Action.ORDER_DRAFT)
def orders_with_others(person: User, _today: date) -> Iterable[Note]:
    """Orders that I passed on: with the approver, or with a firm whose term still runs."""
    near = law.calendar().add_workdays(_today, AHEAD)
    wanted = (
        inspections.visible_orders(person)
        .where(
            RectificationOrder.lead_officer_id == person.id,
            or_(
                RectificationOrder.state == OrderState.REVIEW,
                and_(RectificationOrder.state == OrderState.SERVED, RectificationOrder.due_on > near),
            ),
        )
        .options(joinedload(RectificationOrder.document))
        .order_by(RectificationOrder.drafted_at)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        firm = short(each.enterprise.name)
        if each.state is OrderState.REVIEW:
            title, text = (
                _("%(firm)s：责令改正审批", firm=firm),
                _("在审批人处，%(day)s 起草", day=_day(each.drafted_at)),
            )
        else:
            title = _("%(firm)s：责令改正", firm=firm)
            text = _("在企业处，%(day)s 前改正", day=f"{each.due_on:%m-%d}")
        yield Note(title, f"/orders/{each.id}", text)


@waiting(Action.DECISION_RECORD)
def decisions_with_others(person: User, _today: date) -> Iterable[Note]:
    """Decisions that I put on record and nobody has confirmed yet."""
    wanted = inspections.visible_decisions(person).where(
        PenaltyDecision.recorded_by_id == person.id, PenaltyDecision.state == DecisionState.RECORDED
    )
    for each in db.session.scalars(wanted.order_by(PenaltyDecision.id).limit(MOST)).unique():
        text = _("在审批人处，%(day)s 登记", day=_day(each.recorded_at))
        yield Note(_("%(firm)s：处罚决定复核", firm=short(each.enterprise.name)), f"/cases/{each.id}", text)


@draft(Action.INSPECTION_RECORD)
def open_records(person: User, _today: date) -> Iterable[Note]:
    """Records that I take part in and that are not final."""
    for each in inspections.drafts_of(person)[:MOST]:
        title = _("检查笔录：%(firm)s", firm=short(each.enterprise.name))
        yield Note(title, f"/inspections/{each.id}", _("%(day)s 开始，还没有定稿", day=_day(each.started_at)))


@draft(Action.ORDER_DRAFT)
def open_orders(person: User, _today: date) -> Iterable[Note]:
    """Orders that I drafted and have not sent."""
    wanted = (
        inspections.visible_orders(person)
        .where(
            RectificationOrder.lead_officer_id == person.id,
            RectificationOrder.state == OrderState.DRAFT,
            RectificationOrder.return_reason == "",
        )
        .options(selectinload(RectificationOrder.items))
        .order_by(RectificationOrder.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        text = _("%(day)s 起草，%(count)d 个问题，还没有送审批", day=_day(each.drafted_at), count=len(each.items))
        yield Note(_("责令改正：%(firm)s", firm=short(each.enterprise.name)), f"/orders/{each.id}", text)


def _day(instant: object) -> str:
    return f"{clock.beijing(instant):%m-%d %H:%M}"  # type: ignore[arg-type]
