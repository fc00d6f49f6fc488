"""How a score comes about, what class a fact has, when a listing may be decided and when a firm may be repaired. Pure."""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.said import said
from core.workflow import Missing
from credit.models import EventClass, EventKind, Grade, ListType


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months on, or the last of that month (民法典第二百零三条 is for last days)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True)
class SchemeFacts:
    """A version of the scheme as the evaluation reads it."""

    title: str
    base: Decimal
    ceiling: Decimal
    floor: Decimal
    thresholds: Sequence[tuple[Grade, Decimal]]
    """Grades from the best down, each with the lowest score that still earns it."""


Rest = tuple[date, date | None]
"""Days on which a decision is stayed: from the first, to the day before the second or with no end yet."""


def rests(stays: Iterable[Rest], day: date) -> bool:
    """Whether one of these stays covers a day."""
    return any(first <= day and (until is None or day < until) for first, until in stays)


@dataclass(frozen=True)
class EventFacts:
    """A credit event as the evaluation reads it."""

    id: int
    kind: EventKind
    points: Decimal
    occurred_on: date
    expires_on: date | None
    ended_on: date | None
    rule: str
    reason: str
    document: str = ""
    url: str = ""
    stays: tuple[Rest, ...] = ()

    def counts(self, day: date) -> bool:
        """Whether it counts on a day: from the day of its document until it lapses or is ended, and not while stayed."""
        if day < self.occurred_on or rests(self.stays, day):
            return False
        if self.expires_on is not None and day >= self.expires_on:
            return False
        return self.ended_on is None or day < self.ended_on

    @property
    def last_day(self) -> date | None:
        """The day from which it no longer counts, if there is one."""
        return min(filter(None, (self.expires_on, self.ended_on)), default=None)


@dataclass(frozen=True)
class Item:
    """One line of the explanation."""

    on: date
    points: Decimal
    rule: str
    reason: str
    document: str
    url: str
    expires: date | None
    event_id: int


@dataclass(frozen=True)
class Score:
    """Score and grade of a day with the lines that make them: base + items = score, unless a bound was reached."""

    as_of: date
    base: Decimal
    items: tuple[Item, ...]
    score: Decimal
    capped: bool
    grade: Grade

    @property
    def sum_words(self) -> str:
        """The sum as a person can check it: 9 + 1 − 3 = 7."""
        parts = [number_words(self.base)]
        for item in self.items:
            parts += ["−" if item.points < 0 else "+", number_words(abs(item.points))]
        text = f"{' '.join(parts)} = {number_words(self.base + sum((item.points for item in self.items), Decimal(0)))}"
        return f"{text}，按上下限取 {number_words(self.score)}" if self.capped else text


def number_words(value: Decimal) -> str:
    """A figure without idle zeros, with a true minus sign."""
    return format(value.normalize(), "f").replace("-", "−") if value else "0"


def evaluate(scheme: SchemeFacts, events: Iterable[EventFacts], as_of: date, *, listed: bool = False) -> Score:
    """Score and grade on a day (FACTS D2: 12-point model). A firm on the list is black whatever its score."""
    counting = sorted((each for each in events if each.counts(as_of)), key=lambda each: (each.occurred_on, each.id))
    items = tuple(
        Item(
            on=each.occurred_on,
            points=each.points,
            rule=each.rule,
            reason=each.reason,
            document=each.document,
            url=each.url,
            expires=each.last_day,
            event_id=each.id,
        )
        for each in counting
    )
    plain = scheme.base + sum((item.points for item in items), Decimal(0))
    score = min(scheme.ceiling, max(scheme.floor, plain))
    return Score(as_of, scheme.base, items, score, score != plain, Grade.BLACK if listed else grade_of(scheme, score))


def grade_of(scheme: SchemeFacts, score: Decimal) -> Grade:
    """The grade that a score earns; below every threshold the worst of the scheme."""
    for grade, lowest in scheme.thresholds:
        if score >= lowest:
            return grade
    return scheme.thresholds[-1][0]


@dataclass(frozen=True)
class Span:
    """A stretch of days with one score and grade; ``valid_to`` is the first day after it, None while it goes on."""

    valid_from: date
    valid_to: date | None
    score: Decimal
    grade: Grade


@dataclass(frozen=True)
class ListedTerm:
    """Days on which a firm stands on the list."""

    first: date
    until: date | None
    event_id: int = 0
    """The event that led to the listing: repaired, it takes the listing with it."""
    stays: tuple[Rest, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the firm is listed on this day: never while the decision behind it is stayed."""
        return self.first <= day and (self.until is None or day < self.until) and not rests(self.stays, day)


def spans(scheme: SchemeFacts, events: Sequence[EventFacts], listed: Sequence[ListedTerm], first: date) -> list[Span]:
    """All spans from a first day on, the future ones too: when points lapse is known when they are set."""
    days = [first]
    changes = [day for each in events for day in (each.occurred_on, each.expires_on, each.ended_on) if day]
    changes += [day for term in listed for day in (term.first, term.until) if day]
    stays = [stay for event in events for stay in event.stays] + [stay for term in listed for stay in term.stays]
    changes += [day for stay in stays for day in stay if day]
    for day in sorted(set(changes)):
        if day > first:
            insort(days, day)
    found: list[Span] = []
    for day in days:
        on_list = any(term.covers(day) for term in listed)
        score = evaluate(scheme, events, day, listed=on_list)
        if found and (found[-1].score, found[-1].grade) == (score.score, score.grade):
            continue
        if found:
            last = found[-1]
            found[-1] = Span(last.valid_from, day, last.score, last.grade)
        found.append(Span(day, None, score.score, score.grade))
    return found


def simulate(
    scheme: SchemeFacts, events: Sequence[EventFacts], listed: Sequence[ListedTerm], day: date, without: frozenset[int]
) -> Score:
    """Score and grade on a day to come if some events had been repaired by then: a reckoning, no decision."""
    rest = [each for each in events if each.id not in without]
    on_list = any(term.covers(day) and term.event_id not in without for term in listed)
    return evaluate(scheme, rest, day, listed=on_list)


@dataclass(frozen=True)
class WhatIf:
    """What the score becomes when one event no longer counts."""

    event_id: int
    reason: str
    points: Decimal
    expires: date | None
    on: date
    score: Score


def what_if(
    scheme: SchemeFacts, events: Sequence[EventFacts], today: date, earliest: dict[int, date], *, listed: bool
) -> list[WhatIf]:
    """For each event against the firm: the score on the day it could be repaired at the earliest, if it were."""
    found = []
    for event in events:
        if event.points >= 0 or not event.counts(today) or event.id not in earliest:
            continue
        day = max(today, earliest[event.id])
        rest = [each for each in events if each.id != event.id]
        found.append(
            WhatIf(
                event.id, event.reason, event.points, event.last_day, day, evaluate(scheme, rest, day, listed=listed)
            )
        )
    return sorted(found, key=lambda each: (each.on, -each.score.score))


# --- publicity and repair: 信用修复管理办法 (发改委令第36号), FACTS D3 ------------------------------------------------

PUBLICITY: dict[EventClass, tuple[int, int]] = {
    EventClass.MINOR: (0, 3),
    EventClass.GENERAL: (3, 12),
    EventClass.SERIOUS: (12, 36),
}
"""Least and most months of publicity by class; they mirror deadlines.csv credit.*."""


def earliest_repair(event_class: EventClass, occurred_on: date) -> date:
    """The first day on which repair can be granted: the least term from the date of the determining document."""
    least, _ = PUBLICITY.get(event_class, (0, 0))
    return months_later(occurred_on, least)


def publicity_ends(event_class: EventClass, occurred_on: date) -> date | None:
    """The day from which an event is no longer published in any case; None for what is never published."""
    if event_class not in PUBLICITY:
        return None
    return months_later(occurred_on, PUBLICITY[event_class][1])


SHOWN = (EventClass.GENERAL, EventClass.SERIOUS)
"""What is published at all: 轻微 is not, in principle (发改委令第36号)."""


def shown_since(event_class: EventClass, day: date) -> date:
    """The earliest date of a document whose longest publicity has not run out on a day; ``publicity_ends`` inverted."""
    _, most = PUBLICITY[event_class]
    first = months_later(day, -most)
    while months_later(first, most) <= day:
        first += timedelta(days=1)
    return first


@dataclass(frozen=True)
class RepairFacts:
    """What a repair is judged by."""

    event_class: EventClass
    occurred_on: date
    corrected: bool
    paid: bool
    promise: str
    statement: str
    ended: bool
    proofs: int = 0


def missing_for_repair(facts: RepairFacts, today: date) -> list[Missing]:
    """What repair still lacks: term reached, corrected, duties done, public promise (办法: 四项条件)."""
    found = []
    if facts.ended:
        return [Missing(said("这条信用记录已经终止，不必修复。"))]
    earliest = earliest_repair(facts.event_class, facts.occurred_on)
    if today < earliest:
        least = PUBLICITY.get(facts.event_class, (0, 0))[0]
        found.append(
            Missing(
                said(
                    "最短公示期 %(least)s 个月未满，%(earliest)s 起可以修复。",
                    least=least,
                    earliest=earliest.isoformat(),
                )
            )
        )
    if not facts.corrected:
        found.append(Missing(said("违法行为还没有改正完成的记录。")))
    if not facts.paid:
        found.append(Missing(said("罚款还没有缴清的记录。")))
    if not facts.promise:
        found.append(Missing(said("公开作出信用承诺。"), "promise"))
    if not facts.statement:
        found.append(Missing(said("写明改正和履行情况。"), "statement"))
    return found


# --- the list: FACTS D4, D5 -------------------------------------------------------------------------------------

TRIGGERS: dict[EventKind, str] = {
    EventKind.EVASION: "逃避监管排放污染物或者监测数据弄虚作假",
    EventKind.PENALTY_REVOCATION: "被吊销许可证件",
}
"""What a firm may be listed for; the bureau's plan names 治污设施运行、监测造假. 示例，未核对."""

DEFENCE_KEY = "case.statement_defence"
"""Statement and defence against a listing: as against a penalty, five working days (未核对)."""


@dataclass(frozen=True)
class ListingFacts:
    """A listing before its decision."""

    list_type: ListType
    legal_basis: str
    decision_confirmed: bool
    decision_stayed: bool
    notified_on: date | None
    objection_until: date | None
    waived_on: date | None
    open_objections: int
    proposed_by_id: int
    term_months: int
    open_year: int | None = None
    """The year whose holidays are not announced yet, where the end of the days to be heard depends on them."""
    already_listed: bool = False
    facts: dict[str, str] = field(default_factory=dict)


def missing_to_notify(facts: ListingFacts) -> list[Missing]:
    """What a proposal lacks before the prior notice: a legal basis and a final decision (FACTS D5)."""
    found = []
    if not facts.legal_basis:
        found.append(Missing(said("写明列入的法律、法规或政策依据。"), "legal_basis"))
    if not facts.decision_confirmed:
        found.append(Missing(said("触发的处罚决定还没有生效，不能列入。")))
    if facts.decision_stayed:
        found.append(Missing(said("处罚决定已停止执行或者撤销，不能列入。")))
    if facts.already_listed:
        found.append(Missing(said("这家企业因同一事由已在名单上。")))
    if not 1 <= facts.term_months <= 36:
        found.append(Missing(said("期限应在 1 到 36 个月。"), "term_months"))
    return found


def missing_to_list(facts: ListingFacts, decided_by_id: int | None, today: date) -> list[Missing]:
    """What the decision to list lacks: notice served, time to be heard over, objections answered, another person."""
    found = missing_to_notify(facts)
    if facts.notified_on is None:
        found.append(Missing(said("事先告知书还没有送达。")))
    elif facts.waived_on is None and (facts.objection_until is None or today <= facts.objection_until):
        found.append(
            Missing(
                said(
                    "陈述申辩期到 %(objection_until)s 届满，届满次日起才能决定；书面放弃的除外。",
                    objection_until=facts.objection_until,
                )
            )
        )
    elif facts.waived_on is None and facts.open_year is not None:
        found.append(
            Missing(
                said(
                    "陈述申辩期到 %(objection_until)s 届满是暂定的：先在工作日历录入 %(open_year)d 年放假安排。",
                    objection_until=facts.objection_until,
                    open_year=facts.open_year,
                )
            )
        )
    if facts.open_objections:
        found.append(
            Missing(said("还有 %(open_objections)s 件陈述申辩没有答复。", open_objections=facts.open_objections))
        )
    if decided_by_id is not None and decided_by_id == facts.proposed_by_id:
        found.append(Missing(said("提出人不能自己决定，请另一人办理。")))
    return found


def is_current(listed_on: date | None, term_to: date | None, removed_on: date | None, day: date) -> bool:
    """Whether a firm stands on the list on a day: from the decision until its term runs out or it is removed."""
    if listed_on is None or day < listed_on:
        return False
    if term_to is not None and day >= term_to:
        return False
    return removed_on is None or day < removed_on
