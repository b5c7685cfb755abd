"""What the step-by-step view shows is what the sampler did, and nothing else."""

import numpy as np
import pytest
import torch
from scipy import stats

from engine.autoregressive.bits_per_value import corrupted, cross_entropy
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.sampling import sample, uniforms
from engine.autoregressive.trajectory import mixed_uniforms, trajectory


@pytest.fixture
def model():
    found = AUTOREGRESSIVE["gated"](channels=9, layers=3).build((1, 5, 6), 4, 3, 1)
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in found.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw) / 2)
    return found.requires_grad_(False)


SHAPE = (1, 1, 5, 6)


def test_levels_follow_from_the_distribution_and_the_uniform(model):
    run = trajectory(model, uniforms(SHAPE, 0), 1)
    chosen = [(np.cumsum(p) <= u).sum() for p, u in zip(run.p, run.u, strict=True)]
    assert (run.levels == chosen).all()
    assert run.p.sum(1) == pytest.approx(np.ones(30))
    assert (run.places[:, 1] * 6 + run.places[:, 2] == np.arange(30)).all()
    assert (run.board(run.levels)[0] == sample(model, uniforms(SHAPE, 0), torch.tensor([1])).x[0, 0]
            .numpy()).all()  # fmt: skip


def test_bits_add_up_to_the_parallel_likelihood_whatever_the_temperature(model):
    for options in ({}, {"temperature": 0.3}, {"top_k": 2}, {"slip": True}):
        run = trajectory(model, uniforms(SHAPE, 0), 1, **options)
        x = torch.from_numpy(run.board(run.levels))[None]
        total = -model(x, torch.tensor([1])).sum().item() / np.log(2)
        assert run.bits.sum() == pytest.approx(total, abs=30 * 1e-4)


def test_entropy_is_that_of_the_shown_distribution(model):
    run = trajectory(model, uniforms(SHAPE, 0), 1, top_k=2)
    assert run.entropy == pytest.approx([stats.entropy(p, base=2) for p in run.p])
    assert run.expected == pytest.approx((run.p * np.arange(4)).sum(1))


def test_new_randomness_leaves_what_is_before_it(model):
    u, mixed = uniforms(SHAPE, 0), mixed_uniforms(SHAPE, 0, 13, 5)
    assert torch.equal(mixed.flatten()[:13], u.flatten()[:13])
    assert not (mixed.flatten()[13:] == u.flatten()[13:]).any()
    assert torch.equal(mixed_uniforms(SHAPE, 0, 0, 5), u)
    assert torch.equal(mixed_uniforms(SHAPE, 0, 30, 5), u)
    one, two = trajectory(model, u, 1), trajectory(model, mixed, 1)
    assert (one.levels[:13] == two.levels[:13]).all()
    assert (one.p[:14] == two.p[:14]).all()


def test_the_slip_is_the_comparison_the_wrong_way_round():
    model = AUTOREGRESSIVE["independent"]().build((1, 1, 1), 2)
    with torch.no_grad():
        model.net.bias.fill_(-2.0)  # p(1) = 0.119
    p = torch.sigmoid(torch.tensor(-2.0)).item()
    u = uniforms((3000, 1, 1, 1), 0)
    right, wrong = (sample(model, u, slip=slip).x.flatten() for slip in (False, True))
    assert torch.equal(right, (u.flatten() >= 1 - p).long())
    assert torch.equal(wrong, (u.flatten() > p).long()), "rand > p"
    assert right.float().mean().item() == pytest.approx(p, abs=0.02)
    assert wrong.float().mean().item() == pytest.approx(1 - p, abs=0.02)


def test_samples_follow_known_conditionals(model):
    """Chi-squared on p(x_2 | x_1) of the first two pixels, 4000 draws."""
    u = uniforms((4000, 1, 1, 2), 4)
    y = torch.zeros(4000, dtype=torch.int64)
    narrow = AUTOREGRESSIVE["nade"](hidden=5).build((1, 1, 2), 3, 3, 2)
    drawn = sample(narrow, u, y).x.flatten(1)
    for first in range(3):
        rows = drawn[drawn[:, 0] == first, 1]
        x = torch.tensor([[[[first, 0]]]])
        p = narrow.logits(x, torch.tensor([0]))[0, 0, :, 0, 1].softmax(0).double().detach()
        seen = rows.bincount(minlength=3).numpy()
        wanted = (p / p.sum() * len(rows)).numpy()
        assert stats.chisquare(seen, wanted).pvalue > 1e-3


def test_cross_entropy_by_hand():
    p, q = np.array([0.5, 0.25, 0.125, 0.125]), np.full(4, 0.25)
    assert cross_entropy(p, q) == pytest.approx((1.75, 0.25))
    assert cross_entropy(p, p) == pytest.approx((1.75, 0.0))
    assert cross_entropy(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == (0.0, np.inf)


def test_spoilt_pictures_keep_what_they_should():
    x = torch.randint(5, (3, 2, 4, 4), generator=torch.Generator().manual_seed(0))
    assert torch.equal(corrupted(corrupted(x, "inverted", 5), "inverted", 5), x)
    shuffled = corrupted(x, "shuffled", 5)
    assert torch.equal(shuffled.flatten(2).sort(-1)[0], x.flatten(2).sort(-1)[0])
    assert not torch.equal(shuffled, x)
    assert torch.equal(corrupted(x, "mirrored", 5), x.flip(-1))
    with pytest.raises(ValueError, match="Received: 'sideways'"):
        corrupted(x, "sideways", 5)
