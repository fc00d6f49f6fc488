"""The ledger of pollution equivalents that the bureau hands to the tax office each quarter (环境保护税法第十五条)."""

from collections.abc import Iterable

from accounts.models import Area, User
from core import clock
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import Choice, Code, Count, Figure, Flag, Ledger, Link, Order, Row, Search, Text, Word, lookup
from permits import queries
from permits.models import ExecutionReport, Permit
from permits.queries.tax import LINES, TaxSource
from permits.rules.tax import TaxGroup
from registry.models import Enterprise
from registry.queries import area_choices, office_choices
from registry.search import named

QUARTERS_SHOWN = 12


def _quarter_words(term: int) -> str:
    return _("%(year)d 年第 %(quarter)d 季度", year=term // 10, quarter=term % 10)


def _quarters(_viewer: User) -> Iterable[tuple[int, str]]:
    """The quarters of the last three years that have ended or run, the newest first."""
    today = clock.today()
    running = today.year * 4 + (today.month - 1) // 3
    terms = (number // 4 * 10 + number % 4 + 1 for number in range(running, running - QUARTERS_SHOWN, -1))
    return [(term, _quarter_words(term)) for term in terms]


def _unchecked(row: Row) -> str:
    return "" if row["checked"] else _("当量值未核对")


def _place(row: Row) -> str:
    return _("计入") if row["counted"] else _("不计入：同口第 %(place)d 位", place=row["place"])


TAX: Ledger[User] = Ledger(
    name="tax-equivalents",
    title=_l("污染当量台账（环境保护税）"),
    unit=_l("条"),
    base=queries.tax.lines,
    identity=LINES.c.id,
    columns=(
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            full=True,
        ),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), hidden=True),
        Code("permit", _l("许可证编号"), lookup(Permit.permit_no, Permit.id == LINES.c.permit_id), hidden=True),
        Text("term", _l("季度"), LINES.c.term, read=_quarter_words, order="term", width=18),
        Code("outlet", _l("排放口"), LINES.c.outlet_code, width=10),
        Text("pollutant", _l("污染物"), LINES.c.pollutant_name, sub="code"),
        Code("code", _l("污染物代码"), LINES.c.pollutant_code, width=12),
        Word("group", _l("类别"), LINES.c.tax_group, read=TaxGroup.of),
        Figure("quantity", _l("排放量（吨）"), LINES.c.quantity),
        Figure(
            "equivalent", _l("污染当量值（kg）"), LINES.c.equivalent, note=_unchecked, also={"checked": LINES.c.checked}
        ),
        Figure(
            "equivalents",
            _l("污染当量数"),
            LINES.c.equivalents,
            note=_place,
            also={"counted": LINES.c.counted, "place": LINES.c.place},
        ),
        Count("counts", _l("计入（1 是，0 否）"), LINES.c.counted, hidden=True),
        Figure("mean", _l("平均浓度"), LINES.c.mean, hidden=True),
        Figure("limit", _l("浓度限值"), LINES.c.limit_value, hidden=True),
        Count("exceedances", _l("超标次数"), LINES.c.exceedances, hidden=True),
        Figure("reduced", _l("按浓度减按"), LINES.c.reduced_to, hint=_l("1 为不减；0.75、0.5 为减按")),
        Word("source", _l("数据来源"), LINES.c.source, read=TaxSource.of),
        Text(
            "report",
            _l("所据报告"),
            lookup(ExecutionReport.period_to, ExecutionReport.id == LINES.c.report_id),
            link=Link("permits.report", report_id=LINES.c.report_id),
            hidden=True,
        ),
    ),
    orders=(
        Order("term", _l("季度"), LINES.c.term, up=_l("由早到晚"), down=_l("由近到远")),
        Order("enterprise", _l("企业"), Enterprise.name, up=_l("顺序"), down=_l("倒序")),
    ),
    default_order="-term",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("quarter", _l("季度"), LINES.c.term, choices=_quarters),
        Flag("counted", _l("只看计入的"), where=lambda _ticked: LINES.c.counted == 1),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices, more=True),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
    ),
    definition=_l(
        "取自已接受的执行报告；当量数 = 排放量 ÷ 污染当量值，每个排放口大气前三项、第一类水污染物前五项、其他水污染物前三项计入"
        "（环境保护税法第九条）。减按依据平均浓度与限值（第十三条），超标等其他条件未核对；税额由税务机关核定。"
    ),
    empty=_l("接受执行报告后，有实际排放量的污染物会自动列在这里。"),
)
