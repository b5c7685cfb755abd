"""Linear SHAP: weights times the distance from the mean, by shap."""

from typing import ClassVar

import numpy as np

from engine.config import About
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator, shap
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.words import said


@ESTIMATORS.register
class LinearWeights(Estimator):
    about: ClassVar[About] = About(
        id="linear",
        label="Linear",
        summary="Reads the weights of a linear model: its Shapley values in closed form.",
        formula=r"w_i\,(x_i-\bar b_i)",
        source="Lundberg and Lee 2017, corollary 1",
        url="https://arxiv.org/abs/1705.07874",
    )
    exact: ClassVar[bool] = True
    drawn: ClassVar[bool] = False

    def unfit(self, model: Explained) -> str:
        return (
            ""
            if model.linear
            else said("It reads weights, and the explained number is not linear.")
        )

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        if model.linear is None:
            raise ValueError(self.unfit(model))
        masker = shap().maskers.Independent(model.encode(background), max_samples=len(background))
        explainer = shap().LinearExplainer((model.linear.weights, model.linear.bias), masker)
        found = explainer.shap_values(model.encode(rows))
        return model.gathered(np.asarray(found, np.float64))
