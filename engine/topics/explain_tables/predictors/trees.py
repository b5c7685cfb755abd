"""Gradient-boosted trees of a table: many small trees, each of what the others left over."""

from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.device import number_for
from engine.topics.explain_tables.predictors._spec import PREDICTORS, Learnt, Predictor
from engine.topics.explain_tables.tables.data import Encoding, Floats, Table, spread


@PREDICTORS.register
class Trees(Predictor):
    """Every tree cuts raw columns; a category is cut by its number, so that a column stays one
    feature inside the trees as well."""

    about: ClassVar[About] = About(
        id="trees",
        label="Boosted trees",
        summary="A sum of small trees, each fitted to what the ones before left over.",
        formula=r"F_m(x) = F_{m-1}(x) + \eta\, t_m(x)",
        source="Friedman, Greedy Function Approximation: A Gradient Boosting Machine, 2001",
        url="https://doi.org/10.1214/aos/1013203451",
    )
    trees: int = knob(
        80, "Trees", "One for each class where there are more than two.", ge=1, le=300, log=True
    )
    leaves: int = knob(8, "Leaves", "Of each tree, at most.", ge=2, le=31)
    learning_rate: float = knob(
        0.1, "Learning rate η", "Share of each tree that is added.", ge=0.01, le=1, log=True
    )

    def fit(self, table: Table, encoding: Encoding, seed: int) -> Learnt:
        from sklearn.ensemble import (  # slow to import
            HistGradientBoostingClassifier,
            HistGradientBoostingRegressor,
        )

        x, y, unit = table.x[table.train], table.y[table.train], 1.0
        if not table.classes:  # it learns in single precision; a power of two changes no digit
            unit = float(np.ldexp(1.0, np.frexp(spread(y))[1]))
        kind = HistGradientBoostingClassifier if table.classes else HistGradientBoostingRegressor
        model = kind(
            max_iter=self.trees,
            max_leaf_nodes=self.leaves,
            learning_rate=self.learning_rate,
            early_stopping=False,
            random_state=number_for(seed, "trees") % 2**32,
        ).fit(x, y.astype(np.int64) if table.classes else y / unit)

        def logits(rows: Floats) -> Floats:
            if not table.classes:
                return unit * np.asarray(model.predict(rows), np.float64)[:, None]
            raw = np.asarray(model.decision_function(rows), np.float64)
            return raw if raw.ndim == 2 else np.stack([-raw / 2, raw / 2], 1)

        leaves = sum(p.get_n_leaf_nodes() for step in model._predictors for p in step)
        return Learnt(logits=logits, trees=model, unit=unit, parameters=leaves)
