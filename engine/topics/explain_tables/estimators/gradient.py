"""Expected gradients: gradients on the way from background rows, at random places, by shap."""

from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.topics.explain_tables.estimators._spec import (
    ESTIMATORS,
    Estimator,
    assert_network,
    drawn,
    no_network,
    shap,
    tensor,
)
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.topics.explain_tables.shapley.unit import without_unit


@ESTIMATORS.register
class Gradient(Estimator):
    """An estimate of Aumann-Shapley values, where features grow together in infinitely small
    steps instead of joining whole: its error against Shapley's does not go away."""

    about: ClassVar[About] = About(
        id="gradient",
        label="Gradient",
        summary="Averages gradients at random places between background rows and the row.",
        formula=r"\mathbb{E}_{b,\,t\sim U(0,1)}\Bigl[(x_i-b_i)\,"
        r"\frac{\partial f(b+t(x-b))}{\partial x_i}\Bigr]",
        source="Erion et al. 2021, equation 3",
        url="https://arxiv.org/abs/1906.10670",
    )
    adds_up: ClassVar[bool] = False  # only on average
    ladder: ClassVar[tuple[int, ...]] = (16, 64, 256, 1024)
    samples: int = knob(200, "Gradients", "Gradients for each row.", ge=16, le=4096, log=True)

    def unfit(self, model: Explained) -> str:
        return no_network(model)

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        assert_network(model)
        network, factor, _ = without_unit(model.network)  # type: ignore[arg-type]
        single = network.float()  # all that it takes
        explainer = shap().GradientExplainer(single, tensor(model, background).float())
        with drawn(seed, "gradient") as number:
            given = tensor(model, rows).float()
            found = explainer.shap_values(given, nsamples=self.samples, rseed=number)
        return factor * model.gathered(np.asarray(found, np.float64).reshape(len(rows), -1))
