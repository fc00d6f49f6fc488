"""The picking rule: which rule a decision may cite."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.causes import CODE_FROM, ConflictKind, FineWhen, Hint, Rule, seeded_conflicts, seeded_rules, seeded_transitions
from law.citations import Citation, Needs, Unanswerable, cite
from law.limitation import Harm

RULES = {rule.rule_id: rule for rule in seeded_rules()}
TRANSITIONS, CONFLICTS = seeded_transitions(), seeded_conflicts()
CAUSES = sorted({rule.violation_key for rule in RULES.values()})
OLD, NEW = date(2026, 7, 1), date(2026, 9, 1)
BEFORE, AFTER = date(2026, 8, 1), date(2026, 10, 15)


def ask(key: str, act: date, decided: date, branch: str = "", **options: object) -> Citation:
    facts = {"act_from": act, "act_to": act, "conflicts": CONFLICTS, **options}
    return cite(key, branch, decided=decided, rules=RULES.values(), transitions=TRANSITIONS, **facts)  # type: ignore[arg-type]


# --- one law at a time -------------------------------------------------------------------------------------------


def test_before_the_code_the_law_of_the_act_is_cited() -> None:
    found = ask("EX-AIR", OLD, BEFORE)
    assert found.rules == ("EX-AIR@AIR2018-1",)
    assert not found.conflict


def test_an_act_after_the_code_came_into_force_falls_under_the_code() -> None:
    assert ask("EX-AIR", NEW, AFTER).rules == ("EX-AIR@C26-1",)


def test_a_continuing_act_that_ends_under_the_code_falls_under_the_code() -> None:
    found = ask("EX-AIR", CODE_FROM, AFTER, act_from=date(2026, 3, 1))
    assert found.rules == ("EX-AIR@C26-1",)
    assert "行为持续到 2026-08-15" in found.reason
    ended_before = ask("EX-AIR", CODE_FROM - timedelta(days=1), AFTER, act_from=date(2026, 3, 1))
    assert ended_before.rules == ("EX-AIR@AIR2018-1",)


def test_an_act_before_any_recorded_rule_gets_a_reason_instead_of_a_rule() -> None:
    found = ask("EX-AIR", date(2015, 1, 1), AFTER)
    assert found.rules == ()
    assert "最早自 2018-10-26" in found.reason


# --- every kind of pair, act before and decision after -----------------------------------------------------------


def test_same_fine_keeps_the_old_law() -> None:
    found = ask("EX-AIR", OLD, AFTER)
    assert found.rules == ("EX-AIR@AIR2018-1",)
    assert "罚款相同" in found.reason
    assert {option.rule.rule_id for option in found.options} == {"EX-AIR@AIR2018-1", "EX-AIR@C26-1"}


def test_a_heavier_new_law_is_not_applied_to_an_old_act() -> None:
    found = ask("LED-NONE", OLD, AFTER)
    assert found.rules == ("LED-NONE@PPR2021-1",)
    assert "新法较重" in found.reason


def test_a_lighter_new_law_is_applied_to_an_old_act() -> None:
    found = ask("MON-MSW", OLD, AFTER)
    assert found.rules == ("MON-MSW@C26-1",)
    assert "从旧兼从轻" in found.reason
    assert found.needs is None


def test_a_mixed_pair_is_shown_side_by_side() -> None:
    found = ask("EIA-MEASURE", OLD, AFTER)
    assert found.rules == ("EIA-MEASURE@CPEPR2017-1", "EIA-MEASURE@C26-1"), "the law of the act stands first"
    assert found.conflict
    assert found.needs is Needs.REVIEW


def test_fines_reckoned_differently_are_shown_side_by_side() -> None:
    found = ask("EIA-BUILD-BOOK", OLD, AFTER)
    assert set(found.rules) == {"EIA-BUILD-BOOK@EIA2018-1", "EIA-BUILD-BOOK@C26-1"}
    assert "计罚方式不同" in found.reason


def test_a_regulation_that_continues_is_cited_alone_where_the_code_is_silent() -> None:
    for act, decided in ((OLD, BEFORE), (OLD, AFTER), (NEW, AFTER)):
        found = ask("PP-SPECIAL", act, decided)
        assert found.rules == ("PP-SPECIAL@PPR2021-1",)
        assert not found.conflict
    assert "法典未见对应条款" in found.reason
    assert any("条例35(2)" in question for question in found.questions)


def test_what_only_the_code_punishes_is_not_punished_for_an_old_act() -> None:
    for decided in (BEFORE, AFTER):
        found = ask("EIA-COST", OLD, decided)
        assert found.rules == ()
        assert "不罚" in found.reason
    assert ask("EIA-COST", NEW, AFTER).rules == ("EIA-COST@C26-1",)


def test_every_pair_is_answered_by_its_kind() -> None:
    """Each old/new pair, asked with the branch it belongs to."""
    for pair in TRANSITIONS:
        if not pair.old_rule:
            continue
        old = RULES[pair.old_rule]
        new = RULES.get(pair.new_rule)
        found = ask(pair.violation_key, OLD, AFTER, old.branch or (new.branch if new else ""))
        if found.needs is Needs.BRANCH or pair.old_rule not in {each.rule.rule_id for each in found.options}:
            continue  # another old rule goes before this one
        if pair.hint in (Hint.SAME_FINE, Hint.HEAVIER_NEW, Hint.REGULATION_CONTINUES):
            assert pair.old_rule in found.rules, pair
        elif pair.hint is Hint.LIGHTER_NEW and not (old.branch and new and new.branch):
            assert pair.new_rule in found.rules, pair
            assert found.conflict == old.continues, pair
        elif pair.hint in (Hint.MIXED, Hint.NOT_COMPARABLE):
            assert found.conflict, pair
            assert {pair.old_rule, pair.new_rule} <= set(found.rules), pair


# --- regulations that continue beside the Code -------------------------------------------------------------------


@pytest.mark.parametrize("key", ["PP-CONC", "LED-NONE", "INSP-REFUSE"])
def test_a_regulation_and_the_code_with_different_fines_are_never_chosen_between(key: str) -> None:
    found = ask(key, NEW, AFTER)
    assert {f"{key}@PPR2021-1", f"{key}@C26-1"} <= set(found.rules)
    assert found.rules[0] == f"{key}@C26-1"
    assert found.conflict
    assert found.needs is Needs.REVIEW


def test_every_recorded_conflict_between_regulation_and_code_is_shown() -> None:
    for conflict in CONFLICTS:
        if conflict.kind is not ConflictKind.REGULATION_VS_CODE:
            continue
        found = ask(conflict.violation_key, NEW, AFTER, RULES[conflict.rule_a].branch or RULES[conflict.rule_b].branch)
        assert found.conflict, conflict
        assert {conflict.rule_a, conflict.rule_b} <= set(found.rules), conflict
        assert conflict.question in found.questions


def test_a_lighter_code_beside_a_continuing_regulation_is_for_legal_review() -> None:
    found = ask("PP-CONC", OLD, AFTER)
    assert found.rules == ("PP-CONC@C26-1", "PP-CONC@PPR2021-1")
    assert found.conflict


def test_a_regulation_with_the_same_fine_and_no_open_question_yields_to_the_code() -> None:
    found = ask("PP-EXPIRED", NEW, AFTER)
    assert found.rules == ("PP-EXPIRED@C26-1",)
    assert not found.conflict


def test_a_choice_made_by_a_named_person_is_followed_and_told() -> None:
    settled = [
        replace(each, chosen="PP-CONC@C26-1", chosen_why="周明法：上位法优先")
        if each.violation_key == "PP-CONC"
        else each
        for each in CONFLICTS
    ]
    found = ask("PP-CONC", NEW, AFTER, conflicts=settled)
    assert found.rules == ("PP-CONC@C26-1",)
    assert found.needs is None
    assert "周明法" in found.reason
    assert ask("PP-CONC", OLD, AFTER, conflicts=settled).rules == ("PP-CONC@C26-1",)


def test_two_causes_of_the_code_over_one_act_ask_for_one_fine() -> None:
    found = ask("DUST-IND", NEW, AFTER)
    assert found.rules == ("DUST-IND@C26-1",)
    assert found.conflict
    assert "只罚一次" in found.reason
    assert "DUST-SEAL@C26-1" in {option.rule.rule_id for option in found.options}


def test_law_and_regulation_of_the_old_time_with_different_fines_are_shown_side_by_side() -> None:
    found = ask("PP-NONE", OLD, BEFORE, "大气")
    assert set(found.rules) == {"PP-NONE@AIR2018-1", "PP-NONE@PPR2021-1"}
    assert found.conflict


def test_of_several_rules_the_higher_fine_is_taken_once() -> None:
    found = ask("RAD-EVAL", OLD, BEFORE)
    assert found.rules == ("RAD-EVAL@RSR2019-1",)
    assert "处罚法29" in found.reason


def test_of_several_rules_with_one_fine_the_higher_law_is_cited() -> None:
    found = ask("MON-SELF-AIR", OLD, BEFORE)
    assert found.rules == ("MON-SELF-AIR@AIR2018-1",)


# --- branches ----------------------------------------------------------------------------------------------------


def test_a_cause_with_branches_waits_for_one_to_be_picked() -> None:
    found = ask("EIA-CHANGE", NEW, AFTER)
    assert found.rules == ()
    assert found.needs is Needs.BRANCH
    assert found.branches == ("报告书", "报告表")
    assert ask("EIA-CHANGE", NEW, AFTER, "报告表").rules == ("EIA-CHANGE@C26-2",)


def test_noise_has_its_own_fine() -> None:
    assert ask("PP-CONC", NEW, AFTER, "工业噪声").rules[0] in {"PP-CONC@C26-2", "PP-CONC@PPR2021-1"}
    assert ask("EX-NOISE", NEW, AFTER).rules == ("EX-NOISE@C26-1",)


def test_the_beginning_of_a_branch_is_enough() -> None:
    assert ask("EM-ACC", NEW, AFTER, "重大事故").rules == ("EM-ACC@C26-3",)


def test_a_branch_decides_which_way_the_old_rule_compares() -> None:
    assert ask("HW-NOLIC", OLD, AFTER).needs is Needs.BRANCH
    assert ask("HW-NOLIC", OLD, AFTER, "收集").rules == ("HW-NOLIC@C26-1",)
    assert ask("HW-NOLIC", OLD, AFTER, "利用").rules == ("HW-NOLIC@SWL2020-1",)


def test_a_pair_that_joins_two_different_branches_is_not_followed() -> None:
    found = ask("PP-NONE", OLD, AFTER, "工业固体废物")
    assert "PP-NONE@C26-2" not in found.rules, "the noise rule is no answer for solid waste"
    assert "PP-NONE@SWL2020-1" in found.rules


def test_a_branch_that_does_not_exist_is_refused_with_the_list() -> None:
    with pytest.raises(Unanswerable, match="可选：报告书、报告表"):
        ask("EIA-CHANGE", NEW, AFTER, "登记表")
    with pytest.raises(Unanswerable, match="不分情形"):
        ask("EX-AIR", NEW, AFTER, "报告书")


# --- conditions, competence, limitation --------------------------------------------------------------------------


def test_a_fine_after_refusal_waits_until_the_refusal_is_recorded() -> None:
    found = ask("CP-AUDIT", NEW, AFTER)
    assert found.waits == (("CP-AUDIT@C26-1", FineWhen.REFUSE),)
    assert "不得罚款" in found.reason
    assert ask("CP-AUDIT", NEW, AFTER, recorded={FineWhen.REFUSE}).waits == ()


def test_another_authoritys_cause_is_transferred_not_punished() -> None:
    found = ask("OBSOLETE", NEW, AFTER)
    assert found.transfer_to == "地方政府指定部门"
    assert "移送" in found.reason
    assert ask("EX-AIR", NEW, AFTER).transfer_to == ""


def test_a_shared_competence_is_told_but_not_transferred() -> None:
    found = ask("RAD-LOST", NEW, AFTER)
    assert found.transfer_to == ""
    assert "确认由谁管辖" in found.reason


def test_an_expired_limitation_is_told() -> None:
    found = ask("EX-AIR", date(2023, 1, 1), AFTER)
    assert found.limitation is not None
    assert found.limitation.expired
    assert "不再给予行政处罚" in found.reason
    assert not ask("EX-AIR", date(2023, 1, 1), AFTER, found_on=date(2024, 6, 1)).limitation.expired  # type: ignore[union-attr]


def test_an_expired_old_act_with_pollution_is_for_legal_review() -> None:
    found = ask("EX-AIR", date(2023, 1, 1), AFTER, harm=Harm.POLLUTION)
    assert found.needs is Needs.REVIEW


# --- wrong questions ---------------------------------------------------------------------------------------------


def test_wrong_questions_are_refused_in_words() -> None:
    with pytest.raises(Unanswerable, match="没有这个案由"):
        ask("NO-SUCH", OLD, AFTER)
    with pytest.raises(Unanswerable, match="决定日期早于"):
        ask("EX-AIR", AFTER, OLD)
    with pytest.raises(Unanswerable, match="开始日期晚于"):
        ask("EX-AIR", OLD, AFTER, act_from=NEW)


# --- what holds for every cause on every day ---------------------------------------------------------------------

DATES = st.dates(date(2017, 1, 1), date(2028, 12, 31))


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, str, date, date]:
    """A cause, one of its branches or none, and two days in order."""
    key = draw(st.sampled_from(CAUSES))
    branches = sorted({rule.branch for rule in RULES.values() if rule.violation_key == key})
    act, decided = sorted((draw(DATES), draw(DATES)))
    return key, draw(st.sampled_from(["", *branches])), act, decided


@given(questions())
def test_every_cause_gives_a_rule_or_a_reason(question: tuple[str, str, date, date]) -> None:
    key, branch, act, decided = question
    found = ask(key, act, decided, branch)
    assert found.reason
    assert found.rules or found.needs is not Needs.REVIEW or (found.limitation and found.limitation.review)
    assert len(found.rules) <= 1 or found.conflict, "several rules are never cited without somebody choosing"
    assert not found.conflict or found.needs is Needs.REVIEW


@given(questions())
def test_the_code_is_never_cited_before_its_time(question: tuple[str, str, date, date]) -> None:
    key, branch, act, decided = question
    if decided < CODE_FROM:
        assert not any(RULES[rule_id].is_code for rule_id in ask(key, act, decided, branch).rules)


@given(questions())
def test_a_repealed_rule_is_never_cited_for_an_act_after_its_end(question: tuple[str, str, date, date]) -> None:
    key, branch, act, decided = question
    for rule_id in ask(key, act, decided, branch).rules:
        rule: Rule = RULES[rule_id]
        assert rule.in_force(act) or (rule.is_code and act < CODE_FROM <= decided)


@given(questions())
def test_a_lone_rule_fits_the_branch_that_was_named(question: tuple[str, str, date, date]) -> None:
    key, branch, act, decided = question
    found = ask(key, act, decided, branch)
    if branch and len(found.rules) == 1 and RULES[found.rules[0]].in_force(act):
        assert RULES[found.rules[0]].branch in ("", branch)


def test_every_cause_is_answered_on_the_days_around_the_switch() -> None:
    days = [date(2026, 8, 14), date(2026, 8, 15), date(2026, 8, 16), date(2026, 11, 23)]
    for key in CAUSES:
        for act in days:
            for decided in (day for day in days if day >= act):
                found = ask(key, act, decided)
                assert found.rules or found.reason
