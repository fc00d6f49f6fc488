"""What changed from version to version, in words."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.models import LimitKind, LimitSource, OutletKind, ReportPeriod
from permits.rules import differences as rules
from permits.rules.checks import exceeds
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


NUMBERS = st.decimals(min_value=0, max_value=2000, places=4, allow_nan=False, allow_infinity=False)
CODES = st.sampled_from(["DA001", "DA002", "DW001"])
POLLUTANTS = st.sampled_from([("a21002", "氮氧化物"), ("a21026", "二氧化硫"), ("w01018", "化学需氧量")])


@st.composite
def limits(draw: st.DrawFn) -> rules.LimitFact:
    low, value = sorted((draw(NUMBERS), draw(NUMBERS)))
    return rules.LimitFact(
        draw(CODES),
        *draw(POLLUTANTS),
        draw(st.sampled_from(LimitKind)),
        draw(st.sampled_from([None, low])),
        value,
        draw(st.sampled_from(["mg/m³", "kg/h"])),
        source=draw(st.sampled_from(LimitSource)),
    )


def contents() -> st.SearchStrategy[Content]:
    frequencies = st.sampled_from(["1次/月", "1次/季", "1次/半年", "1次/年", "自动监测"])
    watched = st.builds(
        lambda code, what, often: rules.MonitoringFact(code, *what, often), CODES, POLLUTANTS, frequencies
    )
    return st.builds(
        Content,
        outlets=unique(
            st.builds(rules.OutletFact, CODES, st.text("烟囱", max_size=2), st.sampled_from(OutletKind)), "code"
        ),
        limits=unique(limits(), "outlet_code", "pollutant_code", "kind"),
        monitoring=unique(watched, "outlet_code", "pollutant_code"),
        reports=unique(st.builds(rules.ReportFact, st.sampled_from(ReportPeriod), st.integers(1, 31)), "period"),
        conditions=unique(
            st.builds(
                rules.ConditionFact, st.sampled_from(["7.1", "7.2"]), st.just("台账"), st.text("日记", max_size=2)
            ),
            "label",
        ),
    )


def unique(facts: st.SearchStrategy[Any], *key: str) -> st.SearchStrategy[list[Any]]:
    """No version says the same thing twice: the database holds each key once."""
    return st.lists(facts, max_size=5, unique_by=lambda each: tuple(getattr(each, name) for name in key))


def said(content: Content) -> dict[str, str]:
    """What a version says, provision by provision, as the differences name it."""
    return {each.title: each.after for each in rules.differences(Content(), content)}


@given(contents(), contents())
def test_the_older_version_and_the_differences_together_are_the_newer_version(old: Content, new: Content) -> None:
    found = said(old)
    for each in rules.differences(old, new):
        assert found.pop(each.title, "") == each.before
        if each.change is not Change.DROPPED:
            found[each.title] = each.after
    assert found == said(new)


MIRRORED = {
    Change.TIGHTER: Change.LOOSER,
    Change.MORE_OFTEN: Change.LESS_OFTEN,
    Change.ADDED: Change.DROPPED,
    Change.REWORDED: Change.REWORDED,
}
MIRRORED |= {there: back for back, there in MIRRORED.items()}


@given(contents(), contents())
def test_back_again_every_difference_is_turned_round(old: Content, new: Content) -> None:
    there = {(each.title, each.before, each.after, each.change) for each in rules.differences(old, new)}
    back = {(each.title, each.after, each.before, MIRRORED[each.change]) for each in rules.differences(new, old)}
    assert there == back


@given(limits(), NUMBERS, st.none() | NUMBERS, NUMBERS)
def test_what_a_tighter_limit_allows_was_allowed_before(
    old: Any, value: Decimal, low: Decimal | None, figure: Any
) -> None:
    new = replace(old, low=None if low is None else min(low, value), value=value)

    def allows(limit: rules.LimitFact) -> bool:
        return not exceeds(figure, limit.value, limit.low)

    change = rules.limit_change(old, new)
    if change is Change.TIGHTER:
        assert allows(old) or not allows(new)
    if change is Change.LOOSER:
        assert allows(new) or not allows(old)
