"""Report × self-monitoring × permit, cell by cell."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from permits.rules import checks
from permits.rules.checks import Beside, Level, Line, Measured
from permits.rules.crosscheck import COMPARED, Crossed, Verdict, crossed
from tests.permits.rules.test_checks import QUARTER

LINE = Line(
    "DA001", "a21026", "二氧化硫", limit_value=Decimal(30), limit_unit="mg/m³", annual_limit=Decimal(100),
    mean=Decimal(20), minimum=Decimal(12), maximum=Decimal(28), samples=90, exceedances=0, quantity=Decimal(20),
)  # fmt: skip
SAME = Measured(90, Decimal(20), Decimal(12), Decimal(28), 0)


def one(line: Line = LINE, measured: Measured | None = SAME, earlier: Decimal = Decimal(0)) -> Crossed:
    """One line crossed."""
    (found,) = crossed([line], {line.row: Beside(measured=measured, earlier_quantity=earlier)})
    return found


def with_(**figures: Decimal | int | None) -> Line:
    """The line with other figures."""
    return Line(**{**vars(LINE), **figures})


def test_figures_as_measured_agree() -> None:
    assert (one().verdict, one().notes) == (Verdict.AGREES, ())
    assert one().of_limit == Decimal("93.3")


def test_without_results_there_is_nothing_to_compare() -> None:
    assert one(measured=None).verdict is Verdict.UNCOMPARED


def test_a_difference_is_said_in_words_and_percent() -> None:
    (note,) = one(with_(mean=Decimal(17))).notes
    assert (note.name, note.verdict) == ("mean", Verdict.DIFFERS)
    assert str(note.text) == "填报 17，监测记录 20，少 3（−15 %）"
    (near,) = one(with_(mean=Decimal(22))).notes
    assert (near.verdict, str(near.text)) == (Verdict.WITHIN, "填报 22，监测记录 20，多 2（+10 %）")


def test_a_report_that_knows_of_less_than_was_measured_does_not_fit() -> None:
    wrong = with_(minimum=Decimal(13), maximum=Decimal(27), samples=89)
    assert {each.name for each in one(wrong).notes if each.verdict is Verdict.DIFFERS} == {
        "minimum",
        "maximum",
        "samples",
    }
    hidden = one(measured=Measured(90, Decimal(20), Decimal(12), Decimal(28), 2))
    assert [(each.name, each.verdict) for each in hidden.notes] == [("exceedances", Verdict.DIFFERS)]


def test_what_breaks_the_permit_outweighs_everything() -> None:
    found = one(with_(maximum=Decimal(33), exceedances=1))
    assert found.verdict is Verdict.EXCEEDS
    assert "（+10 %）" in str(found.notes[0].text)
    year = one(earlier=Decimal(85))
    assert [(each.name, str(each.text)) for each in year.notes] == [
        ("quantity", "今年累计 105 t，年许可量 100 t（+5 %）")
    ]


NUMBERS = st.decimals(Decimal(0), Decimal(60), places=1)


@given(NUMBERS, NUMBERS, st.integers(1, 100), st.integers(0, 3), NUMBERS, st.integers(1, 100), st.integers(0, 3))
def test_the_table_and_the_checks_never_disagree(
    low: Decimal, high: Decimal, samples: int, over: int, mean: Decimal, count: int, exceeding: int
) -> None:
    low, high = sorted((low, high))
    line = with_(
        mean=min(max(mean, low), high), minimum=low, maximum=high, samples=samples, exceedances=min(over, samples)
    )
    measured = Measured(count, mean, min(low, mean), max(high, mean), exceeding)
    found = one(line, measured)
    remarks = checks.check_line(line, QUARTER, Beside(measured=measured))
    if not any(each.level is Level.HARD for each in remarks):
        odd = {each.path.rpartition("/")[2] for each in remarks if each.code == "differs"}
        assert {each.name for each in found.notes if each.verdict is Verdict.DIFFERS} == odd
    assert {each.name for each in found.notes} <= {*COMPARED, "quantity"}
