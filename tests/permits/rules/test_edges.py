"""Every time limit of permits, registrations, records and reports: last day, day after, holiday, year not announced."""

from datetime import date, timedelta

import pytest

from law.calendar import seeded_calendar
from law.deadlines import deadline
from law.terms import seeded_terms
from registry.models import ObligationKind
from registry.rules.obligations import Standing, standing

CALENDAR, TERMS = seeded_calendar(), seeded_terms()
ROOMS = ("permit", "registration", "records", "execution_report")
OVER_NATIONAL_DAY, OVER_NEW_YEAR = date(2026, 9, 28), date(2026, 12, 28)

WORKING = {
    "permit.supplement_notice": ("2026-10-08", "2026-12-31"),
    "permit.decision.simplified": ("2026-10-30", "2027-01-26"),
    "permit.decision.key": ("2026-11-13", "2027-02-11"),
    "permit.decision.key_with_site_check": ("2026-12-04", "2027-03-04"),
    "permit.public_notice_before_apply": ("2026-10-10", "2027-01-05"),
    "permit.renewal_decision": ("2026-10-30", "2027-01-26"),
    "permit.change_decision": ("2026-10-16", "2027-01-12"),
}
"""Counted by hand: 1 to 7 October rest and Saturday the 10th is worked; of 2027 only the statutory days are known."""

CALENDAR_DAYS = {
    "permit.validity": ("2031-09-27", "2031-12-27"),
    "permit.renewal_apply_before": ("2026-07-30", "2026-10-29"),
    "permit.basic_info_change_apply": ("2026-10-28", "2027-01-27"),
    "registration.validity": ("2031-09-27", "2031-12-27"),
    "registration.change": ("2026-10-18", "2027-01-17"),
    "records.retention": ("2031-09-28", "2031-12-28"),
    "execution_report.annual": ("2027-01-31", "2027-01-31"),
    "execution_report.quarterly": ("2026-10-13", "2027-01-12"),
    "execution_report.monthly": ("2026-10-13", "2027-01-12"),
}


def test_no_time_limit_of_these_is_left_out() -> None:
    assert {each for each in TERMS if each.split(".")[0] in ROOMS} == WORKING.keys() | CALENDAR_DAYS.keys()


@pytest.mark.parametrize(("key", "days"), [*WORKING.items(), *CALENDAR_DAYS.items()])
def test_it_is_in_time_on_its_last_day_and_late_on_the_day_after(key: str, days: tuple[str, str]) -> None:
    for start, last in zip((OVER_NATIONAL_DAY, OVER_NEW_YEAR), map(date.fromisoformat, days), strict=True):
        found = deadline(TERMS[key], start, CALENDAR)
        assert found.due == last, found.arithmetic

        one = timedelta(days=1)
        assert [_on(key, last, day) for day in (last - one, last, last + one)] == (
            [Standing.KEEPING, Standing.KEEPING, Standing.OVER]
            if key == "records.retention"
            else [Standing.OPEN, Standing.DUE_TODAY, Standing.OVERDUE]
        )


def _on(key: str, last: date, day: date) -> Standing:
    kind = ObligationKind.RETENTION if key == "records.retention" else ObligationKind.REPORT
    return standing(kind=kind, due_on=last, opens_on=None, fulfilled_on=None, voided_on=None, today=day)


@pytest.mark.parametrize("key", WORKING)
def test_working_days_leave_out_the_holiday_and_say_so(key: str) -> None:
    assert "遇休息日" in deadline(TERMS[key], OVER_NATIONAL_DAY, CALENDAR).arithmetic


@pytest.mark.parametrize(("key", "days"), WORKING.items())
def test_working_days_into_a_year_not_announced_are_provisional(key: str, days: tuple[str, str]) -> None:
    assert not deadline(TERMS[key], OVER_NATIONAL_DAY, CALENDAR).provisional
    assert deadline(TERMS[key], OVER_NEW_YEAR, CALENDAR).provisional is (days[1] >= "2027")


@pytest.mark.parametrize("key", CALENDAR_DAYS)
def test_calendar_days_wait_for_no_announcement(key: str) -> None:
    assert not deadline(TERMS[key], OVER_NEW_YEAR, CALENDAR).provisional


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("permit.basic_info_change_apply", date(2026, 9, 3)),
        ("registration.change", date(2026, 9, 13)),
        ("execution_report.quarterly", date(2026, 9, 18)),
        ("execution_report.monthly", date(2026, 9, 18)),
    ],
)
def test_a_last_calendar_day_in_the_holiday_is_not_moved_by_itself(key: str, start: date) -> None:
    assert deadline(TERMS[key], start, CALENDAR).due == date(2026, 10, 3)
