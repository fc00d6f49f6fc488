"""What a permit makes its holder owe: written anew whenever the permit changes, and only what differs is touched."""

from datetime import date

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from law import queries as law
from law.terms import Override, Term
from permits import queries
from permits.models import Permit, PermitState
from permits.rules import periods, validity
from permits.rules.periods import Duty, Owed
from registry import obligations
from registry.models import Category, Enterprise, ObligationKind, Status
from registry.obligations import Difference, Wanted

RENEWAL = "permit.renewal_apply_before"
"""The key of deadlines.csv."""

RENEWAL_SHOWN_DAYS = 90
"""A renewal is shown as something to do so many days before its last day. Ours, no law: 未核对."""

ALONE = "；不足一期，又没有下一期可以并入，单独报告（未核对）"
"""Why a report is owed for days too few for one: HJ 944-2018 lets them join the next period, and there is none."""


def refresh_duties(permit: Permit, reason: str, *, by: User) -> Difference:
    """Bring the obligations from a permit in line with its versions; a second run changes nothing."""
    today = clock.today()
    owed = _owed(permit)
    terms = {kind: law.period(periods.RULES[kind]) for kind in {each.period.kind for each in owed}}
    wanted = [_report(permit, each, *terms[each.period.kind]) for each in owed]
    renewal = _renewal(permit)
    return obligations.regenerate(
        permit,
        wanted + ([renewal] if renewal else []),
        enterprise_id=permit.enterprise_id,
        today=today,
        reason=reason,
        by=by,
    )


def _owed(permit: Permit) -> list[Owed]:
    found = []
    by_number = {span.number: span for span in queries.permits.spans(permit)}
    for version in queries.permits.issued(permit):
        if version.issued_at is None:
            continue
        entered_on = clock.beijing(version.issued_at).date()
        found += [
            Duty(
                each.period,
                each.due_days,
                each.condition_label,
                by_number[version.number],
                entered_on,
                each.replaces_last,
            )
            for each in version.report_requirements
        ]
    return periods.owed(found, permit.ended_on)


def _report(permit: Permit, owed: Owed, term: Term, overrides: list[Override]) -> Wanted:
    due = periods.due(owed.period, owed.duty.due_days, term=term, calendar=law.calendar(), overrides=overrides)
    label = f"第 {owed.duty.label} 条" if owed.duty.label else ""
    return Wanted(
        key=owed.period.key,
        kind=ObligationKind.REPORT,
        title=owed.title,
        basis=f"《排污许可管理条例》第二十二条，许可证副本{label}{ALONE if owed.by_itself else ''}",
        due_on=due.due,
        provisional=due.provisional,
        arithmetic=due.arithmetic,
        period_from=owed.first,
        period_to=owed.last,
        opens_on=owed.last + validity.ONE_DAY,
        site_id=permit.site_id,
        url=f"/my/permits/{permit.id}/reports/{owed.period.key}",
    )


def _renewal(permit: Permit) -> Wanted | None:
    """What is owed for the renewal of a permit that still stands."""
    held = queries.permits.spans(permit)
    if permit.ended_on or permit.state is PermitState.DRAFT or not held:
        return None
    return renewal(permit.id, permit.site_id, permit.category, permit.enterprise.status, held[-1].valid_to)


def renewal(permit_id: int, site_id: int, category: Category, status: Status, ends_on: date) -> Wanted | None:
    """Renewal is applied for sixty days before the term ends; a registration has no such duty, nor a closed firm."""
    if status is Status.CLOSED or category not in (Category.KEY, Category.SIMPLIFIED):
        return None
    due = law.deadline(RENEWAL, ends_on)
    return Wanted(
        key=f"renewal-{ends_on.isoformat()}",
        kind=ObligationKind.RENEWAL,
        title="申请延续排污许可证",
        basis="《排污许可管理条例》第十四条",
        due_on=due.due,
        provisional=due.provisional,
        arithmetic=due.arithmetic,
        opens_on=date.fromordinal(due.due.toordinal() - RENEWAL_SHOWN_DAYS),
        site_id=site_id,
        url=f"/my/permits/{permit_id}",
    )


def fulfil_renewal(permit: Permit, on: date, *, by: User) -> None:
    """A renewed term answers the renewal that was owed, on the day it was applied for."""
    owed = queries.permits.renewal_due(permit)
    if owed is not None and owed.fulfilled_on is None:
        obligations.fulfil(owed, on, by)


def show_on_enterprise(enterprise: Enterprise, *, by: User) -> None:
    """Keep the permit that lists show beside an enterprise as it is."""
    db.session.flush()
    found = queries.permits.in_force_of(enterprise.id, clock.today())
    number, ends_on = (found.permit_no, found.valid_to) if found else ("", None)
    if (enterprise.permit_no, enterprise.permit_valid_to) == (number, ends_on):
        return
    enterprise.permit_no, enterprise.permit_valid_to = number, ends_on
    told = f"现行许可证：{number}，至 {ends_on}" if number else "没有现行许可证"
    record(enterprise, "permits:enterprise:show", told, by=by)
