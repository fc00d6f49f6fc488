"""What is wrong and what is odd in a report."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.models import LimitKind
from permits.rules import checks
from permits.rules.checks import Beside, Level, Line, Measured, Operation, Remark

QUARTER = Operation(date(2026, 7, 1), date(2026, 9, 30))
GOOD = Line(
    "DW001",
    "w01018",
    "化学需氧量",
    limit_value=Decimal(50),
    limit_unit="mg/L",
    annual_limit=Decimal(20),
    mean=Decimal(30),
    minimum=Decimal(20),
    maximum=Decimal(41),
    samples=3,
    exceedances=0,
    quantity=Decimal(3),
)
PH = replace(
    GOOD,
    pollutant_code="w01001",
    pollutant_name="pH",
    limit_low=Decimal(6),
    limit_value=Decimal(9),
    limit_unit="无量纲",
    annual_limit=None,
    mean=Decimal(7),
    minimum=Decimal("6.5"),
    maximum=Decimal(8),
    quantity=None,
)


def found(line: Line = GOOD, operation: Operation = QUARTER, **beside: Any) -> list[Remark]:
    """What the checks say of a line."""
    return checks.check_line(line, operation, Beside(**beside))


def codes(remarks: list[Remark]) -> list[tuple[str, str, str]]:
    """Level, code and field of remarks."""
    return [(each.level.code, each.code, each.path.split("/")[-1]) for each in remarks]


def test_a_good_line_raises_nothing() -> None:
    assert found() == []
    assert found(PH) == []


@pytest.mark.parametrize("name", ["mean", "minimum", "maximum", "samples", "exceedances", "quantity"])
def test_a_figure_left_out_blocks_and_names_its_place(name: str) -> None:
    remarks = found(replace(GOOD, **{name: None}))
    assert codes(remarks) == [("hard", "missing", name)]
    assert remarks[0].path == f"DW001/w01018/{name}"


def test_a_quantity_is_asked_for_only_where_the_year_is_limited() -> None:
    assert found(replace(GOOD, quantity=None, annual_limit=None)) == []


def test_no_samples_need_no_concentrations_but_a_reason() -> None:
    silent = replace(GOOD, mean=None, minimum=None, maximum=None, samples=0, exceedances=0)
    assert [each.level for each in found(silent)] == []
    assert codes(checks.check_operation(QUARTER, [silent])) == [("hard", "silent", "narrative")]
    told = replace(QUARTER, narrative="检测单位未到场")
    assert checks.check_operation(told, [silent]) == []


def test_a_plant_that_stood_still_reports_no_concentrations() -> None:
    still = replace(QUARTER, shutdown_days=92, narrative="全季停产")
    empty = replace(GOOD, mean=None, minimum=None, maximum=None, samples=None, exceedances=None, quantity=Decimal(0))
    assert found(empty, still) == []


def test_a_stop_needs_words() -> None:
    assert codes(checks.check_operation(replace(QUARTER, shutdown_days=3), [])) == [("hard", "idle", "narrative")]


@pytest.mark.parametrize("days", [-1, 93])
def test_a_plant_cannot_stand_longer_than_the_period(days: int) -> None:
    remarks = checks.check_operation(replace(QUARTER, shutdown_days=days, narrative="停产"), [])
    assert codes(remarks) == [("hard", "shutdown", "shutdown_days")]


@pytest.mark.parametrize("name", ["mean", "minimum", "maximum", "samples", "exceedances", "quantity"])
def test_negative_figures_block(name: str) -> None:
    assert ("hard", "negative", name) in codes(found(replace(GOOD, **{name: -1 if "s" in name else Decimal(-1)})))


def test_the_mean_lies_between_the_smallest_and_the_largest() -> None:
    assert codes(found(replace(GOOD, mean=Decimal(19)))) == [("hard", "order", "mean")]
    assert codes(found(replace(GOOD, mean=Decimal(42)))) == [("hard", "order", "mean")]
    assert codes(found(replace(GOOD, minimum=Decimal(43)))) == [("hard", "order", "minimum")]
    assert found(replace(GOOD, mean=Decimal(41), minimum=Decimal(41))) == []


def test_more_exceedances_than_samples_are_impossible() -> None:
    assert ("hard", "count", "exceedances") in codes(found(replace(GOOD, exceedances=4)))


def test_no_samples_and_a_concentration_contradict_each_other() -> None:
    assert ("hard", "count", "samples") in codes(found(replace(GOOD, samples=0)))


def test_one_sample_has_one_value() -> None:
    assert ("hard", "count", "samples") in codes(found(replace(GOOD, samples=1)))


def test_a_figure_exactly_at_the_limit_is_no_exceedance() -> None:
    assert found(replace(GOOD, maximum=Decimal(50))) == []
    assert not checks.exceeds(Decimal(50), Decimal(50))


def test_a_figure_above_the_limit_is_asked_about_with_the_limit() -> None:
    remarks = found(replace(GOOD, maximum=Decimal("50.1"), exceedances=1))
    assert codes(remarks) == [("soft", "exceeds", "maximum")]
    assert remarks[0].text == "DW001 化学需氧量应 ≤ 50 mg/L，填写 50.1。"


def test_a_figure_far_above_the_limit_asks_for_the_unit() -> None:
    far = replace(GOOD, mean=Decimal(520), minimum=Decimal(500), maximum=Decimal(540), exceedances=3)
    remarks = found(far)
    assert remarks[0].text == "DW001 化学需氧量应 ≤ 50 mg/L，填写 540。是否单位写成 μg/L？"


def test_a_range_is_broken_at_either_end() -> None:
    low = found(replace(PH, minimum=Decimal("5.9"), exceedances=1))
    assert codes(low) == [("soft", "exceeds", "minimum")]
    assert "在 6 至 9 之间" in low[0].text
    assert codes(found(replace(PH, maximum=Decimal("9.1"), exceedances=1))) == [("soft", "exceeds", "maximum")]
    assert found(replace(PH, minimum=Decimal(6), maximum=Decimal(9))) == []


def test_counts_and_figures_must_tell_the_same() -> None:
    assert ("soft", "uncounted", "exceedances") in codes(found(replace(GOOD, maximum=Decimal(60))))
    assert codes(found(replace(GOOD, exceedances=1))) == [("soft", "overcounted", "exceedances")]


def test_the_years_tonnes_count_what_was_reported_before() -> None:
    assert codes(found(earlier_quantity=Decimal(17))) == []
    remarks = found(earlier_quantity=Decimal("17.01"))
    assert codes(remarks) == [("soft", "over_year", "quantity")]
    assert "超过年许可量 20 t" in remarks[0].text


def test_more_than_the_periods_share_of_the_year_is_asked_about() -> None:
    share = checks.share_of_year(QUARTER.first, QUARTER.last)
    assert share == Decimal(92) / 365
    assert codes(found(replace(GOOD, quantity=Decimal("5.1")))) == [("soft", "over_share", "quantity")]
    assert found(replace(GOOD, quantity=Decimal("5.0"))) == []


def test_a_mean_beyond_the_tolerance_from_the_monitoring_is_asked_about() -> None:
    measured = Measured(3, Decimal(30), Decimal(20), Decimal(41))
    assert found(replace(GOOD, mean=Decimal(33)), measured=measured) == []
    assert codes(found(replace(GOOD, mean=Decimal("33.1")), measured=measured)) == [("soft", "differs", "mean")]
    assert codes(found(replace(GOOD, maximum=Decimal(40)), measured=measured)) == [("soft", "differs", "maximum")]
    assert codes(found(replace(GOOD, samples=2), measured=measured)) == [("soft", "differs", "samples")]


def test_fewer_samples_than_the_permit_demands_are_asked_about() -> None:
    assert codes(found(required_samples=4)) == [("soft", "few", "samples")]
    assert found(required_samples=3) == []


def test_odd_things_are_not_asked_about_while_figures_are_impossible() -> None:
    assert {each.level for each in found(replace(GOOD, maximum=Decimal(60), mean=None))} == {Level.HARD}


def test_a_reason_holds_only_for_the_sentence_it_was_given_for() -> None:
    first = found(replace(GOOD, maximum=Decimal(60), exceedances=1))
    confirmed = {first[0].key: {"told": first[0].text, "reason": "脱硝故障"}}
    assert checks.unconfirmed(first, confirmed) == []
    later = found(replace(GOOD, maximum=Decimal(70), exceedances=1))
    assert checks.unconfirmed(later, confirmed) == later
    blank = {first[0].key: {"told": first[0].text, "reason": " "}}
    assert checks.unconfirmed(first, blank) == first


def test_broken_limits_name_the_worst_figure_and_the_kind() -> None:
    broken = checks.broken_limits(replace(GOOD, maximum=Decimal(60)), Beside(earlier_quantity=Decimal(18)))
    assert [(each.kind, each.value, each.limit) for each in broken] == [
        (LimitKind.CONCENTRATION, Decimal(60), Decimal(50)),
        (LimitKind.ANNUAL, Decimal(21), Decimal(20)),
    ]
    assert checks.broken_limits(GOOD) == []


FIGURE = st.decimals(0, 1000, places=3)


@given(FIGURE)
def test_no_figure_exceeds_itself(value: Decimal) -> None:
    assert not checks.exceeds(value, value, value)


@given(FIGURE, FIGURE, FIGURE)
def test_a_range_is_kept_exactly_between_its_ends(value: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert checks.exceeds(value, high, low) == (not low <= value <= high)


@given(st.lists(FIGURE, min_size=3, max_size=3), st.integers(1, 90), FIGURE)
def test_ordered_figures_within_the_limit_never_block(figures: list[Decimal], samples: int, limit: Decimal) -> None:
    minimum, mean, maximum = sorted(figures)
    if samples == 1:
        minimum = mean = maximum
    line = replace(
        GOOD, limit_value=limit, mean=mean, minimum=minimum, maximum=maximum, samples=samples, quantity=Decimal(0)
    )
    remarks = found(line)
    assert checks.blocking(remarks) == []
    assert any(each.code == "exceeds" for each in remarks) == (maximum > limit)


def test_a_mean_is_offered_with_four_significant_digits() -> None:
    assert checks.rounded(Decimal(109) / 3) == Decimal("36.33")
    assert checks.rounded(Decimal("0.00012345")) == Decimal("0.000123")
    assert checks.rounded(Decimal(120)) == Decimal(120)
