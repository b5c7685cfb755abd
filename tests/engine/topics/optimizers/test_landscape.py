"""Is what is drawn around a network its loss, and is the sharpest direction the sharpest?"""

import numpy as np
import pytest
import torch
from torch import nn

from engine.device import generator
from engine.nn.losses import LOSSES
from engine.runs.events import Diverged, Done, Frame, Metrics
from engine.runs.work import dump, load
from engine.topics.optimizers.landscape import Around, filter_normalised, plane_of, top_eigenvalue
from engine.topics.optimizers.landscape.edge import Edge, lanes
from engine.topics.optimizers.landscape.work import Landscape

CPU = torch.device("cpu")


def draw(*shape, purpose="x"):
    return torch.randn(*shape, generator=generator(0, purpose), dtype=torch.float64)


def tiny():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2)).double()
    for number, weight in enumerate(model.parameters()):
        weight.data = draw(*weight.shape, purpose=f"weight{number}")
    x = draw(20, 2)
    return model, Around(model, LOSSES["cross_entropy"](), x, (x[:, 0] > 0).long())


def test_losses_of_many_points_are_those_of_the_network_itself():
    model, around = tiny()
    own = around.flat(model.state_dict())
    points = own + 0.1 * draw(7, len(own), purpose="points")
    found = around.losses(points)
    before = [weight.clone() for weight in model.parameters()]
    for point, loss in zip(points, found, strict=True):
        other, other_around = tiny()
        other.load_state_dict(around.named(point))
        expected = other_around.criterion.mean(other(around.x), around.y)
        torch.testing.assert_close(loss, expected.detach())
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert model.training  # as it was


def test_a_plane_is_made_of_lines():
    model, around = tiny()
    own, steps = around.flat(model.state_dict()), torch.linspace(-1, 1, 5).double()
    axes = draw(2, len(own), purpose="axes")
    found = around.plane(own, axes, steps, 2 * steps)
    expected = around.line(own + 2 * steps[3] * axes[1], axes[0], steps)
    torch.testing.assert_close(found[3], expected)


def test_a_random_filter_is_as_long_as_the_networks_own():
    weights = {"dense": draw(4, 3), "conv": draw(5, 2, 3, 3), "bias": draw(4)}
    found = filter_normalised(weights, generator(1))
    for name in ("dense", "conv"):
        torch.testing.assert_close(
            found[name].flatten(1).norm(dim=1), weights[name].flatten(1).norm(dim=1)
        )
        assert not torch.equal(found[name], weights[name])
    assert not found["bias"].any()


def test_the_plane_contains_start_and_end_and_most_of_the_path():
    path = draw(30, 50).cumsum(0)
    plane = plane_of(path)
    back = plane.centre + plane.path @ plane.axes
    torch.testing.assert_close(back[0], path[0])
    torch.testing.assert_close(back[-1], path[-1])
    torch.testing.assert_close(plane.axes @ plane.axes.T, torch.eye(2, dtype=torch.float64))
    # No other plane through both holds more of the path.
    moves = path - path[-1]
    for number in range(20):
        other = draw(50, purpose=f"other{number}")
        other = other - (other @ plane.axes[0]) * plane.axes[0]
        axes = torch.stack([plane.axes[0], other / other.norm()])
        share = (moves @ axes.T).square().sum() / moves.square().sum()
        assert share <= plane.share
    assert plane.share <= 1


def test_a_straight_path_has_a_plane_too():
    path = torch.linspace(0, 1, 9).double()[:, None] * draw(6)
    plane = plane_of(path)
    assert plane.share == pytest.approx(1)
    torch.testing.assert_close(plane.axes @ plane.axes.T, torch.eye(2, dtype=torch.float64))
    with pytest.raises(ValueError, match="ends where it began"):
        plane_of(path[:1].repeat(4, 1))


def test_lanczos_finds_the_largest_eigenvalue_of_a_network():
    model, around = tiny()
    at = around.flat(model.state_dict())
    hessian = torch.autograd.functional.hessian(around.loss, at)
    found = top_eigenvalue(around.loss, at, generator(0), tolerance=1e-7, most=5000)
    assert found.value == pytest.approx(float(torch.linalg.eigvalsh(hessian)[-1]), rel=1e-6)
    assert (hessian @ found.vector - found.value * found.vector).norm() < 1e-5


def test_largest_means_largest_not_largest_in_size():
    curvatures = torch.tensor([-9.0, -1.0, 2.0, 1.0], dtype=torch.float64)
    found = top_eigenvalue(
        lambda w: (curvatures * w * w).sum() / 2,
        torch.zeros(4, dtype=torch.float64),
        generator(0),
        tolerance=1e-8,
        most=2000,
    )
    assert found.value == pytest.approx(2)


def bowl(*curvatures):
    """Loss and place, whose Hessian has these eigenvalues."""
    values = torch.tensor(curvatures, dtype=torch.float64)
    return lambda w: (values * w * w).sum() / 2, torch.zeros_like(values)


@pytest.mark.parametrize("purpose", ["power", "other", "third"])
@pytest.mark.parametrize(
    ("curvatures", "top"),
    [
        ((1, -1), 1),
        ((-1, -1, 1), 1),
        ((3, 3, 3), 3),
        ((-2.0,), -2),
        ((-3, -2, -1), -1),
        ((0, 0, 0), 0),
        ((-5, 0, 0), 0),
        ((1, *[0.999] * 30, *[-1] * 30), 1),
        (range(-100, 101), 100),
        ((1e-9, -1e-9, 0), 1e-9),
        ((1e12, -1e12, 1), 1e12),
    ],
)
def test_an_eigenvalue_is_told_from_others_of_its_size(curvatures, top, purpose):
    found = top_eigenvalue(*bowl(*curvatures), generator(4, purpose))
    assert found.found and found.value == pytest.approx(top, rel=2e-3, abs=1e-12)
    assert found.residual <= 1e-3 * max(map(abs, curvatures))
    assert found.vector.norm() == pytest.approx(1)


def test_products_that_ran_out_are_told():
    found = top_eigenvalue(*bowl(*range(-100, 101)), generator(4, "power"), most=5)
    assert not found.found and found.residual > 0.1 and found.products == 6


def test_directions_may_be_more_than_memory_holds(monkeypatch):
    from engine.topics.optimizers.landscape import sharpness

    monkeypatch.setattr(sharpness, "KEPT", 201 * 25)
    found = top_eigenvalue(*bowl(*range(-100, 101)), generator(4, "power"))
    assert found.found and found.value == pytest.approx(100, rel=1e-3) and found.products > 26


def test_a_bend_that_is_no_number_is_not_found():
    found = top_eigenvalue(lambda w: (w * torch.inf).sum() * w.sum(), torch.ones(3), generator(0))
    assert not found.found and found.value != found.value


def small(**settings):
    flat = {"base.data.examples": "100", "base.epochs": "12", "base.model.hidden": "4"}
    found, problems = Landscape.read(flat | {"side": "11"} | settings)
    assert not problems
    return found


def test_a_landscape_holds_the_losses_that_training_had():
    config = small()
    assert load(dump(config)) == config
    events = list(config.run(CPU))
    assert isinstance(events[-1], Done)
    (frame,) = [event for event in events if isinstance(event, Frame)]
    found = frame.arrays
    assert found["plane"].shape == (11, 11) and found["line_train"].shape == (3, 21)
    assert found["path_losses"][0] > found["path_losses"][-1]
    middle = found["line_train"][:, 10]
    assert middle == pytest.approx(found["path_losses"][-1], rel=1e-4)
    assert found["line_sharpest"][10] == pytest.approx(middle[0], rel=1e-4)
    assert 0 < events[-1].summary["share"] <= 1 and events[-1].summary["top_eigenvalue"] > 0
    assert events[-1].summary["found"] == 1


def test_a_landscape_of_a_run_that_diverges_ends_with_its_sentence():
    flat = {"base.data": "regression_curve", "base.loss": "mse", "base.learning_rate": "10"}
    config, problems = Landscape.read(
        flat | {"base.optimizer": "gradient_descent", "base.layers.activation": "relu"}
    )
    assert not problems
    assert isinstance(list(config.run(CPU))[-1], Diverged)


def test_sharpness_on_the_way_is_the_networks_own_and_a_dead_training_ends_alone():
    base = Edge().base.with_("epochs", 20).with_("model.hidden", (6,))
    work = Edge(base=base, rates=(10.0, 0.05), places=10)
    assert work.rates == (0.05, 10.0) and load(dump(work)) == work
    events = list(work.run(CPU))
    history: dict[str, tuple[list[int], list[float]]] = {}
    for event in events:
        if isinstance(event, Metrics):
            for name, value in event.values.items():
                steps, values = history.setdefault(name, ([], []))
                steps.append(event.step)
                values.append(value)
    good, bad = lanes(work, history, 20)
    assert good.ended and good.limit == 40 and not bad.ended
    assert events[-1].summary["worst"] < 1e-3
    assert good.sharpness[0] < good.limit and (np.diff(good.steps)[:-1] == 2).all()
