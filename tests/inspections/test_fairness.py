"""What a firm, a court and a colleague may rely on in orders and decisions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.db import db
from core.workflow import NotAllowed
from credit import queries as credit
from inspections import actions, basis
from inspections.models import DecisionState, FindingState, OrderState
from registry import obligations
from registry.models import Enterprise
from tests.inspections.made import approved, at, begun, decision, filled, final, finding, order, person, served


def test_two_officers_are_two_persons(firm: Enterprise) -> None:
    inspection = final(firm)
    alone = actions.OrderInput(
        findings=inspection.findings,
        facts="事实",
        evidence="证据",
        content="改正",
        days_allowed=10,
        working_days=True,
        rule_id="LED-NONE@C26-1",
        choice_reason="示例",
        second_officer=inspection.lead_officer,
    )
    with pytest.raises(NotAllowed, match="不能是主办人自己"):
        actions.draft_order(inspection, alone, by=inspection.lead_officer)
    draft = order(inspection)
    with pytest.raises(NotAllowed, match="不能是主办人自己"):
        actions.change_order(draft, alone, by=person("officer2"))


def test_an_order_names_the_articles_of_every_cause_it_joins(firm: Enterprise) -> None:
    other = finding(violation_key="EX-AIR", facts="焦炉烟囱颗粒物超过排放标准", requirement="达标排放")
    inspection = final(firm, [finding(), other])
    found = order(inspection)
    assert found.citation["rules"] == ["LED-NONE@C26-1", "EX-AIR@C26-1"]
    for words in (basis.breach_words(found.citation), basis.ground_words(found.citation), found.legal_basis):
        assert "、" in words
    assert "第一千一百零七条" in found.legal_basis
    assert "第一千零八十六条" in found.legal_basis
    actions.send_order(found, by=found.lead_officer)
    document = actions.approve_order(found, by=person("approver"))
    assert document.law_versions == ["LED-NONE@C26-1", "EX-AIR@C26-1"]


def test_where_the_law_of_a_second_cause_is_open_somebody_must_choose_it(firm: Enterprise) -> None:
    other = finding(violation_key="PP-CONC", facts="氮氧化物超过许可限值")
    inspection = final(firm, [finding(), other])
    with pytest.raises(NotAllowed, match="还要为它选法律依据"):
        order(inspection)


def test_a_corrected_day_corrects_the_day_of_what_was_found(firm: Enterprise) -> None:
    inspection = filled(begun(firm))
    earlier = clock.now() - timedelta(days=2, hours=1)
    actions.save_record(
        inspection,
        actions.RecordInput(
            earlier,
            earlier + timedelta(hours=1),
            inspection.second_officer,
            "",
            "何静",
            "科长",
            True,
            True,
            "正常",
            "现场",
        ),
        by=inspection.lead_officer,
    )
    assert [each.found_on for each in inspection.findings] == [date(2026, 11, 21)]


def test_a_record_entered_late_is_not_the_last_inspection(firm: Enterprise) -> None:
    with clock.at(at(date(2026, 11, 20))):
        older = filled(begun(firm))
    newer = final(firm)
    assert firm.last_inspected_on == date(2026, 11, 23)
    actions.finalise(older, by=older.lead_officer)
    assert firm.last_inspected_on == date(2026, 11, 23)
    assert newer.id != older.id


def test_a_firm_that_proved_in_time_is_not_late_because_it_was_judged_late(firm: Enterprise) -> None:
    found = served(final(firm))
    (item,) = found.items
    with clock.at(at(date(2026, 12, 7), 23, 30)):
        response = actions.answer_item(item, "已补齐", date(2026, 12, 7), by=person("preparer"))
    with clock.at(at(date(2026, 12, 10))):
        actions.judge_answer(response, item, True, "属实", by=person("officer"))
        actions.verify_order(found, by=person("officer"))
    (owed,) = obligations.of(found)
    assert (owed.fulfilled_on, owed.due_on) == (date(2026, 12, 7), date(2026, 12, 7))


def test_what_was_proved_and_nobody_has_looked_at_is_not_escalated(firm: Enterprise) -> None:
    found = served(final(firm))
    (item,) = found.items
    actions.answer_item(item, "已补齐", clock.today(), by=person("preparer"))
    with clock.at(at(date(2026, 12, 8))):
        with pytest.raises(NotAllowed, match="还没有审核"):
            actions.escalate_order(found, "逾期未改", by=person("officer"))
        actions.judge_answer(item.responses[-1], item, False, "缺照片", by=person("officer"))
        actions.escalate_order(found, "逾期未改", by=person("officer"))
    assert found.state is OrderState.ESCALATED


@pytest.mark.parametrize(("day", "late"), [(date(2026, 12, 7), False), (date(2026, 12, 8), True)])
def test_the_last_day_itself_is_still_in_time(firm: Enterprise, day: date, late: bool) -> None:
    found = served(final(firm))
    with clock.at(at(day, 23, 59)):
        if late:
            actions.escalate_order(found, "逾期未改", by=person("officer"))
        else:
            with pytest.raises(NotAllowed, match="还没有到"):
                actions.escalate_order(found, "逾期未改", by=person("officer"))


def test_an_escalated_order_that_falls_takes_its_credit_events_with_it(firm: Enterprise) -> None:
    found = served(final(firm))
    with clock.at(at(date(2026, 12, 8))):
        actions.escalate_order(found, "逾期未改", by=person("officer"))
        assert credit.score(firm.id, clock.today()).score == 6
    with clock.at(at(date(2026, 12, 20))):
        actions.rescind_order(found, "复议决定撤销（示例）", by=person("approver"))
        assert credit.score(firm.id, clock.today()).score == 9
        assert {each.end_reason for each in credit.events_of(firm.id)} == {"责令改正已撤销"}
    assert found.state is OrderState.RESCINDED
    assert [item.finding.state for item in found.items] == [FindingState.OPEN]
    assert all(each.voided_on for each in obligations.of(found))


def test_a_fine_that_waits_for_a_refusal_needs_the_paper_that_records_it(firm: Enterprise) -> None:
    facts = {"violation_key": "CP-AUDIT", "rule_id": "CP-AUDIT@C26-1", "fine": Decimal(60_000)}
    with pytest.raises(NotAllowed, match="罚款以“拒不改正”为前提"):
        decision(firm, **facts, choice_reason="")
    made = decision(firm, **facts, choice_reason="责改〔2026〕1号 2026-10-08 送达，2026-10-20 复查拒不改正")
    assert made.citation["chosen_by"] == "王晓岚（officer）"


def test_an_act_past_its_limitation_needs_the_day_it_was_found_out(firm: Enterprise) -> None:
    facts = {
        "violation_key": "EX-AIR",
        "rule_id": "EX-AIR@AIR2018-1",
        "act_from": date(2024, 10, 1),
        "act_to": date(2024, 10, 1),
        "fine": Decimal(200_000),
    }
    with pytest.raises(NotAllowed, match=r"处罚法36.*请写明发现日期"):
        decision(firm, **facts, choice_reason="")
    assert decision(firm, **facts, choice_reason="2026-09-01 现场检查发现").state is DecisionState.RECORDED


def test_a_fine_below_the_range_needs_the_ground_for_leniency(firm: Enterprise) -> None:
    low = {"violation_key": "EX-AIR", "rule_id": "EX-AIR@C26-1", "fine": Decimal(50_000)}
    with pytest.raises(NotAllowed, match="低于罚则下限"):
        decision(firm, **low, choice_reason="")
    assert decision(firm, **low, choice_reason="主动消除危害后果，法典1056减轻处罚").fine == 50_000
    with pytest.raises(NotAllowed, match="超过罚则上限"):
        decision(firm, **{**low, "fine": Decimal(1_000_001)}, choice_reason="从重")


def test_a_decision_recorded_before_its_service_counts_once_it_was_served(firm: Enterprise) -> None:
    made = decision(firm, served_on=None)
    with pytest.raises(NotAllowed, match="还没有送达"):
        actions.confirm_decision(made, by=person("approver"))
    for wrong in (made.decided_on - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(NotAllowed):
            actions.note_served(made, wrong, by=person("officer"))
    actions.note_served(made, clock.today(), by=person("officer"))
    with pytest.raises(NotAllowed, match="已登记"):
        actions.note_served(made, clock.today(), by=person("officer"))
    actions.confirm_decision(made, by=person("approver"))
    assert made.state is DecisionState.CONFIRMED
    db.session.commit()


def test_an_order_before_service_has_no_last_day(firm: Enterprise) -> None:
    found = approved(final(firm))
    assert basis.seen_deadline(found, clock.today()) is None
