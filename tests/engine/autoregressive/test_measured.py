"""Are gradients that are missing counted and explained?"""

import torch

from engine.autoregressive.mask_stack import stack
from engine.autoregressive.measured import explain, gradients, positive
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES

MASKS = SCHEMES["two_stacks"]().masks(3)
EXACT = propagate(MASKS, 3, 9, 9)[-1].of(0, 4, 4)
AT = (0, 4, 4)


def test_nothing_is_missing_with_positive_weights():
    net = positive(stack(MASKS, 3, seed=0))
    found = explain(net, torch.ones(1, 9, 9), AT, EXACT)
    assert found.exact == found.measured == EXACT.sum()
    assert found.too_small == found.silent_here == found.never == found.unexpected == 0


def test_dead_units_are_told_from_weights_that_are_zero_and_from_rounding():
    z = torch.ones(1, 9, 9)
    dead = positive(stack(MASKS, 3, seed=0))
    with torch.no_grad():
        dead.layers[0].main.bias.fill_(-1.6)  # silent at this picture, not at all of them
        dead.layers[0].vertical.bias.fill_(-1.6)
    found = explain(dead, z, AT, EXACT, pictures=64)
    assert found.measured < found.exact and found.silent_here > 0
    never = positive(stack(MASKS, 3, seed=0))
    with torch.no_grad():
        for layer in never.layers:
            layer.link.weight.zero_()  # nothing of the rows above
    found = explain(never, z, AT, EXACT)
    assert found.never == EXACT[:, :4].sum() == found.exact - found.measured
    tiny = positive(stack(MASKS, 3, seed=0))
    with torch.no_grad():
        tiny.layers[0].main.weight.mul_(1e-25)
        tiny.layers[0].vertical.weight.mul_(1e-25)
        tiny.out.weight.mul_(1e-25)
    found = explain(tiny, z, AT, EXACT)
    assert found.too_small == found.exact and found.measured == 0


def test_cancelling_weights_are_found():
    net = stack(MASKS, 1, seed=0, channels=2)
    with torch.no_grad():
        net.layers[0].main.bias.fill_(50.0)
        net.layers[0].main.weight.fill_(1.0)
        net.out.weight.copy_(torch.tensor([1.0, -1.0])[None, :, None, None])
        net.layers[0].link.weight.zero_()
    exact = propagate(MASKS, 1, 5, 5)[-1].of(0, 2, 2)
    found = explain(net, torch.ones(1, 5, 5), (0, 2, 2), exact)
    assert (found.measured, found.never) == (0, exact.sum())


def test_a_trained_kind_of_model_shows_nothing_that_its_masks_forbid():
    model = AUTOREGRESSIVE["gated"](channels=8, layers=3).build((1, 9, 9), 17, classes=2)
    exact = propagate(model.net.masks, 3, 9, 9)[-1].of(0, 4, 4)
    z = model.scale(torch.randint(17, (1, 9, 9), generator=torch.Generator().manual_seed(0)))
    found = explain(model.net, z, AT, exact, torch.tensor(1))
    assert found.unexpected == 0 and found.measured == found.exact


def test_measuring_leaves_the_network_as_it_was():
    net = stack(MASKS, 2, seed=0).train()
    gradients(net, torch.ones(1, 5, 5), [(0, 2, 2)])
    assert net.training and all(p.grad is None for p in net.parameters())
