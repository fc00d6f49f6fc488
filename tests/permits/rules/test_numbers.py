"""Codes of permits and outlets."""

import pytest

from permits.models import LimitKind, OutletKind
from permits.rules import numbers
from registry.codes import permit_problem

CODE = "91652302MA700107XC"


@pytest.mark.parametrize("number", [f"{CODE}001P", f"{CODE}002U", f"{CODE}001V"])
def test_a_number_of_the_unit_is_right(number: str) -> None:
    assert numbers.permit_number_problem(number, CODE) is None


@pytest.mark.parametrize("number", ["H9652302000000123a001P", "H9652302000000123a", "MA700107X001P"])
def test_the_trial_years_numbers_are_taken_at_the_desk_and_from_a_ledger(number: str) -> None:
    assert numbers.permit_number_problem(number, CODE) is None
    assert permit_problem(number, CODE) is None


@pytest.mark.parametrize("number", ["", CODE, f"{CODE}01P", f"{CODE}001p", f"{CODE}001PP", f"{CODE[:-1]}O001P"])
def test_another_shape_is_refused_with_the_right_one(number: str) -> None:
    assert "22 位" in (numbers.permit_number_problem(number, CODE) or "")


def test_a_number_of_another_unit_is_named() -> None:
    other = "91652301MA7001002C"
    assert other in (numbers.permit_number_problem(f"{other}001P", CODE) or "")


@pytest.mark.parametrize(
    ("code", "kind", "right"),
    [
        ("DA001", OutletKind.AIR_MAIN, True),
        ("DA1", OutletKind.AIR_MAIN, False),
        ("DW001", OutletKind.WATER, True),
        ("DA001", OutletKind.WATER, False),
        ("MF0001-厂界", OutletKind.AIR_UNORGANISED, True),
        ("厂界", OutletKind.AIR_UNORGANISED, True),
        ("DA001", OutletKind.AIR_UNORGANISED, False),
    ],
)
def test_outlets_are_numbered_after_hj_608(code: str, kind: OutletKind, right: bool) -> None:
    assert (numbers.outlet_code_problem(code, kind) is None) is right


def test_water_is_known_by_its_code() -> None:
    assert numbers.is_water("DW001")
    assert not numbers.is_water("DA001")


@pytest.mark.parametrize(
    ("kind", "unit", "wanted"),
    [(LimitKind.ANNUAL, "mg/m³", "t"), (LimitKind.RATE, "t", "kg/h"), (LimitKind.CONCENTRATION, "kg/h", "mg/m³、mg/L")],
)
def test_a_limit_in_a_unit_of_another_kind_is_told_the_right_one(kind: LimitKind, unit: str, wanted: str) -> None:
    assert f"单位应为 {wanted}，不是 {unit}" in str(numbers.limit_unit_problem(kind, unit))


@pytest.mark.parametrize(
    ("kind", "unit"), [(LimitKind.ANNUAL, "t"), (LimitKind.CONCENTRATION, "无量纲"), (LimitKind.ANNUAL, "万吨")]
)
def test_a_limit_in_its_unit_or_one_from_elsewhere_is_let_be(kind: LimitKind, unit: str) -> None:
    assert numbers.limit_unit_problem(kind, unit) is None
