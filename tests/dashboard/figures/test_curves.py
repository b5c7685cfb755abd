"""Settings are told apart, in their order, and a measure that falls far flattens nothing."""

import numpy as np
import pytest

from dashboard.core.side_by_side import Seen
from dashboard.figures.curves import BOUNDS, Line, bands, curves, looks
from dashboard.figures.palette import ramp
from engine.training.config import TrainConfig
from engine.training.seeds import Band
from engine.training.sweep import Sweep

RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")


def luminance(code: str) -> float:
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def a_band(values: list[float]) -> Band:
    row = np.array(values)
    return Band(np.arange(len(row), dtype=float), row[None], row, row, row, died=0)


@pytest.mark.parametrize("count", [3, 9, 16])
def test_settings_that_are_numbers_have_colours_in_their_order(count: int) -> None:
    shades = ramp(count)
    assert len(set(shades)) == count, "no colour comes twice"
    light = [luminance(code) for code in shades]
    assert light == sorted(light)
    names = [str(i) for i in range(count)]
    found = looks(names[::-1], numbers=[float(name) for name in names[::-1]])
    assert [found[name].colour for name in names] == shades, "by value, in whatever order given"


def test_names_have_the_colours_of_categories() -> None:
    assert [look.colour for look in looks(["a", "b", "c"]).values()] != ramp(3)


def test_the_legend_says_what_varies_once() -> None:
    sweep = Sweep(base=TrainConfig(), vary="learning_rate", values=RATES, seeds=1)
    groups = {f"Learning rate {rate}": [i] for i, rate in enumerate(RATES)}
    numbers = [float(rate) for rate in RATES]
    seen = Seen(sweep, {}, groups, [1] * 9, True, "png", "Learning rate", numbers)
    figure = bands(
        "x",
        {seen.short(label): a_band([1.0, 0.5]) for label in groups},
        title="loss",
        styles=seen.looks,
        legend=seen.title,
    )
    assert figure.layout.legend.title.text == "Learning rate"
    assert [line.name for line in figure.data] == list(RATES)
    assert len({(line.line.color) for line in figure.data}) == len(RATES)


@pytest.mark.parametrize("depth", [-400.0, -1.5])
def test_what_lies_below_the_axis_of_a_measure_is_said_in_the_picture(depth: float) -> None:
    groups = {"good": a_band([0.0, 0.6, 0.9]), "bad": a_band([0.0, depth, -1.2])}
    figure = bands("r2", groups, title="R²", bounds=BOUNDS["r2"])
    assert figure.layout.yaxis.autorangeoptions.clipmin > -1.1
    (mark,) = [trace for trace in figure.data if trace.marker.symbol == "triangle-down"]
    assert (mark.x[0], mark.y[0]) == (1.0, -1.0)
    assert f"{depth:.4g}" in mark.hovertemplate
    assert f"{abs(depth):.4g}" in figure.layout.xaxis.title.text
    drawn = next(trace for trace in figure.data if trace.name == "bad")
    assert min(drawn.y) == depth, "nothing of the curve is taken away"


def test_a_measure_within_its_axis_has_no_mark() -> None:
    line = Line("validation", np.array([0]), np.array([0.4]), 0)
    figure = curves("m", [line], per_epoch=1, title="accuracy", bounds=BOUNDS["accuracy"])
    assert figure.layout.xaxis.title.text == "epochs"
    assert len(figure.data) == 1
    assert figure.layout.yaxis.autorangeoptions.clipmin > -0.05, "one dot: no axis from -0.5"
