"""How fast is a picture made? Kept features against whole passes, and what a person waits for."""

import os
import statistics
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
from tests.benchmarks.test_latency import until_drawn

pytestmark = pytest.mark.bench

FILM = ".st-key-sampling_film .js-plotly-plot"
MOST = 852_160  # parameters of the public notebook's model


def big(size: int) -> Density:
    """256 levels, 64 channels, 7 gated layers."""
    model = AUTOREGRESSIVE["gated"](channels=64, layers=7)
    return model.build((1, size, size), 256).eval().requires_grad_(False)


def seconds(work: Callable[[], Any], times: int = 1) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def whole_passes(model: Density, batch: int, size: int) -> float:
    """Seconds of a pass of the rows so far for every pixel: one pass of each height, measured."""
    total = 0.0
    for row in range(size):
        z = torch.zeros(batch, 1, row + 1, size)
        total += size * seconds(lambda z=z: model.parameters_at(z))
    return total


@pytest.mark.parametrize(("batch", "goal"), [(1, 10), (16, 40)])
def test_kept_features_against_whole_passes(batch: int, goal: int) -> None:
    model = big(28)
    parameters = sum(p.numel() for p in model.parameters())
    assert parameters <= MOST
    model.parameters_at(torch.zeros(batch, 1, 28, 28))
    kept = seconds(lambda: sample(model, uniforms((batch, 1, 28, 28), 0)), 3)
    whole = whole_passes(model, batch, 28)
    print(
        f"\nbatch {batch}: kept features {kept:.2f} s, whole passes of the rows so far "
        f"{whole:.1f} s, ratio {whole / kept:.1f} (goal {goal}), {parameters:,} parameters, "
        f"{torch.get_num_threads()} threads of {os.cpu_count()} cores"
    )


def test_time_a_pixel_does_not_grow_with_the_picture() -> None:
    a_pixel = {
        size: seconds(lambda size=size: sample(big(size), uniforms((1, 1, size, size), 0)), 3)
        / size**2
        for size in (28, 64)
    }
    print(
        f"\na pixel at 28x28: {1e3 * a_pixel[28]:.2f} ms, at 64x64: {1e3 * a_pixel[64]:.2f} ms, "
        f"ratio {a_pixel[64] / a_pixel[28]:.2f} (at most 1.3)"
    )


def test_one_digit_with_its_whole_trajectory() -> None:
    model = shipped("digits").model
    took = seconds(lambda: trajectory(model, uniforms((1, 1, 8, 8), 1), 3), 9)
    print(f"\na digit with its whole trajectory: {1e3 * took:.0f} ms (at most 300)")


def test_step_to_new_picture(page: Any) -> None:
    page.goto("/sampling?label=3&at=0")
    page.wait_for_selector(f"{FILM} .main-svg")
    page.wait_for_timeout(3000)
    found = []
    for _ in range(9):
        press = page.locator(".st-key-sampling_film .blindspot-film button[name=next]")
        found.append(until_drawn(page, FILM, press.click))
        page.wait_for_timeout(600)
    median = statistics.median(found)
    print(
        f"\nstep to new picture: median {1e3 * median:.0f} ms of 9 ({1e3 * min(found):.0f} to "
        f"{1e3 * max(found):.0f}), {median / 0.25:.2f} x the limit of 250 ms"
    )
