"""Finding a firm by any two characters of its name, by pinyin initials or by the head of a code.

Trigram indexes of both engines silently find nothing for two Chinese characters, so names are cut into bigrams kept in
one portable table; candidates are rechecked with LIKE.
"""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

_PUNCTUATION = re.compile(r"[\W_]+", re.UNICODE)


def normal(text: str) -> str:
    """The comparable form of a name: NFKC, upper case, no punctuation or blanks."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).upper())


def initials(name: str) -> str:
    """Pinyin initials of a name, e.g. 昌吉 → CJ; letters and digits stay as they are."""
    return normal("".join(lazy_pinyin(normal(name), style=Style.FIRST_LETTER)))


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
