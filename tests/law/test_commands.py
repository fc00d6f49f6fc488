"""The law on the command line."""

import json
from typing import Any

import pytest
from flask import Flask

from law.terms import TermKind, seeded_terms


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["law", *arguments])


def test_a_last_day_is_printed_as_its_sum(app: Flask) -> None:
    found = run(app, "deadline", "court_enforcement_urge", "--from", "2026-11-16", "--event", "送达")
    assert found.exit_code == 0
    assert found.output.strip() == "11-16 送达，次日起算，10 个工作日，遇休息日 4 天 = 11-30"


def test_a_last_day_as_json_keeps_the_contract(app: Flask) -> None:
    found = json.loads(run(app, "deadline", "case.statement_defence", "--from", "2026-09-24", "--json").output)
    assert found["due"] == "2026-10-09"
    assert found["provisional"] is False
    assert found["arithmetic"].endswith("= 10-09")


@pytest.mark.parametrize("key", sorted(seeded_terms()))
def test_every_key_of_the_table_is_answered_or_refused_in_words(app: Flask, key: str) -> None:
    found = run(app, "deadline", key, "--from", "2026-03-02", "--json")
    figure = seeded_terms()[key].kind is TermKind.FIGURE
    assert found.exit_code == (2 if figure else 0)
    assert "不是期限" in found.output if figure else json.loads(found.output)["due"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("deadline", "no.such", "--from", "2026-03-02"),
        ("deadline", "fine.pay", "--from", "2026-02-30"),
        ("deadline", "fine.pay"),
        ("deadline", "fine.pay", "--from", "2026-03-02", "--extended", "1"),
        ("cite", "NO-SUCH", "--act", "2026-03-02"),
        ("deadline", "seizure.urgent_approval", "--from", "2026-09-30 25:00"),
        ("cite", "EX-AIR", "--act", "2026-03-02..soon"),
        ("cite", "EX-AIR", "--act", "2026-03-02.."),
        ("cite", "EX-AIR", "--act", "2026-03-02..2026-03-01"),
        ("cite", "EX-AIR", "--act", "2026-03-02", "--decided", "2026-01-01"),
        ("cite", "EIA-CHANGE", "--act", "2026-09-01", "--branch", "登记表"),
    ],
)
def test_unusable_arguments_end_with_two(app: Flask, arguments: tuple[str, ...]) -> None:
    assert run(app, *arguments).exit_code == 2


def test_what_may_be_cited_is_told_as_json(app: Flask) -> None:
    found = json.loads(run(app, "cite", "MON-MSW", "--act", "2026-07-01", "--decided", "2026-10-15", "--json").output)
    assert found["rules"] == ["MON-MSW@C26-1"]
    assert found["conflict"] is False
    assert "从旧兼从轻" in found["reason"]


def test_a_continuing_act_and_a_conflict_are_told(app: Flask) -> None:
    found = json.loads(
        run(app, "cite", "PP-CONC", "--act", "2026-06-01..2026-09-01", "--decided", "2026-10-15", "--json").output
    )
    assert set(found["rules"]) >= {"PP-CONC@PPR2021-1", "PP-CONC@C26-1"}
    assert found["conflict"] is True
    assert found["needs"] == "review"


def test_people_read_the_rule_its_reason_and_the_question(app: Flask) -> None:
    found = run(app, "cite", "PP-SPECIAL", "--act", "2026-09-01", "--decided", "2026年10月15日")
    assert found.exit_code == 0
    assert "PP-SPECIAL@PPR2021-1" in found.output
    assert "请法制审核" in found.output


def test_a_recorded_refusal_opens_the_fine(app: Flask) -> None:
    waiting = json.loads(
        run(app, "cite", "CP-AUDIT", "--act", "2026-09-01", "--decided", "2026-10-15", "--json").output
    )
    assert waiting["waits"] == {"CP-AUDIT@C26-1": "refuse"}
    opened = run(
        app, "cite", "CP-AUDIT", "--act", "2026-09-01", "--decided", "2026-10-15", "--recorded", "refuse", "--json"
    )
    assert json.loads(opened.output)["waits"] == {}


def test_twenty_four_hours_are_reckoned_to_the_minute(app: Flask) -> None:
    found = json.loads(run(app, "deadline", "seizure.urgent_approval", "--from", "2026-09-30 17:30", "--json").output)
    assert (found["due"], found["due_at"]) == ("2026-10-01", "2026-10-01T17:30")
    assert found["arithmetic"] == "2026-09-30 17:30 实施，24 小时内 = 2026-10-01 17:30"
