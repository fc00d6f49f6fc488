"""What statements have in common that are made once and asked often: the page of an enterprise asks many."""

from typing import Any

from sqlalchemy import Row, bindparam

from registry.models import Enterprise, GradeSpan, ListMembership

FIRM_ID, DAY = bindparam("firm", type_=Enterprise.id.type), bindparam("day", type_=GradeSpan.valid_from.type)
YEAR = bindparam("year", type_=ListMembership.year.type)
"""Filled in when the statement is asked."""

Told = Row[*tuple[Any, ...]]
"""The values of a row that a page only tells: half the work of making an object."""
