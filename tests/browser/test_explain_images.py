"""Explain images in a browser: other pictures, files good and bad, a drawing, and what climbs."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.browser.lab import SOON, Lab, word

_DRAWN = """key => {
    const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
    if (!plot?._fullData?.length || !plot.querySelector('.main-svg')) return null;
    return JSON.stringify(plot._fullData.map(trace => [
        trace.type, trace.source, trace.x && Array.from(trace.x),
        trace.z && Array.from(trace.z, row => Array.from(row)),
    ]));
}"""
_OTHER = f"([key, before]) => {{ const now = ({_DRAWN})(key); return now && now !== before; }}"
_MAPS = """count => document.querySelector('.st-key-images_maps .js-plotly-plot')?._fullData
    ?.filter(trace => trace.type === 'heatmap').length === count"""
TWO = "look.methods=grad_cam~saliency&look.focus=grad_cam"


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def show(lab: Lab, query: str, chart: str) -> str:
    """Open a link, and what its chart holds."""
    lab.page.goto(f"/explain_images?{query}")
    return other(lab, chart, "")


def other(lab: Lab, chart: str, before: str) -> str:
    """Wait until a chart holds something else; what it holds."""
    lab.until(_OTHER, [chart, before])
    lab.settled()
    return str(lab.page.evaluate(_DRAWN, chart))


def bring(lab: Lab, name: str, data: bytes) -> None:
    lab.at("images_upload").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": data}
    )


def test_another_picture_or_method_gives_other_maps_and_a_link_shows_them_again(lab: Lab) -> None:
    lab.page.goto(f"/explain_images?{TWO}")
    lab.until(_MAPS, 2)
    lab.settled()
    before = lab.page.evaluate(_DRAWN, "images_maps")
    lab.slider("images_picture").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.until("() => location.search.includes('picture=1')")
    other(lab, "images_maps", before)
    lab.until(_MAPS, 2)
    lab.settled()
    seen = lab.page.evaluate(_DRAWN, "images_maps")
    lab.page.reload()
    lab.until(_MAPS, 2)
    lab.until(f"([key, seen]) => ({_DRAWN})(key) === seen", ["images_maps", seen])
    assert lab.link["picture"] == "1"
    lab.at("images_look.methods").get_by_role("button", name="Saliency").first.click()
    lab.until(_MAPS, 1)
    assert lab.link["look.methods"] == "grad_cam"


def test_a_file_that_is_no_picture_is_refused_and_one_that_is_is_explained(lab: Lab) -> None:
    lab.page.goto(f"/explain_images?{TWO}&look.source=upload")
    lab.page.get_by_text(word("explain_images.upload_first")[:30]).wait_for(timeout=SOON)
    bring(lab, "cat.png", b"this is not a picture at all")
    lab.page.get_by_test_id("stAlertContentError").wait_for(timeout=SOON)
    out = io.BytesIO()
    Image.new("CMYK", (300, 200), (10, 200, 30, 0)).save(out, "JPEG")
    bring(lab, "cat.jpg", out.getvalue())
    lab.until(_MAPS, 2)


def test_what_is_drawn_is_explained_wherever_it_was_drawn(lab: Lab) -> None:
    """A small one in a corner of the board is as large, and in the middle, as those learned."""
    lab.page.goto(f"/explain_images?{TWO}&network=digits&look.source=drawn")
    board = lab.page.locator("canvas[aria-label]")
    board.wait_for(timeout=SOON)
    lab.settled()
    box = board.bounding_box()
    assert box
    lab.page.mouse.move(box["x"] + 30, box["y"] + 20)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 30, box["y"] + 110, steps=4)
    lab.page.mouse.up()
    lab.until(_MAPS, 2)
    lab.page.get_by_text("The network says 1 with probability").wait_for(timeout=SOON)


def test_a_larger_square_gives_other_maps(lab: Lab) -> None:
    before = show(
        lab, "section=occlusion&network=digits&occlusion.window=2", "images_occlusion_maps"
    )
    lab.slider("images_occlusion.window").focus()
    lab.page.keyboard.press("ArrowRight")
    other(lab, "images_occlusion_maps", before)
    assert lab.link["occlusion.window"] == "3"


@pytest.mark.parametrize(
    ("query", "button", "chart"),
    [
        ("section=dream&dream.network=digits&dream.seeds=2&dream.steps=10", "images_dream",
         "images_dreams"),
        ("section=fool&fool.network=digits&fool.steps=10", "images_fool", "images_fools"),
    ],
)  # fmt: skip
def test_pictures_climb_and_can_be_scrubbed(lab: Lab, query: str, button: str, chart: str) -> None:
    lab.page.goto(f"/explain_images?{query}")
    lab.at(f"{button}_start").wait_for(timeout=SOON)
    lab.press(f"{button}_start")
    lab.at(f"{button}_again").wait_for(timeout=SOON)
    lab.settled()
    last = other(lab, chart, "")
    lab.slider("act_film").focus()
    lab.page.keyboard.press("Home")
    other(lab, chart, last)
