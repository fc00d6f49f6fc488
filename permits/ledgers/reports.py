"""The ledger of execution reports."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_, select

from accounts.models import Area, User
from accounts.roles import Action
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
    Flag,
    Ledger,
    Link,
    Mark,
    Notable,
    Order,
    Row,
    Search,
    Text,
    lookup,
)
from core.words import Titled
from permits.models import ExecutionReport, Permit, ReportPaper, ReportState, ReportSubmission
from registry.models import Enterprise, Obligation, ObligationKind
from registry.queries import area_choices, sees
from registry.search import named


class Standing(Titled):
    """Where a report that is owed stands today: computed, never stored."""

    UPCOMING = "upcoming", "未到期", "calm"
    MISSING = "missing", "逾期未交", "danger"
    RECEIVED = "received", "待审核", "info"
    RETURNED = "returned", "已退回", "warn"
    CORRECTING = "correcting", "更正中，原报告有效", "info"
    ACCEPTED = "accepted", "已接受", "ok"


class Channel(Titled):
    """How what a report says now was handed in."""

    ONLINE = "online", "网上", "calm"
    PAPER = "paper", "纸质", "info"


def _channel() -> ColumnElement[Any]:
    shown = _shown_report(ExecutionReport.id).is_not(None)
    return case((and_(shown, _on_paper()), literal("paper")), (shown, literal("online")), else_=None)


def _on_paper() -> ColumnElement[bool]:
    """Whether a clerk keyed in the submission at which a report stands."""
    return exists().where(
        ReportSubmission.report_id == ExecutionReport.id,
        ReportSubmission.number == ExecutionReport.submission_number,
        ReportPaper.submission_id == ReportSubmission.id,
    )


def _came_by(wanted: Channel) -> ColumnElement[bool]:
    return _channel() == wanted.code


def _channel_word(code: str) -> Channel | None:
    return Channel.of(code)


def _may_key_in(viewer: User) -> bool:
    return viewer.may(Action.REPORT_ACCEPT)


def _to_key_in(value: Any) -> ColumnElement[Any]:
    """Something for a report of which nothing is in, which a clerk may key in from paper; else nothing."""
    return case((and_(Obligation.fulfilled_on.is_(None), ExecutionReport.id.is_(None)), value), else_=None)


def _standing() -> ColumnElement[Any]:
    return case(*((_stands(each), literal(each.code)) for each in Standing), else_=literal(""))


def _stands(wanted: Standing) -> ColumnElement[bool]:
    today = clock.today()
    never = Obligation.fulfilled_on.is_(None)
    handed_in = ExecutionReport.submission_number > 0
    under_correction = ExecutionReport.state.in_((ReportState.RETURNED, ReportState.DRAFT, ReportState.CHECKED))
    accepted = ExecutionReport.accepted_number.is_not(None)
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.UPCOMING: and_(never, Obligation.due_on >= today),
        Standing.MISSING: and_(never, Obligation.due_on < today),
        Standing.RECEIVED: ExecutionReport.state == ReportState.SUBMITTED,
        Standing.RETURNED: and_(handed_in, under_correction, ~accepted),
        Standing.CORRECTING: and_(accepted, under_correction),
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
        Code(
            "permit_no",
            _l("许可证编号"),
            lookup(Permit.permit_no, Permit.id == Obligation.source_id),
            width=26,
        ),
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
        Badge("channel", _l("提交方式"), _channel, read=_channel_word),
        Badge("standing", _l("状态"), _standing, read=_standing_word),
        Text(
            "key_in",
            _l("收到纸质的"),
            _to_key_in(literal("1")),
            shown=lambda row: _("代录") if row["key_in"] else None,
            link=Link("permits.key_in_report", obligation_id=_to_key_in(Obligation.id)),
            in_export=False,
            open_to=_may_key_in,
        ),
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
        Choice("channel", _l("提交方式"), where=_came_by, choices=Channel, more=True),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices),
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
