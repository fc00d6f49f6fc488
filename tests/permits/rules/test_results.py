"""What may be taken as a result, in which unit, and what is held against a limit."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from permits.models import MeasureKind
from permits.rules import results
from permits.rules.results import Place, ResultInput

NOW = datetime(2026, 11, 23, 9, tzinfo=clock.BEIJING)
AT = datetime(2026, 11, 20, 8, tzinfo=clock.BEIJING)
SO2 = Place("DA001", "a21026", "二氧化硫", results.AIR, "mg/m³", Decimal(30), None, 1)
PH = Place("DW001", "w01001", "pH", results.WATER, "无量纲", Decimal(9), Decimal(6), 1)
KNOWN = {("DA001", "a21026"): SO2, ("DW001", "w01001"): PH}
GOOD = ResultInput("DA001", "a21026", AT, Decimal(12), "mg/m³", MeasureKind.HOUR)


def wrong(**more: object) -> list[str]:
    """The fields at which a result is refused."""
    answer = results.settled(replace(GOOD, **more), KNOWN, {"DA001", "DW001"}, NOW)  # type: ignore[arg-type]
    return [each.field for each in answer] if isinstance(answer, list) else []


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({}, []),
        ({"unit": "ppm"}, ["unit"]),
        ({"unit": "mg/L"}, ["unit"]),
        ({"outlet_code": "DA009"}, ["outlet"]),
        ({"pollutant_code": "a21002"}, ["pollutant"]),
        ({"measured_at": NOW + timedelta(days=1)}, ["at", "at"][:1]),
        ({"measured_at": NOW}, ["at"]),
        ({"measured_at": AT.replace(minute=30)}, ["at"]),
        ({"kind": MeasureKind.DAY}, ["at"]),
        ({"value": None}, ["value"]),
        ({"value": Decimal(-1)}, ["value"]),
        ({"value": Decimal("0.1234567")}, ["value"]),
        ({"detection_limit": Decimal(1)}, ["detection_limit"]),
        ({"value": None, "detection_limit": Decimal(3)}, []),
        ({"value": None, "detection_limit": Decimal(0)}, ["detection_limit"]),
    ],
)
def test_what_is_wrong_with_a_result_is_said_at_its_field(more: dict[str, object], fields: list[str]) -> None:
    assert sorted(set(wrong(**more))) == sorted(set(fields))


def test_a_figure_in_micrograms_is_kept_in_the_milligrams_of_the_permit() -> None:
    answer = results.settled(replace(GOOD, value=Decimal(12500), unit="ug/m3"), KNOWN, {"DA001"}, NOW)
    assert isinstance(answer, ResultInput)
    assert (answer.value, answer.unit) == (Decimal("12.5"), "mg/m³")


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.sampled_from(sorted(results.FACTORS)))
def test_a_conversion_there_and_back_changes_nothing(value: Decimal, pair: tuple[str, str]) -> None:
    there = results.converted(value, *pair)
    assert there is not None
    assert results.converted(there, pair[1], pair[0]) == value
    assert results.converted(value, "ppm", pair[1]) is None


@pytest.mark.parametrize(
    ("place", "kind", "value", "broken"),
    [
        (SO2, MeasureKind.HOUR, "30", False),
        (SO2, MeasureKind.HOUR, "30.01", True),
        (SO2, MeasureKind.DAY, "30.01", True),
        (SO2, MeasureKind.SAMPLE, "31", True),
        (PH, MeasureKind.SAMPLE, "5.9", True),
        (PH, MeasureKind.DAY, "9.1", True),
        (PH, MeasureKind.HOUR, "9.1", False),
        (PH, MeasureKind.DAY, "6", False),
    ],
)
def test_a_limit_is_held_against_the_means_and_samples_it_is_meant_for(
    place: Place, kind: MeasureKind, value: str, broken: bool
) -> None:
    one = ResultInput(place.outlet_code, place.pollutant_code, AT, Decimal(value), place.unit, kind)
    assert results.breaks(place, one) is broken
    assert results.breaks(place, replace(one, invalid_reason="校准")) is False
    assert results.breaks(place, replace(one, flag="D")) is False
