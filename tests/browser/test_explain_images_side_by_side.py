"""Explaining one picture in a browser: maps arrive, a layer is clicked, sums are compared."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.browser.lab import SOON, Lab

_DRAWN = """([key, type]) => document.querySelector(`.st-key-${key} .js-plotly-plot`)
    ?._fullData?.filter(trace => trace.type === type).length ?? 0"""
_FIRST = """() => { const plot = document.querySelector('.st-key-images_maps .js-plotly-plot');
    const map = plot?._fullData?.find(trace => trace.type === 'heatmap');
    return map ? JSON.stringify(map.z.map(row => Array.from(row))) : null; }"""


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def show(lab: Lab, query: str, count: int) -> None:
    """Open Look and wait until so many maps have come."""
    lab.page.goto(f"/explain_images?section=look&{query}")
    arrived(lab, count)


def arrived(lab: Lab, count: int) -> None:
    lab.until(f"args => ({_DRAWN})(args) === {count}", ["images_maps", "heatmap"])
    lab.settled()


def first(lab: Lab) -> str:
    return str(lab.page.evaluate(_FIRST))


def test_slow_maps_arrive_after_the_quick_ones(lab: Lab) -> None:
    show(lab, "look.methods=grad_cam~integrated_gradients~kernel_shap~lime&picture=3", 4)


def test_a_click_on_a_layer_explains_by_that_layer(lab: Lab) -> None:
    show(lab, "look.methods=grad_cam~integrated_gradients", 2)
    before = first(lab)
    board = lab.at("images_layers")
    board.scroll_into_view_if_needed()
    box = board.locator(".nsewdrag").first.bounding_box()
    assert box
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.click(x, y)
    lab.until("() => location.search.includes('look.layer=conv1')")
    lab.until(f"before => {{ const now = ({_FIRST})(); return now && now !== before; }}", before)


def test_menus_name_the_layers_of_the_network_that_is_open(lab: Lab) -> None:
    show(lab, "look.methods=grad_cam", 1)
    menu = lab.page.locator("[class*=st-key-images_look-layer]").get_by_role("combobox")
    assert menu.input_value() == "the last (act4)"
    lab.page.locator("[class*=st-key-images_network_]").get_by_role("combobox").click()
    lab.page.get_by_role("option", name="Digits").click()
    lab.until("() => location.search.includes('network=digits')")
    lab.until(
        """() => document.querySelector('[class*=st-key-images_look-layer] input')?.value
            === 'the last (act2)'"""
    )


def test_sums_are_compared_and_repeats_are_measured(lab: Lab) -> None:
    lab.page.goto("/explain_images?section=residual")
    lab.until(
        """() => document.querySelector('.st-key-images_residual_bars .js-plotly-plot')
            ?._fullData?.[0]?.y?.length === 6"""
    )
    query = "section=stability&stability.repeats=3&stability.methods=saliency~grad_cam"
    lab.page.goto(f"/explain_images?{query}")
    lab.at("images_stability_start").wait_for(timeout=SOON)
    lab.press("images_stability_start")
    lab.at("images_stability_again").wait_for(timeout=2 * SOON)
    lab.until(f"args => ({_DRAWN})(args) === 4", ["images_stability_maps", "heatmap"])


def test_a_file_is_explained_again_and_again(lab: Lab) -> None:
    query = "section=stability&look.source=upload&stability.repeats=3"
    lab.page.goto(f"/explain_images?{query}&stability.methods=saliency~grad_cam")
    file = lab.at("images_upload").locator("input[type=file]")
    file.wait_for(state="attached", timeout=SOON)
    out = io.BytesIO()
    Image.radial_gradient("L").save(out, "PNG")
    file.set_input_files({"name": "ball.png", "mimeType": "image/png", "buffer": out.getvalue()})
    lab.until(f"args => ({_DRAWN})(args) === 4", ["images_stability_maps", "heatmap"])
    lab.page.get_by_text("for 6 maps").wait_for(timeout=SOON)


def test_on_a_phone_layers_stand_in_rows_and_buttons_above_the_chart(
    browser: Any, server: Any
) -> None:
    size = {"width": 390, "height": 844}
    with browser.new_context(base_url=server.url, viewport=size, has_touch=True) as phone:
        lab = Lab(phone.new_page())
        show(lab, "look.methods=grad_cam", 1)
        chart = ".st-key-images_layers .js-plotly-plot"
        lab.until(f"() => document.querySelector('{chart}')?._fullData?.length")
        heights = f"() => new Set(document.querySelector('{chart}')._fullData[0].y).size"
        assert lab.page.evaluate(heights) > 1, "the layers stand in one row"
        buttons = lab.page.locator(f"{chart} .modebar").bounding_box()
        drawing = lab.page.locator(f"{chart} .main-svg").first.bounding_box()
        assert buttons and drawing
        assert buttons["y"] + buttons["height"] <= drawing["y"] + 2
