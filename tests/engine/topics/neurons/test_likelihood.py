"""The likelihood of labels: by hand, by torch, and against the accuracy."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.topics.neurons.likelihood import MOST, SHARED, Answers, likelihood


def test_two_labels_by_hand():
    found = likelihood(Answers(preset="own", own=((800, 1), (400, 0))))
    assert found.likelihood == pytest.approx(0.48)  # 0.8 times 0.6
    np.testing.assert_allclose(found.terms, [0.2231435513, 0.5108256238], atol=1e-9)
    assert found.accuracy == 1 and found.loss == pytest.approx(0.3669845875)


@given(st.lists(st.tuples(st.integers(1, 999), st.integers(0, 1)), min_size=1, max_size=MOST))
def test_any_labels_agree_with_torch(own):
    found = likelihood(Answers(preset="own", own=tuple(own)))
    p, t = (torch.tensor(column, dtype=torch.float64) for column in zip(*own, strict=True))
    theirs = torch.nn.functional.binary_cross_entropy(p / 1000, t)
    assert found.loss == pytest.approx(theirs.item(), abs=1e-12)
    assert found.difference < 1e-9
    best = SHARED[found.shared.argmin()]
    assert abs(best - min(0.999, max(0.001, t.mean().item()))) < 0.001 + 1e-9, "the share of ones"


def test_an_answer_of_one_half_is_not_right():
    assert likelihood(Answers(preset="own", own=((500, 1), (500, 0)))).accuracy == 0


def test_no_examples_and_too_many():
    assert likelihood(Answers(preset="own")) is None
    with pytest.raises(ValidationError):
        Answers(preset="own", own=((0, 1),))
    with pytest.raises(ValidationError):
        Answers(preset="own", own=((500, 1),) * (MOST + 1))
