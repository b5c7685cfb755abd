"""Does every registered model keep to its order, and is a leak found where there is one?"""

import time

import numpy as np
import pytest
import torch

from engine.autoregressive import causality
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.orders import ORDERS, ranks
from engine.autoregressive.outputs import OUTPUTS
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES
from engine.topics.autoregressive.museum import MUSEUM
from engine.topics.autoregressive.verdict import judge
from tests.engine.autoregressive.small import PLACED

SMALL = {"naive": {"channels": 8, "layers": 3}, "gated": {"channels": 8, "layers": 3},
         **PLACED}  # fmt: skip


def picture(shape, levels, seed=0):
    return torch.randint(levels, shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize(
    ("shape", "levels", "order"),
    [
        ((1, 7, 6), 2, None),
        ((1, 4, 9), 17, None),
        ((3, 5, 5), 4, None),
        ((3, 4, 5), 8, (2, 0, 1)),
        ((3, 1, 6), 256, (1, 2, 0)),
        ((1, 1, 1), 2, None),
    ],
)
@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
def test_no_output_moves_when_a_later_value_does(name, shape, levels, order, output):
    part = AUTOREGRESSIVE[name](output=OUTPUTS[output](), **SMALL.get(name, {}))
    model = part.build(shape, levels, classes=3, seed=1, order=order)
    found = causality.of_model(model, picture(shape, levels), model.ranks(), torch.tensor(1))
    assert found.holds, found.example


@pytest.mark.parametrize("name", ["naive", "gated"])
def test_dilated_and_wide_networks_are_causal_and_see_all_that_their_masks_let_through(name):
    part = AUTOREGRESSIVE[name](layers=4, channels=30, dilations=(2, 3), kernel=5, first_kernel=7)
    model = part.build((3, 9, 8), 5, order=(1, 2, 0)).double()
    assert causality.of_model(model, picture((3, 9, 8), 5), model.ranks()).holds
    exact = propagate(model.net.masks, 4, 9, 8, (1, 2, 3, 2))[-1].dense()
    poked = sees(model, picture((3, 9, 8), 5))
    assert not (poked & ~exact).any()
    # Poking one picture may find a unit silent, but not many of them.
    assert (poked & exact).sum() > 0.98 * exact.sum()


def sees(model, x):
    """(C, H, W, C, H, W): what moves at all, whether allowed or not."""
    nothing_allowed = np.zeros(tuple(x.shape), dtype=np.int64)
    return causality.of_model(model, x, nothing_allowed).leaks


@pytest.mark.parametrize("levels", [2, 3, 256])
def test_poking_always_changes_the_value(levels):
    model = AUTOREGRESSIVE["fvsbn"]().build((1, 3, 3), levels)
    found = sees(model, picture((1, 3, 3), levels))
    assert found.reshape(9, 9).sum() == 9 * 8 // 2


@pytest.mark.parametrize("piece", list(MUSEUM))
@pytest.mark.parametrize("kernel", [3, 5])
def test_every_published_mistake_is_caught(piece, kernel):
    published = MUSEUM[piece]
    verdict = judge(published.make(kernel), 3, 12, 12)
    assert verdict.leaks == (published.verdict == "leaks"), verdict.sentence
    assert verdict.loses or verdict.leaks
    masks = causality.of_masks(published.make(kernel), 3, 12, 12)
    assert masks.holds == (not verdict.leaks)
    if verdict.leaks:
        assert verdict.sentence.startswith("Leaks. Pixel (") and verdict.offsets
        pair = verdict.causality.example
        assert (
            ranks(published.channels, 12, 12)[pair.source]
            >= ranks(published.channels, 12, 12)[pair.target]
        )


@pytest.mark.parametrize("piece", [p for p in MUSEUM if MUSEUM[p].verdict == "leaks"])
def test_poking_a_network_with_a_published_mistake_finds_it(piece):
    from engine.autoregressive.density import Density
    from engine.autoregressive.mask_stack import stack

    masks, colours = MUSEUM[piece].make(3), MUSEUM[piece].channels
    net = stack(masks, 3, seed=0, channels=12)
    model = Density(net, OUTPUTS["softmax"](), 2, (colours, 8, 8), 0, range(colours))
    found = causality.of_model(model, picture((colours, 8, 8), 2), model.ranks())
    exact = causality.of_masks(masks, 3, 8, 8)
    assert not found.holds and not (found.leaks & ~exact.leaks).any()


def test_what_gives_a_mistake_away_is_where_it_is():
    only_at_the_border = judge(MUSEUM["replicate"].make(3), 3, 12, 12)
    assert not only_at_the_border.causality.leaks[0, 6, 6].any()
    assert only_at_the_border.causality.leaks[0, 0].any()
    assert judge(MUSEUM["b_first"].make(5), 3, 12, 12).offsets == ((0, 0),)


def test_a_reversed_mask_is_legal_in_the_reversed_order():
    backwards = ranks(1, 9, 9, pixels=ORDERS["reverse"]().pixels(9, 9))
    assert judge(MUSEUM["reversed"].make(3), 3, 9, 9, ranks=backwards).causality.holds


@pytest.mark.parametrize("order", [None, (2, 1, 0)])
def test_verdicts_on_the_schemes(order):
    for name, scheme in SCHEMES.items():
        for channels in (1, 3):
            chosen = tuple(range(channels)) if order is None else order[-channels:]
            when = ranks(channels, 13, 13, chosen)
            verdict = judge(scheme().masks(3, chosen), 4, 13, 13, ranks=when)
            assert verdict.leaks == scheme.leaks, name
            assert verdict.loses == (name not in ("plain", "two_stacks")), name
    verdict = judge(SCHEMES["single"]().masks(3), 4, 13, 13)
    assert verdict.lost == (6, 40)


def test_offsets_of_a_leak():
    found = causality.of_masks(SCHEMES["plain"]().masks(3), 1, 6, 6)
    assert found.offsets() == [(0, 0), (0, 1), (1, -1), (1, 0), (1, 1)]
    assert found.example.target == (0, 3, 3) and found.example.sentence.endswith("itself.")


@pytest.mark.parametrize("channels", [1, 3])
def test_the_masks_of_a_28x28_model_are_judged_quickly(channels):
    masks = SCHEMES["two_stacks"]().masks(3, tuple(range(channels)), 5)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        assert causality.of_masks(masks, 7, 28, 28).holds
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05


def test_poking_leaves_the_model_as_it_was_and_refuses_what_is_not_finite():
    model = AUTOREGRESSIVE["gated"](channels=4, layers=2).build((1, 4, 4), 2).train()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    causality.of_model(model, picture((1, 4, 4), 2), model.ranks())
    assert model.training and all(p.grad is None for p in model.parameters())
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    with pytest.raises(ValueError, match="not finite"):
        causality.of_model(model, picture((1, 4, 4), 2), model.ranks())
