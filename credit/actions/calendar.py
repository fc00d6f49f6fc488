"""When the working-day calendar changes: the days in which a firm may be heard before a listing follow at once."""

from datetime import date

from sqlalchemy import select

from accounts.audit import is_recorded, record
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.db import db
from credit import rules
from credit.models import Listing, ListingState
from law import actions as law_acts
from law import queries as law
from law.deadlines import Deadline, moved
from registry import notifications

REASON = "工作日历或期限算法变动"


def follow_calendar(by: User) -> None:
    """Reckon the days to be heard of every listing that is not decided anew, and tell firm and clerk of each that moves.

    The notice that was served says five working days and stays as it is. A right to be heard is only ever lengthened
    (``law.deadlines.moved``). A listing decided before what now turns out to be the end of those days is not altered
    by a calendar: the persons who can take it back are told, since deciding too early is a defect of procedure.
    """
    told = (ListingState.NOTIFIED, ListingState.OBJECTED, ListingState.LISTED)
    wanted = select(Listing).where(Listing.state.in_(told), Listing.notified_on.is_not(None))
    for listing in db.session.scalars(wanted.order_by(Listing.id)).unique().all():
        if listing.notified_on is None or listing.objection_until is None:
            continue
        now = law.deadline(rules.DEFENCE_KEY, listing.notified_on, event="送达")
        if listing.state is ListingState.LISTED:
            _warn_if_too_early(listing, now, by)
        else:
            _follow(listing, listing.objection_until, now, by)


def _follow(listing: Listing, told: date, now: Deadline, by: User) -> None:
    found = moved(now, told, False, clock.today())
    if (found.due, found.arithmetic) == (told, listing.objection_arithmetic):
        return
    listing.objection_until, listing.objection_arithmetic = found.due, found.arithmetic
    words = f"由 {told} 改为 {found.due}" if found.due != told else f"仍为 {told}"
    record(listing, "listing:deadline", f"{REASON}：陈述申辩截止日{words}", by=by)
    if found.due == told:
        return
    notifications.notify(
        notifications.people_of(listing.enterprise_id),
        key=f"listing-deadline-{listing.id}-{told}-{found.due}",
        title=f"陈述申辩截止日改为 {found.due}",
        body=f"{REASON}，原为 {told}。{found.arithmetic}",
        url=f"/my/listings/{listing.id}",
        tone="warn",
    )
    notifications.notify(
        [listing.proposed_by],
        key=f"listing-deadline-{listing.id}-{told}-{found.due}",
        title=f"{listing.enterprise.name}：陈述申辩截止日改为 {found.due}",
        body=f"{REASON}，原为 {told}。届满以前不能决定列入。",
        url=f"/listings/{listing.id}",
        tone="warn",
    )


def _warn_if_too_early(listing: Listing, now: Deadline, by: User) -> None:
    early = listing.listed_on is not None and listing.listed_on <= now.due
    if not early or listing.waived_on is not None:
        return
    words = f"{listing.listed_on} 决定列入时陈述申辩期（{now.due}）尚未届满"
    told = f"{REASON}：{words}"
    if is_recorded(listing, "listing:deadline", told):
        return
    record(listing, "listing:deadline", told, by=by)
    notifications.notify(
        [listing.proposed_by, *notifications.officers_of(listing.office_id, Role.APPROVER)],
        key=f"listing-early-{listing.id}-{now.due}",
        title=f"请复核：{listing.enterprise.name}列入时陈述申辩期尚未届满",
        body=f"按现行日历，{words}。{now.arithmetic}",
        url=f"/listings/{listing.id}",
        tone="danger",
    )


law_acts.AFTER_CALENDAR_CHANGE.append(follow_calendar)
