"""Does every regulariser do what its formula says, and nothing where it is off?"""

import math

import pytest
import torch

from engine.device import generator
from engine.topics.explain_images.dream.regularisers import REGULARISERS
from engine.topics.explain_images.dream.regularisers.blur import Blur, gaussian
from engine.topics.explain_images.dream.regularisers.clip_contribution import ClipContribution
from engine.topics.explain_images.dream.regularisers.clip_norm import ClipNorm
from engine.topics.explain_images.dream.regularisers.jitter import Jitter
from engine.topics.explain_images.dream.regularisers.l2 import L2
from engine.topics.explain_images.dream.regularisers.shrink import Shrink
from engine.topics.explain_images.dream.regularisers.total_variation import TotalVariation

STRONG = {
    "l2": {"weight": 0.1},
    "shrink": {"share": 0.1},
    "blur": {"width": 1.0, "every": 1},
    "clip_norm": {"share": 0.5},
    "clip_contribution": {"share": 0.5},
    "jitter": {"share": 0.25},
    "total_variation": {"weight": 0.1},
}
each = pytest.mark.parametrize("id", REGULARISERS)


def pictures(*shape: int) -> torch.Tensor:
    return torch.randn(shape or (2, 3, 8, 8), generator=generator(3, "pictures"))


@each
def test_it_is_off_at_its_default_and_changes_something_when_it_is_on(id):
    x, slope = pictures(), pictures()
    off, on = REGULARISERS[id](), REGULARISERS[id](**STRONG[id])
    assert on.active and not off.active
    for part, does in ((off, False), (on, True)):
        same = (
            torch.equal(part.shown(x, generator(1, "jitter")), x)
            and torch.equal(part.after(x, slope, 1), x)
            and not part.penalty(x).any()
        )
        if does or id not in ("blur", "clip_norm", "clip_contribution"):  # never asked when off
            assert same != does
    assert on.penalty(x).shape == (2,)
    assert on.after(x, slope, 1).shape == on.shown(x, generator(0, "j")).shape == x.shape


@each
def test_what_happens_to_one_picture_does_not_depend_on_the_others(id):
    x, slope = pictures(), pictures(2, 3, 8, 8) * 2
    part = REGULARISERS[id](**STRONG[id])
    torch.testing.assert_close(part.after(x, slope, 1)[1:], part.after(x[1:], slope[1:], 1))
    torch.testing.assert_close(part.penalty(x)[1:], part.penalty(x[1:]))


def test_l2_is_the_squared_length():
    x = torch.tensor([[[[3.0, 0.0], [0.0, 4.0]]]])
    assert L2(weight=0.5).penalty(x).item() == pytest.approx(12.5)


def test_shrink_takes_a_share_of_every_pixel():
    x = pictures()
    torch.testing.assert_close(Shrink(share=0.25).after(x, x, 1), 0.75 * x)


def test_blur_keeps_the_sum_and_spreads_a_point_like_a_gaussian():
    x = torch.zeros(1, 1, 31, 31)
    x[0, 0, 15, 15] = 1
    seen = gaussian(x, 2.0)[0, 0]
    assert seen.sum().item() == pytest.approx(1, abs=1e-5)
    assert (seen[15, 17] / seen[15, 15]).item() == pytest.approx(math.exp(-0.5), rel=1e-4)
    torch.testing.assert_close(seen, seen.T)
    flat = torch.full((1, 2, 5, 5), 0.7)
    torch.testing.assert_close(gaussian(flat, 1.0), flat)


def test_blur_waits_for_its_turn():
    x, part = pictures(), Blur(width=1.0, every=3)
    assert torch.equal(part.after(x, x, 2), x) and not torch.equal(part.after(x, x, 3), x)


def test_clipping_keeps_the_strong_pixels_with_all_their_channels():
    x = torch.tensor([[[[3.0, 0.1], [1.0, 0.0]], [[4.0, 0.0], [1.0, 0.2]]]])  # norms 5, .1, 1.4, .2
    kept = ClipNorm(share=0.5).after(x, x, 1)
    expected = torch.tensor([[[[3.0, 0.0], [1.0, 0.0]], [[4.0, 0.0], [1.0, 0.0]]]])
    assert torch.equal(kept, expected)


def test_contribution_is_pixel_times_slope_summed_over_channels():
    x = torch.tensor([[[[3.0, 0.1], [1.0, 2.0]], [[3.0, 0.0], [1.0, 0.2]]]])
    slope = torch.tensor([[[[1.0, 9.0], [2.0, 0.0]], [[-1.0, 9.0], [2.0, 0.0]]]])
    kept = ClipContribution(share=0.5).after(x, slope, 1)  # contributions 0, 0.9, 4, 0
    expected = torch.tensor([[[[0.0, 0.1], [1.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]]]])
    assert torch.equal(kept, expected)


def test_jitter_moves_all_pixels_by_at_most_its_share_and_loses_none():
    x = torch.arange(64.0).view(1, 1, 8, 8)
    seen = set()
    for step in range(200):
        moved = Jitter(share=0.25).shown(x, generator(0, "dream", step))
        row, column = divmod(int((moved == 0).flatten().nonzero()), 8)
        seen.add(((row + 4) % 8 - 4, (column + 4) % 8 - 4))
        assert torch.equal(moved.flatten().sort().values, x.flatten())
    assert seen == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}


def test_total_variation_sums_the_differences_of_neighbours():
    x = torch.tensor([[[[0.0, 3.0], [4.0, 4.0]]]])
    # squares by pixel, down + right: 16 + 9, 1 + 0, 0 + 0, 0 + 0
    one = TotalVariation(weight=1.0, exponent=1.0).penalty(x)
    two = TotalVariation(weight=1.0, exponent=2.0).penalty(x)
    assert one.item() == pytest.approx(5 + 1, abs=0.01)
    assert two.item() == pytest.approx(25 + 1)
    assert not TotalVariation(weight=1.0).penalty(torch.full((1, 3, 4, 4), 2.0)).any()
