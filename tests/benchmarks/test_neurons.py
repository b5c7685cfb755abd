"""How fast is the engine of the neurons' page? Ratios of runs in this process."""

import pytest

from engine.topics.neurons.losses import LossesConfig, descend, signed
from engine.topics.neurons.losses_seeds import LEARNT, SEEDS, over_seeds
from engine.topics.neurons.points import arrays, placed
from tests.benchmarks.table import note
from tests.benchmarks.test_backpropagation import several

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("one_core")]


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
