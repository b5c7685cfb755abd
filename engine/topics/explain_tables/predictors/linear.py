"""A linear model of a table: what every other one is compared with, and whose Shapley values are
known in closed form."""

import warnings
from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.topics.explain_tables.predictors._spec import PREDICTORS, Learnt, Predictor
from engine.topics.explain_tables.tables.data import Encoding, Floats, Table
from engine.words import said

ITERATIONS = 500  # at most, of the solver of a logistic regression


@PREDICTORS.register
class Linear(Predictor):
    about: ClassVar[About] = About(
        id="linear",
        label="Linear",
        summary="A weighted sum of the columns: logistic regression, or ridge for a number.",
        formula=r"Wx + b",
        source="Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, "
        "sections 3.4 and 4.4",
        url="https://scikit-learn.org/stable/modules/linear_model.html",
    )
    penalty: float = knob(
        1.0, "L2 penalty", "Pulls the weights to zero.", ge=0.001, le=1000, log=True
    )

    def fit(self, table: Table, encoding: Encoding, seed: int) -> Learnt:
        from sklearn.exceptions import ConvergenceWarning  # slow to import
        from sklearn.linear_model import LogisticRegression, Ridge

        remarks: tuple[str, ...] = ()
        x, y = encoding(table.x[table.train]), table.y[table.train]
        if table.classes:
            model = LogisticRegression(C=1 / self.penalty, max_iter=ITERATIONS)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # said below
                model.fit(x, y.astype(np.int64))
            if model.n_iter_.max() >= ITERATIONS:
                remarks = (
                    said(
                        "The logistic regression stopped after {most} iterations, before its "
                        "weights came to rest. A larger L2 penalty lets it arrive.",
                        most=ITERATIONS,
                    ),
                )
            weights, bias = model.coef_, model.intercept_
            if len(table.classes) == 2:  # one row of weights: half of it each way
                weights = np.concatenate([-weights, weights]) / 2
                bias = np.concatenate([-bias, bias]) / 2
        else:
            model = Ridge(alpha=self.penalty).fit(x, y)
            weights, bias = model.coef_[None], np.array([model.intercept_])

        def logits(rows: Floats) -> Floats:
            return encoding(rows) @ weights.T + bias

        return Learnt(
            logits=logits,
            weights=(weights, bias),
            parameters=weights.size + bias.size,
            remarks=remarks,
        )
