"""What the public may read of a party, as SQL: firms in full, natural persons by the family name alone."""

from sqlalchemy import ColumnElement, and_, case, func, or_

from registry.models import Enterprise, IdKind
from registry.rules.documents import FIRM_WORDS, LONGEST_PERSON


def is_person() -> ColumnElement[bool]:
    """Whether an enterprise is a natural person under a number of their own: what the public never reads in full."""
    firm = or_(*(Enterprise.name.contains(word) for word in FIRM_WORDS))
    short = or_(func.length(Enterprise.name) <= LONGEST_PERSON, Enterprise.name.contains("·"))
    return and_(Enterprise.id_kind != IdKind.USCC, ~firm, short)


def public_name_of() -> ColumnElement[str]:
    """The name of an enterprise as the public may read it; the same rule as ``rules.documents.public_name``."""
    return case((is_person(), func.substr(Enterprise.name, 1, 1) + "**"), else_=Enterprise.name)


def public_code_of() -> ColumnElement[str | None]:
    """The unified social credit code; nothing for whoever has another number, which may be a person's."""
    return case((Enterprise.id_kind == IdKind.USCC, Enterprise.credit_code), else_=None)
