"""What changed from version to version, in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from permits.models import LimitKind, LimitSource, OutletKind, ReportPeriod
from permits.rules import differences as rules
from permits.rules.differences import Change, Content

NOX = rules.LimitFact("DA001", "a21002", "氮氧化物", LimitKind.CONCENTRATION, None, Decimal(500), "mg/m³")
PH = rules.LimitFact("DW001", "w01001", "pH", LimitKind.CONCENTRATION, Decimal(6), Decimal(9), "无量纲")
OLD = Content(
    outlets=[rules.OutletFact("DA001", "焦炉烟囱", OutletKind.AIR_MAIN)],
    limits=[NOX],
    monitoring=[rules.MonitoringFact("DA001", "a21002", "氮氧化物", "1次/半年")],
    reports=[rules.ReportFact(ReportPeriod.QUARTER, 15)],
    conditions=[rules.ConditionFact("7.1", "台账", "每日记录")],
)


def test_the_same_content_differs_in_nothing() -> None:
    assert rules.differences(OLD, OLD) == []


def test_a_lower_limit_is_tighter_and_says_both_values() -> None:
    (found,) = rules.differences(OLD, replace(OLD, limits=[replace(NOX, value=Decimal(150))]))
    assert (found.title, found.before, found.after, found.change) == (
        "DA001 氮氧化物浓度",
        "500 mg/m³",
        "150 mg/m³",
        Change.TIGHTER,
    )


@pytest.mark.parametrize(
    ("low", "high", "change"),
    [
        ("6.5", "8.5", Change.TIGHTER),
        ("5.5", "9", Change.LOOSER),
        ("6", "9.5", Change.LOOSER),
        ("5", "8", Change.REWORDED),
        ("6", "8.5", Change.TIGHTER),
    ],
)
def test_a_range_is_tighter_only_when_nothing_more_is_allowed(low: str, high: str, change: Change) -> None:
    assert rules.limit_change(PH, replace(PH, low=Decimal(low), value=Decimal(high))) is change


def test_other_units_cannot_be_compared() -> None:
    assert rules.limit_change(NOX, replace(NOX, value=Decimal(1), unit="kg/h")) is Change.REWORDED


def test_a_limit_that_rests_on_something_else_is_named_though_its_figure_is_the_same() -> None:
    (found,) = rules.differences(OLD, replace(OLD, limits=[replace(NOX, source=LimitSource.ULTRA_LOW)]))
    assert (found.before, found.after) == ("500 mg/m³", "500 mg/m³（超低排放）")
    assert found.change is Change.REWORDED


def test_more_frequent_monitoring_is_named() -> None:
    watched = rules.MonitoringFact("DA001", "a21002", "氮氧化物", "1次/季")
    (found,) = rules.differences(OLD, replace(OLD, monitoring=[watched]))
    assert (found.change, found.before, found.after) == (Change.MORE_OFTEN, "1次/半年", "1次/季")
    (back,) = rules.differences(replace(OLD, monitoring=[watched]), OLD)
    assert back.change is Change.LESS_OFTEN


def test_new_and_dropped_provisions_are_named() -> None:
    outlet = rules.OutletFact("DW001", "废水总排口", OutletKind.WATER, "间接")
    condition = rules.ConditionFact("7.4", "台账", "每班记录氨逃逸")
    new = replace(OLD, outlets=[*OLD.outlets, outlet], conditions=[condition], reports=[])
    found = {each.title: (each.before, each.after, each.change) for each in rules.differences(OLD, new)}
    assert found == {
        "排放口 DW001": ("", "废水总排口，废水排放口，间接", Change.ADDED),
        "执行报告季报": ("期后 15 日内", "", Change.DROPPED),
        "7.1 台账": ("每日记录", "", Change.DROPPED),
        "7.4 台账": ("", "每班记录氨逃逸", Change.ADDED),
    }
