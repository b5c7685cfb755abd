"""Tree SHAP: the paths of an ensemble read leaf by leaf, by shap."""

import copy
from typing import Any, ClassVar

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
        ensemble, cuts = by_places(model.trees.ensemble, rows.shape[1])

        def places(some: Array) -> Array:
            return np.stack([np.searchsorted(c, x) for c, x in zip(cuts, some.T, strict=True)], 1)

        masker = shap().maskers.Independent(
            places(background).astype(np.float64), max_samples=len(background)
        )
        explainer = shap().TreeExplainer(ensemble, masker, feature_perturbation="interventional")
        given = places(rows).astype(np.float64)
        found = np.asarray(explainer.shap_values(given, check_additivity=False), np.float64)
        return found.reshape(*rows.shape, -1) @ model.trees.readout


def by_places(ensemble: Any, features: int) -> tuple[Any, list[Array]]:
    """A copy that cuts the places of values between its cuts, and these, in order, by feature.

    shap compares in single precision: the seconds of a day would be one time to it, and what is
    tiny nothing. Places are small whole numbers, and x <= cut says the same of them.
    """
    ensemble = copy.deepcopy(ensemble)
    nodes = [tree.nodes for step in ensemble._predictors for tree in step]
    every = np.concatenate([some[some["is_leaf"] == 0] for some in nodes])
    cuts = [np.unique(every["num_threshold"][every["feature_idx"] == i]) for i in range(features)]
    for some in nodes:
        for i, cut in enumerate(cuts):
            mine = (some["is_leaf"] == 0) & (some["feature_idx"] == i)
            some["num_threshold"][mine] = np.searchsorted(cut, some["num_threshold"][mine]) + 0.5
    return ensemble, cuts
