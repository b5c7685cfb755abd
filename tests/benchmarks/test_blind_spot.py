"""How long do exact fields and causality take?"""

import time
from collections.abc import Callable

import pytest
import torch

from engine.autoregressive.causality import of_masks, of_model
from engine.autoregressive.masks import Masks
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES
from engine.topics.autoregressive.shipped import names, shipped
from tests.benchmarks.table import PRODUCT, note, product

pytestmark = pytest.mark.bench
LAYERS, SIDE, KERNEL = 10, 28, 3


def report(what: str, work: Callable[[], object], goal: float, times: int = 9) -> None:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    note(what, found, PRODUCT, product(), goal)


@pytest.mark.parametrize("what", [propagate, of_masks], ids=["exact fields", "causality"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_target_at_once(scheme: str, what: Callable[[Masks, int, int, int], object]) -> None:
    masks = SCHEMES[scheme]().masks(KERNEL)
    report(
        f"{what.__name__} of all {SIDE}x{SIDE} targets, {LAYERS} layers, {scheme}",
        lambda: what(masks, LAYERS, SIDE, SIDE),
        2,
    )


@pytest.mark.parametrize("name", names())
def test_causality_of_a_shipped_model(name: str) -> None:
    model = shipped(name).model
    x = torch.zeros(model.shape, dtype=torch.int64)
    y = torch.tensor(0) if model.classes else None
    report(
        f"causality of {name} {tuple(x.shape)}, every pixel poked",
        lambda: of_model(model, x, model.ranks(), y),
        400,
        3,
    )
