"""When an authority moves a last day, or such an entry is withdrawn: what permits make firms owe on it follows."""

from sqlalchemy import select

from accounts.models import User
from core.db import db
from law import actions as law_acts
from law import queries as law
from law.models import DeadlineOverride
from permits import queries
from permits.actions.calendar import follow_permit
from permits.models import Permit

BATCH = 100
"""So many permits are brought in line within one request; the page goes on with the rest, and so does ``tick``."""


def follow_moved_day(row: DeadlineOverride, by: User, most: int | None = None) -> int:
    """Bring the next permits in line with a moved day, a batch of them unless told how many. How many permits."""
    if row.key not in queries.moved_days.KEYS:
        return 0
    reason = f"上级改定期限：{row.basis}" if row.withdrawn_on is None else f"撤回改定期限：{row.withdrawn_reason}"
    waiting = sorted({each.source_id for each in queries.moved_days.pending(row)})[: BATCH if most is None else most]
    for number in waiting:
        follow_permit(db.session.get_one(Permit, number), reason, by)
    return len(waiting)


def follow_moved_days() -> int:
    """Finish what a page left undone, for every moved day. How many permits."""
    machine = db.session.scalars(select(User).where(User.is_system)).one()
    return sum(follow_moved_day(row, machine, 1_000_000) for row in law.moved_days())


law_acts.AFTER_DAY_MOVED.append(follow_moved_day)
