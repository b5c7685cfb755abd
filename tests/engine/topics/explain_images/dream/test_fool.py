"""Is the network fooled, by as little as can be, in each of the three ways?"""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.device import generator
from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused
from engine.runs.work import dump, load
from engine.topics.explain_images.dream.fool import COSTS, Fool, fool, smallest
from engine.topics.explain_images.dream.waves import first_waves, paint
from tests.engine.topics.explain_images.dream.subjects import CPU, cnn, linear


def picture(shape=(3, 16, 16)):
    return torch.randn(shape, generator=generator(1, "picture")).clamp(-1.5, 1.5)


def told(config, network, x):
    values, frames = {}, {}
    for event in fool(config, network, x, CPU):
        match event:
            case Metrics(step, found):
                values[step] = found
            case Frame(step, arrays):
                frames[step] = arrays
    assert isinstance(event, Done)
    return values, frames


@pytest.mark.parametrize("means", ["change", "pixels", "waves"])
def test_the_network_believes_what_it_is_told_to(means):
    network, x = cnn(), picture()
    target = int(network.model(x[None]).argmin())
    config = Fool(means=means, target=target, steps=120, learning_rate=0.05, cost=1.0)
    values, frames = told(config, network, x)
    last = frames[120]
    believed = last["probabilities"][:, target]
    assert values[0]["probability:0"] < 0.3
    if means == "change":
        assert believed[-1] > 0.95, "the cheapest change must fool"
        shown = believed[[smallest(last["probabilities"], last["size"], target)]]
    else:
        assert believed.min() > 0.6
        shown = believed
    pictures = last["pictures"]
    assert pictures.shape == (len(shown), 3, 16, 16) and pictures.dtype == np.uint8
    seen = network.model(network.scale(torch.from_numpy(pictures) / 255)).softmax(1)
    np.testing.assert_allclose(seen.detach()[:, target], shown, atol=0.05)


def test_the_dearer_a_change_the_smaller_it_is():
    config = Fool(target=1, steps=300, learning_rate=0.01, cost=100.0)
    values, _ = told(config, cnn(), picture())
    sizes = [values[300][f"change:{i}"] for i in range(COSTS)]
    assert all(a < b * 1.02 for a, b in pairwise(sizes))
    assert [values[300][f"cost:{i}"] for i in range(2)] == pytest.approx([100, 100 / 4])


def test_a_changed_picture_is_the_original_plus_the_change_inside_black_and_white():
    network, x = cnn(), picture()
    _, frames = told(Fool(target=2, steps=50, learning_rate=0.1), network, x)
    original = 255 * network.unscale(x).clamp(0, 1).numpy()
    total = original + frames[50]["change"]
    assert total.min() > -0.1 and total.max() < 255.1
    np.testing.assert_allclose(frames[50]["pictures"][0], total, atol=0.6)  # rounding
    size = np.sqrt(np.square(frames[50]["change"].astype(float)).mean())
    assert np.abs(frames[50]["size"] - size).min() < 0.01 * size + 0.01


def test_on_a_linear_model_the_slope_of_the_change_is_zero_at_its_end():
    """log p(1) − c‖r‖²: at the optimum 2 c r = ∂ log p / ∂r = (W₁ − Σ p W) / std."""
    network = linear((1, 8, 8), classes=3)
    x = torch.zeros(1, 8, 8)
    config = Fool.model_validate(
        {"target": 1, "steps": 600, "learning_rate": 0.002, "cost": 300.0,
         "optimizer": "gradient_descent"}
    )  # fmt: skip
    _, frames = told(config, network, x)
    number = smallest(frames[600]["probabilities"], frames[600]["size"], 1)
    assert number == 0, "the dearest fools"
    r = torch.from_numpy(frames[600]["change"]).float().flatten() / 255
    p = torch.from_numpy(frames[600]["probabilities"][0])
    w = network.model[1].weight.detach() / 0.25
    torch.testing.assert_close(2 * 300.0 * r, w[1] - p @ w, atol=1e-2, rtol=1e-2)


def test_the_smallest_change_that_fools_is_found():
    size = np.array([1.0, 5.0, 3.0])
    chances = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    assert smallest(chances, size, 1) == 2
    assert smallest(chances, size, 0) == 0
    assert smallest(chances[:1], size[:1], 1) is None


def test_one_wave_is_a_sinusoid_of_its_frequency():
    waves = {
        "amplitude": torch.tensor([[[2.0]]]),
        "frequency": torch.tensor([[[0.0, 3.0]]]),
        "phase": torch.tensor([[math.pi / 2]]),
    }
    x = paint(waves, 4, 12)[0, 0]
    columns = (torch.arange(12) + 0.5) / 12
    expected = torch.sigmoid(2 * torch.cos(2 * math.pi * 3 * columns))
    torch.testing.assert_close(x, expected.expand(4, 12), atol=1e-5, rtol=1e-5)


def test_waves_add_up_before_they_are_squeezed():
    one, two = first_waves(1, 3, 0), first_waves(1, 3, 1)
    both = {name: torch.cat([one[name], two[name]])[None] for name in one}
    alone = [
        torch.logit(paint({k: v[None] for k, v in waves.items()}, 8, 8)) for waves in (one, two)
    ]
    torch.testing.assert_close(torch.logit(paint(both, 8, 8)), alone[0] + alone[1], atol=1e-3,
                               rtol=1e-3)  # fmt: skip


def test_frequencies_can_be_held():
    network, x = cnn(), picture()
    for bend in (True, False):
        config = Fool(means="waves", target=1, steps=10, bend=bend, seeds=1)
        *_, done = fool(config, network, x, CPU)
        same = torch.equal(done.weights["frequency"][0], first_waves(8, 3, 0)["frequency"])
        assert same is not bend


@pytest.mark.parametrize("means", ["change", "pixels", "waves"])
def test_a_paused_climb_ends_where_an_unbroken_one_does(means):
    network, x = cnn(), picture()
    config = Fool(means=means, target=1, steps=20)
    for event in fool(config, network, x, CPU, until=10):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused)
    *_, rest = fool(config, network, x, CPU, start=state)
    *_, whole = fool(config, network, x, CPU)
    assert all(torch.equal(value, whole.weights[name]) for name, value in rest.weights.items())


def test_the_score_is_the_log_probability():
    network, x = cnn(), picture()
    _, frames = told(Fool(means="pixels", target=1, steps=10, seeds=1), network, x)
    first = network.scale(torch.rand(3, 16, 16, generator=generator(0, "fool")))
    expected = F.softmax(network.model(first[None]), 1).detach().numpy()
    np.testing.assert_allclose(frames[0]["probabilities"], expected, atol=1e-5)


def test_a_class_that_is_not_there_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="numbered from 0"):
        list(fool(Fool(target=4), cnn(), picture(), CPU))


def test_it_is_a_kind_of_work():
    config = Fool(means="waves", waves=3)
    assert load(dump(config)) == config
