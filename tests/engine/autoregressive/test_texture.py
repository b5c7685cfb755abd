"""Does the texture hold what its formulas say, and can only one of the networks learn it?"""

from math import log2

import pytest
import torch

from engine.autoregressive import closed_forms
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.texture import Texture


@pytest.mark.parametrize(("levels", "noise", "kernel"), [(2, 0.1, 3), (5, 0.3, 5), (2, 0.0, 7)])
def test_the_entropy_is_that_of_its_samples(levels, noise, kernel):
    texture = Texture(levels=levels, noise=noise, kernel=kernel, height=12, width=12)
    x = texture.sample(2000, seed=0)
    assert x.shape == (2000, 1, 12, 12) and x.max() == levels - 1
    bits = -texture.ideal_log2(x).mean().item()
    assert bits == pytest.approx(texture.entropy(), abs=0.01)
    assert texture.entropy() < texture.bound_of_a_single_mask() == log2(levels)
    assert torch.equal(x, texture.sample(2000, seed=0))


@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_all_ancestors_are_blind_to_a_single_mask(kernel):
    shift = Texture(kernel=kernel).shift
    assert all(closed_forms.is_blind(kernel, j, j * shift) for j in range(1, 50))


def test_marginals_are_uniform_and_what_is_seen_tells_nothing():
    texture = Texture(height=6, width=10, noise=0.0)
    x = texture.sample(20_000, seed=1)[:, 0].double()
    x = x - x.mean(0)
    target = x[:, 4, 4]
    correlation = (x * target[:, None, None]).mean(0) / 0.25  # (H, W)
    assert correlation[3, 6] == pytest.approx(1, abs=0.02)  # the parent
    seen = torch.tensor(
        [[(r < 4 and not closed_forms.is_blind(3, 4 - r, c - 4)) or (r == 4 and c < 4)
          for c in range(10)] for r in range(6)]
    )  # fmt: skip
    assert correlation[seen].abs().max() < 0.04


def test_only_two_stacks_get_below_the_bound():
    texture = Texture(height=8, width=8, noise=0.05)
    x = texture.sample(256, seed=0)
    held_out = texture.sample(256, seed=1)
    bits = {}
    for name in ("naive", "gated"):
        part = AUTOREGRESSIVE[name](channels=8, layers=3, first_kernel=3)
        model = part.build((1, 8, 8), 2)
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        for step in range(150):
            loss = -model(x[step % 4 * 64 : step % 4 * 64 + 64]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            bits[name] = model.bits_per_dim(held_out).mean().item()
    assert bits["naive"] > texture.bound_of_a_single_mask() - 0.01
    assert bits["gated"] < texture.entropy() + 0.15 < texture.bound_of_a_single_mask()
