"""How letters.txt and phrases.txt are made from pypinyin's dictionaries; nothing of the product runs this.

    python -m core.pinyin.gather        (needs pypinyin; tests hold the files against it)

The dictionaries themselves take 50 MiB in every process and 0.4 s of its start; a search needs first letters only.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

HERE = Path(__file__).parent


def _letter(reading: str) -> str:
    return unicodedata.normalize("NFD", reading)[0].upper()


def letters() -> str:
    """A line for each letter: the letter, then all characters whose usual reading begins with it."""
    found: dict[str, list[str]] = {}
    for code, reading in sorted(pinyin_dict.items()):
        found.setdefault(_letter(reading), []).append(chr(code))
    return "".join(f"{letter}{''.join(found[letter])}\n" for letter in sorted(found))


def phrases() -> str:
    """A line for each phrase not read as its characters alone are, and its letters; the longest first."""
    return "".join(f"{phrase} {read}\n" for phrase, read in sorted(_odd(), key=lambda odd: (-len(odd[0]), odd)))


def _odd() -> Iterator[tuple[str, str]]:
    alone = {chr(code): _letter(reading) for code, reading in pinyin_dict.items()}
    for phrase, readings in phrases_dict.items():
        read = "".join(_letter(each[0]) for each in readings)
        if len(read) == len(phrase) and read != "".join(alone.get(each, each) for each in phrase):
            yield phrase, read


if __name__ == "__main__":
    (HERE / "letters.txt").write_text(letters(), "utf-8")
    (HERE / "phrases.txt").write_text(phrases(), "utf-8")
