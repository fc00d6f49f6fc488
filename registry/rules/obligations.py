"""How an obligation reads on a day."""

from datetime import date

from core.words import Titled
from registry.models import ObligationKind

KEPT = frozenset({ObligationKind.RETENTION})
"""What is kept until a day and then over: there is nothing to do by that day, so it is never open and never late."""

HANDED_IN = frozenset({ObligationKind.SOIL})
"""What is met by files that the enterprise hands in and a clerk confirms or gives back."""


class Standing(Titled):
    """Where an obligation stands on a day; computed, never stored."""

    UPCOMING = "upcoming", "未到办理时间", "calm"
    OPEN = "open", "待履行", "info"
    DUE_TODAY = "due_today", "今日到期", "warn"
    OVERDUE = "overdue", "已逾期", "danger"
    FULFILLED = "fulfilled", "已履行", "ok"
    FULFILLED_LATE = "fulfilled_late", "逾期履行", "warn"
    KEEPING = "keeping", "保存中", "info"
    OVER = "over", "保存期满", "calm"
    VOIDED = "voided", "已作废", "calm"


def standing(
    *,
    kind: ObligationKind,
    due_on: date,
    opens_on: date | None,
    fulfilled_on: date | None,
    voided_on: date | None,
    today: date,
) -> Standing:
    """Where it stands: the last day is still in time, the day after is late, or, for what is kept, over."""
    if voided_on is not None:
        return Standing.VOIDED
    begun = opens_on is None or opens_on <= today
    if fulfilled_on is not None:
        return Standing.FULFILLED if fulfilled_on <= due_on else Standing.FULFILLED_LATE
    kept = kind in KEPT
    if due_on < today:
        return Standing.OVER if kept else Standing.OVERDUE
    if kept:
        return Standing.KEEPING
    if due_on == today:
        return Standing.DUE_TODAY
    return Standing.OPEN if begun else Standing.UPCOMING


def in_working_days(arithmetic: str) -> bool:
    """Whether a term was counted in working days: its sum says so, and it is the only thing that does."""
    return "工作日" in arithmetic


def days_overdue(due_on: date, fulfilled_on: date | None, today: date) -> int:
    """Whole calendar days past the deadline, up to the day it was fulfilled; 0 while in time."""
    return max(0, ((fulfilled_on or today) - due_on).days)
