"""Is the exact field right: by the lecture's table, brute force, closed forms and gradients?"""

import time
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.autoregressive import closed_forms
from engine.autoregressive.borders import inside
from engine.autoregressive.classification import Kind, classify, counts, reach
from engine.autoregressive.mask_stack import stack
from engine.autoregressive.masks import Masks, channel_matrix, lift
from engine.autoregressive.measured import everywhere, positive
from engine.autoregressive.orders import ranks
from engine.autoregressive.propagation import dilations_of, propagate
from engine.autoregressive.schemes import SCHEMES

TABLE = """
3 1 4 4 0 4 4 3
3 2 12 11 1 12 11 8
3 3 24 21 3 24 22 15
3 4 40 34 6 40 37 24
3 5 60 50 10 60 56 35
5 1 12 12 0 12 12 8
5 2 40 38 2 40 38 24
5 3 84 78 6 84 80 48
5 4 144 132 12 144 138 80
"""  # k, L, legal, single mask, blind, two stacks, horizontal once, quadrant
ROWS = [tuple(map(int, line.split())) for line in TABLE.split("\n") if line]
PADDINGS = ("zeros", "replicate", "reflect", "circular")


def interior(scheme, kernel, layers, dilation=1):
    """(masks, field, target, ranks) of a pixel that no border is near."""
    masks = SCHEMES[scheme]().masks(kernel)
    side = 2 * (kernel // 2) * sum(dilations_of(layers, dilation)) + 3
    field = propagate(masks, layers, side, side, dilation)[-1]
    return masks, field, (0, side // 2, side // 2), ranks(1, side, side)


def count(scheme, kernel, layers, dilation=1):
    _, field, target, when = interior(scheme, kernel, layers, dilation)
    return int((field.of(*target) & (when < when[target])).sum())


@pytest.mark.parametrize(("k", "layers", "legal", "single", "blind", "two", "once", "quad"), ROWS)
def test_the_table_of_the_lecture(k, layers, legal, single, blind, two, once, quad):
    measured = [
        count(s, k, layers) for s in ("single", "two_stacks", "horizontal_once", "quadrant")
    ]
    assert measured == [single, two, once, quad]
    masks, field, target, when = interior("single", k, layers)
    kinds = counts(classify(field, target, when, reach(masks, layers)))
    assert kinds[Kind.USED] + kinds[Kind.BLIND] == legal
    assert kinds[Kind.BLIND] == blind and kinds[Kind.LEAK] == 0 and kinds[Kind.TARGET] == 1


small = {"k": st.sampled_from([3, 5, 7]), "layers": st.integers(1, 5)}


@settings(max_examples=25, deadline=None)
@given(**small)
def test_closed_forms_without_dilation(k, layers):
    m = k // 2
    assert closed_forms.legal(k, layers) == 2 * m * layers * (m * layers + 1)
    assert closed_forms.blind(k, layers) == m * layers * (layers - 1) // 2
    assert count("two_stacks", k, layers) == closed_forms.legal(k, layers)
    for scheme in ("single", "quadrant", "horizontal_once", "vertical", "horizontal"):
        assert count(scheme, k, layers) == getattr(closed_forms, scheme)(k, layers), scheme


@settings(max_examples=25, deadline=None)
@given(k=st.sampled_from([3, 5]), steps=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_closed_forms_with_any_dilations(k, steps):
    layers = len(steps)
    for scheme in ("two_stacks", "vertical", "horizontal"):
        assert count(scheme, k, layers, steps) == getattr(closed_forms, scheme)(k, layers, steps)
    masks, field, target, when = interior("single", k, layers, steps)
    kinds = classify(field, target, when, reach(masks, layers, steps))
    used, blind = ((kinds == kind).sum() for kind in (Kind.USED, Kind.BLIND))
    assert used + blind == closed_forms.legal(k, layers, steps)
    up, right = np.meshgrid(*(target[1] - np.arange(n) for n in kinds.shape[1:]), indexing="ij")
    wedge = (up > 0) & (-right > k // 2 * up)  # c > m r
    assert not field.of(*target)[0][wedge].any()
    assert (wedge & (kinds[0] == Kind.BLIND)).sum() == closed_forms.wedge(k, layers, steps)


@settings(max_examples=20, deadline=None)
@given(k=st.sampled_from([3, 5]), layers=st.integers(1, 4), step=st.integers(1, 3))
def test_one_dilation_spreads_the_same_number_of_pixels(k, layers, step):
    for scheme in ("single", "quadrant"):
        assert count(scheme, k, layers, step) == getattr(closed_forms, scheme)(k, layers)


@pytest.mark.parametrize("k", [3, 5])
def test_a_pixel_is_blind_at_any_depth_exactly_where_the_formula_says(k):
    masks = SCHEMES["single"]().masks(k)
    height, width, row, column = 9, 25, 8, 4
    seen = propagate(masks, 30, height, width)[-1].of(0, row, column)[0]
    for r in range(row):
        for c in range(width):
            assert seen[r, c] == (not closed_forms.is_blind(k, row - r, c - column)), (r, c)


def brute_force(masks, layers, height, width, steps):
    """Follow every path, one pixel at a time."""

    def look(mask, at, place, step, out_channel):
        channel, row, column = place
        found = set()
        for o, i, a, b in np.argwhere(mask):
            if o != channel:
                continue
            r, c = (
                int(inside(np.array([p + (x - n // 2) * step]), size, masks.padding)[0])
                for p, x, n, size in (
                    (row, a, mask.shape[2], height), (column, b, mask.shape[3], width))
            )  # fmt: skip
            if r >= 0 and c >= 0:
                found |= at[(i, r, c)]
        return found

    places = list(np.ndindex(masks.channels, height, width))
    main = {place: {place} for place in places}
    vertical = dict(main)
    for number, step in enumerate(steps, 1):
        m, v = masks.layer(number)
        main = {p: look(m, main, p, step, p[0]) for p in places}
        if v is not None:
            vertical = {p: look(v, vertical, p, step, p[0]) for p in places}
            main = {
                p: main[p].union(*(vertical[(c, *p[1:])] for c in range(masks.channels)))
                for p in places
            }
    found = np.zeros((masks.channels, height, width) * 2, dtype=bool)
    for p, sources in main.items():
        for s in sources:
            found[(*p, *s)] = True
    return found


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_masks_give_what_following_every_path_gives(data):
    draw = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    channels, height, width = data.draw(
        st.tuples(st.integers(1, 2), st.integers(1, 4), st.integers(1, 5))
    )
    sizes = data.draw(st.sampled_from([(3, 3), (1, 3), (3, 5)]))
    make = [draw.random((channels, channels, *sizes)) < 0.3 for _ in range(4)]
    two = data.draw(st.booleans())
    padding = data.draw(st.sampled_from(PADDINGS))
    masks = Masks((make[0], make[1]), (make[2], make[3]) if two else None, padding)
    steps = data.draw(st.lists(st.integers(1, 2), min_size=1, max_size=3))
    fields = propagate(masks, len(steps), height, width, steps)
    expected = brute_force(masks, len(steps), height, width, steps)
    assert (fields[-1].dense() == expected).all()


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize(
    ("channels", "kernel", "first", "steps"),
    [(1, 3, 3, (1, 1, 1)), (1, 3, 7, (1, 2, 3)), (1, 5, 5, (2, 2)), (3, 3, 5, (1, 1, 2))],
)
def test_exact_is_measured_with_positive_weights_at_every_pixel(
    scheme, channels, kernel, first, steps
):
    order = (2, 0, 1)[:channels] if channels == 3 else (0,)
    masks = SCHEMES[scheme]().masks(kernel, order, first)
    net = positive(stack(masks, len(steps), seed=1, channels=6, dilation=steps))
    z = torch.rand(channels, 7, 8, generator=torch.Generator().manual_seed(0)) + 0.5
    exact = propagate(masks, len(steps), 7, 8, steps)[-1].dense()
    assert ((everywhere(net, z) > 0).numpy() == exact).all()


@pytest.mark.parametrize("padding", PADDINGS)
def test_padding_is_the_same_in_the_masks_and_in_the_network(padding):
    masks = SCHEMES["two_stacks"]().masks(5)
    masks = Masks(masks.main, masks.vertical, padding)
    net = positive(stack(masks, 2, seed=1, channels=4))
    exact = propagate(masks, 2, 6, 7)[-1].dense()
    assert ((everywhere(net, torch.rand(1, 6, 7) + 0.5) > 0).numpy() == exact).all()


@pytest.mark.parametrize("mode", ["replicate", "reflect", "circular"])
def test_borders_are_those_of_torch(mode):
    row = torch.arange(6.0)[None, None]
    padded = torch.nn.functional.pad(row, (3, 4), mode=mode)[0, 0]
    assert inside(np.arange(-3, 10), 6, mode).tolist() == padded.int().tolist()


def test_a_field_never_shrinks_with_depth_where_the_centre_is_kept():
    for scheme in SCHEMES:
        fields = propagate(SCHEMES[scheme]().masks(3), 6, 9, 9)
        for early, late in pairwise(fields):
            assert not (early.bits & ~late.bits).any(), scheme


def test_channels_are_seen_in_their_order():
    masks = SCHEMES["two_stacks"]().masks(3, (2, 0, 1))  # blue, then red, then green
    field = propagate(masks, 3, 5, 5)[-1]
    own = np.array([[field.of(t, 2, 2)[s, 2, 2] for s in range(3)] for t in range(3)])
    assert own.tolist() == [[False, False, True], [True, False, True], [False, False, False]]
    assert field.of(0, 2, 2)[:, 2, 1].all() and field.of(0, 2, 2)[:, 1, 3].all()


@pytest.mark.parametrize(("channels", "limit"), [(1, 0.05), (3, 0.2)])
def test_all_targets_of_a_28x28_image_and_10_layers_are_quick(channels, limit):
    masks = SCHEMES["two_stacks"]().masks(7, tuple(range(channels)))
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        propagate(masks, 10, 28, 28)[-1].dense()
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < limit


def test_wrong_masks_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="odd sides"):
        Masks((lift(np.ones((2, 3))), lift(np.ones((3, 3)))))
    with pytest.raises(ValueError, match="boolean of shape"):
        Masks((np.ones((3, 3), dtype=bool), lift(np.ones((3, 3)))))
    with pytest.raises(ValueError, match="same channels"):
        Masks((lift(np.ones((3, 3))), lift(np.ones((3, 3)), channels=3)))
    with pytest.raises(ValueError, match="each of 0 to 2 once"):
        channel_matrix("A", (0, 1, 1))
    with pytest.raises(ValueError, match="one dilation"):
        propagate(SCHEMES["single"]().masks(3), 3, 5, 5, (1, 2))
