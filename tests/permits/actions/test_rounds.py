"""Self-monitoring as something owed: written when a round begins, met by its results, open again without them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select

from accounts.audit import verify
from core import clock
from core.db import db
from permits import actions
from permits.actions import ResultInput
from permits.models import MeasureKind, MonitoringResult, Permit, VersionGround
from registry import obligations
from registry.models import Enterprise, Obligation, ObligationKind
from registry.rules.obligations import Standing
from tests.inspections.made import at
from tests.permits import made
from tests.permits.made import person

TODAY = date(2026, 11, 23)


def sample(day: date, value: str = "30", pollutant: str = made.COD, hour: int = 0) -> ResultInput:
    """A sample of waste water, taken at noon or so many hours before."""
    moment = datetime(day.year, day.month, day.day, 12 - hour, tzinfo=clock.BEIJING)
    return ResultInput("DW001", pollutant, moment, Decimal(value), "mg/L", MeasureKind.SAMPLE)


def take(permit: Permit, day: date) -> actions.Recorded:
    """A sample of a day, recorded on the day the clock stands at."""
    return actions.record_results(permit, [sample(day, hour=3)], by=person("preparer"))


def take_back(permit: Permit) -> None:
    """Mark the newest valid result as invalid."""
    wanted = select(MonitoringResult).where(
        MonitoringResult.permit_id == permit.id,
        MonitoringResult.replaced_at.is_(None),
        MonitoringResult.invalid_reason.is_(None),
    )
    found = db.session.scalars(wanted.order_by(MonitoringResult.measured_at.desc())).first()
    if found is not None:
        actions.invalidate_result(found, permit, "采样瓶破损（示例）", by=person("preparer"))


def rounds(permit: Permit) -> dict[str, Obligation]:
    """What stands of self-monitoring, by the end of the key."""
    db.session.flush()
    db.session.expire_all()
    found = [each for each in obligations.of(permit) if each.kind is ObligationKind.MONITORING and not each.voided_on]
    return {each.key.removeprefix("monitoring-DW001-1次/月-"): each for each in found}


@pytest.fixture
def begun(session: Any, permit: Permit) -> Permit:
    """The permit with its rounds written down: July to November."""
    assert actions.begin_rounds(TODAY) == 5
    session.commit()
    return permit


def test_the_rounds_begun_since_the_permit_was_entered_are_owed_once(session: Any, begun: Permit) -> None:
    found = rounds(begun)
    assert list(found) == [f"2026-{month:02}" for month in range(7, 12)]
    one = found["2026-11"]
    assert one.title == "DW001 自行监测：化学需氧量（1次/月），2026 年 11 月"
    assert (one.opens_on, one.due_on, one.site_id) == (date(2026, 11, 1), date(2026, 11, 30), begun.site_id)
    assert "第十九条" in one.basis and "第一百八十三条" in one.basis and "法典" not in found["2026-07"].basis
    assert one.url == f"/my/monitoring#at-{begun.id}-DW001"
    assert obligations.standing(one, date(2026, 11, 30)) is Standing.DUE_TODAY
    assert obligations.standing(one, date(2026, 12, 1)) is Standing.OVERDUE
    assert actions.begin_rounds(TODAY) == 0
    assert actions.refresh_duties(begun, "再算一次", by=person("permit")).empty
    assert actions.begin_rounds(date(2026, 11, 30)) == 0
    with clock.at(at(date(2026, 12, 1))):
        assert actions.begin_rounds(clock.today()) == 1
        assert actions.refresh_duties(begun, "再算一次", by=person("permit")).empty
    session.commit()
    assert verify(session).ok


def test_what_the_daily_run_writes_and_what_the_permit_writes_are_the_same(session: Any, permit: Permit) -> None:
    assert len(actions.refresh_duties(permit, "再算一次", by=person("permit")).added) == 5
    assert actions.begin_rounds(TODAY) == 0


def test_a_day_on_which_no_round_begins_asks_the_same_however_many_permits_there_are(
    session: Any, begun: Permit
) -> None:
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda _c, _k, text, *_rest: asked.append(text))
    actions.begin_rounds(TODAY)
    assert len(asked) == 2


def test_a_result_meets_its_round_on_its_day_and_no_other(session: Any, begun: Permit) -> None:
    take(begun, date(2026, 10, 31))
    found = rounds(begun)
    assert {key for key, each in found.items() if each.fulfilled_on} == {"2026-10"}
    assert found["2026-10"].fulfilled_on == date(2026, 10, 31)
    assert obligations.standing(found["2026-10"], TODAY) is Standing.FULFILLED
    take(begun, date(2026, 11, 2))
    take(begun, date(2026, 11, 1))
    assert rounds(begun)["2026-11"].fulfilled_on == date(2026, 11, 2), "what was met stays as it was"


def test_what_was_not_detected_meets_its_round(session: Any, begun: Permit) -> None:
    given = replace(sample(date(2026, 11, 3)), value=None, detection_limit=Decimal(4))
    actions.record_results(begun, [given], by=person("preparer"))
    assert rounds(begun)["2026-11"].fulfilled_on == date(2026, 11, 3)


def test_a_result_marked_invalid_opens_its_round_and_another_meets_it(session: Any, begun: Permit) -> None:
    take(begun, date(2026, 11, 3))
    take_back(begun)
    assert rounds(begun)["2026-11"].fulfilled_on is None
    take(begun, date(2026, 11, 9))
    assert rounds(begun)["2026-11"].fulfilled_on == date(2026, 11, 9)


def test_a_corrected_figure_changes_nothing_and_a_second_result_holds_the_round(session: Any, begun: Permit) -> None:
    first = sample(date(2026, 11, 3))
    actions.record_results(begun, [first, sample(date(2026, 11, 5))], by=person("preparer"))
    assert actions.record_results(begun, [replace(first, value=Decimal(31))], by=person("preparer")).replaced == 1
    assert rounds(begun)["2026-11"].fulfilled_on == date(2026, 11, 3)
    actions.record_results(begun, [replace(first, invalid_reason="仪器故障（示例）")], by=person("preparer"))
    assert rounds(begun)["2026-11"].fulfilled_on == date(2026, 11, 3), "the other one is there still"


def test_other_pollutants_and_outlets_meet_nothing(session: Any, begun: Permit) -> None:
    given = ResultInput("DA001", made.SO2, sample(date(2026, 11, 3)).measured_at, Decimal(12), "mg/m³")
    ph = replace(sample(date(2026, 11, 3), "7", made.PH), unit="无量纲")
    actions.record_results(begun, [given, ph], by=person("preparer"))
    assert not [each for each in rounds(begun).values() if each.fulfilled_on]


def test_results_that_were_there_before_the_round_was_written_meet_it(session: Any, permit: Permit) -> None:
    take(permit, date(2026, 8, 5))
    take(permit, date(2026, 11, 5))
    assert actions.begin_rounds(TODAY) == 5
    assert {key for key, each in rounds(permit).items() if each.fulfilled_on} == {"2026-08", "2026-11"}


def test_results_that_were_there_before_a_version_meet_what_it_adds(session: Any, begun: Permit) -> None:
    take(begun, date(2026, 10, 20))
    changed(begun, TODAY, "1次/季")
    quarter = rounds(begun)["monitoring-DW001-1次/季-2026-q4"]
    assert quarter.fulfilled_on == date(2026, 10, 20)


def changed(permit: Permit, on: date, frequency: str) -> None:
    """A version from a day on that wants the waste water sampled otherwise."""
    facts = made.facts(ground=VersionGround.CHANGE, in_force_from=on, decided_on=on)
    second = actions.draft_version(permit, facts, by=person("permit"))
    watched = [actions.MonitoringInput("DW001", made.COD, "化学需氧量", frequency, "手工")]
    actions.set_monitoring(second, watched, by=person("permit"))
    actions.issue_version(second, by=person("permit"))
    db.session.commit()


def test_another_frequency_voids_only_the_rounds_it_concerns(session: Any, begun: Permit) -> None:
    take(begun, date(2026, 11, 3))
    changed(begun, date(2026, 10, 1), "1次/半年")
    every = [each for each in obligations.of(begun) if each.kind is ObligationKind.MONITORING]
    voided = {each.key[-7:]: each.void_reason for each in every if each.voided_on}
    assert set(voided) == {"2026-10"} and all(voided.values())
    left = rounds(begun)
    assert {"2026-07", "2026-08", "2026-09", "2026-11"} < set(left), "before it, and what was met"
    assert left["monitoring-DW001-1次/半年-2026-h2"].fulfilled_on == date(2026, 11, 3)
    assert actions.refresh_duties(begun, "再算一次", by=person("permit")).empty


def test_a_round_under_way_keeps_what_it_was(session: Any, begun: Permit) -> None:
    changed(begun, date(2026, 11, 16), "1次/季")
    assert {"2026-11", "monitoring-DW001-1次/季-2026-q4"} < set(rounds(begun))
    with clock.at(at(date(2027, 1, 4))):
        actions.begin_rounds(clock.today())
        assert "2026-12" not in rounds(begun)


def test_the_end_of_a_permit_voids_the_round_under_way_alone(session: Any, begun: Permit) -> None:
    actions.end_permit(begun, "cancel", TODAY, "停产（示例）", by=person("permit"))
    assert list(rounds(begun)) == [f"2026-{month:02}" for month in range(7, 11)]


def test_results_of_a_permit_touch_no_other(session: Any, begun: Permit, far_firm: Enterprise) -> None:
    other = made.permit(far_firm)
    actions.begin_rounds(TODAY)
    take(begun, date(2026, 11, 3))
    assert rounds(begun)["2026-11"].fulfilled_on
    assert not [each for each in rounds(other).values() if each.fulfilled_on]


def test_many_results_of_an_instrument_ask_once_more_for_what_is_owed(session: Any, begun: Permit) -> None:
    start = clock.midnight(date(2026, 11, 1))
    given = [
        ResultInput("DA001", made.SO2, start + timedelta(hours=hour), Decimal(12 + hour % 5), "mg/m³", MeasureKind.HOUR)
        for hour in range(48)
    ]
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda _c, _k, text, *_rest: asked.append(text))
    actions.record_results(begun, given, by=person("preparer"))
    assert len([text for text in asked if "FROM obligation" in text]) == 1
    assert session.scalar(select(func.count(MonitoringResult.id))) == 48
