"""Do the ladder's figures hold what was counted?"""

import numpy as np

from dashboard.ladder.figures import exact as figures


def test_a_model_has_a_dot_for_each_seed_and_a_cheat_a_cross() -> None:
    bits = [np.array([0.5, 0.7]), np.array([-0.2])]
    figure = figures.divergences(["honest", "cheat"], bits, [False, True])
    np.testing.assert_allclose(figure.data[0].x, bits[0])
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "x"]
    assert figure.data[1].x[0] > 0, "a logarithmic axis has no place for less"


def test_pictures_stand_against_the_source_in_bits() -> None:
    logs = np.log([0.5, 0.25, 1e-30])
    figure = figures.against(logs, logs[::-1], "a model")
    np.testing.assert_allclose(figure.data[1].x[:2], [-1, -2])
    assert figure.data[1].x[2] == figures.LOWEST == figure.data[1].y[0]


def test_a_picture_is_drawn_bit_by_bit() -> None:
    figure = figures.sheet(["a", "b"], np.array([[0b1, 0], [0, 1 << 15]], np.int32))
    z = np.asarray(figure.data[0].z)
    assert z[0, 0] == 1 and z[8, 8] == 1 and np.nansum(z) == 2


def test_averages_are_drawn_beside_what_they_average() -> None:
    drawn, mixture = np.array([0.4, 0.5]), np.array([0.4, 0.3])
    figure = figures.lottery(["row by row"], np.array([0.35]), drawn, mixture)
    of = {trace.name: trace for trace in figure.data}
    np.testing.assert_allclose(of["a random order"].y, drawn)
    np.testing.assert_allclose(of["average of p(x) over the first n"].y, mixture)
    wrong = figures.no_average(np.array([0.4, -1.0]), np.array([1.0, 4.0]))
    np.testing.assert_allclose(wrong.data[0].customdata, [1, 4])
