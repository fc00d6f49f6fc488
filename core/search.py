"""Finding a firm by any two characters of its name, by pinyin initials or by the head of a code.

Trigram indexes of both engines silently find nothing for two Chinese characters, so names are cut into bigrams kept in
one portable table; candidates are rechecked with LIKE.
"""

import functools
import re
import unicodedata
from pathlib import Path

_PUNCTUATION = re.compile(r"[\W_]+", re.UNICODE)


def normal(text: str) -> str:
    """The comparable form of a name: NFKC, upper case, no punctuation or blanks."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).upper())


def initials(name: str) -> str:
    """Pinyin initials of a name, e.g. 昌吉 → CJ; letters and digits stay as they are.

    Characters with several readings take that of the longest known phrase (重庆 → CQ). pypinyin's own function does
    the same thirty times slower, which an import of many thousand names cannot pay.
    """
    text, by_phrase = normal(name), _odd_phrases()
    alone = text.translate(_LETTERS)
    if by_phrase.keys().isdisjoint(text):
        return alone
    found, at = "", 0
    for place, character in enumerate(text):
        if place < at:
            continue
        for phrase, letters in by_phrase.get(character, ()):
            if text.startswith(phrase, place):
                found, at = found + letters, place + len(phrase)
                break
        else:
            found += alone[place]
    return found


class _Letters(dict[int, str]):
    """Character → its letter when it is read alone, or itself where it has none; found when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        letter = self[code] = next((line[0] for line in _lines("letters") if character in line), character)
        return letter


_LETTERS = _Letters()


@functools.cache
def _odd_phrases() -> dict[str, list[tuple[str, str]]]:
    """First character → phrases that are not read as their characters alone are, with their letters, longest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in _lines("phrases"):
        phrase, letters = line.split(" ")
        found.setdefault(phrase[0], []).append((phrase, letters))
    return found


@functools.cache
def _lines(name: str) -> list[str]:
    """What ``core/pinyin`` has drawn from pypinyin's dictionaries: all of them would take 50 MiB."""
    return (Path(__file__).parent / "pinyin" / f"{name}.txt").read_text("utf-8").splitlines()


def grams(*texts: str) -> set[str]:
    """All bigrams of the normal forms of some texts (a single character stands for itself)."""
    found: set[str] = set()
    for text in texts:
        key = normal(text)
        found.update(key[i : i + 2] for i in range(len(key) - 1))
        if len(key) == 1:
            found.add(key)
    return found


def search_key(name: str, *former: str) -> str:
    """What a typed fragment is looked for in: name, former names and all their initials, kept apart by blanks."""
    names = [name, *former]
    return " ".join([normal(each) for each in names] + [initials(each) for each in names])


def like(fragment: str) -> str:
    """A LIKE pattern (escape character ``\\``) that finds the normal form of a fragment anywhere."""
    key = normal(fragment).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{key}%"
