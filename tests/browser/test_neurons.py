"""The page Neurons and losses in a browser: a point is placed, and the proof follows."""

from typing import Any

import pytest

from tests.browser.lab import SOON, Lab


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def show(lab: Lab, query: str, chart: str) -> None:
    lab.page.goto(f"/neurons?{query}")
    lab.at(chart).locator(".main-svg").first.wait_for(timeout=SOON)
    lab.settled()


def test_a_point_of_the_other_class_takes_the_line_away(lab: Lab) -> None:
    """AND has a line; a point of class 1 at the false corner's far side takes it away."""
    show(lab, "perceptron.plane.preset=and", "neurons_perceptron")
    lab.page.get_by_text("no point is wrong").wait_for(timeout=SOON)
    area = lab.at("neurons_perceptron_points").locator("svg").first
    area.scroll_into_view_if_needed()
    lab.at("neurons_perceptron_points").get_by_role("button", name="class 1").first.click()
    box = area.bounding_box()
    assert box
    lab.page.mouse.click(box["x"] + 0.05 * box["width"], box["y"] + 0.95 * box["height"])
    lab.until("() => location.search.includes('perceptron.plane.preset=own')")
    lab.page.get_by_text("No line exists.").wait_for(timeout=SOON)
    assert len(lab.link["perceptron.plane.own"].split("~")) == 5
