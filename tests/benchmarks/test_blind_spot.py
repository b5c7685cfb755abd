"""How long do exact fields and causality take? Medians, printed beside what they may take."""

import statistics
import time
from collections.abc import Callable

import pytest
import torch

from engine.autoregressive.causality import of_masks, of_model
from engine.autoregressive.masks import Masks
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES
from engine.topics.autoregressive.shipped import names, shipped

pytestmark = pytest.mark.bench
LAYERS, SIDE, KERNEL = 10, 28, 3


def report(what: str, work: Callable[[], object], limit: float, times: int = 9) -> None:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    print(
        f"\n{what}: median {1e3 * statistics.median(found):,.1f} ms of {times} "
        f"({1e3 * min(found):,.1f} to {1e3 * max(found):,.1f}), at most {1e3 * limit:,.0f} ms"
    )


@pytest.mark.parametrize("what", [propagate, of_masks], ids=["exact fields", "causality"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_target_at_once(scheme: str, what: Callable[[Masks, int, int, int], object]) -> None:
    masks = SCHEMES[scheme]().masks(KERNEL)
    report(
        f"{what.__name__} of all {SIDE}x{SIDE} targets, {LAYERS} layers, {scheme}",
        lambda: what(masks, LAYERS, SIDE, SIDE),
        0.05,
    )


@pytest.mark.parametrize("name", names())
def test_causality_of_a_shipped_model(name: str) -> None:
    model = shipped(name).model
    x = torch.zeros(model.shape, dtype=torch.int64)
    y = torch.tensor(0) if model.classes else None
    report(
        f"causality of {name} {tuple(x.shape)}, every pixel poked",
        lambda: of_model(model, x, model.ranks(), y),
        10.0,
        3,
    )
