"""The ledger of exceedances."""

from typing import Any

from sqlalchemy import ColumnElement, case, literal

from accounts.models import User
from core.filters import shown_number
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Day,
    Days,
    Figure,
    Ledger,
    Link,
    Moment,
    Order,
    Row,
    Search,
    Text,
    Word,
    lookup,
)
from core.words import Titled
from permits import queries
from permits.models import Exceedance, LimitKind
from registry.models import Enterprise
from registry.queries import office_choices
from registry.search import named


class Handled(Titled):
    """Whether anybody has dealt with a lead."""

    OPEN = "open", "待处理", "danger"
    DONE = "done", "已处理", "calm"


def _is_handled(wanted: Handled) -> ColumnElement[bool]:
    return Exceedance.handled_at.is_(None) if wanted is Handled.OPEN else Exceedance.handled_at.is_not(None)


def _handled() -> ColumnElement[Any]:
    return case((Exceedance.handled_at.is_(None), literal("open")), else_=literal("done"))


def _handled_word(code: str) -> Handled | None:
    return Handled.of(code)


def _limit_note(row: Row) -> str:
    words: str = _("限值 %(limit)s %(unit)s", limit=shown_number(row["limit"]), unit=row["of"])
    return words


EXCEEDANCES: Ledger[User] = Ledger(
    name="exceedances",
    title=_l("超标线索台账"),
    unit=_l("条"),
    base=queries.exceedances.visible_exceedances,
    identity=Exceedance.id,
    columns=(
        Text(
            "what",
            _l("排放口、污染物"),
            Exceedance.outlet_code + " " + Exceedance.pollutant_name,
            link=Link("permits.exceedance", exceedance_id=Exceedance.id),
            sub="kind",
        ),
        Word("kind", _l("超过何种限值"), Exceedance.limit_kind),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            full=True,
        ),
        Figure(
            "value",
            _l("数值"),
            Exceedance.value,
            note=_limit_note,
            also={"limit": Exceedance.limit_value, "of": Exceedance.unit},
        ),
        Figure("limit_value", _l("限值"), Exceedance.limit_value, hidden=True),
        Word("unit", _l("单位"), Exceedance.unit, hidden=True),
        Day("found", _l("发现日期"), Exceedance.found_on, order="-found"),
        Text("basis", _l("来源"), Exceedance.basis, width=40),
        Badge("state", _l("状态"), _handled, read=_handled_word),
        Moment("handled", _l("处理时间"), Exceedance.handled_at, hidden=True),
        Text("handling", _l("处理情况"), Exceedance.handling, hidden=True, width=40),
        Text("by", _l("处理人"), lookup(User.name, User.id == Exceedance.handled_by_id), hidden=True),
    ),
    orders=(Order("found", _l("发现日期"), Exceedance.found_on, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-found",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), where=_is_handled, choices=Handled, usual=Handled.OPEN),
        Choice("kind", _l("限值种类"), Exceedance.limit_kind, choices=LimitKind),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
        Days("found", _l("发现日期"), Exceedance.found_on),
    ),
    definition=_l("企业报送的数据超过许可限值而产生的线索，尚不是认定的违法事实；恰好等于限值不算超过。"),
    empty=_l("企业提交的执行报告或监测结果超过许可限值时，会自动列在这里。"),
)
