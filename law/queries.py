"""Reads of the law. The law is nobody's secret: nothing here is scoped, only dated."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

from sqlalchemy import ColumnElement, and_, case, event, func, or_, select
from sqlalchemy.orm import Session

from core.db import Base, db
from core.pages import not_found
from law import citations, deadlines
from law.articles import citation_text
from law.calendar import Calendar, DayKind, MarkedDay, calendar_of
from law.causes import CODE_FROM, Conflict, FineWhen, LawRank, Rule, Transition, law_of
from law.limitation import Harm
from law.models import (
    CHECKABLE,
    AnnouncedYear,
    Article,
    CalendarDay,
    CatalogEntry,
    DeadlineOverride,
    DeadlineRule,
    Law,
    Pollutant,
    RuleConflict,
    TransitionPair,
    ViolationRule,
)
from law.references import references
from law.terms import Override, Term, term_of

CALENDAR = "law.calendar"
PERIODS = "law.periods"
Row = TypeVar("Row", bound=Base)


def calendar() -> Calendar:
    """The working-day calendar as it stands now; read once for each transaction."""
    kept: dict[Any, Any] = _session().info
    if CALENDAR not in kept:
        rows = _session().execute(select(CalendarDay.day, CalendarDay.kind, CalendarDay.name))
        years = _session().scalars(select(AnnouncedYear.year))
        kept[CALENDAR] = calendar_of((MarkedDay(*row) for row in rows), years)
    found: Calendar = kept[CALENDAR]
    return found


@event.listens_for(Session, "after_flush")
def _forget_when_changed(session: Session, _context: Any) -> None:
    if any(isinstance(row, CalendarDay | AnnouncedYear) for row in (*session.new, *session.dirty, *session.deleted)):
        session.info.pop(CALENDAR, None)
    if any(
        isinstance(row, DeadlineRule | DeadlineOverride) for row in (*session.new, *session.dirty, *session.deleted)
    ):
        session.info.pop(PERIODS, None)


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(CALENDAR, None)
    session.info.pop(PERIODS, None)


def _session() -> Session:
    return db.session


# --- periods -----------------------------------------------------------------------------------------------------


def deadline_rules() -> Sequence[DeadlineRule]:
    """Every statutory period, by its key."""
    return _session().scalars(select(DeadlineRule).order_by(DeadlineRule.key)).all()


def deadline_rule(key: str) -> DeadlineRule:
    """A statutory period; 404 when there is none of this key."""
    return _one(DeadlineRule, DeadlineRule.key == key)


def term(key: str) -> Term:
    """A statutory period ready for reckoning; raises ``KeyError`` for a key the table does not have."""
    row = _session().scalars(select(DeadlineRule).where(DeadlineRule.key == key)).one_or_none()
    if row is None:
        raise KeyError(key)
    return read_term(row)


def read_term(row: DeadlineRule) -> Term:
    """A row of the table of periods, read."""
    told = {name: getattr(row, name) for name in ("key", "value", "unit", "meaning", "source", "confidence")}
    reading = {
        "title_zh": row.title,
        "event_zh": row.event,
        "counted_in": row.counted_in.code if row.counted_in else "",
        "first_day_counts": "1" if row.first_day_counts else "",
        "last_day_moves": "1" if row.last_day_moves else "",
        "note_zh": row.note,
        "words_zh": row.words,
    }
    return term_of(told, reading)


def deadline(
    key: str,
    start: date | datetime,
    *,
    event: str = "",
    suspensions: Sequence[deadlines.Suspension] = (),
    extended: int = 0,
) -> deadlines.Deadline:
    """The last day of a statutory period that began with an event on a day, by the present calendar.

    Raises ``KeyError`` for an unknown key, ``NotATerm`` for a figure.
    """
    found, overrides = period(key)
    return deadlines.deadline(
        found, start, calendar(), event=event, suspensions=suspensions, extended=extended, overrides=overrides
    )


def period(key: str) -> tuple[Term, list[Override]]:
    """A period and the days it was moved on; read once for each transaction, so that a list may ask for every row."""
    kept = _session().info.setdefault(PERIODS, {})
    if key not in kept:
        standing = DeadlineOverride.withdrawn_on.is_(None)
        moved = _session().scalars(select(DeadlineOverride).where(DeadlineOverride.key == key, standing))
        kept[key] = term(key), [Override(row.usual_on, row.moved_to, row.basis) for row in moved]
    found: tuple[Term, list[Override]] = kept[key]
    return found


def moved_days(key: str = "") -> Sequence[DeadlineOverride]:
    """The last days that an authority moved, of one period or of all, the newest first; withdrawn ones too."""
    chosen = select(DeadlineOverride).order_by(DeadlineOverride.usual_on.desc(), DeadlineOverride.id.desc())
    return _session().scalars(chosen.where(DeadlineOverride.key == key) if key else chosen).unique().all()


def moved_day(moved_id: int) -> DeadlineOverride:
    """A last day that was moved; 404 when there is none."""
    return _one(DeadlineOverride, DeadlineOverride.id == moved_id)


# --- laws and articles -------------------------------------------------------------------------------------------


def law(key: str) -> Law:
    """A law in one of its versions; 404 when there is none of this key."""
    return _one(Law, Law.key == key)


def later_versions(found: Law) -> Sequence[Law]:
    """The versions that replace this one."""
    return _session().scalars(select(Law).where(Law.replaces_id == found.id).order_by(Law.valid_from)).all()


def articles(law_key: str) -> Sequence[Article]:
    """The articles of a law that the rules name, in their order."""
    chosen = select(Article).where(Article.law_key == law_key).order_by(Article.number, Article.ref)
    return _session().scalars(chosen).all()


def rules_of_law(law_key: str) -> Sequence[ViolationRule]:
    """The rules whose fine stands in a law."""
    chosen = select(ViolationRule).where(ViolationRule.penalty_law == law_key)
    return _session().scalars(chosen.order_by(ViolationRule.violation_key, ViolationRule.rule_id)).all()


def citation_texts(cell: str) -> list[str]:
    """The articles of a cell (``EEC2026 83;EEC2026 107``) as a document cites them."""
    named = references(cell)
    chosen = select(Law.key, Law.title).where(Law.key.in_({each.law_key for each in named}))
    titles = dict(_session().execute(chosen).all())
    return [citation_text(titles.get(each.law_key, each.law_key), each.ref) for each in named]


# --- causes of violation -----------------------------------------------------------------------------------------


def violation(key: str) -> Sequence[ViolationRule]:
    """All rules of a cause, oldest first; 404 when there is none of this key."""
    chosen = select(ViolationRule).where(ViolationRule.violation_key == key)
    found = _session().scalars(chosen.order_by(ViolationRule.valid_from, ViolationRule.rule_id)).all()
    return found or _absent()


def violation_rule(rule_id: str) -> ViolationRule:
    """A rule by its number; 404 when there is none."""
    return _one(ViolationRule, ViolationRule.rule_id == rule_id)


def violation_name(key: str, on: date) -> str:
    """A cause's name in the words of a day (环境影响报告书 became 生态环境影响报告书); the key when it is unknown."""
    chosen = (
        select(ViolationRule.name)
        .where(ViolationRule.violation_key == key)
        .order_by(_newest_first(on), ViolationRule.rule_id)
        .limit(1)
    )
    return _session().scalars(chosen).one_or_none() or key


def duty_text(key: str, on: date) -> str:
    """The article that demands, in the words of a document, what a cause is the breach of, as it stood on a day.

    Before the Code that of the former law; empty for an unknown cause.
    """
    chosen = select(ViolationRule.breach_article).where(ViolationRule.violation_key == key)
    found = _session().scalars(chosen.order_by(_newest_first(on), ViolationRule.rule_id).limit(1)).one_or_none()
    return "、".join(citation_texts(found)) if found else ""


def violation_choices(on: date) -> list[tuple[str, str]]:
    """Every cause with its name in the words of a day, by medium, for a select field."""
    order = (ViolationRule.violation_key, _newest_first(on), ViolationRule.rule_id)
    rows = _session().execute(
        select(ViolationRule.violation_key, ViolationRule.name, ViolationRule.medium).order_by(*order)
    )
    names: dict[str, tuple[str, str]] = {}
    for key, name, medium in rows:
        names.setdefault(key, (medium.label, name))
    by_medium = sorted(names.items(), key=lambda item: (item[1][0], item[1][1]))
    return [(key, f"{medium}：{name}") for key, (medium, name) in by_medium]


def _newest_first(on: date) -> ColumnElement[Any]:
    """Order rules so that the one of this day comes first, the Code's before those beside it."""
    begun = and_(ViolationRule.valid_from <= on, or_(ViolationRule.valid_to.is_(None), ViolationRule.valid_to >= on))
    return case((and_(begun, ViolationRule.valid_from >= CODE_FROM), 0), (begun, 1), else_=2)


def branches(key: str) -> list[str]:
    """The branches of a cause that an officer can pick from."""
    chosen = select(ViolationRule.branch).where(ViolationRule.violation_key == key, ViolationRule.branch != "")
    return sorted(set(_session().scalars(chosen)))


def rule_title(rule_id: str) -> str:
    """A rule as a line of a list: short law and article, branch, fine; the number itself when it is unknown."""
    row = _session().scalars(select(ViolationRule).where(ViolationRule.rule_id == rule_id)).one_or_none()
    if row is None:
        return rule_id
    return title_of(row, short_titles())


def short_titles() -> dict[str, str]:
    """The short titles of all laws."""
    return dict(_session().execute(select(Law.key, Law.short_title)).all())


def title_of(row: ViolationRule, titles: dict[str, str]) -> str:
    """A rule as a line of a list."""
    own = law_of(row.rule_id)
    place = f"{titles.get(row.penalty_law or own, row.penalty_law or own)} {row.penalty_article}".strip()
    branch = f"（{row.branch}）" if row.branch else ""
    return f"{place}{branch} {row.fine_words or FineWhen.NONE.label}"


def transitions(key: str) -> Sequence[TransitionPair]:
    """The old/new pairs of a cause."""
    return _session().scalars(select(TransitionPair).where(TransitionPair.violation_key == key)).all()


def conflicts(key: str) -> Sequence[RuleConflict]:
    """The conflicts, overlaps and gaps recorded for a cause."""
    chosen = select(RuleConflict).where(RuleConflict.violation_key == key).order_by(RuleConflict.id)
    return _session().scalars(chosen).all()


def conflict(conflict_id: int) -> RuleConflict:
    """A conflict; 404 when there is none."""
    return _one(RuleConflict, RuleConflict.id == conflict_id)


def rules_named_by_conflicts(key: str) -> dict[str, ViolationRule]:
    """The rules that a cause's conflicts name, also those of other causes."""
    named = {side for row in conflicts(key) for side in (row.rule_a, row.rule_b)}
    rows = _session().scalars(select(ViolationRule).where(ViolationRule.rule_id.in_(named)))
    return {row.rule_id: row for row in rows}


def open_conflicts() -> int:
    """How many conflicts nobody has chosen a side of."""
    return _session().scalar(select(func.count()).select_from(RuleConflict).where(RuleConflict.chosen_rule == "")) or 0


def cite(
    key: str,
    branch: str = "",
    *,
    act_from: date,
    act_to: date,
    decided: date,
    harm: Harm = Harm.NONE,
    found_on: date | None = None,
    recorded: Collection[FineWhen] = (),
) -> citations.Citation:
    """Which rule a decision may cite, by the rows as they stand; raises ``citations.Unanswerable``."""
    opposed = conflicts(key)
    named = {side for row in opposed for side in (row.rule_a, row.rule_b)}
    wanted = or_(ViolationRule.violation_key == key, ViolationRule.rule_id.in_(named))
    ranks = dict(_session().execute(select(Law.key, Law.rank)).all())
    rows = _session().scalars(select(ViolationRule).where(wanted).order_by(ViolationRule.rule_id))
    return citations.cite(
        key,
        branch,
        act_from=act_from,
        act_to=act_to,
        decided=decided,
        rules=[read_rule(row, ranks) for row in rows],
        transitions=[Transition(row.violation_key, row.old_rule, row.new_rule, row.hint) for row in transitions(key)],
        conflicts=[read_conflict(row) for row in opposed],
        harm=harm,
        found_on=found_on,
        recorded=recorded,
    )


def read_rule(row: ViolationRule, ranks: dict[str, LawRank]) -> Rule:
    """A rule's row as the picking rule reads it."""
    return Rule(
        rule_id=row.rule_id,
        violation_key=row.violation_key,
        name=row.name,
        branch=row.branch,
        applies_from=row.valid_from or date.min,
        applies_to=row.valid_to,
        penalty_law=row.penalty_law,
        penalty_article=row.penalty_article,
        rank=ranks.get(law_of(row.rule_id), LawRank.LOCAL),
        fine_min=row.fine_min,
        fine_max=row.fine_max,
        fine_unit=row.fine_unit,
        fine_base=row.fine_base,
        fine_when=row.fine_when,
        aggravated_when=row.aggravated_when,
        aggravated_min=row.aggravated_min,
        aggravated_max=row.aggravated_max,
        competent=row.competent,
    )


def read_conflict(row: RuleConflict) -> Conflict:
    """A conflict's row as the picking rule reads it, with the name of who chose."""
    why = f"{row.chosen_by.name}：{row.chosen_reason}" if row.chosen_by else ""
    return Conflict(
        violation_key=row.violation_key,
        rule_a=row.rule_a,
        rule_b=row.rule_b,
        kind=row.kind,
        difference=row.difference,
        question=row.question,
        chosen=row.chosen_rule,
        chosen_why=why,
    )


# --- the calendar's rows -----------------------------------------------------------------------------------------


def calendar_years() -> list[int]:
    """The years that the calendar's rows speak of, with the year after the last announced one."""
    announced = _session().scalars(select(AnnouncedYear.year)).all()
    return sorted({*announced, max(announced, default=CODE_FROM.year) + 1})


def announced_year(year: int) -> AnnouncedYear | None:
    """When and by whom a year's arrangement was entered, or None."""
    return _session().get(AnnouncedYear, year)


def days_of_year(year: int) -> Sequence[CalendarDay]:
    """The marked days of a year that count: once a year is announced, what was expected of it does not."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    chosen = select(CalendarDay).where(CalendarDay.day.between(first, last)).order_by(CalendarDay.day)
    if announced_year(year):
        chosen = chosen.where(CalendarDay.kind != DayKind.EXPECTED)
    return _session().scalars(chosen).all()


def regional_day(day_id: int) -> CalendarDay:
    """A regional holiday; 404 for any other day."""
    return _one(CalendarDay, CalendarDay.id == day_id, CalendarDay.kind == DayKind.REGIONAL)


# --- what else is dated ------------------------------------------------------------------------------------------


def pollutants() -> Sequence[Pollutant]:
    """Every pollutant, air first."""
    return _session().scalars(select(Pollutant).order_by(Pollutant.medium, Pollutant.id)).all()


def catalog() -> Sequence[CatalogEntry]:
    """The catalogue of permit categories."""
    return _session().scalars(select(CatalogEntry).order_by(CatalogEntry.number)).all()


def checkable(kind: str, row_id: int) -> Base:
    """A row that a legal officer may tick; 404 when there is none."""
    if kind not in CHECKABLE:
        _absent()
    model = CHECKABLE[kind]
    found: Base = _one(model, model.id == row_id)
    return found


def unchecked(on: date) -> dict[str, int]:
    """Of each kind of row, how many nobody has ticked; rules only as far as they hold on this day."""
    holds = or_(ViolationRule.valid_to.is_(None), ViolationRule.valid_to >= on)
    counts: dict[str, int] = {}
    for kind, model in CHECKABLE.items():
        chosen = select(func.count()).select_from(model).where(model.checked_on.is_(None))
        if model is ViolationRule:
            chosen = chosen.where(holds, ViolationRule.valid_from <= on)
        if model is DeadlineOverride:
            chosen = chosen.where(DeadlineOverride.withdrawn_on.is_(None))
        counts[kind] = _session().scalar(chosen) or 0
    return counts


def _one(model: type[Row], *conditions: ColumnElement[bool]) -> Row:
    return _session().scalars(select(model).where(*conditions)).one_or_none() or _absent()


def _absent() -> NoReturn:
    not_found()
    raise AssertionError("unreachable")
