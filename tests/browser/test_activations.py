"""The Activations page in a browser: knobs redraw, a cell opens, a training is followed."""

from typing import Any

import pytest

from tests.browser.lab import SOON, Lab

_FIRST = """key => {
    const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
    return plot?._fullData?.length ? JSON.stringify(Array.from(plot._fullData[0].y ?? [])) : null;
}"""
_OTHER = f"([key, before]) => {{ const now = ({_FIRST})(key); return now && now !== before; }}"


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def show(lab: Lab, query: str, chart: str) -> None:
    lab.page.goto(f"/activations?{query}")
    lab.at(chart).locator(".main-svg").first.wait_for(timeout=SOON)
    lab.settled()


@pytest.mark.parametrize(
    ("query", "knob", "chart", "name"),
    [
        ("gallery.shown=tanh", "act_gallery.bias", "act_curves", "gallery.bias"),
        ("section=neuron", "act_weight_0", "act_tangent", "neuron.weights"),
        ("section=signal", "act_deep.signal.depth", "act_layers", "deep.signal.depth"),
    ],
)
def test_a_knob_redraws_and_is_in_the_link(
    lab: Lab, query: str, knob: str, chart: str, name: str
) -> None:
    show(lab, query, chart)
    index = chart == "act_tangent"  # the curve stays, the tangent moves
    script = _FIRST.replace("_fullData[0]", f"_fullData[{int(index)}]")
    before = lab.page.evaluate(script, chart)
    lab.slider(knob).focus()
    lab.page.keyboard.press("ArrowLeft")
    other = _OTHER.replace("_fullData[0]", f"_fullData[{int(index)}]")
    lab.until(other, [chart, before])
    assert name in lab.link


def test_a_click_on_the_map_opens_that_pair(lab: Lab) -> None:
    show(lab, "section=signal&deep.signal.depth=4&deep.signal.width=16", "act_map")
    board = lab.at("act_map")
    board.scroll_into_view_if_needed()
    box = board.locator(".nsewdrag").first.bounding_box()
    assert box
    lab.page.mouse.move(box["x"] + 20, box["y"] + 10)
    lab.page.mouse.click(box["x"] + 20, box["y"] + 10)
    lab.until("() => location.search.includes('deep.signal.activation=absolute')")
    assert lab.link["deep.signal.initialiser"] == "constant"


def test_a_deep_network_trains_and_its_pictures_can_be_scrubbed(lab: Lab) -> None:
    query = "section=signal&deep.signal.depth=3&deep.signal.width=16&deep.steps=50"
    show(lab, query, "act_layers")
    before = lab.page.evaluate(_FIRST, "act_layers")
    lab.press("act_signal_start")
    lab.at("act_signal_again").wait_for(timeout=SOON)
    lab.until(_OTHER, ["act_layers", before])
    lab.settled()
    trained = lab.page.evaluate(_FIRST, "act_layers")
    lab.slider("act_film").focus()
    lab.page.keyboard.press("Home")
    lab.until(_OTHER, ["act_layers", trained])


def test_counting_squares_trains_and_says_what_it_found(lab: Lab) -> None:
    show(lab, "section=squares&squares.seeds=2&squares.steps=50", "act_sheet")
    lab.press("act_squares_start")
    lab.at("act_squares_again").wait_for(timeout=SOON)
    lab.page.get_by_text("95 % interval").first.wait_for()
    for chart in ("act_counting", "act_answers", "act_readouts", "act_look"):
        lab.at(chart).locator(".main-svg").first.wait_for()


def test_dead_units_train_with_the_switch_marked(lab: Lab) -> None:
    lab.page.goto("/activations?section=dead&dead.seeds=2&dead.steps=50")
    lab.at("act_dead_start").wait_for(timeout=SOON)
    lab.press("act_dead_start")
    lab.at("act_dead_again").wait_for(timeout=SOON)
    lab.at("act_dead_units").locator(".main-svg").first.wait_for()
    assert lab.page.get_by_text("switch to leaky").count()
