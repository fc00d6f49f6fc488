"""Reads of clock stops: whose, and how the days of a decision's period stand around one (办法23)."""

from dataclasses import dataclass, replace

from sqlalchemy import Select, select

from accounts.models import User
from law import queries as law
from law.calendar import ONE_DAY, days_after
from law.deadlines import Deadline
from permits.models import Application, ApplicationPause
from permits.queries import applications
from permits.rules import applications as rules
from registry.models import Enterprise


def visible_pauses(seen_by: User | None) -> Select[int]:
    """The stops of the clock in the applications a person may see."""
    return (
        select(ApplicationPause.id)
        .join(Application, Application.id == ApplicationPause.application_id)
        .join(Enterprise, Enterprise.id == Application.enterprise_id)
        .where(applications.is_open_to(seen_by))
    )


@dataclass(frozen=True)
class Reckoning:
    """The days of the decision's period around a stop: so many used before it, so many left, and the new last day.

    ``used`` and ``left`` are None where the law sets no period, ``deadline`` too while the end of the stop is open.
    """

    used: int | None = None
    left: int | None = None
    working: bool = True
    deadline: Deadline | None = None


def reckoning(found: Application, pause: ApplicationPause) -> Reckoning:
    """How the days stand when the applicant is told of a stop, reckoned as if it were told already."""
    start = applications.accepted_from(found, pause.first_day)
    key = rules.decision_key(found.kind, found.category, bool(found.site_checks))
    if start is None or key is None:
        return Reckoning()
    stops = list(zip(applications.suspensions(found, pause.first_day), found.pauses, strict=True))
    others = [each for each, row in stops if row is not pause]
    own = [replace(each, told_on=each.told_on or each.first) for each, row in stops if row is pause]
    term, calendar = law.term(key), law.calendar()
    used = sum(
        not (term.working and calendar.is_rest(day)) and not any(each.covers(day) for each in others)
        for day in days_after(start, pause.first_day - ONE_DAY)
    )
    ahead = law.deadline(key, start, suspensions=[*others, *own]) if pause.last_day else None
    return Reckoning(used, max(0, term.value - used), term.working, ahead)
