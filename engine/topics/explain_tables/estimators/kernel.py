"""Kernel SHAP: Shapley values as a weighted regression on coalitions, by shap."""

import warnings
from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.topics.explain_tables.estimators._plain import plain
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator, drawn, shap
from engine.topics.explain_tables.shapley.explained import Array, Explained


@ESTIMATORS.register
class Kernel(Estimator):
    about: ClassVar[About] = About(
        id="kernel",
        label="Kernel",
        summary="Fits a line through sampled coalitions, weighted so that its slopes are Shapley "
        "values.",
        formula=r"\min_\phi\sum_S\frac{F-1}{\binom{F}{|S|}|S|(F-|S|)}"
        r"\Bigl(v(S)-\phi_0-\sum_{i\in S}\phi_i\Bigr)^2",
        source="Lundberg and Lee 2017, theorem 2",
        url="https://arxiv.org/abs/1705.07874",
    )
    ladder: ClassVar[tuple[int, ...]] = (32, 128, 512, 2048)
    samples: int = knob(256, "Coalitions", "Asked for each row.", ge=16, le=4096, log=True)

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        asked = plain(model, rows, background)
        answers = asked.predict(np.concatenate([asked.background, asked.rows]))
        middle = answers[: len(background)].mean()
        # What is below 1e-10 it takes for nothing, in whatever unit.
        unit = np.ptp(answers) or np.abs(answers).max() or 1.0
        explainer = shap().KernelExplainer(
            lambda some: (asked.predict(some) - middle) / unit, asked.background
        )
        with drawn(seed, "kernel"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fewer coalitions than unknowns: the shortest solution
            # Without l1_reg=0 it would keep ten features and give the others nothing.
            found = explainer.shap_values(asked.rows, nsamples=self.samples, l1_reg=0, silent=True)
        return unit * np.asarray(found, np.float64)
