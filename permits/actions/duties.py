"""What a permit makes its holder owe: written anew whenever the permit changes, and only what differs is touched."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from law import queries as law
from law.causes import CODE_FROM
from law.terms import Override, Term
from permits import queries
from permits.actions import rounds
from permits.models import Permit, PermitState
from permits.rules import periods, validity
from permits.rules.keeping import HeldYear, held_years
from permits.rules.periods import Duty, Owed
from registry import actions as registry
from registry import obligations
from registry.actions.merging import ON_MERGED
from registry.models import Category, Enterprise, ListKind, Obligation, ObligationKind, Status
from registry.obligations import Difference, Wanted

RENEWAL = "permit.renewal_apply_before"
"""The key of deadlines.csv."""

RETENTION = "records.retention"
"""The key of deadlines.csv: 条例19、21, 法典183."""

RECORDS_BASIS = (
    "《排污许可管理条例》第十九条、第二十一条",
    "《排污许可管理条例》第十九条、第二十一条，《中华人民共和国生态环境法典》第一百八十三条",
)
"""Before the Code, and since."""

PERMITTED = (Category.KEY, Category.SIMPLIFIED)
"""Who holds a permit; a registration has neither renewal nor ledgers (条例24)."""

SOIL_DUTIES = (
    ("toxic", "soil.toxic_release_report", "SOIL-TOXICREP", True),
    ("monitoring", "soil.monitoring_report", "SOIL-MON", False),
    ("hidden", "soil.hidden_risk_check", "SOIL-HIDDEN", False),
)
"""Name, key of deadlines.csv (the day is a parameter, 未核对), the cause whose breach it is (for the article),
and whether it is about the whole year and so can be handed in only when that is over (法典414; 土壤污染防治法21)."""

RENEWAL_SHOWN_DAYS = 90
"""A renewal is shown as something to do so many days before its last day. Ours, no law: 未核对."""

ALONE = "；不足一期，又没有下一期可以并入，单独报告（未核对）"
"""Why a report is owed for days too few for one: HJ 944-2018 lets them join the next period, and there is none."""


def refresh_duties(permit: Permit, reason: str, *, by: User) -> Difference:
    """Bring the obligations from a permit in line with its versions; a second run changes nothing."""
    today = clock.today()
    owed = _owed(permit)
    terms = {kind: law.period(periods.RULES[kind]) for kind in {each.period.kind for each in owed}}
    reports = [_report(permit, each, *terms[each.period.kind]) for each in owed]
    begun = queries.rounds.begun(permit, today)
    sampling = [rounds.wanted(permit.id, permit.site_id, each) for each in begun]
    found = obligations.regenerate(
        permit,
        [*reports, *_renewal(permit), *_records(permit), *_soil(permit), *_registration(permit), *sampling],
        enterprise_id=permit.enterprise_id,
        today=today,
        reason=reason,
        by=by,
    )
    new = [each for each in (*found.added, *found.changed) if each.kind is ObligationKind.MONITORING]
    rounds.settle(permit, new, begun, by=by)
    return found


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


def _renewal(permit: Permit) -> list[Wanted]:
    """What is owed for the renewal of a permit that still stands."""
    held = queries.permits.spans(permit)
    if permit.ended_on or permit.state is PermitState.DRAFT or not held:
        return []
    wanted = renewal(permit.id, permit.site_id, permit.category, permit.enterprise.status, held[-1].valid_to)
    return [wanted] if wanted else []


def renewal(permit_id: int, site_id: int, category: Category, status: Status, ends_on: date) -> Wanted | None:
    """Renewal is applied for sixty days before the term ends; a registration has no such duty, nor a closed firm."""
    if status is Status.CLOSED or category not in PERMITTED:
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


def _records(permit: Permit) -> list[Wanted]:
    """What has to be kept of each year under the permit; its end takes nothing of that away."""
    years = held_years(queries.permits.spans(permit), permit.ended_on)
    return records(permit.site_id, permit.category, years, clock.today())


def records(site_id: int, category: Category, years: Sequence[HeldYear], today: date) -> list[Wanted]:
    """The environmental ledger and the raw monitoring records of each year begun, until the last day of keeping them."""
    if category not in PERMITTED:
        return []
    found = []
    for each in (year for year in years if year.first <= today):
        kept = law.deadline(RETENTION, each.last)
        found.append(
            Wanted(
                key=f"records-{each.year}",
                kind=ObligationKind.RETENTION,
                title=f"保存 {each.year} 年环境管理台账和原始监测记录",
                basis=RECORDS_BASIS[each.last >= CODE_FROM],
                due_on=kept.due,
                provisional=kept.provisional,
                arithmetic=kept.arithmetic,
                period_from=each.first,
                period_to=each.last,
                opens_on=each.first,
                site_id=site_id,
            )
        )
    return found


def _soil(permit: Permit) -> list[Wanted]:
    """The yearly duties of a 土壤污染重点监管单位, for each year on whose last day it stood on the list under the permit.

    Whoever was taken off the list within the year owes nothing for it; after the permit the watch over the site goes on.
    What fell due before the permit was entered here is owed elsewhere.
    """
    issued = [clock.beijing(each.issued_at).date() for each in queries.permits.issued(permit) if each.issued_at]
    if permit.category not in PERMITTED or not issued:
        return []
    listed = queries.permits.years_on_soil_list(permit.enterprise_id)
    years = [
        each
        for each in held_years(queries.permits.spans(permit), permit.ended_on)
        if each.to_its_end and each.year in listed
    ]
    wanted = [_soil_duty(permit, each, *duty) for each in years for duty in SOIL_DUTIES]
    return [each for each in wanted if each.due_on >= min(issued)]


def _soil_duty(permit: Permit, held: HeldYear, name: str, rule: str, cause: str, after: bool) -> Wanted:
    due = law.deadline(rule, held.last)
    return Wanted(
        key=f"soil-{name}-{held.year}",
        kind=ObligationKind.SOIL,
        title=f"{held.year} 年度{law.term(rule).title}",
        basis=f"{law.duty_text(cause, held.last)}，{held.year} 年土壤污染重点监管单位名录",
        due_on=due.due,
        provisional=due.provisional,
        arithmetic=due.arithmetic,
        period_from=held.first,
        period_to=held.last,
        opens_on=held.last + validity.ONE_DAY if after else held.first,
        site_id=permit.site_id,
        url=f"/my/permits/{permit.id}/duties/soil-{name}-{held.year}",
    )


def _registration(permit: Permit) -> list[Wanted]:
    """The change of a registration that is to be filed since the register knows a firm otherwise than its form says."""
    if permit.category is not Category.REGISTRATION or permit.state not in queries.permits.LIVE:
        return []
    filed = queries.registrations.last_filed(permit)
    changed = queries.registrations.changed_facts(filed) if filed else []
    if filed is None or not changed:
        return []
    key = f"registration-change-{filed.id}"
    known = next((each for each in obligations.of(permit) if each.key == key and each.voided_on is None), None)
    since = (
        known.period_from if known and known.period_from else queries.registrations.changed_since(filed, clock.today())
    )
    due = law.deadline(queries.registrations.CHANGE, since)
    return [
        Wanted(
            key=key,
            kind=ObligationKind.REGISTRATION,
            title=f"办理排污登记变更（{'、'.join(changed)}）",
            basis="《排污许可管理条例》第二十四条，《排污许可管理办法》第三十九条",
            due_on=due.due,
            provisional=due.provisional,
            arithmetic=due.arithmetic,
            period_from=since,
            period_to=since,
            opens_on=since,
            site_id=permit.site_id,
            url="/my/registrations",
        )
    ]


def fulfil_change(permit: Permit, on: date, *, by: User) -> None:
    """A form that was filed answers the change of the registration that was owed, on that day."""
    for owed in obligations.of(permit):
        if owed.kind is ObligationKind.REGISTRATION and owed.fulfilled_on is None and owed.voided_on is None:
            obligations.fulfil(owed, on, by)


def refresh_firm(enterprise_id: int, reason: str, *, by: User) -> None:
    """Bring the duties from every permit of a firm in line, after something about the firm itself changed."""
    held = select(Permit).where(Permit.enterprise_id == enterprise_id, Permit.state != PermitState.DRAFT)
    for permit in db.session.scalars(held.order_by(Permit.id)).unique().all():
        refresh_duties(permit, reason, by=by)


def _follow_list(enterprise_id: int, kind: ListKind, by: User) -> None:
    if kind is ListKind.SOIL:
        refresh_firm(enterprise_id, "土壤污染重点监管单位名录变动", by=by)


def _follow_return(owed: Obligation, by: User) -> None:
    """What was given back is open again: unless it is not owed any more."""
    if owed.source_kind == Permit.__tablename__:
        refresh_duties(db.session.get_one(Permit, owed.source_id), "退回后不再需要履行", by=by)


def _follow_facts(enterprise: Enterprise, by: User) -> None:
    """The facts that a registration states: name, legal representative, address."""
    held = select(Permit).where(
        Permit.enterprise_id == enterprise.id,
        Permit.category == Category.REGISTRATION,
        Permit.state.in_(queries.permits.LIVE),
    )
    for permit in db.session.scalars(held.order_by(Permit.id)).unique().all():
        refresh_duties(permit, "登记的信息与登记表一致", by=by)


def _follow_merging(kept: Enterprise) -> None:
    """The lists of the firm that is gone are the other's now."""
    system = db.session.scalars(select(User).where(User.is_system)).one()
    refresh_firm(kept.id, "企业合并", by=system)


ON_MERGED.append(_follow_merging)
registry.ON_LISTED.append(_follow_list)
registry.ON_RETURNED.append(_follow_return)
registry.ON_FACTS.append(_follow_facts)


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
