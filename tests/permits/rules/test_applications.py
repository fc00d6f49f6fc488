"""Every time limit of an application at its edges, the clock under any stops, and what is no mere change."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from law.calendar import seeded_calendar
from law.deadlines import Suspension, deadline
from law.terms import seeded_terms
from permits.models import ApplicationKind, ApplicationState, LimitKind
from permits.rules import applications as rules
from permits.rules.differences import LimitFact
from permits.rules.reapplying import Asked, Mouth, triggers
from registry.models import Category

K = ApplicationKind
CALENDAR, TERMS = seeded_calendar(), seeded_terms()


@pytest.mark.parametrize(
    ("key", "start", "due"),
    [
        ("permit.supplement_notice", date(2026, 9, 30), date(2026, 10, 10)),
        ("permit.decision.simplified", date(2026, 11, 2), date(2026, 11, 30)),
        ("permit.decision.key", date(2026, 11, 2), date(2026, 12, 14)),
        ("permit.decision.key_with_site_check", date(2026, 9, 1), date(2026, 11, 9)),
        ("permit.public_notice_before_apply", date(2026, 11, 23), date(2026, 11, 30)),
        ("permit.validity", date(2024, 2, 29), date(2029, 2, 28)),
        ("permit.renewal_apply_before", date(2027, 3, 14), date(2027, 1, 13)),
        ("permit.renewal_decision", date(2026, 11, 2), date(2026, 11, 30)),
        ("permit.basic_info_change_apply", date(2026, 11, 10), date(2026, 12, 10)),
        ("permit.change_decision", date(2026, 11, 2), date(2026, 11, 16)),
        ("registration.validity", date(2026, 11, 23), date(2031, 11, 22)),
        ("registration.change", date(2027, 1, 21), date(2027, 2, 10)),
    ],
)
def test_each_period_ends_on_its_day_over_holidays_and_make_up_days(key: str, start: date, due: date) -> None:
    found = deadline(TERMS[key], start, CALENDAR)
    assert found.due == due, found.arithmetic


def test_a_period_into_a_year_not_announced_is_provisional() -> None:
    assert deadline(TERMS["permit.decision.key"], date(2026, 12, 10), CALENDAR).provisional
    assert not deadline(TERMS["permit.decision.key"], date(2026, 11, 2), CALENDAR).provisional


@pytest.mark.parametrize(
    ("kind", "category", "seen", "key"),
    [
        (K.FIRST, Category.KEY, False, "permit.decision.key"),
        (K.FIRST, Category.KEY, True, "permit.decision.key_with_site_check"),
        (K.REAPPLICATION, Category.KEY, True, "permit.decision.key_with_site_check"),
        (K.FIRST, Category.SIMPLIFIED, True, "permit.decision.simplified"),
        (K.RENEWAL, Category.KEY, True, "permit.renewal_decision"),
        (K.CHANGE, Category.KEY, False, "permit.change_decision"),
        (K.CANCELLATION, Category.KEY, False, None),
        (K.REPLACEMENT, Category.SIMPLIFIED, False, None),
    ],
)
def test_kind_category_and_site_check_choose_the_period(
    kind: ApplicationKind, category: Category, seen: bool, key: str | None
) -> None:
    assert rules.decision_key(kind, category, seen) == key


def test_deemed_accepted_from_the_day_after_the_last() -> None:
    due = date(2026, 12, 4)
    assert not rules.is_deemed_accepted(ApplicationState.SUBMITTED, due, due)
    assert rules.is_deemed_accepted(ApplicationState.SUBMITTED, due, due + timedelta(days=1))
    assert not rules.is_deemed_accepted(ApplicationState.SUPPLEMENT, due, due + timedelta(days=1))


DAYS = some.dates(date(2025, 1, 1), date(2026, 6, 30))


@given(DAYS, some.lists(some.tuples(some.integers(1, 40), some.integers(0, 12), some.booleans()), max_size=4))
def test_stops_lengthen_the_clock_exactly_when_told_in_writing(start: date, stops: list[tuple[int, int, bool]]) -> None:
    term = TERMS["permit.decision.key"]
    plain = deadline(term, start, CALENDAR).due
    made = [
        Suspension(start + timedelta(days=at), start + timedelta(days=at + long), start if told else None, "检测")
        for at, long, told in stops
    ]
    found = deadline(term, start, CALENDAR, suspensions=made)
    told = [each for each in made if each.told_on]
    assert found.due >= plain
    assert found.due == deadline(term, start, CALENDAR, suspensions=told).due
    counted = [day for day, out in found.days if not out]
    assert len(counted) == term.value
    assert not any(each.covers(day) for each in told for day in counted)


@given(DAYS, some.integers(-200, 200), some.integers(0, 200))
def test_a_renewed_term_begins_after_the_old_one_or_with_the_decision_and_a_gap_is_shown_only_then(
    valid_to: date, applied: int, waited: int
) -> None:
    applied_on = valid_to + timedelta(days=applied)
    decided_on = applied_on + timedelta(days=waited)
    latest = valid_to - timedelta(days=60)
    first = rules.granted_from(K.RENEWAL, decided_on, applied_on, (valid_to - timedelta(days=1825), valid_to))
    assert first == (decided_on if applied_on > latest and decided_on > valid_to else valid_to + timedelta(days=1))
    gap = rules.gap_ahead(valid_to, latest, applied_on, decided_on)
    assert (gap is None) == (first <= valid_to + timedelta(days=1))
    assert gap is None or gap.days == (first - valid_to).days - 1


@pytest.mark.parametrize(
    ("left", "mark"), [(181, None), (180, 180), (91, 180), (90, 90), (60, 60), (0, 60), (-1, None)]
)
def test_a_holder_is_invited_at_three_marks(left: int, mark: int | None) -> None:
    today = date(2026, 11, 23)
    assert rules.invitation(today + timedelta(days=left), today) == mark


LIMIT = LimitFact("DA001", "a21026", "二氧化硫", LimitKind.CONCENTRATION, None, Decimal(30), "mg/m³")
TONNES = replace(LIMIT, kind=LimitKind.ANNUAL, value=Decimal(100), unit="t")
OLD = Asked([Mouth("DA001", "air_main", "高 60 m", Decimal("87.98"), Decimal("44.16"))], [LIMIT, TONNES], "一号路")


@pytest.mark.parametrize(
    ("new", "word"),
    [
        (replace(OLD, mouths=[*OLD.mouths, Mouth("DA002", "air_main")]), "新增排放口"),
        (replace(OLD, mouths=[replace(OLD.mouths[0], destination="高 30 m")]), "排放去向"),
        (replace(OLD, mouths=[replace(OLD.mouths[0], longitude=Decimal("87.99"))]), "位置改变"),
        (replace(OLD, limits=[*OLD.limits, replace(LIMIT, pollutant_code="a21002")]), "新增污染物"),
        (replace(OLD, limits=[LIMIT, replace(TONNES, value=Decimal("100.1"))]), "增加到 100.1 吨"),
        (replace(OLD, limits=[replace(LIMIT, value=Decimal(35)), TONNES]), "放宽到 35"),
        (replace(OLD, limits=[TONNES]), "被取消"),
        (replace(OLD, site_address="二号路"), "生产经营场所由"),
        (replace(OLD, new_project=True), "新建、改建、扩建"),
    ],
)
def test_what_asks_for_a_new_application_is_found_and_explained(new: Asked, word: str) -> None:
    found = triggers(OLD, new)
    assert len(found) == 1
    assert word in found[0].text


def test_what_only_tightens_or_ends_is_a_change() -> None:
    assert triggers(OLD, OLD) == []
    assert triggers(OLD, replace(OLD, limits=[replace(LIMIT, value=Decimal(20)), TONNES])) == []
    assert triggers(OLD, Asked([], [], "一号路")) == []
