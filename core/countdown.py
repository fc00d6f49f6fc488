"""How a deadline reads today: how many days are left, in words, and the strip of days that shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from core.language import gettext as _

LONGEST_STRIP = 45
"""Days that a strip shows at most; beyond that the words and the sum say more."""


@dataclass(frozen=True)
class Countdown:
    """A deadline as seen on one day, for the part ``due``.

    ``left`` counts days, negative once it is late; working days count today as one still left, calendar days do not.
    ``strip`` holds one word a day: past, now, empty for still open, off (rest day), end (the last day), late.
    """

    due_on: date
    left: int
    working: bool = False
    arithmetic: str = ""
    provisional: bool = False
    strip: tuple[str, ...] = ()


def never_rests(_day: date) -> bool:
    """The calendar of a term in calendar days."""
    return False


def countdown(
    due_on: date,
    today: date,
    *,
    since: date | None = None,
    working: bool = False,
    is_rest: Callable[[date], bool] = never_rests,
    arithmetic: str = "",
    provisional: bool = False,
) -> Countdown:
    """See a deadline from today; ``since`` is the day whose morrow is the first day of the term."""
    if not working:
        left = (due_on - today).days
    elif today <= due_on:
        left = sum(not is_rest(day) for day in _span(today, due_on)) if today < due_on else 0
    else:
        left = -sum(not is_rest(day) for day in _span(due_on + timedelta(days=1), today))
        if not left:  # late, though by rest days alone
            left, working = (due_on - today).days, False
    strip = strip_of(due_on, today, since=since, is_rest=is_rest) if since else ()
    return Countdown(due_on, left, working, arithmetic, provisional, strip)


def left_words(seen: Countdown, today: date) -> str:
    """How much time is left, or how late it is, as a list says it; pages say the same by the part ``due``."""
    if seen.due_on < today:
        return (
            _("已逾期 %(days)d 个工作日", days=-seen.left) if seen.working else _("已逾期 %(days)d 天", days=-seen.left)
        )
    if seen.due_on == today:
        return _("今日到期")
    return _("剩 %(days)d 个工作日", days=seen.left) if seen.working else _("剩 %(days)d 天", days=seen.left)


def late_words(seen: Countdown) -> str:
    """How late it is, in few words for a badge; nothing while in time."""
    if seen.left >= 0:
        return ""
    return _("逾期 %(days)d 个工作日", days=-seen.left) if seen.working else _("逾期 %(days)d 天", days=-seen.left)


def strip_of(due_on: date, today: date, *, since: date, is_rest: Callable[[date], bool]) -> tuple[str, ...]:
    """One word for each day from the first of the term to its last, or to today when that is later."""
    first, last = since + timedelta(days=1), max(due_on, today)
    if not 0 < (last - first).days + 1 <= LONGEST_STRIP:
        return ()
    return tuple(_word(day, due_on, today, is_rest) for day in _span(first, last))


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _word(day: date, due_on: date, today: date, is_rest: Callable[[date], bool]) -> str:
    if day > due_on:
        return "off" if is_rest(day) else "late"
    if day == due_on and day >= today:
        return "end"
    if is_rest(day):
        return "off"
    if day == today:
        return "now"
    return "past" if day < today else ""
