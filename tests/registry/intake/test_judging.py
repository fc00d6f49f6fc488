"""Rows of counties' ledgers: the bureau's own sample, and the ways in which other counties write the same thing."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core import intake
from core.intake import Sheet
from registry.intake import Directory, Place, Row, judge, recognise
from registry.intake.fields import FIELDS
from tests.registry.intake import books

pytestmark = pytest.mark.anywhere
ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "tests/data/enterprise_ledger_sample.xlsx"


def table(path: str) -> list[dict[str, str]]:
    """The rows of a reference file."""
    return list(csv.DictReader(io.StringIO((ROOT / path).read_text(encoding="utf-8-sig"))))


@cache
def directory() -> Directory:
    """The areas and industries of the reference data, seen by the prefecture."""
    areas, offices = table("accounts/data/areas.csv"), table("accounts/data/offices.csv")
    ids = {each["code"]: at for at, each in enumerate(areas, 1)}
    office = {each["area"]: at for at, each in enumerate(offices, 1)}
    places = [
        Place(
            ids[each["code"]],
            each["code"],
            each["name"],
            each["kind"],
            ids.get(each["parent"]),
            office.get(each["code"]),
        )
        for each in areas
    ]
    industries = table("registry/data/gbt4754_2017.csv")
    return Directory(places, {each["code"]: each["name_zh"] for each in industries})


def judged(content: bytes, name: str = "a.xlsx") -> list[Row]:
    """The verdicts on a workbook whose headers are recognised."""
    return verdicts(intake.read(content, name))


def verdicts(sheets: list[Sheet]) -> list[Row]:
    """The verdicts on sheets."""
    return list(judge(sheets, recognise(sheets), directory()))


def codes_of(row: Row, level: str = "error") -> list[str]:
    """The problems of one level."""
    return [each.code for each in row.problems if each.level == level]


def test_the_bureaus_sample_is_judged_row_by_row_as_expected() -> None:
    rows = verdicts(intake.read(SAMPLE))
    expected = json.loads(SAMPLE.with_suffix(".expected.json").read_text())
    assert len(rows) == expected["rows"]
    assert sum(row.accepted for row in rows) == expected["accepted"]
    for row, wanted in zip(rows, expected["detail"], strict=True):
        where = (row.sheet, row.row)
        assert where == (wanted["sheet"], wanted["row"])
        assert row.accepted is wanted["accept"], where
        assert codes_of(row) == ([wanted["problem"]] if wanted["problem"] else []), where
        if row.accepted:
            assert_same(row.value(), wanted["value"], where)


def assert_same(found: dict[str, Any], wanted: dict[str, Any], where: tuple[str, int]) -> None:
    """Every normalised value: degrees to what seconds with two decimals can say, terms where the file has them."""
    for key, value in wanted.items():
        if key in {"lon", "lat"}:
            assert found[key] == pytest.approx(value, abs=2e-6), where
        elif key in {"valid_from", "valid_to"} and not wanted["permit_no"]:
            assert found[key] in {"", value}, where
        else:
            assert found[key] == value, (where, key)


USUAL = [
    "企业名称",
    "统一社会信用代码",
    "法定代表人",
    "联系电话",
    "所在县市",
    "所在园区",
    "行业代码",
    "行业类别",
    "经度",
    "纬度",
    "有效期起",
    "有效期止",
]
ROW = [
    "阜康甲厂（示例）",
    books.code(1),
    "马晓燕",
    "13900000000",
    "阜康市",
    "阜康产业园",
    "2521",
    "炼焦",
    "88.015232",
    "44.157425",
    "2024-03-10",
    "2029-03-09",
]
WANTED = {
    "name": "阜康甲厂（示例）",
    "uscc": books.code(1),
    "legal_rep": "马晓燕",
    "phone": "13900000000",
    "area": "阜康市",
    "area_code": "652302",
    "zone": "阜康产业园",
    "industry_code": "2521",
    "industry": "炼焦",
    "lon": 88.015232,
    "lat": 44.157425,
    "valid_from": "2024-03-10",
    "valid_to": "2029-03-09",
}


def assert_the_row(content: bytes, name: str = "a.xlsx", **otherwise: Any) -> None:
    """A workbook says the one row that all these say."""
    (row,) = judged(content, name)
    assert row.accepted, row.problems
    found = row.value()
    assert {key: found[key] for key in WANTED} == {**WANTED, **otherwise}


def dressed() -> bytes:
    """Title rows over all columns, a group heading over two, the county merged downwards, a sum and a footer."""

    def dress(made: Workbook) -> None:
        sheet = made["2026年"]
        sheet.merge_cells("A1:L1")
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("I3:J3")
        sheet.merge_cells("K3:L3")
        sheet.column_dimensions["D"].hidden = True

    top = [*USUAL[:8], "地理坐标", None, "排污许可证有效期", None]
    below = [None] * 8 + ["经度", "纬度", "起始日期", "截止日期"]
    rows = [
        ["阜康市固定污染源台账"],
        ["填报单位：阜康市分局"],
        top,
        below,
        ROW,
        ["合计：1家"],
        ["填表人：示例一　审核人：示例二"],
    ]
    return books.many({"填表说明": [["一、本表每季度更新"]], "2026年": rows}, dress)


STYLES: dict[str, Callable[[], bytes]] = {
    "title rows, two header rows, merged cells, a hidden column and footers": dressed,
    "a sheet for the county and no column for it": lambda: books.many(
        {"阜康市": [USUAL[:4] + USUAL[5:], ROW[:4] + ROW[5:]]}
    ),
    "validity, coordinates, person with telephone and industry with code joined": lambda: books.book(
        [
            ["单位名称", "社会信用代码", "法人及联系电话", "县市", "园区", "行业类别及代码", "经纬度", "有效期限"],
            [
                ROW[0],
                ROW[1],
                "马晓燕 139 0000 0000",
                "阜康",
                "阜康产业园",
                "炼焦（2521）",
                "88.015232，44.157425",
                "2024.3.10至2029.3.9",
            ],
        ]
    ),
    "county and zone in one column, other words, other order": lambda: books.book(
        [
            [
                "到期日期",
                "发证日期",
                "纬度(N)",
                "经度(E)",
                "行业名称",
                "行业编码",
                "所属区域",
                "手机号码",
                "负责人",
                "机构代码",
                "企业全称",
            ],
            [
                "2029年3月9日",
                "2024年3月10日",
                "44.157425",
                "88.015232",
                "炼焦",
                "2521",
                "阜康市/阜康产业园",
                "13900000000",
                "马晓燕",
                ROW[1],
                ROW[0],
            ],
        ]
    ),
    "full-width digits, blanks in codes, telephones as numbers, dates as dates": lambda: books.book(
        [
            USUAL,
            [
                f" {ROW[0]} ",
                " ".join([ROW[1][:8], ROW[1][8:]]).lower(),
                "马晓燕",
                13900000000,
                "阜 康 市",
                "阜康产业园",
                "２５２１",
                "炼焦",
                "８８．０１５２３２",
                44.157425,
                date(2024, 3, 10),
                "2029/3/9",
            ],
        ]
    ),
    "degrees, minutes and seconds": lambda: books.book([USUAL, [*ROW[:8], "88°0′54.8352″", "44°9'26.73\"", *ROW[10:]]]),
    "codes of area and section before the industry": lambda: books.book(
        [USUAL, [*ROW[:4], "652302000000", ROW[5], "C2521", *ROW[7:]]]
    ),
    "headers with units and remarks in brackets": lambda: books.book(
        [[f"{each}（必填）" if at < 4 else f"*{each}\n(度)" for at, each in enumerate(USUAL)], ROW]
    ),
    "the header repeated on every printed page": lambda: books.book([USUAL, ROW, USUAL]),
    "a serial number first and empty rows between": lambda: books.book(
        [["序号", *USUAL], [None], [1, *ROW], [None], [None, None]]
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_other_counties_write_the_same_row_otherwise(style: str) -> None:
    assert_the_row(STYLES[style]())


def test_a_ledger_as_csv_of_windows_is_read_alike() -> None:
    out = io.StringIO()
    csv.writer(out).writerows([USUAL, ROW])
    assert_the_row(out.getvalue().encode("gb18030"), "台账.csv")
    assert_the_row(out.getvalue().encode("utf-8-sig"), "台账.csv")


SYNONYMS = {field.key: field.synonyms for field in FIELDS}
APART = (
    "name",
    "uscc",
    "legal_rep",
    "phone",
    "area",
    "zone",
    "industry_code",
    "industry",
    "lon",
    "lat",
    "valid_from",
    "valid_to",
)
JOINED: dict[str, tuple[tuple[str, ...], Callable[[Sequence[str]], str]]] = {
    "person_phone": (("legal_rep", "phone"), lambda parts: f"{parts[0]}{parts[1]}"),
    "area_zone": (("area", "zone"), lambda parts: f"{parts[0]}、{parts[1]}"),
    "industry_both": (("industry_code", "industry"), lambda parts: f"{parts[0]} {parts[1]}"),
    "coordinates": (("lon", "lat"), lambda parts: f"{parts[0]}/{parts[1]}"),
    "validity": (("valid_from", "valid_to"), lambda parts: f"{parts[0]}—{parts[1]}"),
}
AS_PERSON = tuple(each for each in SYNONYMS["person_phone"] if "联系人" not in each and not each.startswith("姓名"))


@settings(max_examples=60)
@given(st.data())
def test_any_order_any_synonym_and_any_joining_give_the_same_row(data: Any) -> None:
    values = dict(zip(APART, ROW, strict=True))
    for joined, (parts, join) in JOINED.items():
        if data.draw(st.booleans(), label=joined):
            values[joined] = join([values.pop(part) for part in parts])
    order = data.draw(st.permutations(list(values)))
    headers = [
        data.draw(st.sampled_from(AS_PERSON if key == "person_phone" else SYNONYMS[key]), label=key) for key in order
    ]
    title = data.draw(st.integers(0, 3))
    rows = [["固定污染源台账"]] * title + [headers, [values[key] for key in order]]
    (row,) = verdicts([Sheet("台账", rows)])
    found = row.value()
    assert row.accepted, (headers, row.problems)
    assert {key: found[key] for key in WANTED} == WANTED, headers


def one(**cells: str) -> Row:
    """The verdict on one row of the usual columns."""
    values = dict(zip(USUAL, ROW, strict=True)) | {"生产状况": "在产", "排污许可证编号": ""} | cells
    (row,) = verdicts([Sheet("台账", [list(values), list(values.values())])])
    return row


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"企业名称": " / "}, "name_missing"),
        ({"统一社会信用代码": "无"}, "uscc_missing"),
        ({"统一社会信用代码": "91652302"}, "uscc_length"),
        ({"统一社会信用代码": books.code(1)[:-1] + ("A" if books.code(1)[-1] != "A" else "B")}, "uscc_check_digit"),
        ({"经度": "44.157425", "纬度": "88.015232"}, "coordinates_swapped"),
        ({"经度": "八十八度"}, "coordinates_unreadable"),
        ({"经度": ""}, "coordinates_half"),
        ({"经度": "12.5", "纬度": "41.9"}, "coordinates_abroad"),
        ({"有效期止": "2020-01-01"}, "validity_reversed"),
        ({"有效期起": "2024-02-30"}, "date_unreadable"),
        ({"行业代码": "9999"}, "industry_unknown"),
        ({"所在县市": "乌鲁木齐市"}, "area_unknown"),
        ({"企业名称": "阜" * 121}, "text_too_long"),
    ],
)
def test_what_is_wrong_keeps_a_row_out_and_is_told_with_the_way_to_mend_it(cells: dict[str, str], code: str) -> None:
    row = one(**cells)
    assert codes_of(row) == [code]
    assert "请" in row.problems[0].message


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"经度": "87.6", "纬度": "42.0"}, "coordinates_outside"),
        ({"行业代码": "", "行业类别": ""}, "industry_missing"),
        ({"行业类别": "水泥"}, "industry_name_differs"),
        ({"生产状况": "忙"}, "state_unknown"),
        ({"所在园区": "月球园区"}, "zone_unknown"),
        ({"所在园区": "高新区"}, "zone_elsewhere"),
        ({"排污许可证编号": "12345"}, "permit_shape"),
        ({"排污许可证编号": books.code(2) + "001P"}, "permit_of_another"),
        ({"排污许可证编号": books.code(1) + "001P", "有效期止": ""}, "permit_without_term"),
        ({"有效期止": "2029年3月"}, "month_only"),
        ({"企业名称": "阜康\u200b甲厂（示例）"}, "hidden_characters"),
    ],
)
def test_what_is_odd_is_told_and_the_row_is_in(cells: dict[str, str], code: str) -> None:
    row = one(**cells)
    assert row.accepted
    assert code in codes_of(row, "warning")


def test_a_later_row_with_an_accepted_code_is_a_duplicate_one_with_a_rejected_code_is_not() -> None:
    bad, good = ["", *ROW[1:]], ROW
    first, second, third = verdicts([Sheet("台账", [USUAL, bad, good, good])])
    assert codes_of(first) == ["name_missing"]
    assert second.accepted
    assert codes_of(third) == ["uscc_duplicate"]
    assert "第 3 行" in third.problems[-1].message


def test_a_permit_number_given_twice_is_stored_once() -> None:
    number = books.code(1) + "001P"
    rows = [[*USUAL, "许可证编号"], [*ROW, number], ["阜康乙厂（示例）", books.code(2), *ROW[2:], number]]
    first, second = verdicts([Sheet("台账", rows)])
    assert first.has_permit
    assert second.accepted
    assert not second.has_permit
    assert "permit_taken" in codes_of(second, "warning")


def test_a_county_merged_downwards_holds_for_every_row_beside_it() -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "所在县市"],
        ["甲（示例）", books.code(1), "阜康市"],
        ["乙（示例）", books.code(2), ""],
    ]
    sheet = Sheet("台账", rows, merged=((1, 2, 2, 2),))
    assert [row.area for row in verdicts([sheet])] == ["阜康市", "阜康市"]


def test_a_zone_in_the_county_column_is_supervised_by_its_own_office() -> None:
    row = one(所在县市="准东", 所在园区="")
    assert (row.area, row.zone) == ("准东经济技术开发区", "准东")
    offices = {place.name: place.office_id for place in directory().areas}
    assert row.office_id == offices["准东经济技术开发区"]


def test_rare_characters_stay_in_names_and_persons() -> None:
    row = one(企业名称="阜康𬍛𬱖䶮厂（示例）", 法定代表人="买买提·阿不都拉")
    assert (row.name, row.legal_rep) == ("阜康𬍛𬱖䶮厂（示例）", "买买提·阿不都拉")


def test_text_that_looks_like_a_formula_is_kept_as_it_is() -> None:
    (row,) = verdicts([Sheet("台账", [[*USUAL, "备注"], [*ROW, '=HYPERLINK("http://x")']])])
    assert row.accepted
    assert row.remark == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    "title", [["填报单位：阜康市分局"], ["填报单位：阜康市分局", None, None, None, "填报日期：示例"]]
)
def test_a_row_that_says_who_filled_the_ledger_in_is_no_part_of_its_headers(title: list[Any]) -> None:
    sheets = [Sheet("台账", [["固定污染源台账"], [each or "" for each in title], list(USUAL), list(ROW)])]
    (table,) = recognise(sheets).tables
    assert (table.header_row, table.headers) == (3, tuple(USUAL))
