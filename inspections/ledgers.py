"""The room's lists, each declared once for page and exports."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from accounts.models import Office, User
from core import clock
from core.countdown import late_words
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Code,
    Count,
    Day,
    Days,
    Figure,
    Flag,
    Ledger,
    Link,
    Mark,
    Moment,
    Notable,
    Order,
    Row,
    Search,
    Text,
    Word,
    lookup,
)
from inspections import queries
from inspections.models import (
    DecisionState,
    Finding,
    FindingState,
    Inspection,
    InspectionKind,
    InspectionState,
    OrderState,
    PenaltyDecision,
    RectificationOrder,
    Severity,
)
from registry.models import Document, Enterprise
from registry.obligations import seen_deadline
from registry.search import named


def _offices(_seen_by: User) -> list[tuple[int, str]]:
    return [(office.id, office.short_name) for office in queries.offices_beside(_seen_by)]


def _office_name(column: Any) -> ColumnElement[Any]:
    return lookup(Office.short_name, Office.id == column)


INSPECTIONS: Ledger[User] = Ledger(
    name="inspections",
    title=_l("检查台账"),
    unit=_l("次"),
    base=queries.visible_inspections,
    identity=Inspection.id,
    columns=[
        Moment(
            "started",
            _l("检查时间"),
            Inspection.started_at,
            link=Link("inspections.inspection", inspection_id=Inspection.id),
            order="-started",
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Word("kind", _l("检查类型"), Inspection.kind),
        Text("office", _l("检查机关"), _office_name(Inspection.office_id)),
        Text("lead", _l("主办"), lookup(User.name, User.id == Inspection.lead_officer_id)),
        Count(
            "findings",
            _l("问题"),
            select(func.count())
            .select_from(Finding)
            .where(Finding.inspection_id == Inspection.id)
            .correlate(Inspection),
        ),
        Code("document", _l("笔录文号"), lookup(Document.number, Document.id == Inspection.document_id), hidden=True),
        Badge("state", _l("状态"), Inspection.state),
    ],
    filters=[
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("kind", _l("检查类型"), Inspection.kind, choices=InspectionKind),
        Choice("state", _l("状态"), Inspection.state, choices=InspectionState),
        Choice("office", _l("检查机关"), Inspection.office_id, choices=_offices, more=True),
        Days("on", _l("检查日期"), Inspection.started_at),
    ],
    orders=[Order("started", _l("检查时间"), Inspection.started_at, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-started",
    notables=[
        Notable(
            _l("%(count)s 次还在记录中"),
            lambda: Inspection.state == InspectionState.DRAFT,
            {"state": InspectionState.DRAFT.code},
        )
    ],
    definition=_l("现场检查记录，含记录中和已作废的。"),
    empty=_l("没有检查记录。到「外勤」登记第一次检查。"),
)

FINDINGS: Ledger[User] = Ledger(
    name="findings",
    title=_l("问题台账"),
    unit=_l("个"),
    base=queries.visible_findings,
    identity=Finding.id,
    columns=[
        Text(
            "facts",
            _l("问题"),
            Finding.facts,
            link=Link("inspections.finding", finding_id=Finding.id),
            full=True,
            width=60,
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="code",
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Day("found", _l("发现日期"), Finding.found_on, order="-found"),
        Badge("severity", _l("程度"), Finding.severity),
        Text("source", _l("要求的来源"), Finding.requirement_source, hidden=True),
        Code("violation", _l("案由"), Finding.violation_key, hidden=True),
        Badge("state", _l("状态"), Finding.state),
    ],
    filters=[
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), Finding.state, choices=FindingState),
        Choice("severity", _l("程度"), Finding.severity, choices=Severity),
        Days("found", _l("发现日期"), Finding.found_on),
    ],
    orders=[Order("found", _l("发现日期"), Finding.found_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-found",
    notables=[
        Notable(
            _l("%(count)s 个严重"), lambda: Finding.severity == Severity.SERIOUS, {"severity": Severity.SERIOUS.code}
        ),
        Notable(
            _l("%(count)s 个待处理"), lambda: Finding.state == FindingState.OPEN, {"state": FindingState.OPEN.code}
        ),
    ],
    definition=_l("现场检查发现的问题，含已改正和已作废的。"),
    empty=_l("没有发现问题。检查时答“不符合”的项目会自动列在这里。"),
)


def _overdue(row: Row) -> Mark | None:
    due, closed = row["due"], row["closed"]
    if due and not closed and due < clock.today():
        return Mark(late_words(seen_deadline(due, row["sum"], clock.today())), "danger")
    return None


def _late(_yes: bool) -> ColumnElement[bool]:
    today: date = clock.today()
    return and_(RectificationOrder.due_on < today, RectificationOrder.closed_on.is_(None))


ORDERS: Ledger[User] = Ledger(
    name="orders",
    title=_l("责令改正台账"),
    unit=_l("件"),
    base=queries.visible_orders,
    identity=RectificationOrder.id,
    columns=[
        Text(
            "number",
            _l("文号"),
            func.coalesce(lookup(Document.number, Document.id == RectificationOrder.document_id), "草稿"),
            link=Link("inspections.order", order_id=RectificationOrder.id),
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Text("office", _l("作出机关"), _office_name(RectificationOrder.office_id), hidden=True),
        Text("content", _l("改正内容"), RectificationOrder.content, hidden=True, width=50),
        Text("basis", _l("法律依据"), RectificationOrder.legal_basis, hidden=True, width=50),
        Day("served", _l("送达日期"), RectificationOrder.served_on),
        Day(
            "due",
            _l("改正期限"),
            RectificationOrder.due_on,
            order="due",
            note=_overdue,
            also={"closed": RectificationOrder.closed_on, "sum": RectificationOrder.due_arithmetic},
        ),
        Day("closed_on", _l("结束日期"), RectificationOrder.closed_on, hidden=True),
        Badge("state", _l("状态"), RectificationOrder.state),
    ],
    filters=[
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), RectificationOrder.state, choices=OrderState),
        Flag("overdue", _l("只看逾期"), where=_late),
        Days("due", _l("改正期限"), RectificationOrder.due_on),
    ],
    orders=[
        Order("new", _l("起草时间"), RectificationOrder.drafted_at, up=_l("由早到晚"), down=_l("由近到远")),
        Order("due", _l("改正期限"), RectificationOrder.due_on, up=_l("由近到远"), down=_l("由远到近")),
    ],
    default_order="-new",
    notables=[
        Notable(_l("%(count)s 件逾期未改"), lambda: _late(True), {"overdue": "1"}),
    ],
    definition=_l("责令改正违法行为决定书，含草稿；逾期按今天计算。"),
    empty=_l("没有责令改正。检查发现问题后，在检查页起草。"),
)

DECISIONS: Ledger[User] = Ledger(
    name="decisions",
    title=_l("处罚决定台账"),
    unit=_l("件"),
    base=queries.visible_decisions,
    identity=PenaltyDecision.id,
    columns=[
        Code(
            "number",
            _l("文号"),
            PenaltyDecision.number,
            link=Link("inspections.decision", decision_id=PenaltyDecision.id),
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Text("content", _l("处罚内容"), PenaltyDecision.content, width=40),
        Figure("fine", _l("罚款（元）"), PenaltyDecision.fine),
        Day("decided", _l("决定日期"), PenaltyDecision.decided_on, order="-decided"),
        Day("served", _l("送达日期"), PenaltyDecision.served_on, hidden=True),
        Day("paid", _l("缴清日期"), PenaltyDecision.paid_on, hidden=True),
        Text("basis", _l("处罚依据"), PenaltyDecision.legal_basis, hidden=True, width=50),
        Badge("state", _l("状态"), PenaltyDecision.state),
    ],
    filters=[
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), PenaltyDecision.state, choices=DecisionState),
        Days("decided", _l("决定日期"), PenaltyDecision.decided_on),
    ],
    orders=[Order("decided", _l("决定日期"), PenaltyDecision.decided_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-decided",
    notables=[
        Notable(
            _l("%(count)s 件待另一人复核"),
            lambda: PenaltyDecision.state == DecisionState.RECORDED,
            {"state": DecisionState.RECORDED.code},
        )
    ],
    definition=_l("已登记的行政处罚决定；复核生效后才计入环境信用。"),
    empty=_l("没有处罚决定。在企业的「检查」页登记。"),
)
