"""The ledger of sites under watch since their permit ended."""

from typing import Any

from sqlalchemy import ColumnElement, String, func

from accounts.models import Area, User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Day, Days, Ledger, Link, Notable, Order, Search, Text, lookup
from permits import queries
from permits.models import LandUse, Permit, PostPermitWatch, SoilSurvey, WatchCause, WatchState
from registry.models import Enterprise, Site
from registry.queries import area_choices, office_choices
from registry.search import named


def _site() -> ColumnElement[Any]:
    """The site's name without the firm's, which stands above it already."""
    name = lookup(Site.name, Site.id == PostPermitWatch.site_id)
    return func.replace(name, Enterprise.name, "", type_=String())


def _owed() -> ColumnElement[bool]:
    return (PostPermitWatch.state == WatchState.OPEN) & (PostPermitWatch.survey == SoilSurvey.OWED)


WATCHES: Ledger[User] = Ledger(
    name="post-permit-watch",
    title=_l("证后监管台账"),
    unit=_l("个场所"),
    base=queries.watch.visible_watches,
    identity=PostPermitWatch.id,
    columns=(
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("permits.watch", watch_id=PostPermitWatch.id),
            sub="site",
            full=True,
        ),
        Text("site", _l("场所"), _site),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Code("permit", _l("失效的许可证"), Permit.permit_no, width=26, hidden=True),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12, hidden=True),
        Badge("why", _l("失效原因"), PostPermitWatch.why),
        Day("ended", _l("失效日期"), PostPermitWatch.ended_on, order="ended"),
        Text("end_reason", _l("失效说明"), PostPermitWatch.end_reason, hidden=True, width=30),
        Day("opened", _l("列入日期"), PostPermitWatch.opened_on, hidden=True),
        Badge("survey", _l("土壤调查"), PostPermitWatch.survey),
        Text("survey_basis", _l("认定的依据，或者调查报告"), PostPermitWatch.survey_basis, hidden=True, width=30),
        Badge("land_use", _l("土地用途"), PostPermitWatch.land_use),
        Text("watcher", _l("监管人"), lookup(User.name, User.id == PostPermitWatch.watched_by_id), width=10),
        Badge("state", _l("状态"), PostPermitWatch.state),
        Day("released", _l("解除日期"), PostPermitWatch.released_on, hidden=True),
        Text("release_reason", _l("解除理由"), PostPermitWatch.release_reason, hidden=True, width=30),
        Text("by", _l("解除人"), lookup(User.name, User.id == PostPermitWatch.released_by_id), hidden=True),
    ),
    orders=(Order("ended", _l("失效日期"), PostPermitWatch.ended_on, up=_l("由远到近"), down=_l("由近到远")),),
    default_order="-ended",
    filters=(
        Search("q", _l("企业名称、拼音首字母、信用代码或许可证号"), where=named, wide=True),
        Choice("state", _l("状态"), PostPermitWatch.state, choices=WatchState, usual=WatchState.OPEN),
        Choice("why", _l("失效原因"), PostPermitWatch.why, choices=WatchCause),
        Choice("survey", _l("土壤调查"), PostPermitWatch.survey, choices=SoilSurvey),
        Choice("land_use", _l("土地用途"), PostPermitWatch.land_use, choices=LandUse, more=True),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices, more=True),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
        Days("ended", _l("失效日期"), PostPermitWatch.ended_on, more=True),
    ),
    notables=(Notable(_l("%(count)s 个场所应当做土壤污染状况调查"), _owed, {"survey": SoilSurvey.OWED.code}),),
    definition=_l("许可证注销、撤销、吊销或者届满的场所，每次列入一行，直到写明理由解除；场所重新持证的，随之解除。"),
    empty=_l("许可证终止或者届满后，场所会列在这里。"),
)
