"""How the rows of the table of statutory periods are read."""

import pytest

from law.causes import rows_of
from law.terms import TermKind, Unit, seeded_overrides, seeded_terms, term_of

TERMS = seeded_terms()


def test_every_row_of_the_table_is_read_and_has_a_title() -> None:
    rows = rows_of("deadlines.csv")
    assert len(rows) == len(TERMS) == 66
    for row in rows:
        term = TERMS[row["key"]]
        assert term.title
        assert term.as_written.startswith(row["value"])
        assert (term.unit is None) == (term.kind is not TermKind.PERIOD)


def test_every_reading_belongs_to_a_row() -> None:
    assert [row["key"] for row in rows_of("deadline_terms.csv")] == list(TERMS)


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("case.statement_defence", 5, Unit.WORKDAY),
        ("case.close_limit", 90, Unit.DAY),
        ("fine.pay", 15, Unit.DAY),
        ("litigation", 6, Unit.MONTH),
        ("permit.validity", 5, Unit.YEAR),
        ("seizure.urgent_approval", 24, Unit.HOUR),
        ("court_enforcement_urge", 10, Unit.WORKDAY),
        ("credit.general.publicity", 12, Unit.MONTH),
    ],
)
def test_value_and_unit_are_read(key: str, value: int, unit: Unit) -> None:
    assert (TERMS[key].value, TERMS[key].unit) == (value, unit)


def test_decisions_on_permits_count_working_days_although_the_regulation_says_days() -> None:
    for key in ("permit.decision.simplified", "permit.decision.key", "permit.decision.key_with_site_check"):
        assert TERMS[key].unit is Unit.WORKDAY
        assert "未核对" in TERMS[key].doubt
    assert TERMS["permit.basic_info_change_apply"].unit is Unit.DAY


def test_extensions_are_read_from_unit_and_meaning() -> None:
    assert TERMS["seizure.max"].extensions == (30,)
    assert TERMS["restrict_production.max"].extensions == (3,)
    assert TERMS["case.close_limit"].extensions == (30, 30)
    assert TERMS["case.filing_review"].extensions == (15,)
    assert TERMS["fine.pay"].extensions == ()


def test_rules_before_an_event_are_marked() -> None:
    backwards = {key for key, term in TERMS.items() if term.before}
    assert backwards == {
        "permit.renewal_apply_before",
        "case.hearing_notice",
        "hazwaste.permit.renew_before",
        "radiation.permit.renew_before",
    }


def test_least_periods_and_ranges_are_marked() -> None:
    assert {key for key, term in TERMS.items() if term.minimum} == {
        "permit.public_notice_before_apply",
        "records.retention",
    }
    assert TERMS["credit.serious.publicity"].least == 12
    assert TERMS["credit.serious.publicity"].value == 36


def test_rates_and_caps_are_figures_and_fixed_dates_are_days_of_the_year() -> None:
    assert {key for key, term in TERMS.items() if term.kind is TermKind.FIGURE} == {
        "fine.late_daily_rate",
        "simple_procedure.fine_cap",
    }
    assert TERMS["execution_report.annual"].month_day == (1, 31)
    assert TERMS["disclosure.annual"].month_day == (3, 15)


def test_an_override_names_the_rule_it_moves() -> None:
    assert set(seeded_overrides()) <= set(TERMS)


@pytest.mark.parametrize(("value", "unit"), [("5", "moon"), ("soon", "date"), ("many", "day"), ("5", "")])
def test_a_row_that_says_nothing_known_is_refused(value: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r"x|invalid"):
        term_of({"key": "x", "value": value, "unit": unit})


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("case.statement_defence", "5 个工作日"),
        ("case.close_limit", "90 日（可延 + 30 + 30）"),
        ("permit.renewal_apply_before", "前 60 日"),
        ("records.retention", "至少 5 年"),
        ("execution_report.annual", "每年 01-31"),
        ("credit.general.publicity", "3 至 12 个月"),
        ("fine.late_daily_rate", "每日 3%，总额不超过罚款数额"),
    ],
)
def test_the_length_is_said_in_words(key: str, words: str) -> None:
    assert TERMS[key].words == words
