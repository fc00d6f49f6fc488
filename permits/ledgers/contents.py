"""The ledgers of what permits say: limits, monitoring and report requirements, conditions, each with its version."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_

from accounts.models import Area, User
from core.filters import shown_number
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Code,
    Count,
    Day,
    Figure,
    Ledger,
    Link,
    Notable,
    Order,
    Row,
    Search,
    Text,
    Word,
    YesNo,
    lookup,
)
from core.ledger.columns import Column, Expression
from core.ledger.filters import Filter
from core.words import Titled
from law import queries as law
from permits import queries
from permits.models import (
    Condition,
    EmissionLimit,
    LimitKind,
    LimitSource,
    MonitoringRequirement,
    Outlet,
    OutletKind,
    Permit,
    PermitVersion,
    ReportPeriod,
    ReportRequirement,
)
from permits.queries.contents import Force, holds, last_day
from permits.rules import conditions as library
from registry.models import Category, Enterprise
from registry.queries import area_choices, office_choices
from registry.search import named


def _pollutants(_viewer: User) -> Iterable[tuple[str, str]]:
    found = {each.code: f"{each.name} {each.code}" for each in law.pollutants() if each.code}
    return list(found.items())


def _force() -> ColumnElement[str]:
    return case(*((holds(each), literal(each.code)) for each in Force), else_=literal(""))


def _whose() -> tuple[Column, ...]:
    """Under which permit a line stands, and whose that is."""
    return (
        Code(
            "permit_no",
            _l("许可证编号"),
            Permit.permit_no,
            link=Link("permits.permit_version", version_id=PermitVersion.id),
            width=26,
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            sub="permit_no",
            order="enterprise",
            full=True,
        ),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12, hidden=True),
        Word("category", _l("管理类别"), Permit.category, hidden=True),
        Count("version", _l("第几版"), PermitVersion.number, hidden=True),
    )


def _when() -> tuple[Column, ...]:
    """From when to when a line holds."""
    return (
        Day("from", _l("施行起"), PermitVersion.in_force_from),
        Day("to", _l("施行止"), last_day, hint=_l("后一版施行的前一日，或者有效期止，以先到的为准")),
        Day("ended", _l("终止日期"), Permit.ended_on, hidden=True, hint=_l("注销、撤销或者吊销之日，当日起不再施行")),
        Badge("force", _l("状态"), _force, read=Force.of),
    )


def _orders(line: Expression) -> tuple[Order, ...]:
    return (
        Order("entered", _l("登记次序"), line, up=_l("由早到晚"), down=_l("由近到远")),
        Order("enterprise", _l("企业"), Enterprise.name, up=_l("顺序"), down=_l("倒序")),
    )


def _filters(search: str, words: Expression, *own: Filter) -> tuple[Filter, ...]:
    """The search by firm or by the line's own words, what is the line's own, and what all of them share."""

    def mentions(text: str) -> ColumnElement[bool]:
        column: Any = words
        return or_(column.icontains(text, autoescape=True), named(text))

    return (
        Search("q", search, where=mentions, wide=True),
        Choice("force", _l("状态"), where=holds, choices=Force, usual=Force.NOW),
        *own,
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices),
        Choice("category", _l("管理类别"), Permit.category, choices=Category, more=True),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
    )


_OUTLET = (
    Code("outlet", _l("排放口"), Outlet.code, width=10),
    Text("outlet_name", _l("排放口名称"), Outlet.name, hidden=True),
    Word("outlet_kind", _l("排放口类型"), Outlet.kind, hidden=True),
)


def _range(row: Row) -> str | None:
    """A range such as pH as people read it: 6–9."""
    low = row["low"]
    return None if low is None else f"{shown_number(low)}–{shown_number(row['value'])}"


LIMITS: Ledger[User] = Ledger(
    name="limits",
    title=_l("许可排放限值台账"),
    unit=_l("条"),
    base=queries.contents.visible_limits,
    identity=EmissionLimit.id,
    columns=(
        *_whose(),
        *_OUTLET,
        Text("pollutant", _l("污染物"), EmissionLimit.pollutant_name, width=16),
        Code("code", _l("污染物代码"), EmissionLimit.pollutant_code, width=12, hidden=True),
        Word("kind", _l("限值种类"), EmissionLimit.kind),
        Figure("low", _l("下限"), EmissionLimit.value_low, on_page=False),
        Figure(
            "value",
            _l("限值"),
            EmissionLimit.value,
            shown=lambda row: _range(row) or shown_number(row["value"]),
            also={"low": EmissionLimit.value_low},
        ),
        Text("unit", _l("单位"), EmissionLimit.unit, width=10),
        Badge("source", _l("限值来源"), EmissionLimit.source),
        Text("basis", _l("执行标准"), EmissionLimit.basis, width=30),
        *_when(),
    ),
    orders=_orders(EmissionLimit.id),
    default_order="-entered",
    filters=_filters(
        _l("企业名称、拼音首字母、许可证号，或者污染物"),
        EmissionLimit.pollutant_name,
        Choice("pollutant", _l("污染物"), EmissionLimit.pollutant_code, choices=_pollutants),
        Choice("source", _l("限值来源"), EmissionLimit.source, choices=LimitSource),
        Choice("kind", _l("限值种类"), EmissionLimit.kind, choices=LimitKind),
        Choice("outlet_kind", _l("排放口类型"), Outlet.kind, choices=OutletKind, more=True),
    ),
    notables=(
        Notable(
            _l("%(count)s 条执行区域特别排放限值"),
            lambda: EmissionLimit.source == LimitSource.AREA,
            {"source": LimitSource.AREA.code},
        ),
    ),
    definition=_l(
        "生效的许可证版本载明的限值，每个排放口、污染物、种类一条；来源和执行标准以许可证所载为准。"
        "平常只列今天施行的，将施行和已不施行的可在“状态”里选。"
    ),
    empty=_l("许可证版本生效后，其中的限值会自动列在这里。"),
)


class Way(Titled):
    """How a requirement is measured, read from the permit's own words."""

    MANUAL = "manual", "手工"
    AUTOMATIC = "automatic", "自动"


MONITORING_REQUIREMENTS: Ledger[User] = Ledger(
    name="monitoring-requirements",
    title=_l("自行监测要求台账"),
    unit=_l("条"),
    base=queries.contents.visible_monitoring,
    identity=MonitoringRequirement.id,
    columns=(
        *_whose(),
        *_OUTLET,
        Text("pollutant", _l("污染物"), MonitoringRequirement.pollutant_name, width=16),
        Code("code", _l("污染物代码"), MonitoringRequirement.pollutant_code, width=12, hidden=True),
        Text("frequency", _l("监测频次"), MonitoringRequirement.frequency, width=16),
        Text("method", _l("监测方式"), MonitoringRequirement.method, width=14),
        *_when(),
    ),
    orders=_orders(MonitoringRequirement.id),
    default_order="-entered",
    filters=_filters(
        _l("企业名称、拼音首字母、许可证号，或者污染物"),
        MonitoringRequirement.pollutant_name,
        Choice("pollutant", _l("污染物"), MonitoringRequirement.pollutant_code, choices=_pollutants),
        Choice(
            "method",
            _l("监测方式"),
            where=lambda way: MonitoringRequirement.method.contains(way.label, autoescape=True),
            choices=Way,
        ),
        Choice("outlet_kind", _l("排放口类型"), Outlet.kind, choices=OutletKind, more=True),
    ),
    definition=_l("生效的许可证版本载明的自行监测要求，每个排放口、污染物一条；频次和方式照许可证所载。"),
    empty=_l("许可证版本生效后，其中的自行监测要求会自动列在这里。"),
)

REPORT_REQUIREMENTS: Ledger[User] = Ledger(
    name="report-requirements",
    title=_l("执行报告要求台账"),
    unit=_l("条"),
    base=queries.contents.visible_reports,
    identity=ReportRequirement.id,
    columns=(
        *_whose(),
        Word("period", _l("报告周期"), ReportRequirement.period),
        Count("due_days", _l("期后多少日内"), ReportRequirement.due_days, hint=_l("许可证副本载明")),
        Text("label", _l("副本条款"), ReportRequirement.condition_label, width=10),
        YesNo("replaces", _l("代替同期的季报、月报"), ReportRequirement.replaces_last, hidden=True),
        *_when(),
    ),
    orders=_orders(ReportRequirement.id),
    default_order="-entered",
    filters=_filters(
        _l("企业名称、拼音首字母、信用代码或许可证号"),
        ReportRequirement.condition_label,
        Choice("period", _l("报告周期"), ReportRequirement.period, choices=ReportPeriod),
    ),
    definition=_l("生效的许可证版本载明的执行报告要求；由此产生的每一份报告和期限见义务台账。"),
    empty=_l("许可证版本生效后，其中的执行报告要求会自动列在这里。"),
)


class Origin(Titled):
    """Whether a condition was taken from the library of standard ones."""

    STANDARD = "standard", "标准条款", "info"
    OWN = "own", "自拟", "calm"


def _comes_from(wanted: Origin) -> ColumnElement[bool]:
    return Condition.standard_key == "" if wanted is Origin.OWN else Condition.standard_key != ""


def _origin() -> ColumnElement[str]:
    return case((Condition.standard_key == "", literal(Origin.OWN.code)), else_=literal(Origin.STANDARD.code))


def _kinds(_viewer: User) -> Iterable[tuple[str, str]]:
    """The kinds of condition that the library knows; the permits' own words for others are found by the search."""
    return [(each, each) for each in dict.fromkeys(each.category for each in library.library().values())]


def _altered(row: Row) -> str | None:
    return _("文字有改动") if library.is_altered(row["key"], row["said"]) else None


CONDITIONS: Ledger[User] = Ledger(
    name="conditions",
    title=_l("许可条件台账"),
    unit=_l("条"),
    base=queries.contents.visible_conditions,
    identity=Condition.id,
    columns=(
        *_whose(),
        Text("label", _l("条款"), Condition.label, width=8),
        Text("kind", _l("类别"), Condition.category, width=14),
        Text("text", _l("内容"), Condition.text, width=48, full=True),
        Text("source", _l("条件出处"), Condition.source, width=26),
        Badge(
            "origin",
            _l("拟定"),
            _origin,
            read=Origin.of,
            note=_altered,
            also={"key": Condition.standard_key, "said": Condition.text},
        ),
        *_when(),
    ),
    orders=_orders(Condition.id),
    default_order="-entered",
    filters=_filters(
        _l("企业名称、拼音首字母、许可证号，或者条件里的词"),
        Condition.text,
        Choice("kind", _l("类别"), Condition.category, choices=_kinds),
        Choice("origin", _l("拟定"), where=_comes_from, choices=Origin),
    ),
    definition=_l("生效的许可证版本载明的条件，每条一行，连同出处；标准条款改过文字的另有标记。"),
    empty=_l("许可证版本生效后，其中的条件会自动列在这里。"),
)
