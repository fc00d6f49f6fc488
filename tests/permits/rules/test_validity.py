"""Validity, renewal and the days without a permit."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from permits.models import PermitState, VersionGround
from permits.rules import validity
from permits.rules.validity import Band, Span, Standing

FIRST = Span(1, VersionGround.FIRST, date(2022, 3, 15), None, date(2022, 3, 15), date(2027, 3, 14))
OLD = Span(1, VersionGround.FIRST, date(2022, 3, 15), date(2026, 6, 30), date(2022, 3, 15), date(2027, 3, 14))
NEW = Span(2, VersionGround.CHANGE, date(2026, 7, 1), None, date(2022, 3, 15), date(2027, 3, 14))


def test_a_permit_holds_on_its_last_day_and_not_on_the_day_after() -> None:
    assert validity.in_force([FIRST], date(2027, 3, 14)) == FIRST
    assert validity.in_force([FIRST], date(2027, 3, 15)) is None


def test_nothing_holds_before_the_first_day() -> None:
    assert validity.in_force([FIRST], date(2022, 3, 14)) is None
    assert validity.in_force([FIRST], date(2022, 3, 15)) == FIRST


def test_a_changed_version_holds_from_its_own_day_on() -> None:
    assert validity.in_force([OLD, NEW], date(2026, 6, 30)) == OLD
    assert validity.in_force([OLD, NEW], date(2026, 7, 1)) == NEW


def test_an_ended_permit_no_longer_holds_on_the_day_of_its_end() -> None:
    assert validity.in_force([FIRST], date(2026, 9, 30), date(2026, 10, 1)) == FIRST
    assert validity.in_force([FIRST], date(2026, 10, 1), date(2026, 10, 1)) is None


def test_five_years_end_on_the_day_before() -> None:
    assert validity.last_day_of_term(date(2022, 3, 15)) == date(2027, 3, 14)
    assert validity.last_day_of_term(date(2024, 2, 29)) == date(2029, 2, 28), "no such day in 2029: the month ends it"


def test_the_latest_application_lies_sixty_days_before_the_end() -> None:
    assert validity.latest_application(date(2027, 3, 14)) == date(2027, 1, 13)


def test_a_renewal_in_time_follows_the_old_term_however_late_the_decision() -> None:
    old = date(2027, 3, 14)
    assert validity.renewed_from(old, date(2027, 1, 13), date(2027, 4, 1)) == date(2027, 3, 15)


def test_a_late_renewal_decided_in_time_follows_the_old_term() -> None:
    assert validity.renewed_from(date(2027, 3, 14), date(2027, 1, 14), date(2027, 3, 14)) == date(2027, 3, 15)


def test_a_late_renewal_decided_after_the_end_begins_with_the_decision() -> None:
    assert validity.renewed_from(date(2027, 3, 14), date(2027, 1, 14), date(2027, 3, 20)) == date(2027, 3, 20)


def test_the_days_between_a_late_renewal_and_the_old_end_are_a_gap_with_its_reason() -> None:
    late = Span(
        2,
        VersionGround.RENEWAL,
        date(2027, 3, 20),
        None,
        date(2027, 3, 20),
        date(2032, 3, 19),
        applied_on=date(2027, 2, 1),
        decided_on=date(2027, 3, 20),
    )
    found = validity.gaps([FIRST, late], date(2027, 6, 1))
    assert [(gap.first, gap.last, gap.days, gap.open) for gap in found] == [
        (date(2027, 3, 15), date(2027, 3, 19), 5, False)
    ]
    assert "晚于届满前 60 日（2027-01-13）" in found[0].reason


def test_a_permit_that_follows_at_once_leaves_no_gap() -> None:
    next_ = Span(2, VersionGround.RENEWAL, date(2027, 3, 15), None, date(2027, 3, 15), date(2032, 3, 14))
    assert validity.gaps([FIRST, next_], date(2030, 1, 1)) == []


def test_an_expired_permit_has_an_open_gap_from_the_next_day_to_today() -> None:
    assert validity.gaps([FIRST], date(2027, 3, 14)) == []
    (gap,) = validity.gaps([FIRST], date(2027, 3, 15))
    assert (gap.first, gap.last, gap.days, gap.open) == (date(2027, 3, 15), date(2027, 3, 15), 1, True)
    assert "未见延续" in gap.reason


def test_after_a_revocation_the_gap_names_it() -> None:
    (gap,) = validity.gaps([OLD, NEW], date(2026, 12, 31), date(2026, 12, 1), "吊销")
    assert (gap.first, gap.days, gap.open) == (date(2026, 12, 1), 31, True)
    assert gap.reason.startswith("2026-12-01 吊销")


def test_versions_without_a_gap_in_validity_leave_none_though_they_changed() -> None:
    assert validity.gaps([OLD, NEW], date(2026, 11, 23)) == []


def test_bands_count_the_last_day_as_still_valid() -> None:
    today = date(2026, 11, 23)
    assert validity.band(today - timedelta(days=1), today) is Band.EXPIRED
    assert validity.band(today, today) is Band.DAYS_30
    assert validity.band(today + timedelta(days=30), today) is Band.DAYS_30
    assert validity.band(today + timedelta(days=31), today) is Band.DAYS_60
    assert validity.band(today + timedelta(days=91), today) is Band.LATER


@given(st.integers(-400, 400))
def test_the_bounds_of_a_band_hold_exactly_the_days_in_it(days: int) -> None:
    today = date(2026, 11, 23)
    day = today + timedelta(days=days)
    for each in Band:
        first, last = validity.bounds(each, today)
        inside = (first is None or first <= day) and (last is None or day <= last)
        assert inside == (validity.band(day, today) is each)


DAY = st.integers(0, 400).map(lambda days: date(2026, 1, 1) + timedelta(days=days))


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """A chain of versions as the actions make them: each ends the one before."""
    starts = sorted(draw(st.sets(DAY, min_size=1, max_size=5)))
    made = []
    for number, start in enumerate(starts, 1):
        valid_from = draw(st.dates(start - timedelta(days=60), start))
        valid_to = draw(st.dates(start, start + timedelta(days=200)))
        until = starts[number] - timedelta(days=1) if number < len(starts) else None
        made.append(Span(number, VersionGround.CHANGE, start, until, valid_from, valid_to))
    return made


@given(spans(), DAY, st.none() | DAY)
def test_looking_up_a_day_agrees_with_walking_over_every_version(
    held: list[Span], day: date, ended_on: date | None
) -> None:
    candidates = []
    for span in held:
        covered = {
            span.in_force_from + timedelta(days=number)
            for number in range(700)
            if span.in_force_to is None or span.in_force_from + timedelta(days=number) <= span.in_force_to
        }
        valid = {
            span.valid_from + timedelta(days=number) for number in range((span.valid_to - span.valid_from).days + 1)
        }
        if day in covered & valid and not (ended_on and day >= ended_on):
            candidates.append(span.number)
    found = validity.in_force(held, day, ended_on)
    assert (found.number if found else None) == (max(candidates) if candidates else None)


@given(spans(), DAY)
def test_every_day_is_in_some_validity_or_in_a_gap_and_never_in_both(held: list[Span], today: date) -> None:
    found = validity.gaps(held, today)
    first = min(span.valid_from for span in held)
    for number in range(max(0, (today - first).days + 1)):
        day = first + timedelta(days=number)
        valid = any(span.valid_from <= day <= span.valid_to for span in held)
        gap = sum(each.first <= day <= each.last for each in found)
        assert gap == (0 if valid else 1)


@given(st.dates(date(2022, 1, 1), date(2028, 1, 1)), st.booleans())
def test_a_permit_stands_as_valid_on_exactly_the_days_on_which_a_version_holds(day: date, ended: bool) -> None:
    ended_on = date(2026, 10, 1) if ended else None
    state = PermitState.REVOKED if ended else PermitState.IN_FORCE
    stands = validity.standing(state, [OLD, NEW], day, ended_on)
    assert (stands is Standing.IN_FORCE) == (validity.in_force([OLD, NEW], day, ended_on) is not None)
    assert (stands is Standing.REVOKED) == (ended and day >= date(2026, 10, 1))
    assert (stands is Standing.AHEAD) == (day < date(2022, 3, 15))
