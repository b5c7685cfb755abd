"""Is every activation what its page says: function, derivative and facts?"""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from engine.config import bounds, shown
from engine.nn.activations import ACTIVATIONS, Activation
from engine.topics.activations.mean_field import gains

REFERENCE = {
    "step": lambda x, a: (
        torch.where(x > 0, 1.0, 0.0 if a.values == "heaviside" else -1.0)
        * (1.0 if a.values == "heaviside" else (x != 0))
    ),
    "logistic": lambda x, a: F.sigmoid(x),
    "tanh": lambda x, a: F.tanh(x),
    "tanh_half": lambda x, a: 2 * F.sigmoid(x) - 1,
    "relu": lambda x, a: F.relu(x),
    "leaky_relu": lambda x, a: F.leaky_relu(x, a.slope),
    "prelu": lambda x, a: F.prelu(x, torch.tensor([a.slope]).to(x.dtype)),
    "elu": lambda x, a: F.elu(x, a.alpha),
    "selu": lambda x, a: F.selu(x),
    "gelu": lambda x, a: F.gelu(x, approximate=a.approximate),
    "silu": lambda x, a: F.silu(x),
    "mish": lambda x, a: F.mish(x),
    "softplus": lambda x, a: F.softplus(x, a.beta),
    "hard_tanh": lambda x, a: F.hardtanh(x),
    "absolute": lambda x, a: x.abs(),
    "linear": lambda x, a: x,
}
KINKS = {"hard_tanh": (-1.0, 1.0)}  # elsewhere, if anywhere, at zero
GRID = torch.cat(
    [torch.linspace(-30, 30, 6001, dtype=torch.float64), torch.tensor([0.0, -1.0, 1.0, -30, 30])]
)


def variants(member: type[Activation]) -> list[Activation]:
    """The defaults, and each knob at each end of what it allows."""
    found = [member()]
    for name, field in member.model_fields.items():
        look = shown(field)
        ends = [value for value, _ in look.options] if look.options else bounds(field)
        found += [member(**{name: end}) for end in ends]
    return found


EVERY = [
    pytest.param(part, id=f"{part.id}{list(part.changed().values()) or ''}")
    for member in ACTIVATIONS.values()
    for part in variants(member)
]


def value(part: Activation, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return part.build().double()(x)


def test_every_member_has_a_reference():
    assert set(REFERENCE) == set(ACTIVATIONS)


@pytest.mark.parametrize("part", EVERY)
def test_the_function_is_torchs(part):
    torch.testing.assert_close(
        value(part, GRID), REFERENCE[part.id](GRID, part).double(), rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("part", EVERY)
def test_the_closed_derivative_is_autograds_kinks_included(part):
    x = GRID.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(part.build().double()(x).sum(), x)
    near = 1e-7 if part.id == "prelu" else 1e-9  # its slope is a float32 parameter
    torch.testing.assert_close(part.derivative(GRID), gradient, rtol=0, atol=near)


@pytest.mark.parametrize("part", EVERY)
def test_the_derivative_is_a_finite_difference_away_from_kinks(part):
    h = 1e-6
    kinks = torch.tensor(KINKS.get(part.id, (0.0,)))
    x = GRID[((GRID[:, None] - kinks).abs() > 2 * h).all(1)]
    difference = (value(part, x + h) - value(part, x - h)) / (2 * h)
    # Softplus of torch jumps by up to e⁻²⁰/β where it becomes the identity.
    skip = (part.beta * x - 20).abs() < 1e-3 if part.id == "softplus" else torch.zeros(len(x)) > 0
    torch.testing.assert_close(difference[~skip], part.derivative(x)[~skip], rtol=0, atol=1e-6)


@pytest.mark.parametrize("part", EVERY)
def test_a_module_keeps_shape_and_dtype_is_finite_and_leaves_its_input(part):
    module = part.build()
    for shape in [(), (0,), (3,), (2, 3, 4, 5)]:
        size = torch.Size(shape).numel()
        x = torch.linspace(-1e4, 1e4, max(1, size))[:size]
        x = x.reshape(shape).requires_grad_()
        before = x.detach().clone()
        y = module(x * 1)
        assert y.shape == x.shape and y.dtype == x.dtype
        assert y.isfinite().all()
        y.sum().backward()
        assert x.grad.isfinite().all()
        assert torch.equal(x.detach(), before)
        assert part.derivative(before).isfinite().all()
        assert part.derivative(before).dtype == before.dtype
        kept = before.clone()
        module(kept)
        assert torch.equal(kept, before), "in place"


@pytest.mark.parametrize("part", EVERY)
def test_each_build_is_a_new_module_without_hidden_state(part):
    one, two = part.build(), part.build()
    assert isinstance(one, nn.Module) and one is not two
    assert not getattr(one, "inplace", False)
    assert not {id(p) for p in one.parameters()} & {id(p) for p in two.parameters()}


def test_only_prelu_learns_and_starts_at_its_knob():
    for part in (member() for member in ACTIVATIONS.values()):
        weights = list(part.build().parameters())
        assert len(weights) == (1 if part.id == "prelu" else 0)
    module = ACTIVATIONS["prelu"](slope=0.5).build()
    assert module.weight.item() == 0.5
    module(torch.tensor([-2.0, 3.0])).sum().backward()
    assert module.weight.grad.item() == -2.0  # the sum of the negative inputs


@pytest.fixture(params=list(ACTIVATIONS))
def part(request) -> Activation:
    return ACTIVATIONS[request.param]()


def test_the_range_is_reached_and_never_left(part):
    x = torch.cat([torch.linspace(-50, 50, 200_001).double(), torch.tensor([-1e6, 1e6]).double()])
    y = value(part, x)
    if part.range.startswith(r"\{"):
        wanted = {float(n) for n in re.findall(r"-?\d+", part.range)}
        assert set(y.tolist()) == wanted
        return
    names = {r"\lambda\alpha": "1.7580993408", r"\alpha": "1", r"\infty": "inf"}
    text = part.range
    for name, number in names.items():
        text = text.replace(name, number)
    low, high = (float(n) for n in text[1:-1].split(","))
    assert low - 5e-4 <= y.min() and y.max() <= high
    assert y.min() < -1e3 if low == -torch.inf else y.min() - low < 1e-3
    assert y.max() > 1e5 if high == torch.inf else high - y.max() < 1e-3
    if "." in text and "(" not in text[0]:
        return  # a rounded minimum, reached inside
    # A bracket says that the end is a value; a parenthesis, that it is only approached.
    inside = value(part, torch.cat([GRID[GRID.abs() < 12], torch.zeros(1, dtype=GRID.dtype)]))
    assert bool(inside.min() > low) == (text[0] == "(")
    assert bool(inside.max() < high) == (text[-1] == ")")


def test_monotone_is_as_said(part):
    y = value(part, torch.linspace(-30, 30, 60_001, dtype=torch.float64))
    assert bool((y.diff() >= -1e-15).all()) == part.monotone


def test_saturation_is_a_slope_that_vanishes(part):
    left, right = part.derivative(torch.tensor([-1e3, 1e3], dtype=torch.float64)).abs() < 1e-12
    said = {"both sides": (True, True), "left": (True, False), "right": (False, True)}
    assert (bool(left), bool(right)) == said.get(part.saturates, (False, False))


def test_zero_centred_is_a_zero_mean_for_normal_inputs(part):
    z = torch.linspace(-12, 12, 240_001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2) / (2 * torch.pi) ** 0.5
    mean = torch.trapezoid(density * value(part, z), z).abs().item()
    assert (mean < 1e-7) == part.zero_centred


def test_smooth_is_a_derivative_without_a_jump(part):
    jumps = []
    for kink in (-1.0, 0.0, 1.0):
        near = torch.tensor([kink - 1e-7, kink + 1e-7], dtype=torch.float64)
        jumps += [part.derivative(near).diff().abs().item(), value(part, near).diff().abs().item()]
    assert (max(jumps) < 1e-5) == part.smooth


def test_a_unit_can_die_where_the_slope_is_exactly_zero(part):
    """On a whole interval, that is, and not by rounding: at −3 and at −4, or at 3 and at 4."""
    flat = part.derivative(torch.tensor([-4.0, -3.0, 3.0, 4.0], dtype=torch.float64)) == 0
    assert bool(flat[:2].all() or flat[2:].all()) == part.can_die


def test_the_gain_keeps_the_second_moment_at_one(part):
    """Against sampling, which knows nothing of the quadrature."""
    z = torch.randn(4_000_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    exact = part.exact_gain()
    assert exact == pytest.approx(value(part, z).square().mean().item() ** -0.5, rel=3e-3)
    if part.gain is None:
        assert part.id == "step"
    else:
        assert part.gain == pytest.approx(exact, abs=1e-3)


def test_the_gain_is_torchs_where_torch_has_theory():
    gain = nn.init.calculate_gain
    assert ACTIVATIONS["linear"].gain == gain("linear")
    assert ACTIVATIONS["relu"].gain == pytest.approx(gain("relu"))
    for slope in (0.01, 0.2):
        leaky = ACTIVATIONS["leaky_relu"](slope=slope)
        assert leaky.exact_gain() == pytest.approx(gain("leaky_relu", slope), abs=1e-6)


@settings(deadline=None, max_examples=200)
@given(
    part=st.sampled_from([p.values[0] for p in EVERY]),
    x=st.floats(-1e4, 1e4),
    y=st.floats(-1e4, 1e4),
)
def test_no_pair_of_points_is_steeper_than_the_steepest_slope(part, x, y):
    """|φ(x) − φ(y)| ≤ max|φ′| |x − y|, which ties function and derivative at any two inputs."""
    if part.id == "step":
        return
    ends = torch.tensor([x, y], dtype=torch.float64)
    grid = torch.linspace(-400, 400, 80_001, dtype=torch.float64)
    steepest = part.derivative(grid).abs().max()
    left, right = value(part, ends)
    assert (left - right).abs() <= steepest * abs(x - y) * (1 + 1e-4) + 1e-6


def test_docs_are_complete(part):
    about = part.about
    assert about.id == type(part).__module__.rsplit(".", 1)[-1]
    assert about.formula and about.source and about.url.startswith("https://")
    assert part.derivative_formula and part.range
    assert about.summary.endswith(".")


def test_relu_has_no_slope_at_zero_as_the_lesson_says() -> None:
    z = torch.zeros(1, requires_grad=True)
    (slope,) = torch.autograd.grad(ACTIVATIONS["relu"]().build()(z).sum(), z)
    assert slope.item() == ACTIVATIONS["relu"]().derivative(z.detach()).item() == 0


def test_one_gain_serves_both_ways_exactly_where_scaling_passes_through() -> None:
    """φ(cx) = c φ(x) for c > 0: linear, ReLU and its kin, |x|; and nothing else."""
    x = torch.linspace(-3, 3, 61).double()
    for id, member in ACTIVATIONS.items():
        φ = member().build().double()
        with torch.no_grad():
            passes = torch.allclose(φ(2.5 * x), 2.5 * φ(x))
        found = gains(member(), 1.0, 64)
        if found.forward and found.backward:
            assert passes == (abs(found.forward - found.backward) < 1e-3), id
