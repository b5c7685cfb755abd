"""Permutation SHAP: random orders forwards and backwards, by shap."""

from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.topics.explain_tables.estimators._plain import plain
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator, drawn, shap
from engine.topics.explain_tables.shapley.explained import Array, Explained


@ESTIMATORS.register
class Permutation(Estimator):
    about: ClassVar[About] = About(
        id="permutation",
        label="Permutation",
        summary="Lets features become known in random orders and their reverse, each with the "
        "whole background.",
        formula=r"\frac1n\sum_{\pi}\,[v(\pi_{\le i})-v(\pi_{<i})]",
        source="Castro, Gómez and Tejada 2009; Mitchell et al. 2022",
        url="https://doi.org/10.1016/j.cor.2008.04.004",
    )
    ladder: ClassVar[tuple[int, ...]] = (1, 4, 16, 64)
    samples: int = knob(
        10, "Orders", "Each is walked forwards and backwards.", ge=1, le=512, log=True
    )

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        asked = plain(model, rows, background)
        masker = shap().maskers.Independent(asked.background, max_samples=len(background))
        most = self.samples * (2 * rows.shape[1] + 1)
        with drawn(seed, "permutation") as number:
            explainer = shap().PermutationExplainer(asked.predict, masker, seed=number)
            found = explainer(asked.rows, max_evals=most, silent=True)
        return np.asarray(found.values, np.float64)
