"""How fast is the engine of the neurons' page? Ratios of runs in this process."""

import time

import numpy as np
import pytest
import torch

from engine.device import generator
from engine.topics.neurons.curves import DEGREES, Sample, powers, true
from engine.topics.neurons.decomposition import GRID, SETS, decomposed
from engine.topics.neurons.losses import LossesConfig, descend, signed
from engine.topics.neurons.losses_seeds import LEARNT, SEEDS, over_seeds
from engine.topics.neurons.points import arrays, placed
from tests.benchmarks.table import note
from tests.benchmarks.test_backpropagation import several

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("one_core")]
ROUNDS = 7


def test_five_losses_on_twenty_draws_are_five_times_as_fast_as_one_after_the_other() -> None:
    """The drawing of the points is in both."""
    config = LossesConfig()

    def each() -> None:
        for extra in range(SEEDS):
            points = arrays(placed(config.plane.with_("seed", extra)))
            for id in LEARNT:
                descend(signed(*points)[None], (id,), config)

    note("neurons: five losses, 20 draws", several(lambda: over_seeds(config)),
         "one after the other", several(each, 3), 0.2)  # fmt: skip


def one_by_one(sample: Sample) -> np.ndarray:
    """Values of all fits, (SETS, GRID, DEGREES + 1): a least-squares solution each."""
    source = generator(sample.seed, "neurons", "data sets")
    shape = (SETS, sample.count)
    x = (2 * torch.rand(shape, generator=source, dtype=torch.float64) - 1).numpy()
    noise = torch.randn(shape, generator=source, dtype=torch.float64).numpy()
    y = true(sample.truth, x) + sample.noise * noise
    at = powers(np.linspace(-1, 1, GRID))
    fits = np.empty((SETS, GRID, DEGREES + 1))
    for number in range(SETS):
        design = powers(x[number])
        for k in range(1, DEGREES + 2):
            w = np.linalg.lstsq(design[:, :k], y[number], rcond=None)[0]
            fits[number, :, k - 1] = at[:, :k] @ w
    return fits


def test_all_degrees_of_500_data_sets_by_one_qr_each():
    sample = Sample()
    ours, theirs = [], []
    decomposed(sample, 0.0)
    for _ in range(ROUNDS):
        begun = time.thread_time()
        found = decomposed(sample, 0.0)
        ours.append(time.thread_time() - begun)
        begun = time.thread_time()
        fits = one_by_one(sample)
        theirs.append(time.thread_time() - begun)
    f = true(sample.truth, np.linspace(-1, 1, GRID))
    low = slice(0, 10)  # above, rounding decides the last digits of what is far off
    other = ((fits - f[:, None]) ** 2).mean((0, 1))
    np.testing.assert_allclose(found.exact[low], other[low], rtol=1e-6)
    what = "bias and variance of 16 degrees over 500 data sets"
    row = note(what, ours, "8,000 fits one after the other", theirs, 0.25)
    assert row.met and row.ours < 0.2
