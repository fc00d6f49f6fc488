"""Reminders: told once for each obligation, last day and mark (30, 15, 7, 3, 1 days before, and the day after;
of a round of self-monitoring 7 and 1 days before, and the day after).

A last day that moves is told anew: what was said of the former one is no longer true. Who holds a permit near its end
is invited to renew it.
"""

from datetime import date, timedelta

from sqlalchemy import select

from accounts.roles import Role
from core.db import db
from permits import actions as permits
from registry import notifications, obligations
from registry.models import Obligation, ObligationKind

MARKS = (30, 15, 7, 3, 1)

FEW_MARKS = {ObligationKind.MONITORING: (7, 1)}
"""What comes round again and again is told of less often."""


def send(today: date) -> int:
    """Send what is due today; a day that was missed is made up, since each mark is a span and a key. How many."""
    wanted = select(Obligation).where(
        obligations.is_open(),
        Obligation.due_on <= today + timedelta(days=MARKS[0]),
        Obligation.due_on >= today - timedelta(days=60),
    )
    sent = 0
    for owed in db.session.scalars(wanted).unique():
        sent += _tell(owed, (owed.due_on - today).days)
    return sent + permits.invite_renewals(today) + notifications.send_mail()


def _tell(owed: Obligation, left: int) -> int:
    people = notifications.people_of(owed.enterprise_id)
    if left < 0:
        officers = notifications.officers_of(owed.enterprise.office_id, Role.OFFICER)
        told = notifications.notify(
            people,
            key=f"owed-{owed.id}-{owed.due_on}-late",
            title=f"已逾期：{owed.title}",
            body=owed.basis,
            url=owed.url,
            tone="danger",
        )
        return told + notifications.notify(
            officers,
            key=f"owed-{owed.id}-{owed.due_on}-late",
            title=f"{owed.enterprise.name}逾期：{owed.title}",
            url=f"/enterprises/{owed.enterprise_id}",
            tone="warn",
        )
    marks = FEW_MARKS.get(owed.kind, MARKS)
    if left > max(marks):
        return 0
    mark = min(each for each in marks if left <= each)
    return notifications.notify(
        people,
        key=f"owed-{owed.id}-{owed.due_on}-{mark}",
        title=f"还有 {left} 天：{owed.title}",
        body=owed.basis,
        url=owed.url,
        tone="warn",
    )
