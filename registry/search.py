"""Finding a firm by what people type: two characters of a name, pinyin initials, the head of a code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import User
from core import search
from core.db import db
from core.text import halfwidth
from registry.disclosure import is_person
from registry.models import Document, Enterprise, NameGram
from registry.queries import visible_documents, visible_enterprises

_CODE = re.compile(r"^[0-9A-Z]{2,22}$")
MOST_CANDIDATES = 5000
"""A fragment that names more firms than this is looked for along the list's own order: the first page is then soon full,
while gathering all candidates would take longer the more there are."""
MOST_JOINED = 4
"""Neighbouring pairs that are tried together."""
MOST_GRAMS = 12
"""Pairs of characters that are tried; a long name is rare by any of them."""


def named(text: str) -> ColumnElement[bool]:
    """The condition on ``Enterprise`` for a typed fragment: part of a name or of its initials, or the head of a code.

    Rare fragments are looked up, the rarest pair of characters first, and rechecked with LIKE; common ones are met on
    the way. Which it is, one small statement tells; the answer is the same.
    """
    ways = [*_by_code(halfwidth(text).upper().replace(" ", "")), *_by_name(text)]
    if not ways:
        return false()
    counts = iter(_few([probe for way in ways for probe in way.probes]))
    found = []
    for way in ways:
        count, candidates = min(((next(counts), each) for each in way.candidates), key=itemgetter(0), default=(0, None))
        if count > MOST_CANDIDATES and way.closer:
            count, candidates = min(zip(_few(way.closer_probes), way.closer, strict=True), key=itemgetter(0))
        if candidates is None or count > MOST_CANDIDATES:
            return or_(*(each.plain for each in ways))
        found.append(candidates)
    return Enterprise.id.in_(union_all(*found))


LAST = "z" * 24
"""Follows every code that begins alike, in the plain order of bytes as in the order of any language."""


@dataclass(frozen=True)
class _Way:
    """One way to find a firm: the plain condition; what to count beforehand, and the firms behind each of the counts."""

    plain: ColumnElement[bool]
    probes: Sequence[Select[Any]] = ()
    candidates: Sequence[Select[Any]] = ()
    closer_probes: Sequence[Select[Any]] = ()
    """The same for two pairs of characters together, asked only when each alone is common: initials at a million firms."""
    closer: Sequence[Select[Any]] = ()


def _by_code(code: str) -> Iterator[_Way]:
    if _CODE.match(code):
        other = aliased(Enterprise)
        for mine, theirs in (
            (Enterprise.credit_code, other.credit_code),
            (Enterprise.permit_no, other.permit_no),
        ):
            headed = [select(other.id).where(theirs.between(code, code + LAST))]
            yield _Way(mine.between(code, code + LAST), headed, headed)


def _by_name(text: str) -> Iterator[_Way]:
    key, pattern = search.normal(text), search.like(text)
    grams = sorted({key[place : place + 2] for place in range(len(key) - 1)})[:MOST_GRAMS]
    other = aliased(Enterprise)
    bearing = select(other.id).join(NameGram, NameGram.enterprise_id == other.id)
    bearing = bearing.where(other.search_key.like(pattern, escape="\\"))
    second = aliased(NameGram)
    two = [(key[place : place + 2], key[place + 1 : place + 3]) for place in range(min(len(key) - 2, MOST_JOINED))]
    together = select(NameGram.enterprise_id).join(second, second.enterprise_id == NameGram.enterprise_id)
    if key:
        yield _Way(
            Enterprise.search_key.like(pattern, escape="\\"),
            [select(NameGram.enterprise_id).where(NameGram.gram == gram) for gram in grams],
            [bearing.where(NameGram.gram == gram) for gram in grams],
            [together.where(NameGram.gram == one, second.gram == next_) for one, next_ in two],
            [
                bearing.join(second, second.enterprise_id == NameGram.enterprise_id).where(
                    NameGram.gram == one, second.gram == next_
                )
                for one, next_ in two
            ],
        )


def _few(probes: Sequence[Select[Any]]) -> list[int]:
    """How many rows each finds, counted no further than it matters."""
    if not probes:
        return []
    counted = [
        select(func.count()).select_from(probe.limit(MOST_CANDIDATES + 1).subquery()).scalar_subquery()
        for probe in probes
    ]
    return list(db.session.execute(select(*counted)).one())


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
