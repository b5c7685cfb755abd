"""Do optimizers walk where torch's would, and do maps say what single walks do?"""

import math
from unittest import mock

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from engine.config import sentences
from engine.optim import OPTIMIZERS
from engine.optim.muon import orthogonalised
from engine.runs.events import Done, Frame, Metrics, Started
from engine.runs.work import dump, load
from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.basins import Basins, axes, grid
from engine.topics.optimizers.walks.march import BOUND
from engine.topics.optimizers.walks.one_weight import OneWeight, descend
from engine.topics.optimizers.walks.rate_momentum import RateMomentum, memory, rate_map
from engine.topics.optimizers.walks.settle import CHUNK, DIVERGED, NOWHERE, chunks, settle
from engine.topics.optimizers.walks.walk import Walk, noise_of, walk

CPU = torch.device("cpu")
EVERYONE = tuple(OPTIMIZERS)


# ---- one weight ----


def test_the_example_takes_its_first_step_to_two_point_six():
    found = descend(OneWeight())
    assert (found.prediction[0], found.loss[0], found.gradient[0]) == (2, 16, -16)
    assert found.weight[1] == pytest.approx(2.6)
    assert found.loss[1] == pytest.approx(0.64)
    assert (found.limit, found.best) == (0.25, 3)


@pytest.mark.parametrize(
    ("rate", "verdict"),
    [(0.1, "converges"), (0.249, "converges"), (0.25, "ping-pong"), (0.251, "diverges")],
)
def test_the_stability_limit_holds_from_both_sides(rate, verdict):
    found = descend(OneWeight(learning_rate=rate, steps=200))
    assert found.verdict == verdict
    start, end = abs(found.weight[[0, -1]] - 3)
    assert end / start == pytest.approx(abs(1 - 8 * rate) ** 200)


def test_without_a_slope_nothing_moves():
    assert descend(OneWeight(x=0)).verdict == "stands still"
    assert descend(OneWeight(w=3)).verdict == "stands still"


# ---- walks ----


def torchs(rule, surface, start, rate, steps, noise):
    """The same walk by torch's own class and autograd."""
    weight = nn.Parameter(torch.tensor(start, dtype=torch.float64))
    if not rule.elementwise:
        weight = nn.Parameter(weight.detach()[None])  # a matrix of one row
    if rule.id == "muon":
        optimizer = torch.optim.Muon([weight], rate, rule.weight_decay, rule.momentum)
    else:
        optimizer = rule.build([weight], rate)
    path = [weight.detach().clone().reshape(2)]
    for step in range(steps):
        optimizer.zero_grad()
        surface.value(weight.reshape(2)).backward()
        if noise is not None:
            weight.grad += noise[step].view_as(weight)
        optimizer.step()
        path.append(weight.detach().clone().reshape(2))
    return torch.stack(path).numpy()


@pytest.mark.parametrize("surface", ["himmelblau", "noisy_bowl", "rastrigin"])
def test_every_walk_is_torchs(surface):
    config = Walk(surface=surface, optimizers=EVERYONE, steps=60)
    paths = walk(config)
    noise = noise_of(config.surface, 0, 60)
    for k, id in enumerate(EVERYONE):
        with mock.patch(
            "torch.optim._muon._zeropower_via_newtonschulz",
            lambda u, *_: orthogonalised(u[None])[0],
        ):
            expected = torchs(
                config.rule(id), config.surface, config.origin, paths.rates[k], 60, noise
            )
        np.testing.assert_allclose(paths.positions[k], expected, atol=1e-6, err_msg=id)


def test_everything_told_of_a_walk_belongs_together():
    config = Walk(surface="ravine", optimizers=EVERYONE, steps=50)
    paths = walk(config)
    x = torch.from_numpy(paths.positions)
    np.testing.assert_array_equal(paths.losses, config.surface.value(x).numpy())
    np.testing.assert_allclose(paths.gradients, config.surface.gradient(x)[:, :-1].numpy())
    moved = paths.positions[:, :-1] - paths.positions[:, 1:]
    np.testing.assert_allclose(paths.effective * paths.gradients, moved, atol=1e-12)
    np.testing.assert_allclose(paths.distance, np.linalg.norm(paths.positions, axis=-1))
    plain = EVERYONE.index("gradient_descent")
    np.testing.assert_allclose(paths.effective[plain], paths.rates[plain], rtol=1e-9)
    assert np.isnan(paths.direction[plain]).all() and (paths.diverged == -1).all()


def test_what_is_drawn_of_a_state_is_what_the_rule_keeps():
    paths = walk(Walk(surface="bowl", optimizers=EVERYONE, steps=3))
    first = paths.gradients[:, 0]
    kept = {id: (paths.direction[k, 1], paths.squares[k, 1]) for k, id in enumerate(EVERYONE)}
    for id, share in {"momentum": 1, "nesterov": 1, "adam": 0.1, "lion": 0.01}.items():
        np.testing.assert_allclose(kept[id][0], share * first[EVERYONE.index(id)], err_msg=id)
    for id, share in {"adagrad": 1, "adam": 0.001, "rmsprop": 0.01, "adafactor": 1}.items():
        expected = share * first[EVERYONE.index(id)] ** 2
        np.testing.assert_allclose(kept[id][1], expected, err_msg=id)
    for id in EVERYONE:
        rule = OPTIMIZERS[id]()
        assert {rule.direction, rule.squares} <= {"", *rule.slots}
        assert not rule.slots or rule.direction or rule.squares, f"{id} is drawn by no arrow"


def test_all_see_the_same_noise_whoever_walks_along():
    both = walk(Walk(surface="noisy_bowl", optimizers=("adam", "momentum"), steps=30))
    alone = walk(Walk(surface="noisy_bowl", optimizers=("momentum",), steps=30))
    np.testing.assert_array_equal(both.positions[1], alone.positions[0])
    other = walk(Walk(surface="noisy_bowl", optimizers=("momentum",), steps=30, seed=1))
    assert not np.array_equal(other.positions, alone.positions)


def test_a_walk_that_diverges_ends_and_the_others_go_on():
    config = Walk(surface="himmelblau", optimizers=("gradient_descent", "adam"), steps=100)
    config = config.with_("rates.gradient_descent", 0.1)
    paths = walk(config)
    at, never = paths.diverged.tolist()
    assert 0 < at < 20 and never == -1
    assert (
        np.isfinite(paths.positions[0, :at]).all() and (abs(paths.positions[0, :at]) < BOUND).all()
    )
    assert np.isnan(paths.positions[0, at:]).all() and np.isnan(paths.losses[0, at:]).all()
    assert np.isnan(paths.direction[0, at:]).all() and np.isnan(paths.effective[0, at:]).all()
    alone = walk(Walk(surface="himmelblau", optimizers=("adam",), steps=100))
    np.testing.assert_array_equal(paths.positions[1], alone.positions[0])


def test_a_walk_is_a_link_and_comes_back():
    config = Walk(surface="bowl", optimizers=("adam", "lion"), start=(1.0, -2.0))
    config = config.with_("rates.adam", 0.3).with_("rules.lion.beta1", 0.5)
    assert config.flat() == {
        "optimizers": "adam~lion",
        "rates.adam": "0.3",
        "rules.lion.beta1": "0.5",
        "surface": "bowl",
        "start": "1~-2",
    }
    assert Walk.read(config.flat()) == (config, [])


def test_knobs_of_those_who_stay_at_home_change_no_key():
    config = Walk(optimizers=("adam",))
    assert config.with_("rules.lion.beta1", 0.5).key == config.key
    assert {name.split(".")[1] for name in config.knobs() if name.startswith("rules")} == {"adam"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("optimizers", ("adma",), "Did you mean 'adam'?"),
        ("optimizers", ("adam", "adam"), "Expected different optimizers"),
        ("optimizers", (), "at least one"),
        ("start", (1.0,), "A start is two numbers"),
        ("start", (1e9, 0.0), "A start is two numbers"),
        ("rates.adam", 50.0, "must be at most 10"),
        ("rules.adam.beta1", 1.0, "must be at most 0.999"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(name, value, sentence):
    with pytest.raises(ValidationError) as refused:
        Walk().with_(name, value)
    assert sentence in " ".join(sentences(refused.value))


# ---- basins ----


def slowly(surface, rule, start, rate, steps, tolerance):
    """One start, one step at a time; a walk has reached where it stays to its last step."""
    x = start[:, None]
    state = rule.init(x)
    path = [x[:, 0]]
    for step in range(1, steps + 1):
        gradient = torch.stack(surface.partials(*x.unbind()))
        x, state = rule.update(x, gradient, state, step, rate)
        path.append(x[:, 0])
        if not (x.abs() <= BOUND).all():
            return DIVERGED, step
    minima = torch.tensor(surface.minima, dtype=start.dtype)
    near = torch.cdist(torch.stack(path), minima) <= tolerance  # (T + 1, M)
    if not near[-1].any():
        return NOWHERE, steps
    reached = int(near[-1].int().argmax())
    outside = (~near[:, reached]).nonzero()
    return reached, int(outside[-1]) + 1 if len(outside) else 0


@pytest.mark.parametrize("id", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("rate", [0.003, 0.02, 0.1])
def test_basins_are_those_of_a_slow_loop(id, rate):
    surface, rule = SURFACES["himmelblau"](), OPTIMIZERS[id]()
    starts = grid(surface, 5).double()
    minimum, steps = settle(surface, rule, starts, rate, steps=110, tolerance=0.05)
    for i, start in enumerate(starts.T):
        expected = slowly(surface, rule, start, rate, 110, 0.05)
        assert (minimum[i], steps[i]) == expected, f"start {start.tolist()}"


@pytest.mark.parametrize("id", EVERYONE)
def test_a_start_settles_where_its_walk_goes(id):
    config = Walk(surface="himmelblau", optimizers=(id,), steps=70)
    paths = walk(config)
    start = torch.tensor(config.origin, dtype=torch.float64)[:, None].repeat(1, 3)
    minimum, steps = settle(
        config.surface, config.rule(id), start, paths.rates[0], steps=70, tolerance=0.5
    )
    near = paths.distance[0] <= 0.5
    assert len(set(minimum)) == 1
    assert minimum[0] == (paths.reached[0] if near[-1] else NOWHERE)
    if near[-1]:
        assert steps[0] == len(near) - near[::-1].argmin()


def test_basins_tell_each_optimizer_as_it_is_done():
    config = Basins(surface="saddle", optimizers=("gradient_descent", "adam"), side=9, steps=300)
    assert load(dump(config)) == config
    events = list(config.run(CPU))
    assert isinstance(events[0], Started) and events[0].facts["starts"] == 81
    frames = [event for event in events if isinstance(event, Frame)]
    assert [set(f.arrays) for f in frames] == [
        {"minimum/gradient_descent", "steps/gradient_descent"},
        {"minimum/adam", "steps/adam"},
    ]
    found = frames[0].arrays["minimum/gradient_descent"]
    _, x2 = axes(config.surface, 9)
    assert (found[x2 > 0] == 0).all() and (found[x2 < 0] == 1).all()
    assert (found[x2 == 0] == NOWHERE).all()  # along the ridge one never leaves it
    shares = [e.values["share"] for e in events if isinstance(e, Metrics)]
    assert shares == sorted(shares) and shares[-1] == 1
    assert isinstance(events[-1], Done) and events[-1].summary["reached/adam"] == pytest.approx(
        8 / 9
    )


def test_chunks_cover_every_start_once():
    for count in (1, 25, CHUNK, CHUNK + 1, 40_000):
        parts = list(chunks(count))
        assert [i for part in parts for i in range(part.start, part.stop)] == list(range(count))
        assert max(part.stop - part.start for part in parts) <= CHUNK


# ---- learning rate and momentum ----


def test_each_cell_of_a_rate_map_is_its_own_walk():
    config = RateMomentum(side=6, steps=150, lowest=0.01, highest=0.4)
    found = rate_map(config)
    rule = OPTIMIZERS["momentum"]
    start = torch.tensor(config.surface.start)
    for row, momentum in enumerate(found.momenta):
        for column, rate in enumerate(found.rates):
            one = rule(momentum=momentum)
            expected = slowly(config.surface, one, start, float(np.float32(rate)), 150, 0.05)
            assert found.minimum[row, column] == expected[0]
            assert abs(found.steps[row, column] - expected[1]) <= 1  # float32 either way


def test_beyond_the_stability_limit_every_cell_diverges():
    """Momentum β on curvature λ is stable up to 2 (1 + β) / λ (Goh 2017)."""
    found = rate_map(RateMomentum(side=24, steps=1500, lowest=0.01, highest=1.0))
    limit = 2 * (1 + found.momenta[:, None]) / 10
    clearly = np.abs(np.log(found.rates / limit)) > 0.05
    np.testing.assert_array_equal(
        (found.minimum == DIVERGED)[clearly], (found.rates > limit)[clearly]
    )


@pytest.mark.parametrize("id", [id for id in OPTIMIZERS if memory(id)])
def test_every_optimizer_with_momentum_has_a_map(id):
    found = rate_map(RateMomentum(optimizer=id, side=5, steps=30))
    assert found.steps.shape == (5, 5) and found.knob in OPTIMIZERS[id].model_fields


def test_an_optimizer_without_momentum_is_refused():
    with pytest.raises(ValidationError) as refused:
        RateMomentum(optimizer="adagrad")
    assert "AdaGrad has no momentum" in sentences(refused.value)[0]


def test_a_typed_loss_is_descended_as_the_one_in_closed_form():
    plain = descend(OneWeight(x=2, y=6, w=1, learning_rate=0.1))
    typed = descend(OneWeight(w=1, learning_rate=0.1, loss="(2*w - 6)^2"))
    for name in ("weight", "loss", "gradient"):
        np.testing.assert_allclose(getattr(typed, name), getattr(plain, name), atol=1e-9)
    assert typed.best == pytest.approx(plain.best, abs=1e-6)
    assert typed.limit == pytest.approx(plain.limit, rel=1e-6)
    assert typed.factor == pytest.approx(plain.factor, abs=1e-6)


@pytest.mark.parametrize(
    ("loss", "rate", "start", "verdict", "best"),
    [
        ("w^4 - 3*w^2 + w", 0.05, 2, "converges", 1.1309),
        ("w^4 - 3*w^2 + w", 0.05, -2, "converges", -1.3008),
        ("w^4", 1, 5, "diverges", 0),
        ("w", 0.1, 0, "goes on", math.nan),
        ("5", 0.1, 0, "stands still", 0),
        ("1/w", 0.1, 1, "goes on", math.nan),
        ("log(w)", 0.5, 1, "diverges", math.nan),
        ("abs(w)", 0.3, 1, "goes on", 0),
    ],
)
def test_what_becomes_of_a_typed_loss(loss, rate, start, verdict, best):
    found = descend(OneWeight(w=start, learning_rate=rate, loss=loss, steps=40))
    assert found.verdict == verdict
    assert found.best == pytest.approx(best, abs=1e-3, nan_ok=True)
