"""Are the rungs that come with the app what they say, on digits that none of them learned from?"""

import pytest
import torch

from engine.data import held_out_digits
from engine.device import generator
from engine.runs import weights
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.rungs import FOLDER, RUNGS
from engine.topics.autoregressive.shipped import shipped

GOALS = {"fvsbn": 98.0, "gated": 84.0, "made": 92.0, "nade": 90.0}  # nats a digit at most


@pytest.mark.parametrize("name", weights.names(FOLDER))
def test_a_shipped_rung_is_the_one_of_the_list_and_reaches_what_it_says(name: str) -> None:
    found = shipped(name, FOLDER)
    assert found.config.key == DensityConfig.read(RUNGS[name])[0].key
    said = found.measured["test_nats"]
    assert said <= GOALS.get(name, 1e9)
    grey = held_out_digits().x[::5].float() / 255  # (100, 1, 28, 28), of all ten classes
    x = (torch.rand(grey.shape, generator=generator(1, "test digits")) < grey).long()
    with torch.no_grad():
        nats = -found.model(x).flatten(1).double().sum(1)
    error = float(nats.std() / len(nats) ** 0.5)
    assert abs(float(nats.mean()) - said) < 3 * error, "another draw of the same kind of digits"


def test_together_they_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*")) < 9 * 2**20
