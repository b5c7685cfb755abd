"""Every coalition asked once: Shapley values without any estimate."""

from typing import ClassVar

import numpy as np

from engine.config import About
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator
from engine.topics.explain_tables.shapley.coalitions import MOST
from engine.topics.explain_tables.shapley.exact import shapley
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.topics.explain_tables.shapley.value import interventional
from engine.words import said


@ESTIMATORS.register
class Exact(Estimator):
    about: ClassVar[About] = About(
        id="exact",
        label="Exact",
        summary="Asks the model for each of the 2^F coalitions.",
        formula=r"\sum_{S\not\ni i}\frac{|S|!\,(F-|S|-1)!}{F!}\,[v(S\cup i)-v(S)]",
        source="Shapley 1953; Lundberg and Lee 2017, equation 8",
        url="https://arxiv.org/abs/1705.07874",
    )
    exact: ClassVar[bool] = True
    drawn: ClassVar[bool] = False

    def unfit(self, model: Explained) -> str:
        features = len(model.features)
        if features <= MOST:
            return ""
        return said(
            "{features} features have 2^{features} coalitions; all are asked for at most {most}.",
            features=features,
            most=MOST,
        )

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        return np.stack([shapley(interventional(model, row, background)) for row in rows])

    def asks(self, features: int, rows: int, background: int) -> int | None:
        return rows * 2**features * background
