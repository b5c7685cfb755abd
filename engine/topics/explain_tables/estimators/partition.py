"""Partition SHAP: features join in groups of alike ones; Owen values, by shap."""

from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.topics.explain_tables.estimators._plain import plain
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator, drawn, shap
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.topics.explain_tables.tables.data import spread
from engine.words import said


@ESTIMATORS.register
class Partition(Estimator):
    """Owen values of a hierarchy in which correlated columns are near: another question than
    Shapley's, so more samples do not make it equal to the exact values."""

    about: ClassVar[About] = About(
        id="partition",
        label="Partition",
        summary="Features that go together share first: Owen values of a tree of correlated "
        "columns.",
        source="Owen 1977, Values of games with a priori unions; shap's PartitionExplainer",
        url="https://shap.readthedocs.io/en/latest/generated/shap.PartitionExplainer.html",
    )
    ladder: ClassVar[tuple[int, ...]] = (32, 128, 512, 2048)
    samples: int = knob(512, "Coalitions", "Asked for each row, at most.", ge=16, le=4096, log=True)

    def unfit(self, model: Explained) -> str:
        if len(model.features) > 1:
            return ""
        return said("It builds a tree of features, and one feature makes none.")

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        from scipy.cluster.hierarchy import linkage

        asked = plain(model, rows, background)
        masker = shap().maskers.Partition(
            asked.background, max_samples=len(background), clustering=linkage(apart(background))
        )
        with drawn(seed, "partition"):
            explainer = shap().PartitionExplainer(asked.predict, masker)
            found = explainer(asked.rows, max_evals=self.samples, silent=True)
        return np.asarray(found.values, np.float64)


def apart(background: Array) -> Array:
    """1 - correlation of each pair of columns, as scipy lists them; 1 for a constant column."""
    varies = background.max(0) > background.min(0)
    level = np.where(varies, (background - background.mean(0)) / spread(background), 0.0)
    size = np.sqrt((level**2).sum(0))
    level = np.divide(level, size, out=np.zeros_like(level), where=size > 0)
    return np.maximum(1 - (level.T @ level)[np.triu_indices(level.shape[1], 1)], 0)
