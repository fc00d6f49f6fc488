"""Reading the law from the database."""

from datetime import date
from typing import Any

import pytest
from werkzeug.exceptions import NotFound

from law import queries
from law.causes import seeded_rules
from law.citations import Unanswerable
from law.terms import seeded_terms

TODAY = date(2026, 11, 23)


def test_the_periods_of_the_database_are_the_shipped_ones(session: Any) -> None:
    assert {rule.key: queries.read_term(rule) for rule in queries.deadline_rules()} == dict(seeded_terms())


def test_a_deadline_is_reckoned_by_the_present_calendar(session: Any) -> None:
    found = queries.deadline("case.statement_defence", date(2026, 9, 24))
    assert found.due == date(2026, 10, 9)
    assert queries.deadline("execution_report.annual", date(2023, 12, 31)).due == date(2024, 2, 29)
    with pytest.raises(KeyError):
        queries.deadline("no.such", TODAY)


def test_every_rule_of_the_database_is_the_shipped_one(session: Any) -> None:
    ranks = {rule.law: rule.rank for rule in seeded_rules()}
    read = {
        rule.rule_id: queries.read_rule(queries.violation_rule(rule.rule_id), ranks) for rule in seeded_rules()[::20]
    }
    assert read == {rule.rule_id: rule for rule in seeded_rules()[::20]}


def test_the_database_cites_what_the_pure_rule_cites(session: Any) -> None:
    found = queries.cite("DUST-IND", act_from=TODAY, act_to=TODAY, decided=TODAY)
    assert found.rules == ("DUST-IND@C26-1",)
    assert "DUST-SEAL@C26-1" in {option.rule.rule_id for option in found.options}
    with pytest.raises(Unanswerable):
        queries.cite("NO-SUCH", act_from=TODAY, act_to=TODAY, decided=TODAY)


def test_a_cause_is_called_as_it_was_called_on_the_day(session: Any) -> None:
    assert "生态环境影响报告书" in queries.violation_name("EIA-BUILD-BOOK", TODAY)
    assert "生态" not in queries.violation_name("EIA-BUILD-BOOK", date(2026, 1, 1))
    assert queries.violation_name("NO-SUCH", TODAY) == "NO-SUCH"


def test_every_cause_can_be_chosen_once(session: Any) -> None:
    choices = queries.violation_choices(TODAY)
    assert len(choices) == len(dict(choices)) == 248
    assert all(label.count("：") >= 1 for _key, label in choices)


def test_articles_are_cited_by_title_and_words(session: Any) -> None:
    assert queries.citation_texts("EEC2026 83;PPR2021 36(9)") == [
        "《中华人民共和国生态环境法典》第八十三条",
        "《排污许可管理条例》第三十六条第九项",
    ]


def test_a_rule_has_a_title_for_lists(session: Any) -> None:
    assert queries.rule_title("PP-CONC@C26-1") == "生态环境法典 1103 10 万元以上 100 万元以下"
    assert queries.rule_title("PP-CONC@C26-2").startswith("生态环境法典 1103（工业噪声）")
    assert queries.rule_title("NO-SUCH@C26-1") == "NO-SUCH@C26-1"


def test_what_does_not_exist_is_not_found(session: Any) -> None:
    for asked in (queries.law, queries.violation, queries.violation_rule, queries.deadline_rule):
        with pytest.raises(NotFound):
            asked("NO-SUCH")
    with pytest.raises(NotFound):
        queries.checkable("secrets", 1)
    with pytest.raises(NotFound):
        queries.conflict(0)


def test_at_the_beginning_everything_waits_for_a_tick(session: Any) -> None:
    counts = queries.unchecked(TODAY)
    assert (counts["laws"], counts["rules"], counts["deadlines"]) == (41, 352, 66)
    assert queries.open_conflicts() == 90
