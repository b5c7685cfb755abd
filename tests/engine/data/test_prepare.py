"""Is what training gets scaled by the training part alone, and spoilt only where asked?"""

import pytest
import torch

from engine.data import DATASETS, DataError, prepare
from engine.data._prepare import REMEMBERED
from engine.data._remember import MOST

TABLES = ["breast_cancer", "wine", "diabetes", "card_fraud"]
IMAGES = [("digits", {}), ("shapes", {"examples": 300}), ("glyphs", {"examples": 300})]


@pytest.mark.parametrize("name", ["moons", "regression_curve"])
def test_points_and_curves_keep_their_units(name: str) -> None:
    got = prepare(DATASETS[name](), 0)
    for part in (got.train, got.validation, got.test):
        assert torch.equal(part.x, got.data.x[part.index])
        assert torch.equal(part.y, got.data.y[part.index])


@pytest.mark.parametrize("name", TABLES)
def test_table_columns_have_mean_zero_and_deviation_one_in_the_training_part(name: str) -> None:
    got = prepare(DATASETS[name](), 0)
    assert got.train.x.mean(0).abs().max() < 1e-3
    assert (got.train.x.std(0, correction=0) - 1).abs().max() < 1e-3
    assert torch.allclose(got.mean, got.data.x[got.train.index].mean(0), rtol=1e-4)


@pytest.mark.parametrize(("name", "knobs"), IMAGES)
def test_image_channels_have_mean_zero_and_deviation_one_in_the_training_part(name, knobs) -> None:
    got = prepare(DATASETS[name](**knobs), 0)
    assert got.train.x.dtype == torch.float32
    assert got.train.x.mean((0, 2, 3)).abs().max() < 1e-4
    assert (got.train.x.std((0, 2, 3), correction=0) - 1).abs().max() < 1e-4
    raw = got.data.x[got.train.index].float() / 255
    assert torch.allclose(got.mean.flatten(), raw.mean((0, 2, 3)), atol=1e-5)


@pytest.mark.parametrize(("name", "knobs"), [*IMAGES, ("wine", {}), ("blobs", {})])
def test_scaling_raw_rows_gives_the_parts_and_unscaling_gives_them_back(name, knobs) -> None:
    got = prepare(DATASETS[name](**knobs), 0)
    raw = got.data.x[got.test.index]
    assert torch.allclose(got.scale(raw), got.test.x, atol=1e-5)
    unit = 255 if got.kind == "image" else 1
    assert torch.allclose(got.unscale(got.test.x) * unit, raw.float(), rtol=1e-4, atol=1e-3)


def test_the_scale_does_not_see_validation_and_test_rows(monkeypatch) -> None:
    wine = DATASETS["wine"]
    before = prepare(wine(), 5)
    data = wine().load(5)
    data.x[before.test.index] += 1e6
    data.x[before.validation.index] -= 1e6
    monkeypatch.setattr(wine, "load", lambda self, seed: data)
    REMEMBERED.clear()
    after = prepare(wine(), 5)
    REMEMBERED.clear()
    assert torch.equal(before.mean, after.mean) and torch.equal(before.std, after.std)


def test_a_constant_column_becomes_zero(monkeypatch) -> None:
    wine = DATASETS["wine"]
    data = wine().load(0)
    data.x[:, 2] = 7.3
    monkeypatch.setattr(wine, "load", lambda self, seed: data)
    REMEMBERED.clear()
    got = prepare(wine(), 6)
    REMEMBERED.clear()
    assert got.train.x[:, 2].abs().max() < 1e-5 and got.std[2] == 1


def test_the_target_of_a_table_is_scaled_and_can_be_reported_in_its_unit() -> None:
    got = prepare(DATASETS["diabetes"](), 0)
    assert got.train.y.mean().abs() < 1e-5 and got.train.y.shape[1:] == (1,)
    assert got.train.y.std(correction=0).item() == pytest.approx(1, abs=1e-5)
    assert torch.allclose(got.unscale_y(got.test.y), got.data.y[got.test.index], rtol=1e-5)


def test_masks_are_found_by_the_index_of_a_part() -> None:
    got = prepare(DATASETS["shapes"](examples=300), 0)
    assert got.masks[got.test.index].shape == (45, 32, 32)


@pytest.mark.parametrize("name", ["digits", "card_fraud", "diabetes"])
def test_a_smaller_share_of_the_training_part_is_a_part_of_a_larger_one(name: str) -> None:
    whole = prepare(DATASETS[name](), 0)
    rows = [
        prepare(DATASETS[name](), 0, train_share=s).train.index.tolist() for s in (0.1, 0.4, 1.0)
    ]
    assert set(rows[0]) < set(rows[1]) < set(rows[2])
    assert len(rows[0]) == round(0.1 * len(whole.train.index))
    less = prepare(DATASETS[name](), 0, train_share=0.1)
    assert torch.equal(less.test.index, whole.test.index)
    assert torch.equal(less.validation.index, whole.validation.index)


def test_a_share_of_the_training_part_keeps_the_classes_alike() -> None:
    digits = prepare(DATASETS["digits"](), 0, train_share=0.1).train
    assert digits.y.bincount().min() >= 11  # of 126 rows
    fraud = prepare(DATASETS["card_fraud"](), 0, train_share=0.1).train
    whole = prepare(DATASETS["card_fraud"](), 0).train
    assert fraud.y.float().mean().item() == pytest.approx(whole.y.float().mean().item(), abs=0.01)


def test_label_noise_makes_exactly_that_share_of_the_training_labels_wrong() -> None:
    got = prepare(DATASETS["digits"](), 0, label_noise=0.3)
    right = got.data.y
    wrong = got.train.y != right[got.train.index]
    assert wrong.sum() == round(0.3 * len(wrong))
    assert torch.equal(got.test.y, right[got.test.index])
    assert torch.equal(got.validation.y, right[got.validation.index])


def test_wrong_labels_are_any_other_class() -> None:
    got = prepare(DATASETS["digits"](), 0, label_noise=1.0)
    shift = (got.train.y - got.data.y[got.train.index]) % 10
    counts = shift.bincount(minlength=10)
    assert counts[0] == 0 and counts[1:].min() > 0.6 * len(shift) / 9


def test_more_label_noise_keeps_the_labels_that_are_wrong_already() -> None:
    some, more = (prepare(DATASETS["digits"](), 0, label_noise=s).train for s in (0.2, 0.5))
    wrong = some.y != prepare(DATASETS["digits"](), 0).train.y
    assert torch.equal(some.y[wrong], more.y[wrong])


def test_label_noise_leaves_a_regression_alone() -> None:
    clean, noisy = (prepare(DATASETS["diabetes"](), 0, label_noise=s) for s in (0.0, 0.5))
    assert torch.equal(clean.train.y, noisy.train.y)


@pytest.mark.parametrize(
    "asked", [{"train_share": 0}, {"train_share": 1.1}, {"label_noise": -0.1}, {"label_noise": 2}]
)
def test_an_impossible_share_is_refused_with_what_is_allowed(asked: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be .* Received"):
        prepare(DATASETS["moons"](), 0, **asked)


def test_asking_again_gives_the_same_object_and_only_a_few_are_kept() -> None:
    REMEMBERED.clear()
    moons = DATASETS["moons"]
    assert prepare(moons(), 0) is prepare(moons(examples=600), 0)
    assert prepare(moons(), 0) is not prepare(moons(), 1)
    for seed in range(3 * MOST):
        prepare(moons(), seed)
    assert len(REMEMBERED) == MOST


def test_memory_is_bounded_by_bytes_and_the_newest_stays(monkeypatch) -> None:
    REMEMBERED.clear()
    monkeypatch.setattr("engine.data._remember.MOST_BYTES", 1)
    newest = [prepare(DATASETS["moons"](), seed) for seed in range(3)][-1]
    assert len(REMEMBERED) == 1 and prepare(DATASETS["moons"](), 2) is newest


def test_missing_files_are_not_remembered(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    for _ in range(2):
        with pytest.raises(DataError, match="MNIST is not complete"):
            prepare(DATASETS["mnist"](), 0)
