"""When a permit ended and why, and whether an earlier watch over the site covers it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from permits.models import PermitState, WatchCause
from permits.rules.validity import ONE_DAY

CAUSES = {
    PermitState.CANCELLED: WatchCause.CANCELLED,
    PermitState.WITHDRAWN: WatchCause.WITHDRAWN,
    PermitState.REVOKED: WatchCause.REVOKED,
}


@dataclass(frozen=True)
class End:
    """Why a permit holds no longer, and the first day on which it did not."""

    why: WatchCause
    on: date


def end_of(state: PermitState, ended_on: date | None, valid_to: date, today: date) -> End | None:
    """The end of a permit; None while it holds, or was never in force. Cancelled after it ran out, it ended then."""
    if state is PermitState.DRAFT:
        return None
    after = valid_to + ONE_DAY
    if ended_on is not None:
        return End(CAUSES[state], min(ended_on, after))
    return End(WatchCause.EXPIRED, after) if after <= today else None


def covered(end: End, watched: Iterable[date]) -> bool:
    """Whether the site was put under watch for this end already: a watch began with it or with a later one."""
    return any(each >= end.on for each in watched)
