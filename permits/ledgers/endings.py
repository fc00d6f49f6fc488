"""The permits that ended, as everybody may read it (注销公告, 办法29): no person, no words of the file."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from accounts.models import Area, Office, User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Day, Days, Ledger, Link, Order, Search, Text, Word, lookup
from permits.models import Permit, PermitState
from permits.queries.certificates import CERTIFIED
from registry.disclosure import public_code_of, public_name_of
from registry.models import Document, DocumentKind, DocumentState, Enterprise
from registry.queries import area_choices
from registry.search import named

ENDS = (PermitState.CANCELLED, PermitState.WITHDRAWN, PermitState.REVOKED)


def _ended(_viewer: User | None = None) -> Select[Permit]:
    return (
        select(Permit)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .where(Permit.state.in_(ENDS), Permit.category.in_(CERTIFIED))
    )


def _notice(column: Any) -> ColumnElement[Any]:
    return lookup(
        column,
        Document.subject_kind == Permit.__tablename__,
        Document.subject_id == Permit.id,
        Document.kind == DocumentKind.PERMIT_END_NOTICE,
        Document.state == DocumentState.ISSUED,
    )


PERMIT_ENDS: Ledger[User | None] = Ledger(
    name="permit-ends",
    title=_l("排污许可证注销公告"),
    unit=_l("张"),
    base=_ended,
    identity=Permit.id,
    columns=(
        Text("name", _l("单位名称"), public_name_of(), sub="code", full=True),
        Code("code", _l("统一社会信用代码"), public_code_of()),
        Code("permit_no", _l("许可证编号"), Permit.permit_no, width=26),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12),
        Word("category", _l("管理类别"), Permit.category, hidden=True),
        Badge("state", _l("情形"), Permit.state),
        Day("ended", _l("注销日期"), Permit.ended_on, order="-ended"),
        Text("office", _l("发证机关"), lookup(Office.name, Office.id == Permit.authority_id)),
        Code(
            "notice",
            _l("公告文号"),
            _notice(Document.number),
            link=Link("registry.verify_code", code=_notice(Document.code)),
        ),
    ),
    orders=(Order("ended", _l("注销日期"), Permit.ended_on, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-ended",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("情形"), Permit.state, choices=[(each, _l(each.label)) for each in ENDS]),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices),
        Days("ended", _l("注销日期"), Permit.ended_on, more=True),
    ),
    definition=_l(
        "已注销、撤销、吊销的排污许可证，自终止之日起公告（办法第 29 条）；届满未延续的由发证机关注销后列入。"
    ),
    empty=_l("还没有注销的排污许可证。"),
)
