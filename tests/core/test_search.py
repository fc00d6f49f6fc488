"""What names are found by: the letters kept in files are those of pypinyin's dictionaries."""

from pathlib import Path

import pytest

from core import search
from core.pinyin import gather

KEPT = Path(gather.__file__).parent


@pytest.mark.anywhere
def test_the_letters_and_phrases_kept_are_those_that_pypinyin_has() -> None:
    assert (KEPT / "letters.txt").read_text("utf-8") == gather.letters()
    assert (KEPT / "phrases.txt").read_text("utf-8") == gather.phrases()


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("昌吉", "CJ"),
        ("重庆", "CQ"),
        ("乌鲁木齐银行", "WLMQYH"),
        ("ＡＢ三工（示例）", "ABSGSL"),
        ("𠮷源", "𠮷Y"),
        ("重化工", "ZHG"),
    ],
)
def test_initials_are_the_letters_of_how_a_name_is_read(name: str, letters: str) -> None:
    assert search.initials(name) == letters
