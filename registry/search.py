"""Finding a firm by what people type: two characters of a name, pinyin initials, the head of a code."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, false, func, or_, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import User
from core import search
from core.db import db, direct
from core.text import halfwidth
from registry.disclosure import is_person
from registry.models import Document, Enterprise, NameGram
from registry.queries import visible_documents, visible_enterprises

_CODE = re.compile(r"^[0-9A-Z]{2,22}$")
MOST_CANDIDATES = 5000
"""A fragment that names more firms than this is looked for along the list's own order: the first page is then soon full,
while gathering all candidates would take longer the more there are."""
RARE = 100
"""A pair of characters that so few names bear is rare enough; the others are not counted any more."""
MOST_JOINED = 4
"""Neighbouring pairs that are tried together."""
MOST_GRAMS = 12
"""Pairs of characters that are tried; a long name is rare by any of them."""


def named(text: str) -> ColumnElement[bool]:
    """The condition on ``Enterprise`` for a typed fragment: part of a name or of its initials, or the head of a code.

    Rare fragments are looked up, by the rarest pair of characters, and rechecked with LIKE; common ones are met on
    the way. Which it is, a few small statements tell, made once; the answer is the same.
    """
    code, key = halfwidth(text).upper().replace(" ", ""), search.normal(text)
    found = [(Enterprise.search_key.like(search.like(text), escape="\\"), _by_name(key))] if key else []
    if _CODE.match(code):
        given = {"code": code, "beyond": code + LAST}
        found += [(column.between(code, code + LAST), _Way(headed, given)) for column, headed in _CODES]
    found = [(plain, way) for plain, way in found if way is None or way.count]
    if not found:
        return false()
    met = or_(*(plain for plain, _way in found))
    rare = [way.candidates for _plain, way in found if way is not None and way.count <= MOST_CANDIDATES]
    return and_(Enterprise.id.in_(union_all(*rare)), met) if len(rare) == len(found) else met


class _Lookup:
    """Firms by one index, as a statement that is made once; and how many they are, counted no further than it matters."""

    def __init__(self, wanted: Select[Any]) -> None:
        self.wanted = wanted
        self.counted = select(func.count()).select_from(wanted.limit(bindparam("most", type_=Integer)).subquery())


class _Way:
    """One way to find a firm: what is looked up, and how many firms that gives."""

    def __init__(self, lookup: _Lookup, given: Mapping[str, str]) -> None:
        self.lookup, self.given = lookup, given
        self.count: int = direct(db.session).scalar(lookup.counted, {**given, "most": MOST_CANDIDATES + 1}) or 0

    @property
    def candidates(self) -> Select[Any]:
        """The firms."""
        return self.lookup.wanted.params(self.given)


LAST = "z" * 24
"""Follows every code that begins alike, in the plain order of bytes as in the order of any language."""

_OTHER, _SECOND = aliased(Enterprise), aliased(NameGram)
_HEADED = bindparam("code", type_=String), bindparam("beyond", type_=String)
_BEARING = NameGram.gram == bindparam("gram", type_=String)
_CODES = (
    (func.coalesce(Enterprise.credit_code, ""), _Lookup(select(_OTHER.id).where(_OTHER.credit_code.between(*_HEADED)))),
    (func.coalesce(Enterprise.permit_no, ""), _Lookup(select(_OTHER.id).where(_OTHER.permit_no.between(*_HEADED)))),
)
"""Each code as it is met on the way, which no index may be taken for, and as it is looked up."""

_WITH_PAIR = _Lookup(select(NameGram.enterprise_id).where(_BEARING))
_WITH_TWO = _Lookup(
    select(NameGram.enterprise_id)
    .join(_SECOND, _SECOND.enterprise_id == NameGram.enterprise_id)
    .where(_BEARING, _SECOND.gram == bindparam("next", type_=String))
)
"""Two pairs of characters together, asked only when each alone is common: initials at a million firms."""


def _by_name(key: str) -> _Way | None:
    """A rare pair of characters, or two pairs together when each alone is common; None for a single character.

    The last pairs first: names begin with their county and so alike.
    """
    pairs = [key[place : place + 2] for place in range(len(key) - 1)][::-1]
    best = _rarest((_Way(_WITH_PAIR, {"gram": pair}) for pair in dict.fromkeys(pairs[:MOST_GRAMS])), RARE)
    if best is None or best.count <= MOST_CANDIDATES or len(pairs) == 1:
        return best
    two = list(pairwise(pairs))[:MOST_JOINED]
    return _rarest((_Way(_WITH_TWO, {"gram": one, "next": other}) for other, one in two), MOST_CANDIDATES)


def _rarest(ways: Iterator[_Way], enough: int) -> _Way | None:
    """The first that is rare enough, else the rarest of all."""
    best = next(ways, None)
    while best is not None and best.count > enough and (another := next(ways, None)):
        best = min(best, another, key=attrgetter("count"))
    return best


def firms(text: str, *, seen_by: User, most: int) -> list[Enterprise]:
    """The first firms that a fragment names, by name, among those a person may see."""
    statement = visible_enterprises(seen_by).where(named(text)).order_by(Enterprise.name, Enterprise.id).limit(most)
    return list(db.session.scalars(statement).unique())


def public_firms(text: str, *, most: int) -> list[Enterprise]:
    """The first firms that a fragment of at least two characters names, for anybody; merged ones are left out."""
    if len(search.normal(text)) < 2:
        return []
    statement = select(Enterprise).where(named(text), Enterprise.merged_into_id.is_(None), ~is_person())
    return list(db.session.scalars(statement.order_by(Enterprise.name, Enterprise.id).limit(most)).unique())


def papers(text: str, *, seen_by: User, most: int) -> list[Document]:
    """The first documents whose number holds the fragment, the newest first, among those a person may see."""
    if len(text.strip()) < 2:
        return []
    statement = visible_documents(seen_by).where(Document.number.icontains(text.strip(), autoescape=True))
    return list(db.session.scalars(statement.order_by(Document.id.desc()).limit(most)).unique())
