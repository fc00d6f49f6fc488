"""Limits shown as broken become leads for the officers."""

from collections.abc import Sequence

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.db import db
from core.filters import shown_number
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.models import (
    Exceedance,
    ExecutionReport,
    Permit,
    ReportSubmission,
)
from permits.rules import checks
from registry import notifications
from registry.models import Enterprise


def note_exceedances(report: ExecutionReport, submission: ReportSubmission, *, by: User) -> list[Exceedance]:
    """Make a lead of every limit that a signed report shows as broken, unless the same one is known from before."""
    lines = queries.reports.lines(report)
    beside = queries.reports.beside(report, lines)
    known = {
        (each.outlet_code, each.pollutant_code, each.limit_kind, each.value, each.limit_value)
        for each in queries.exceedances.known(report.id)
    }
    permit = report.permit_version.permit
    basis = f"{report.obligation.title}第 {submission.number} 次提交，许可证第 {report.permit_version.number} 版"
    made = []
    for line in lines:
        for found in checks.broken_limits(line, beside[line.row]):
            if (line.outlet_code, line.pollutant_code, found.kind, found.value, found.limit) in known:
                continue
            made.append(
                Exceedance(
                    enterprise_id=report.enterprise_id,
                    site_id=permit.site_id,
                    source_kind="report_submission",
                    source_id=submission.id,
                    outlet_code=line.outlet_code,
                    pollutant_code=line.pollutant_code,
                    pollutant_name=line.pollutant_name,
                    limit_kind=found.kind,
                    value=found.value,
                    limit_low=found.low,
                    limit_value=found.limit,
                    unit=found.unit,
                    basis=basis,
                    found_on=clock.today(),
                )
            )
    keep_leads(made, permit, report.enterprise, by)
    return made


def keep_leads(made: Sequence[Exceedance], permit: Permit, enterprise: Enterprise, by: User) -> None:
    """Keep new leads, each with its entry in the chain, and tell the officers of the site once."""
    for each in made:
        db.session.add(each)
        told = f"{each.outlet_code} {each.pollutant_name} {shown_number(each.value)} {each.unit}"
        record(each, "permits:exceedance:find", f"超过{each.limit_kind.label}：{told}", by=by)
    if not made:
        return
    first = made[0]
    notifications.notify(
        notifications.officers_of(permit.site.office_id, Role.OFFICER),
        key=f"exceedance-{first.source_kind}-{first.source_id}",
        title=f"{enterprise.name}：{len(made)} 项超过许可限值",
        body="；".join(
            f"{each.outlet_code} {each.pollutant_name} {shown_number(each.value)} {each.unit}，"
            f"限值 {shown_number(each.limit_value)}"
            for each in made[:3]
        ),
        url=f"/exceedances/{first.id}" if len(made) == 1 else "/exceedances",
        tone="danger",
    )


def handle_exceedance(exceedance: Exceedance, handling: str, *, by: User) -> None:
    """Say what was done about a lead; that closes it."""
    if exceedance.handled_at is not None:
        raise NotAllowed([said("这条线索已经处理过。")])
    if not handling.strip():
        raise NotAllowed([Missing(said("请写明如何处理。"), "handling")])
    exceedance.handled_at, exceedance.handled_by_id, exceedance.handling = clock.now(), by.id, handling.strip()
    record(exceedance, Action.EXCEEDANCE_HANDLE, f"处理超标线索：{handling.strip()[:60]}", by=by)
