"""What must be true of a record, an order and a decision, sentence by sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections import rules
from inspections.rules import DecisionFacts, OfficerOnSite, OrderFacts, RecordFacts

pytestmark = pytest.mark.anywhere

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WANG = OfficerOnSite("王晓岚", "示例-1", date(2028, 12, 31))
MA = OfficerOnSite("马建军", "示例-2", date(2028, 12, 31))

RECORD = RecordFacts(
    officers=(WANG, MA),
    started_at=NOW - timedelta(hours=3),
    ended_at=NOW - timedelta(hours=1),
    started_on=TODAY,
    recorded_at=NOW - timedelta(hours=3),
    backdated_reason="",
    person_met="何静",
    certificates_shown=True,
    rights_told=True,
    production="1 号焦炉生产中",
    narrative="脱硫设施运行正常",
    questions=10,
    answered=10,
    failed=0,
    findings=0,
    signed=True,
    refusal="",
)

ORDER = OrderFacts(
    items=1,
    officers=(WANG, MA),
    drafted_on=TODAY,
    facts="未按规定记录台账",
    evidence="笔录、照片",
    content="补齐台账",
    days_allowed=10,
    rules=("LED-NONE:n",),
    conflict=False,
    choice_reason="",
)

DECISION = DecisionFacts(
    decided_on=TODAY,
    served_on=TODAY,
    act_from=TODAY,
    act_to=TODAY,
    rules=("R1", "R2"),
    chosen_rule="R1",
    conflict=False,
    choice_reason="",
    kinds=("fine",),
    fine=Decimal(100_000),
    fine_min=Decimal(100_000),
    fine_max=Decimal(1_000_000),
    has_document=True,
)


def fields(facts: RecordFacts) -> set[str | None]:
    return {each.field for each in rules.missing_in_record(facts, NOW)}


def test_a_whole_record_lacks_nothing() -> None:
    assert rules.missing_in_record(RECORD, NOW) == []


def test_one_officer_is_not_enough() -> None:
    assert fields(replace(RECORD, officers=(WANG,))) == {"second_officer_id"}


def test_each_officer_has_a_certificate_valid_on_the_day_of_the_visit() -> None:
    assert rules.missing_officers((WANG, replace(MA, certificate_until=TODAY)), TODAY) == []
    expired = rules.missing_officers((WANG, replace(MA, certificate_until=TODAY - timedelta(days=1))), TODAY)
    assert [each.field for each in expired] == ["second_officer_id"]
    assert "已过期" in expired[0].text
    none = rules.missing_officers((replace(WANG, certificate_number=""), MA), TODAY)
    assert [each.field for each in none] == ["lead_officer_id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ended_at", None),
        ("person_met", ""),
        ("certificates_shown", False),
        ("rights_told", False),
        ("production", ""),
        ("narrative", ""),
    ],
)
def test_each_part_of_the_record_is_asked_for_at_its_own_field(field: str, value: object) -> None:
    assert fields(replace(RECORD, **{field: value})) == {field}


def test_a_visit_ends_after_it_began_and_not_in_the_future() -> None:
    assert fields(replace(RECORD, ended_at=RECORD.started_at)) == {"ended_at"}
    assert fields(replace(RECORD, ended_at=NOW + timedelta(minutes=6))) == {"ended_at"}
    assert fields(replace(RECORD, ended_at=NOW + timedelta(minutes=4))) == set()
    assert "started_at" in fields(replace(RECORD, started_at=NOW + timedelta(hours=1)))


def test_a_record_more_than_seven_days_late_says_why() -> None:
    late = replace(RECORD, recorded_at=RECORD.started_at + timedelta(days=7, minutes=1))
    assert fields(late) == {"backdated_reason"}
    why = replace(late, backdated_reason="无信号，回站补录")
    assert fields(why) == {"backdated_reason"}, "and somebody else consents"
    assert fields(replace(why, backdating_allowed=True)) == set()
    assert fields(replace(RECORD, recorded_at=RECORD.started_at + timedelta(days=7))) == set()


def test_every_question_is_answered_and_a_failed_one_leads_to_a_finding() -> None:
    assert fields(replace(RECORD, answered=8)) == {"checklist"}
    assert fields(replace(RECORD, failed=2)) == {"findings"}
    assert fields(replace(RECORD, failed=2, findings=1)) == set()


def test_the_party_signs_or_the_refusal_is_written_down() -> None:
    assert fields(replace(RECORD, signed=False)) == {"signature"}
    assert fields(replace(RECORD, signed=False, refusal="拒签，村委会李某见证")) == set()


def test_a_whole_order_lacks_nothing() -> None:
    assert rules.missing_in_order(ORDER) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": 0}, "findings"),
        ({"officers": (WANG,)}, "second_officer_id"),
        ({"facts": ""}, "facts"),
        ({"evidence": ""}, "evidence"),
        ({"content": ""}, "content"),
        ({"days_allowed": 0}, "days_allowed"),
        ({"rules": ()}, "rule_id"),
        ({"conflict": True}, "choice_reason"),
    ],
)
def test_an_order_says_what_it_rests_on(change: dict[str, object], field: str) -> None:
    assert [each.field for each in rules.missing_in_order(replace(ORDER, **change))] == [field]


def test_what_is_fatal_in_a_paper_is_told_before_what_is_right_with_its_field() -> None:
    whole = rules.checks_before_issue(ORDER)
    assert not any(check.fatal for check in whole)
    assert len(whole) == len(rules.ORDER_CHECKS) + 1
    wanting = rules.checks_before_issue(
        replace(ORDER, facts="", conflict=True, choice_reason="", officers=ORDER.officers[:1])
    )
    fatal = [check.field for check in wanting if check.fatal]
    assert {"facts", "choice_reason"} <= set(fatal)
    assert [check.fatal for check in wanting] == [True] * len(fatal) + [False] * (len(wanting) - len(fatal))
    passed = {check.words for check in wanting if not check.fatal}
    assert "法律依据与行为日期相符" not in passed
    assert "执法人员两名，证件在有效期内" not in passed
    assert "载明复议、诉讼的途径和期限" in passed


def test_an_order_is_overdue_from_the_day_after_its_last_day() -> None:
    assert rules.days_overdue(TODAY, TODAY) == 0
    assert rules.days_overdue(TODAY, TODAY + timedelta(days=1)) == 1
    assert rules.days_overdue(None, TODAY) == 0


def test_a_whole_decision_lacks_nothing() -> None:
    assert rules.missing_in_decision(DECISION, TODAY) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"decided_on": TODAY + timedelta(days=1), "served_on": None}, "decided_on"),
        ({"act_to": TODAY - timedelta(days=1)}, "act_to"),
        ({"decided_on": TODAY - timedelta(days=2), "served_on": TODAY}, "decided_on"),
        ({"served_on": TODAY - timedelta(days=1)}, "served_on"),
        ({"served_on": TODAY + timedelta(days=1)}, "served_on"),
        ({"chosen_rule": "R3"}, "rule_id"),
        ({"conflict": True}, "choice_reason"),
        ({"kinds": (), "fine": None}, "kinds"),
        ({"fine": None}, "fine"),
        ({"kinds": ("warning",)}, "fine"),
        ({"fine": Decimal("99999.99")}, "fine"),
        ({"fine": Decimal("1000000.01")}, "fine"),
        ({"has_document": False}, "scan"),
    ],
)
def test_a_decision_is_refused_at_the_field_that_is_wrong(change: dict[str, object], field: str) -> None:
    assert [each.field for each in rules.missing_in_decision(replace(DECISION, **change), TODAY)] == [field]


@given(fine=st.decimals(Decimal(0), Decimal(5_000_000), places=2))
def test_a_fine_stays_within_the_range_of_its_rule(fine: Decimal) -> None:
    lacking = rules.missing_in_decision(replace(DECISION, fine=fine), TODAY)
    assert (not lacking) == (Decimal(100_000) <= fine <= Decimal(1_000_000))
