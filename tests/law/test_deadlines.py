"""Last days: every rule of the table, with its edges."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import DayKind, MarkedDay, calendar_of, seeded_calendar, seeded_days
from law.deadlines import OutOfYears, Suspension, ahead, back, deadline
from law.terms import NotATerm, Term, TermKind, Unit, seeded_overrides, seeded_terms
from permits.rules.validity import last_day_of_term

CALENDAR = seeded_calendar()
TERMS = seeded_terms()
PERIODS = [term for term in TERMS.values() if term.kind is TermKind.PERIOD and term.unit is not Unit.HOUR]

DUE = {
    # from Thursday 2026-09-24; 中秋 25–27, 国庆 1–7 October, 10 October is a Saturday that works
    "permit.supplement_notice": "2026-09-30",
    "permit.decision.simplified": "2026-10-29",
    "permit.decision.key": "2026-11-12",
    "permit.decision.key_with_site_check": "2026-12-03",
    "permit.public_notice_before_apply": "2026-10-09",
    "permit.validity": "2031-09-23",
    "permit.renewal_apply_before": "2026-07-26",
    "permit.renewal_decision": "2026-10-29",
    "permit.basic_info_change_apply": "2026-10-24",
    "permit.change_decision": "2026-10-15",
    "registration.validity": "2031-09-23",
    "registration.change": "2026-10-14",
    "records.retention": "2031-09-24",
    "soil.toxic_release_report": "2027-01-31",
    "soil.monitoring_report": "2027-01-31",
    "soil.hidden_risk_check": "2027-01-31",
    "execution_report.annual": "2027-01-31",
    "execution_report.quarterly": "2026-10-09",
    "execution_report.monthly": "2026-10-09",
    "fraud_permit.reapply_ban": "2029-09-24",
    "case.filing_review": "2026-10-09",
    "case.close_limit": "2026-12-23",
    "case.statement_defence": "2026-10-09",
    "case.hearing_request": "2026-10-09",
    "case.hearing_notice": "2026-09-16",
    "case.evidence_preserve": "2026-10-12",
    "case.serve_decision": "2026-10-12",
    "case.public_notice_service": "2026-10-24",
    "fine.pay": "2026-10-09",
    "case.publish_decision": "2026-10-12",
    "case.withdraw_publication": "2026-09-30",
    "reconsideration": "2026-11-23",
    "litigation": "2027-03-24",
    "court_enforcement_apply": "2026-12-24",
    "court_enforcement_urge": "2026-10-15",
    "daily_penalty.recheck": "2026-10-24",
    "daily_penalty.order_after_report": "2026-09-30",
    "seizure.max": "2026-10-24",
    "seizure.urgent_approval": "2026-09-25",
    "seizure.release_review": "2026-10-09",
    "seizure.release_serve": "2026-09-30",
    "restrict_production.max": "2026-12-24",
    "restrict.serve": "2026-10-12",
    "restrict.plan_filing": "2026-10-22",
    "restrict.completion_filing": "2026-10-22",
    "restrict.followup": "2026-10-24",
    "detention.transfer": "2026-09-30",
    "limitation.no_harm": "2028-09-24",
    "limitation.harm": "2031-09-24",
    "disclosure.annual": "2027-03-15",
    "disclosure.ad_hoc": "2026-10-09",
    "hazwaste.manifest_confirm": "2026-10-09",
    "hazwaste.manifest_retention": "2036-09-24",
    "hazwaste.permit.integrated": "2031-09-23",
    "hazwaste.permit.collection": "2029-09-23",
    "hazwaste.permit.renew_before": "2026-08-14",
    "radiation.permit.validity": "2031-09-23",
    "radiation.permit.renew_before": "2026-08-25",
    "radiation.permit.change": "2026-10-14",
    "contingency_plan.file": "2026-10-29",
    "contingency_plan.review": "2029-09-24",
    "credit.minor.publicity_max": "2026-12-24",
    "credit.general.publicity": "2027-09-24",
    "credit.serious.publicity": "2029-09-24",
}


@pytest.mark.parametrize("key", TERMS)
def test_every_rule_of_the_table_gives_its_last_day_from_24_september_2026(key: str) -> None:
    term = TERMS[key]
    if term.kind is TermKind.FIGURE:
        with pytest.raises(NotATerm, match="不是期限"):
            deadline(term, date(2026, 9, 24), CALENDAR)
        return
    found = deadline(term, date(2026, 9, 24), CALENDAR)
    assert found.due.isoformat() == DUE[key]
    assert found.arithmetic.endswith(("= " + f"{found.due:%m-%d}", "= " + found.due.isoformat()))
    assert term.event in found.arithmetic
    assert not found.provisional


def due(key: str, start: str, **options: object) -> date:
    return deadline(TERMS[key], date.fromisoformat(start), CALENDAR, **options).due  # type: ignore[arg-type]


def test_the_sum_is_a_sentence_that_a_person_can_check() -> None:
    found = deadline(TERMS["court_enforcement_urge"], date(2026, 11, 16), CALENDAR, event="送达")
    assert found.arithmetic == "11-16 送达，次日起算，10 个工作日，遇休息日 4 天 = 11-30"


def test_five_working_days_after_a_notice_received_before_the_national_holiday() -> None:
    found = deadline(TERMS["case.statement_defence"], date(2026, 9, 24), CALENDAR)
    assert found.due == date(2026, 10, 9)
    assert "遇休息日 10 天" in found.arithmetic
    assert due("case.statement_defence", "2026-09-28") == date(2026, 10, 10), (
        "a Saturday that works may be the last day"
    )


def test_a_notice_received_on_a_holiday_counts_from_the_next_working_day() -> None:
    assert due("case.statement_defence", "2026-10-01") == date(2026, 10, 13)
    assert due("case.statement_defence", "2026-10-07") == date(2026, 10, 13)


def test_the_fifteen_days_to_pay_are_calendar_days() -> None:
    assert due("fine.pay", "2026-11-16") == date(2026, 12, 1)


def test_a_last_calendar_day_on_a_holiday_stays_and_says_that_this_is_unchecked() -> None:
    found = deadline(TERMS["fine.pay"], date(2026, 9, 18), CALENDAR)
    assert found.due == date(2026, 10, 3)
    assert "是否顺延未核对" in found.arithmetic


def test_where_the_bureau_lets_the_last_day_move_it_moves_to_the_next_working_day() -> None:
    term = replace(TERMS["fine.pay"], last_day_moves=True)
    found = deadline(term, date(2026, 9, 18), CALENDAR)
    assert found.due == date(2026, 10, 8)
    assert "末日 10-03 为休息日，顺延" in found.arithmetic


def test_ninety_days_for_a_decision_can_be_lengthened_twice_by_thirty() -> None:
    assert due("case.close_limit", "2026-03-02") == date(2026, 5, 31)
    assert due("case.close_limit", "2026-03-02", extended=1) == date(2026, 6, 30)
    assert due("case.close_limit", "2026-03-02", extended=2) == date(2026, 7, 30)
    with pytest.raises(ValueError, match="最多可延长 2 次"):
        due("case.close_limit", "2026-03-02", extended=3)


def test_a_mistyped_year_is_refused() -> None:
    for start in (date(202, 11, 6), date(9999, 11, 6)):
        with pytest.raises(OutOfYears, match="1900 至 2200"):
            deadline(TERMS["fine.pay"], start, CALENDAR)


def test_an_excluded_period_counts_only_when_the_party_was_told_in_writing() -> None:
    told = Suspension(date(2026, 4, 1), date(2026, 4, 10), date(2026, 4, 1), "检测")
    silent = replace(told, told_on=None)
    assert due("case.close_limit", "2026-03-02", suspensions=[told]) == date(2026, 6, 10)
    found = deadline(TERMS["case.close_limit"], date(2026, 3, 2), CALENDAR, suspensions=[silent])
    assert found.due == date(2026, 5, 31)
    assert "未书面告知当事人，不扣除" in found.arithmetic


def test_excluded_days_that_are_rest_days_are_not_taken_out_twice() -> None:
    over_the_weekend = Suspension(date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 19), "听证")
    found = deadline(TERMS["court_enforcement_urge"], date(2026, 11, 16), CALENDAR, suspensions=[over_the_weekend])
    assert found.due == date(2026, 12, 2)  # the 20th and 23rd fall out, the weekend was no working time anyway
    assert "扣除听证（11-20 至 11-23） 4 天" in found.arithmetic


def test_two_overlapping_exclusions_are_one() -> None:
    first = Suspension(date(2026, 4, 1), date(2026, 4, 10), date(2026, 4, 1), "检测")
    second = Suspension(date(2026, 4, 6), date(2026, 4, 15), date(2026, 4, 6), "鉴定")
    assert due("case.close_limit", "2026-03-02", suspensions=[first, second]) == date(2026, 6, 15)


def test_months_that_lack_the_day_end_on_their_last_day() -> None:
    assert due("litigation", "2026-08-31") == date(2027, 2, 28)
    assert due("litigation", "2027-08-31") == date(2028, 2, 29)


def test_a_suspension_lengthens_a_term_in_months() -> None:
    stopped = Suspension(date(2026, 10, 1), date(2026, 10, 7), date(2026, 10, 1), "复议")
    assert due("restrict_production.max", "2026-09-24", suspensions=[stopped]) == date(2026, 12, 31)


def test_a_permit_of_five_years_ends_on_the_eve_of_its_fifth_anniversary() -> None:
    assert due("permit.validity", "2021-03-01") == date(2026, 2, 28)
    assert due("permit.validity", "2024-03-01") == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ("2023-03-01", "2028-02-29"),  # the eve of 2028-03-01 is the leap day
        ("2023-02-28", "2028-02-27"),
        ("2024-02-29", "2029-02-28"),  # 2029 has no such day: the month ends the term
        ("2024-03-01", "2029-02-28"),
        ("2021-01-01", "2025-12-31"),
    ],
)
def test_a_permit_holds_to_the_eve_of_the_same_day_leap_years_too(given: str, last: str) -> None:
    assert due("permit.validity", given) == date.fromisoformat(last)
    assert last_day_of_term(date.fromisoformat(given)) == date.fromisoformat(last), "permits and law agree"


def test_a_term_in_months_whose_first_day_counts_ends_on_the_eve() -> None:
    term = replace(TERMS["restrict_production.max"], first_day_counts=True)
    assert deadline(term, date(2026, 3, 1), CALENDAR).due == date(2026, 5, 31)
    assert deadline(term, date(2026, 11, 30), CALENDAR).due == date(2027, 2, 28)
    assert deadline(term, date(2026, 3, 1), CALENDAR, extended=1).due == date(2026, 8, 31)


def test_renewal_must_be_asked_sixty_days_before_the_permit_ends() -> None:
    found = deadline(TERMS["permit.renewal_apply_before"], date(2026, 12, 31), CALENDAR)
    assert found.due == date(2026, 11, 1)
    assert found.arithmetic == "12-31 许可证届满，当日不计，往前数 60 日 = 11-01"


def test_the_hearing_is_announced_seven_working_days_before() -> None:
    found = deadline(TERMS["case.hearing_notice"], date(2026, 11, 23), CALENDAR)
    assert found.due == date(2026, 11, 12)
    assert CALENDAR.workdays_between(found.due, date(2026, 11, 23)) == 7


def test_applying_is_open_only_after_five_working_days_of_publicity() -> None:
    found = deadline(TERMS["permit.public_notice_before_apply"], date(2026, 11, 16), CALENDAR)
    assert (found.due, found.earliest) == (date(2026, 11, 23), date(2026, 11, 24))
    assert "至少 5 个工作日" in found.arithmetic


def test_a_range_has_an_earliest_and_a_latest_end() -> None:
    found = deadline(TERMS["credit.serious.publicity"], date(2026, 11, 30), CALENDAR)
    assert (found.earliest, found.due) == (date(2027, 11, 30), date(2029, 11, 30))


def test_the_annual_report_is_due_on_the_31_january_after_the_year_ended() -> None:
    assert due("execution_report.annual", "2025-12-31") == date(2026, 1, 31)
    assert due("execution_report.annual", "2026-01-31") == date(2027, 1, 31)


def test_the_annual_report_for_2023_was_moved_to_the_end_of_february() -> None:
    moved = seeded_overrides()["execution_report.annual"]
    found = deadline(TERMS["execution_report.annual"], date(2023, 12, 31), CALENDAR, overrides=moved)
    assert found.due == date(2024, 2, 29)
    assert "延至" in found.arithmetic
    assert due("execution_report.annual", "2024-12-31", overrides=moved) == date(2025, 1, 31)


def test_a_fixed_date_moves_off_a_rest_day_where_the_bureau_says_so() -> None:
    term = replace(TERMS["execution_report.annual"], last_day_moves=True)
    found = deadline(term, date(2025, 12, 31), CALENDAR)
    assert found.due == date(2026, 2, 2), "2026-01-31 is a Saturday"
    assert "末日 2026-01-31 为休息日，顺延" in found.arithmetic
    assert not found.provisional
    assert deadline(term, date(2026, 12, 31), CALENDAR).provisional


def test_a_date_that_the_permit_states_goes_before_the_rule() -> None:
    term = replace(TERMS["execution_report.annual"], month_day=(1, 15))
    assert deadline(term, date(2025, 12, 31), CALENDAR).due == date(2026, 1, 15)


def test_twenty_four_hours_run_from_the_minute() -> None:
    found = deadline(TERMS["seizure.urgent_approval"], datetime(2026, 9, 30, 17, 30), CALENDAR)  # noqa: DTZ001
    assert found.due_at == datetime(2026, 10, 1, 17, 30)  # noqa: DTZ001
    assert found.due == date(2026, 10, 1)


def test_a_term_that_runs_into_a_year_not_announced_is_provisional() -> None:
    found = deadline(TERMS["court_enforcement_urge"], date(2026, 12, 25), CALENDAR)
    assert found.provisional
    assert "2027 年放假安排未公布" in found.arithmetic
    assert not deadline(TERMS["court_enforcement_urge"], date(2026, 12, 11), CALENDAR).provisional
    assert not deadline(TERMS["fine.pay"], date(2026, 12, 25), CALENDAR).provisional, "calendar days need no notice"


def test_a_last_day_that_may_move_is_provisional_while_its_own_year_is_not_announced() -> None:
    moves = replace(TERMS["fine.pay"], last_day_moves=True)
    found = deadline(moves, date(2027, 1, 26), CALENDAR)
    assert found.due == date(2027, 2, 10), "an ordinary Wednesday, as far as anybody knows: the notice may rest it"
    assert found.provisional
    assert not deadline(moves, date(2026, 12, 10), CALENDAR).provisional
    assert not deadline(TERMS["fine.pay"], date(2027, 1, 26), CALENDAR).provisional


def test_late_evening_in_greenwich_is_the_next_day_in_beijing() -> None:
    evening = datetime(2026, 11, 16, 16, 30, tzinfo=UTC)
    assert deadline(TERMS["fine.pay"], evening, CALENDAR).due == date(2026, 12, 2)
    assert deadline(TERMS["fine.pay"], evening - timedelta(hours=1), CALENDAR).due == date(2026, 12, 1)
    hours = deadline(TERMS["seizure.urgent_approval"], evening, CALENDAR)
    assert hours.due_at == datetime(2026, 11, 18, 0, 30)  # noqa: DTZ001
    assert hours.due == date(2026, 11, 18)
    assert hours.arithmetic == "2026-11-17 00:30 实施，24 小时内 = 2026-11-18 00:30"


def test_when_the_notice_is_entered_the_same_deadline_is_no_longer_provisional() -> None:
    notice = [MarkedDay(date(2027, 1, day), DayKind.HOLIDAY, "元旦") for day in (1, 2, 3, 4)]
    days = [*seeded_days(), *notice]
    announced = calendar_of(days, {*CALENDAR.announced_years, 2027})
    before = deadline(TERMS["court_enforcement_urge"], date(2026, 12, 25), CALENDAR)
    after = deadline(TERMS["court_enforcement_urge"], date(2026, 12, 25), announced)
    assert not after.provisional
    assert after.due == before.due + timedelta(days=1), "the notice gave one more day of rest"


def test_the_strip_shows_past_today_rest_due_and_late_days() -> None:
    found = deadline(TERMS["court_enforcement_urge"], date(2026, 11, 16), CALENDAR)
    strip = dict(found.strip(date(2026, 11, 23)))
    assert strip[date(2026, 11, 17)] == "past"
    assert strip[date(2026, 11, 21)] == "rest"
    assert strip[date(2026, 11, 23)] == "today"
    assert strip[date(2026, 11, 24)] == ""
    assert strip[date(2026, 11, 30)] == "due"
    late = dict(found.strip(date(2026, 12, 2)))
    assert late[date(2026, 12, 2)] == "late"


def test_a_page_sees_the_days_left_in_the_unit_of_the_term() -> None:
    found = deadline(TERMS["court_enforcement_urge"], date(2026, 11, 16), CALENDAR)
    seen = found.seen(date(2026, 11, 23), CALENDAR)
    assert (seen.left, seen.working, seen.due_on) == (6, True, date(2026, 11, 30))
    assert seen.strip[-1] == "end"


STARTS = st.dates(date(2005, 1, 1), date(2026, 6, 30))


@given(st.sampled_from(PERIODS), STARTS)
def test_a_later_event_never_gives_an_earlier_last_day(term: Term, start: date) -> None:
    first = deadline(term, start, CALENDAR)
    second = deadline(term, start + timedelta(days=1), CALENDAR)
    assert first.due <= second.due


@given(st.sampled_from([term for term in PERIODS if term.working and not term.before]), STARTS)
def test_working_days_between_event_and_last_day_are_the_days_of_the_rule(term: Term, start: date) -> None:
    found = deadline(term, start, CALENDAR)
    assert CALENDAR.workdays_between(start, found.due) == term.value
    assert CALENDAR.is_workday(found.due)


@given(
    st.sampled_from([term for term in PERIODS if not term.before]),
    STARTS,
    st.integers(0, 40),
    st.integers(0, 20),
)
def test_a_suspension_never_shortens_a_term_and_never_adds_more_than_it_lasted(
    term: Term, start: date, offset: int, length: int
) -> None:
    first = start + timedelta(days=offset)
    pause = Suspension(first, first + timedelta(days=length), first, "检测")
    plain = deadline(term, start, CALENDAR).due
    longer = deadline(term, start, CALENDAR, suspensions=[pause]).due
    assert plain <= longer
    if not term.working:
        assert (longer - plain).days <= length + 1


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)), st.integers(0, 60), st.sampled_from(Unit))
def test_going_ahead_and_back_by_days_is_exact_and_by_months_within_the_month(
    day: date, value: int, unit: Unit
) -> None:
    there = ahead(day, value, unit)
    home = back(there, value, unit)
    assert home == day if unit in (Unit.DAY, Unit.WORKDAY, Unit.HOUR) else abs((home - day).days) <= 3


# --- recomputed day by day, the way a person counts on a wall calendar ------------------------------------------


def _walked(term: Term, start: date, pauses: list[Suspension]) -> date:
    """The last day by walking every day, with a calendar that is not ours."""
    step = timedelta(days=-1 if term.before else 1)
    day = start - timedelta(days=1) if term.first_day_counts else start
    if term.unit in (Unit.DAY, Unit.WORKDAY):
        counted = 0
        while counted < term.value:
            day += step
            paused = any(each.told_on and each.first <= day <= each.last for each in pauses)
            if not paused and (term.unit is Unit.DAY or chinese_calendar.is_workday(day)):
                counted += 1
        return day
    months = term.value * (12 if term.unit is Unit.YEAR else 1)
    while True:  # on to the same number so many months later, or to the month's last day where it lacks the number
        day += step
        tomorrow = day + timedelta(days=1)
        same = day.day == start.day or (tomorrow.day == 1 and day.day < start.day)
        months_on = (day.year - start.year) * 12 + day.month - start.month
        if months_on == months and same:
            break
    if term.first_day_counts and day.day == start.day:
        day -= timedelta(days=1)
    first = start if term.first_day_counts else start + timedelta(days=1)
    out = sum(
        any(each.told_on and each.first <= first + timedelta(days=n) <= each.last for each in pauses)
        for n in range((day - first).days + 1)
    )
    while out:
        day += timedelta(days=1)
        out -= not any(each.told_on and each.first <= day <= each.last for each in pauses)
    return day


@st.composite
def pauses_near(draw: st.DrawFn, start: date) -> list[Suspension]:
    """Up to three excluded times after an event, some of which nobody told the party."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first = start + timedelta(days=draw(st.integers(-3, 60)))
        last = first + timedelta(days=draw(st.integers(0, 25)))
        found.append(Suspension(first, last, draw(st.sampled_from([None, first])), "检测"))
    return found


@given(st.data(), st.sampled_from(PERIODS), st.dates(date(2005, 3, 1), date(2026, 5, 31)))
def test_the_last_day_is_the_one_that_a_person_finds_walking_day_by_day(
    data: st.DataObject, term: Term, start: date
) -> None:
    pauses = [] if term.before else data.draw(pauses_near(start))
    assert deadline(term, start, CALENDAR, suspensions=pauses).due == _walked(term, start, pauses)
