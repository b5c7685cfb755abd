"""A forest plot shows every interval, and which of them leave out no difference."""

import numpy as np
import pytest

from dashboard.figures.forest import forest
from engine.statistics import compare

ROWS = compare(
    [[0.1, 0.11, 0.1, 0.1], [0.4, 0.43, 0.41, 0.4], [0.05, 0.3, 0.08, 0.2]], ratio=True
).against_best()


def test_each_setting_has_its_ratio_and_interval() -> None:
    rows = [(str(other), verdict) for _, other, verdict in ROWS]
    figure = forest("forest", rows, "times")
    real, noise = figure.data
    assert (list(real.y), list(noise.y)) == (["1"], ["2"])
    verdict = dict(rows)["1"]
    assert real.x[0] == pytest.approx(verdict.times[0])
    assert real.x[0] - real.error_x.arrayminus[0] == pytest.approx(verdict.times[1])
    assert real.x[0] + real.error_x.array[0] == pytest.approx(verdict.times[2])
    assert figure.layout.xaxis.type == "log" and figure.layout.xaxis.title.text == "times"
    assert figure.layout.shapes[0].x0 == 1
    assert real.marker.symbol != noise.marker.symbol, "never by colour alone"


def test_differences_stand_about_zero() -> None:
    found = compare([[0.9, 0.92], [0.5, 0.56]], ratio=False, lower=False).against_best()
    figure = forest("forest", [("b", found[0][2])], "gap")
    assert figure.layout.shapes[0].x0 == 0 and figure.layout.xaxis.type != "log"
    assert np.concatenate([trace.x for trace in figure.data]).tolist() == pytest.approx([0.38])
