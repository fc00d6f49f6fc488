"""The register itself, and the lists of key units."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from accounts.models import Area, Office, User
from core import clock
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Code,
    Count,
    Day,
    Figure,
    Flag,
    Grade,
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
    tally,
)
from core.words import Titled
from registry import obligations, queries
from registry.models import (
    Category,
    Enterprise,
    GradeSpan,
    Industry,
    ListKind,
    ListMembership,
    Obligation,
    Status,
)
from registry.search import named


class CreditGrade(Titled):
    """环境信用等级 as every list shows it; the credit room computes it."""

    GREEN = "green", "绿", "ok"
    BLUE = "blue", "蓝", "info"
    YELLOW = "yellow", "黄", "warn"
    RED = "red", "红", "danger"
    BLACK = "black", "黑", "grave"


def _offices(seen_by: User) -> list[tuple[int, str]]:
    return queries.office_choices(seen_by)


def _in_area(area_id: int) -> ColumnElement[bool]:
    """The area itself and the zones in it."""
    return Enterprise.area_id.in_(select(Area.id).where(or_(Area.id == area_id, Area.parent_id == area_id)))


def _on_list(kind: ListKind) -> ColumnElement[bool]:
    return (
        select(ListMembership.id)
        .where(
            ListMembership.enterprise_id == Enterprise.id,
            ListMembership.kind == kind,
            ListMembership.year == clock.today().year,
            ListMembership.removed_on.is_(None),
        )
        .exists()
    )


def _span(today: date) -> ColumnElement[bool]:
    return and_(
        GradeSpan.enterprise_id == Enterprise.id,
        GradeSpan.valid_from <= today,
        or_(GradeSpan.valid_to.is_(None), GradeSpan.valid_to > today),
    )


@lru_cache(maxsize=4)
def _on(day: date, name: str) -> Any:
    """A value of a day's span. It is the last that has begun, so that no earlier one is looked at."""
    newest = select(getattr(GradeSpan, name)).where(_span(day)).order_by(GradeSpan.valid_from.desc())
    return newest.correlate(Enterprise).limit(1)


def _grade() -> Any:
    return _on(clock.today(), "grade")


def _score() -> Any:
    return _on(clock.today(), "score")


def _graded(grade: CreditGrade) -> ColumnElement[bool]:
    return select(GradeSpan.id).where(_span(clock.today()), GradeSpan.grade == grade.code).exists()


def _late() -> Any:
    return tally(
        Obligation.enterprise_id,
        Enterprise.id,
        obligations.is_overdue(clock.today()),
    )


def _owes_late(_yes: bool) -> ColumnElement[bool]:
    return (
        select(Obligation.id)
        .where(
            Obligation.enterprise_id == Enterprise.id,
            obligations.is_overdue(clock.today()),
        )
        .exists()
    )


def _ends_within(days: int) -> ColumnElement[bool]:
    """Permits that end within so many days; 0 stands for those that have ended."""
    today = clock.today()
    if days == 0:
        return Enterprise.permit_valid_to < today
    return and_(Enterprise.permit_valid_to >= today, Enterprise.permit_valid_to <= today + timedelta(days=days))


def _days_left(row: Row) -> Mark | None:
    ends = row["expiry"]
    if ends is None:
        return None
    left = (ends - clock.today()).days
    if left < 0:
        return Mark(_("已过期 %(days)d 天", days=-left), "danger")
    if left < 60:
        return Mark(_("剩 %(days)d 天，已过延续申请期", days=left), "danger" if left < 30 else "warn")
    return Mark(_("剩 %(days)d 天", days=left), "muted")


def _overdue(row: Row) -> Mark:
    count = row["overdue"]
    return Mark(_("逾期 %(count)d 项", count=count), "danger") if count else Mark(_("无逾期"), "muted")


def _grade_word(code: str) -> CreditGrade | None:
    return CreditGrade.of(code)


ENTERPRISES: Ledger[User] = Ledger(
    name="enterprises",
    title=_l("企业台账"),
    unit=_l("家"),
    base=queries.visible_enterprises,
    identity=Enterprise.id,
    columns=[
        Text(
            "name",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="code",
            order="name",
            full=True,
            width=34,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Text("industry", _l("行业"), lookup(Industry.name, Industry.code == Enterprise.industry_code)),
        Code("industry_code", _l("行业代码"), Enterprise.industry_code, hidden=True, width=10),
        Word("category", _l("管理类别"), Enterprise.category),
        Day("expiry", _l("许可证到期"), Enterprise.permit_valid_to, order="expiry", note=_days_left),
        Code("permit", _l("许可证编号"), Enterprise.permit_no, hidden=True, width=26),
        Grade("grade", _l("环境信用"), _grade, read=_grade_word, also={"score": _score}),
        Figure("points", _l("信用得分"), _score, on_page=False),
        Count("overdue", _l("义务"), _late, shown=_overdue),
        Day("inspected", _l("最近检查"), Enterprise.last_inspected_on, order="-inspected"),
        Text("area", _l("县市、园区"), lookup(Area.name, Area.id == Enterprise.area_id), hidden=True, width=16),
        Text(
            "office",
            _l("监管机关"),
            lookup(Office.short_name, Office.id == Enterprise.office_id),
            hidden=True,
            width=14,
        ),
        Text("address", _l("地址"), Enterprise.address, hidden=True, width=36),
        Text("person", _l("法定代表人"), Enterprise.legal_representative, hidden=True, width=12),
        Word("scale", _l("规模"), Enterprise.scale, hidden=True),
        Moment("registered", _l("登记时间"), Enterprise.registered_at, hidden=True, order="-registered"),
        Badge("status", _l("生产状态"), Enterprise.status, hidden=True),
    ],
    filters=[
        Search("q", _l("名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("area", _l("县市、园区"), where=_in_area, choices=queries.area_choices),
        Choice("category", _l("管理类别"), Enterprise.category, choices=Category),
        Search(
            "industry", _l("行业代码"), where=lambda text: Enterprise.industry_code.startswith(text, autoescape=True)
        ),
        Choice("grade", _l("环境信用"), where=_graded, choices=CreditGrade),
        Choice("status", _l("生产状态"), Enterprise.status, choices=Status),
        Choice("list", _l("名录"), where=_on_list, choices=ListKind),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=_offices, more=True),
        Choice(
            "expires",
            _l("许可证到期"),
            where=_ends_within,
            choices=[
                (0, _l("已过期")),
                (30, _l("30 日内")),
                (60, _l("60 日内")),
                (90, _l("90 日内")),
                (180, _l("180 日内")),
            ],
            more=True,
        ),
        Flag("overdue", _l("只看有逾期义务的"), where=_owes_late, more=True),
    ],
    orders=[
        Order("expiry", _l("许可证到期日"), Enterprise.permit_valid_to, up=_l("由近到远"), down=_l("由远到近")),
        Order("name", _l("名称"), Enterprise.name),
        Order("inspected", _l("最近检查日"), Enterprise.last_inspected_on, up=_l("由早到晚"), down=_l("由近到远")),
        Order("registered", _l("登记时间"), Enterprise.registered_at, up=_l("由早到晚"), down=_l("由近到远")),
    ],
    default_order="expiry",
    notables=[
        Notable(_l("%(count)s 家许可证已过期"), lambda: _ends_within(0), {"expires": "0"}),
        Notable(_l("%(count)s 家 30 日内到期"), lambda: _ends_within(30), {"expires": "30"}),
        Notable(_l("%(count)s 家有逾期义务"), lambda: _owes_late(True), {"overdue": "1"}),
    ],
    definition=_l("本机关管辖的排污单位，含停产和关闭的；信用等级和逾期按今天计算。"),
    empty=_l("没有符合条件的企业。可以登记企业，或从 Excel 导入。"),
)


def _years(_seen_by: User) -> list[tuple[int, str]]:
    return [(year, str(year)) for year in queries.list_years()]


KEY_LISTS: Ledger[User] = Ledger(
    name="key-lists",
    title=_l("重点单位名录"),
    unit=_l("条"),
    base=queries.visible_memberships,
    identity=ListMembership.id,
    columns=[
        Text(
            "name",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="code",
            order="name",
            full=True,
        ),
        Code("code", _l("统一社会信用代码"), Enterprise.credit_code),
        Badge("kind", _l("名录"), ListMembership.kind),
        Text("year", _l("年度"), ListMembership.year, order="-year", width=8),
        Text("criterion", _l("纳入条件"), ListMembership.criterion),
        Text("basis", _l("依据"), ListMembership.basis, hidden=True),
        Day("added", _l("纳入日期"), ListMembership.added_on),
        Day("removed", _l("移出日期"), ListMembership.removed_on, hidden=True),
        Text("reason", _l("移出原因"), ListMembership.removed_reason, hidden=True),
    ],
    filters=[
        Search("q", _l("名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("year", _l("年度"), ListMembership.year, choices=_years),
        Choice("kind", _l("名录"), ListMembership.kind, choices=ListKind),
        Choice("area", _l("县市、园区"), where=_in_area, choices=queries.area_choices),
        Flag("removed", _l("只看已移出"), where=lambda _yes: ListMembership.removed_on.is_not(None)),
    ],
    orders=[
        Order("year", _l("年度"), ListMembership.year, up=_l("由早到晚"), down=_l("由近到远")),
        Order("name", _l("名称"), Enterprise.name),
    ],
    default_order="-year",
    notables=[Notable(_l("%(count)s 条已移出"), lambda: ListMembership.removed_on.is_not(None), {"removed": "1"})],
    definition=_l("环境监管重点单位和其他名录，逐年列示，移出的保留原因。"),
    empty=_l("还没有名录。在企业页列入，或从上一年带入。"),
)
