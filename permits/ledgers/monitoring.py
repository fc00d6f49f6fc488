"""The ledgers of monitoring results and of signals in their series."""

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from accounts.models import User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Day, Days, Figure, Ledger, Link, Moment, Order, Search, Text, Word, lookup
from core.words import Titled
from law.models import Pollutant
from permits import queries
from permits.ledgers.exceedances import Handled
from permits.models import MeasureKind, MonitoringResult, MonitoringSignal, Permit, SignalKind
from registry.models import Enterprise
from registry.queries import office_choices
from registry.search import named


class ResultStanding(Titled):
    """What a result counts for."""

    VALID = "valid", "有效", "ok"
    UNSEEN = "unseen", "未检出", "calm"
    INVALID = "invalid", "无效", "warn"
    REPLACED = "replaced", "已被更正", "calm"


class Source(Titled):
    """How a result came."""

    MANUAL = "manual", "网页录入"
    IMPORT = "import", "表格导入"
    API = "api", "数据接口"
    HJ212 = "hj212", "自动监测站"


def _stands(wanted: ResultStanding) -> ColumnElement[bool]:
    present, valid = MonitoringResult.replaced_at.is_(None), MonitoringResult.invalid_reason.is_(None)
    unseen = and_(MonitoringResult.value.is_(None), MonitoringResult.detection_limit.is_not(None))
    conditions: dict[ResultStanding, ColumnElement[bool]] = {
        ResultStanding.REPLACED: ~present,
        ResultStanding.INVALID: and_(present, ~valid),
        ResultStanding.UNSEEN: and_(present, valid, unseen),
        ResultStanding.VALID: and_(present, valid, ~unseen),
    }
    return conditions[wanted]


def _standing() -> ColumnElement[str]:
    return case(*((_stands(each), literal(each.code)) for each in ResultStanding), else_=literal(""))


def _place() -> ColumnElement[str]:
    """DA001 二氧化硫; a pollutant that is not in the tables keeps its code."""
    code = MonitoringResult.pollutant_code
    name = select(func.min(Pollutant.name)).where(Pollutant.code == code).correlate(MonitoringResult).scalar_subquery()
    return MonitoringResult.outlet_code + " " + func.coalesce(name, code)


RESULTS: Ledger[User] = Ledger(
    name="monitoring-results",
    title=_l("监测结果台账"),
    unit=_l("条"),
    base=queries.monitoring.visible_results,
    identity=MonitoringResult.id,
    columns=(
        Text(
            "place",
            _l("排放口、污染物"),
            _place,
            link=Link(
                "permits.series",
                permit_id=MonitoringResult.permit_id,
                outlet_code=MonitoringResult.outlet_code,
                pollutant_code=MonitoringResult.pollutant_code,
            ),
            sub="kind",
        ),
        Code("pollutant_code", _l("污染物代码"), MonitoringResult.pollutant_code, hidden=True, width=12),
        Word("kind", _l("类型"), MonitoringResult.kind),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("permits.enterprise_monitoring", enterprise_id=Enterprise.id),
            full=True,
        ),
        Code(
            "permit",
            _l("许可证编号"),
            lookup(Permit.permit_no, Permit.id == MonitoringResult.permit_id),
            hidden=True,
        ),
        Moment("at", _l("监测时间"), MonitoringResult.measured_at),
        Figure("value", _l("结果"), MonitoringResult.value),
        Word("unit", _l("单位"), MonitoringResult.unit),
        Figure("detection_limit", _l("检出限"), MonitoringResult.detection_limit, hidden=True),
        Word("flag", _l("标记"), MonitoringResult.flag, hidden=True),
        Badge("standing", _l("状态"), _standing, read=ResultStanding.of),
        Text("invalid_reason", _l("无效理由"), MonitoringResult.invalid_reason, hidden=True, width=40),
        Badge("source", _l("来源"), MonitoringResult.source, read=Source.of, hidden=True),
    ),
    orders=(Order("received", _l("收到次序"), MonitoringResult.id, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-received",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("kind", _l("类型"), MonitoringResult.kind, choices=MeasureKind),
        Choice("standing", _l("状态"), where=_stands, choices=ResultStanding),
        Choice("source", _l("来源"), MonitoringResult.source, choices=Source, more=True),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
    ),
    definition=_l("企业自行监测的结果，每条一行；更正和标记无效都另起一行，原来的仍保留。"),
    empty=_l("企业录入、导入或由程序报送监测结果后，会列在这里。"),
)


def _is_handled(wanted: Handled) -> ColumnElement[bool]:
    open_ = MonitoringSignal.handled_at.is_(None)
    return open_ if wanted is Handled.OPEN else ~open_


def _handled() -> ColumnElement[str]:
    return case((MonitoringSignal.handled_at.is_(None), literal("open")), else_=literal("done"))


SIGNALS: Ledger[User] = Ledger(
    name="signals",
    title=_l("数据异常信号台账"),
    unit=_l("条"),
    base=queries.monitoring.visible_signals,
    identity=MonitoringSignal.id,
    columns=(
        Text(
            "what",
            _l("排放口、污染物"),
            MonitoringSignal.outlet_code + " " + MonitoringSignal.pollutant_name,
            link=Link("permits.signal", signal_id=MonitoringSignal.id),
            sub="measure",
        ),
        Word("measure", _l("类型"), MonitoringSignal.measure),
        Badge("kind", _l("信号"), MonitoringSignal.kind),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("permits.enterprise_monitoring", enterprise_id=Enterprise.id),
            full=True,
        ),
        Text("told", _l("看到了什么"), MonitoringSignal.told, width=40),
        Moment("first", _l("起"), MonitoringSignal.first_at, hidden=True),
        Moment("last", _l("止"), MonitoringSignal.last_at, order="last"),
        Figure("count", _l("数据个数"), MonitoringSignal.count, hidden=True),
        Day("found", _l("发现日期"), MonitoringSignal.found_on, hidden=True),
        Badge("state", _l("状态"), _handled, read=Handled.of),
        Moment("handled", _l("处理时间"), MonitoringSignal.handled_at, hidden=True),
        Text("handling", _l("处理情况"), MonitoringSignal.handling, hidden=True, width=40),
        Text("by", _l("处理人"), lookup(User.name, User.id == MonitoringSignal.handled_by_id), hidden=True),
    ),
    orders=(Order("last", _l("止"), MonitoringSignal.last_at, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-last",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("state", _l("状态"), where=_is_handled, choices=Handled, usual=Handled.OPEN),
        Choice("kind", _l("信号"), MonitoringSignal.kind, choices=SignalKind),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
        Days("found", _l("发现日期"), MonitoringSignal.found_on),
    ),
    definition=_l(
        "监测数据里看起来不像实测的地方，只提示核实，不是结论；门槛为本系统所设（未核对），正常工况也可能出现。"
    ),
    empty=_l("收到的监测数据长时间不变、末位集中、两个排放口相同或者不可能测得时，会自动列在这里。"),
)
