"""Do scores give what a hand would count, on maps made for it?"""

import math
from dataclasses import replace

import captum.metrics
import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

from engine.explain.maps.reference_maps import REFERENCE_MAPS
from engine.explain.maps.similarity import ranks, spearman, ssim
from engine.explain.scores import SCORES, Case
from engine.explain.scores._curve import STEPS
from engine.explain.scores.pointing_game import area
from engine.statistics import interval

MASK = torch.zeros(8, 8, dtype=torch.bool)
MASK[2:4, 3:6] = True  # 6 pixels of 64
X = torch.randn(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))


class Weighted(nn.Module):
    """Logits (s, 0) with s = Σ w x."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.weights = weights

    def forward(self, x: Tensor) -> Tensor:
        s = (x[:, 0] * self.weights).flatten(1).sum(1)
        return torch.stack([s, torch.zeros_like(s)], dim=1)


def case(maps: Tensor, x: Tensor = X, weights: Tensor | None = None) -> Case:
    weights = MASK.float() if weights is None else weights
    maps = maps[None] if maps.ndim == 2 else maps
    return Case(
        maps=maps,
        masks=MASK.expand(len(maps), 8, 8),
        model=Weighted(weights),
        x=x.expand(len(maps), 1, 8, 8),
        target=torch.zeros(len(maps), dtype=torch.int64),
        explain=lambda x, target: weights * x[:, 0],
    )


def one(id: str, maps: Tensor, **knobs: float) -> float:
    return float(SCORES[id](**knobs).of(case(maps))[0])


def spot(row: int, column: int) -> Tensor:
    maps = torch.zeros(8, 8)
    maps[row, column] = 1
    return maps


@pytest.mark.parametrize("id", SCORES)
def test_a_score_of_a_batch_is_that_of_each_map_alone(id: str) -> None:
    maps = torch.randn(3, 8, 8, generator=torch.Generator().manual_seed(1))
    together = SCORES[id]().of(case(maps))
    assert together.shape == (3,)
    alone = torch.cat([SCORES[id]().of(case(m)) for m in maps])
    assert torch.allclose(together, alone.to(together))


@pytest.mark.parametrize("id", [id for id, s in SCORES.items() if s.asks == "mask"])
def test_the_mask_itself_is_the_best_map_and_its_reverse_the_worst(id: str) -> None:
    assert one(id, MASK.float()) == pytest.approx(1)
    worst = one(id, (~MASK).float(), **({"tolerance": 0.0} if id == "pointing_game" else {}))
    assert worst == pytest.approx(6 / 64 if id == "best_iou" else 0)  # everything, cut nowhere


@pytest.mark.parametrize("id", [id for id, s in SCORES.items() if s.asks == "mask"])
def test_a_map_that_says_nothing_scores_as_a_random_one_or_nothing(id: str) -> None:
    flat = one(id, torch.zeros(8, 8), **({"tolerance": 0.0} if id == "pointing_game" else {}))
    nothing = {"mass_inside": 0, "mask_auc": 0.5}
    assert flat == pytest.approx(nothing.get(id, 6 / 64))


def test_the_pointing_game_takes_what_is_near_enough() -> None:
    assert one("pointing_game", spot(1, 2), tolerance=0.0) == 0
    assert one("pointing_game", spot(1, 2), tolerance=1 / 8) == 1
    assert one("pointing_game", spot(0, 2), tolerance=1 / 8) == 0
    assert one("pointing_game", spot(2, 3) + spot(7, 7), tolerance=0.0) == 0.5
    assert float(area(MASK[None], 1 / 8)) == pytest.approx(4 * 5 / 64)


def test_the_pointing_game_without_tolerance_stands_for_itself() -> None:
    for maps in (spot(1, 2), spot(2, 3), spot(2, 3) + spot(7, 7)):
        assert one("pointing_exact", maps) == one("pointing_game", maps, tolerance=0.0)
    assert one("pointing_exact", spot(1, 2)) == 0 < one("pointing_game", spot(1, 2))


def test_the_auc_of_a_mask_is_that_of_scikit_learn_and_looks_at_signs() -> None:
    draw = torch.Generator().manual_seed(3)
    maps = torch.randn(4, 8, 8, generator=draw).round(decimals=1)  # with ties
    found = SCORES["mask_auc"]().of(case(maps))
    for map, value in zip(maps, found, strict=True):
        expected = roc_auc_score(MASK.flatten().numpy(), map.flatten().numpy())
        assert float(value) == pytest.approx(expected)
    assert one("mask_auc", -MASK.float()) == 0  # what speaks against the class is not evidence
    nowhere = case(maps[:1])
    nowhere = replace(nowhere, masks=torch.zeros_like(nowhere.masks))
    assert SCORES["mask_auc"]().of(nowhere).isnan().all()


def test_mass_counts_only_what_speaks_for_the_class() -> None:
    maps = 3 * spot(2, 3) + spot(0, 0) - 100 * spot(7, 7)
    assert one("mass_inside", maps) == pytest.approx(0.75)


def test_rank_accuracy_counts_as_many_pixels_as_the_object_has() -> None:
    maps = torch.zeros(8, 8)
    maps[2, 3:6] = torch.tensor([9.0, 8, 7])  # three inside
    maps[0, :3] = torch.tensor([6.0, 5, 4])  # three outside, and the rest is zero
    assert one("rank_accuracy", maps) == pytest.approx(0.5)
    assert one("rank_accuracy", 2 * spot(0, 0)) == pytest.approx(5 * (6 / 63) / 6)  # five at random


def test_the_best_iou_stops_at_the_best_threshold_and_never_within_equal_pixels() -> None:
    maps = torch.zeros(8, 8)
    maps[2, 3:6] = 2
    maps[3, 3:6] = 1
    maps[4, 3:6] = 1
    assert one("best_iou", maps) == pytest.approx(6 / 9)  # the whole map: 6 of 9; the top alone 3/6
    maps[4, 3:6] = 0
    assert one("best_iou", maps) == pytest.approx(1)


def test_deletion_follows_the_probability_by_hand() -> None:
    x = torch.zeros(1, 1, 8, 8)
    x[0, 0, 2:4, 3:6] = 1  # s = 6, all of it in the mask
    ordered = torch.arange(64.0).flip(0).reshape(8, 8)  # row by row
    curve = SCORES["deletion"]().measure(case(ordered, x))["curve:deletion"][0]
    gone = [round(64 * k / STEPS) for k in range(STEPS + 1)]
    left = [sum(float(x.flatten()[i]) for i in range(64) if i >= n) for n in gone]
    expected = [1 / (1 + math.exp(-s)) for s in left]
    assert curve.tolist() == pytest.approx(expected)
    assert float(SCORES["deletion"]().of(case(ordered, x))) == pytest.approx(
        np.trapezoid(expected, dx=1 / STEPS)
    )


def test_the_true_map_is_deleted_sooner_and_inserted_sooner_than_its_reverse() -> None:
    x = torch.zeros(1, 1, 8, 8)
    x[0, 0, 2:4, 3:6] = 1
    maps = torch.stack([MASK.float(), -MASK.float()])
    deletion, insertion = (SCORES[id]().of(case(maps, x)) for id in ("deletion", "insertion"))
    assert deletion[0] < deletion[1]
    assert insertion[0] > insertion[1]


def test_a_linear_model_is_foretold_by_weight_times_input_and_by_nothing_else() -> None:
    weights = torch.randn(8, 8, generator=torch.Generator().manual_seed(2))
    true = weights * X[0, 0]
    for factor in (1.0, 7.0):  # the best factor is sought
        found = SCORES["infidelity"](samples=50).of(case(factor * true, weights=weights))
        assert float(found) == pytest.approx(0, abs=1e-5)
    other = torch.rand(8, 8, generator=torch.Generator().manual_seed(3))
    assert float(SCORES["infidelity"](samples=50).of(case(other, weights=weights))) > 0.3


def test_sensitivity_is_the_relative_change_of_a_linear_map() -> None:
    found = float(SCORES["sensitivity"](radius=0.1, samples=40).of(case(MASK * X[0, 0])))
    inside = X[0, 0][MASK]
    most = 0.1 * math.sqrt(6) / float(inside.norm())  # all six pixels moved by the radius
    assert 0.4 * most < found <= most


def test_infidelity_and_sensitivity_are_captums_on_the_same_draws() -> None:
    draw = torch.Generator().manual_seed(6)
    weights, maps = torch.randn(8, 8, generator=draw), torch.randn(2, 8, 8, generator=draw)
    asked = case(maps, torch.randn(2, 1, 8, 8, generator=draw), weights)
    asked = replace(asked, maps=asked.explain(asked.x, asked.target) + 0.1 * maps)
    score = SCORES["infidelity"](samples=5)
    squares = score._squares(asked).flatten(0, 1)[:, None]  # type: ignore[attr-defined]

    def remove(x: Tensor) -> tuple[Tensor, Tensor]:
        return squares.to(x), x * ~squares

    plain, told = (
        captum.metrics.infidelity(
            asked.model, remove, asked.x, found, target=asked.target, n_perturb_samples=5,
            normalize=normalize,
        )
        for found, normalize in ((torch.zeros_like(asked.x), False), (asked.maps[:, None], True))
    )  # fmt: skip
    assert torch.allclose(score.of(asked), told / plain, atol=1e-5)

    probe = SCORES["sensitivity"](samples=4)
    noise = probe._noise(asked).flatten(0, 1)  # type: ignore[attr-defined]
    asked = replace(asked, maps=asked.explain(asked.x, asked.target))
    expected = captum.metrics.sensitivity_max(
        lambda x, target: (asked.explain(x[0] if isinstance(x, tuple) else x, target),),
        asked.x,
        lambda x: x + 0.02 * noise,
        n_perturb_samples=4,
        target=asked.target,
    )
    assert torch.allclose(probe.of(asked), expected, atol=1e-5)


def test_a_map_of_zeros_has_no_relative_change() -> None:
    assert math.isnan(one("sensitivity", torch.zeros(8, 8)))


@pytest.mark.parametrize("id", ["infidelity", "sensitivity"])
def test_what_is_drawn_depends_on_the_seed_alone(id: str) -> None:
    maps = torch.rand(8, 8, generator=torch.Generator().manual_seed(4))
    torch.manual_seed(1)
    first = SCORES[id]().of(case(maps))
    torch.manual_seed(2)
    assert torch.equal(first, SCORES[id]().of(case(maps)))


def test_the_edge_detector_finds_the_outline_and_the_random_map_its_seed() -> None:
    x = torch.zeros(2, 3, 16, 16)
    x[:, :, 4:12, 4:12] = 1
    model, target = nn.Identity(), torch.zeros(2, dtype=torch.int64)
    edges = REFERENCE_MAPS["edges"](model, x, target, 0)[0, 0]
    assert edges[8, 8] == 0 and edges[0, 0] == 0
    assert edges[8, 4] == pytest.approx(4)  # a step of 1 under Sobel's weights 1, 2, 1
    draws = [REFERENCE_MAPS["random"](model, x, target, seed) for seed in (0, 0, 1)]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


def test_rank_correlation_is_scipys() -> None:
    draw = torch.Generator().manual_seed(5)
    a = torch.randint(5, (4, 6, 6), generator=draw).float()  # with many equal values
    b = a + torch.randn(4, 6, 6, generator=draw)
    expected = [
        stats.spearmanr(x.flatten(), y.flatten()).statistic for x, y in zip(a, b, strict=True)
    ]
    assert spearman(a, b).tolist() == pytest.approx(expected)
    assert ranks(a.flatten(1))[0].tolist() == stats.rankdata(a[0].flatten()).tolist()
    assert spearman(a, torch.ones_like(a)).tolist() == [0] * 4


def test_structural_similarity_is_one_for_equals_and_follows_its_formula() -> None:
    draw = torch.Generator().manual_seed(6)
    a = torch.rand(2, 16, 16, generator=draw)
    assert ssim(a, a).tolist() == pytest.approx([1, 1])
    flat, other = torch.full((1, 11, 11), 0.25), torch.full((1, 11, 11), 0.5)
    expected = (2 * 0.25 * 0.5 + 1e-4) / (0.25**2 + 0.5**2 + 1e-4)  # variances are 0
    assert float(ssim(flat, other)) == pytest.approx(expected)
    assert float(ssim(a, 1 - a).max()) < 0
    small = torch.rand(2, 8, 6)
    assert ssim(small, small).tolist() == pytest.approx([1, 1])


def test_the_interval_is_students() -> None:
    values = np.array([1.0, 2, 4, np.nan])
    mean, half = interval(values)
    low, high = stats.t.interval(0.95, 2, loc=7 / 3, scale=stats.sem([1, 2, 4]))
    assert (mean - half, mean + half) == pytest.approx((low, high))
    assert interval(np.array([3.0])) == (3.0, 0.0)
    assert math.isnan(interval(np.array([np.nan]))[0])
