"""An execution report on the firm's side: opened from what is owed, filled in, checked, sent to the signer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm.attributes import flag_modified

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.models import ExecutionReport, ReportFigure, ReportPeriod, ReportState
from permits.rules import checks
from permits.workflow import REPORT
from registry import notifications
from registry.models import Mandate, Obligation, ObligationKind

EDITABLE = (ReportState.DRAFT, ReportState.RETURNED)


@dataclass(frozen=True)
class FigureInput:
    """The figures of one line as typed; empty ones stay empty."""

    mean: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    samples: int | None = None
    exceedances: int | None = None
    quantity: Decimal | None = None


def open_report(obligation: Obligation, *, by: User) -> ExecutionReport:
    """Begin the report that meets an obligation, its lines laid out after the permit and filled from the monitoring.

    A report already begun is given back as it is.
    """
    refuse_unless_owed(obligation)
    known = queries.reports.report_on(obligation)
    if known is not None:
        return known
    report = lay_out(obligation)
    report.prepared_by_id = by.id
    notifications.refuse_strangers(report.enterprise, Mandate.PREPARER, by)
    permit_id, lines = report.permit_version.permit_id, queries.reports.lines(report)
    _prefill(report, queries.reports.measured(permit_id, report.period_from, report.period_to, lines))
    db.session.add(report)
    record(report, Action.REPORT_PREPARE, f"开始填报{obligation.title}", by=by)
    return report


def refuse_unless_owed(obligation: Obligation) -> None:
    """Refuse what is no execution report, and one that is not owed any more."""
    if obligation.kind is not ObligationKind.REPORT or obligation.source_kind != "permit":
        raise NotAllowed([said("这项义务不是执行报告。")])
    if obligation.voided_on is not None:
        raise NotAllowed([said("这项义务已作废，不需要报告。")])


def lay_out(obligation: Obligation) -> ExecutionReport:
    """The report that an obligation wants as an empty draft, its lines after the permit; nothing is stored yet."""
    refuse_unless_owed(obligation)
    if obligation.opens_on and obligation.opens_on > clock.today():
        raise NotAllowed(
            [said("报告期还没有结束，%(opens_on)s 起可以填报。", opens_on=obligation.opens_on.isoformat())]
        )
    if obligation.period_from is None or obligation.period_to is None:
        raise NotAllowed([said("这项义务没有写明报告期。")])
    permit = queries.reports.permit_of(obligation)
    version = queries.permits.version_on(permit, obligation.period_to)
    if version is None:
        raise NotAllowed([said("报告期最后一日没有有效的许可证，请联系发证机关。")])
    report = ExecutionReport(
        enterprise_id=permit.enterprise_id,
        obligation_id=obligation.id,
        permit_version_id=version.id,
        period=_period(obligation.key),
        period_from=obligation.period_from,
        period_to=obligation.period_to,
        state=ReportState.DRAFT,
        shutdown_days=0,
        narrative="",
        saved_at=clock.now(),
        submission_number=0,
        acknowledged={},
        figures=[_figure(line) for line in queries.reports.due_lines(version)],
        submissions=[],
        comments=[],
        corrections=[],
    )
    report.enterprise, report.obligation, report.permit_version = permit.enterprise, obligation, version
    return report


def _period(key: str) -> ReportPeriod:
    if "-q" in key:
        return ReportPeriod.QUARTER
    return ReportPeriod.MONTH if "-" in key else ReportPeriod.YEAR


def _figure(line: checks.Line) -> ReportFigure:
    """An empty line of a new report, with the limits it is held against."""
    return ReportFigure(
        outlet_code=line.outlet_code,
        pollutant_code=line.pollutant_code,
        pollutant_name=line.pollutant_name,
        limit_low=line.limit_low,
        limit_value=line.limit_value,
        limit_unit=line.limit_unit,
        annual_limit=line.annual_limit,
    )


def _prefill(report: ExecutionReport, results: Mapping[str, checks.Measured]) -> None:
    """Figures come from the monitoring results alone, the last report is only shown beside."""
    for figure in report.figures:
        measured = results.get(f"{figure.outlet_code}/{figure.pollutant_code}")
        if measured is not None:
            figure.mean, figure.minimum, figure.maximum = measured.mean, measured.minimum, measured.maximum
            figure.samples, figure.exceedances = measured.count, measured.exceeding
            figure.prefilled_from = f"监测记录 {measured.count} 条"


def refuse_unless_editable(report: ExecutionReport) -> None:
    """Refuse to change a report that waits for its signer or was handed in."""
    if report.state not in EDITABLE:
        raise NotAllowed([said("报告现在是「%(state)s」，不能修改。", state=report.state)])


def save_operation(report: ExecutionReport, shutdown_days: int, narrative: str, *, by: User) -> None:
    """Keep what the report says of the period as a whole; drafts are kept whatever is still wrong."""
    refuse_unless_editable(report)
    report.shutdown_days, report.narrative = shutdown_days, narrative.strip()
    _saved(report, "保存生产情况", by)


def save_figures(report: ExecutionReport, given: Mapping[str, FigureInput], *, by: User) -> list[str]:
    """Keep figures by line (``DA001/a21026``); gives the lines that changed.

    In a returned report only the lines remarked on are open; another figure for a closed one is refused.
    """
    refuse_unless_editable(report)
    changed = write_figures(report, given)
    _saved(report, f"保存 {len(changed)} 行数据", by)
    return changed


def write_figures(report: ExecutionReport, given: Mapping[str, FigureInput]) -> list[str]:
    """Write figures into the lines that are open now, none elsewhere; gives the lines that changed."""
    known = {f"{each.outlet_code}/{each.pollutant_code}": each for each in report.figures}
    open_rows = queries.reports.open_rows(report)
    changed = []
    for row, figures in given.items():
        figure = known.get(row)
        if figure is None:
            raise NotAllowed([Missing(said("许可证没有 %(row)s 这一项。", row=row), row)])
        differing = [name for name in checks.FIELDS if getattr(figure, name) != getattr(figures, name)]
        if not differing:
            continue
        if row not in open_rows:
            told = said(
                "%(outlet)s %(pollutant)s没有退回意见，不能改。",
                outlet=figure.outlet_code,
                pollutant=figure.pollutant_name,
            )
            raise NotAllowed([Missing(told, f"{row}/{differing[0]}")])
        for name in differing:
            setattr(figure, name, getattr(figures, name))
        changed.append(row)
    return changed


def acknowledge(report: ExecutionReport, reasons: Mapping[str, str], *, by: User) -> None:
    """Keep the reasons for what is odd, by the key of the remark; only what is odd now can be given one."""
    refuse_unless_editable(report)
    found = {each.key: each for each in queries.reports.remarks(report) if each.level is checks.Level.SOFT}
    strange = [key for key in reasons if key not in found]
    if strange:
        raise NotAllowed([said("提示已变化，请重新打开页面。")])
    report.acknowledged = {
        key: {"told": found[key].text, "reason": reason.strip()} for key, reason in reasons.items() if reason.strip()
    }
    _saved(report, f"说明 {len(report.acknowledged)} 条提示的原因", by)


def _saved(report: ExecutionReport, summary: str, by: User) -> None:
    notifications.refuse_strangers(report.enterprise, Mandate.PREPARER, by)
    report.saved_at, report.prepared_by_id = clock.now(), by.id
    flag_modified(report, "saved_at")
    record(report, Action.REPORT_PREPARE, f"{report.obligation.title}：{summary}", by=by)


def _by_when(report: ExecutionReport) -> str:
    """The day that counts now, in words: of the correction of what was returned, else of the report."""
    if not report.submission_number:
        return f"期限 {report.obligation.due_on.isoformat()}"
    correction = queries.reports.correction_of(report)
    if correction is None or correction.fulfilled_on is not None:
        return "更正没有期限"
    return f"更正期限 {correction.due_on.isoformat()}"


def send_report(report: ExecutionReport, *, by: User) -> None:
    """Send a complete report to the signers."""
    notifications.refuse_strangers(report.enterprise, Mandate.PREPARER, by)
    report.checked_at, report.prepared_by_id = clock.now(), by.id
    take(REPORT, "send", report, by=by)
    notifications.notify(
        notifications.people_of(report.enterprise_id, Mandate.SIGNER),
        key=f"report-sign-{report.id}-{report.version}",
        title=f"待签发：{report.obligation.title}",
        body=f"{by.name}已填好并送您签发，{_by_when(report)}。",
        url=f"/my/reports/{report.id}/sign",
        tone="warn",
    )


def withdraw_report(report: ExecutionReport, *, by: User) -> None:
    """Take a report back from its signer."""
    notifications.refuse_strangers(report.enterprise, Mandate.PREPARER, by)
    take(REPORT, "withdraw", report, by=by)


def decline_report(report: ExecutionReport, reason: str, *, by: User) -> None:
    """Give a report back to its preparer instead of signing it."""
    notifications.refuse_strangers(report.enterprise, Mandate.SIGNER, by)
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明要修改什么。"), "reason")])
    take(REPORT, "decline", report, by=by, note=reason.strip())
    notifications.notify(
        preparers(report),
        key=f"report-declined-{report.id}-{report.version}",
        title=f"签发人退回：{report.obligation.title}",
        body=reason.strip(),
        url=f"/my/reports/{report.id}",
        tone="warn",
    )


def preparers(report: ExecutionReport) -> Sequence[User]:
    """Who fills in the reports of the firm."""
    return notifications.people_of(report.enterprise_id, Mandate.PREPARER)
