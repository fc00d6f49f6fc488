"""Values that recur are made once, and work without the search for cycles leaves it as it was."""

import gc
from typing import Any

import pytest

from core import memo

pytestmark = pytest.mark.anywhere


def test_what_is_made_of_a_value_is_made_when_it_is_first_met() -> None:
    asked: list[int] = []
    known = memo.Memo(lambda value: asked.append(value) or str(value))  # type: ignore[func-returns-value]
    assert [known[value] for value in (3, 5, 3, 3)] == ["3", "5", "3", "3"]
    assert (asked, known.missed) == ([3, 5], 2)


def test_no_more_is_kept_than_the_most_there_may_be() -> None:
    known = memo.Memo(str)
    for value in range(2 * memo.MOST + 1):
        assert known[value] == str(value)
        assert len(known) <= memo.MOST


@pytest.mark.parametrize("values", [[], [None, None, 1, None], [1, 2, 3], [2, 1, 2, 1, 2]])
def test_a_whole_column_keeps_its_order_whether_its_values_recur_or_not(values: list[Any]) -> None:
    assert memo.made_of(values, repr) == [*map(repr, values)]


def test_looking_for_cycles_goes_on_after_the_work_even_where_it_fails() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="broken"), memo.uncollected():
        assert not gc.isenabled()
        raise ValueError("broken")
    assert gc.isenabled()


def test_work_within_such_work_does_not_end_it() -> None:
    with memo.uncollected():
        with memo.uncollected():
            pass
        assert not gc.isenabled()
