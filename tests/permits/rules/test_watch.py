"""When a permit ended, and whether a watch covers it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.models import PermitState, WatchCause
from permits.rules.watch import End, covered, end_of

LAST = date(2027, 3, 14)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def test_a_permit_has_run_out_on_the_day_after_its_last() -> None:
    assert end_of(PermitState.IN_FORCE, None, LAST, LAST) is None
    expired = End(WatchCause.EXPIRED, date(2027, 3, 15))
    assert end_of(PermitState.IN_FORCE, None, LAST, date(2027, 3, 15)) == expired
    assert end_of(PermitState.RECTIFICATION, None, LAST, date(2028, 1, 1)) == expired


@pytest.mark.parametrize("state", ["cancelled", "withdrawn", "revoked"])
def test_a_permit_that_was_ended_says_by_which_act(state: str) -> None:
    found = end_of(PermitState(state), date(2026, 10, 1), LAST, date(2026, 11, 23))
    assert found == End(WatchCause(state), date(2026, 10, 1))


def test_a_draft_never_ends() -> None:
    assert end_of(PermitState.DRAFT, None, LAST, date(2030, 1, 1)) is None


@given(DAYS, DAYS)
def test_what_ran_out_before_it_was_cancelled_is_not_watched_twice(cancelled_on: date, today: date) -> None:
    ran_out = end_of(PermitState.IN_FORCE, None, LAST, LAST + timedelta(days=1))
    cancelled = end_of(PermitState.CANCELLED, cancelled_on, LAST, today)
    assert ran_out and cancelled
    assert cancelled.on <= ran_out.on
    assert covered(cancelled, [ran_out.on])


def test_the_end_of_a_later_term_is_not_covered_by_an_earlier_watch() -> None:
    assert not covered(End(WatchCause.EXPIRED, date(2032, 3, 15)), [date(2027, 3, 15)])
    assert not covered(End(WatchCause.EXPIRED, date(2027, 3, 15)), [])
