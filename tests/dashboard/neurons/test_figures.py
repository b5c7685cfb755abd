"""Figures of the page Neurons and losses: names, axes, and the values that went in."""

import base64

import numpy as np
import pytest

from dashboard.neurons.figures import curves as curve_figures
from dashboard.neurons.figures import density as density_figures
from dashboard.neurons.figures import information as information_figures
from dashboard.neurons.figures import inputs as input_figures
from dashboard.neurons.figures import likelihood as likelihood_figures
from dashboard.neurons.figures import losses as loss_figures
from dashboard.neurons.figures import patterns as pattern_figures
from dashboard.neurons.figures import perceptron as perceptron_figures
from engine.topics.neurons.clouds import Clouds
from engine.topics.neurons.crossover import crossover
from engine.topics.neurons.curves import CurvesConfig, Sample, fitted, powers
from engine.topics.neurons.decomposition import decomposed
from engine.topics.neurons.density import DensityConfig, classified
from engine.topics.neurons.information import InformationConfig, inform
from engine.topics.neurons.inputs import PREPARED, InputsConfig, compared
from engine.topics.neurons.likelihood import Answers, likelihood
from engine.topics.neurons.losses import LOSSES, LossesConfig, race
from engine.topics.neurons.losses_seeds import over_seeds
from engine.topics.neurons.patterns import Patterns, shifted
from engine.topics.neurons.perceptron import PerceptronConfig, learn
from engine.topics.neurons.points import REACH, Plane


def unpacked(values):
    return np.frombuffer(base64.b64decode(values["bdata"]), np.float32)


def named(film, name):
    (found,) = [trace for trace in film.data if trace.get("name") == name]
    return found


def test_the_film_has_a_frame_for_each_mistake_and_opens_at_the_last() -> None:
    config = PerceptronConfig()
    found = learn(config)
    film = perceptron_figures.film(config, found)
    assert [frame["name"] for frame in film.frames] == [str(k) for k in range(10)]
    assert film.layout["meta"]["film"]["at"] == 9
    for k, frame in enumerate(film.frames[1:], 1):
        x, y = (unpacked(frame["data"][2][axis]) for axis in "xy")
        point = found.x[found.walk.pushed[k - 1]]
        np.testing.assert_allclose([x[0], y[0]], point, atol=1e-6)
    star = named(film, "Novikoff’s bound")
    assert star["x"] == [found.bound]
    assert film.layout["xaxis2"]["title"]["text"] == "mistakes so far, k"


@pytest.mark.parametrize(
    "w", [[1, 2, 3], [0.5, 1, 0], [0.5, 0, -2], [0, 0, 0, 1], [1, 0.2, 0.3, -4]]
)
def test_a_boundary_is_where_the_sum_is_zero_and_has_no_gaps(w) -> None:
    b, one, two, three = (*map(float, w), 0.0)[:4]
    x, y = perceptron_figures.boundary(np.array(w, dtype=float))
    drawn = np.isfinite(x) & np.isfinite(y)
    assert drawn.sum() > 50
    x, y = x[drawn], y[drawn]
    assert (np.abs(x) <= REACH + 1e-9).all() and (np.abs(y) <= REACH + 1e-9).all()
    np.testing.assert_allclose(b + one * x + two * y + three * x * y, 0, atol=1e-9)


def test_no_line_is_a_star_with_threads_to_both_classes() -> None:
    config = PerceptronConfig(plane=Plane(preset="xor"))
    film = perceptron_figures.film(config, learn(config))
    star = named(film, "a mean of both classes")
    assert unpacked(star["x"]) == pytest.approx([0]) and unpacked(star["y"]) == pytest.approx([0])
    assert not [trace for trace in film.data if trace.get("name") == "Novikoff’s bound"]


def test_a_hidden_layer_is_drawn_as_a_map_that_has_every_point_right_at_the_end() -> None:
    config = PerceptronConfig(plane=Plane(preset="xor"), features="hidden")
    found = learn(config)
    film = perceptron_figures.film(config, found)
    assert film.layout["meta"]["film"]["redraw"]
    side = perceptron_figures.GRID
    shade = unpacked(film.frames[-1]["data"][0]["z"]).reshape(side, side)
    at = np.linspace(-REACH, REACH, side)
    for (x, y), kind in zip(found.x, found.y, strict=True):
        assert shade[np.abs(at - y).argmin(), np.abs(at - x).argmin()] == kind


def test_pictures_and_their_answers() -> None:
    found = shifted(Patterns())
    figure = pattern_figures.classes(found)
    assert len(figure.data) == 4 and np.array(figure.data[1].z) == pytest.approx(0.25)
    answers = pattern_figures.answers(found)
    of = {trace.name: np.array(trace.x) for trace in answers.data}
    assert of["shifts of A"][-16:] == pytest.approx(1.0)  # the maximum
    assert of["shifts of B"][-16:] == pytest.approx(1 / 3)
    assert np.abs(of["shifts of A"][16:32]).max() == 0  # the mean


def test_losses_and_slopes_stand_side_by_side_with_the_points_on_one_curve() -> None:
    config = LossesConfig(push="hinge")
    found = race(config)
    figure = loss_figures.curves(config, found)
    for i, id in enumerate(config.shown):
        value, slope = figure.data[2 * i : 2 * i + 2]
        np.testing.assert_allclose(value.y, LOSSES[id].value(np.array(value.x)))
        np.testing.assert_allclose(slope.y, LOSSES[id].slope(np.array(slope.x)))
        assert value.line.color == slope.line.color
    points = figure.data[-2]
    np.testing.assert_allclose(points.y, np.maximum(0, 1 - np.array(points.x)))
    assert (np.array(points.x) <= 0).sum() == found.wrong[found.row("hinge"), -1]


def test_the_race_moves_every_line_and_draws_points_as_large_as_they_push() -> None:
    config = LossesConfig(push="logistic")
    found = race(config)
    film = loss_figures.film(config, found)
    assert film.frames[-1]["name"] == str(config.updates)
    assert len(film.frames[0]["data"]) == 2 * len(config.shown)
    sizes = np.concatenate(
        [t["marker"]["size"] for t in film.data if t.get("name", "").startswith("class")]
    )
    push = found.pushes[found.row("logistic")]
    order = np.concatenate([push[found.y == 0], push[found.y == 1]])
    assert (np.argsort(sizes) == np.argsort(order)).all()


def test_both_piles_of_the_cross_entropy_are_of_one_height() -> None:
    config = InformationConfig(unit="bits")
    found = inform(config)
    figure = information_figures.sums(config, found)
    heights = {}
    for bar in figure.data:
        heights[bar.x[0]] = heights.get(bar.x[0], 0) + bar.y[0]
    assert list(heights.values()) == pytest.approx([found.cross] * 2)
    assert figure.layout.yaxis.title.text == "bits"


def test_what_is_no_number_is_drawn_as_a_cross() -> None:
    found = inform(InformationConfig())
    figure = information_figures.errors(found)
    crosses = [trace for trace in figure.data if trace.mode == "markers"]
    assert len(crosses) == 2 and min(crosses[0].x) < 20 < 80 < min(crosses[1].x)
    bars = information_figures.probabilities(found)
    np.testing.assert_allclose(bars.data[0].y, found.softmax)
    np.testing.assert_allclose(bars.data[2].y, found.target)


def test_every_draw_of_every_loss_is_a_dot() -> None:
    found = over_seeds(LossesConfig())
    figure = loss_figures.seeds(found)
    for row, dots in enumerate(figure.data[: len(found.ids)]):
        np.testing.assert_allclose(dots.x, 100 * found.wrong[row])
        assert (abs(np.array(dots.y) - row) <= 0.25).all()
    np.testing.assert_allclose(figure.data[-1].x, 100 * found.wrong.mean(1))


def test_a_bar_is_as_high_as_its_label_costs() -> None:
    found = likelihood(Answers())
    figure = likelihood_figures.terms(found)
    bars = {int(x): y for bar in figure.data[:2] for x, y in zip(bar.x, bar.y, strict=True)}
    np.testing.assert_allclose([bars[n + 1] for n in range(8)], found.terms)
    assert figure.data[2].y[0] == found.loss


def test_fits_are_drawn_through_their_weights_with_errors_of_all_degrees_beside() -> None:
    config = CurvesConfig(shown=("squared", "huber"), own=((-90, -70, 0), (0, 5, 0), (80, 290, 1)))
    found = fitted(config)
    figure = curve_figures.fit(config, found)
    of = {trace.name: trace for trace in figure.data}
    assert "gradient descent" not in of and len(of["outliers"].x) == 1
    for name, id in (("least squares", "squared"), ("Huber", "huber")):
        values = powers(np.array(of[name].x), found.degree) @ found.weights[id]
        np.testing.assert_allclose(of[name].y, values)
    np.testing.assert_allclose(of["of new points"].y, found.held_out)
    assert figure.layout.xaxis2.title.text == "degree" and figure.layout.yaxis2.type == "log"


def test_the_sum_of_bias_variance_and_noise_is_drawn_with_what_was_measured() -> None:
    found = decomposed(Sample(), 0.0, sets=50)
    figure = curve_figures.error(found, 3)
    of = {trace.name: np.array(trace.y) for trace in figure.data}
    both = of["bias²"] + of["variance"] + of["noise σ²"]
    np.testing.assert_allclose(of["their sum"], both)
    np.testing.assert_allclose(of["measured on new values"], found.fresh)
    without = curve_figures.error(decomposed(Sample(noise=0), 0.0, sets=9), 3)
    assert np.isnan({t.name: t for t in without.data}["noise σ²"].y.astype(float)).all()


@pytest.mark.parametrize("rate", [1.7, 2.2])
def test_the_valley_has_the_path_in_it_and_a_curve_for_each_preparation(rate) -> None:
    config = InputsConfig(prepared="scaled", rate=rate)
    found = compared(config)
    figure = input_figures.valley(config, found)
    now = found.descents["scaled"]
    of = {trace.name: trace for trace in figure.data if trace.name}
    np.testing.assert_allclose(of["steps"].x, now.path[: input_figures.STEPS + 1, 0])
    contour = next(trace for trace in figure.data if trace.type == "contour")
    lowest = np.unravel_index(np.argmin(contour.z), contour.z.shape)
    spacing = contour.x[1] - contour.x[0]
    assert abs(contour.x[lowest[1]] - now.best[0]) <= spacing
    np.testing.assert_allclose(of["least loss"].x, now.best[:1])
    for id in PREPARED:
        curve = of[input_figures.label(id)]
        drawn = np.isfinite(curve.y)
        assert drawn[0] and (curve.line.width == 4) == (id == "scaled")
        np.testing.assert_allclose(curve.y[drawn], found.descents[id].excess[drawn])
    assert figure.layout.yaxis3.type == "log"


@pytest.mark.parametrize("method", ["logistic", "qda"])
def test_the_plane_shades_the_chosen_and_draws_every_boundary(method) -> None:
    config = DensityConfig(method=method, draw=1)
    found = classified(config)
    figure = density_figures.plane(config, found)
    assert figure.data[0].type == "heatmap"
    np.testing.assert_allclose(figure.data[0].z, found.maps[method])
    halves = [trace for trace in figure.data if trace.type == "contour"]
    assert [trace.contours.start for trace in halves] == [0.5] * 4
    assert len({trace.line.color for trace in halves}) == 4
    names = [trace.name for trace in figure.data]
    assert ("made up, class 1" in names) == (method == "qda")


def test_an_ellipse_is_so_many_deviations_from_the_mean() -> None:
    mean, covariance = np.array([0.3, -0.2]), np.array([[0.5, 0.2], [0.2, 0.3]])
    x, y = density_figures.ellipse(mean, covariance, 2)
    off = np.stack([x, y]) - mean[:, None]
    distance = (off * np.linalg.solve(covariance, off)).sum(0)
    np.testing.assert_allclose(distance, 4)


def test_accuracy_over_n_has_a_band_of_the_mean_for_each() -> None:
    found = crossover(Clouds(), 0.01, 8)
    figure = density_figures.over_points(DensityConfig(), found)
    of = {trace.name: trace for trace in figure.data if trace.name}
    np.testing.assert_allclose(of["logistic regression"].y, found.accuracy[0].mean(-1))
    assert len(of["QDA"].x) == 5, "those sizes at which it can be fitted"
    assert of["who knows both densities"].y[0] == found.best
    assert figure.layout.xaxis.type == "log"
