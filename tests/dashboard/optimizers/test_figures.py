"""Figures of the Optimizers page: names, units, values, and films that hold what they say."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.colors import hex_to_rgb, sample_colorscale

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import FRAMES, colour_of, dash_of, mark_of, packed, stops
from dashboard.optimizers.figures import basins as basins_figures
from dashboard.optimizers.figures import cost as cost_figures
from dashboard.optimizers.figures import edge as edge_figures
from dashboard.optimizers.figures import landscape as landscape_figures
from dashboard.optimizers.figures import race as race_figures
from dashboard.optimizers.figures import schedule as schedule_figures
from dashboard.optimizers.figures import steps as steps_figures
from dashboard.optimizers.figures import walk as walk_figures
from dashboard.optimizers.figures import walkers as walkers_figures
from dashboard.optimizers.figures import weight as weight_figures
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.landscape.edge import Lane
from engine.topics.optimizers.races.cost import Cost
from engine.topics.optimizers.races.schedule_curves import all_factors
from engine.topics.optimizers.races.views import Entrant, UCurve
from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.one_weight import OneWeight, descend
from engine.topics.optimizers.walks.picture import box_of, picture
from engine.topics.optimizers.walks.rate_momentum import RateMomentum, rate_map
from engine.topics.optimizers.walks.walk import Walk, walk
from engine.training.seeds import Band


def values(packed: Any) -> np.ndarray:
    """The numbers of an array in Plotly's base64 form."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype(packed["dtype"]))


def film_of(config: Walk, arrows: bool = True) -> dict[str, Any]:
    paths = walk(config)
    scene = picture(config.surface, box_of(config.surface, paths), 41)
    return walk_figures.film(config.surface, scene, paths, arrows=arrows).to_dict()


def titled(figure: dict[str, Any]) -> dict[str, str]:
    return {
        name: axis.get("title", {}).get("text", "")
        for name, axis in figure["layout"].items()
        if name.startswith(("xaxis", "yaxis"))
    }


def test_every_optimizer_has_a_look_of_its_own() -> None:
    for second in (dash_of, mark_of):
        assert len({(colour_of(id), second(id)) for id in OPTIMIZERS}) == len(OPTIMIZERS)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, by WCAG 2."""
    parts = np.array(colour if isinstance(colour, tuple) else hex_to_rgb(colour)) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_walk_is_seen_on_every_colour_of_the_ground() -> None:
    """No colour is: the grey of momentum has a contrast of 1.05 with the floor of the ravine."""
    figure = film_of(Walk(steps=30, optimizers=tuple(OPTIMIZERS)))
    trails = [t for t in figure["data"] if t.get("line", {}).get("width") == 3.5]
    casings = [t for t in figure["data"] if t.get("line", {}).get("width") == walk_figures.CASING]
    assert len(trails) == len(casings) == len(OPTIMIZERS)
    for trail, casing in zip(trails, casings, strict=True):
        np.testing.assert_array_equal(values(trail["x"])[-1], values(casing["x"])[-1])
        assert figure["data"].index(casing) < figure["data"].index(trail)
        own, edge = trail["line"]["color"], casing["line"]["color"]
        assert contrast(own, edge) > 1.9
        for ground in sample_colorscale(palette.UNSIGNED, 50, colortype="tuple"):
            shade = tuple(255 * part for part in ground)
            assert max(contrast(own, shade), contrast(edge, shade)) > 1.5


def test_walks_of_one_optimizer_are_told_apart_and_share_a_film() -> None:
    values_of = (0.01, 0.03, 0.1)
    config = Walk(steps=20, several="adam.learning_rate", values=values_of)
    figure, paths = film_of(config), walk(config)
    names = [t["name"] for t in figure["data"] if t.get("line", {}).get("width") == 3.5]
    assert names[-3:] == [f"Adam, learning rate {value:g}" for value in values_of]
    found = walkers_figures.looks(paths)
    for part in ("colour", "label"):
        assert len({getattr(look, part) for look in found}) == len(found) == 6
    assert list(paths.rates[-3:]) == list(values_of)
    wrong = walkers_figures.looks(
        walk(Walk(steps=2, several="adam.bias_correction", values=(1, 0)))
    )
    assert [look.label for look in wrong[-2:]] == [
        "Adam, Bias correction: yes",
        "Adam, Bias correction: no",
    ]


def test_what_has_arrived_does_not_flatten_the_rest_of_the_film() -> None:
    """Gradient descent is at 1e-16 long before the others are at 1e-3."""
    figure = film_of(Walk(steps=200, surface=SURFACES["saddle"]()))
    for name in ("yaxis2", "yaxis3"):
        low, high = figure["layout"][name]["range"]
        assert low == -6 and 0 < high < 3


@pytest.mark.parametrize("steps", [1, 12, 59, 60, 61, 2000])
def test_a_film_has_both_ends_and_a_bounded_number_of_frames(steps: int) -> None:
    names = stops(steps)
    assert names[0] == 0
    assert names[-1] == steps
    assert len(names) <= FRAMES
    assert (np.diff(names) > 0).all()


def test_packed_numbers_come_back() -> None:
    assert values(packed(np.array([1.5, -2.0, np.nan]))).tolist()[:2] == [1.5, -2.0]


@pytest.mark.parametrize("arrows", [True, False])
def test_films_are_what_plotly_would_accept(arrows: bool) -> None:
    config = Walk.model_validate({"rates": {"gradient_descent": 1.0}, "steps": 40})
    for film in (
        film_of(config, arrows),
        steps_figures.effective(walk(config)).to_dict(),
        weight_figures.parabola(OneWeight(), descend(OneWeight())).to_dict(),
    ):
        go.Figure(film)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.4, 6.0, ["0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50"]),
        (0.03, 1.1, ["0.01", "0.03", "0.1", "0.3", "1", "3", "10", "30"]),
        (0.002, 3.0, ["0.001", "0.01", "0.1", "1", "10"]),
        (1e-9, 1.0, ["10<sup>−10</sup>", "10<sup>−8</sup>", "10<sup>−6</sup>", "10<sup>−4</sup>",
                     "0.01", "1"]),
    ],
)  # fmt: skip
def test_a_logarithmic_axis_names_its_ticks_in_full(
    low: float, high: float, told: list[str]
) -> None:
    axis = decades(np.array([low, high, np.nan, 0.0]))
    assert axis["ticktext"] == told
    assert len(axis["tickvals"]) == len(told)
    assert axis["tickvals"][0] <= low and axis["tickvals"][-1] >= high


@pytest.mark.parametrize("surface", SURFACES)
def test_a_walk_is_drawn_on_every_surface_with_titles_and_no_jumping_zoom(surface: str) -> None:
    figure = film_of(Walk.model_validate({"surface": surface, "steps": 40}))
    told = titled(figure)
    assert told["xaxis"] == "weight x₁"
    assert told["yaxis"] == "weight x₂"
    assert told["yaxis2"].startswith("loss")
    assert told["yaxis3"].startswith("distance")
    assert told["xaxis3"] == "updates"
    assert figure["layout"]["uirevision"] == "walk"
    assert figure["layout"]["coloraxis"]["colorbar"]["title"]["text"]
    assert figure["layout"]["images"], "what stays while the film plays"


def test_a_film_walks_all_optimizers_together_to_where_the_walk_ends() -> None:
    config = Walk(steps=30)
    paths, figure = walk(config), film_of(config)
    last, count = figure["frames"][-1], len(config.optimizers)
    for k in range(count):
        trail = last["data"][k]
        assert values(trail["x"])[-1] == pytest.approx(paths.positions[k, -1, 0], rel=1e-5)
        assert (
            figure["data"][last["traces"][k]]["name"]
            == OPTIMIZERS[config.optimizers[k]].about.label
        )
    first = figure["frames"][0]
    assert all(len(values(trace["x"])) == 1 for trace in first["data"][:count])


def test_the_arrow_points_downhill_along_the_momentum() -> None:
    config = Walk(optimizers=("momentum",), steps=20)
    paths, figure = walk(config), film_of(config)
    arrow = figure["frames"][10]["data"][1]
    x, y = values(arrow["x"]), values(arrow["y"])
    step = int(figure["frames"][10]["name"])
    v = paths.direction[0, step]
    assert np.sign(x[1] - x[0]) == -np.sign(v[0])
    assert np.sign(y[1] - y[0]) == -np.sign(v[1])


def test_a_rule_without_memory_has_no_arrow() -> None:
    figure = film_of(Walk(optimizers=("gradient_descent",), steps=20))
    arrow = figure["frames"][-1]["data"][1]
    assert np.isnan(values(arrow["x"])[1])


def test_a_walk_that_diverges_gets_a_cross_inside_the_picture() -> None:
    config = Walk.model_validate(
        {"optimizers": ("gradient_descent",), "rates": {"gradient_descent": 1.0}}
    )
    figure = film_of(config)
    crosses = [t for t in figure["data"] if "diverged" in (t.get("name") or "")]
    assert crosses
    low, high = figure["layout"]["xaxis"]["range"]
    assert low <= crosses[0]["x"][0] <= high
    assert crosses[0]["marker"]["symbol"] == "x"


def test_the_picture_grows_with_a_walk_but_not_for_ever() -> None:
    config = Walk.model_validate(
        {"optimizers": ("gradient_descent",), "rates": {"gradient_descent": 1.0}}
    )
    (low, high), _ = config.surface.extent
    (left, right), _ = box_of(config.surface, walk(config))
    assert left >= low - 0.6 * (high - low)
    assert right <= high + 0.6 * (high - low)


def test_effective_steps_of_gradient_descent_are_its_learning_rate() -> None:
    config = Walk(optimizers=("gradient_descent",), steps=20)
    figure = steps_figures.effective(walk(config)).to_dict()
    rate = config.rate("gradient_descent", config.surface)
    assert np.allclose(values(figure["data"][0]["y"]), rate, rtol=1e-5)
    assert "effective step" in titled(figure)["yaxis"]


def test_three_dimensions_name_all_axes() -> None:
    config = Walk(steps=10)
    paths = walk(config)
    scene = picture(config.surface, box_of(config.surface, paths), 21)
    figure = steps_figures.solid(config.surface, scene, paths)
    assert figure.layout.scene.zaxis.title.text == "log₁₀ loss"
    assert len(figure.data) == 1 + len(config.optimizers)


def test_the_parabola_steps_as_the_table_does() -> None:
    config = OneWeight()
    found = descend(config)
    figure = weight_figures.parabola(config, found).to_dict()
    assert [frame["name"] for frame in figure["frames"]] == [str(i) for i in range(13)]
    steps = values(figure["frames"][1]["data"][0]["x"])
    assert steps.tolist() == pytest.approx([1.0, 2.6])
    arrow = values(figure["frames"][0]["data"][2]["x"])
    assert arrow.tolist() == pytest.approx([1.0, 2.6])


def test_a_weight_that_runs_away_stays_in_the_picture_as_far_as_it_can() -> None:
    config = OneWeight(learning_rate=1.0, steps=200)
    figure = weight_figures.parabola(config, descend(config)).to_dict()
    low, high = figure["layout"]["xaxis"]["range"]
    assert np.isfinite([low, high]).all()
    assert high - low < 1000
    assert len(figure["frames"]) > 1


def test_the_limit_of_stable_rates_is_drawn_and_named() -> None:
    config = OneWeight()
    figure = weight_figures.stability(config, descend(config))
    notes = [note.text for note in figure.layout.annotations]
    assert "limit 2/λ = 0.25" in notes
    assert figure.data[1].y[0] == pytest.approx(0.2)
    assert figure.layout.yaxis.title.text


def test_an_input_of_zero_has_no_limit_and_still_a_picture() -> None:
    config = OneWeight(x=0)
    found = descend(config)
    assert weight_figures.parabola(config, found).to_dict()["frames"]
    assert not weight_figures.stability(config, found).layout.annotations


def a_map(side: int = 6) -> tuple[np.ndarray, np.ndarray]:
    minimum = np.arange(side * side).reshape(side, side).astype(np.int16) % 6 - 2
    return minimum, np.full((side, side), 40, np.int32)


def test_maps_share_one_bar_and_leave_out_who_did_not_arrive() -> None:
    surface = SURFACES["himmelblau"]()
    axes = (np.linspace(-5, 5, 6, dtype=np.float32),) * 2
    found = {"adam": a_map(), "momentum": a_map()}
    figure = basins_figures.maps(surface, found, axes, most=500)
    shared = [t for t in figure.data if isinstance(t, go.Heatmap) and t.coloraxis]
    assert len(shared) == 2
    assert np.isnan(np.asarray(shared[0].z)[a_map()[0] < 0]).all()
    assert np.asarray(shared[0].z)[a_map()[0] >= 0] == pytest.approx(np.log10(40))
    assert figure.layout.coloraxis.colorbar.title.text == "updates to arrive"
    marks = next(t for t in figure.data if isinstance(t, go.Scatter))
    assert list(marks.text) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("count", [1, 3, 4, 6])
def test_on_a_phone_every_map_has_its_own_place_and_name(count: int) -> None:
    axes = (np.linspace(-5, 5, 6, dtype=np.float32),) * 2
    found = {id: a_map() for id in list(OPTIMIZERS)[:count]}
    figure = basins_figures.maps(SURFACES["himmelblau"](), found, axes, most=500).to_dict()
    phone = figure["layout"]["meta"]["narrow"]["layout"]
    places = {
        (tuple(phone[f"xaxis{n}"]["domain"]), tuple(phone[f"yaxis{n}"]["domain"]))
        for n in {trace["xaxis"].removeprefix("x") for trace in figure["data"]}
    }
    assert len(places) == 2 * count
    names = [note["text"] for note in phone["annotations"]]
    assert len(names) == len(figure["layout"]["annotations"]) == 2 * count
    for wide, name in zip(figure["layout"]["annotations"], names, strict=True):
        assert wide["text"].startswith(name) or wide["text"].endswith(name)


def test_the_key_names_every_minimum_and_both_kinds_of_failure() -> None:
    told = basins_figures.key(SURFACES["himmelblau"]())
    assert "4:" in told
    assert "none in time" in told
    assert "diverged" in told
    assert "repeat" in basins_figures.key(SURFACES["rastrigin"]())


def test_the_map_of_rates_marks_the_fastest_pair() -> None:
    found = rate_map(RateMomentum.model_validate({"surface": "bowl", "side": 12}))
    figure = basins_figures.rates(found, most=500, memory="Momentum μ")
    fastest = next(t for t in figure.data if "fastest here" in (t.name or ""))
    steps = np.where(found.minimum >= 0, found.steps, 10**6)
    assert f"{steps.min()} updates" in fastest.name
    assert figure.layout.xaxis.title.text == "learning rate"
    assert figure.layout.yaxis.title.text == "Momentum μ"


def a_band(died: int = 0) -> Band:
    runs = np.array([[1.0, 0.5, 0.2], [1.2, 0.6, np.nan if died else 0.3]])
    x = np.array([0.0, 9.0, 18.0])
    return Band(x, runs, runs.mean(0), runs.min(0), runs.max(0), died)


def test_a_race_is_drawn_over_epochs_and_tells_who_died() -> None:
    figure = race_figures.race(
        race_figures.entries_of([Entrant("adam", 0.01, a_band(died=1))]),
        name="race",
        x_title="epochs",
        y_title="loss (nats)",
        per=9,
    )
    line = figure.data[-1]
    assert list(line.x) == [0, 1, 2]
    assert "1 of 2 diverged" in line.name
    assert "0.01" in line.name
    assert figure.layout.yaxis.title.text == "loss (nats)"


def test_a_band_has_no_points_and_the_moment_of_comparison_is_marked() -> None:
    """Plotly draws points of its own at a trace of few values without a mode."""
    entry = race_figures.Entry("Adam", a_band(), "#0072B2")
    figure = race_figures.race([entry], name="c", x_title="s", y_title="loss", at=9.0)
    curve = UCurve("adam", np.array([0.01, 0.1]), np.ones((2, 2)), np.ones(2), 0.01, True)
    bands = [*figure.data, *race_figures.u_curves([curve], y_title="loss").data]
    assert all(trace.mode == "lines" for trace in bands if trace.fill == "toself")
    assert figure.layout.shapes[0].x0 == 9


def test_the_rates_of_a_u_curve_are_those_that_were_tried() -> None:
    curve = UCurve("adam", np.array([0.003, 0.1]), np.ones((2, 2)), np.ones(2), 0.1, True)
    axis = race_figures.u_curves([curve], y_title="loss").layout.xaxis
    assert (list(axis.tickvals), list(axis.ticktext)) == ([0.003, 0.1], ["0.003", "0.1"])


def test_black_is_the_ink_of_the_page_for_line_seeds_and_legend() -> None:
    entry = race_figures.Entry("Adam", a_band(), race_figures.CLASSIC["black"])
    figure = race_figures.race([entry], name="c", x_title="epochs", y_title="loss", seeds=True)
    lines = [t.line.color for t in figure.data if t.mode == "lines" and not t.fill]
    assert lines and set(lines) == {palette.TEXT}


def test_a_u_curve_stars_the_best_rate_and_crosses_the_dead() -> None:
    runs = np.array([[0.5, 0.6], [0.1, 0.2], [np.inf, np.inf]])
    curve = UCurve("adam", np.array([0.001, 0.01, 0.1]), runs, np.median(runs, 1), 0.01, False)
    figure = race_figures.u_curves([curve], y_title="loss")
    star = next(t for t in figure.data if t.marker.symbol == "star")
    assert list(star.x) == [0.01]
    assert star.y[0] == pytest.approx(0.15)
    cross = next(t for t in figure.data if t.marker.symbol == "x")
    assert list(cross.x) == [0.1]


def test_schedules_are_drawn_as_learning_rates() -> None:
    every = all_factors(100, 10)
    looks = schedule_figures.looks(["constant"])
    compared = [(looks["constant"], every.pop("constant"))]
    figure = schedule_figures.schedules(compared, every, own=None, rate=0.3, per_epoch=10)
    constant = next(t for t in figure.data if t.name == "Constant")
    assert np.allclose(constant.y, 0.3)
    assert constant.x[-1] == pytest.approx(9.9)
    assert figure.layout.yaxis.title.text == "learning rate"


def test_one_schedule_with_other_knobs_has_a_name_and_a_look_of_its_own() -> None:
    texts = ["constant", "warmup", "warmup:share=0.05", "warmup:share=0.2:then=linear"]
    looks = schedule_figures.looks(texts)
    assert len({(look.colour, look.dash) for look in looks.values()}) == len(texts)
    assert len({look.colour for look in looks.values()}) == len(texts)
    assert looks["warmup:share=0.05"].label == "Warm-up (share p 0.05)"
    assert "linear to 0" in looks["warmup:share=0.2:then=linear"].label


def test_costs_have_units() -> None:
    figure = cost_figures.bars([Cost("adam", 10, 8.0, 8.0, 2e-5)])
    assert "bytes a parameter" in figure.layout.xaxis.title.text
    assert "µs" in figure.layout.xaxis2.title.text
    assert figure.data[2].x[0] == pytest.approx(20)


def test_a_landscape_shows_path_and_loss() -> None:
    grid = np.linspace(-1, 2, 5, dtype=np.float32)
    arrays = {
        "plane": np.add.outer(grid**2, grid**2) + 0.1,
        "plane_x": grid,
        "plane_y": grid,
        "path": np.array([[1.0, 1.0], [0.5, 0.2], [0.0, 0.0]]),
        "path_steps": np.array([0, 5, 10]),
        "path_losses": np.array([2.0, 0.4, 0.1]),
        "line_t": grid,
        "line_train": np.ones((3, 5)),
        "line_validation": np.ones((3, 5)),
        "line_sharpest": np.ones(5),
    }
    figure = landscape_figures.plane(arrays, "nats")
    assert figure.data[0].colorbar.title.text == "training loss (nats)"
    assert list(figure.data[1].x) == [1.0, 0.5, 0.0]
    lines = landscape_figures.lines(arrays, "nats")
    assert lines.layout.yaxis.title.text == "loss (nats)"
    assert len([t for t in lines.data if t.showlegend is not False]) == 3


def test_steps_uphill_are_marked_among_effective_steps() -> None:
    paths = walk(
        Walk(surface=SURFACES["bowl"](), optimizers=("gradient_descent", "momentum"), steps=60)
    )
    marks = [t for t in steps_figures.effective(paths).data if t["mode"] == "markers"]
    assert {t["name"] for t in marks} == {"Momentum"}, "gradient descent never goes uphill"
    uphill = (paths.effective[1] < 0).sum()
    assert uphill > 0
    assert sum(np.isfinite(values(t["y"])).sum() for t in marks) == uphill


def test_each_rate_has_its_curve_its_limit_and_its_loss():
    rising = np.array([2.0, 15.0, 20.0])
    every = [Lane(rate, np.array([1, 5, 9]), rising, 1 / rising, True) for rate in (0.1, 0.2)]
    figure = edge_figures.sharpness(every)
    np.testing.assert_allclose(figure.data[2].y, rising)
    assert [figure.data[i].y[0] for i in (1, 3)] == [20, 10] and figure.layout.yaxis.type == "log"
    np.testing.assert_allclose(edge_figures.losses(every, "nats").data[1].y, 1 / rising)
