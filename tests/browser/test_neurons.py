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


def drawn(lab: Lab, name: str, chart: str) -> list[float]:
    """Heights of one trace of a chart."""
    found: list[float] = lab.page.evaluate(
        """([key, name]) => Array.from(document.querySelector(`.st-key-${key} .js-plotly-plot`)
            ._fullData.find(trace => trace.name === name).y)""",
        [chart, name],
    )
    return found


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


def test_another_loss_pushes_other_points(lab: Lab) -> None:
    """The squared loss is chosen: the sentence is of that loss, and so is the link."""
    show(lab, "section=losses", "neurons_race")
    lab.page.get_by_text("Under logistic, ").wait_for(timeout=SOON)
    lab.page.get_by_role("radio", name="squared").click()
    lab.page.get_by_text("Under squared, ").wait_for(timeout=SOON)
    assert lab.link["losses.push"] == "squared"
    lab.at("neurons_seeds_forest").locator(".main-svg").first.wait_for(timeout=SOON)


def test_a_logit_is_raised_and_a_label_is_added(lab: Lab) -> None:
    show(lab, "section=softmax", "neurons_softmax")
    lab.page.get_by_role("slider", name="Logit 1").press("ArrowRight")
    lab.until("() => location.search.includes('softmax.logits=2.1')")
    show(lab, "section=softmax&examples=many", "neurons_likely")
    lab.page.get_by_text("6 of 8 answers are right").wait_for(timeout=SOON)
    lab.page.get_by_text("Change the answers").click()
    lab.at("neurons_answers_points").get_by_role("button", name="class 1").first.click()
    area = lab.at("neurons_answers_points").locator("svg").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    lab.page.mouse.click(box["x"] + 0.97 * box["width"], box["y"] + 0.5 * box["height"])
    lab.page.get_by_text("7 of 9 answers are right").wait_for(timeout=SOON)


def test_an_outlier_is_added_and_the_squared_error_follows(lab: Lab) -> None:
    show(lab, "section=curves&curves.degree=1&curves.shown=squared~huber", "neurons_fit")
    lines = {name: drawn(lab, name, "neurons_fit") for name in ("least squares", "Huber")}
    place = lab.at("neurons_curves_points")
    place.get_by_role("button", name="outlier").first.click()
    area = place.locator("svg").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    lab.page.mouse.click(box["x"] + 0.95 * box["width"], box["y"] + 0.04 * box["height"])
    lab.until("() => location.search.includes('curves.own')")
    lab.settled()
    lab.page.wait_for_function(
        "() => document.querySelector('.st-key-neurons_fit .js-plotly-plot')._fullData"
        ".some(trace => trace.name === 'outliers')"
    )
    moved = {
        name: abs(drawn(lab, name, "neurons_fit")[-1] - before[-1])
        for name, before in lines.items()
    }
    assert moved["least squares"] > 2 * moved["Huber"] > 0


def test_a_sample_appears_where_there_is_a_density(lab: Lab) -> None:
    show(lab, "section=density&density.method=logistic", "neurons_plane")
    lab.button("neurons_sample").click()
    lab.page.get_by_text("There is nothing to draw from.").wait_for(timeout=SOON)
    lab.page.get_by_text("QDA", exact=True).first.click()
    lab.page.get_by_text("points that QDA made up").wait_for(timeout=SOON)
    lab.settled()
    assert len(drawn(lab, "made up, class 1", "neurons_plane")) > 40


def test_a_click_on_a_wrong_answer_shows_its_picture(lab: Lab) -> None:
    show(lab, "section=features&features.given=shape", "neurons_features_answers")
    area = lab.at("neurons_features_answers").locator(".nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    lab.page.mouse.click(box["x"] + 0.71 * box["width"], box["y"] + 0.9 * box["height"])
    lab.until("() => location.search.includes('features.picture=')")
    number = int(lab.link["features.picture"])
    lab.page.get_by_text(f"Picture {number} is a ring").wait_for(timeout=SOON)
    assert number % 6 == 4, "classes follow each other, and the fifth is the ring"
