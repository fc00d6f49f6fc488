"""When the working-day calendar changes: what permits and returned reports make a firm owe follows at once."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import exists, or_, select

from accounts.models import User
from core import clock
from core.db import db
from law import actions as law_acts
from law import queries as law
from law.deadlines import moved
from permits import queries
from permits.actions.duties import RENEWAL, RETENTION, refresh_duties
from permits.actions.submissions import correction_deadline, correction_key, demand_correction
from permits.models import ExecutionReport, Permit
from permits.rules import periods
from registry import notifications
from registry.models import Obligation, ObligationKind
from registry.obligations import is_kept, is_open

REASON = "工作日历或期限算法变动"


_OFFICES_OWN = (Obligation.kind == ObligationKind.SOIL,)
"""Whose day is the office's own parameter: it may move at any time, and there are few of them."""


def follow_calendar(by: User) -> None:
    """Reckon open duties from permits and open corrections of reports anew, and tell each firm what moves.

    Duties from a permit are the law's and the permit copy's own: they become what these now say. A correction was set
    by the clerk and told to the firm: it is lengthened, never shortened (``law.deadlines.moved``). What is fulfilled
    keeps the last day by which it was judged.
    """
    of_permit = (Obligation.source_kind == "permit", Obligation.source_id == Permit.id, or_(is_open(), is_kept()))
    whose = exists().where(*of_permit) if _duties_may_move() else exists().where(*of_permit, *_OFFICES_OWN)
    for permit in db.session.scalars(select(Permit).where(whose).order_by(Permit.id)).unique().all():
        follow_permit(permit, REASON, by)
    corrections = (
        select(Obligation, ExecutionReport)
        .join(ExecutionReport, ExecutionReport.id == Obligation.source_id)
        .where(Obligation.source_kind == "execution_report", is_open())
    )
    for owed, report in db.session.execute(corrections.order_by(Obligation.id)).unique().all():
        _follow_correction(owed, report, by)


def _duties_may_move() -> bool:
    """Whether any duty from a permit depends on working days or rest days, by the law now or as it was reckoned."""
    terms = [law.term(key) for key in (*periods.RULES.values(), RENEWAL, RETENTION)]
    if any(term.working or term.last_day_moves for term in terms):
        return True
    reckoned = or_(
        Obligation.provisional.is_(True),
        Obligation.arithmetic.contains("顺延"),
        Obligation.arithmetic.contains("工作日"),
    )
    found = select(Obligation.id).where(Obligation.source_kind == "permit", is_open(), reckoned).limit(1)
    if db.session.scalar(found) is not None:
        return True
    kept = (
        select(Obligation).where(is_kept(), Obligation.period_to.is_not(None)).order_by(Obligation.id.desc()).limit(1)
    )
    last = db.session.scalars(kept).unique().one_or_none()
    return (
        last is not None and last.period_to is not None and law.deadline(RETENTION, last.period_to).due != last.due_on
    )


def follow_permit(permit: Permit, reason: str, by: User) -> None:
    """Reckon the duties from one permit anew, and tell its firm each last day that moves."""
    before = {each.id: each.due_on for each in queries.permits.duties(permit, most=10_000)}
    for owed in refresh_duties(permit, reason, by=by).changed:
        _tell(owed, before, reason)


def _follow_correction(owed: Obligation, report: ExecutionReport, by: User) -> None:
    if report.returned_on is None or report.correction_days is None:
        return
    if owed.key != correction_key(report):
        return
    before = {owed.id: owed.due_on}
    now = correction_deadline(report.correction_days, report.returned_on)
    found = moved(now, owed.due_on, owed.provisional, clock.today())
    demand_correction(report, found, report.returned_on, REASON, by)
    _tell(owed, before, REASON)


def _tell(owed: Obligation, before: Mapping[int, date], reason: str) -> None:
    told = before.get(owed.id)
    if told is None or told == owed.due_on:
        return
    notifications.notify(
        notifications.people_of(owed.enterprise_id),
        key=f"owed-moved-{owed.id}-{told}-{owed.due_on}",
        title=f"期限改为 {owed.due_on}：{owed.title}",
        body=f"{reason}，原为 {told}。{owed.arithmetic}",
        url=owed.url,
        tone="warn",
    )


law_acts.AFTER_CALENDAR_CHANGE.append(follow_calendar)
