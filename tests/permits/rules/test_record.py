"""The copy of record."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from permits.rules import record
from permits.rules.checks import Line, Operation

FRAME = record.Frame(
    enterprise="阜康晨岭焦化有限公司（示例）",
    credit_code="91652302MA700107XC",
    permit_no="91652302MA700107XC001P",
    version_number=4,
    title="2026 年第 3 季度排污许可证执行报告",
    due_on=date(2026, 10, 15),
    prepared_by="何静（preparer）",
    signed_by="孙志远（signer）",
    signed_at=datetime(2026, 10, 9, 2, 30, tzinfo=UTC),
)
QUARTER = Operation(date(2026, 7, 1), date(2026, 9, 30), 2, "检修")
LINE = Line("DA001", "a21026", "二氧化硫", None, Decimal(30), "mg/m³", Decimal("118.4"), Decimal("20.50"), samples=3)


def copy(*lines: Line) -> str:
    """A copy of these lines."""
    return record.copy_of_record(FRAME, QUARTER, lines, {"exceeds:x": {"told": "超", "reason": "故障"}}, number=1)


def test_the_same_content_gives_the_same_bytes_and_hash() -> None:
    assert copy(LINE) == copy(replace(LINE, mean=Decimal("20.5")))
    assert record.sha256_of(copy(LINE)) == record.sha256_of(copy(LINE))


def test_one_changed_byte_is_found() -> None:
    content = copy(LINE)
    digest = record.sha256_of(content)
    assert record.is_intact(content, digest)
    assert not record.is_intact(content.replace("20.5", "20.6"), digest)
    assert not record.is_intact(content, digest.replace(digest[0], "0" if digest[0] != "0" else "1", 1))


def test_the_copy_holds_signer_time_declaration_and_figures_with_their_digits() -> None:
    found = json.loads(copy(LINE))
    assert found["signed_by"] == "孙志远（signer）"
    assert found["signed_at"] == "2026-10-09T02:30:00+00:00"
    assert "第三十七条" in found["declaration"]
    assert found["figures"][0]["mean"] == "20.5"
    assert record.confirmed_in(copy(LINE)) == [("超", "故障")]
    assert record.operation_in(copy(LINE)) == QUARTER


FIGURE = st.none() | st.decimals(0, 10**6, places=6)


@given(FIGURE, FIGURE, st.none() | st.integers(0, 9000))
def test_lines_survive_the_copy_unchanged(mean: Decimal | None, limit: Decimal | None, samples: int | None) -> None:
    line = replace(LINE, mean=mean, limit_value=limit, samples=samples)
    assert record.lines_in(copy(line)) == [line]


def test_changed_figures_are_named_by_their_place() -> None:
    assert record.changed([LINE], [replace(LINE, mean=Decimal(21), samples=4)]) == {
        "DA001/a21026/mean",
        "DA001/a21026/samples",
    }
    assert record.changed([LINE], [LINE]) == set()


def test_only_the_lines_remarked_on_open_again() -> None:
    rows = ["DA001/a21026", "DA001/a21002"]
    assert record.reopened(["DA001/a21026/mean"], rows) == {"DA001/a21026"}
    assert record.reopened(["DA001/a21002"], rows) == {"DA001/a21002"}
    assert record.reopened(["narrative"], rows) == set()
    assert record.reopened([""], rows) == set(rows)
    assert record.reopened(["DW009/x/mean"], rows) == set()
