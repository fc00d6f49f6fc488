"""A calendar feed as RFC 5545 wants it."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from registry.rules.calendar import Deadline, calendar, escaped, folded

STAMP = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def parsed(feed: bytes) -> list[tuple[str, str]]:
    """Unfold and split the content lines, strictly."""
    assert feed.endswith(b"\r\n")
    assert b"\n" not in feed.replace(b"\r\n", b"") and b"\r" not in feed.replace(b"\r\n", b"")
    lines = feed.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    whole = feed.decode().replace("\r\n ", "")
    return [(line.partition(":")[0], line.partition(":")[2]) for line in whole.split("\r\n")[:-1]]


def one(title: str = "2026 年第三季度执行报告", text: str = "") -> list[tuple[str, str]]:
    deadline = Deadline("obligation-7", date(2026, 12, 31), title, text, "https://qingyuan.example.cn/my/reports/7")
    return parsed(calendar("期限", [deadline], stamp=STAMP, host="qingyuan.example.cn"))


def test_a_deadline_is_a_day_and_a_task_with_stable_uids() -> None:
    lines = one()
    assert [value for name, value in lines if name == "BEGIN"] == ["VCALENDAR", "VEVENT", "VTODO"]
    assert [value for name, value in lines if name == "UID"] == [
        "obligation-7@qingyuan.example.cn",
        "obligation-7-todo@qingyuan.example.cn",
    ]


def test_the_event_spans_the_whole_day_and_ends_before_the_next() -> None:
    lines = dict(one())
    assert lines["DTSTART;VALUE=DATE"] == "20261231"
    assert lines["DTEND;VALUE=DATE"] == "20270101"
    assert lines["DUE;VALUE=DATE"] == "20261231"
    assert lines["DTSTAMP"] == "20261123T010000Z"


def test_a_typed_line_break_cannot_smuggle_a_line() -> None:
    lines = one("报告\r\nEND:VCALENDAR\nX:1")
    assert ("X", "1") not in lines
    assert ("SUMMARY", "报告\\nEND:VCALENDAR\\nX:1") in lines


def test_commas_semicolons_and_backslashes_are_escaped() -> None:
    assert escaped("a,b;c\\d") == "a\\,b\\;c\\\\d"


@given(st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_a_folded_line_unfolds_to_itself_and_no_character_is_cut(line: str) -> None:
    pieces = list(folded(line))
    assert all(len(piece) <= 75 for piece in pieces)
    assert pieces[0].decode() + "".join(piece.decode()[1:] for piece in pieces[1:]) == line
