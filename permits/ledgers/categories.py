"""The ledger of sites by category, with who confirmed it and on what grounds."""

from typing import Any

from sqlalchemy import ColumnElement

from accounts.models import Area, User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Days, Flag, Ledger, Link, Moment, Order, Search, Text, Word, lookup
from core.words import Titled
from permits import queries
from permits.models import CategoryDecision
from registry.models import Category, Enterprise, Industry, Site
from registry.queries import area_choices, office_choices
from registry.search import named


class Confirmed(Titled):
    """Whether anybody has confirmed the category by the catalogue."""

    NO = "no", "尚未认定"
    YES = "yes", "已认定"


def _is_confirmed(wanted: Confirmed) -> ColumnElement[bool]:
    return CategoryDecision.id.is_(None) if wanted is Confirmed.NO else CategoryDecision.id.is_not(None)


def _industry() -> ColumnElement[Any]:
    return lookup(Industry.name, Industry.code == Site.industry_code)


CATEGORIES: Ledger[User] = Ledger(
    name="categories",
    title=_l("管理类别台账"),
    unit=_l("个场所"),
    base=queries.categories.categorised_sites,
    identity=Site.id,
    columns=(
        Text(
            "site",
            _l("场所"),
            Site.name,
            link=Link("permits.site_category", site_id=Site.id),
            sub="enterprise",
            full=True,
        ),
        Text("enterprise", _l("企业"), Enterprise.name),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Code("industry", _l("行业代码"), Site.industry_code),
        Text("industry_name", _l("行业"), _industry, width=24),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Site.area_id), width=12),
        Badge("category", _l("管理类别"), Site.category),
        Word("candidate", _l("按名录得出"), CategoryDecision.candidate),
        Text("grounds", _l("名录条目和理由"), CategoryDecision.grounds, hidden=True, width=40),
        Text("reason", _l("另行认定的理由"), CategoryDecision.reason, hidden=True, width=30),
        Moment("decided", _l("认定时间"), CategoryDecision.decided_at),
        Text("by", _l("认定人"), lookup(User.name, User.id == CategoryDecision.decided_by_id), hidden=True),
    ),
    orders=(Order("site", _l("场所"), Site.name, up=_l("顺序"), down=_l("倒序")),),
    default_order="site",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("confirmed", _l("认定"), where=_is_confirmed, choices=Confirmed),
        Choice("category", _l("管理类别"), Site.category, choices=Category),
        Choice("area", _l("区划"), Site.area_id, choices=area_choices),
        Choice("office", _l("监管机关"), Site.office_id, choices=office_choices, more=True),
    ),
    definition=_l(
        "本机关管辖企业仍在使用的场所，每个一行；类别由执法员或许可管理员对照分类管理名录（2019）认定，名录只录入了一部分。"
    ),
    empty=_l("登记企业和场所后，会自动列在这里，逐个认定管理类别。"),
)


CATEGORY_DECISIONS: Ledger[User] = Ledger(
    name="category-decisions",
    title=_l("类别认定台账"),
    unit=_l("次"),
    base=queries.categories.visible_decisions,
    identity=CategoryDecision.id,
    columns=(
        Text(
            "site",
            _l("场所"),
            Site.name,
            link=Link("permits.site_category", site_id=Site.id),
            sub="enterprise",
            full=True,
        ),
        Text("enterprise", _l("企业"), Enterprise.name),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Site.area_id), width=12, hidden=True),
        Code("industries", _l("所涉行业代码"), CategoryDecision.industries, width=16),
        Badge("category", _l("认定的类别"), CategoryDecision.category),
        Word("candidate", _l("按名录得出"), CategoryDecision.candidate),
        Text("grounds", _l("名录条目和理由"), CategoryDecision.grounds, width=40),
        Text("reason", _l("另行认定的理由"), CategoryDecision.reason, width=30),
        Moment("decided", _l("认定时间"), CategoryDecision.decided_at, order="decided"),
        Text("by", _l("认定人"), lookup(User.name, User.id == CategoryDecision.decided_by_id), width=10),
    ),
    orders=(Order("decided", _l("认定时间"), CategoryDecision.decided_at, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-decided",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("category", _l("认定的类别"), CategoryDecision.category, choices=Category),
        Flag(
            "otherwise",
            _l("与名录得出的不同"),
            where=lambda _ticked: CategoryDecision.reason != "",
        ),
        Choice("area", _l("区划"), Site.area_id, choices=area_choices),
        Choice("office", _l("监管机关"), Site.office_id, choices=office_choices, more=True),
        Days("decided", _l("认定时间"), CategoryDecision.decided_at, more=True),
    ),
    definition=_l("对场所管理类别的每一次认定，各一行，重新认定的不覆盖以前的。"),
    empty=_l("在场所的“管理类别”页认定后，会列在这里。"),
)
