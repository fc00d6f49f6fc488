"""How an obligation reads on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.models import ObligationKind
from registry.rules.obligations import KEPT, Standing, days_overdue, standing

DUE = date(2026, 10, 15)


def on(
    today: date,
    *,
    kind: ObligationKind = ObligationKind.REPORT,
    opens_on: date | None = None,
    fulfilled_on: date | None = None,
    voided_on: date | None = None,
) -> Standing:
    return standing(
        kind=kind, due_on=DUE, opens_on=opens_on, fulfilled_on=fulfilled_on, voided_on=voided_on, today=today
    )


def test_the_last_day_is_in_time_and_the_day_after_is_late() -> None:
    assert on(date(2026, 10, 14)) is Standing.OPEN
    assert on(DUE) is Standing.DUE_TODAY
    assert on(date(2026, 10, 16)) is Standing.OVERDUE


def test_what_is_kept_is_kept_on_its_last_day_and_over_the_day_after() -> None:
    kept = {"kind": ObligationKind.RETENTION, "opens_on": date(2021, 1, 1)}
    assert on(date(2026, 10, 14), **kept) is Standing.KEEPING  # type: ignore[arg-type]
    assert on(DUE, **kept) is Standing.KEEPING  # type: ignore[arg-type]
    assert on(date(2026, 10, 16), **kept) is Standing.OVER  # type: ignore[arg-type]
    assert on(DUE, voided_on=date(2026, 1, 1), **kept) is Standing.VOIDED  # type: ignore[arg-type]


@given(st.sampled_from(sorted(KEPT, key=lambda kind: kind.code)), st.integers(-9000, 9000))
def test_what_is_kept_is_never_late_open_or_due(kind: ObligationKind, days: int) -> None:
    assert on(DUE + timedelta(days=days), kind=kind) in (Standing.KEEPING, Standing.OVER)


def test_it_is_upcoming_until_the_day_it_may_be_done() -> None:
    assert on(date(2026, 9, 30), opens_on=date(2026, 10, 1)) is Standing.UPCOMING
    assert on(date(2026, 10, 1), opens_on=date(2026, 10, 1)) is Standing.OPEN


def test_done_on_the_last_day_is_in_time() -> None:
    assert on(date(2027, 1, 1), fulfilled_on=DUE) is Standing.FULFILLED
    assert on(date(2027, 1, 1), fulfilled_on=date(2026, 10, 16)) is Standing.FULFILLED_LATE


def test_what_is_voided_is_neither_late_nor_done() -> None:
    assert on(date(2027, 1, 1), voided_on=date(2026, 10, 1)) is Standing.VOIDED


def test_days_overdue_are_calendar_days_up_to_its_fulfilment() -> None:
    assert days_overdue(DUE, None, DUE) == 0
    assert days_overdue(DUE, None, date(2026, 10, 18)) == 3
    assert days_overdue(DUE, date(2026, 10, 17), date(2027, 1, 1)) == 2
