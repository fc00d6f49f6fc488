"""The room's lists: grades of a day, listings, the blacklist as published, repairs."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from accounts.models import Area, Office, User
from core import clock
from core.language import lazy_gettext as _l
from core.ledger import (
    AsOf,
    Badge,
    Choice,
    Code,
    Day,
    Figure,
    Grade,
    Ledger,
    Link,
    Order,
    Search,
    Text,
    Word,
    lookup,
)
from credit import models, queries
from credit.models import CreditEvent, Listing, ListingState, ListType, Repair, RepairState
from inspections.models import PenaltyDecision
from registry.models import Document, Enterprise, GradeSpan, Industry
from registry.queries import sees
from registry.search import named


def _grade(code: str) -> models.Grade | None:
    return models.Grade.of(code)


def _graded(seen_by: User) -> Select[GradeSpan]:
    return select(GradeSpan).join(Enterprise, Enterprise.id == GradeSpan.enterprise_id).where(sees(seen_by))


def _on(day: date) -> ColumnElement[bool]:
    return and_(GradeSpan.valid_from <= day, or_(GradeSpan.valid_to.is_(None), GradeSpan.valid_to > day))


def _areas(_seen_by: User) -> list[tuple[int, str]]:
    return queries.area_choices()


GRADES: Ledger[User] = Ledger(
    name="grades",
    title=_l("环境信用等级台账"),
    unit=_l("家"),
    base=_graded,
    identity=GradeSpan.id,
    columns=[
        Text(
            "name",
            _l("企业"),
            Enterprise.name,
            link=Link("credit.enterprise_credit", enterprise_id=Enterprise.id),
            sub="code",
            order="name",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Grade("grade", _l("等级"), GradeSpan.grade, read=_grade, also={"score": GradeSpan.score}),
        Figure("score", _l("得分"), GradeSpan.score, order="score"),
        Day("since", _l("起"), GradeSpan.valid_from),
        Day("until", _l("下一次变化"), GradeSpan.valid_to),
        Text("area", _l("县市、园区"), lookup(Area.name, Area.id == Enterprise.area_id)),
        Text("industry", _l("行业"), lookup(Industry.name, Industry.code == Enterprise.industry_code), hidden=True),
    ],
    filters=[
        AsOf("as-of", _l("评价日"), where=_on),
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("grade", _l("等级"), GradeSpan.grade, choices=[(grade.code, grade.label) for grade in models.Grade]),
        Choice("area", _l("县市、园区"), Enterprise.area_id, choices=_areas),
    ],
    orders=[
        Order("score", _l("得分"), GradeSpan.score, up=_l("由低到高"), down=_l("由高到低")),
        Order("name", _l("名称"), Enterprise.name),
    ],
    default_order="score",
    definition=_l("按评价日有效的方案和生效的信用事件计算，逐家可查每一分的来源。"),
    empty=_l("没有符合条件的企业。"),
)

LISTINGS: Ledger[User] = Ledger(
    name="listings",
    title=_l("名单台账"),
    unit=_l("件"),
    base=queries.visible_listings,
    identity=Listing.id,
    columns=[
        Text(
            "name",
            _l("企业"),
            Enterprise.name,
            link=Link("credit.listing", listing_id=Listing.id),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Word("type", _l("名单"), Listing.list_type),
        Text("ground", _l("列入事由"), Listing.ground),
        Code(
            "number",
            _l("决定书文号"),
            lookup(Document.number, Document.id == Listing.decision_document_id),
            hidden=True,
        ),
        Day("proposed", _l("提出日期"), Listing.proposed_on, order="-new"),
        Day("listed", _l("列入日期"), Listing.listed_on),
        Day("term", _l("期限止"), Listing.term_to),
        Day("removed", _l("移出日期"), Listing.removed_on, hidden=True),
        Badge("state", _l("状态"), Listing.state),
    ],
    filters=[
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), Listing.state, choices=ListingState),
        Choice("type", _l("名单"), Listing.list_type, choices=ListType),
    ],
    orders=[Order("new", _l("提出日期"), Listing.proposed_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-new",
    definition=_l("从提出到移出的全部列入事项。"),
    empty=_l("没有列入事项。"),
)


def _published(_seen_by: User | None) -> Select[Listing]:
    return (
        select(Listing).join(Enterprise, Enterprise.id == Listing.enterprise_id).where(Listing.listed_on.is_not(None))
    )


def _listed_on(day: date) -> ColumnElement[bool]:
    return and_(
        Listing.listed_on <= day,
        Listing.term_to > day,
        or_(Listing.removed_on.is_(None), Listing.removed_on > day),
    )


BLACKLIST: Ledger[User | None] = Ledger(
    name="blacklist",
    title=_l("名单"),
    unit=_l("家"),
    base=_published,
    identity=Listing.id,
    columns=[
        Text(
            "行政相对人名称",
            _l("行政相对人名称"),
            Enterprise.name,
            link=Link("credit.public_enterprise", uscc=Enterprise.credit_code),
            sub="统一社会信用代码",
            full=True,
        ),
        Code("统一社会信用代码", _l("统一社会信用代码"), Enterprise.credit_code),
        Text("列入事由", _l("列入事由"), Listing.ground, width=40),
        Text("列入依据", _l("列入依据"), Listing.legal_basis, width=40),
        Code(
            "列入决定书文号", _l("列入决定书文号"), lookup(Document.number, Document.id == Listing.decision_document_id)
        ),
        Code(
            "行政处罚决定书文号",
            _l("行政处罚决定书文号"),
            lookup(PenaltyDecision.number, PenaltyDecision.id == Listing.decision_id),
        ),
        Text(
            "违法事实",
            _l("违法事实"),
            lookup(PenaltyDecision.facts, PenaltyDecision.id == Listing.decision_id),
            on_page=False,
            width=40,
        ),
        Text(
            "处罚依据",
            _l("处罚依据"),
            lookup(PenaltyDecision.legal_basis, PenaltyDecision.id == Listing.decision_id),
            on_page=False,
            width=40,
        ),
        Text(
            "处罚内容",
            _l("处罚内容"),
            lookup(PenaltyDecision.content, PenaltyDecision.id == Listing.decision_id),
            on_page=False,
            width=30,
        ),
        Day(
            "处罚决定日期",
            _l("处罚决定日期"),
            lookup(PenaltyDecision.decided_on, PenaltyDecision.id == Listing.decision_id),
            on_page=False,
        ),
        Word("名单类别", _l("名单类别"), Listing.list_type),
        Day("列入日期", _l("列入日期"), Listing.listed_on, order="-listed"),
        Day("期限止", _l("期限止"), Listing.term_to),
        Text("列入机关", _l("列入机关"), lookup(Office.name, Office.id == Listing.office_id)),
    ],
    filters=[
        AsOf("as-of", _l("截至"), where=_listed_on),
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("type", _l("名单类别"), Listing.list_type, choices=ListType),
    ],
    orders=[Order("listed", _l("列入日期"), Listing.listed_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-listed",
    definition=_l("截至当日在名单上的单位；期满、修复或者决定被撤销的，当日起不再出现。"),
    empty=_l("截至当日没有单位在名单上。"),
)

REPAIRS: Ledger[User] = Ledger(
    name="repairs",
    title=_l("信用修复台账"),
    unit=_l("件"),
    base=queries.visible_repairs,
    identity=Repair.id,
    columns=[
        Text(
            "name", _l("企业"), Enterprise.name, link=Link("credit.repair", repair_id=Repair.id), sub="code", full=True
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Text("event", _l("信用事件"), lookup(CreditEvent.reason, CreditEvent.id == Repair.event_id), width=40),
        Day("applied", _l("申请日期"), Repair.applied_on, order="-new"),
        Day("decided", _l("决定日期"), Repair.decided_on),
        Badge("state", _l("状态"), Repair.state),
    ],
    filters=[
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), Repair.state, choices=RepairState),
    ],
    orders=[Order("new", _l("申请日期"), Repair.applied_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-new",
    empty=_l("没有信用修复申请。"),
)


def public_penalties(_seen_by: User | None) -> Select[PenaltyDecision]:
    """The decisions that the public may see: confirmed, served, within the years shown."""
    return (
        select(PenaltyDecision)
        .join(Enterprise, Enterprise.id == PenaltyDecision.enterprise_id)
        .where(PenaltyDecision.state == "confirmed", PenaltyDecision.decided_on >= date(clock.today().year - 3, 1, 1))
    )


PENALTIES: Ledger[User | None] = Ledger(
    name="penalties",
    title=_l("行政处罚公开"),
    unit=_l("件"),
    base=public_penalties,
    identity=PenaltyDecision.id,
    columns=[
        Text(
            "name",
            _l("行政相对人名称"),
            Enterprise.name,
            link=Link("credit.public_enterprise", uscc=Enterprise.credit_code),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Code("number", _l("行政处罚决定书文号"), PenaltyDecision.number),
        Text("facts", _l("违法事实"), PenaltyDecision.facts, hidden=True, width=50),
        Text("basis", _l("处罚依据"), PenaltyDecision.legal_basis, hidden=True, width=40),
        Text("content", _l("处罚内容"), PenaltyDecision.content, width=40),
        Figure("fine", _l("罚款（元）"), PenaltyDecision.fine),
        Day("decided", _l("处罚决定日期"), PenaltyDecision.decided_on, order="-decided"),
        Text("office", _l("处罚机关"), lookup(Office.name, Office.id == PenaltyDecision.office_id)),
    ],
    filters=[Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True)],
    orders=[Order("decided", _l("处罚决定日期"), PenaltyDecision.decided_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-decided",
    definition=_l("近三年生效的处罚决定；变更、撤销的，三个工作日内撤回（行政处罚法第四十八条）。"),
    empty=_l("没有公开的处罚决定。"),
)
