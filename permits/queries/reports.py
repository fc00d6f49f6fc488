"""Reads of execution reports: whose, what they are held against, what was sent in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import selectinload

from accounts.models import User
from accounts.roles import ENTERPRISE
from core import clock
from core.db import db
from core.pages import not_found
from permits.models import (
    ExecutionReport,
    LimitKind,
    MonitoringResult,
    Outlet,
    Permit,
    PermitVersion,
    ReportComment,
    ReportCorrection,
    ReportFigure,
    ReportPeriod,
    ReportState,
    ReportSubmission,
)
from permits.queries import corrections
from permits.queries.permits import one
from permits.rules import checks, record
from permits.rules.checks import Beside, Line, Measured, Operation, Remark
from permits.rules.monitoring import is_automatic, required_samples
from registry.models import Enterprise, Obligation, ObligationKind
from registry.queries import sees, works_for

RECEIVED = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED)


def _is_firm(person: User) -> bool:
    return not person.is_system and bool(person.roles & ENTERPRISE)


def visible_reports(seen_by: User | None) -> Select[ExecutionReport]:
    """The reports of the enterprises a person may see; the bureau sees one from its first submission on."""
    wanted = select(ExecutionReport).join(Enterprise, Enterprise.id == ExecutionReport.enterprise_id)
    wanted = wanted.where(sees(seen_by))
    if seen_by is None or not _is_firm(seen_by):
        wanted = wanted.where(ExecutionReport.submission_number > 0)
    return wanted


def report(report_id: int, *, seen_by: User) -> ExecutionReport:
    """One report with its figures, submissions and remarks, or 404."""
    wanted = visible_reports(seen_by).where(ExecutionReport.id == report_id)
    return one(
        wanted.options(
            selectinload(ExecutionReport.figures),
            selectinload(ExecutionReport.submissions).joinedload(ReportSubmission.signed_by),
            selectinload(ExecutionReport.comments),
            selectinload(ExecutionReport.corrections).joinedload(ReportCorrection.asked_by),
            selectinload(ExecutionReport.permit_version).joinedload(PermitVersion.permit),
        )
    )


def report_on(obligation: Obligation) -> ExecutionReport | None:
    """The report by which an obligation is being met."""
    wanted = select(ExecutionReport).where(ExecutionReport.obligation_id == obligation.id)
    return db.session.scalars(wanted).unique().one_or_none()


def submission(submission_id: int, *, seen_by: User) -> ReportSubmission:
    """One copy of record, or 404."""
    wanted = (
        select(ReportSubmission)
        .join(ExecutionReport, ExecutionReport.id == ReportSubmission.report_id)
        .join(Enterprise, Enterprise.id == ExecutionReport.enterprise_id)
        .where(sees(seen_by), ReportSubmission.id == submission_id)
    )
    return one(wanted)


def owed_report(permit_id: int, key: str, *, seen_by: User) -> Obligation:
    """The obligation to report one period under a permit of one's own, or 404."""
    wanted = (
        select(Obligation)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .where(
            sees(seen_by),
            Obligation.source_kind == "permit",
            Obligation.source_id == permit_id,
            Obligation.key == key,
            Obligation.kind == ObligationKind.REPORT,
            Obligation.voided_on.is_(None),
        )
    )
    return one(wanted)


def permit_of(obligation: Obligation) -> Permit:
    """The permit a reporting obligation follows from."""
    found = db.session.get(Permit, obligation.source_id) if obligation.source_kind == "permit" else None
    return found or not_found()


# --- what a report is held against -------------------------------------------------------------------------------


def line(figure: ReportFigure) -> Line:
    """A stored line as the checks read it."""
    return Line(
        outlet_code=figure.outlet_code,
        pollutant_code=figure.pollutant_code,
        pollutant_name=figure.pollutant_name,
        limit_low=figure.limit_low,
        limit_value=figure.limit_value,
        limit_unit=figure.limit_unit,
        annual_limit=figure.annual_limit,
        mean=figure.mean,
        minimum=figure.minimum,
        maximum=figure.maximum,
        samples=figure.samples,
        exceedances=figure.exceedances,
        quantity=figure.quantity,
    )


def lines(found: ExecutionReport) -> list[Line]:
    """The lines of a report as they stand now, by outlet and pollutant."""
    ordered = sorted(found.figures, key=lambda each: (each.outlet_code, each.pollutant_code))
    return [line(each) for each in ordered]


def operation(found: ExecutionReport) -> Operation:
    """What a report says of its period as a whole."""
    return Operation(found.period_from, found.period_to, found.shutdown_days, found.narrative)


def due_lines(version: PermitVersion) -> list[Line]:
    """The empty lines of a report under a version: every outlet and pollutant it limits or wants monitored."""
    found: dict[str, Line] = {}
    for outlet in version.outlets:
        for each in outlet.monitoring:
            made = Line(outlet.code, each.pollutant_code, each.pollutant_name)
            found.setdefault(made.row, made)
        for limit in outlet.limits:
            made = Line(outlet.code, limit.pollutant_code, limit.pollutant_name)
            made = found.get(made.row, made)
            if limit.kind is LimitKind.CONCENTRATION:
                made = replace(made, limit_low=limit.value_low, limit_value=limit.value, limit_unit=limit.unit)
            elif limit.kind is LimitKind.ANNUAL:
                made = replace(made, annual_limit=limit.value)
            found[made.row] = made
    return [found[row] for row in sorted(found)]


def measured(permit_id: int, first: date, last: date, wanted: Sequence[Line]) -> dict[str, Measured]:
    """What the monitoring results of a span of days say of each line; only those in the unit of its limit."""
    units = {each.row: each.limit_unit for each in wanted if each.limit_unit}
    rows = db.session.execute(
        select(
            MonitoringResult.outlet_code,
            MonitoringResult.pollutant_code,
            MonitoringResult.unit,
            MonitoringResult.value,
        )
        .where(
            MonitoringResult.permit_id == permit_id,
            MonitoringResult.measured_at >= clock.midnight(first),
            MonitoringResult.measured_at < clock.midnight(last + timedelta(days=1)),
            MonitoringResult.value.is_not(None),
            MonitoringResult.invalid_reason.is_(None),
            MonitoringResult.replaced_at.is_(None),
        )
        .execution_options(yield_per=2000)
    )
    values: dict[str, list[Decimal]] = {}
    for outlet_code, pollutant_code, unit, value in rows:
        row = f"{outlet_code}/{pollutant_code}"
        if value is not None and units.get(row) == unit:
            values.setdefault(row, []).append(value)
    found = {}
    for each in wanted:
        if given := values.get(each.row):
            exceeding = sum(checks.exceeds(value, each.limit_value, each.limit_low) for value in given)
            mean = checks.rounded(sum(given, Decimal(0)) / len(given))
            found[each.row] = Measured(len(given), mean, min(given), max(given), exceeding)
    return found


def _tonnes() -> ColumnElement[Decimal | None]:
    """The tonnes of a line as they count: what was accepted, else what was last filled in."""
    accepted = ExecutionReport.accepted_number.is_not(None)
    return case((accepted, ReportFigure.accepted_quantity), else_=ReportFigure.quantity)


def reported_earlier(found: ExecutionReport) -> dict[str, Decimal]:
    """The tonnes of each line in this year's earlier reports of the same kind that were handed in."""
    if found.period is ReportPeriod.YEAR:
        return {}
    wanted = (
        select(ReportFigure.outlet_code, ReportFigure.pollutant_code, func.sum(_tonnes()))
        .join(ExecutionReport, ExecutionReport.id == ReportFigure.report_id)
        .join(PermitVersion, PermitVersion.id == ExecutionReport.permit_version_id)
        .where(
            PermitVersion.permit_id == found.permit_version.permit_id,
            ExecutionReport.period == found.period,
            ExecutionReport.submission_number > 0,
            ExecutionReport.period_to < found.period_to,
            ExecutionReport.period_to >= date(found.period_to.year, 1, 1),
            _tonnes().is_not(None),
        )
        .group_by(ReportFigure.outlet_code, ReportFigure.pollutant_code)
    )
    return {f"{outlet}/{pollutant}": Decimal(str(total)) for outlet, pollutant, total in db.session.execute(wanted)}


def emitted(permit_id: int, year: int) -> dict[str, Decimal]:
    """The tonnes of each line reported for a year: the year's own report where there is one, else its finer ones."""
    wanted = (
        select(
            ExecutionReport.period,
            ReportFigure.outlet_code,
            ReportFigure.pollutant_code,
            func.sum(_tonnes()),
        )
        .join(ExecutionReport, ExecutionReport.id == ReportFigure.report_id)
        .join(PermitVersion, PermitVersion.id == ExecutionReport.permit_version_id)
        .where(
            PermitVersion.permit_id == permit_id,
            ExecutionReport.submission_number > 0,
            ExecutionReport.period_to >= date(year, 1, 1),
            ExecutionReport.period_to <= date(year, 12, 31),
            _tonnes().is_not(None),
        )
        .group_by(ExecutionReport.period, ReportFigure.outlet_code, ReportFigure.pollutant_code)
    )
    sums: dict[str, dict[ReportPeriod, Decimal]] = {}
    for period, outlet, pollutant, total in db.session.execute(wanted):
        sums.setdefault(f"{outlet}/{pollutant}", {})[period] = Decimal(str(total))
    return {row: by[ReportPeriod.YEAR] if ReportPeriod.YEAR in by else max(by.values()) for row, by in sums.items()}


def report_before(found: ExecutionReport) -> ExecutionReport | None:
    """The last report of the same kind under the same permit that was handed in for an earlier period."""
    wanted = (
        select(ExecutionReport)
        .join(PermitVersion, PermitVersion.id == ExecutionReport.permit_version_id)
        .where(
            PermitVersion.permit_id == found.permit_version.permit_id,
            ExecutionReport.period == found.period,
            ExecutionReport.submission_number > 0,
            ExecutionReport.period_to < found.period_from,
        )
        .order_by(ExecutionReport.period_to.desc())
        .limit(1)
        .options(selectinload(ExecutionReport.submissions))
    )
    return db.session.scalars(wanted).unique().one_or_none()


def beside(found: ExecutionReport, given: Sequence[Line] | None = None) -> dict[str, Beside]:
    """What each line of a report is compared with; ``given`` are its lines as signed, else as they stand."""
    shown = list(given) if given is not None else lines(found)
    version = one(
        select(PermitVersion)
        .where(PermitVersion.id == found.permit_version_id)
        .options(selectinload(PermitVersion.outlets).selectinload(Outlet.monitoring))
    )
    needed = {
        f"{outlet.code}/{each.pollutant_code}": required_samples(each.frequency, found.period_from, found.period_to)
        for outlet in version.outlets
        for each in outlet.monitoring
        if not is_automatic(each.frequency, each.method)
    }
    results = measured(version.permit_id, found.period_from, found.period_to, shown)
    earlier = reported_earlier(found)
    before = report_before(found)
    last = {each.row: each for each in standing_lines(before)} if before else {}
    return {
        each.row: Beside(
            measured=results.get(each.row),
            required_samples=needed.get(each.row),
            earlier_quantity=earlier.get(each.row, Decimal(0)),
            last_mean=last[each.row].mean if each.row in last else None,
        )
        for each in shown
    }


def remarks(found: ExecutionReport) -> list[Remark]:
    """Everything wrong or odd in a report as it stands now."""
    return checks.check(operation(found), lines(found), beside(found))


# --- what was sent in --------------------------------------------------------------------------------------------


def last_submission(found: ExecutionReport) -> ReportSubmission | None:
    """The copy of record that the report stands at: the newest, or the one left in force by a correction given up."""
    return next((each for each in found.submissions if each.number == found.submission_number), None)


def standing_lines(found: ExecutionReport) -> list[Line]:
    """The figures that count: those accepted, else those handed in last."""
    standing = corrections.in_force(found) or last_submission(found)
    return record.lines_in(standing.content) if standing else []


def differs_from_last(found: ExecutionReport) -> bool:
    """Whether a report says anything else than its last copy of record; true before there is one."""
    newest = last_submission(found)
    if newest is None:
        return True
    return (lines(found), operation(found)) != (record.lines_in(newest.content), record.operation_in(newest.content))


def is_begun_online(found: ExecutionReport) -> bool:
    """Whether the firm has written here what it did not hand in yet; a draft as it was laid out is nothing so far."""
    if found.state is ReportState.RETURNED:
        return differs_from_last(found)
    if found.state is not ReportState.DRAFT or found.submission_number:
        return found.state in (ReportState.DRAFT, ReportState.CHECKED)
    typed = any(getattr(each, name) is not None for each in lines(found) for name in checks.FIELDS)
    return found.version > 1 and bool(typed or found.shutdown_days or found.narrative or found.acknowledged)


def open_comments(found: ExecutionReport) -> list[ReportComment]:
    """The remarks that a firm has still to answer by its next submission."""
    asked = corrections.open_of(found)
    since = asked.asked_at if asked and asked.corrects == found.submission_number else None
    return [
        each
        for each in found.comments
        if each.submission_number == found.submission_number and (since is None or each.at >= since)
    ]


def open_rows(found: ExecutionReport) -> set[str]:
    """The lines that may be changed: all before the first submission and when the firm corrects, else those remarked on."""
    rows = [each.row for each in lines(found)]
    if found.submission_number == 0 or corrections.is_open_throughout(found):
        return set(rows)
    return record.reopened([each.field for each in open_comments(found)], rows)


def correction_of(found: ExecutionReport) -> Obligation | None:
    """The newest obligation to correct a returned report."""
    wanted = (
        select(Obligation)
        .where(
            Obligation.source_kind == "execution_report",
            Obligation.source_id == found.id,
            Obligation.voided_on.is_(None),
        )
        .order_by(Obligation.id.desc())
        .limit(1)
    )
    return db.session.scalars(wanted).unique().one_or_none()


def of_enterprise(enterprise_id: int, seen_by: User, today: date) -> list[tuple[Obligation, ExecutionReport | None]]:
    """The reporting obligations of an enterprise whose period has ended, newest first, with their reports."""
    wanted = (
        select(Obligation, ExecutionReport)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .outerjoin(ExecutionReport, ExecutionReport.obligation_id == Obligation.id)
        .where(
            sees(seen_by),
            Obligation.enterprise_id == enterprise_id,
            Obligation.kind == ObligationKind.REPORT,
            Obligation.source_kind == "permit",
            Obligation.voided_on.is_(None),
            Obligation.period_to < today,
        )
        .order_by(Obligation.period_to.desc(), Obligation.id.desc())
        .limit(60)
    )
    return [(owed, found) for owed, found in db.session.execute(wanted).unique().all()]


def my_reports(seen_by: User, today: date) -> list[tuple[Obligation, ExecutionReport | None]]:
    """What the firm a person works for has to report: whatever is not accepted yet, and the next to open."""
    wanted = (
        select(Obligation, ExecutionReport)
        .join(Enterprise, Enterprise.id == Obligation.enterprise_id)
        .outerjoin(ExecutionReport, ExecutionReport.obligation_id == Obligation.id)
        .where(
            sees(seen_by),
            works_for(seen_by),
            Obligation.kind == ObligationKind.REPORT,
            Obligation.source_kind == "permit",
            Obligation.voided_on.is_(None),
            or_(Obligation.opens_on.is_(None), Obligation.opens_on <= today + timedelta(days=45)),
        )
        .order_by(Obligation.due_on.desc(), Obligation.id.desc())
        .limit(80)
        .options(selectinload(ExecutionReport.corrections))
    )
    return [(owed, found) for owed, found in db.session.execute(wanted).unique().all()]
