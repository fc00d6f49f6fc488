"""Pollution equivalents: which count, by how much the tax is reduced, and the quarter that a year's report stands for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.rules.tax import COUNTED, Emitted, TaxGroup, counted, equivalents, group_of, reduced_to, rest_of_year


def test_a_tonne_of_sulphur_dioxide_is_a_thousand_kilograms_by_its_equivalent() -> None:
    assert equivalents(Decimal(1), Decimal("0.95")) == Decimal("1052.6316")


@pytest.mark.parametrize(
    ("mean", "share"),
    [("70.1", "1"), ("70", "0.75"), ("50.1", "0.75"), ("50", "0.5"), ("0", "0.5"), ("100", "1")],
)
def test_thirty_per_cent_under_the_limit_pays_three_quarters_and_fifty_half(mean: str, share: str) -> None:
    assert reduced_to(Decimal(mean), Decimal(100)) == Decimal(share)


def test_nothing_is_reduced_without_a_mean_or_a_limit() -> None:
    assert reduced_to(None, Decimal(100)) == reduced_to(Decimal(1), None) == reduced_to(Decimal(1), Decimal(0)) == 1


def test_class_one_of_water_is_told_by_the_evidence_of_its_equivalent() -> None:
    assert group_of("air", "law") is TaxGroup.AIR
    assert group_of("water", "law class I") is TaxGroup.WATER_FIRST
    assert group_of("water", "law") is TaxGroup.WATER_OTHER


EMITTED = st.lists(
    st.builds(
        Emitted,
        st.sampled_from(["DA001", "DA002", "DW001"]),
        st.sampled_from([f"a{number}" for number in range(8)]),
        st.sampled_from(TaxGroup),
        st.decimals(0, 1000, places=4),
    ),
    unique_by=lambda each: (each.outlet_code, each.pollutant_code, each.group),
)


@given(EMITTED)
def test_of_each_outlet_and_group_the_largest_count_and_no_more_than_the_law_says(emitted: list[Emitted]) -> None:
    kept = counted(emitted)
    for outlet in ("DA001", "DA002", "DW001"):
        for group in TaxGroup:
            all_here = [each for each in emitted if (each.outlet_code, each.group) == (outlet, group)]
            here = [each for each in kept if (each.outlet_code, each.group) == (outlet, group)]
            assert len(here) == min(COUNTED[group], len(all_here))
            left = [each.equivalents for each in all_here if each not in here]
            assert not left or not here or max(left) <= min(each.equivalents for each in here)


def test_the_last_quarter_is_the_year_less_the_three_before_it() -> None:
    quarters = [Decimal(10), Decimal(20), Decimal(30)]
    assert rest_of_year(Decimal(100), quarters) == 40
    assert rest_of_year(Decimal(100), quarters[:2]) is None
    assert rest_of_year(Decimal(50), quarters) is None
