"""The rungs of the ladder: masks against every path, tables against a dictionary, an LSTM by hand,
and every order of pixels."""

import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.autoregressive import causality
from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.degrees import degrees_of, masks_of, paths
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.orders import ORDERS
from engine.autoregressive.running import RunningHidden
from engine.autoregressive.sampling import sample, uniforms
from tests.engine.autoregressive.small import PLACED

SIZED = [name for name, model in AUTOREGRESSIVE.items() if not model.convolutional]


def build(name, shape, levels=2, classes=0, **knobs):
    model = AUTOREGRESSIVE[name](**PLACED.get(name, {}) | knobs).build(shape, levels, classes, 1)
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.double().parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw, dtype=torch.float64) / 2)
    return model


def every(shape, levels=2):
    size = shape[0] * shape[1] * shape[2]
    return torch.tensor(list(itertools.product(range(levels), repeat=size))).view(-1, *shape)


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize("name", SIZED)
def test_any_order_of_pixels_is_a_distribution_that_keeps_to_it(name, order):
    model = build(name, (1, 2, 3), 3, pixel_order=ORDERS[order]())
    assert model(every((1, 2, 3), 3)).flatten(1).sum(1).exp().sum().item() == pytest.approx(1)
    assert causality.of_model(model, torch.zeros(1, 2, 3, dtype=torch.long), model.ranks()).holds
    u = uniforms((4, 1, 2, 3), 0)
    fast, slow = sample(model, u), sample(model, u, cached=False)
    assert torch.equal(fast.x, slow.x) and fast.calls == 0 and slow.calls == 6
    assert torch.allclose(model.log_prob(fast.x), fast.log_prob, atol=1e-9)


def test_another_order_sees_other_pixels():
    """The last pixel of a column-first order looks at all; the last of the first row does not."""
    model = build("fvsbn", (1, 2, 3), pixel_order=ORDERS["column"]())
    x = torch.zeros(1, 2, 3, dtype=torch.long)
    leaks = causality.of_model(model, x, np.arange(6).reshape(1, 2, 3)).leaks
    assert leaks.any(), "row by row, a column order looks ahead"


def test_an_order_that_is_no_permutation_is_refused():
    for pixels in ([0, 1, 2], [0, 1, 2, 2], [1, 2, 3, 4]):
        with pytest.raises(ValueError, match="each of them once"):
            Arrangement.of((1, 2, 2), (0,), pixels)


@pytest.mark.parametrize("name", SIZED)
def test_samples_follow_the_enumerated_probabilities(name):
    model = build(name, (1, 2, 2), pixel_order=ORDERS["snake"]())
    expected = model(every((1, 2, 2))).flatten(1).sum(1).exp().detach().numpy() * 4000
    drawn = sample(model, uniforms((4000, 1, 2, 2), 2)).x.flatten(1)
    seen = (drawn * torch.tensor([8, 4, 2, 1])).sum(1).bincount(minlength=16).numpy()
    rare = expected < 5
    seen = np.append(seen[~rare], seen[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    assert stats.chisquare(seen[wanted > 0], wanted[wanted > 0]).pvalue > 0.001


def reachable(masks, values):
    """By walking: from every input, along every kept weight, to the outputs."""
    found = np.zeros((values, values), dtype=np.int64)
    for source in range(values):
        counts = Counter({source: 1})
        for mask in masks:
            after = Counter()
            for unit, many in counts.items():
                for target in np.flatnonzero(mask[:, unit].numpy()):
                    after[int(target)] += many
            counts = after
        for target, many in counts.items():
            found[target, source] = many
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 7),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.one_of(st.none(), st.integers(0, 10**6)),
)
def test_masks_leave_only_paths_from_earlier_values(values, hidden, seed):
    degrees = degrees_of(values, hidden, seed)
    masks = masks_of(values, degrees)
    product = paths(masks).numpy()
    assert (product == reachable(masks, values)).all()
    assert not np.triu(product).any(), "no path to itself or from a later value"
    for layer, units in zip(degrees, hidden, strict=True):
        assert len(layer) == units and layer.min() >= 1 and layer.max() <= max(1, values - 1)


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("degrees", ["even", "random"])
def test_every_path_that_the_masks_leave_is_used_and_no_other(direct, degrees):
    """The slopes of a network with positive weights are the path counts' pattern."""
    part = AUTOREGRESSIVE["made"](hidden=(7, 6), direct=direct, degrees=degrees, mask_seed=4)
    net = part.build((1, 2, 3), 2).double().net
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(0.5)
    z = torch.ones(1, 1, 2, 3, dtype=torch.float64)
    slopes = torch.autograd.functional.jacobian(lambda v: net(v).flatten(), z).view(6, 6)
    drawn = 4 if degrees == "random" else None
    counts = paths(masks_of(6, degrees_of(6, (7, 6), drawn)), net.mask_direct if direct else None)
    assert torch.equal(slopes > 0, counts > 0)


def test_two_values_of_made_by_hand():
    model = build("made", (1, 1, 2), hidden=(1,), direct=True)
    net, x = model.net, torch.tensor([[[[1, 0]]]])
    first = net.bias[0, 0]
    h = torch.relu(net.hidden[0].weight[0, 0] * 1.0 + net.hidden[0].bias[0])
    second = net.bias[0, 1] + net.outward[0, 1, 0] * h + net.direct[0, 1, 0] * 1.0
    expected = torch.stack([torch.sigmoid(first).log(), torch.sigmoid(-second).log()])
    assert torch.allclose(model.log_prob(x).flatten(), expected)


def test_tables_are_what_a_dictionary_counts():
    draw = np.random.default_rng(0)
    x = draw.integers(0, 3, (200, 1, 2, 3))
    y = draw.integers(0, 2, 200)
    model = AUTOREGRESSIVE["markov"](k=2).build((1, 2, 3), 3, 2)
    model.net.count(torch.tensor(x), torch.tensor(y), 0.5)
    flat = x.reshape(200, 6)
    logits = model.logits(torch.tensor(x), torch.tensor(y)).log_softmax(2)
    for n, i in itertools.product((0, 7, 50), range(6)):
        same = (flat[:, max(0, i - 2) : i] == flat[n, max(0, i - 2) : i]).all(1) & (y == y[n])
        for level in range(3):
            wanted = (((flat[:, i] == level) & same).sum() + 0.5) / (same.sum() + 1.5)
            assert logits[n, 0, level].flatten()[i].exp().item() == pytest.approx(wanted, abs=1e-6)


def test_the_full_table_is_the_share_of_each_picture():
    """With all values before and hardly anything added, p(x) is how often x was seen."""
    x = torch.randint(2, (300, 1, 2, 2), generator=torch.Generator().manual_seed(0))
    model = AUTOREGRESSIVE["markov"](k=30, extra=1e-9).build((1, 2, 2), 2).double()
    model.net.count(x, torch.zeros(300, dtype=torch.long), 1e-9)
    assert sum(p.numel() for p in model.parameters()) == 15
    code = (x.flatten(1) * torch.tensor([8, 4, 2, 1])).sum(1)
    share = code.bincount(minlength=16).double() / 300
    assert torch.allclose(model(every((1, 2, 2))).flatten(1).sum(1).exp(), share, atol=1e-6)


def test_a_row_lstm_is_a_slow_loop_in_plain_python():
    """One channel, one layer: every sum written out."""
    model = build("pixel_rnn", (1, 3, 4), channels=3, layers=1, first_kernel=3)
    net, x = model.net, torch.randint(2, (1, 1, 3, 4), generator=torch.Generator().manual_seed(0))
    z = model.scale(x)[0, 0].tolist()
    look, own = net.look.full().tolist(), net.layers[0].own.full().tolist()
    above = net.layers[0].above.weight.tolist()
    look_bias, own_bias = net.look.bias.tolist(), net.layers[0].own.bias.tolist()

    def at(grid, r, c):
        return grid[r][c] if 0 <= r < 3 and 0 <= c < 4 else 0.0

    features = [
        [
            [
                look_bias[f]
                + sum(
                    look[f][0][a][b] * at(z, r + a - 1, c + b - 1)
                    for a in range(3)
                    for b in range(3)
                )
                for c in range(4)
            ]
            for r in range(3)
        ]
        for f in range(3)
    ]
    state = memory = [[0.0] * 4 for _ in range(3)]
    found = torch.zeros(3, 3, 4, dtype=torch.float64)
    for r in range(3):
        new_state, new_memory = [[0.0] * 4 for _ in range(3)], [[0.0] * 4 for _ in range(3)]
        for c in range(4):
            gates = []
            for g in range(12):
                total = own_bias[g]
                for f in range(3):
                    for b in range(3):
                        total += own[g][f][1][b] * at(features[f], r, c + b - 1)
                        if 0 <= c + b - 1 < 4:
                            total += above[g][f][b] * state[f][c + b - 1]
                gates.append(total)
            for f in range(3):
                out, forget, enter = (1 / (1 + np.exp(-gates[k * 3 + f])) for k in range(3))
                m = forget * memory[f][c] + enter * np.tanh(gates[9 + f])
                new_memory[f][c], new_state[f][c] = m, out * np.tanh(m)
                found[f, r, c] = features[f][r][c] + new_state[f][c]
        state, memory = new_state, new_memory
    expected = net.readout(found[None])
    assert torch.allclose(model.parameters_at(model.scale(x)), expected, atol=1e-12)


def test_the_way_back_through_a_running_sum_is_autograds():
    draw = torch.Generator().manual_seed(0)

    def drawn(*shape):
        return torch.randn(*shape, generator=draw, dtype=torch.float64, requires_grad=True)

    for size in (1, 2, 14, 15, 31):
        inputs = drawn(3, size), drawn(3, 4), drawn(size - 1, 4), drawn(size, 2, 4)

        def plain(values, start, inward, outward):
            sums = torch.cat([start[:, None], values[:, :-1, None] * inward], 1).cumsum(1)
            return torch.einsum("bnh,nph->nbp", sums.sigmoid(), outward)

        assert torch.allclose(RunningHidden.apply(*inputs), plain(*inputs))
        weight = torch.randn(size, 3, 2, generator=draw, dtype=torch.float64)
        ours, theirs = (
            torch.autograd.grad((f(*inputs) * weight).sum(), inputs, allow_unused=True)
            for f in (RunningHidden.apply, plain)
        )
        for a, b in zip(ours, theirs, strict=True):
            assert b is None or torch.allclose(a, b, atol=1e-12)
