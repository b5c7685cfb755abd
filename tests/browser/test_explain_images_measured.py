"""Scoreboard, Clever Hans and sanity check in a browser: what is shipped, and what is asked."""

import re
from typing import Any

import pytest

from tests.browser.lab import SOON, Lab

# What a chart shows: the names of its traces, its axis titles, and every number that is drawn.
_SEEN = """key => {
    const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
    if (!plot?._fullData?.length || !plot.querySelector('.main-svg')) return null;
    const numbers = values => values && Array.from(values, v => v?.length ? Array.from(v) : v);
    return JSON.stringify([
        plot._fullLayout.xaxis?.title?.text,
        plot._fullData.map(t => [t.name, numbers(t.x), numbers(t.y), numbers(t.z)]),
    ]);
}"""
_OTHER = f"([key, before]) => {{ const now = ({_SEEN})(key); return now && now !== before; }}"


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def shown(lab: Lab, chart: str, before: str = "") -> str:
    """Wait until a chart shows something else; what it shows."""
    lab.until(_OTHER, [chart, before])
    lab.settled()
    return str(lab.page.evaluate(_SEEN, chart))


def show(lab: Lab, query: str, chart: str) -> str:
    lab.page.goto(f"/explain_images?{query}")
    return shown(lab, chart)


def test_the_scoreboard_is_there_at_once_and_ranked_by_another_score(lab: Lab) -> None:
    before = show(lab, "section=board", "images_ranking")
    assert "Grad-CAM" in lab.page.locator("p", has_text=re.compile("points at")).inner_text()
    for part in ("images_asked", "images_curves", "images_follows"):
        shown(lab, part)
    lab.page.get_by_test_id("stDataFrame").wait_for(timeout=SOON)
    menu = lab.at("images_score").get_by_role("combobox")
    menu.scroll_into_view_if_needed()
    menu.click()  # once the page has scrolled: that closes an open list
    menu.fill("Insertion")
    lab.page.get_by_role("option", name="Insertion").wait_for(timeout=SOON)
    menu.press("Enter")
    lab.until("() => location.search.includes('score=insertion')")
    assert "Insertion (higher is better)" in shown(lab, "images_ranking", before)


def test_a_score_follows_the_object(lab: Lab) -> None:
    before = show(lab, "section=board", "images_follows")
    lab.slider("images_across").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.until("() => location.search.includes('across=0.4')")
    shown(lab, "images_follows", before)


def test_a_small_scoreboard_is_measured_method_by_method(lab: Lab) -> None:
    few = "board.methods=grad_cam~saliency&board.count=12&board.probes=0"
    lab.page.goto(f"/explain_images?section=board&{few}")
    lab.at("images_board_start").wait_for(timeout=SOON)
    lab.press("images_board_start")
    lab.at("images_board_again").wait_for(timeout=3 * SOON)
    names = '["same method, untrained network","gradients","class activation maps"]'
    lab.until(
        """names => { const plot =
            document.querySelector('.st-key-images_ranking .js-plotly-plot');
            const there = new Set(plot?._fullData?.map(trace => trace.name));
            return JSON.parse(names).every(name => there.has(name)); }""",
        names,
    )


def test_another_network_shows_how_hans_was_found_out(lab: Lab) -> None:
    before = show(lab, "section=hans", "images_hans_maps")
    shown(lab, "images_hans_accuracy")
    mass = shown(lab, "images_hans_mass")
    says = lab.page.locator("p", has_text=re.compile("network is right in"))
    assert "learned the mark" in says.inner_text()
    lab.slider("images_cheat").press("Home")
    lab.until("() => location.search.includes('cheat=0')")
    shown(lab, "images_hans_maps", before)
    shown(lab, "images_hans_mass", mass)
    says.filter(has_text="does not lean on the mark").wait_for(timeout=SOON)


def test_what_forgetting_leaves_is_compared_in_two_ways(lab: Lab) -> None:
    before = show(lab, "section=sanity", "images_sanity_curves")
    sheet = shown(lab, "images_sanity_maps")
    lab.page.locator("p", has_text=re.compile("Hardly changed: Guided backpropagation")).wait_for()
    lab.at("images_likeness").get_by_text("SSIM", exact=True).click()
    lab.until("() => location.search.includes('likeness=ssim')")
    shown(lab, "images_sanity_curves", before)
    lab.slider("images_picture").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.until("() => location.search.includes('picture=1')")
    shown(lab, "images_sanity_maps", sheet)
