"""The ledger of corrections of accepted reports: who asked, why, and what became of it."""

from sqlalchemy import ColumnElement, case, literal

from accounts.models import Area, User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Count, Days, Ledger, Link, Moment, Notable, Order, Search, Text, lookup
from core.words import Titled
from permits import queries
from permits.models import CorrectionAsker, CorrectionOutcome, ExecutionReport, Permit, ReportCorrection
from registry.models import Enterprise, Obligation
from registry.queries import area_choices, office_choices
from registry.search import named


class Ended(Titled):
    """Where a correction stands."""

    OPEN = "open", "更正中", "warn"
    ACCEPTED = "accepted", CorrectionOutcome.ACCEPTED.label, "ok"
    GIVEN_UP = "given_up", CorrectionOutcome.GIVEN_UP.label, "calm"
    KEPT = "kept", CorrectionOutcome.KEPT.label, "calm"


def _stands(wanted: Ended) -> ColumnElement[bool]:
    if wanted is Ended.OPEN:
        return ReportCorrection.outcome.is_(None)
    return ReportCorrection.outcome == CorrectionOutcome(wanted.code)


def _standing() -> ColumnElement[str]:
    return case(*((_stands(each), literal(each.code)) for each in Ended), else_=literal(""))


CORRECTIONS: Ledger[User] = Ledger(
    name="report-corrections",
    title=_l("报告更正台账"),
    unit=_l("次"),
    base=queries.corrections.visible_corrections,
    identity=ReportCorrection.id,
    columns=(
        Text(
            "report",
            _l("报告"),
            lookup(Obligation.title, Obligation.id == ExecutionReport.obligation_id),
            link=Link("permits.report", report_id=ExecutionReport.id),
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
            lookup(Permit.permit_no, Permit.id == queries.corrections.PERMIT_OF_REPORT),
            width=26,
        ),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12, hidden=True),
        Count("corrects", _l("更正第几次提交"), ReportCorrection.corrects),
        Badge("asker", _l("由谁提出"), ReportCorrection.asker),
        Text("reason", _l("更正的理由"), ReportCorrection.reason, width=36),
        Moment("asked", _l("提出时间"), ReportCorrection.asked_at, order="asked"),
        Text("by", _l("提出人"), lookup(User.name, User.id == ReportCorrection.asked_by_id), hidden=True, width=10),
        Moment("ended", _l("办结时间"), ReportCorrection.ended_at, hidden=True),
        Text("answer", _l("办结说明"), ReportCorrection.answer, hidden=True, width=36),
        Badge("standing", _l("状态"), _standing, read=Ended.of),
    ),
    orders=(Order("asked", _l("提出时间"), ReportCorrection.asked_at, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-asked",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("standing", _l("状态"), where=_stands, choices=Ended),
        Choice("asker", _l("由谁提出"), ReportCorrection.asker, choices=CorrectionAsker),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices, more=True),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices, more=True),
        Days("asked", _l("提出时间"), ReportCorrection.asked_at),
    ),
    notables=(Notable(_l("%(count)s 次更正中"), lambda: _stands(Ended.OPEN), {"standing": Ended.OPEN.code}),),
    definition=_l("已接受的执行报告的更正，每次一行；更正接受之前，原来接受的报告仍然有效。"),
    empty=_l("企业或者发证机关提出更正已接受的报告后，会列在这里。"),
)
