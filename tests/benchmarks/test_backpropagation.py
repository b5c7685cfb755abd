"""How fast is the engine of the backpropagation page? Ratios of runs in this process."""

import time
from collections.abc import Callable

import numpy as np
import pytest
import torch

from engine.topics.backpropagation.expression import ExpressionConfig
from engine.topics.backpropagation.gradient_check import (
    CheckConfig,
    by_differences,
    forward,
    problem,
)
from engine.topics.backpropagation.passes import passes
from engine.topics.backpropagation.step_sizes import u_curve
from tests.benchmarks.table import PRODUCT, note, product

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("one_core")]
LARGE = CheckConfig(widths=(20, 90, 80, 10))  # 9,980 parameters


def several(work: Callable[[], object], rounds: int = 7) -> list[float]:
    work()
    found = []
    for _ in range(rounds):
        begun = time.thread_time()
        work()
        found.append(time.thread_time() - begun)
    return found


@torch.no_grad()
def looped() -> None:
    """Every parameter of the large network, one after the other, by whole forward passes."""
    task = problem(LARGE)
    for layer in task.layers:
        for i, j in np.ndindex(*layer.shape):
            before = layer[i, j].item()
            for sign in (1, -1):
                layer[i, j] = before + sign * 1e-5
                task.losses(forward(task)[1][-1]).mean().item()
            layer[i, j] = before


def test_a_check_of_every_parameter_is_ten_times_as_fast_as_a_loop() -> None:
    task = problem(LARGE)
    ours = several(lambda: by_differences(task, 1e-5))
    begun = time.thread_time()
    looped()
    loop = [time.thread_time() - begun]
    note("backpropagation: 9,980 parameters checked", ours, "a loop over parameters", loop, 0.1)


@pytest.mark.parametrize(
    ("name", "work", "goal"),
    [
        ("both passes of 19 gates", lambda: _passes("units"), 1),
        ("the U of 100 step sizes", lambda: u_curve(CheckConfig()), 12),
    ],
)
def test_a_picture_is_computed_while_a_knob_moves(name, work, goal):
    note(f"backpropagation: {name}", several(work), PRODUCT, product(), goal)


def _passes(example: str) -> object:
    config = ExpressionConfig(example=example)
    return passes(config.graph, config.numbers, config.end)
