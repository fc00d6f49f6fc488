"""Finding a firm by what people type: two characters of a name, pinyin initials, the head of a code."""

import re

from sqlalchemy import ColumnElement, false, or_, select

from accounts.models import User
from core import search
from core.db import db
from core.text import halfwidth
from registry.disclosure import is_person
from registry.models import Document, Enterprise, NameGram
from registry.queries import visible_documents, visible_enterprises

_CODE = re.compile(r"^[0-9A-Z]{2,22}$")
MOST_CANDIDATES = 5000
"""A fragment so common that it names more firms than this is looked for by LIKE alone."""


def named(text: str) -> ColumnElement[bool]:
    """The condition on ``Enterprise`` for a typed fragment: candidates by bigram, rechecked with LIKE; codes by head.

    One bigram of the fragment, the rarest place being unknown, narrows to candidates; LIKE makes the answer exact.
    """
    key = search.normal(text)
    code = halfwidth(text).upper().replace(" ", "")
    found: list[ColumnElement[bool]] = []
    if _CODE.match(code):
        found.append(Enterprise.credit_code.between(code, code + "￿"))
        found.append(Enterprise.permit_no.between(code, code + "￿"))
    if len(key) >= 2:
        grams = sorted({key[place : place + 2] for place in range(len(key) - 1)})
        candidates = select(NameGram.enterprise_id).where(NameGram.gram == grams[0])
        narrowed = [Enterprise.id.in_(candidates)]
        if len(grams) > 1:
            narrowed.append(Enterprise.id.in_(select(NameGram.enterprise_id).where(NameGram.gram == grams[-1])))
        condition: ColumnElement[bool] = Enterprise.search_key.like(search.like(text), escape="\\")
        for each in narrowed:
            condition = condition & each
        found.append(condition)
    elif key:
        found.append(Enterprise.search_key.like(search.like(text), escape="\\"))
    return or_(*found) if found else false()


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
