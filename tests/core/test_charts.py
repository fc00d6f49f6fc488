"""The geometry of charts: what is larger is drawn larger, nothing leaves the picture, every figure is in the table."""

from hypothesis import example, given
from hypothesis import strategies as st

from core import charts
from core.charts import Chart, Row, Series

LATE, OPEN = Series("逾期", "f4"), Series("未到期", "f2")
FIGURES = st.floats(0, 1e6, allow_nan=False)


def inside(chart: Chart) -> bool:
    edge = 0.2  # every coordinate is rounded to a tenth
    boxes = all(
        box.x >= -edge
        and box.y >= -edge
        and box.width >= 0
        and box.x + box.width <= chart.width + edge
        and box.y + box.height <= chart.height + edge
        for box in chart.boxes
    )
    return boxes and all(0 <= dot.x <= chart.width and 0 <= dot.y <= chart.height for dot in chart.dots)


@example([("", 0.0, 5e-324)])
@given(st.lists(st.tuples(st.text(max_size=12), FIGURES, FIGURES), min_size=1, max_size=30))
def test_bars_and_columns_stay_in_the_picture(given_rows: list[tuple[str, float, float]]) -> None:
    rows = [Row(label, (late, open_)) for label, late, open_ in given_rows]
    assert inside(charts.bars(rows, [LATE, OPEN], head="县市"))
    assert inside(charts.columns(rows, [LATE, OPEN], head="周"))
    assert inside(charts.stacked(rows, [LATE, OPEN], head="月"))


@given(st.lists(st.none() | st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=60))
def test_a_line_stays_in_the_picture_whatever_is_missing(values: list[float | None]) -> None:
    chart = charts.line([Row(str(number), (value,)) for number, value in enumerate(values)], head="月", label="率")
    assert inside(chart)
    assert len(chart.rows) == len(values)


def test_a_bar_twice_as_high_is_twice_as_long() -> None:
    short, long = charts.bars([Row("甲", (2,)), Row("乙", (4,))], [LATE], head="县市").boxes
    assert abs(long.width - 2 * short.width) <= 0.2


def test_the_parts_of_a_whole_fill_the_column() -> None:
    chart = charts.stacked([Row("1 月", (1, 3))], [LATE, OPEN], head="月")
    assert abs(sum(box.height for box in chart.boxes) - (charts.PLOT_FLOOR - charts.PLOT_TOP)) <= 0.2


def test_the_line_is_broken_where_a_figure_is_missing() -> None:
    rows = [Row(str(number), (value,)) for number, value in enumerate((1, 2, None, 4, 5))]
    assert [curve.kind for curve in charts.line(rows, head="月", label="率").curves] == ["line", "line"]


def test_what_is_reckoned_is_dashed_and_begins_at_the_last_measured_point() -> None:
    rows = [Row(str(number), (value,)) for number, value in enumerate((9, 7, 5, 6))]
    measured, reckoned = charts.line(rows, head="日", label="分", ahead_from=3).curves
    assert (measured.kind, reckoned.kind) == ("line", "line-ahead")
    assert reckoned.points.split()[0] == measured.points.split()[-1]


def test_the_limit_is_drawn_at_its_value_and_named() -> None:
    chart = charts.line([Row("1 月", (10.0,)), Row("2 月", (30.0,))], head="月", label="浓度", limit=("限值 30", 30.0))
    (mark,) = [rule for rule in chart.rules if rule.kind == "mark"]
    assert mark.y1 == mark.y2 == chart.dots[0].y
    assert "限值 30" in [words.text for words in chart.words]


def test_grid_lines_stand_at_round_figures() -> None:
    assert [charts.step_for(most) for most in (3, 6, 17, 90, 1200)] == [1, 2, 5, 50, 500]
    assert charts.step_for(0.4, whole=False) == 0.1


def test_figures_are_written_with_thousands_and_a_true_minus() -> None:
    assert [charts.plain(value) for value in (2146, -3, 0.5, 93.1)] == ["2,146", "−3", "0.5", "93.1"]


def test_a_missing_figure_is_a_dash_in_the_table_and_nothing_is_nothing() -> None:
    chart = charts.columns([Row("1 月", (None,))], [LATE], head="月", unit="件")
    assert chart.shown(None) == "—"
    assert chart.shown(3) == "3件"
    assert chart.empty
