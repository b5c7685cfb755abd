"""Deep SHAP: what each layer passes on, compared with each background row, by shap."""

from typing import ClassVar

import numpy as np

from engine.config import About
from engine.topics.explain_tables.estimators._spec import (
    ESTIMATORS,
    Estimator,
    no_network,
    shap,
    tensor,
)
from engine.topics.explain_tables.shapley.explained import Array, Explained


@ESTIMATORS.register
class Deep(Estimator):
    """One backward pass for each background row. Adds up, but is the Shapley value only of what
    each layer does to its own inputs one by one: the error does not go away."""

    about: ClassVar[About] = About(
        id="deep",
        label="Deep",
        summary="Passes differences from each background row backwards through the layers.",
        formula=r"m_{\Delta x\Delta t}=\frac{C_{\Delta x\Delta t}}{\Delta x}",
        source="Shrikumar, Greenside and Kundaje 2017; Lundberg and Lee 2017, section 4.2",
        url="https://arxiv.org/abs/1704.02685",
    )
    drawn: ClassVar[bool] = False

    def unfit(self, model: Explained) -> str:
        return no_network(model)

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        explainer = shap().DeepExplainer(model.network, tensor(model, background))
        found = explainer.shap_values(tensor(model, rows), check_additivity=False)
        return model.gathered(np.asarray(found, np.float64).reshape(len(rows), -1))
