"""Finding a firm by any two characters of its name, by pinyin initials or by the head of a code.

Trigram indexes of both engines silently find nothing for two Chinese characters, so names are cut into bigrams kept in
one portable table; candidates are rechecked with LIKE.
"""

import functools
import re
import unicodedata

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

_PUNCTUATION = re.compile(r"[\W_]+", re.UNICODE)


def normal(text: str) -> str:
    """The comparable form of a name: NFKC, upper case, no punctuation or blanks."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).upper())


def initials(name: str) -> str:
    """Pinyin initials of a name, e.g. 昌吉 → CJ; letters and digits stay as they are.

    Characters with several readings take that of the longest known phrase (重庆 → CQ). pypinyin's own function does
    the same thirty times slower, which an import of many thousand names cannot pay.
    """
    text, found, at = normal(name), "", 0
    by_phrase = _odd_phrases()
    for place, character in enumerate(text):
        if place < at:
            continue
        for phrase, letters in by_phrase.get(character, ()):
            if text.startswith(phrase, place):
                found, at = found + letters, place + len(phrase)
                break
        else:
            found += _initial(character)
    return found


@functools.cache
def _initial(character: str) -> str:
    """The letter of a character read alone, or the character where it has none."""
    reading = pinyin_dict.get(ord(character))
    return _letter(reading) if reading else character


def _letter(reading: str) -> str:
    return unicodedata.normalize("NFD", reading)[0].upper()


@functools.cache
def _odd_phrases() -> dict[str, list[tuple[str, str]]]:
    """First character → phrases that are not read as their characters alone are, with their letters, longest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for phrase, readings in phrases_dict.items():
        letters = "".join(_letter(each[0]) for each in readings)
        if len(letters) == len(phrase) and letters != "".join(map(_initial, phrase)):
            found.setdefault(phrase[0], []).append((phrase, letters))
    for phrases in found.values():
        phrases.sort(key=lambda each: -len(each[0]))
    return found


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
