"""Are the parts disjoint, covering, of the right size, and alike in their classes?"""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import DATASETS, Data, DataError, split


def made(labels: list[int], test: int = 0) -> Data:
    y = torch.tensor(labels)
    names = tuple(map(str, range(max(labels) + 1)))
    return Data(x=torch.zeros(len(y), 2), y=y, classes=names, features=("a", "b"), test=test)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 4), min_size=10, max_size=300), st.integers(0, 10**9))
def test_the_parts_are_disjoint_and_cover_all_rows(labels: list[int], seed: int) -> None:
    parts = split(made(labels), seed)
    assert torch.cat(parts).sort().values.tolist() == list(range(len(labels)))
    for part, share in zip(parts, (0.7, 0.15, 0.15), strict=True):
        assert len(part) >= 1 and abs(len(part) - share * len(labels)) <= 1.01


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 4), min_size=10, max_size=300), st.integers(0, 10**9))
def test_every_class_has_its_share_of_every_part(labels: list[int], seed: int) -> None:
    data = made(labels)
    for part in split(data, seed):
        found = data.y[part].bincount(minlength=5)
        expected = data.y.bincount(minlength=5) * len(part) / len(labels)
        # the places of a class are even up to half a step, and so are the cuts' of the others
        assert (found - expected).abs().max() <= 2.5


@pytest.mark.parametrize("name", ["blobs", "digits", "card_fraud", "wine", "diabetes"])
def test_real_splits_are_seventy_fifteen_fifteen(name: str) -> None:
    data = DATASETS[name]().load(0)
    parts = split(data, 0)
    assert [len(part) / len(data.y) for part in parts] == pytest.approx(
        [0.7, 0.15, 0.15], abs=0.005
    )
    if data.classes:
        rate = [data.y[part].bincount() / len(part) for part in parts]
        assert all((r - rate[0]).abs().max() < 0.04 for r in rate)


def test_another_seed_splits_otherwise_and_the_same_one_alike() -> None:
    data = made([0, 1] * 50)
    one, again, other = split(data, 0), split(data, 0), split(data, 1)
    assert all(map(torch.equal, one, again))
    assert set(one.test.tolist()) != set(other.test.tolist())


def test_every_row_is_as_likely_to_be_tested() -> None:
    data, counts = made([0] * 30 + [1] * 10), torch.zeros(40)
    for seed in range(400):
        counts[split(data, seed).test] += 1
    assert (counts / 400 - 0.15).abs().max() < 0.08  # about four standard errors


def test_a_published_test_set_stays_the_test_part() -> None:
    parts = split(made([0, 1] * 50, test=20), 0)
    assert parts.test.tolist() == list(range(80, 100))
    assert len(parts.validation) == 15 and len(parts.train) == 65
    assert torch.cat(parts).sort().values.tolist() == list(range(100))


def test_a_large_published_test_set_leaves_half_of_the_rest_for_training() -> None:
    parts = split(made([0, 1] * 50, test=90), 0)
    assert [len(part) for part in parts] == [5, 5, 90]


@pytest.mark.parametrize("labels", [[0, 1] * 4, [0] * 9])
def test_too_few_rows_are_refused_in_one_sentence(labels: list[int]) -> None:
    with pytest.raises(DataError, match="at least 10 examples"):
        split(made(labels), 0)


def test_a_class_with_a_single_example_does_no_harm() -> None:
    parts = split(made([0] * 20 + [1]), 0)
    assert sum(map(len, parts)) == 21
