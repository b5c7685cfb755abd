"""Presenter mode: everything is on the screen of a projector, and a remote's keys work at once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.lab import SOON, Lab

BOX = "element => element.getBoundingClientRect().toJSON()"


@pytest.fixture
def lab(new_page: Callable[..., Any]) -> Lab:
    lab = Lab(new_page(viewport={"width": 1280, "height": 720}))
    lab.open(data="moons", epochs=30, seed=3)
    lab.at("presenter").locator("label").first.click()
    lab.page.wait_for_selector(".st-key-scene_forward", timeout=SOON)
    return lab


def test_the_next_scene_comes_right_after_the_switch(lab: Lab) -> None:
    before = lab.page.url
    lab.page.keyboard.press("PageDown")
    lab.page.wait_for_url(lambda url: url != before, timeout=SOON)


def test_title_button_and_first_chart_are_seen_whole(lab: Lab) -> None:
    lab.page.wait_for_selector(".st-key-lab_surface .main-svg", state="attached", timeout=SOON)
    lab.page.wait_for_timeout(500)
    title = lab.page.locator("h3").first
    at = title.evaluate(BOX)
    on_top = lab.page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('h3') !== null",
        [at["x"] + 20, at["y"] + at["height"] / 2],
    )
    assert on_top, "nothing lies on the title"
    label = lab.at("lab_play").locator("button p").first
    assert label.evaluate("p => p.scrollWidth <= p.clientWidth"), "the main button's word is whole"
    assert lab.at("lab_surface").evaluate(BOX)["y"] < 450


def test_black_lines_are_the_ink_of_a_dark_page(new_page: Callable[..., Any]) -> None:
    page = new_page(color_scheme="dark")
    page.goto("/optimizers?section=race&figure=by_optimizer")
    page.wait_for_function(
        """() => document.querySelector('.st-key-optim_classic .js-plotly-plot')?._fullData
            ?.some(trace => trace.name === 'Adam')""",
        timeout=2 * SOON,
    )
    colour = page.evaluate(
        """() => document.querySelector('.st-key-optim_classic .js-plotly-plot')._fullData
            .find(trace => trace.name === 'Adam').line.color"""
    )
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    assert min(parts) > 200, colour
