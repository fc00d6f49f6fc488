"""The ledger of emission rights."""

from sqlalchemy import ColumnElement, and_, case, literal

from accounts.models import User
from core import clock
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Day, Figure, Ledger, Link, Moment, Order, Search, Text, lookup
from core.words import Titled
from permits import queries
from permits.models import EmissionRight, Permit, RightSource
from registry.models import Enterprise
from registry.queries import office_choices
from registry.search import named


class RightStanding(Titled):
    """Whether a line counts today: computed, never stored."""

    RUNNING = "running", "有效", "ok"
    AHEAD = "ahead", "未开始", "calm"
    OVER = "over", "已到期", "calm"
    VOIDED = "voided", "已作废", "danger"


def _stands(wanted: RightStanding) -> ColumnElement[bool]:
    today, live = clock.today(), EmissionRight.voided_at.is_(None)
    conditions: dict[RightStanding, ColumnElement[bool]] = {
        RightStanding.VOIDED: EmissionRight.voided_at.is_not(None),
        RightStanding.AHEAD: and_(live, EmissionRight.period_from > today),
        RightStanding.OVER: and_(live, EmissionRight.period_to < today),
        RightStanding.RUNNING: and_(live, EmissionRight.period_from <= today, EmissionRight.period_to >= today),
    }
    return conditions[wanted]


def _standing() -> ColumnElement[str]:
    return case(*((_stands(each), literal(each.code)) for each in RightStanding), else_=literal(""))


RIGHTS: Ledger[User] = Ledger(
    name="emission-rights",
    title=_l("排污权台账"),
    unit=_l("笔"),
    base=queries.rights.visible_rights,
    identity=EmissionRight.id,
    columns=(
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("permits.permit_rights", permit_id=Permit.id),
            full=True,
        ),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Code("permit", _l("许可证编号"), Permit.permit_no, hidden=True),
        Text("pollutant", _l("污染物"), EmissionRight.pollutant_name),
        Badge("source", _l("来源或去向"), EmissionRight.source),
        Figure("amount", _l("数量（吨/年）"), EmissionRight.amount),
        Day("from", _l("期限起"), EmissionRight.period_from),
        Day("to", _l("期限止"), EmissionRight.period_to, order="to"),
        Text("counterparty", _l("交易对方"), EmissionRight.counterparty),
        Figure("price", _l("成交价款（元）"), EmissionRight.price),
        Text("basis", _l("依据"), EmissionRight.basis, hidden=True),
        Badge("standing", _l("状态"), _standing, read=RightStanding.of),
        Text("void_reason", _l("作废理由"), EmissionRight.void_reason, hidden=True),
        Text("by", _l("登记人"), lookup(User.name, User.id == EmissionRight.recorded_by_id), hidden=True),
        Moment("recorded", _l("登记时间"), EmissionRight.recorded_at, hidden=True),
    ),
    orders=(Order("to", _l("期限止"), EmissionRight.period_to, up=_l("由近到远"), down=_l("由远到近")),),
    default_order="to",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("standing", _l("状态"), where=_stands, choices=RightStanding, usual=RightStanding.RUNNING),
        Choice("source", _l("来源或去向"), EmissionRight.source, choices=RightSource),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
    ),
    definition=_l(
        "登记的排污权，每笔一行；出让和租出的从持有量中减去。持有量与许可年排放量的对照在各许可证的排污权页。"
    ),
    empty=_l("在许可证的“排污权”页登记初始核定和交易后，会列在这里。"),
)
