"""Do the figures of one prediction hold the values, and add up as they claim?"""

import numpy as np
import pytest

from dashboard.explain_tables.figures import accuracy as accuracy_figures
from dashboard.explain_tables.figures import axioms as axioms_figures
from dashboard.explain_tables.figures import estimator_comparison as estimator_comparison_figures
from dashboard.explain_tables.figures import force as force_figures
from dashboard.explain_tables.figures import shapley_sum as shapley_sum_figures
from dashboard.explain_tables.figures import waterfall as waterfall_figures
from dashboard.explain_tables.figures.accuracy import Tried
from dashboard.explain_tables.figures.waterfall import DOWN, UP
from engine.topics.explain_tables.shapley.exact import by_size, shapley

VALUES = np.array([0.5, -2.0, 0.0, 1.25, -0.1])
LABELS = [f"x{i} = {i}" for i in range(5)]
BASE, ANSWER = 3.0, 3.0 + VALUES.sum()


def titles(figure) -> list[str]:
    axes = [*figure.select_xaxes(), *figure.select_yaxes()]
    return [axis.title.text for axis in axes if axis.title.text]


def bars(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


def test_a_waterfall_climbs_from_the_base_to_the_answer_without_a_gap():
    figure = waterfall_figures.waterfall(VALUES, BASE, LABELS, "log-odds")
    (trace,) = bars(figure)
    steps, starts = (np.array(some, float) for some in (trace.x, trace.base))
    assert starts[0] == BASE and starts[-1] + steps[-1] == pytest.approx(ANSWER)
    np.testing.assert_allclose(starts[1:], (starts + steps)[:-1])
    assert (np.diff(np.abs(steps)) >= 0).all(), "the largest step is on top"
    assert list(trace.hovertext) == ["x2 = 2", "x4 = 4", "x0 = 0", "x3 = 3", "x1 = 1"]
    assert [c == UP for c in trace.marker.color] == [bool(step >= 0) for step in steps]
    assert titles(figure) == ["log-odds"]
    assert [shape.x0 for shape in figure.layout.shapes] == pytest.approx([ANSWER, BASE])


def test_many_features_share_the_lowest_bar_and_still_add_up():
    many = np.linspace(-1, 2, 30)
    figure = waterfall_figures.waterfall(many, BASE, [f"x{i}" for i in range(30)], "mmol", most=6)
    (trace,) = bars(figure)
    assert len(trace.x) == 7 and trace.hovertext[0] == "24 others"
    assert trace.base[-1] + trace.x[-1] == pytest.approx(BASE + many.sum())


@pytest.mark.parametrize("values", [VALUES, np.abs(VALUES), -np.abs(VALUES), np.zeros(5)])
def test_in_a_force_bar_pushes_meet_at_the_answer(values):
    figure = force_figures.force(values, BASE, LABELS, "log-odds")
    up, down = bars(figure)
    answer = BASE + values.sum()
    assert sum(up.x) - sum(down.x) == pytest.approx(values.sum())
    for start, length, value in zip(up.base, up.x, up.customdata, strict=True):
        assert length == value and start + length <= answer + 1e-12
    for start, length, value in zip(down.base, down.x, down.customdata, strict=True):
        assert length == -value and start >= answer - 1e-12
    if len(up.x):
        assert max(np.add(up.base, up.x)) == pytest.approx(answer)
        assert min(up.base) == pytest.approx(answer - sum(up.x)), "end to end, without overlap"
    if len(down.x):
        assert min(down.base) == pytest.approx(answer)
        assert max(np.add(down.base, down.x)) == pytest.approx(answer + sum(down.x))


def test_the_sums_bars_average_to_the_value():
    v = np.random.default_rng(0).normal(size=16)
    figure = shapley_sum_figures.by_size(by_size(v, 2), np.array([1, 3, 3, 1]), "age", "log-odds")
    (trace,) = bars(figure)
    assert np.mean(trace.y) == pytest.approx(shapley(v)[2])
    assert figure.layout.shapes[0].y0 == pytest.approx(shapley(v)[2])
    assert list(trace.customdata) == [1, 3, 3, 1]
    assert titles(figure) == ["other features known", "added by age<br>(log-odds)"]


def test_estimators_stand_beside_each_other_in_their_own_colours_and_marks():
    said = {"Exact": VALUES, "Deep": VALUES + 0.1}
    figure = estimator_comparison_figures.estimates(
        said, [f"x{i}" for i in range(5)], "log-odds", most=3
    )
    assert [trace.name for trace in figure.data] == ["Exact", "Deep"]
    assert list(figure.layout.yaxis.ticktext) == ["x0", "x3", "x1"]
    np.testing.assert_allclose(figure.data[1].x, VALUES[[0, 3, 1]] + 0.1)
    assert figure.data[0].marker.symbol != figure.data[1].marker.symbol
    assert figure.data[0].marker.color not in (UP, DOWN, figure.data[1].marker.color)


def test_errors_show_each_seed_and_the_median_at_both_costs():
    tried = Tried(
        samples=np.array([1.0, 1, 1, 4, 4, 4]),
        error=np.array([0.3, 0.1, 0.2, 0.05, 0.0, 0.1]),
        seconds=np.array([1.0, 2, 3, 4, 5, 6]) / 1000,
        asked=np.array([100.0, 100, 100, 400, 400, 400]),
    )
    figure = accuracy_figures.errors({"Sampling": tried}, 2.0, (25_600.0, 0.01), "log-odds")
    each, median, each_second, median_second = figure.data
    assert list(median.x) == [100, 400] and list(median_second.x) == [0.002, 0.005]
    np.testing.assert_allclose(median.y, [0.2, 0.05])
    assert min(each.y) == 2.0 * accuracy_figures.FLOOR, "0 has no place on a logarithm"
    assert each.customdata[4][1] == 0.0, "but its mark says what it is"
    assert list(each_second.y) == list(each.y)
    assert {shape.x0 for shape in figure.layout.shapes} == {25_600.0, 0.01}
    assert [a.x for a in figure.layout.annotations] == pytest.approx([np.log10(25_600), -2])
    assert figure.layout.yaxis.type == "log" and "log-odds" in figure.layout.yaxis.title.text


def test_the_spread_is_of_differences_from_the_exact_values():
    said = {"Kernel (32)": np.stack([VALUES + 0.2, VALUES - 0.1])}
    figure = accuracy_figures.spread(said, VALUES, [f"x{i}" for i in range(5)], "log-odds", [3])
    np.testing.assert_allclose(sorted(set(np.round(figure.data[0].x, 12))), [-0.1, 0.2])
    assert len(figure.data[0].x) == 10 and "exact" in titles(figure)[0]


def test_an_estimator_keeps_its_colour_from_chart_to_chart():
    one = np.array([1.0, 2])
    labels = ["Deep", "Gradient", "Kernel"]
    above = accuracy_figures.errors(
        {label: Tried(one, one, one, one) for label in labels}, 1.0, None, "log-odds"
    )
    colours = {trace.name: trace.marker.color for trace in above.data}
    below = accuracy_figures.spread({"Kernel (32)": VALUES[None]}, VALUES, "abcde", "log-odds", [2])
    assert below.data[0].marker.color == colours["Kernel"] != colours["Deep"]


def test_axioms_say_kept_missed_or_not_fitting():
    residuals = np.array([[0.0, 1e-9], [0.25, np.nan]])
    figure = axioms_figures.axioms(residuals, ["Exact", "Gradient"], ["efficiency", "dummy"])
    (trace,) = figure.data
    assert [list(row) for row in trace.text] == [["kept", "kept"], ["25.0%", "–"]]
    assert trace.zmin == -6 and trace.zmax == 0 and trace.z[0][0] == -6
    assert np.isnan(trace.z[1][1]) and trace.colorbar.title.text


def test_no_piece_of_a_force_bar_shows_a_value_without_its_column():
    labels = ["distance from home (km) = 32.65", "online = yes", "city = Northport"]
    figure = force_figures.force(np.array([0.2, 0.4, 0.1]), 0.0, labels, "log-odds")
    bare = {label.rsplit(" = ", 1)[1] for label in labels}
    small = figure.layout.meta["narrow"]["data"]
    for texts in (*(bar.text for bar in figure.data), *(one["text"] for one in small.values())):
        assert not bare & set(texts)
    assert "online = yes" in figure.data[0].text
