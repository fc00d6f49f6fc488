"""CSV that no spreadsheet computes, JSON that a programme can read without guessing."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.ledger import Column, Count, Day, Figure, Moment, Percent, Text, Word, YesNo, flat
from tests.core.sample_ledger import STAMP, WORKS, Kind, Works

DANGEROUS = [
    "=1",
    "+1",
    "-1",
    "@x",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\t1",
    "\r1",
    "\n1",
    " =1",
    "\u3000=1",
    "\ufeff=1",
    "\u200b=1",
    "−1",
]


def column(kind: type[Column], key: str = "x") -> Column:
    return kind(key, key, Works.name)


def lines(columns: list[Column], *rows: tuple[Any, ...]) -> list[list[str]]:
    content = b"".join(flat.csv(columns, [list(zip(*rows, strict=True))]))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_a_spreadsheet_might_compute_bears_an_apostrophe_and_loses_nothing(text: str) -> None:
    assert lines([column(Text)], (text,)) == [["'" + text]]


@given(st.text(max_size=40))
def test_no_cell_of_any_text_begins_like_a_formula(text: str) -> None:
    ((written,),) = lines([column(Text)], (text,)) or [[""]]
    assert not re.match(r"[\s]*[=+\-@＝＋－＠]|[\t\r\n]", written)
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", text)
    assert written.removeprefix("'") == kept or written == kept


def test_a_negative_figure_stays_a_figure() -> None:
    assert lines([column(Figure), column(Count)], (Decimal("-3.50"), -3)) == [["-3.5", "-3"]]


def test_values_are_written_as_people_here_write_them() -> None:
    kinds: list[type[Column]] = [Day, Moment, Word, YesNo, Percent, Text]
    row = (date(2026, 11, 23), datetime(2026, 11, 22, 16, 30, tzinfo=UTC), Kind.KEY, True, Decimal("0.853"), 'a,"b"\n')
    assert lines([column(kind) for kind in kinds], row) == [
        ["2026-11-23", "2026-11-23 00:30", "重点管理", "是", "0.853", 'a,"b"\n']
    ]
    assert lines([column(kind) for kind in kinds], (None,) * 6) == [[""] * 6]


def test_labels_are_made_inert_too() -> None:
    content = b"".join(flat.csv([Text("x", "=1", Works.name)], []))
    assert content.decode("utf-8-sig") == "'=1\r\n"


def test_json_says_what_it_is_and_keeps_codes_and_types(works_session: Session) -> None:
    data = json.loads(b"".join(WORKS.json(works_session, MultiDict({"q": "第0002"}), "州", STAMP)))
    assert data["count"] == 1
    assert data["rows"] == [
        {
            "name": "阜康第0002化工厂（示例）",
            "code": "91652302MA70000002",
            "kind": "key",
            "area": "阜康市",
            "expiry": "2026-11-25",
            "seen": "2026-11-22T22:00:00+08:00",
            "fine": 2469.12,
            "share": 0.02,
            "findings": 2,
            "online": None,
            "twice": 4,
        }
    ]
    meta = data["meta"]
    assert meta["ledger"] == "works"
    assert meta["as_of"] == "2026-11-23T18:40:00+08:00"
    assert meta["audit_head"] == STAMP.audit_head
    assert meta["filters"] == {"q": "第0002"}
    described = {each["key"]: each for each in meta["columns"]}
    assert described["kind"]["codes"] == {"key": "重点管理", "simple": "简化管理"}
    assert described["fine"]["hint"] == "近三年生效的罚款合计"


def test_json_of_nothing_is_still_json(works_session: Session) -> None:
    data = json.loads(b"".join(WORKS.json(works_session, MultiDict(), "", STAMP)))
    assert (data["rows"], data["count"]) == ([], 0)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_a_json_figure_is_a_number_only_where_that_is_exact(figure: Decimal) -> None:
    plain = json.loads(json.dumps(column(Figure).plain(figure)))
    assert Decimal(str(plain)) == figure
