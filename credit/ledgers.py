"""The room's lists: grades of a day, listings, the blacklist as published, repairs."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

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
    Notable,
    Order,
    Search,
    Text,
    Word,
    lookup,
)
from credit import models, queries
from credit.models import CreditEvent, Evaluation, FreezeDay, Listing, ListingState, ListType, Repair, RepairState
from inspections.models import PenaltyDecision, PenaltyKind
from registry.disclosure import is_person, public_code_of, public_name_of
from registry.models import Document, Enterprise, GradeSpan, Industry
from registry.queries import area_choices, sees
from registry.search import named


def _grade(code: str) -> models.Grade | None:
    return models.Grade.of(code)


def _graded(seen_by: User) -> Select[GradeSpan]:
    return select(GradeSpan).join(Enterprise, Enterprise.id == GradeSpan.enterprise_id).where(sees(seen_by))


def _on(day: date) -> ColumnElement[bool]:
    return and_(GradeSpan.valid_from <= day, or_(GradeSpan.valid_to.is_(None), GradeSpan.valid_to > day))


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
        Grade("grade", _l("等级和得分"), GradeSpan.grade, read=_grade, also={"score": GradeSpan.score}, order="score"),
        Figure("score", _l("得分"), GradeSpan.score, order="score", hidden=True),
        Day("since", _l("起"), GradeSpan.valid_from),
        Day("until", _l("下一次变化"), GradeSpan.valid_to),
        Text("area", _l("县市、园区"), lookup(Area.name, Area.id == Enterprise.area_id)),
        Text("industry", _l("行业"), lookup(Industry.name, Industry.code == Enterprise.industry_code), hidden=True),
    ],
    filters=[
        AsOf("as-of", _l("评价日"), where=_on),
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("grade", _l("等级"), GradeSpan.grade, choices=[(grade.code, grade.label) for grade in models.Grade]),
        Choice("area", _l("县市、园区"), Enterprise.area_id, choices=area_choices),
    ],
    orders=[
        Order("score", _l("得分"), GradeSpan.score, up=_l("由低到高"), down=_l("由高到低")),
        Order("name", _l("名称"), Enterprise.name),
    ],
    default_order="score",
    notables=[
        Notable(_l("%(count)s 家黑色"), lambda: GradeSpan.grade == "black", {"grade": "black"}),
        Notable(_l("%(count)s 家红色"), lambda: GradeSpan.grade == "red", {"grade": "red"}),
        Notable(_l("%(count)s 家黄色"), lambda: GradeSpan.grade == "yellow", {"grade": "yellow"}),
    ],
    definition=_l("按评价日有效的方案和生效的信用事件计算，逐家可查每一分的来源。"),
    empty=_l("没有符合条件的企业。"),
)


def _frozen(seen_by: User) -> Select[Evaluation]:
    return select(Evaluation).join(Enterprise, Enterprise.id == Evaluation.enterprise_id).where(sees(seen_by))


def _last_frozen(day: date) -> ColumnElement[bool]:
    """The last day that was frozen until then."""
    return Evaluation.as_of == select(func.max(FreezeDay.as_of)).where(FreezeDay.as_of <= day).scalar_subquery()


FROZEN: Ledger[User] = Ledger(
    name="frozen-grades",
    title=_l("冻结的环境信用等级"),
    unit=_l("家"),
    base=_frozen,
    identity=Evaluation.id,
    columns=[
        Figure("place", _l("位次"), Evaluation.place, order="place"),
        Text(
            "name",
            _l("企业"),
            Enterprise.name,
            link=Link("credit.enterprise_credit", enterprise_id=Enterprise.id),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Grade("grade", _l("等级和得分"), Evaluation.grade, also={"score": Evaluation.score}),
        Figure("score", _l("得分"), Evaluation.score, hidden=True),
        Day("day", _l("评价日"), Evaluation.as_of),
        Code("sha256", _l("哈希"), Evaluation.sha256, hidden=True),
        Text("area", _l("县市、园区"), lookup(Area.name, Area.id == Enterprise.area_id)),
    ],
    filters=[
        AsOf("as-of", _l("截至"), where=_last_frozen),
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("grade", _l("等级"), Evaluation.grade, choices=models.Grade),
        Choice("area", _l("县市、园区"), Enterprise.area_id, choices=area_choices),
    ],
    orders=[Order("place", _l("位次"), Evaluation.place, up=_l("由前到后"), down=_l("由后到前"))],
    default_order="place",
    definition=_l("截至这一天最近一次冻结的评价：位次在全州没有关闭的企业中按得分由高到低排，同分并列，黑色列最后。"),
    empty=_l("没有符合条件的企业，或者到这一天还没有冻结过。"),
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
    notables=[
        Notable(_l("%(count)s 件有异议"), lambda: Listing.state == ListingState.OBJECTED, {"state": "objected"}),
        Notable(_l("%(count)s 件在列"), lambda: Listing.state == ListingState.LISTED, {"state": "listed"}),
    ],
    definition=_l("从提出到移出的全部列入事项。"),
    empty=_l("没有列入事项。处罚决定生效后，达到条件的会列在上面，可以提出列入。"),
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
        ~queries.is_stayed(Listing.decision_id, day),
    )


def _kinds(codes: list[str]) -> str:
    return "、".join(kind.label for kind in map(PenaltyKind.of, codes) if kind)


def _ten_thousands(yuan: Decimal) -> Decimal:
    return yuan / 10_000


def _punisher(wanted: Any) -> ColumnElement[Any]:
    """What is said of the office that made the penalty decision under a listing."""
    return lookup(wanted, Office.id == PenaltyDecision.office_id, PenaltyDecision.id == Listing.decision_id)


def _repair() -> ColumnElement[Any]:
    """How far the newest application for repair has come; nothing when there is none."""
    newest = select(Repair.state).where(Repair.event_id == Listing.event_id).order_by(Repair.id.desc()).limit(1)
    return newest.correlate(Listing).scalar_subquery()


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
            public_name_of(),
            link=Link("credit.public_enterprise", uscc=public_code_of()),
            sub="统一社会信用代码",
            full=True,
        ),
        Code("统一社会信用代码", _l("统一社会信用代码"), public_code_of()),
        Text(
            "行政相对人类别",
            _l("行政相对人类别"),
            case((is_person(), "自然人"), else_="法人及非法人组织"),
            on_page=False,
            width=18,
        ),
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
        Text(
            "处罚类别",
            _l("处罚类别"),
            lookup(PenaltyDecision.kinds, PenaltyDecision.id == Listing.decision_id),
            read=_kinds,
            on_page=False,
            width=20,
        ),
        Figure(
            "罚款金额（万元）",
            _l("罚款金额（万元）"),
            lookup(PenaltyDecision.fine, PenaltyDecision.id == Listing.decision_id),
            read=_ten_thousands,
            on_page=False,
        ),
        Figure(
            "没收金额（万元）",
            _l("没收金额（万元）"),
            lookup(PenaltyDecision.confiscated, PenaltyDecision.id == Listing.decision_id),
            read=_ten_thousands,
            on_page=False,
        ),
        Day(
            "处罚决定日期",
            _l("处罚决定日期"),
            lookup(PenaltyDecision.decided_on, PenaltyDecision.id == Listing.decision_id),
            on_page=False,
        ),
        Text("处罚机关", _l("处罚机关"), _punisher(Office.name), on_page=False, width=30),
        Code("处罚机关统一社会信用代码", _l("处罚机关统一社会信用代码"), _punisher(Office.uscc), on_page=False),
        Word("名单类别", _l("名单类别"), Listing.list_type),
        Day("列入日期", _l("列入日期"), Listing.listed_on, order="-listed"),
        Day("期限止", _l("期限止"), Listing.term_to),
        Text("列入机关", _l("列入机关"), lookup(Office.name, Office.id == Listing.office_id)),
        Badge("修复状态", _l("修复状态"), _repair(), on_page=False),
        Text(
            "数据来源单位",
            _l("数据来源单位"),
            lookup(Office.name, Office.id == Listing.office_id),
            on_page=False,
            width=30,
        ),
    ],
    filters=[
        AsOf("as-of", _l("截至"), where=_listed_on),
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("type", _l("名单类别"), Listing.list_type, choices=ListType),
    ],
    orders=[Order("listed", _l("列入日期"), Listing.listed_on, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-listed",
    definition=_l("截至当日在名单上的单位；期满、修复或者决定被撤销、停止执行的，当日起不再出现。"),
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
    notables=[
        Notable(
            _l("%(count)s 件待受理"), lambda: Repair.state == RepairState.APPLIED, {"state": RepairState.APPLIED.code}
        )
    ],
    definition=_l("企业提出的信用修复申请，含已决定的。"),
    empty=_l("没有信用修复申请。企业在「我的信用」提出后会列在这里。"),
)


def public_penalties(_seen_by: User | None) -> Select[PenaltyDecision]:
    """The decisions that the public may see today."""
    return (
        select(PenaltyDecision)
        .join(Enterprise, Enterprise.id == PenaltyDecision.enterprise_id)
        .where(queries.is_public(clock.today()))
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
            public_name_of(),
            link=Link("credit.public_enterprise", uscc=public_code_of()),
            sub="code",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), public_code_of()),
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
    definition=_l(
        "公示期内的处罚决定：一般的最长一年，严重的最长三年，轻微的不公示；已修复的停止公示，"
        "变更、撤销的三个工作日内撤回（行政处罚法第四十八条、信用修复管理办法）。"
    ),
    empty=_l("没有公开的处罚决定。"),
)
