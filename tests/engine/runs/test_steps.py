"""A film of many steps: what is not finite is said, and what was before is kept."""

import numpy as np
import pytest
import torch

from engine.runs.events import Frame
from engine.runs.steps import film


def test_a_number_that_is_no_longer_finite_ends_it_with_a_sentence():
    def look(state):
        return {"score": float(state["x"])}, {"x": np.asarray(state["x"])}

    events = film({"x": torch.tensor(1.0)}, 60, lambda state, _: {"x": state["x"] * 1e8}, look,
                  None, None)  # fmt: skip
    kept = 0
    with pytest.raises(ValueError, match="After step 5 of 60 a number is no longer finite"):
        for event in events:
            kept += isinstance(event, Frame)
    assert kept == 5, "the pictures of steps 0 to 4"
