"""The ledger of registrations (排污登记, 条例24): one line a number, with what the last filed form says."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, func, literal

from accounts.models import Area, Office, User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Day, Days, Ledger, Link, Notable, Order, Search, Text, Word, lookup
from core.words import Titled
from permits import queries
from permits.ledgers.permits import in_band, left
from permits.models import Permit, PermitState, Registration
from permits.queries.permits import LIVE
from permits.queries.registrations import LAST_FILED
from permits.rules.validity import Band
from registry.models import Enterprise, Industry, Site
from registry.queries import area_choices, office_choices
from registry.search import named


class Standing(Titled):
    """How a registration stands today: computed, never stored."""

    VALID = "valid", "有效", "ok"
    EXPIRED = "expired", "已届满", "danger"
    CANCELLED = "cancelled", "已注销", "calm"


class Filed(Titled):
    """Whether its form was filed here, or the number alone was taken over."""

    HERE = "here", "已在本系统填报"
    TAKEN_OVER = "taken_over", "由台账导入，没有登记表"


def _stands(wanted: Standing) -> ColumnElement[bool]:
    expired = in_band(Band.EXPIRED)
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.VALID: and_(Permit.state.in_(LIVE), ~expired),
        Standing.EXPIRED: expired,
        Standing.CANCELLED: Permit.state.not_in((*LIVE, PermitState.DRAFT)),
    }
    return conditions[wanted]


def _standing() -> ColumnElement[str]:
    return case(*((_stands(each), literal(each.code)) for each in Standing), else_=literal(""))


def _was_filed(wanted: Filed) -> ColumnElement[bool]:
    return LAST_FILED.is_not(None) if wanted is Filed.HERE else LAST_FILED.is_(None)


def _industries(viewer: User) -> list[tuple[str, str]]:
    """The industries of registered sites one may see: those a person would look for."""
    return queries.registrations.industries(viewer)


def _in_industry(code: str) -> ColumnElement[bool]:
    return Site.industry_code == code


def _site() -> ColumnElement[Any]:
    """The site's name without the firm's, which stands above it already."""
    return func.replace(Site.name, Enterprise.name, "", type_=String())


def _of_form(column: Any) -> ColumnElement[Any]:
    return lookup(column, Registration.id == LAST_FILED)


REGISTRATIONS: Ledger[User] = Ledger(
    name="registrations",
    title=_l("排污登记台账"),
    unit=_l("份"),
    base=queries.registrations.registered,
    identity=Permit.id,
    columns=(
        Code(
            "number",
            _l("登记编号"),
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
        Text("area", _l("区划"), lookup(Area.name, Area.id == Site.area_id), width=12),
        Text("industry", _l("行业"), lookup(Industry.name, Industry.code == Site.industry_code), width=24),
        Day(
            "filed",
            _l("登记表"),
            _of_form(Registration.filed_on),
            link=Link("permits.registration", registration_id=LAST_FILED),
            hint=_l("最近一次登记、变更或者延续的日期；由台账导入的没有登记表"),
        ),
        Word("kind", _l("登记种类"), _of_form(Registration.kind)),
        Day("valid_from", _l("有效期起"), Permit.valid_from, hidden=True),
        Day("valid_to", _l("有效期止"), Permit.valid_to, order="expiry", note=left, also={"stands": Permit.state}),
        Badge("standing", _l("状态"), _standing, read=Standing.of),
        Text("products", _l("主要产品及规模"), _of_form(Registration.products), hidden=True, width=30),
        Text("processes", _l("主要工艺"), _of_form(Registration.processes), hidden=True, width=30),
        Text("discharges", _l("去向和治理设施"), _of_form(Registration.discharges), hidden=True, width=36),
        Text("standards", _l("执行的排放标准"), _of_form(Registration.standards), hidden=True, width=30),
        Text("office", _l("监管机关"), lookup(Office.short_name, Office.id == Enterprise.office_id), hidden=True),
        Day("issued", _l("首次登记"), Permit.issued_on, hidden=True),
        Day("ended", _l("注销日期"), Permit.ended_on, hidden=True),
        Text("reason", _l("注销理由"), Permit.end_reason, hidden=True, width=30),
    ),
    orders=(
        Order("expiry", _l("有效期止"), Permit.valid_to, up=_l("由近到远"), down=_l("由远到近")),
        Order("enterprise", _l("企业"), Enterprise.name, up=_l("顺序"), down=_l("倒序")),
    ),
    default_order="expiry",
    filters=(
        Search("q", _l("企业名称、拼音首字母、信用代码或登记编号"), where=named, wide=True),
        Choice("standing", _l("状态"), where=_stands, choices=Standing),
        Choice("band", _l("到期"), where=in_band, choices=Band),
        Choice("area", _l("区划"), Site.area_id, choices=area_choices),
        Choice("industry", _l("行业"), where=_in_industry, choices=_industries),
        Choice("filed", _l("登记表"), where=_was_filed, choices=Filed, more=True),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
        Days("valid", _l("有效期止"), Permit.valid_to, more=True),
    ),
    notables=(
        Notable(_l("%(count)s 份已届满"), lambda: _stands(Standing.EXPIRED), {"standing": Standing.EXPIRED.code}),
        Notable(_l("%(count)s 份 30 日内届满"), lambda: in_band(Band.DAYS_30), {"band": Band.DAYS_30.code}),
    ),
    definition=_l(
        "排污登记的场所，每个登记编号一行，有效期五年，届满按当日计算；登记内容取自最近一份已登记的登记表。"
        "登记由企业网上填报即时编号，不需要审批（条例第 24 条）。"
    ),
    empty=_l("企业网上登记、窗口代录或者随台账导入后，会列在这里。"),
)
