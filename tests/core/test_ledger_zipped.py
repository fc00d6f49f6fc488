"""The ZIP file written forwards: every reader finds what was put in."""

import io
import zipfile
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.ledger.zipped import Zip

AT = datetime(2026, 11, 23, 18, 40, 30, tzinfo=UTC)


def packed(members: dict[str, list[bytes]]) -> bytes:
    archive = Zip(AT)
    pieces = [piece for name, chunks in members.items() for piece in archive.member(name, chunks)]
    return b"".join([*pieces, archive.end()])


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,9}\.xml", fullmatch=True), st.lists(st.binary(max_size=3000)), max_size=4)
)
@settings(max_examples=50, deadline=None)
def test_what_went_in_comes_out(members: dict[str, list[bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(members))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: b"".join(chunks) for name, chunks in members.items()
        }


def test_all_members_bear_the_given_time_and_equal_content_gives_equal_bytes() -> None:
    content = packed({"a.xml": [b"x" * 100_000], "b.xml": []})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 23, 18, 40, 30)}
        assert archive.getinfo("a.xml").compress_size < 1000
    assert content == packed({"a.xml": [b"x" * 100_000], "b.xml": []})
