"""Values that recur: what is made of one of them (a date's text, an enum's code, the XML of a cell) is made once."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")

MOST = 4_000
"""Things kept at a time, so that memory stays flat."""


class Memo(dict[Any, Made], Generic[Made]):
    """Value → what is made of it, made when it is first met; ``missed`` counts how often that was."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        """Keep how it is made."""
        super().__init__()
        self.make, self.missed = make, 0

    def __missing__(self, value: Any) -> Made:
        """Make it."""
        self.missed += 1
        if len(self) >= MOST:
            self.clear()
        made = self[value] = self.make(value)
        return made


def made_of(values: Sequence[Any], make: Callable[[Any], Made]) -> list[Made]:
    """What is made of each value, of equal ones once where many are equal."""
    different = {*values}
    if 2 * len(different) > len(values):
        return [*map(make, values)]
    return [*map({value: make(value) for value in different}.__getitem__, values)]


@contextmanager
def uncollected() -> Iterator[None]:
    """A stretch of work that makes very many small things and no cycles: looking for cycles would take a fifth of it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
