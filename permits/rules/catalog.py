"""Which category of permit management a site falls under, by the catalogue of 2019 (固定污染源排污许可分类管理名录).

A candidate with its reasons and the questions left, never a verdict: an officer confirms. The rows are data beside the
room, read from the catalogue as far as it is recorded here (条目见 ``law``); what is not recorded is said, not guessed.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from core.words import Titled
from registry.models import Category

DATA = Path(__file__).parents[1] / "data"
OTHERS = 108
"""The entry of every industry outside entries 1 to 107, with the general processes 109 to 112 (第五条、第六条、第七条)."""

OUTSIDE = "outside_catalog"
STRICTEST = (Category.KEY, Category.SIMPLIFIED, Category.REGISTRATION, Category.NONE)

Answers = Mapping[str, str | Decimal]
"""What is known of a site by question: ``yes`` or ``no``, the code of a choice, or a figure in the question's unit."""


class AnswerKind(Titled):
    """How a question is answered."""

    YES_NO = "yes_no", "是或否"
    CHOICE = "choice", "选择"
    NUMBER = "number", "数字"


@dataclass(frozen=True)
class Question:
    """Something the catalogue makes its answer depend on; ``choices`` are pairs of code and words."""

    key: str
    label: str
    kind: AnswerKind
    unit: str
    choices: tuple[tuple[str, str], ...]


_CONDITION = re.compile(r"^(?P<facts>[a-z0-9_]+(?:\+[a-z0-9_]+)*)(?P<sign>>=|>|=)(?P<value>[a-z0-9_.]+)$")


@dataclass(frozen=True)
class Condition:
    """``facts`` (added up when several) against a value."""

    facts: tuple[str, ...]
    sign: str
    value: str

    def holds(self, answers: Answers) -> bool | None:
        """Whether it is so; None while it cannot be said. Quantities are never negative, so a part may settle a sum."""
        if self.sign == "=":
            known = answers.get(self.facts[0])
            return None if known is None else known == self.value
        bound = Decimal(self.value)
        total = sum((Decimal(answers[each]) for each in self.facts if each in answers), Decimal(0))
        if total > bound or (self.sign == ">=" and total == bound):
            return True
        return False if all(each in answers for each in self.facts) else None

    def unanswered(self, answers: Answers) -> list[str]:
        """The questions it waits for."""
        return [each for each in self.facts if each not in answers]


@dataclass(frozen=True)
class Branch:
    """A row of the catalogue: for these industries and under these conditions, this category."""

    entry: int
    category: Category
    industries: tuple[str, ...]
    conditions: tuple[Condition, ...]
    words: str

    @property
    def general(self) -> bool:
        """Whether it is of the entries for all other industries and for general processes (108 to 112)."""
        return self.entry >= OTHERS

    def covers(self, industry: str) -> bool:
        """Whether the row speaks of an industry of GB/T 4754 (four digits, or the three of its group)."""
        return self.general or any(industry.startswith(each) for each in self.industries)

    def holds(self, answers: Answers) -> bool | None:
        """Whether all its conditions hold; None while one is open and none fails."""
        found = [each.holds(answers) for each in self.conditions]
        if False in found:
            return False
        return None if None in found else True


@dataclass(frozen=True)
class Finding:
    """What one industry comes to: the rows that may still apply, in their order.

    ``decided`` when the last of them applies for certain; no row at all when the record kept here does not say.
    """

    industry: str
    rows: tuple[Branch, ...]
    decided: bool
    recorded: bool = True

    @property
    def possible(self) -> tuple[Category, ...]:
        """The categories it may come to, strictest first."""
        return tuple(each for each in STRICTEST if any(row.category is each for row in self.rows))

    @property
    def settled(self) -> bool:
        """Whether only one category is left."""
        return self.decided and len(self.possible) == 1


@dataclass(frozen=True)
class Advice:
    """The candidate for a site, why, and what must still be asked.

    There is no candidate while an open question could change it, or while an industry is not in the record.
    """

    candidate: Category | None
    possible: tuple[Category, ...]
    findings: tuple[Finding, ...]
    asked: tuple[Question, ...]
    left: tuple[str, ...]


@cache
def questions() -> Mapping[str, Question]:
    """Every question by its key."""
    found = {}
    for row in _rows("category_questions.csv"):
        pairs = tuple((code, label) for code, _, label in (each.partition(":") for each in row["choices"].split("|")))
        kind = AnswerKind.of(row["kind"])
        assert kind is not None  # noqa: S101 - the file is ours; a test reads all of it
        found[row["key"]] = Question(row["key"], row["label"], kind, row["unit"], pairs if row["choices"] else ())
    return found


@cache
def branches() -> tuple[Branch, ...]:
    """The rows of the catalogue in the order in which they are tried."""
    return tuple(
        Branch(
            int(row["entry"]),
            Category(row["category"]),
            tuple(row["industries"].split("|")),
            tuple(condition(each) for each in row["when"].split("&") if each),
            row["words"],
        )
        for row in _rows("category_branches.csv")
    )


def condition(text: str) -> Condition:
    """Read ``so2>250``, ``ammonia+oil+phenol>30`` or ``boiler=yes``; raises ``ValueError`` for anything else."""
    found = _CONDITION.match(text)
    if not found:
        raise ValueError(f"not a condition: {text!r}")
    return Condition(tuple(found["facts"].split("+")), found["sign"], found["value"])


def recorded(industry: str) -> bool:
    """Whether an entry of the catalogue kept here names the industry."""
    return any(not each.general and each.covers(industry) for each in branches())


def advise(industries: Sequence[str], answers: Answers) -> Advice:
    """The category of a site with these industries (GB/T 4754): one permit, so the strictest counts (第五条)."""
    found, asked, left = [], [], []
    for industry in industries:
        finding, about, open_ = _judged(industry, answers)
        found.append(finding)
        asked += about
        left += open_
    possible = _strictest(found)
    candidate: Category | None
    if any(each.settled and each.possible == (Category.KEY,) for each in found):
        possible, candidate = (Category.KEY,), Category.KEY
    else:
        candidate = possible[0] if len(possible) == 1 and all(each.decided for each in found) else None
    return Advice(
        candidate,
        possible,
        tuple(found),
        tuple(questions()[key] for key in dict.fromkeys(asked)),
        () if candidate else tuple(dict.fromkeys(left)),
    )


def _strictest(found: Sequence[Finding]) -> tuple[Category, ...]:
    """What the strictest of several may be: in one of them, and not laxer than the laxest of any other."""
    known = [each.possible for each in found if each.possible]
    laxest = min((STRICTEST.index(each[-1]) for each in known), default=-1)
    return tuple(each for each in STRICTEST[: laxest + 1] if any(each in possible for possible in known))


def _judged(industry: str, answers: Answers) -> tuple[Finding, list[str], list[str]]:
    """One industry: the finding, the questions it depends on, and those still open."""
    if recorded(industry):
        return _tried(industry, [each for each in branches() if not each.general and each.covers(industry)], answers)
    outside = answers.get(OUTSIDE)
    if outside != "yes":
        unknown = Finding(industry, (), decided=False, recorded=False)
        return unknown, [OUTSIDE], [] if outside == "no" else [OUTSIDE]
    finding, asked, left = _tried(industry, [each for each in branches() if each.general], answers)
    return finding, [OUTSIDE, *asked], left


def _tried(industry: str, rows: Sequence[Branch], answers: Answers) -> tuple[Finding, list[str], list[str]]:
    """The rows in their order: the first that holds decides, unless an open question puts an earlier one before it."""
    may: list[Branch] = []
    left: list[str] = []
    decided = False
    for row in rows:
        holds = row.holds(answers)
        if holds is False:
            continue
        may.append(row)
        if holds:
            decided = True
            break
        left += [key for each in row.conditions if each.holds(answers) is None for key in each.unanswered(answers)]
    finding = Finding(industry, tuple(may), decided)
    asked = [key for row in rows for each in row.conditions for key in each.facts]
    return finding, asked, [] if finding.settled else left


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
