"""Is a sample the same however it is computed, and does it follow the model?"""

import itertools

import pytest
import torch
from scipy import stats

from engine.autoregressive.choice import pick, probabilities
from engine.autoregressive.density import Density
from engine.autoregressive.mask_stack import MaskedStack, reset
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.outputs import OUTPUTS
from engine.autoregressive.sampling import sample, uniforms
from engine.autoregressive.schemes import SCHEMES
from tests.engine.autoregressive.small import PLACED

SMALL = {
    "naive": {"channels": 9, "layers": 3, "dilations": (1, 2)},
    "gated": {"channels": 9, "layers": 4, "dilations": (2, 1, 3)},
    **PLACED,
}


def build(name, shape, levels, output="softmax", classes=0, order=None, **knobs):
    part = AUTOREGRESSIVE[name](output=OUTPUTS[output](), **SMALL.get(name, {}) | knobs)
    model = part.build(shape, levels, classes, 1, order).double()
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw, dtype=torch.float64) / 5)
    return model


def same(model, batch, shape, y=None, **options):
    u = uniforms((batch, *shape), 0)
    fast, slow = (sample(model, u, y, cached=c, keep=True, **options) for c in (True, False))
    assert torch.equal(fast.x, slow.x)
    assert torch.allclose(fast.log_prob, slow.log_prob, atol=1e-9)
    assert torch.allclose(fast.p, slow.p, atol=1e-9)
    assert torch.allclose(model.log_prob(fast.x, y), fast.log_prob, atol=1e-9)
    return fast, slow


@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(
    ("shape", "levels", "order"),
    [((1, 6, 7), 2, None), ((1, 5, 3), 17, None), ((3, 4, 5), 4, (2, 0, 1)), ((3, 1, 4), 3, None)],
)
@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
def test_same_uniforms_same_pixels(name, shape, levels, order, batch, output):
    model = build(name, shape, levels, output, classes=3, order=order)
    fast, slow = same(model, batch, shape, torch.arange(batch) % 3)
    assert slow.calls == shape[0] * shape[1] * shape[2]
    assert fast.calls == 0


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if not SCHEMES[name].leaks])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_legal_scheme(scheme, residual, channels):
    masks = SCHEMES[scheme]().masks(3, tuple(range(channels)), 5)
    net = reset(
        MaskedStack(masks, 3, 9, 2, dilation=(1, 1, 2), residual=residual, classes=2), seed=0
    )
    model = Density(net, OUTPUTS["softmax"](), 3, (channels, 6, 6), 2, range(channels)).double()
    fast, _ = same(model, 2, (channels, 6, 6), torch.tensor([0, 1]))
    assert (fast.calls == 0) == (scheme != "vertical")


def test_in_single_precision_as_well():
    part = AUTOREGRESSIVE["gated"](channels=16, layers=4)
    model = part.build((1, 10, 10), 17)
    u = uniforms((4, 1, 10, 10), 5)
    fast, slow = sample(model, u), sample(model, u, cached=False)
    assert torch.equal(fast.x, slow.x)
    assert (fast.log_prob - model.log_prob(fast.x)).abs().max() < 1e-4


def test_sampling_frequencies_are_the_enumerated_probabilities():
    for name in ("fvsbn", "gated"):
        model = build(name, (1, 2, 2), 2)
        every = torch.tensor(list(itertools.product((0, 1), repeat=4))).view(-1, 1, 2, 2)
        expected = model(every).flatten(1).sum(1).exp()
        drawn = sample(model, uniforms((4000, 1, 2, 2), 2)).x.flatten(1)
        number = (drawn * torch.tensor([8, 4, 2, 1])).sum(1).bincount(minlength=16)
        rare = expected * 4000 < 5
        seen = torch.cat([number[~rare], number[rare].sum()[None]]).double()
        wanted = torch.cat([expected[~rare], expected[rare].sum()[None]]) * 4000
        seen, wanted = seen[wanted > 0], wanted[wanted > 0].detach()
        assert stats.chisquare(seen.numpy(), wanted.numpy()).pvalue > 0.001


def test_forced_values_stay_and_only_what_follows_changes():
    model = build("gated", (1, 6, 6), 4)
    u = uniforms((2, 1, 6, 6), 0)
    first = sample(model, u).x
    start, forced = first.clone(), torch.zeros(6, 6, dtype=torch.bool)
    start[:, 0, 3, 2], forced[3, 2] = (start[:, 0, 3, 2] + 1) % 4, True
    second = sample(model, u, start=start, forced=forced).x
    assert torch.equal(second.flatten(2)[..., :20], first.flatten(2)[..., :20])
    assert torch.equal(second[:, 0, 3, 2], start[:, 0, 3, 2])
    assert not torch.equal(second, first)
    everything = torch.ones(1, dtype=torch.bool)
    assert torch.equal(sample(model, u, start=start, forced=everything).x, start)


@pytest.mark.parametrize("options", [
    {"temperature": 0.3}, {"temperature": 5.0}, {"top_k": 1}, {"top_k": 3}, {"top_p": 0.2},
    {"top_p": 0.9, "top_k": 5, "temperature": 2.0}])  # fmt: skip
def test_probabilities_sum_to_one(options):
    logits = torch.randn(50, 7, generator=torch.Generator().manual_seed(0)) * 3
    p = probabilities(logits, **options)
    assert torch.allclose(p.sum(-1), torch.ones(50)) and p.min() >= 0
    assert (p > 0).any(-1).all()
    if "top_k" in options:
        assert ((p > 0).sum(-1) <= options["top_k"]).all()
    assert torch.equal(p.argmax(-1), logits.argmax(-1))


def test_a_nucleus_by_hand():
    p = probabilities(torch.tensor([0.5, 0.3, 0.15, 0.05]).log(), top_p=0.7)
    assert torch.allclose(p, torch.tensor([0.625, 0.375, 0, 0]))


def test_the_cumulative_curve_picks():
    p = torch.tensor([0.2, 0.0, 0.8, 0.0])
    u = torch.tensor([0.0, 0.19, 0.2, 0.21, 0.999999999])
    assert pick(p.expand(5, 4), u).tolist() == [0, 0, 2, 2, 2]


def test_bad_input_is_refused_in_a_sentence():
    model = build("gated", (1, 4, 4), 2, classes=2)
    u, y = uniforms((1, 1, 4, 4), 0), torch.tensor([0])
    for options, match in (
        ({"temperature": 0.0}, "Temperature must be above 0"),
        ({"temperature": float("nan")}, "Temperature must be above 0"),
        ({"top_p": 0.0}, "top-p"),
        ({"start": torch.zeros(1, 1, 3, 3, dtype=torch.long)}, "starting picture"),
        ({"forced": torch.ones(4, 4, dtype=torch.bool)}, "to take them from"),
        ({"start": torch.full((1, 1, 4, 4), 9)}, "from 0 to 1"),
    ):
        with pytest.raises(ValueError, match=match):
            sample(model, u, y, **options)
    with pytest.raises(ValueError, match="one class"):
        sample(model, u)
    with pytest.raises(ValueError, match="below 1"):
        sample(model, u + 1, y)
    with torch.no_grad():
        model.net.out.weight.fill_(float("nan"))
    with pytest.raises(ValueError, match="not numbers"):
        sample(model, u, y)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("p", "top_p", "kept"),
    [
        ([0.3, 0.1, 0.1, 0.5], 0.8, 2),
        ([0.1] * 10, 0.3, 3),
        ([0.1] * 10, 0.7, 7),
        ([0.7, 0.3], 0.7, 1),
        ([0.05] * 20, 0.95, 19),
        ([0.6, 0.3, 0.1], 0.9, 2),
        ([0.6, 0.3, 0.1], 0.91, 3),
        ([0.4, 0.3, 0.2, 0.1], 1e-7, 1),
    ],
)
def test_top_p_stops_at_the_first_level_with_which_the_share_is_reached(p, top_p, kept, dtype):
    """Also where a sum of rounded probabilities falls a little short of the share."""
    for shift in (0.0, 3.3, -11.7):  # the same distribution, rounded otherwise
        found = probabilities(torch.tensor(p, dtype=dtype).log() + shift, top_p=top_p)
        assert int((found > 0).sum()) == kept
