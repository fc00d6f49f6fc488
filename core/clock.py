"""The only reader of wall time: instants in UTC, legal dates in Asia/Shanghai.

Rules never look here; they take ``today`` as an argument, so that every past and future day can be asked about.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

__all__ = ["BEIJING", "UTC", "at", "beijing", "machine", "midnight", "now", "read", "today"]

BEIJING = ZoneInfo("Asia/Shanghai")

_fixed: datetime | None = None


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _fixed or datetime.now(UTC)


def machine() -> datetime:
    """What the machine's own clock says, even while ours stands still: for comparing clocks and ages of files."""
    return datetime.now(UTC)


def today() -> date:
    """The legal date: the day it is in Beijing, whatever zone the server keeps."""
    return now().astimezone(BEIJING).date()


def beijing(instant: datetime) -> datetime:
    """An instant as it reads on a clock in Beijing."""
    return instant.astimezone(BEIJING)


def read(text: str) -> datetime:
    """An instant as ``isoformat`` wrote it."""
    return datetime.fromisoformat(text)


def midnight(day: date) -> datetime:
    """The instant at which a legal date begins."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)


@contextmanager
def at(instant: datetime | date) -> Iterator[None]:
    """Let the clock stand still at an instant, or at nine in the morning (Beijing) of a day: for tests and demo data."""
    global _fixed  # noqa: PLW0603 - one clock for the whole process, moved only here
    before = _fixed
    if isinstance(instant, datetime):
        _fixed = instant.astimezone(UTC)
    else:
        _fixed = datetime(instant.year, instant.month, instant.day, 9, tzinfo=BEIJING).astimezone(UTC)
    try:
        yield
    finally:
        _fixed = before
