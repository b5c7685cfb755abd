"""Do first weights have the spread that theory gives them, and do signals survive depth with it?"""

import math

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from engine.config import sentences
from engine.device import generator
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS, Initialiser

SHAPES = [(300, 200), (200, 300), (64, 32, 5, 3), (32, 64, 3, 3)]
DEPTH, WIDTH = 50, 512


@pytest.fixture(params=list(INITIALISERS))
def rule(request) -> Initialiser:
    return INITIALISERS[request.param]()


def drawn(rule: Initialiser, shape: tuple[int, ...], seed: int = 0, gain: float = 1.0):
    weight = nn.Parameter(torch.full(shape, torch.nan))
    rule.fill(weight, generator(seed, "weights"), gain)
    return weight


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("gain", [1.0, 1.7])
def test_the_spread_is_that_of_theory(rule, shape, gain):
    weight = drawn(rule, shape, gain=gain).detach()
    theory = rule.spread(shape, gain)
    if theory == 0:
        assert weight.unique().numel() == 1
        return
    # The standard error of a standard deviation is at most σ/√(2N); five of them.
    error = 5 / math.sqrt(2 * weight.numel())
    assert weight.std().item() == pytest.approx(theory, rel=error)
    assert abs(weight.mean().item()) < 5 * theory / math.sqrt(weight.numel())
    assert (theory != rule.spread(shape)) == (gain != 1 and rule.scaled)


TORCH = {
    "zeros": lambda w, g: nn.init.zeros_(w),
    "constant": lambda w, g: nn.init.ones_(w),
    "normal": lambda w, g: nn.init.normal_(w, 0, 0.01, generator=g),
    "xavier_normal": lambda w, g: nn.init.xavier_normal_(w, generator=g),
    "xavier_uniform": lambda w, g: nn.init.xavier_uniform_(w, generator=g),
    "he_normal": lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="relu", generator=g),
    "he_uniform": lambda w, g: nn.init.kaiming_uniform_(w, nonlinearity="relu", generator=g),
    "lecun_normal": lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="linear", generator=g),
    "orthogonal": lambda w, g: nn.init.orthogonal_(w, generator=g),
    "torch_default": lambda w, g: nn.init.kaiming_uniform_(w, a=math.sqrt(5), generator=g),
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_each_rule_is_torchs_number_for_number(rule, shape):
    reference = TORCH[rule.id](torch.empty(shape), generator(0, "weights"))
    torch.testing.assert_close(drawn(rule, shape).detach(), reference)


def test_a_new_torch_layer_has_the_spread_called_torchs_default():
    rule = INITIALISERS["torch_default"]()
    with torch.random.fork_rng():
        for layer in (nn.Linear(300, 200), nn.Conv2d(32, 64, 5)):
            weight = layer.weight.detach()
            theory = rule.spread(tuple(weight.shape))
            assert weight.std().item() == pytest.approx(theory, rel=0.03)
            assert weight.abs().max() <= theory * math.sqrt(3) * (1 + 1e-6)


def test_a_seed_means_the_same_weights_and_another_seed_others(rule):
    weight = drawn(rule, (20, 30), seed=1)
    assert torch.equal(weight, drawn(rule, (20, 30), seed=1))
    if rule.spread((20, 30)):
        assert not torch.equal(weight, drawn(rule, (20, 30), seed=2))


def test_the_memory_layout_does_not_change_the_numbers(rule):
    last = torch.empty(8, 6, 3, 3).to(memory_format=torch.channels_last)
    rule.fill(last, generator(0, "weights"))
    assert last.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(last, drawn(rule, (8, 6, 3, 3)))


def test_only_the_given_generator_is_used_and_autograd_sees_nothing(rule):
    before = torch.random.get_rng_state()
    weight = drawn(rule, (20, 30))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert weight.is_leaf and weight.requires_grad and weight.grad_fn is None
    assert weight.isfinite().all()


def test_a_bias_is_refused_with_a_sentence(rule):
    with pytest.raises(ValueError, match=r"needs a weight of shape .* Received: \(5,\)"):
        rule.fill(torch.zeros(5), generator(0))


@pytest.mark.parametrize("shape", [(30, 20), (20, 30), (12, 4, 3, 3)], ids=str)
def test_orthogonal_weights_turn_and_do_not_stretch(shape):
    matrix = drawn(INITIALISERS["orthogonal"](), shape, gain=1.5).detach().flatten(1)
    torch.testing.assert_close(torch.linalg.svdvals(matrix), torch.full((min(matrix.shape),), 1.5))


@pytest.mark.parametrize(("name", "knob"), [("normal", "std"), ("constant", "value")])
def test_a_knob_outside_its_range_is_refused_with_a_sentence(name, knob):
    for wrong in (-1e3, 1e3):
        with pytest.raises(ValidationError) as caught:
            INITIALISERS[name](**{knob: wrong})
        (sentence,) = sentences(caught.value)
        assert knob in sentence and sentence.endswith(".")


def signal(rule: Initialiser, activation: str, gain: float = 1.0, seeds: int = 40) -> torch.Tensor:
    """Root mean square of the pre-activations of each layer, (DEPTH,), over inputs and networks.

    The mean of squares is what theory conserves; that of one wide network still wanders, by
    about √(5 · 50 / 512) ≈ 0.7 in its logarithm under ReLU, so many are averaged.
    """
    act = ACTIVATIONS[activation]().build()
    squares = torch.zeros(DEPTH, dtype=torch.float64)
    weight = torch.empty(WIDTH, WIDTH)
    with torch.no_grad():
        for seed in range(seeds):
            draw = generator(seed, "weights")
            h = torch.randn(32, WIDTH, generator=draw)  # (B, C)
            for layer in range(DEPTH):
                rule.fill(weight, draw, gain)
                h = (h if layer == 0 else act(h)) @ weight.T
                squares[layer] += h.double().square().mean() / seeds
    return squares.sqrt()


@pytest.mark.parametrize(
    ("name", "activation", "seeds"),
    [
        ("xavier_normal", "linear", 40),
        ("xavier_uniform", "linear", 40),
        ("orthogonal", "linear", 1),
        ("he_normal", "relu", 40),
        ("he_uniform", "relu", 40),
    ],
)
def test_the_right_rule_keeps_the_signal_within_a_tenth_over_fifty_layers(name, activation, seeds):
    spread = signal(INITIALISERS[name](), activation, seeds=seeds)
    relative = spread / spread[0]
    assert relative.min() > 0.9 and relative.max() < 1.1


@pytest.mark.parametrize(
    "activation", ["tanh", "tanh_half", "hard_tanh", "logistic", "elu", "selu", "softplus"]
)
def test_lecuns_rule_with_the_exact_gain_brings_the_signal_to_one(activation):
    part = ACTIVATIONS[activation]()
    last = signal(INITIALISERS["lecun_normal"](), activation, part.exact_gain(), seeds=1)[10:]
    assert last.mean().item() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("activation", ["gelu", "silu", "mish"])
def test_the_balance_of_non_monotone_units_is_unstable(activation):
    part = ACTIVATIONS[activation]()
    spread = signal(INITIALISERS["lecun_normal"](), activation, part.exact_gain(), seeds=1)
    assert spread[-1] > 3 * spread[0]


def test_small_normal_weights_vanish_as_theory_predicts():
    """Each linear layer multiplies the spread by σ√n = 0.226; tanh is linear that near zero."""
    for activation in ("linear", "tanh"):
        spread = signal(INITIALISERS["normal"](std=0.01), activation, seeds=2)
        factor = (spread[-1] / spread[0]).item() ** (1 / (DEPTH - 1))
        assert factor == pytest.approx(0.01 * math.sqrt(WIDTH), rel=0.02)
        assert spread[-1] < 1e-30


def test_large_normal_weights_saturate_tanh():
    spread = signal(INITIALISERS["normal"](std=1.0), "tanh", seeds=1)
    assert spread[5:].mean() > 20  # pre-activations where the slope of tanh is below 1e-17


def test_hes_rule_without_relu_doubles_the_variance_in_every_layer():
    spread = signal(INITIALISERS["he_normal"](), "linear", seeds=3)
    factor = (spread[-1] / spread[0]).item() ** (2 / (DEPTH - 1))
    assert factor == pytest.approx(2, rel=0.02)


def test_xaviers_rule_under_relu_halves_it():
    spread = signal(INITIALISERS["xavier_normal"](), "relu", seeds=3)
    factor = (spread[-1] / spread[0]).item() ** (2 / (DEPTH - 1))
    assert factor == pytest.approx(0.5, rel=0.03)


def test_docs_are_complete(rule):
    about = rule.about
    assert about.id == type(rule).__module__.rsplit(".", 1)[-1]
    assert about.formula and about.summary.endswith(".")
    assert bool(about.source) == about.url.startswith("https://")
    assert bool(about.source) or rule.id in ("zeros", "constant")
