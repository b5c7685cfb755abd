"""Tree SHAP: the paths of an ensemble read leaf by leaf, by shap."""

from typing import ClassVar

import numpy as np

from engine.config import About
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator, shap
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.words import said


@ESTIMATORS.register
class Tree(Estimator):
    about: ClassVar[About] = About(
        id="tree",
        label="Tree",
        summary="Follows each row and each background row through every tree: exact, and fast.",
        formula=r"\sum_{\text{trees}}\frac1B\sum_b\phi_i(\text{tree},x,b)",
        source="Lundberg et al. 2020, interventional Tree SHAP",
        url="https://doi.org/10.1038/s42256-019-0138-9",
    )
    exact: ClassVar[bool] = True
    drawn: ClassVar[bool] = False

    def unfit(self, model: Explained) -> str:
        return (
            ""
            if model.trees
            else said("It reads trees, and the explained number is not their sum.")
        )

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        if model.trees is None:
            raise ValueError(self.unfit(model))
        masker = shap().maskers.Independent(background, max_samples=len(background))
        explainer = shap().TreeExplainer(
            model.trees.ensemble, masker, feature_perturbation="interventional"
        )
        found = np.asarray(explainer.shap_values(rows, check_additivity=False), np.float64)
        return found.reshape(*rows.shape, -1) @ model.trees.readout
