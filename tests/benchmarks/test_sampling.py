"""How fast is a picture made? Kept features against whole passes, and what a person waits for."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import torch

from engine.autoregressive.density import Density
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.sampling import sample, uniforms
from engine.autoregressive.trajectory import trajectory
from engine.topics.autoregressive.shipped import shipped
from tests.benchmarks.table import note
from tests.benchmarks.test_latency import TRIES, of_a_knob, until_drawn

pytestmark = pytest.mark.bench

FILM = ".st-key-sampling_film .js-plotly-plot"
MOST = 852_160  # parameters of the public notebook's model


def big(size: int) -> Density:
    """256 levels, 64 channels, 7 gated layers."""
    model = AUTOREGRESSIVE["gated"](channels=64, layers=7)
    return model.build((1, size, size), 256).eval().requires_grad_(False)


def seconds(work: Callable[[], Any], times: int = 1) -> list[float]:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return found


def whole_passes(model: Density, batch: int, size: int) -> float:
    """Seconds of a pass of the rows so far for every pixel: one pass of each height, measured."""
    total = 0.0
    for row in range(size):
        z = torch.zeros(batch, 1, row + 1, size)
        total += size * seconds(lambda z=z: model.parameters_at(z))[0]
    return total


@pytest.mark.parametrize(("batch", "goal"), [(1, 10), (16, 40)])
def test_kept_features_against_whole_passes(batch: int, goal: int) -> None:
    model = big(28)
    parameters = sum(p.numel() for p in model.parameters())
    assert parameters <= MOST
    model.parameters_at(torch.zeros(batch, 1, 28, 28))
    kept = seconds(lambda: sample(model, uniforms((batch, 1, 28, 28), 0)), 3)
    what = f"a 28x28 picture from kept features, batch {batch}, {parameters:,} parameters"
    whole = [whole_passes(model, batch, 28)]
    note(what, kept, "whole passes of the rows so far", whole, 1 / goal)


def test_time_a_pixel_does_not_grow_with_the_picture() -> None:
    a_pixel = {
        size: [
            taken / size**2
            for taken in seconds(
                lambda size=size: sample(big(size), uniforms((1, 1, size, size), 0)), 3
            )
        ]
        for size in (28, 64)
    }
    note("a pixel of 64x64", a_pixel[64], "a pixel of 28x28", a_pixel[28], 1.3)


def test_one_digit_with_its_whole_trajectory() -> None:
    model = shipped("digits").model
    took = seconds(lambda: trajectory(model, uniforms((1, 1, 8, 8), 1), 3), 9)
    passes = seconds(lambda: [model.parameters_at(torch.zeros(1, 1, 8, 8)) for _ in range(64)], 3)
    note("a digit with its whole trajectory", took, "64 passes of its network", passes, 2)


def test_step_to_new_picture(page: Any, bare_knob: list[float]) -> None:
    page.goto("/sampling?label=3&at=0")
    page.wait_for_selector(f"{FILM} .main-svg")
    page.wait_for_timeout(3000)
    found = []
    for _ in range(TRIES):
        press = page.locator(".st-key-sampling_film .blindspot-film button[name=next]")
        found.append(until_drawn(page, FILM, press.click))
        page.wait_for_timeout(600)
    of_a_knob("sampling: a step", found, bare_knob)
