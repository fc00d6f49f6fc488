"""Causes of violation (案由) as dated rules, how old and new compare, and what stands against what. Pure."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeVar

from core.words import Titled
from law.calendar import DATA

CODE = "EEC2026"
CODE_FROM = date(2026, 8, 15)
"""The day the 生态环境法典 came into force (法典1242)."""
CODE_MARK = "C26"
OWN_AUTHORITY = "生态环境"


class FineWhen(Titled):
    """What must be on record before the fine is lawful at all."""

    DIRECT = "direct", "直接处罚"
    MAY = "may", "可以处罚"
    REFUSE = "refuse", "拒不改正"
    OVERDUE = "overdue", "逾期不改正"
    SERIOUS = "serious", "情节严重"
    NONE = "none", "无罚款"

    @property
    def waits(self) -> bool:
        """Whether there is no fine until this fact is recorded."""
        return self in (FineWhen.REFUSE, FineWhen.OVERDUE, FineWhen.SERIOUS)


class Hint(Titled):
    """How an old rule and the Code's compare, by fines and their conditions only."""

    SAME_FINE = "same_fine", "罚款相同", "calm"
    HEAVIER_NEW = "heavier_new", "新法较重", "info"
    LIGHTER_NEW = "lighter_new", "新法较轻", "ok"
    MIXED = "mixed", "轻重互见", "warn"
    NOT_COMPARABLE = "not_comparable", "计罚方式不同", "warn"
    REGULATION_CONTINUES = "regulation_continues", "法规继续适用", "calm"
    NEW_ONLY = "new_only", "新设罚则", "info"


class ConflictKind(Titled):
    """Why two rules stand against each other, or what is missing."""

    REGULATION_VS_CODE = "regulation_vs_code", "法规与法典并存", "warn"
    OVERLAP_IN_CODE = "overlap_in_code", "法典内部竞合", "warn"
    REFERENCE_TO_REPEALED = "reference_to_repealed", "转致已废止的法律", "warn"
    GAP = "gap", "未见对应条款", "info"
    LAW_VS_REGULATION_OLD = "law_vs_regulation_old", "旧法与法规并存", "warn"
    LIMITATION = "limitation", "追责期限", "warn"
    DAILY_PENALTY = "daily_penalty", "按日计罚", "warn"


class LawRank(Titled):
    """The rank of a text; a higher one goes before a lower."""

    LAW = "law", "法律"
    JUDICIAL = "judicial", "司法解释"
    REGULATION = "regulation", "行政法规"
    MINISTRY_ORDER = "ministry order", "部门规章"
    LOCAL = "local", "地方性法规、规章"


RANKS = tuple(LawRank)


@dataclass(frozen=True)
class Rule:
    """One dated rule: a cause of violation under one law, with its fine."""

    rule_id: str
    violation_key: str
    name: str
    branch: str
    applies_from: date
    applies_to: date | None
    penalty_law: str
    penalty_article: str
    rank: LawRank = LawRank.LAW
    fine_min: Decimal | None = None
    fine_max: Decimal | None = None
    fine_unit: str = "none"
    fine_base: str = ""
    fine_when: FineWhen = FineWhen.DIRECT
    aggravated_when: str = ""
    aggravated_min: Decimal | None = None
    aggravated_max: Decimal | None = None
    competent: str = OWN_AUTHORITY

    @property
    def law(self) -> str:
        """The law this row was made from, also where it has no penalty."""
        return law_of(self.rule_id)

    @property
    def is_code(self) -> bool:
        """Whether this is the Code's rule."""
        return self.law == CODE

    @property
    def continues(self) -> bool:
        """Whether this older rule still stands beside the Code."""
        return not self.is_code and (self.applies_to is None or self.applies_to >= CODE_FROM)

    def in_force(self, day: date) -> bool:
        """Whether an act that ended on this day falls under the rule."""
        return self.applies_from <= day and (self.applies_to is None or day <= self.applies_to)

    @property
    def fine(self) -> tuple[object, ...]:
        """Everything that makes two fines the same."""
        return (
            self.fine_min,
            self.fine_max,
            self.fine_unit,
            self.fine_base,
            self.fine_when,
            self.aggravated_when,
            self.aggravated_min,
            self.aggravated_max,
        )


@dataclass(frozen=True)
class Transition:
    """An old rule and the Code's for the same cause; one side is empty where there is none."""

    violation_key: str
    old_rule: str
    new_rule: str
    hint: Hint


@dataclass(frozen=True)
class Conflict:
    """Two rules that a legal officer must weigh; ``chosen`` is set once a named person has, with the words of why."""

    violation_key: str
    rule_a: str
    rule_b: str
    kind: ConflictKind
    difference: str = ""
    question: str = ""
    chosen: str = ""
    chosen_why: str = ""


def law_of(rule_id: str) -> str:
    """The law in a rule's number: ``PP-CONC@C26-1`` → the Code, ``PP-CONC@PPR2021-1`` → PPR2021."""
    mark = rule_id.partition("@")[2].rpartition("-")[0]
    return CODE if mark == CODE_MARK else mark


T = TypeVar("T", bound=Titled)


def member(words: type[T], code: str) -> T:
    """The member of a closed list with this code; raises ``ValueError`` for a code it does not have."""
    found = words.of(code)
    if found is None:
        raise ValueError(f"unknown {words.__name__}: {code!r}")
    return found


def day_or_none(text: str) -> date | None:
    """A day as the tables write it; empty means open."""
    return date.fromisoformat(text) if text else None


def figure_or_none(text: str) -> Decimal | None:
    """A figure as the tables write it; empty means none."""
    return Decimal(text) if text else None


def rule_of(row: Mapping[str, str], rank: LawRank) -> Rule:
    """Read one row of the table of rules."""
    return Rule(
        rule_id=row["rule_id"],
        violation_key=row["violation_key"],
        name=row["name_zh"],
        branch=row["branch_zh"],
        applies_from=date.fromisoformat(row["applies_from"]),
        applies_to=day_or_none(row["applies_to"]),
        penalty_law=row["penalty_law"],
        penalty_article=row["penalty_article"],
        rank=rank,
        fine_min=figure_or_none(row["fine_min"]),
        fine_max=figure_or_none(row["fine_max"]),
        fine_unit=row["fine_unit"],
        fine_base=row["fine_base_zh"],
        fine_when=member(FineWhen, row["fine_when"]),
        aggravated_when=row["aggravated_when_zh"],
        aggravated_min=figure_or_none(row["aggravated_min"]),
        aggravated_max=figure_or_none(row["aggravated_max"]),
        competent=row["competent_zh"],
    )


@cache
def seeded_rules() -> tuple[Rule, ...]:
    """The rules the product ships with."""
    ranks = {row["law_key"]: member(LawRank, row["kind"]) for row in rows_of("laws.csv")}
    rows = rows_of("violations.csv")
    return tuple(rule_of(row, ranks[law_of(row["rule_id"])]) for row in rows)


@cache
def seeded_transitions() -> tuple[Transition, ...]:
    """The old/new pairs the product ships with."""
    return tuple(
        Transition(row["violation_key"], row["old_rule"], row["new_rule"], member(Hint, row["hint"]))
        for row in rows_of("transition.csv")
    )


@cache
def seeded_conflicts() -> tuple[Conflict, ...]:
    """The open conflicts the product ships with."""
    return tuple(
        Conflict(
            row["violation_key"],
            row["rule_a"],
            row["rule_b"],
            member(ConflictKind, row["kind"]),
            row["difference_zh"],
            row["suggested_question_for_legal_review"],
        )
        for row in rows_of("conflicts.csv")
    )


def rows_of(name: str) -> list[dict[str, str]]:
    """A reference table as it is kept in the project."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


WAN = 10000
_UNITS = {"yuan": "元", "times": "倍", "percent": "%"}


def fine_words(low: Decimal | None, high: Decimal | None, unit: str, base: str = "") -> str:
    """A range of fines as the law says it: 二十万 as 20 万元; empty where there is no fine."""
    if unit not in _UNITS or high is None:
        return ""
    least = f"{_amount(low, unit)}以上 " if low else ""
    words = f"{least}{_amount(high, unit)}以下" if low != high else _amount(high, unit)
    return f"{base} {words}" if base else words


def _amount(value: Decimal, unit: str) -> str:
    if unit == "yuan" and value >= WAN and value % 1000 == 0:
        return f"{(value / WAN).normalize():f} 万元"
    return f"{value.normalize():f} {_UNITS[unit]}"


_SANCTIONS = {
    "order": "责令改正",
    "order_cease": "责令停止违法行为",
    "order_stop_build": "责令停止建设",
    "order_cease_production": "责令停止生产",
    "order_disclose": "责令公开",
    "order_dismantle": "责令拆除",
    "order_treat": "责令治理",
    "treat": "责令治理",
    "restrict": "限制生产",
    "stop": "停产整治",
    "stop_build": "停止建设",
    "revoke": "吊销许可证件",
    "close": "责令停业、关闭",
    "confiscate": "没收",
    "demolish": "强制拆除",
    "restore": "责令恢复原状",
    "subst": "代为履行",
    "ban": "限制从业或者申请",
    "warn": "警告",
    "criticism": "通报批评",
    "suspend": "暂扣许可证件",
    "cut_quota": "核减配额",
}
_ONE_CODE = rf"(?:{'|'.join(_SANCTIONS)})(?:\([^)]*\))?"
_CODES = re.compile(rf"(?<![A-Za-z]){_ONE_CODE}(?:\+{_ONE_CODE})*(?![a-z_])")
_LAW_KEY = re.compile(r"[A-Z]{2,}(?:-[A-Z]+)?\d{4}")
_ANSWERS = {"no": "否", "yes": "可以", "conditional": "视情形", "review": "待法制审核", "aggravating": "从重情节"}


def sanction_words(codes: str) -> str:
    """Sanctions besides the fine in words: ``order+stop(拒不改正)`` → 责令改正、停产整治（拒不改正）."""
    return "、".join(_in_words(part) for part in codes.split("+") if part)


def _in_words(part: str) -> str:
    name, _open, more = part.partition("(")
    words = "或者".join(_SANCTIONS.get(each, each) for each in name.split("/"))
    return f"{words}（{more.rstrip(')')}）" if more else words


def named(text: str, titles: Mapping[str, str]) -> str:
    """A text with the short titles of laws in place of their keys: EEC2026 1060 → 生态环境法典 1060."""
    return _LAW_KEY.sub(lambda found: titles.get(found[0], found[0]), text)


@cache
def _seeded_titles() -> Mapping[str, str]:
    return {row["law_key"]: row["short_zh"] for row in rows_of("laws.csv")}


def readable(text: str) -> str:
    """A remark of the tables without codes: short titles for keys of laws, words for codes of sanctions."""
    return _CODES.sub(lambda found: sanction_words(found[0]), named(text, _seeded_titles()).replace(" no ", " 否 "))


def answer_words(text: str) -> str:
    """A measure's answer in words: ``yes: EEC2026 1060`` → 可以：EEC2026 1060."""
    head, colon, rest = text.partition(":")
    words = _ANSWERS.get(head.strip(), head.strip())
    return f"{words}：{rest.strip()}" if colon else words
