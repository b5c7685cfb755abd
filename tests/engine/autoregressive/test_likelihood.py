"""Are the probabilities of every model probabilities, and are its parameters counted right?"""

import itertools
from math import log

import pytest
import torch

from engine.autoregressive import parameters
from engine.autoregressive.density import quantise
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.outputs import OUTPUTS
from tests.engine.autoregressive.small import PLACED

SMALL = {"naive": {"channels": 9, "layers": 3}, "gated": {"channels": 9, "layers": 3},
         **PLACED}  # fmt: skip


def build(name, shape, levels, output="softmax", **options):
    part = AUTOREGRESSIVE[name](output=OUTPUTS[output](), **SMALL.get(name, {}))
    model = part.build(shape, levels, **options).double()
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():  # far from the uniform start
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw, dtype=torch.float64) / 2)
    return model


@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize(
    ("shape", "levels"), [((1, 2, 2), 2), ((1, 2, 2), 3), ((2, 1, 2), 3), ((3, 1, 1), 5)]
)
@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
def test_all_pictures_together_have_probability_one(name, shape, levels, output):
    model = build(name, shape, levels, output, classes=2, order=tuple(range(shape[0]))[::-1])
    size = shape[0] * shape[1] * shape[2]
    every = torch.tensor(list(itertools.product(range(levels), repeat=size))).view(-1, *shape)
    for label in (0, 1):
        y = torch.full((len(every),), label)
        total = model(every, y).flatten(1).sum(1).exp().sum().item()
        assert total == pytest.approx(1, abs=1e-9)


def test_four_pixels_of_fvsbn_by_hand():
    model = build("fvsbn", (1, 2, 2), 2)
    x = torch.tensor([[[[1, 0], [1, 1]]]])
    z = model.scale(x).flatten()
    weight, bias, at, expected = model.net.weight[0], model.net.bias[0], 0, []
    for i, value in enumerate(x.flatten().tolist()):
        theta = (weight[at : at + i] * z[:i]).sum() + bias[i]
        at += i
        p = torch.sigmoid(theta)
        expected.append((p if value else 1 - p).log())
    assert torch.allclose(model.log_prob(x).flatten(), torch.stack(expected))


def test_nade_by_hand():
    model = build("nade", (1, 2, 2), 3)
    x = torch.tensor([[[[2, 0], [1, 2]]]])
    z, net = model.scale(x).flatten(), model.net
    expected = []
    for i, value in enumerate(x.flatten().tolist()):
        hidden = torch.sigmoid(net.start + z[:i] @ net.inward[:i])
        logits = torch.cat([torch.zeros(1), net.outward[i] @ hidden + net.bias[i]])
        expected.append(logits.log_softmax(0)[value])
    assert torch.allclose(model.log_prob(x).flatten(), torch.stack(expected))


@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize("levels", [2, 17, 256])
def test_log_prob_is_the_softmax_of_logits(name, output, levels):
    model = build(name, (3, 3, 4), levels, output, order=(1, 0, 2))
    x = torch.randint(levels, (2, 3, 3, 4), generator=torch.Generator().manual_seed(0))
    logits = model.logits(x)
    assert logits.shape == (2, 3, levels, 3, 4)
    found = logits.log_softmax(2).gather(2, x.unsqueeze(2)).squeeze(2)
    assert torch.allclose(found, model.log_prob(x), atol=1e-9)
    bits = model.bits_per_dim(x)
    assert torch.allclose(bits, -found.flatten(1).sum(1) / log(2) / (3 * 3 * 4))


@pytest.mark.parametrize("levels", [2, 3, 17, 256])
@pytest.mark.parametrize("scale", [-12.0, -3.0, 0.0, 4.0])
@pytest.mark.parametrize("mean", [-3.0, -1.0, 0.1, 1.0, 30.0])
def test_a_mixture_of_logistics_sums_to_one_over_the_levels(levels, scale, mean):
    draw = torch.Generator().manual_seed(0)
    numbers = torch.cat([
        torch.randn(3, 1, 1, generator=draw, dtype=torch.float64),
        mean + torch.randn(3, 1, 1, generator=draw, dtype=torch.float64),
        scale + torch.randn(3, 1, 1, generator=draw, dtype=torch.float64),
    ]).requires_grad_()  # fmt: skip
    found = OUTPUTS["logistics"](components=3).logits(numbers, levels)
    assert found.isfinite().all()
    assert found.logsumexp(0).item() == pytest.approx(0, abs=1e-9)
    found.sum().backward()
    assert numbers.grad.isfinite().all()


def test_the_edge_bins_of_a_logistic_hold_its_tails():
    narrow = torch.tensor([0.0, 0.0, 0.0]).double()[:, None, None]  # μ = 0, s = 1
    found = OUTPUTS["logistics"](components=1).logits(narrow, 3).exp().flatten()
    edge = torch.sigmoid(torch.tensor(-0.5, dtype=torch.float64))  # below -1 + 1/2
    assert torch.allclose(found, torch.stack([edge, 1 - 2 * edge, edge]))


def test_parameter_counts():
    def count(name, shape, levels, **knobs):
        model = AUTOREGRESSIVE[name](**knobs).build(shape, levels)
        return sum(p.numel() for p in model.parameters())

    assert count("fvsbn", (1, 28, 28), 2) == 307_720 == parameters.logistic(784)
    assert count("fvsbn", (1, 4, 4), 5) == parameters.logistic(16, 5)
    assert count("nade", (1, 8, 8), 17, hidden=50) == parameters.nade(64, 50, 17)
    assert count("independent", (1, 8, 8), 17) == parameters.independent(64, 17)
    # One 7x7 first layer of 24 cells, two later ones of 5 (2 x 3 stored), 1x1 to 255.
    stored = (24 + 4 + 0) * 8  # the rectangle of mask A: 4 rows of 7
    naive = stored + 8 + 2 * (2 * 3 * 8 * 8 + 8) + 8 * 255 + 255
    assert count("naive", (1, 28, 28), 256, channels=8, layers=3) == naive
    # Two gated layers: vertical 2F, link, horizontal 2F, mix.
    f = 8
    first = (2 * 5 * 2 * f + 2 * f) + (4 * f * f + 2 * f) + (2 * 2 * f + 2 * f) + (f * f + f)
    later = (2 * 3 * 2 * f * f + 2 * f) + (4 * f * f + 2 * f) + (2 * 2 * f * f + 2 * f) + f * f + f
    gated = count("gated", (1, 28, 28), 2, channels=f, layers=2)
    assert gated == first + later + f + 1


def test_the_size_of_the_best_known_teaching_model_is_within_reach():
    model = AUTOREGRESSIVE["gated"](channels=64, layers=8, first_kernel=5, dilations=(1, 2, 1, 4))
    assert sum(p.numel() for p in model.build((1, 28, 28), 256).parameters()) <= 852_160


@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
def test_a_build_depends_on_its_seed_alone(name):
    part = AUTOREGRESSIVE[name](**SMALL.get(name, {}))
    one, same, other = (part.build((1, 4, 4), 3, 2, seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[k], same[k]) for k in one)
    if name not in ("independent", "markov"):
        assert any(not torch.equal(one[k], other[k]) for k in one)


@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
def test_every_parameter_learns(name):
    model = AUTOREGRESSIVE[name](**SMALL.get(name, {})).build((3, 4, 4), 4, classes=2)
    x = torch.randint(4, (8, 3, 4, 4), generator=torch.Generator().manual_seed(0))
    y = torch.arange(8) % 2
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    losses, moved = [], {k: v.clone() for k, v in model.state_dict().items()}
    for _ in range(30):
        loss = -model(x, y).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.99 * losses[0]
    assert all(not torch.equal(v, moved[k]) for k, v in model.state_dict().items())


@pytest.mark.parametrize("name", ["naive", "gated"])
def test_a_convolutional_model_takes_any_size(name):
    model = AUTOREGRESSIVE[name](**SMALL[name]).build((1, 8, 8), 2)
    assert model(torch.zeros(2, 1, 5, 11, dtype=torch.long)).shape == (2, 1, 5, 11)


def test_bad_input_is_refused_in_a_sentence():
    model = AUTOREGRESSIVE["fvsbn"]().build((1, 4, 4), 4, classes=3)
    x, y = torch.zeros(2, 1, 4, 4, dtype=torch.long), torch.tensor([0, 1])
    assert model(x, y).shape == (2, 1, 4, 4)
    for wrong, label, match in (
        (x.float(), y, "integer levels"),
        (x[:, 0], y, "integer levels"),
        (x + 4, y, "from 0 to 3"),
        (x, None, "one class a picture"),
        (x[:, :, :3], y, "was built for"),
    ):
        with pytest.raises(ValueError, match=match):
            model(wrong, label)
    with pytest.raises(ValueError, match="2 to 256"):
        AUTOREGRESSIVE["naive"]().build((1, 4, 4), 1)
    with pytest.raises(ValueError, match="fewer levels"):
        AUTOREGRESSIVE["fvsbn"]().build((1, 28, 28), 256)


def test_quantising():
    x = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(quantise(x, 256), x.long())
    assert quantise(x, 2).bincount().tolist() == [128, 128]
    assert quantise(x, 16).bincount().tolist() == [16] * 16
