"""Do the figures of tables hold the numbers that were computed, with units on every axis?"""

import numpy as np
import pytest
from plotly.colors import hex_to_rgb, unlabel_rgb

from dashboard.explain_tables.figures import all_rows as all_rows_figures
from dashboard.explain_tables.figures import dependence as dependence_figures
from dashboard.explain_tables.figures import metrics as metrics_figures
from dashboard.explain_tables.figures import pitfalls as pitfalls_figures
from dashboard.explain_tables.figures import rows as rows_figures
from dashboard.explain_tables.figures.metrics import confusion_counts
from dashboard.figures import palette
from engine.metrics import confusion, curves
from engine.topics.explain_tables.pitfalls.correlated import (
    Correlated,
    closed_form,
    cloud,
    computed,
    ellipse,
)

DRAW = np.random.default_rng(0)
FEATURES = ("amount (EUR)", "city", "age")
WORDS = (None, ("north", "south"), None)
VALUES = DRAW.normal(size=(40, 3)) * [0.5, 2, 1]
X = np.stack([DRAW.random(40), DRAW.integers(0, 2, 40), DRAW.random(40)], 1).astype(float)
ROWS = np.arange(100, 140)
ANSWERS = VALUES.sum(1) - 1


def titles(figure) -> list[str]:
    axes = [*figure.select_xaxes(), *figure.select_yaxes()]
    return [axis.title.text for axis in axes if axis.title.text]


def test_a_beeswarm_holds_every_value_once_in_the_order_of_importance():
    figure = all_rows_figures.beeswarm(VALUES, X, ROWS, FEATURES, WORDS, "log-odds", chosen=103)
    swarms = [t for t in figure.data if t.type == "scattergl"]
    assert [t.name for t in swarms] == ["amount (EUR)", "age", "city"]  # from below
    for trace in swarms:
        feature = FEATURES.index(trace.name)
        np.testing.assert_array_equal(trace.x, VALUES[:, feature])
        np.testing.assert_array_equal(trace.customdata[:, 0], ROWS)
        assert np.abs(trace.y - np.round(trace.y)).max() <= 0.5
    assert list(swarms[2].text[:2]) == [WORDS[1][int(v)] for v in X[:2, 1]]
    marked = next(t for t in figure.data if t.name == "row 103")
    assert sorted(marked.x) == sorted(VALUES[3])
    assert "Shapley value (log-odds)" in titles(figure)


def test_points_of_a_swarm_do_not_stand_on_each_other():
    values = np.repeat([0.0, 1.0], [30, 5])
    shift = all_rows_figures.swarm(values, 0, 1)
    assert len(set(shift[:30])) == 30 and np.abs(shift).max() <= 1
    assert np.abs(shift[30:]).max() < np.abs(shift[:30]).max()
    assert all_rows_figures.ranks(np.array([5.0, 1, 5, 9])).tolist() == pytest.approx(
        [0.5, 0, 0.5, 1]
    )


def test_bars_are_means_of_sizes_beside_means_of_losses():
    drops = DRAW.random((3, 7))
    sizes, losses = all_rows_figures.bars(VALUES, drops, FEATURES, "log-odds", "AUC").data
    assert list(sizes.y) == ["amount (EUR)", "age", "city"]
    np.testing.assert_allclose(sizes.x, np.abs(VALUES).mean(0)[[0, 2, 1]])
    np.testing.assert_allclose(losses.x, drops.mean(1)[[0, 2, 1]])
    np.testing.assert_allclose(losses.error_x.array, drops.std(1)[[0, 2, 1]])
    assert len(all_rows_figures.bars(VALUES, None, FEATURES, "log-odds", "AUC").data) == 1


def test_dependence_puts_categories_beside_each_other_and_colours_by_the_other():
    figure = dependence_figures.dependence(
        X[:, 0], VALUES[:, 0], X[:, 1], ROWS, (FEATURES[0], FEATURES[1]), (None, WORDS[1]), "u"
    )
    assert [t.name for t in figure.data] == ["city: north", "city: south"]
    north = X[:, 1] == 0
    np.testing.assert_array_equal(figure.data[0].y, VALUES[north, 0])
    np.testing.assert_array_equal(figure.data[0].x, X[north, 0])
    own = dependence_figures.dependence(
        X[:, 1], VALUES[:, 1], X[:, 0], ROWS, (FEATURES[1], FEATURES[0]), (WORDS[1], None), "u"
    )
    assert np.abs(own.data[0].x - X[:, 1]).max() <= dependence_figures.SPREAD
    assert list(own.layout.xaxis.ticktext) == ["north", "south"]
    assert own.data[0].marker.colorbar.title.text == FEATURES[0]


def test_a_heat_map_is_symmetric_and_keeps_what_it_does_not_name():
    order = rows_figures.alike(VALUES)
    assert sorted(order) == list(range(40))
    figure = rows_figures.heat(VALUES, ANSWERS, ROWS, order, FEATURES, "log-odds", most=2)
    line, heat = figure.data
    np.testing.assert_allclose(line.y, ANSWERS[order])
    np.testing.assert_allclose(np.asarray(heat.z).sum(0), VALUES[order].sum(1), rtol=1e-5)
    assert heat.zmin == -heat.zmax and list(heat.y)[-1] == "1 more together"
    near = np.abs(np.diff(VALUES[order], axis=0)).sum()
    assert near < np.abs(np.diff(VALUES, axis=0)).sum()


def test_every_decision_starts_at_the_base_and_ends_at_its_answer():
    figure = rows_figures.decisions(VALUES, -1.0, ROWS, FEATURES, "log-odds", chosen=103)
    ends = {}
    for trace in figure.data:
        if trace.x is None or len(trace.x) < 4 or trace.name:
            continue
        for start in range(0, len(trace.x), 5):  # base, three columns, a gap
            assert trace.x[start] == pytest.approx(-1.0)
            ends[int(trace.customdata[start])] = trace.x[start + 3]
    assert ends == pytest.approx(dict(zip(ROWS.tolist(), ANSWERS, strict=True)))
    chosen = next(t for t in figure.data if t.name == "row 103")
    assert chosen.x[-1] == pytest.approx(ANSWERS[3])


def test_answers_and_counts_are_all_there():
    truth = DRAW.random(500) < 0.3
    p = np.clip(0.3 * truth + DRAW.random(500) * 0.7, 0, 1)
    counts = confusion(truth, p >= 0.4)
    figure = metrics_figures.answers(truth, p, 0.4, counts, ("well", "ill"))
    well, ill, table = figure.data
    assert (sum(well.y), sum(ill.y)) == ((~truth).sum(), truth.sum())
    assert table.customdata[0][1] == counts.false_positive
    assert table.z[1][1] == pytest.approx(counts.true_positive / truth.sum())
    assert figure.layout.shapes[0].x0 == 0.4
    line = curves(truth, p)
    assert line is not None
    figure = metrics_figures.thresholds({"m": line}, {"m": (0.2, 0.8, 0.6)}, truth.mean())
    assert f"AUC {line.auc:.3f}" in figure.data[0].name
    points = [t for t in figure.data if t.mode == "markers"]
    assert [(t.x[0], t.y[0]) for t in points] == [(0.2, 0.8), (0.8, 0.6)]
    assert len(titles(figure)) == 4


def test_a_regression_draws_every_model_and_the_wrong_target():
    target, good = np.array([1.0, 2, 3]), np.array([1.1, 2, 2.9])
    figure = metrics_figures.numbers(target, {"m": good, "n": target}, 1, "score")
    assert [t.name for t in figure.data] == ["perfect", "m", "n"]
    assert figure.layout.shapes[0].x0 == 2
    assert titles(figure) == ["true score", "predicted score"]
    counts = confusion_counts(np.array([0, 1, 1]), np.array([0, 1, 2]), 3)
    assert counts.tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_both_games_are_drawn_with_the_computed_marks_on_their_lines():
    config, grid = Correlated(), np.linspace(-0.9, 0.9, 7)
    found = dict(zip(("plain", "inferred"), computed(config), strict=True))
    lines = dict(zip(("plain", "inferred"), closed_form(config, grid), strict=True))
    figure = pitfalls_figures.games(
        cloud(config), cloud(config), ellipse(0.8), (1.5, 1.0), grid, lines, 0.8, found
    )
    marks = [t for t in figure.data if t.name == "computed"]
    assert [t.y[0] for t in marks] == pytest.approx(np.concatenate(list(found.values())))
    line = next(t for t in figure.data if t.name == "φ₂ inferred")
    np.testing.assert_allclose(line.y, 0.5 * grid, atol=1e-12)  # ½ ρ w₁ x₂


def test_backgrounds_models_and_alarms_are_told_apart():
    values = DRAW.normal(size=(3, 4, 3)) * [1, 3, 2]
    figure = pitfalls_figures.spread(values, (1, 3, 10), FEATURES, "u", most=2)
    points = [t for t in figure.data if t.mode == "markers"]
    assert [t.name for t in points] == ["city", "age"]
    np.testing.assert_array_equal(points[0].y, values[:, :, 1].ravel())
    assert list(figure.layout.xaxis.ticktext) == ["1", "3", "10"]
    figure = pitfalls_figures.side_by_side({"a": {"x": 1.0, "y": -2.0}, "b": {"x": 3.0}}, "n", "u")
    assert list(figure.data[0].y) == ["x", "y"] and list(figure.data[1].x) == [3.0, None]
    figure = pitfalls_figures.alarms({"m": np.array([4, 1])}, ("north", "south"))
    assert list(figure.data[0].y) == [4, 1]
    square = np.abs(DRAW.normal(size=(3, 3)))
    np.testing.assert_array_equal(pitfalls_figures.pairs(square, FEATURES, "u").data[0].z, square)


@pytest.mark.parametrize("page", ["#FFFFFF", "#191817"])
def test_every_point_can_be_told_from_the_page(page):
    """A contrast of two on a dark page, and of one and a half on a white one."""

    def light(code: str) -> float:
        red, green, blue = (
            (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
            for c in (np.array(hex_to_rgb(code) if code[0] == "#" else unlabel_rgb(code)) / 255)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue  # WCAG 2, relative luminance

    for _, shade in palette.MARKS:
        bright, dark = sorted((light(page), light(shade)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > (1.5 if page == "#FFFFFF" else 2), shade


def test_categories_have_no_order_and_so_no_colours_of_one():
    figure = all_rows_figures.beeswarm(VALUES, X, ROWS, FEATURES, WORDS, "log-odds", chosen=103)
    swarms = {t.name: t.marker for t in figure.data if t.type == "scattergl"}
    assert swarms["city"].color == palette.GREY and not swarms["city"].showscale
    assert sum(bool(marker.showscale) for marker in swarms.values()) == 1
