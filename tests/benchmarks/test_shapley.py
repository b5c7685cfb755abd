"""How fast are Shapley values of a table's row? Beside shap's own explainers, in this process."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.device import generator
from engine.topics.explain_tables.estimators import ESTIMATORS, estimate
from engine.topics.explain_tables.estimators._spec import drawn, shap
from engine.topics.explain_tables.shapley.exact import shapley
from engine.topics.explain_tables.shapley.explained import Explained
from engine.topics.explain_tables.shapley.value import interventional
from tests.benchmarks.table import note

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("one_core")]
FEATURES, BACKGROUND = 12, 100  # 409,600 rows that a model is asked


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Median time of one core, after a first call that compiles."""
    work()
    taken = []
    for _ in range(rounds):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return statistics.median(taken)


def question(activation: type[nn.Module]) -> tuple[Explained, np.ndarray, np.ndarray]:
    draw = generator(0, "bench")
    module = nn.Sequential(
        nn.Linear(FEATURES, 32), activation(), nn.Linear(32, 32), activation(), nn.Linear(32, 1)
    ).double()
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.4, generator=draw)
    module.requires_grad_(False)
    rows = np.random.default_rng(0)
    model = Explained(
        predict=lambda x: module(torch.as_tensor(x, dtype=torch.float64)).squeeze(1).numpy(),
        features=tuple(f"x{i}" for i in range(FEATURES)),
        network=module,
    )
    return model, rows.normal(size=FEATURES), rows.normal(size=(BACKGROUND, FEATURES))


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh])
def test_exact_values_beside_shap(activation):
    model, row, background = question(activation)
    plain = replace(model, network=None)

    def kernel() -> np.ndarray:  # all 4,094 coalitions: as right as ours
        with drawn(0, "bench"):
            return shap().KernelExplainer(model.predict, background).shap_values(
                row[None], nsamples=2**FEATURES, l1_reg=0, silent=True
            )[0]  # fmt: skip

    def exact() -> np.ndarray:
        masker = shap().maskers.Independent(background, max_samples=BACKGROUND)
        return shap().ExactExplainer(model.predict, masker)(row[None]).values[0]

    ours = shapley(interventional(model, row, background))
    for theirs in (kernel(), exact()):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    mine = seconds(lambda: shapley(interventional(model, row, background)))
    batched = seconds(lambda: shapley(interventional(plain, row, background)), 3)
    by_kernel, by_exact = seconds(kernel, 3), seconds(exact, 3)
    what = f"exact Shapley values of 12 features, 100 background rows, {activation.__name__}"
    note(what, [mine], "shap's Exact", [by_exact], 1 / 9)
    note(what, [mine], "shap's Kernel of all coalitions", [by_kernel], 1 / 9)
    note(f"{what}, any model", [batched], "shap's Exact", [by_exact], 1)


def test_sampling_a_thousand_rows_beside_shaps_permutation():
    """Seconds to an error: both are unbiased, so the error falls with the root of the work."""
    model, _, background = question(nn.Tanh)
    rows = np.random.default_rng(1).normal(size=(20, FEATURES))
    true = estimate(ESTIMATORS["exact"](), model, rows, background).values

    def cost(id: str, samples: int) -> float:
        """Seconds times squared error: what is left when the amount of work is divided out."""
        part = ESTIMATORS[id].model_validate({"samples": samples})
        found = estimate(part, model, rows, background, seed=0).values
        taken = seconds(lambda: part.values(model, rows, background, 0), 3)
        return taken * float(((found - true) ** 2).mean())

    theirs = [cost("permutation", 10)]
    note("sampling, time to an error", [cost("sampling", 2)], "shap's Permutation", theirs, 1 / 5)
