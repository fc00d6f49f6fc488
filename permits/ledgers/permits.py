"""The ledger of permits."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal

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
    Days,
    Ledger,
    Link,
    Mark,
    Notable,
    Order,
    Row,
    Search,
    Text,
    Word,
    lookup,
    tally,
)
from permits import queries
from permits.models import Permit, PermitState, PermitVersion
from permits.rules import validity
from permits.rules.validity import Band
from registry.models import Category, Enterprise, Site
from registry.queries import area_choices
from registry.search import named


def in_band(wanted: Band) -> ColumnElement[bool]:
    """Whether the end of a permit in force falls in a band today."""
    first, last = validity.bounds(wanted, clock.today())
    live = Permit.state.in_(queries.permits.LIVE)
    return and_(
        live,
        *([Permit.valid_to >= first] if first else []),
        *([Permit.valid_to <= last] if last else []),
    )


STATE_CHOICES = [(Band.EXPIRED.code, _l(Band.EXPIRED.label)), *((each.code, _l(each.label)) for each in PermitState)]
"""A permit whose last day has passed is in force no more, though nobody has cancelled it yet."""


def _stands(wanted: str) -> ColumnElement[bool]:
    ran_out = in_band(Band.EXPIRED)
    return ran_out if wanted == Band.EXPIRED.code else and_(Permit.state == PermitState(wanted), ~ran_out)


def _standing() -> ColumnElement[Any]:
    return case((in_band(Band.EXPIRED), literal(Band.EXPIRED.code)), else_=cast(Permit.state, String))


def _state(code: str) -> PermitState | Band:
    return Band.EXPIRED if code == Band.EXPIRED.code else PermitState(code)


def left(row: Row) -> Mark | None:
    """How long a permit in force still lasts."""
    valid_to: date | None = row["valid_to"]
    if valid_to is None or row["stands"] not in queries.permits.LIVE:
        return None
    days = (valid_to - clock.today()).days
    if days < 0:
        return Mark(_("已届满 %(days)d 天", days=-days), "danger")
    tone = validity.band(valid_to, clock.today()).tone
    return Mark(_("剩 %(days)d 天", days=days), tone if tone != "calm" else "muted")


def _site() -> ColumnElement[Any]:
    """The site's name without the firm's, which stands above it already."""
    name = lookup(Site.name, Site.id == Permit.site_id)
    return func.replace(name, Enterprise.name, "", type_=String())


PERMITS: Ledger[User] = Ledger(
    name="permits",
    title=_l("许可证台账"),
    unit=_l("张"),
    base=queries.permits.visible_permits,
    identity=Permit.id,
    columns=(
        Code(
            "permit_no",
            _l("许可证编号"),
            Permit.permit_no,
            link=Link("permits.permit", permit_id=Permit.id),
            width=26,
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="site",
            order="enterprise",
            full=True,
        ),
        Text("site", _l("场所"), _site),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12),
        Word("category", _l("管理类别"), Permit.category),
        Day("valid_from", _l("有效期起"), Permit.valid_from, hidden=True),
        Day(
            "valid_to",
            _l("有效期止"),
            Permit.valid_to,
            order="expiry",
            note=left,
            also={"stands": Permit.state},
        ),
        Count(
            "versions",
            _l("版本"),
            tally(PermitVersion.permit_id, Permit.id),
            hidden=True,
        ),
        Text("authority", _l("发证机关"), lookup(Office.short_name, Office.id == Permit.authority_id), hidden=True),
        Day("issued", _l("首次发证"), Permit.issued_on, hidden=True),
        Badge("state", _l("状态"), _standing, read=_state),
        Day("ended", _l("终止日期"), Permit.ended_on, hidden=True),
        Word("ground", _l("撤销、吊销的原因"), Permit.end_ground, hidden=True),
        Text("reason", _l("终止理由"), Permit.end_reason, hidden=True),
    ),
    orders=(
        Order("expiry", _l("有效期止"), Permit.valid_to, up=_l("由近到远"), down=_l("由远到近")),
        Order("enterprise", _l("企业"), Enterprise.name, up=_l("顺序"), down=_l("倒序")),
    ),
    default_order="expiry",
    filters=(
        Search("q", _l("企业名称、拼音首字母、信用代码或许可证号"), where=named, wide=True),
        Choice("band", _l("到期"), where=in_band, choices=Band),
        Choice("state", _l("状态"), where=_stands, choices=STATE_CHOICES),
        Choice("category", _l("管理类别"), Permit.category, choices=Category),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices),
        Days("valid", _l("有效期止"), Permit.valid_to, more=True),
    ),
    notables=(
        Notable(_l("%(count)s 张已届满"), lambda: in_band(Band.EXPIRED), {"band": Band.EXPIRED.code}),
        Notable(_l("%(count)s 张 30 日内届满"), lambda: in_band(Band.DAYS_30), {"band": Band.DAYS_30.code}),
    ),
    definition=_l("本机关管辖企业的排污许可证，每张一行，有效期为现行版本的有效期；届满按当日计算，最后一日仍有效。"),
    empty=_l("登记企业的许可证，或者随企业台账一起导入。"),
)
