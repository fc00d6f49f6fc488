"""The values of one column as an export reads them: what the driver gave, and what each of them stands for.

Most columns hold few different values, so whatever is made of one (a date, an enum, the XML of a cell) is made once.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from core.memo import Memo


class Values(Sequence[Any]):
    """One column of a batch. ``raw`` is as fetched; ``read`` says what a raw value stands for (None: it is the value)."""

    __slots__ = ("raw", "read")

    def __init__(self, raw: Sequence[Any], read: Callable[[Any], Any] | None = None) -> None:
        """Keep both."""
        self.raw, self.read = raw, read

    def __iter__(self) -> Iterator[Any]:
        """The values themselves."""
        return map(self.read, self.raw) if self.read else iter(self.raw)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.raw)

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        """One value, or some."""
        if isinstance(at, slice):
            return Values(self.raw[at], self.read)
        return self.read(self.raw[at]) if self.read else self.raw[at]


def reader(*steps: Callable[[Any], Any] | None, once: bool = True) -> Callable[[Any], Any] | None:
    """What a raw value stands for after these steps, taken for each value ``once``; None when there are none."""
    wanted = [step for step in steps if step is not None]
    if not wanted:
        return None

    def read(value: Any) -> Any:
        for step in wanted:
            if value is None:
                return None
            value = step(value)
        return value

    return Memo(read).__getitem__ if once else read
