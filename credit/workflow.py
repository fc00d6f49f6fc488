"""The lifecycles of the room: a listing from proposal to removal, a repair from application to decision."""

from accounts.roles import Action
from core import clock
from core.said import said
from core.workflow import Missing, Step, workflow
from credit import rules
from credit.models import Listing, ListingState, RepairState
from inspections.models import DecisionState
from law import queries as law

L, R = ListingState, RepairState


def listing_facts(listing: Listing) -> rules.ListingFacts:
    """A listing as the rules read it."""
    return rules.ListingFacts(
        list_type=listing.list_type,
        legal_basis=listing.legal_basis,
        decision_confirmed=listing.decision.state is DecisionState.CONFIRMED,
        decision_stayed=listing.decision.state is DecisionState.QUASHED
        or listing.event.ended_on is not None
        or listing.decision.stay_on(clock.today()) is not None,
        notified_on=listing.notified_on,
        objection_until=listing.objection_until,
        waived_on=listing.waived_on,
        open_objections=sum(each.upheld is None for each in listing.objections),
        proposed_by_id=listing.proposed_by_id,
        term_months=listing.term_months,
        open_year=_open_year(listing),
    )


def _open_year(listing: Listing) -> int | None:
    if listing.notified_on is None or listing.objection_until is None or listing.listed_on is not None:
        return None
    if law.calendar().is_announced(listing.objection_until):
        return None
    return listing.objection_until.year


def missing_to_notify(listing: Listing) -> list[Missing]:
    """What a proposal lacks before the firm is told."""
    return rules.missing_to_notify(listing_facts(listing))


def missing_to_list(listing: Listing) -> list[Missing]:
    """What the decision to list lacks."""
    return rules.missing_to_list(listing_facts(listing), listing.decided_by_id, clock.today())


def missing_to_object(listing: Listing) -> list[Missing]:
    """A firm objects in the time it was given."""
    if listing.objection_until is not None and clock.today() > listing.objection_until:
        return [Missing(said("陈述申辩期已于 %(objection_until)s 届满。", objection_until=listing.objection_until))]
    return []


def missing_to_resume(listing: Listing) -> list[Missing]:
    """After an objection the matter goes on when each is answered."""
    return [Missing(said("还有陈述申辩没有答复。"))] if any(each.upheld is None for each in listing.objections) else []


def missing_to_remove(listing: Listing) -> list[Missing]:
    """Off the list only what another person asked for, or what has lost its ground: repaired, or the decision quashed."""
    fallen = listing.event.ended_on is not None or listing.decision.state is DecisionState.QUASHED
    if fallen or any(each.granted for each in listing.removals):
        return []
    return [Missing(said("移出要先由信用经办人提出，再由另一人决定。"))]


LISTING = workflow(
    "listing",
    "列入名单",
    L.PROPOSED,
    [
        Step(
            "notify",
            frozenset({L.PROPOSED}),
            L.NOTIFIED,
            Action.LISTING_PROPOSE,
            "送达事先告知书",
            missing_to_notify,
            grave=True,
        ),
        Step(
            "object",
            frozenset({L.NOTIFIED, L.OBJECTED}),
            L.OBJECTED,
            Action.LISTING_OBJECT,
            "提出陈述申辩",
            missing_to_object,
        ),
        Step("resume", frozenset({L.OBJECTED}), L.NOTIFIED, Action.LISTING_DECIDE, "答复后继续", missing_to_resume),
        Step("list", frozenset({L.NOTIFIED}), L.LISTED, Action.LISTING_DECIDE, "决定列入", missing_to_list, grave=True),
        Step(
            "drop",
            frozenset({L.PROPOSED, L.NOTIFIED, L.OBJECTED}),
            L.DROPPED,
            Action.LISTING_DECIDE,
            "不予列入",
            grave=True,
        ),
        Step(
            "remove",
            frozenset({L.LISTED}),
            L.REMOVED,
            Action.LISTING_DECIDE,
            "决定移出",
            missing_to_remove,
            grave=True,
        ),
    ],
)

REPAIR = workflow(
    "repair",
    "信用修复",
    R.APPLIED,
    [
        Step("grant", frozenset({R.APPLIED}), R.GRANTED, Action.REPAIR_DECIDE, "准予修复", grave=True),
        Step("refuse", frozenset({R.APPLIED}), R.REFUSED, Action.REPAIR_DECIDE, "不予修复", grave=True),
    ],
)
