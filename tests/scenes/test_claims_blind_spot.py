"""The blind-spot page: what its scenes claim, computed from the masks and the shipped networks."""

from itertools import pairwise
from typing import Any

import numpy as np
import torch

from dashboard.blind_spot import cost
from dashboard.blind_spot.exhibit import NOTICED, exhibit_of
from dashboard.blind_spot.measured import measure, measure_trained
from dashboard.blind_spot.networks import SHAPE, training_of
from dashboard.blind_spot.view import SpotView
from dashboard.blind_spot.wedge import kinds_of
from engine.autoregressive.classification import Kind, classify, reach
from engine.autoregressive.closed_forms import is_blind
from engine.autoregressive.orders import previous, ranks
from engine.autoregressive.propagation import propagate
from engine.autoregressive.receptive_field import effective
from engine.topics.autoregressive.verdict import judge
from tests.scenes.ran import shipped


def kinds(view: SpotView, scheme: str = "") -> Any:
    """(L, H, W) of the scheme that is looked at, or of another one."""
    return kinds_of(scheme or view.scheme.id, view.kernel, view.steps, view.size, view.target)


def count(kinds: Any, kind: Kind) -> int:
    return int((kinds == kind).sum())


def test_the_wedge_that_is_never_seen(view):
    last, (row, column) = kinds(view)[-1], view.target
    blind = np.argwhere(last == Kind.BLIND)
    assert len(blind) and all(is_blind(view.kernel, row - r, c - column) for r, c in blind)
    assert last[row, column + 1] == Kind.FUTURE  # the right-hand neighbour
    assert not count(kinds(view, view.beside.id)[-1], Kind.BLIND)


def test_deeper_does_not_help(view):
    grown = kinds(view)
    used, blind = ([count(layer, kind) for layer in grown] for kind in (Kind.USED, Kind.BLIND))
    assert sorted(used) == used and len(set(used)) == len(used)
    assert blind[0] == 0 and all(a < b for a, b in pairwise(blind))


def test_only_up_and_left_the_students(view):
    quadrant, single = kinds(view)[-1], kinds(view, "single")[-1]
    assert count(quadrant, Kind.LEAK) == 0
    assert count(quadrant, Kind.USED) < 0.8 * count(single, Kind.USED)


def test_a_plain_convolution_leaks(view):
    last, (row, column) = kinds(view)[-1], view.target
    assert last[row, column] == last[row + 1, column] == Kind.LEAK
    assert count(last, Kind.LEAK) > count(last, Kind.USED)


def test_horizontal_stack_only_once(view):
    last, (row, column) = kinds(view)[-1], view.target
    own = last[row, column - view.layers * (view.kernel // 2) : column]
    assert (own == Kind.BLIND).mean() > 0.5 and own[-1] == Kind.USED
    assert count(last, Kind.LEAK) == 0


def test_dilation_far_with_gaps(view):
    def reaches(dilation: int) -> int:
        last = kinds(view.with_("dilation", dilation))[-1]
        return view.target[0] - int(np.argwhere(last == Kind.USED)[:, 0].min())

    assert reaches(view.dilation) == view.dilation * reaches(1)
    row, column = view.target
    assert kinds(view)[-1][row - 1, column] == Kind.BLIND  # a gap inside the wedge's edge
    assert kinds(view.with_("dilation", 1))[-1][row - 1, column] == Kind.USED


def test_dilations_without_gaps(view):
    """All that is legal within reach is used; with 4 in every layer most of it is not."""
    assert view.steps == (1, 2, 1, 4, 1, 2, 1)
    last = kinds(view)[-1]
    row, _ = view.target
    far = row - int(np.argwhere(last == Kind.USED)[:, 0].min())
    assert far == sum(view.steps) and count(last, Kind.BLIND) == 0
    same = kinds(view.with_("dilations", (4,)))[-1]
    assert count(same, Kind.BLIND) > count(same, Kind.USED)


def test_dead_units_hide_a_part(view):
    """Over seeds: some are hidden at this picture, and nothing is seen that is masked."""
    hidden, elsewhere = 0, 0
    for seed in range(view.seed, view.seed + 4):
        _, _, gap = measure(
            view.scheme.id, view.kernel, view.steps, view.size, view.target,
            view.weights, view.maps, seed,
        )  # fmt: skip
        hidden += gap.exact - gap.measured
        elsewhere += gap.silent_here
        assert gap.unexpected == 0
    assert elsewhere > 0.5 * hidden > 0


def test_through_a_trained_model(view):
    """The nearest pixels get most of the gradient, at both pictures."""
    row, column = view.target
    away = np.abs(np.stack(np.indices((8, 8))) - np.array([row, column])[:, None, None]).max(0)
    for digit in (view.seed, view.seed + 1):
        values, exact, gap = measure_trained(digit, view.target)
        near, far = values[exact & (away <= 1)], values[exact & (away >= 3)]
        assert near.mean() > 3 * far.mean() and gap.unexpected == 0


def exhibit(view: SpotView, kept: Any) -> tuple[Any, Any]:
    found = shipped(kept, exhibit_of(view))
    verdict = judge(exhibit_of(view).masks(), view.layers, view.size, view.size, view.steps)
    return found, verdict


def test_mask_b_in_the_first_layer(view, kept):
    found, verdict = exhibit(view, kept)
    assert (0, 0) in verdict.offsets  # every pixel sees itself
    assert found.summary["these"] < 0.1 < 1.5 < found.summary["right"]
    drawn = found.frame
    assert (drawn["these"] > 1).mean() < 0.01 < 0.3 < (drawn["right"] > 1).mean()


def test_a_reversed_mask_no_number_shows(view, kept):
    found, verdict = exhibit(view, kept)
    assert verdict.leaks and all((r, c) > (0, 0) for r, c in verdict.offsets)  # all come later
    assert abs(found.summary["these"] - found.summary["right"]) < NOTICED / 2
    ink = {name: (array > 1).mean() for name, array in found.frame.items()}
    assert ink["these"] < 0.6 * ink["right"]  # what is drawn is not what is learned


def test_only_the_border_leaks(view):
    masks = exhibit_of(view).masks()
    row, _ = view.target
    assert row == 0
    size = view.size
    field = propagate(masks, view.layers, size, size, view.dilation)[-1]
    half = reach(masks, view.layers, view.dilation)

    def leaks(*target: int) -> int:
        return count(classify(field, (0, *target), ranks(1, size, size), half), Kind.LEAK)

    assert leaks(*view.target) and not leaks(size // 2, size // 2)


def test_what_the_wedge_costs(view, kept):
    pairs = cost.pairs(view)
    bits = {
        name: {id: shipped(kept, config).summary["test_loss"] for id, config in pair.items()}
        for name, pair in pairs.items()
    }
    texture = pairs["texture"]["naive"].source.get("texture")
    curve = shipped(kept, pairs["texture"]["naive"]).series["validation_loss"][1]
    assert curve.min() > texture.bound_of_a_single_mask() - 0.01
    assert abs(bits["texture"]["gated"] - texture.entropy()) < 0.02
    assert 0 < bits["digits"]["naive"] - bits["digits"]["gated"] < 0.1
    for one in cost.with_and_without(view.kernel):
        found = shipped(kept, one).summary
        assert 0 < found["these"] - found["right"] < 0.12


def test_what_a_unit_can_see_and(view):
    """Over seeds: the field is larger than the picture, and what is used is a bell inside it."""
    for seed in range(3):
        config = training_of(view.network, seed)
        net = config.model.build(SHAPE, 6, config.layers, config.seed)
        layer = [n for n, m in net.named_modules() if isinstance(m, torch.nn.Conv2d)][-1]
        found = effective(net, layer, SHAPE)
        assert found.theoretical is None or found.theoretical >= SHAPE[1]
        assert found.size < 0.8 * SHAPE[1]
        weights, middle = found.weights.numpy(), SHAPE[1] // 2
        rings = [
            weights[middle - r : middle + r, middle - r : middle + r].mean() for r in (2, 6, 14)
        ]
        assert rings == sorted(rings, reverse=True)


def test_the_previous_ten_pixels_in_raster(view):
    row, column = view.target
    pixels = view.order.pixels(view.size, view.size)
    history = previous(pixels, row * view.size + column, view.history)
    rows, columns = np.divmod(history, view.size)
    assert ((rows == row) & (columns < column)).sum() == 7
    assert sorted(columns[rows == row - 1]) == [view.size - 3, view.size - 2, view.size - 1]
    assert not ((rows == row - 1) & (abs(columns - column) <= 1)).any()
