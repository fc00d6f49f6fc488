"""The room's lists, each declared once for page and exports: permits, reports, exceedances."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal, or_, select

from accounts.models import Area, Office, User
from core import clock
from core.filters import shown_number
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Code,
    Count,
    Day,
    Days,
    Figure,
    Flag,
    Ledger,
    Link,
    Mark,
    Moment,
    Notable,
    Order,
    Row,
    Search,
    Text,
    Word,
    lookup,
)
from core.words import Titled
from permits import queries
from permits.models import Exceedance, ExecutionReport, LimitKind, Permit, PermitState, PermitVersion, ReportState
from permits.rules import validity
from permits.rules.validity import Band
from registry.models import Category, Enterprise, Obligation, ObligationKind, Site
from registry.queries import area_choices, office_choices, sees
from registry.search import named


def _areas(_viewer: User) -> Iterable[tuple[int, str]]:
    return area_choices()


def _offices(viewer: User) -> Iterable[tuple[int, str]]:
    return office_choices(viewer)


def _in_band(wanted: Band) -> ColumnElement[bool]:
    first, last = validity.bounds(wanted, clock.today())
    live = Permit.state.in_(queries.permits.LIVE)
    return and_(
        live,
        *([Permit.valid_to >= first] if first else []),
        *([Permit.valid_to <= last] if last else []),
    )


def _left(row: Row) -> Mark | None:
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
            note=_left,
            also={"stands": Permit.state},
        ),
        Count(
            "versions",
            _l("版本"),
            select(func.count())
            .select_from(PermitVersion)
            .where(PermitVersion.permit_id == Permit.id)
            .correlate(Permit),
            hidden=True,
        ),
        Text("authority", _l("发证机关"), lookup(Office.short_name, Office.id == Permit.authority_id), hidden=True),
        Day("issued", _l("首次发证"), Permit.issued_on, hidden=True),
        Badge("state", _l("状态"), Permit.state),
        Day("ended", _l("终止日期"), Permit.ended_on, hidden=True),
        Text("reason", _l("终止理由"), Permit.end_reason, hidden=True),
    ),
    orders=(
        Order("expiry", _l("有效期止"), Permit.valid_to, up=_l("由近到远"), down=_l("由远到近")),
        Order("enterprise", _l("企业"), Enterprise.name, up=_l("顺序"), down=_l("倒序")),
    ),
    default_order="expiry",
    filters=(
        Search("q", _l("企业名称、拼音首字母、信用代码或许可证号"), where=named, wide=True),
        Choice("band", _l("到期"), where=_in_band, choices=Band),
        Choice("state", _l("状态"), Permit.state, choices=PermitState),
        Choice("category", _l("管理类别"), Permit.category, choices=Category),
        Choice("area", _l("区划"), Enterprise.area_id, choices=_areas),
        Days("valid", _l("有效期止"), Permit.valid_to, more=True),
    ),
    notables=(
        Notable(_l("%(count)s 张已届满"), lambda: _in_band(Band.EXPIRED), {"band": Band.EXPIRED.code}),
        Notable(_l("%(count)s 张 30 日内届满"), lambda: _in_band(Band.DAYS_30), {"band": Band.DAYS_30.code}),
    ),
    definition=_l("本机关管辖企业的排污许可证，每张一行，有效期为现行版本的有效期；届满按当日计算，最后一日仍有效。"),
    empty=_l("登记企业的许可证，或者随企业台账一起导入。"),
)


class Standing(Titled):
    """Where a report that is owed stands today: computed, never stored."""

    UPCOMING = "upcoming", "未到期", "calm"
    MISSING = "missing", "逾期未交", "danger"
    RECEIVED = "received", "待审核", "info"
    RETURNED = "returned", "已退回", "warn"
    ACCEPTED = "accepted", "已接受", "ok"


def _standing() -> ColumnElement[Any]:
    return case(*((_stands(each), literal(each.code)) for each in Standing), else_=literal(""))


def _stands(wanted: Standing) -> ColumnElement[bool]:
    today = clock.today()
    never = Obligation.fulfilled_on.is_(None)
    handed_in = ExecutionReport.submission_number > 0
    under_correction = ExecutionReport.state.in_((ReportState.RETURNED, ReportState.DRAFT, ReportState.CHECKED))
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.UPCOMING: and_(never, Obligation.due_on >= today),
        Standing.MISSING: and_(never, Obligation.due_on < today),
        Standing.RECEIVED: ExecutionReport.state == ReportState.SUBMITTED,
        Standing.RETURNED: and_(handed_in, under_correction),
        Standing.ACCEPTED: ExecutionReport.state == ReportState.ACCEPTED,
    }
    return conditions[wanted]


def _standing_word(code: str) -> Standing | None:
    return Standing.of(code)


def _owed_reports(viewer: User) -> Select[Any]:
    """Every report owed whose period has ended, with the report by which it was met."""
    return (
        select(Obligation)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .outerjoin(ExecutionReport, ExecutionReport.obligation_id == Obligation.id)
        .where(
            sees(viewer),
            Obligation.kind == ObligationKind.REPORT,
            Obligation.source_kind == "permit",
            Obligation.voided_on.is_(None),
            Obligation.period_to < clock.today(),
        )
    )


def _timeliness(row: Row) -> Mark | None:
    due_on, first = row["due"], row["first"]
    if first is not None:
        days = (first - due_on).days
        return Mark(_("逾期 %(days)d 天提交", days=days), "danger") if days > 0 else Mark(_("按时提交"), "muted")
    days = (due_on - clock.today()).days
    if days < 0:
        return Mark(_("已逾期 %(days)d 天", days=-days), "danger")
    return Mark(_("今日到期"), "warn") if days == 0 else Mark(_("剩 %(days)d 天", days=days), "muted")


def _shown_report(column: Any) -> ColumnElement[Any]:
    """A column of a report, empty while the bureau may not see it yet."""
    return case((ExecutionReport.submission_number > 0, column), else_=None)


REPORTS: Ledger[User] = Ledger(
    name="reports",
    title=_l("执行报告台账"),
    unit=_l("份"),
    base=_owed_reports,
    identity=Obligation.id,
    columns=(
        Text(
            "title",
            _l("报告"),
            Obligation.title,
            link=Link("permits.report", report_id=_shown_report(ExecutionReport.id)),
            width=34,
        ),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("permits.enterprise_reports", enterprise_id=Enterprise.id),
            sub="permit_no",
            full=True,
        ),
        Code("permit_no", _l("许可证编号"), lookup(Permit.permit_no, Permit.id == Obligation.source_id)),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12),
        Day(
            "due",
            _l("期限"),
            Obligation.due_on,
            order="due",
            note=_timeliness,
            also={"first": ExecutionReport.first_submitted_on},
            link=Link("registry.obligation", obligation_id=Obligation.id),
        ),
        Day("submitted", _l("首次提交"), ExecutionReport.first_submitted_on),
        Count("times", _l("提交次数"), _shown_report(ExecutionReport.submission_number), hidden=True),
        Badge("standing", _l("状态"), _standing, read=_standing_word),
        Text("arithmetic", _l("期限算式"), Obligation.arithmetic, hidden=True, width=36),
    ),
    orders=(
        Order("due", _l("期限"), Obligation.due_on, up=_l("由早到晚"), down=_l("由晚到早")),
        Order("enterprise", _l("企业"), Enterprise.name, Obligation.due_on, up=_l("顺序"), down=_l("倒序")),
    ),
    default_order="-due",
    filters=(
        Search("q", _l("企业名称、拼音首字母、信用代码或许可证号"), where=named, wide=True),
        Choice("standing", _l("状态"), where=_stands, choices=Standing),
        Choice("area", _l("区划"), Enterprise.area_id, choices=_areas),
        Days("due", _l("期限"), Obligation.due_on),
        Flag(
            "late",
            _l("逾期"),
            where=lambda _ticked: or_(
                ExecutionReport.first_submitted_on > Obligation.due_on,
                and_(Obligation.fulfilled_on.is_(None), Obligation.due_on < clock.today()),
            ),
        ),
    ),
    notables=(
        Notable(_l("%(count)s 份逾期未交"), lambda: _stands(Standing.MISSING), {"standing": Standing.MISSING.code}),
        Notable(_l("%(count)s 份待审核"), lambda: _stands(Standing.RECEIVED), {"standing": Standing.RECEIVED.code}),
    ),
    definition=_l("许可证载明、报告期已结束的执行报告；是否逾期按首次提交日期和当日计算，退回更正不改变首次提交日期。"),
    empty=_l("许可证载明报告要求后，每个报告期结束时会自动列在这里。"),
)


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
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=_offices, more=True),
        Days("found", _l("发现日期"), Exceedance.found_on),
    ),
    definition=_l("企业报送的数据超过许可限值而产生的线索，尚不是认定的违法事实；恰好等于限值不算超过。"),
    empty=_l("企业提交的执行报告或监测结果超过许可限值时，会自动列在这里。"),
)
