"""The trail speaks of rows and columns in words."""

import pytest

from accounts import subjects
from app.rooms import load_models
from core.db import Base

pytestmark = pytest.mark.anywhere


def test_every_table_that_the_trail_may_name_has_a_name() -> None:
    load_models()
    audited = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__audited__}
    assert audited == set(subjects.NAMES)


def test_a_column_is_called_what_its_comment_says() -> None:
    load_models()
    assert subjects.column_name("enterprise", "legal_representative").startswith("法定代表人")
    assert subjects.column_name("enterprise", "gone") == ""
    assert subjects.column_name("gone", "name") == ""
