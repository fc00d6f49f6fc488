"""What people do with the law: tick it, date it, choose between rules, and keep the calendar. One function per act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action
from core.db import Base, db
from core.said import said
from core.workflow import Missing, NotAllowed
from law.calendar import LONGEST_HOLIDAY, NEW_YEAR_FROM, ONE_DAY, DayKind, MarkedDay, days_after
from law.models import AnnouncedYear, CalendarDay, DeadlineOverride, DeadlineRule, Law, RuleConflict
from law.terms import Unit, is_month_day

AFTER_CALENDAR_CHANGE: list[Callable[[User], None]] = []
"""What upper rooms do when the calendar, or the way of counting a period, has changed: bring the last days they store
up to date in the same transaction, each change told by an entry of the trail and a notification. Added at import."""


AFTER_DAY_MOVED: list[Callable[[DeadlineOverride, User], object]] = []
"""What upper rooms do when an authority moved a last day, or that entry was withdrawn: bring what is owed on the usual
or the moved day in line, in the same transaction. Added at import."""


@dataclass(frozen=True)
class Move:
    """A last day that an authority moved, as typed: of which period, from when to when, by which document."""

    key: str
    usual_on: date
    moved_to: date
    number: str
    document: str


@dataclass(frozen=True)
class Version:
    """A new version of a text, as typed."""

    key: str
    title: str
    short_title: str
    number: str
    passed_on: str
    valid_from: date
    source: str


@dataclass(frozen=True)
class Reading:
    """How the bureau counts a period, as typed."""

    counted_in: Unit | None
    first_day_counts: bool
    last_day_moves: bool
    note: str
    day: str = ""
    """For a day that the law does not name: the month and day (01-31); empty leaves it as it is."""


def check_row(row: Base, *, on: date, by: User) -> None:
    """Tick a row as compared with the official text: from now on it bears this name and day."""
    dated: Any = row
    if dated.checked_by_id is not None:
        raise NotAllowed(
            [
                said(
                    "已由%(checked_by)s于 %(checked_on)s 核对。",
                    checked_by=dated.checked_by.name,
                    checked_on=dated.checked_on.isoformat(),
                )
            ]
        )
    dated.checked_by_id, dated.checked_on = by.id, on
    record(row, Action.LAW_CHECK, f"核对：{name_of(row)}", by=by)


def uncheck_row(row: Base, reason: str, *, by: User) -> None:
    """Take a tick back: the row is 未核对 again, and why is kept in the trail."""
    dated: Any = row
    if dated.checked_by_id is None:
        raise NotAllowed([said("这一条本来就未核对。")])
    dated.checked_by_id, dated.checked_on = None, None
    record(row, Action.LAW_CHECK, f"撤回核对：{name_of(row)}（{reason}）", by=by)


def name_of(row: Any) -> str:
    """A row in the words of the trail."""
    for name in ("title", "rule_id", "key", "category", "violation_key"):
        if text := getattr(row, name, ""):
            return str(text)
    return f"{row.law_key} {row.ref}"


def choose_side(conflict: RuleConflict, rule_id: str, reason: str, *, on: date, by: User) -> None:
    """Decide for the bureau which of two rules is cited; the name, the day and the reason stay with the choice."""
    if rule_id not in (conflict.rule_a, conflict.rule_b):
        raise NotAllowed([Missing(said("请在两条规则中选一条。"), "rule_id")])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明选定的理由。"), "reason")])
    conflict.chosen_rule, conflict.chosen_reason = rule_id, reason.strip()
    conflict.chosen_by, conflict.chosen_on = by, on
    record(conflict, Action.LAW_CHECK, f"选定 {rule_id}（{conflict.kind.label}）", by=by)


def reopen_conflict(conflict: RuleConflict, reason: str, *, by: User) -> None:
    """Take a choice back: from now on both rules are shown again."""
    if not conflict.chosen_rule:
        raise NotAllowed([said("这一条还没有选定。")])
    former = conflict.chosen_rule
    conflict.chosen_rule, conflict.chosen_reason = "", ""
    conflict.chosen_by, conflict.chosen_on = None, None
    record(conflict, Action.LAW_CHECK, f"撤回选定 {former}（{reason}）", by=by)


def add_version(former: Law, facts: Version, *, by: User) -> Law:
    """Enter the version that follows: the former one ends on the eve of the new one's first day."""
    if db.session.scalars(select(Law.id).where(Law.key == facts.key)).first():
        raise NotAllowed([Missing(said("这个代号已有，请另取一个。"), "key")])
    if former.valid_from and facts.valid_from <= former.valid_from:
        raise NotAllowed([Missing(said("新版本的施行日须晚于现版本的施行日。"), "valid_from")])
    if former.valid_to and former.valid_to >= facts.valid_from:
        raise NotAllowed(
            [
                Missing(
                    said("现版本已于 %(valid_to)s 止，新版本不能更早。", valid_to=former.valid_to.isoformat()),
                    "valid_from",
                )
            ]
        )
    made = Law(
        key=facts.key,
        title=facts.title,
        short_title=facts.short_title,
        rank=former.rank,
        number=facts.number,
        passed_on=facts.passed_on,
        valid_from=facts.valid_from,
        source=facts.source,
        replaces=former,
    )
    former.valid_to = former.valid_to or facts.valid_from - timedelta(days=1)
    db.session.add(made)
    db.session.flush()
    record(made, Action.LAW_CHECK, f"录入新版本：{made.title}（{made.valid_from} 起）", by=by)
    return made


def settle_deadline(rule: DeadlineRule, reading: Reading, *, on: date, by: User) -> None:
    """Decide how a period is counted, and tick it: what stood open about it is settled by a named person.

    Last days that run still follow at once, as after a change of the calendar. The day of the year is set only where
    the law names none.
    """
    if reading.day and reading.day != rule.value:
        if not rule.is_parameter:
            raise NotAllowed([said("法律写明的日期不能改。")])
        if not is_month_day(reading.day):
            raise NotAllowed([Missing(said("请写成月-日，例如 01-31。"), "on_day")])
        rule.value = reading.day
    rule.counted_in, rule.note = reading.counted_in, reading.note
    rule.first_day_counts, rule.last_day_moves = reading.first_day_counts, reading.last_day_moves
    rule.checked_by_id, rule.checked_on = by.id, on
    told = f"（{rule.value}）" if rule.is_parameter else ""
    record(rule, Action.LAW_CHECK, f"核定期限算法：{rule.title}{told}", by=by)
    _tell(by)


def missing_to_move(facts: Move) -> list[Missing]:
    """Why a last day cannot be entered as moved: it is put off only, once for each period and day, on a document."""
    lacking = []
    if facts.moved_to <= facts.usual_on:
        lacking.append(Missing(said("改定日期须晚于原定日期：期限只能推后，不能提前。"), "moved_to"))
    if not facts.number.strip():
        lacking.append(Missing(said("请写明依据的文号。"), "number"))
    if not facts.document.strip():
        lacking.append(Missing(said("请写明依据的文件名称。"), "document"))
    standing = select(DeadlineOverride).where(
        DeadlineOverride.key == facts.key,
        DeadlineOverride.usual_on == facts.usual_on,
        DeadlineOverride.withdrawn_on.is_(None),
    )
    if (known := db.session.scalars(standing).first()) is not None:
        told = said("这一天已经改为 %(day)s，录错的请先撤回。", day=known.moved_to.isoformat())
        lacking.append(Missing(told, "usual_on"))
    return lacking


def move_last_day(facts: Move, *, on: date, by: User) -> DeadlineOverride:
    """Enter a last day that an authority put off; what is owed on it follows in the same transaction."""
    if lacking := missing_to_move(facts):
        raise NotAllowed(lacking)
    made = DeadlineOverride(
        key=facts.key,
        usual_on=facts.usual_on,
        moved_to=facts.moved_to,
        basis=f"{facts.document.strip()}（{facts.number.strip()}）",
        source=facts.number.strip(),
        entered_on=on,
        entered_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record(made, Action.LAW_CHECK, f"录入改定期限：{made.title}（{made.basis}）", by=by)
    for bring_in_line in AFTER_DAY_MOVED:
        bring_in_line(made, by)
    return made


def withdraw_moved_day(found: DeadlineOverride, reason: str, *, on: date, by: User) -> None:
    """Take back a moved day that was entered wrongly: the row stays with the reason, and moves nothing any more."""
    if found.withdrawn_on is not None:
        raise NotAllowed([said("这一条已于 %(day)s 撤回。", day=found.withdrawn_on.isoformat())])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明撤回的理由。"), "reason")])
    found.withdrawn_on, found.withdrawn_by_id, found.withdrawn_reason = on, by.id, reason.strip()
    record(found, Action.LAW_CHECK, f"撤回改定期限：{found.title}（{reason.strip()}）", by=by)
    for bring_in_line in AFTER_DAY_MOVED:
        bring_in_line(found, by)


def add_regional_days(first: date, last: date, name: str, source: str, *, by: User) -> list[CalendarDay]:
    """Enter a regional holiday (肉孜节、古尔邦节): offices rest on these days, working-day periods skip them."""
    if not 0 <= (last - first).days < LONGEST_HOLIDAY:
        raise NotAllowed([Missing(said("结束日期不能早于开始日期，也不能超过二十天。"), "last_on")])
    known = set(
        db.session.scalars(
            select(CalendarDay.day).where(CalendarDay.kind == DayKind.REGIONAL, CalendarDay.day.between(first, last))
        )
    )
    if known:
        raise NotAllowed([Missing(said("%(known)s 已经录入。", known=min(known).isoformat()), "first_on")])
    made = [
        CalendarDay(day=day, kind=DayKind.REGIONAL, name=name, source=source, entered_by=by)
        for day in days_after(first - ONE_DAY, last)
    ]
    db.session.add_all(made)
    db.session.flush()
    record(made[0], Action.CALENDAR_EDIT, f"录入地区性节假日：{name} {first} 至 {last}", by=by)
    _tell(by)
    return made


def remove_regional_day(day: CalendarDay, *, by: User) -> None:
    """Take a regional holiday out again; the trail keeps what it was."""
    if day.kind is not DayKind.REGIONAL:
        raise NotAllowed([said("只有地区性节假日可以删除。")])
    on, name = day.day, day.name
    db.session.delete(day)
    record(
        None, Action.CALENDAR_EDIT, f"删除地区性节假日：{name} {on}", by=by, facts={"day": on.isoformat(), "name": name}
    )
    _tell(by)


def announce_year(year: int, days: Sequence[MarkedDay], source: str, *, on: date, by: User) -> AnnouncedYear:
    """Enter the State Council's arrangement: deadlines through this year are no longer provisional.

    A year that a person entered may be entered again when it was wrong; the years the product ships are closed.
    """
    known = db.session.get(AnnouncedYear, year)
    if known and known.entered_by_id is None:
        raise NotAllowed([said("%(year)s 年的安排随产品提供，不能改。", year=year)])
    _withdraw(year, known)
    standing = {(on, kind) for on, kind in db.session.execute(select(CalendarDay.day, CalendarDay.kind))}
    db.session.add_all(
        CalendarDay(day=day.on, kind=day.kind, name=day.name, source=source, entered_by=by)
        for day in days
        if (day.on, day.kind) not in standing
    )
    made = known or AnnouncedYear(year=year)
    made.source, made.entered_on, made.entered_by = source, on, by
    db.session.add(made)
    db.session.flush()
    off = sum(day.kind is not DayKind.MAKEUP for day in days)
    record(made, Action.CALENDAR_EDIT, f"录入 {year} 年放假安排：放假 {off} 天，上班 {len(days) - off} 天", by=by)
    _tell(by)
    return made


def _withdraw(year: int, known: AnnouncedYear | None) -> None:
    """Take out what an earlier entry of a year's arrangement said, its days of the December before too.

    What is regional or was expected stays, and so do the days of this December that the next year's arrangement named.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    marked = CalendarDay.kind.not_in((DayKind.REGIONAL, DayKind.EXPECTED))
    following = db.session.get(AnnouncedYear, year + 1)
    conditions: list[ColumnElement[bool]] = [CalendarDay.day.between(first, last), marked]
    if following is not None and following.entered_by_id is not None:
        of_next = (CalendarDay.day >= date(year, 12, NEW_YEAR_FROM)) & (CalendarDay.source == following.source)
        conditions.append(~of_next)
    db.session.execute(delete(CalendarDay).where(*conditions))
    if known is not None:
        december = CalendarDay.day.between(date(year - 1, 12, NEW_YEAR_FROM), first - ONE_DAY)
        entered = (CalendarDay.source == known.source) & CalendarDay.entered_by_id.is_not(None)
        db.session.execute(delete(CalendarDay).where(december, entered, marked))


def _tell(by: User) -> None:
    for bring_up_to_date in AFTER_CALENDAR_CHANGE:
        bring_up_to_date(by)
