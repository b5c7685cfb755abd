"""What a conditional model says without a class is what the laws of probability make of it."""

import itertools

import numpy as np
import pytest
import torch

from engine.autoregressive.bits_per_value import bits_of
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.sampling import complete
from engine.autoregressive.unlabelled import class_of_beginning, classes_drawn, unlabelled_bits


@pytest.fixture(scope="module")
def model():
    made = AUTOREGRESSIVE["gated"](channels=6, layers=2).build((3, 2, 1), 2, 3, 0, (2, 0, 1))
    return made.eval().requires_grad_(False)


def every(model) -> torch.Tensor:
    """All 2^6 pictures there are."""
    all = itertools.product((0, 1), repeat=6)
    return torch.tensor(list(all)).view(-1, *model.shape)


def test_all_pictures_together_have_probability_one(model):
    bits = unlabelled_bits(model, every(model))
    p = np.exp2(-bits.astype(np.float64).sum((1, 2, 3)))
    assert p.sum() == pytest.approx(1, abs=1e-5)
    by_class = [
        np.exp2(-bits_of(model, every(model), torch.full((64,), y)).sum((1, 2, 3)))
        for y in range(3)
    ]
    assert p == pytest.approx(np.mean(by_class, axis=0), rel=1e-4)


def test_each_value_costs_what_it_is_given_those_before_it(model):
    """The first value of the order, blue of the first pixel, by counting all pictures."""
    x = every(model)
    p = np.exp2(-unlabelled_bits(model, x).astype(np.float64).sum((1, 2, 3)))
    first = x[:, 2, 0, 0].numpy()
    bits = unlabelled_bits(model, x)[:, 2, 0, 0]
    for value in (0, 1):
        assert np.exp2(-bits[first == value]) == pytest.approx(p[first == value].sum(), rel=1e-4)


def test_the_class_is_judged_by_the_beginning_alone(model):
    x = every(model)[37:38]
    given = np.array([[True], [False]])
    found = class_of_beginning(model, x, given)
    other = x.clone()
    other[:, :, 1] = 1 - other[:, :, 1]
    assert found == pytest.approx(class_of_beginning(model, other, given))
    assert class_of_beginning(model, x, ~given) == pytest.approx(np.full(3, 1 / 3)), "comes later"
    whole = [np.exp2(-bits_of(model, x, [y])[0, :, 0].sum()) for y in range(3)]
    assert found == pytest.approx(np.array(whole) / sum(whole), rel=1e-4)


def test_classes_are_drawn_as_often_as_they_are_likely():
    drawn = np.array(classes_drawn(np.array([0.2, 0.0, 0.8]), 4000, 1))
    assert np.bincount(drawn, minlength=3) / 4000 == pytest.approx([0.2, 0, 0.8], abs=0.03)
    assert (drawn == np.array(classes_drawn(np.array([0.2, 0.0, 0.8]), 4000, 1))).all()


def test_each_completion_has_its_own_class(model):
    levels, given = [0] * 6, np.zeros((2, 1), bool)
    both = complete(model, levels, given, (0, 2), 2, 5)
    one, two = (complete(model, levels, given, label, 2, 5) for label in (0, 2))
    assert (both[0] == one[0]).all() and (both[1] == two[1]).all()
