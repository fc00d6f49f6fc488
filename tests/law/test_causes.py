"""The table of rules as the product ships it."""

import re
from datetime import date
from decimal import Decimal

import pytest

from law.causes import (
    CODE,
    CODE_FROM,
    FineWhen,
    Hint,
    LawRank,
    answer_words,
    fine_words,
    law_of,
    member,
    named,
    readable,
    rows_of,
    sanction_words,
    seeded_conflicts,
    seeded_rules,
    seeded_transitions,
)

RULES = {rule.rule_id: rule for rule in seeded_rules()}


def test_all_519_rules_of_248_causes_are_read() -> None:
    assert len(RULES) == 519
    assert len({rule.violation_key for rule in RULES.values()}) == 248
    assert len(seeded_transitions()) == 314
    assert len(seeded_conflicts()) == 90


def test_every_rule_belongs_to_a_law_and_lies_within_its_time() -> None:
    laws = {row["law_key"]: row for row in rows_of("laws.csv")}
    for rule in RULES.values():
        assert rule.law in laws
        assert rule.is_code == (rule.law == CODE)
        assert not rule.is_code or rule.applies_from == CODE_FROM
        end = laws[rule.law]["in_force_to"]
        if end:
            assert rule.applies_to is not None
            assert rule.applies_to.isoformat() <= end


def test_the_ten_laws_that_the_code_repeals_end_on_its_eve() -> None:
    repealed = [row for row in rows_of("laws.csv") if "第1242条" in row["repealed_by"]]
    assert len(repealed) == 9 or len(repealed) == 10
    assert {row["in_force_to"] for row in repealed} == {"2026-08-14"}


def test_pairs_and_conflicts_name_rules_that_exist() -> None:
    for pair in seeded_transitions():
        assert {pair.old_rule, pair.new_rule} - {""} <= set(RULES)
        assert bool(pair.old_rule) == (pair.hint is not Hint.NEW_ONLY)
    for conflict in seeded_conflicts():
        assert {conflict.rule_a, conflict.rule_b} <= set(RULES)
        assert conflict.question


def test_a_rule_is_in_force_on_its_first_and_its_last_day() -> None:
    old = RULES["EX-AIR@AIR2018-1"]
    assert old.in_force(date(2018, 10, 26))
    assert old.in_force(date(2026, 8, 14))
    assert not old.in_force(date(2026, 8, 15))
    assert not old.continues
    assert RULES["PP-CONC@PPR2021-1"].continues
    assert RULES["PP-CONC@PPR2021-1"].rank is LawRank.REGULATION


def test_the_law_is_read_from_the_number_of_the_rule() -> None:
    assert law_of("PP-CONC@C26-2") == CODE
    assert law_of("RAD-NOLIC@RSR2019-2") == "RSR2019"


def test_only_three_conditions_keep_a_fine_waiting() -> None:
    assert {when for when in FineWhen if when.waits} == {FineWhen.REFUSE, FineWhen.OVERDUE, FineWhen.SERIOUS}


def test_a_code_that_is_not_in_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown FineWhen"):
        member(FineWhen, "sometimes")


@pytest.mark.parametrize(
    ("low", "high", "unit", "base", "words"),
    [
        ("200000", "1000000", "yuan", "", "20 万元以上 100 万元以下"),
        ("5000", "20000", "yuan", "", "5000 元以上 2 万元以下"),
        ("0", "50000", "yuan", "", "5 万元以下"),
        ("1", "5", "percent", "建设项目总投资额", "建设项目总投资额 1 %以上 5 %以下"),
        ("20", "20", "percent", "直接损失", "直接损失 20 %"),
        ("3", "5", "times", "", "3 倍以上 5 倍以下"),
    ],
)
def test_a_fine_is_said_as_the_law_says_it(low: str, high: str, unit: str, base: str, words: str) -> None:
    assert fine_words(Decimal(low), Decimal(high), unit, base) == words


def test_no_fine_has_no_words() -> None:
    assert fine_words(None, None, "none") == ""


def test_sanctions_and_measures_are_said_in_words() -> None:
    assert sanction_words("order+stop(拒不改正)") == "责令改正、停产整治（拒不改正）"
    assert sanction_words("order+warn+suspend/revoke(逾期)") == "责令改正、警告、暂扣许可证件或者吊销许可证件（逾期）"
    assert answer_words("no") == "否"
    assert answer_words("yes: EEC2026 1060") == "可以：EEC2026 1060"
    assert named("EEC2026 1060", {"EEC2026": "生态环境法典"}) == "生态环境法典 1060"


def test_no_code_is_left_in_what_people_read() -> None:
    for row in rows_of("violations.csv"):
        assert not re.search(r"[a-z]{3}", sanction_words(row["other_sanctions"])), row["rule_id"]
        for name in ("daily_penalty", "seizure", "detention", "crime_referral"):
            assert not re.search(r"[a-z]{3}|[A-Z]{2}", readable(answer_words(row[name]))), row[name]
    for row in rows_of("conflicts.csv"):
        assert not re.search(r"[a-z]{3}", readable(row["difference_zh"]))
