"""Codes of permits and outlets: which shapes are lawful, and what a wrong one lacks."""

import re

from core.said import said
from permits.models import LimitKind, OutletKind
from registry.codes import permit_problem

OUTLET_CODES: dict[OutletKind, re.Pattern[str]] = {
    OutletKind.AIR_MAIN: re.compile(r"^DA\d{3}$"),
    OutletKind.AIR_GENERAL: re.compile(r"^DA\d{3}$"),
    OutletKind.AIR_UNORGANISED: re.compile(r"^(MF\d{4}(-.{1,10})?|厂界)$"),
    OutletKind.WATER: re.compile(r"^DW\d{3}$"),
}
"""HJ 608: DA and DW with three digits; unorganised sources by facility or 厂界."""


def permit_number_problem(number: str, credit_code: str) -> str | None:
    """What is wrong with a permit number of this unit, in words for the clerk; None when nothing is."""
    problem = permit_problem(number, credit_code)
    if problem == "permit_shape":
        return said("许可证编号应为 22 位：18 位统一社会信用代码、3 位序号、1 位大写字母（HJ 608-2017）。")
    if problem == "permit_of_another":
        return said(
            "许可证编号前 18 位是 %(unit)s，与企业的统一社会信用代码 %(code)s 不同。",
            unit=number[:18],
            code=credit_code,
        )
    return None


def outlet_code_problem(code: str, kind: OutletKind) -> str | None:
    """What is wrong with an outlet's code, or None."""
    if OUTLET_CODES[kind].match(code):
        return None
    wanted = {OutletKind.WATER: "DW001", OutletKind.AIR_UNORGANISED: "MF0001 或 厂界"}.get(kind, "DA001")
    return said("%(kind)s的编号应写成 %(wanted)s 这样。", kind=kind, wanted=wanted)


MASSES, RATES = ("t",), ("kg/h",)
CONCENTRATIONS = ("mg/m³", "μg/m³", "ng-TEQ/m³", "mg/L", "μg/L", "级", "无量纲")
WRONG_UNITS: dict[LimitKind, tuple[str, ...]] = {
    LimitKind.ANNUAL: (*CONCENTRATIONS, *RATES),
    LimitKind.RATE: (*CONCENTRATIONS, *MASSES),
    LimitKind.CONCENTRATION: (*MASSES, *RATES),
}
"""Units in which a limit of a kind cannot be; what stands in none of the lists came from elsewhere and is let be."""


def limit_unit_problem(kind: LimitKind, unit: str) -> str | None:
    """What is wrong with the unit of a limit, or None."""
    if unit not in WRONG_UNITS.get(kind, ()):
        return None
    wanted = {LimitKind.ANNUAL: "t", LimitKind.RATE: "kg/h"}.get(kind, "mg/m³、mg/L")
    return said("%(kind)s的单位应为 %(wanted)s，不是 %(unit)s。", kind=kind, wanted=wanted, unit=unit)


def is_water(outlet_code: str) -> bool:
    """Whether an outlet's code is one of waste water."""
    return outlet_code.startswith("DW")
