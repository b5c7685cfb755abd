"""Integrated gradients from every background row: what expected gradients become, by captum."""

from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator, no_network, tensor
from engine.topics.explain_tables.shapley.explained import Array, Explained

MANY = 2**16  # rows through the network at once


@ESTIMATORS.register
class IntegratedGradients(Estimator):
    about: ClassVar[About] = About(
        id="integrated_gradients",
        label="Integrated gradients",
        summary="The path from every background row, in even steps: Gradient without its chance.",
        formula=r"\frac1B\sum_b(x_i-b_i)\int_0^1\frac{\partial f(b+t(x-b))}{\partial x_i}\,dt",
        source="Sundararajan, Taly and Yan 2017, equation 1",
        url="https://arxiv.org/abs/1703.01365",
    )
    drawn: ClassVar[bool] = False
    ladder: ClassVar[tuple[int, ...]] = (2, 8, 32, 128)
    samples: int = knob(32, "Steps", "Of every path.", ge=2, le=256, log=True)

    def unfit(self, model: Explained) -> str:
        return no_network(model)

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        from captum.attr import IntegratedGradients as Paths  # slow to import

        paths, start = Paths(model.network), tensor(model, background)
        found = [
            paths.attribute(
                end.expand_as(start),
                baselines=start,
                target=0,
                n_steps=self.samples,
                internal_batch_size=max(MANY, len(start)),
            )
            for end in tensor(model, rows)
        ]
        means = [part.detach().double().cpu().numpy().mean(0) for part in found]
        return model.gathered(np.stack(means))
