"""Codes of firms, permits and outlets: their shape and check digits. Pure.

GB 32100-2015 (统一社会信用代码), GB 11714 (组织机构代码), HJ 608-2017 (排污许可证编号); FACTS A1, A4, A5.
"""

import re
from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: place for place, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

PERMIT = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{18}\d{3}[A-Z]$")
LEGACY_PERMIT = re.compile(r"^(H9\d{6}0000\d{5}[a-z](\d{3}[A-Z])?|[0-9A-Z]{9}\d{3}[A-Z])$")
"""The trial years' numbers of units without a credit code: an H9 number in its place, alone or with site and letter, or
the nine characters of the organisation code with them."""
OUTLET = re.compile(r"^(D[AW]\d{3}|MF\d{4}|T[AWNS]\d{3})$")


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character of a unified social credit code (weights 3^(i−1) mod 31); raises KeyError otherwise."""
    total = sum(map(mul, map(_VALUE.__getitem__, first_seventeen), _WEIGHTS))
    return ALPHABET[-total % 31]


def uscc_problem(code: str) -> str | None:
    """What is wrong with a unified social credit code: ``uscc_missing``, ``uscc_length``, ``uscc_check_digit``, or None."""
    if not code:
        return "uscc_missing"
    if len(code) != 18:
        return "uscc_length"
    if not _VALUE.keys() >= set(code) or check_digit(code[:17]) != code[17]:
        return "uscc_check_digit"
    return None


SENTENCES = {
    "uscc_missing": "没有统一社会信用代码。",
    "uscc_length": "统一社会信用代码应为 18 位，现为 %(length)d 位。",
    "uscc_check_digit": "统一社会信用代码校验不符，请核对每一位（没有字母 I、O、S、V、Z）。",
}


def uscc_sentence(problem: str, code: str) -> str:
    """The problem in words."""
    return SENTENCES[problem] % {"length": len(code)}


def permit_problem(permit_no: str, credit_code: str = "") -> str | None:
    """What is wrong with a permit number: its shape (HJ 608, no check digit), or another firm's code in front."""
    if not PERMIT.match(permit_no):
        return None if LEGACY_PERMIT.match(permit_no) else "permit_shape"
    if credit_code and len(credit_code) == 18 and permit_no[:18] != credit_code:
        return "permit_of_another"
    return None
