"""Is every update rule torch's, in one network and in a stack, and does it do what theory says?"""

import copy
import math
from unittest import mock

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from engine.config import bounds, shown
from engine.device import generator
from engine.optim import OPTIMIZERS, Optimizer
from engine.optim._wrap import Wrapped
from engine.optim.muon import orthogonalised

SHAPES = [(7,), (4, 6), (6, 4), (3, 2, 3, 3)]
STEPS = 100

# Knobs away from their defaults.
OTHERS = {
    "gradient_descent": {},
    "momentum": {"momentum": 0.6},
    "nesterov": {"momentum": 0.95},
    "adagrad": {"epsilon": 1e-3},
    "rmsprop": {"decay": 0.9, "momentum": 0.5, "epsilon": 1e-4},
    "adam": {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3},
    "adamw": {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6, "weight_decay": 0.3},
    "adam_l2": {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6, "weight_decay": 0.3},
    "nadam": {"beta1": 0.95, "beta2": 0.99, "epsilon": 1e-5},
    "lion": {"beta1": 0.7, "beta2": 0.8, "weight_decay": 0.3},
    "adafactor": {"decay": 0.5, "clip": 1.5, "epsilon": 0.05, "weight_decay": 0.3},
    "muon": {"momentum": 0.7, "weight_decay": 0.3, "nesterov": False, "scale": "match_rms_adamw"},
}
ALL = [
    pytest.param(member(**knobs), id=f"{name}-{'others' if knobs else 'defaults'}")
    for name, member in OPTIMIZERS.items()
    for knobs in ([{}, OTHERS[name]] if OTHERS[name] else [{}])
]


def draw(shape: tuple[int, ...], *purpose: str | int) -> Tensor:
    return torch.randn(shape, generator=generator(0, *purpose), dtype=torch.float64)


def numbers(part: Optimizer) -> list[str]:
    """The knobs that a stack of runs may vary."""
    return [n for n, v in dict(part).items() if isinstance(v, float)]


def torchs(part: Optimizer, weight: nn.Parameter, rate: float) -> torch.optim.Optimizer:
    """An implementation that is not ours."""
    if part.id == "muon" and weight.ndim == 2:
        return torch.optim.Muon(
            [weight],
            lr=rate,
            weight_decay=part.weight_decay,
            momentum=part.momentum,
            nesterov=part.nesterov,
            adjust_lr_fn=part.scale,
        )
    if part.id == "muon":
        return torch.optim.AdamW([weight], lr=rate)
    if part.id == "lion":
        return PaperLion([weight], rate, part.beta1, part.beta2, part.weight_decay)
    built = part.build([weight], rate)
    assert not isinstance(built, Wrapped)
    return built


class PaperLion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023, line by line and number by number."""

    def __init__(self, parameters, rate, beta1, beta2, decay):
        super().__init__(parameters, {"lr": rate})
        self.knobs = (beta1, beta2, decay)

    def step(self):
        beta1, beta2, decay = self.knobs
        for group in self.param_groups:
            for weight in group["params"]:
                m = self.state[weight].setdefault("m", [0.0] * weight.numel())
                flat, gradient = weight.data.view(-1), weight.grad.view(-1)
                for i in range(weight.numel()):
                    g, theta = gradient[i].item(), flat[i].item()
                    c = beta1 * m[i] + (1 - beta1) * g
                    flat[i] = theta - group["lr"] * ((c > 0) - (c < 0) + decay * theta)
                    m[i] = beta2 * m[i] + (1 - beta2) * g


def differs_most(part: Optimizer, shape: tuple[int, ...], rate: float, steps: int) -> float:
    """Largest relative difference to the reference, on a noisy quadratic, with equal slopes."""
    curvature = draw(shape, "curvature").square() + 0.1
    weight = nn.Parameter(draw(shape, "start"))
    reference = torchs(part, weight, rate)
    ours = weight.detach().clone()[None]  # (1, *shape)
    state = part.init(ours)
    worst = 0.0
    # Batched products in bfloat16 round otherwise than single ones in one matrix of some hundred,
    # so Muon shares them here; a test of their own compares them.
    with mock.patch(
        "torch.optim._muon._zeropower_via_newtonschulz", lambda u, *_: orthogonalised(u[None])[0]
    ):
        for step in range(1, steps + 1):
            weight.grad = curvature * weight.detach() + 0.3 * draw(shape, "noise", step)
            ours, state = part.update(ours, weight.grad[None], state, step, rate)
            reference.step()
            distance = (ours[0] - weight).abs() / (1 + weight.abs())
            worst = max(worst, distance.max().item())
    return worst


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("part", ALL)
def test_a_hundred_steps_equal_torchs(part, shape):
    steps = 20 if part.id == "lion" else STEPS  # its reference goes number by number
    assert differs_most(part, shape, part.typical, steps) < 1e-6


@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_any_knobs_in_range_equal_torchs(data):
    member = OPTIMIZERS[data.draw(st.sampled_from([n for n in OPTIMIZERS if n != "lion"]))]
    knobs = {}
    for name, field in member.model_fields.items():
        if name == "bias_correction":
            continue  # torch has no Adam without it
        if field.annotation is bool:
            knobs[name] = data.draw(st.booleans())
        elif options := shown(field).options:
            knobs[name] = data.draw(st.sampled_from([value for value, _ in options]))
        else:
            knobs[name] = data.draw(st.floats(*bounds(field)))
    shape = data.draw(st.sampled_from([(), (1,), (5,), (1, 1), (2, 7), (7, 2), (2, 3, 2, 2)]))
    rate = data.draw(st.floats(1e-4, 0.1))
    assert differs_most(member(**knobs), shape, rate, 12) < 1e-6


def test_lion_equals_the_maintained_package():
    lion = pytest.importorskip("lion_pytorch").Lion
    part = OPTIMIZERS["lion"](beta1=0.8, beta2=0.95, weight_decay=0.2)
    weight = nn.Parameter(draw((5, 4), "start"))
    theirs = lion([weight], lr=0.01, betas=(0.8, 0.95), weight_decay=0.2)
    ours, state = weight.detach().clone(), (torch.zeros_like(weight),)
    for step in range(1, STEPS + 1):
        weight.grad = weight.detach() + draw((5, 4), "noise", step)
        ours, state = part.update(ours, weight.grad, state, step, 0.01)
        theirs.step()
        torch.testing.assert_close(ours, weight.detach(), rtol=0, atol=1e-9)


def test_adam_without_bias_correction_is_adam_without_the_two_factors():
    part = OPTIMIZERS["adam"](bias_correction=False, beta1=0.8, beta2=0.95, epsilon=1e-4)
    weight = nn.Parameter(draw((5, 4), "start"))
    built = part.build([weight], 0.02)
    assert isinstance(built, Wrapped)
    theta, m, v = weight.detach().clone(), 0.0, 0.0
    for step in range(1, STEPS + 1):
        weight.grad = weight.detach() + draw((5, 4), "noise", step)
        m = 0.8 * m + 0.2 * weight.grad
        v = 0.95 * v + 0.05 * weight.grad**2
        theta = theta - 0.02 * m / (v**0.5 + 1e-4)
        built.step()
        torch.testing.assert_close(weight.detach(), theta, rtol=0, atol=1e-12)


def test_bias_correction_makes_the_first_step_one_learning_rate_long():
    """m̂/√v̂ is ±1 at first. Without the factors it is 0.1/√0.001 = 3.16 times that."""
    gradient = torch.tensor([0.3, -40.0], dtype=torch.float64)
    for corrected, length in ((True, 1.0), (False, 0.1 / math.sqrt(0.001))):
        part = OPTIMIZERS["adam"](bias_correction=corrected)
        new, _ = part.update(torch.zeros(2).double(), gradient, part.init(gradient), 1, 0.01)
        assert new.abs().tolist() == pytest.approx([0.01 * length] * 2, rel=1e-5)


# ---- stacks of runs ----


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("part", ALL)
def test_a_stack_of_runs_equals_the_runs_one_by_one(part, shape):
    runs = 4
    column = (runs, *[1] * len(shape))
    rates = part.typical * (0.5 + torch.rand(runs, generator=generator(1), dtype=torch.float64))
    varied = {}
    for name in numbers(part):
        low, high = bounds(type(part).model_fields[name])
        share = torch.rand(runs, generator=generator(2, name), dtype=torch.float64)
        varied[name] = low + (high - low) * share * 0.9
    stacked = draw((runs, *shape), "start")
    slope = draw((runs, *shape), "curvature").square() + 0.1
    state = part.init(stacked)
    single = [stacked[r : r + 1].clone() for r in range(runs)]
    states = [part.init(weight) for weight in single]
    knobs = {name: value.view(column) for name, value in varied.items()}
    for step in range(1, 31):
        noise = draw((runs, *shape), "noise", step)
        stacked, state = part.update(
            stacked, slope * stacked + noise, state, step, rates.view(column), **knobs
        )
        for r in range(runs):
            own = type(part)(**{**dict(part), **{n: v[r].item() for n, v in varied.items()}})
            gradient = slope[r : r + 1] * single[r] + noise[r : r + 1]
            single[r], states[r] = own.update(single[r], gradient, states[r], step, rates[r].item())
    torch.testing.assert_close(stacked, torch.cat(single), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("part", [p for p in ALL if p.values[0].elementwise])
def test_an_elementwise_rule_does_not_see_the_shape(part):
    weight, gradient = draw((4, 6), "start"), draw((4, 6), "noise", 1)
    matrix, _ = part.update(weight, gradient, part.init(weight), 1, 0.01)
    row, _ = part.update(weight.view(-1), gradient.view(-1), part.init(weight.view(-1)), 1, 0.01)
    assert torch.equal(matrix.view(-1), row)


@pytest.mark.parametrize("part", ALL)
def test_update_changes_nothing_in_place(part):
    weight, gradient = draw((2, 4, 3), "start"), draw((2, 4, 3), "noise", 1)
    state = part.init(weight)
    before = copy.deepcopy((weight, gradient, state))
    new, after = part.update(weight, gradient, state, 1, 0.01)
    for was, now in zip(
        (before[0], before[1], *before[2]), (weight, gradient, *state), strict=True
    ):
        assert torch.equal(was, now)
    assert new.dtype == weight.dtype and new.shape == weight.shape
    assert [s.shape for s in after] == [s.shape for s in state]


@pytest.mark.parametrize("part", [m() for m in OPTIMIZERS.values()], ids=list(OPTIMIZERS))
def test_an_unknown_number_is_refused_with_a_sentence(part):
    weight = torch.ones(1, 3)
    with pytest.raises(ValueError, match=r"has no number 'speed' to replace\. Possible: .*\."):
        part.update(weight, weight, part.init(weight), 1, 0.1, speed=1.0)


# ---- memory ----


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_is_what_the_slots_say(name):
    """Numbers a weight, so four times as many bytes in float32."""
    part = OPTIMIZERS[name](**({"momentum": 0.5} if name == "rmsprop" else {}))
    for shape in SHAPES:
        weights = math.prod(shape)
        expected = len(part.slots) * weights
        if name == "adafactor" and len(shape) > 1:
            expected = weights // shape[-1] + weights // shape[-2]
        elif name == "adafactor" or (name == "muon" and len(shape) == 2):
            expected = weights
        stacked = part.init(torch.zeros(3, *shape))
        assert len(stacked) == len(part.slots)
        assert sum(slot.numel() for slot in stacked) == 3 * expected
        parameter = nn.Parameter(torch.ones(shape))
        parameter.grad = torch.ones(shape)
        built = part.build([parameter], 0.01)
        built.step()
        held = built.state[parameter]
        size = sum(t.numel() for n, t in held.items() if n not in ("step", "mu_product"))
        assert size == expected


# ---- torch's side ----


@pytest.mark.parametrize("part", ALL)
def test_build_uses_the_fastest_kernel_and_takes_a_new_learning_rate(part):
    parameters = [nn.Parameter(torch.ones(shape)) for shape in SHAPES]
    built = part.build(iter(parameters), 0.25)
    (group,) = built.param_groups
    assert group["lr"] == 0.25
    assert group.get("fused") or group.get("foreach") or isinstance(built, Wrapped)
    before = [p.detach().clone() for p in parameters]
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    group["lr"] = 0.0
    built.step()
    assert all(torch.equal(b, p) for b, p in zip(before, parameters, strict=True))
    group["lr"] = 0.01
    built.step()
    assert not any(torch.equal(b, p) for b, p in zip(before, parameters, strict=True))


@pytest.mark.parametrize("part", ALL)
def test_a_built_optimizer_goes_on_from_its_state(part):
    def step(built, parameters, number):
        for index, parameter in enumerate(parameters):
            parameter.grad = draw(tuple(parameter.shape), "noise", number, index).float()
        built.step()

    parameters = [nn.Parameter(torch.ones(shape)) for shape in SHAPES]
    built = part.build(parameters, 0.01)
    for number in range(3):
        step(built, parameters, number)
    saved = copy.deepcopy(built.state_dict())
    others = [nn.Parameter(p.detach().clone()) for p in parameters]
    for number in range(3, 6):
        step(built, parameters, number)
    again = part.build(others, 0.01)
    again.load_state_dict(saved)
    for number in range(3, 6):
        step(again, others, number)
    assert all(torch.equal(a, b) for a, b in zip(parameters, others, strict=True))


def test_a_wrapped_rule_skips_what_has_no_gradient_and_runs_a_closure():
    used, unused = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    built = OPTIMIZERS["lion"](weight_decay=0).build([used, unused], 0.1)

    def closure():
        built.zero_grad()
        loss = used.square().sum()
        loss.backward()
        return loss

    assert built.step(closure).item() == 3
    torch.testing.assert_close(used.detach(), torch.full((3,), 0.9))
    assert torch.equal(unused.detach(), torch.ones(3))


# ---- theory ----


def descend(part: Optimizer, curvature: Tensor, start: Tensor, rate: float, steps: int) -> Tensor:
    """The path on ½ Σ λ θ², (steps + 1, *shape)."""
    weight, state, path = start[None], part.init(start[None]), [start]
    for step in range(1, steps + 1):
        weight, state = part.update(weight, curvature * weight, state, step, rate)
        path.append(weight[0])
    return torch.stack(path)


@pytest.mark.parametrize("part", [m() for m in OPTIMIZERS.values()], ids=list(OPTIMIZERS))
def test_the_typical_learning_rate_finds_the_bottom_of_a_bowl(part):
    curvature = torch.tensor([[1.0, 3.0, 0.5], [2.0, 1.0, 5.0]], dtype=torch.float64)
    start = torch.tensor([[1.0, -1.0, 0.7], [-0.6, 0.4, 1.2]], dtype=torch.float64)
    path = descend(part, curvature, start, part.typical, 3000)
    height = (curvature * path**2).sum((1, 2)) / 2
    assert height[-1] < 1e-3 * height[0]


def test_gradient_descent_on_a_quadratic_is_the_closed_form():
    """θ_t = (I − ηH)ᵗ θ₀."""
    curvature = torch.tensor([0.3, 1.0, 4.0], dtype=torch.float64)
    start = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)
    path = descend(OPTIMIZERS["gradient_descent"](), curvature, start, 0.2, 50)
    t = torch.arange(51, dtype=torch.float64)[:, None]
    torch.testing.assert_close(path, (1 - 0.2 * curvature) ** t * start, rtol=0, atol=1e-12)


def test_gradient_descent_is_stable_up_to_two_over_the_largest_curvature():
    part = OPTIMIZERS["gradient_descent"]()
    curvature = torch.tensor([0.5, 4.0], dtype=torch.float64)
    start = torch.tensor([1.0, 1.0], dtype=torch.float64)
    limit = 2 / 4.0
    assert descend(part, curvature, start, 0.99 * limit, 2000)[-1].norm() < 1e-9
    assert descend(part, curvature, start, 1.01 * limit, 2000)[-1].norm() > 1e9
    at = descend(part, curvature, start, limit, 2001)
    assert at[-1, 1].item() == -1 and at[-2, 1].item() == 1  # to and fro for ever


@pytest.mark.parametrize("kind", ["momentum", "nesterov"])
@pytest.mark.parametrize("momentum", [0.3, 0.9])
@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_momentum_converges_at_the_spectral_radius_of_its_iteration(kind, momentum, rate):
    part = OPTIMIZERS[kind](momentum=momentum)
    curvature = torch.tensor([0.5, 4.0], dtype=torch.float64)
    radii = []
    for bend in curvature.tolist():
        # (θ, v) to (θ, v): v' = μv + λθ, θ' = θ − ηv' or θ − η(λθ + μv').
        ahead = momentum if kind == "nesterov" else 1.0
        first = 1 - rate * ahead * bend - (rate * bend if kind == "nesterov" else 0)
        matrix = torch.tensor([[first, -rate * ahead * momentum], [bend, momentum]])
        radii.append(torch.linalg.eigvals(matrix.double()).abs().max().item())
    steps = 600
    path = descend(part, curvature, torch.ones(2, dtype=torch.float64), rate, steps)
    # Complex eigenvalues turn as they shrink: compare the largest of a few steps with a few later.
    early, late = path[50:150].norm(dim=1).max(), path[-100:].norm(dim=1).max()
    measured = (late / early).item() ** (1 / (steps + 1 - 100 - 50))
    assert measured == pytest.approx(max(radii), abs=2e-3)


@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (1, 5), (5, 1), (32, 20)], ids=str)
def test_muons_orthogonal_matrix_is_torchs_up_to_rounding_in_bfloat16(shape):
    coefficients = (3.4445, -4.7750, 2.0315)
    u = draw((200, *shape), "u")
    theirs = torch.stack(
        [torch.optim._muon._zeropower_via_newtonschulz(x, coefficients, 5, 1e-7) for x in u]
    )
    difference = (orthogonalised(u) - theirs.double()).abs().amax((1, 2))  # (200,)
    assert (difference == 0).double().mean() > 0.9
    assert difference.max() < 2**-5  # a few last places of numbers below 1


def test_muons_step_has_singular_values_near_one_in_every_direction():
    part = OPTIMIZERS["muon"](weight_decay=0, nesterov=False, momentum=0)
    u, _ = torch.linalg.qr(draw((3, 8, 8), "left"))
    v, _ = torch.linalg.qr(draw((3, 8, 8), "right"))
    gradient = u @ torch.diag(torch.logspace(0, -1, 8, dtype=torch.float64)) @ v.mT  # (3, 8, 8)
    weight = torch.zeros_like(gradient)
    new, _ = part.update(weight, gradient, part.init(weight), 1, 1.0)
    values = torch.linalg.svdvals(new)
    assert values.min() > 0.6 and values.max() < 1.3
    overlap = torch.linalg.svdvals(-new @ (u @ v.mT).mT)
    assert overlap.min() > 0.6  # along the nearest orthogonal matrix


# ---- words ----


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_docs_are_complete(name):
    member = OPTIMIZERS[name]
    about = member.about
    assert about.id == name == member.__module__.rsplit(".", 1)[-1]
    assert about.formula and about.source and about.url.startswith("https://")
    assert about.summary.endswith(".")
    assert 0 < member.typical < 1
