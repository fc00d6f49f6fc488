"""A report on the firm's side: opened, filled, checked, sent."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.actions import FigureInput, ResultInput
from permits.models import ExecutionReport, Permit, ReportState
from registry.models import Notification
from tests.permits import made

Make = Callable[..., ExecutionReport]


def results(permit: Permit, *values: str) -> None:
    """Monitoring results of COD, one a month from July 2026."""
    given = [
        ResultInput("DW001", made.COD, datetime(2026, 7 + at, 10, 9, tzinfo=clock.BEIJING), Decimal(value), "mg/L")
        for at, value in enumerate(values)
    ]
    actions.record_results(permit, given, by=made.person("preparer"))


def opened(permit: Permit, key: str = "2026-q3") -> ExecutionReport:
    """A report just opened."""
    return actions.open_report(made.owed(permit, key), by=made.person("preparer"))


def test_a_new_report_has_a_line_for_each_outlet_and_pollutant_with_its_limits(session: Any, permit: Permit) -> None:
    found = opened(permit)
    lines = {each.row: each for each in queries.reports.lines(found)}
    assert sorted(lines) == sorted(made.ROWS)
    ph = lines[f"DW001/{made.PH}"]
    assert (ph.limit_low, ph.limit_value) == (Decimal(6), Decimal(9))
    assert lines[f"DA001/{made.SO2}"].annual_limit == Decimal("118.4")
    assert lines[f"DA001/{made.NOX}"].annual_limit is None
    assert (found.period_from, found.period_to) == (date(2026, 7, 1), date(2026, 9, 30))


def test_a_new_report_is_filled_from_the_monitoring_and_from_nothing_else(session: Any, permit: Permit) -> None:
    results(permit, "33", "35", "41")
    found = opened(permit)
    figures = {each.pollutant_code: each for each in found.figures}
    cod = figures[made.COD]
    assert (cod.mean, cod.minimum, cod.maximum, cod.samples, cod.exceedances) == (
        Decimal("36.33"),
        Decimal(33),
        Decimal(41),
        3,
        0,
    )
    assert cod.prefilled_from == "监测记录 3 条"
    assert figures[made.SO2].mean is None


def test_results_on_the_last_day_count_and_on_the_day_after_do_not(session: Any, permit: Permit) -> None:
    last = datetime(2026, 9, 30, 23, 59, tzinfo=clock.BEIJING)
    for at, value in ((last, "40"), (last + timedelta(minutes=1), "49")):
        given = ResultInput("DW001", made.COD, at, Decimal(value), "mg/L")
        actions.record_results(permit, [given], by=made.person("preparer"))
    figure = next(each for each in opened(permit).figures if each.pollutant_code == made.COD)
    assert (figure.samples, figure.maximum) == (1, Decimal(40))


def test_results_in_another_unit_are_left_out(session: Any, permit: Permit) -> None:
    at = datetime(2026, 8, 1, 9, tzinfo=clock.BEIJING)
    actions.record_results(
        permit, [ResultInput("DW001", made.COD, at, Decimal(30000), "μg/L")], by=made.person("preparer")
    )
    assert all(each.mean is None for each in opened(permit).figures)


def test_a_report_is_opened_once(session: Any, permit: Permit) -> None:
    assert opened(permit) is opened(permit)


def test_a_report_opens_on_the_day_after_its_period(session: Any, permit: Permit) -> None:
    with clock.at(date(2026, 9, 30)), pytest.raises(NotAllowed, match="2026-10-01 起可以填报"):
        opened(permit)
    with clock.at(date(2026, 10, 1)):
        assert opened(permit).state is ReportState.DRAFT


@pytest.mark.parametrize("username", ["signer", "far_preparer", "officer", "permit"])
def test_only_the_firms_preparer_opens_its_report(session: Any, permit: Permit, username: str) -> None:
    with pytest.raises(NotAllowed, match="填报人"):
        actions.open_report(made.owed(permit, "2026-q3"), by=made.person(username))


def test_a_duty_that_is_no_report_opens_none(session: Any, permit: Permit) -> None:
    with pytest.raises(NotAllowed, match="不是执行报告"):
        actions.open_report(made.owed(permit, "renewal-2027-03-14"), by=made.person("preparer"))


def test_drafts_are_kept_whatever_is_still_wrong(session: Any, permit: Permit) -> None:
    found = opened(permit)
    row = f"DA001/{made.SO2}"
    actions.save_figures(found, {row: FigureInput(mean=Decimal(99))}, by=made.person("preparer"))
    assert {each.row: each.mean for each in queries.reports.lines(found)}[row] == Decimal(99)
    with pytest.raises(NotAllowed, match="没有填写"):
        actions.send_report(found, by=made.person("preparer"))


def test_a_line_the_permit_does_not_have_is_refused(session: Any, permit: Permit) -> None:
    with pytest.raises(NotAllowed, match="许可证没有"):
        actions.save_figures(opened(permit), {"DA009/x": FigureInput()}, by=made.person("preparer"))


def test_a_wrong_figure_blocks_with_its_place(session: Any, report: Make) -> None:
    wrong = FigureInput(Decimal(45), Decimal(20), Decimal(41), 3, 0, Decimal(3))
    found = report(figures={f"DW001/{made.COD}": wrong})
    with pytest.raises(NotAllowed) as refusal:
        actions.send_report(found, by=made.person("preparer"))
    (item,) = refusal.value.missing
    assert item.field == f"DW001/{made.COD}/mean"
    assert item.url == f"/my/reports/{found.id}/outlets/DW001#{made.COD}"


def test_something_odd_is_sent_only_with_its_reason(session: Any, report: Make) -> None:
    over = FigureInput(Decimal(110), Decimal(80), Decimal(151), 90, 1, None)
    found = report(figures={f"DA001/{made.NOX}": over})
    with pytest.raises(NotAllowed, match="请说明原因"):
        actions.send_report(found, by=made.person("preparer"))
    actions.acknowledge(found, {f"exceeds:DA001/{made.NOX}/maximum": "脱硝喷枪堵塞"}, by=made.person("preparer"))
    actions.send_report(found, by=made.person("preparer"))
    assert found.state is ReportState.CHECKED


def test_a_reason_lapses_when_the_figure_changes(session: Any, report: Make) -> None:
    row = f"DA001/{made.NOX}"
    found = report(figures={row: FigureInput(Decimal(110), Decimal(80), Decimal(151), 90, 1, None)})
    made.confirm(found, "脱硝喷枪堵塞")
    worse = FigureInput(Decimal(110), Decimal(80), Decimal(170), 90, 1, None)
    actions.save_figures(found, {row: worse}, by=made.person("preparer"))
    with pytest.raises(NotAllowed, match="填写 170"):
        actions.send_report(found, by=made.person("preparer"))


def test_a_reason_for_nothing_odd_is_refused(session: Any, report: Make) -> None:
    with pytest.raises(NotAllowed, match="提示已变化"):
        actions.acknowledge(report(), {"exceeds:DA001/x/mean": "x"}, by=made.person("preparer"))


def test_the_signer_is_told_and_the_preparer_can_take_it_back(session: Any, report: Make) -> None:
    found = made.send(report())
    told = session.scalars(select(Notification).where(Notification.user_id == made.person("signer").id))
    assert any(each.title.startswith("待签发") for each in told)
    with pytest.raises(NotAllowed, match="不能修改"):
        actions.save_operation(found, 0, "x", by=made.person("preparer"))
    actions.withdraw_report(found, by=made.person("preparer"))
    assert found.state is ReportState.DRAFT


def test_the_signer_gives_it_back_with_words(session: Any, report: Make) -> None:
    found = made.send(report())
    with pytest.raises(NotAllowed, match="请写明"):
        actions.decline_report(found, " ", by=made.person("signer"))
    actions.decline_report(found, "COD 请核对", by=made.person("signer"))
    assert found.state is ReportState.DRAFT
    told = session.scalars(select(Notification).where(Notification.user_id == made.person("preparer").id))
    assert any(each.body == "COD 请核对" for each in told)


def test_earlier_quarters_count_towards_the_years_tonnes(session: Any, permit: Permit) -> None:
    with clock.at(date(2026, 7, 10)):
        made.sign(made.report(permit, "2026-q2"))
    heavy = FigureInput(Decimal(30), Decimal(20), Decimal(41), 3, 0, Decimal("17.5"))
    found = made.report(permit, figures={f"DW001/{made.COD}": heavy})
    assert queries.reports.reported_earlier(found)[f"DW001/{made.COD}"] == Decimal(3)
    assert any(each.code == "over_year" for each in queries.reports.remarks(found))
    assert queries.reports.beside(found)[f"DW001/{made.COD}"].last_mean == Decimal(30)


def test_an_annual_report_is_held_against_its_own_tonnes_alone(session: Any, permit: Permit) -> None:
    with clock.at(date(2026, 10, 10)):
        made.sign(made.report(permit))
    with clock.at(date(2027, 1, 10)):
        year = made.report(permit, "2026")
        assert queries.reports.reported_earlier(year) == {}
        assert queries.reports.emitted(permit.id, 2026)[f"DW001/{made.COD}"] == Decimal(3)
