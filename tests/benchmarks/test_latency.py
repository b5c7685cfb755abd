"""How long does a person at the browser wait, in times a bare page? Only `make bench` runs this.

Measured on the browser's own clock, from just before the key press to the first frame after Plotly
holds another picture.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.table import note
from tests.browser.lab import Lab
from tests.serving import Server

pytestmark = pytest.mark.bench

AT_ONCE = "first chart, asked for as soon as the server answers"
STARTED = "first chart of a started server"
KNOB, FIRST, CHANGE = 2.0, 3.0, 4.0  # goals: times the bare page, at the median
WORST = 3.0  # and for a knob the 95th percentile, in medians of the bare page
TRIES = 21
SEEN = "sampling: a seed seen before"
KNOBS = {  # what: (link, chart, slider or button)
    SEEN: ("/sampling?at=10", "sampling_film", "sampling_seed"),
    "blind spot: layers": ("/blind_spot", "spot_growth", "spot_layers"),
    "blind spot: a touch of a mask": ("/blind_spot?section=masks", "spot_lab_growth", "spot_first"),
    "neurons: seed of the points": ("/neurons", "neurons_perceptron",
                                  "neurons_perceptron-plane-seed"),
    "neurons: degree of the curve": ("/neurons?section=curves", "neurons_fit",
                                     "neurons_curves-degree"),
    "neurons: noise of 500 data sets": ("/neurons?section=curves", "neurons_error",
                                        "neurons_curves-sample-noise"),
    "neurons: mean of the inputs": ("/neurons?section=inputs", "neurons_valley",
                                    "neurons_inputs-mean"),
    "neurons: penalty of the losses": ("/neurons?section=losses", "neurons_race",
                                       "neurons_losses-penalty"),
    "neurons: temperature": ("/neurons?section=softmax", "neurons_sums",
                             "neurons_softmax-temperature"),
    "neurons: points of two densities": ("/neurons?section=density", "neurons_plane",
                                         "neurons_density-clouds-count"),
    "neurons: further inputs": ("/neurons?section=density", "neurons_over",
                                "neurons_density-extra"),
    "neurons: another picture and its features": (
        "/neurons?section=features", "neurons_features_bars", "neurons_features-picture",
    ),
    "optimizers: length of a step": (
        "/optimizers?section=why", "optim_why_along", "optim_why-length",
    ),
    "optimizers: steepness": ("/optimizers?steps=200", "optim_walk", "optim_surface-steepness"),
    "backpropagation: a number of a broken graph": (
        "/backpropagation?section=break", "bp_broken", "bp_value_0",
    ),
    "backpropagation: segments of layers": (
        "/backpropagation?section=layers&layers.widths=16~16~16~16~16~16~16~16~16~16~16~16",
        "bp_memory", "bp_layers-segments",
    ),
    "backpropagation: inputs of Jacobians": (
        "/backpropagation?section=jacobians", "bp_jacobians", "bp_chain-inputs",
    ),
    "backpropagation: a window's stride": (
        "/backpropagation?section=convolution", "bp_kernels", "bp_kernels-stride",
    ),
    "backpropagation: step of a check": (
        "/backpropagation?section=check", "bp_steps", "bp_check-step",
    ),
    "activations: bias": ("/activations?section=gallery", "act_curves", "act_gallery-bias"),
    "activations: depth": ("/activations?section=signal", "act_layers", "act_deep-signal-depth"),
    "activations: depth 50, width 256": (
        "/activations?section=signal&deep.signal.depth=50&deep.signal.width=256"
        "&deep.signal.batch=256", "act_layers", "act_deep-signal-input_scale",
    ),
    "activations: temperature": (
        "/activations?section=gallery", "act_softmax", "act_softmax-temperature",
    ),
    "activations: a neuron's bias": (
        "/activations?section=neuron", "act_graph", "act_neuron-bias",
    ),
    "activations: linear layers": (
        "/activations?section=linear", "act_product", "act_linear-depth",
    ),
    "explain images: Grad-CAM of another picture": (
        "/explain_images?look.methods=grad_cam&look.focus=grad_cam",
        "images_maps",
        "images_picture",
    ),
    "explain images: a larger square": (
        "/explain_images?section=occlusion", "images_occlusion_maps", "images_occlusion-window",
    ),
    "explain tables: threshold": (
        "/explain_tables?threshold=0.5", "tables_thresholds", "tables_threshold",
    ),
    "explain tables: correlation": (
        "/explain_tables?section=misleads&trap=correlated",
        "tables_games", "tables_correlated-correlation",
    ),
    "explain tables: what if": (
        "/explain_tables?section=one", "tables_waterfall", "tables_what_5",
    ),
}  # fmt: skip
ONWARD = (
    "explain images: Grad-CAM of another picture",
    "explain images: a larger square",
    "explain tables: what if",
)

# `__wait` becomes the milliseconds from now until the chart has drawn something else.
_ARM = """selector => {
    const begun = performance.now();
    const middle = values => values?.[Math.floor(values.length / 2)];
    const drawn = () => {
        const plot = document.querySelector(selector);
        return plot?._fullData && JSON.stringify([
            plot._fullLayout.shapes?.[0]?.x0,
            plot._fullData.map(trace => [trace.name, trace.y?.length, middle(trace.y)]),
        ]);
    };
    const first = drawn();
    window.__wait = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('nothing was drawn within 20 s')), 20000);
        const look = () => (drawn() && drawn() !== first)
            ? requestAnimationFrame(() => resolve(performance.now() - begun))
            : setTimeout(look, 4);
        look();
    });
}"""
FIRST_CHART = """selector => new Promise(resolve => {
    const look = () => {
        const plot = document.querySelector(selector);
        if (plot?._fullData?.length && plot.querySelector('.main-svg')) {
            resolve(performance.now());  // since the navigation began
        } else {
            setTimeout(look, 4);
        }
    };
    look();
})"""
LOSS = ".st-key-lab_loss .js-plotly-plot"
SURFACE = ".st-key-lab_surface .js-plotly-plot"


def of_a_knob(what: str, seconds: list[float], bare: list[float]) -> None:
    note(what, seconds, "a knob of a bare page", bare, KNOB, WORST)


def until_drawn(page: Any, selector: str, act: Callable[[], None]) -> float:
    """Seconds from just before `act` to a changed chart."""
    page.evaluate(_ARM, selector)
    act()
    return float(page.evaluate("() => window.__wait")) / 1000


@pytest.mark.parametrize(("what", "rest"), [(AT_ONCE, 0.0), (STARTED, 5.0)])
def test_first_chart(
    browser: Any, tmp_path: Path, what: str, rest: float, bare_first: list[float]
) -> None:
    seconds = []
    for number in range(3):
        with Server(tmp_path / str(number)) as fresh:
            time.sleep(rest)
            context = browser.new_context(viewport={"width": 1440, "height": 1000})
            page = context.new_page()
            page.goto(f"{fresh.url}/training", wait_until="commit")
            page.wait_for_selector(SURFACE, state="attached")
            seconds.append(float(page.evaluate(FIRST_CHART, SURFACE)) / 1000)
            context.close()
    note(what, seconds, "the first chart of a bare page", bare_first, FIRST)


def trained(page: Any) -> Lab:
    lab = Lab(page)
    lab.open(data="moons", epochs=60, seed=1, speed="live")
    if not lab.at("lab_again").count():
        lab.press("lab_play")
    lab.finished()
    page.wait_for_timeout(1500)
    return lab


def test_warm_change_of_page(page: Any, bare_knob: list[float]) -> None:
    trained(page)
    seconds = []
    for _ in range(TRIES):
        page.evaluate("() => document.querySelector(\"a[href$='/']\").click()")
        page.wait_for_selector(LOSS, state="detached")
        page.wait_for_timeout(400)
        page.evaluate(
            f"""() => {{
                const begun = performance.now();
                window.__wait = ({FIRST_CHART})({LOSS!r}).then(end => end - begun);
                [...document.querySelectorAll("a[href*='training']")].pop().click();
            }}"""
        )
        seconds.append(float(page.evaluate("() => window.__wait")) / 1000)
        page.wait_for_timeout(400)
    note("warm change to the lab", seconds, "a knob of a bare page", bare_knob, CHANGE)


def test_scrubbing(page: Any, bare_knob: list[float]) -> None:
    lab = trained(page)
    handle = lab.slider("lab_scrub")
    handle.focus()
    seconds = []
    for _ in range(TRIES):
        seconds.append(until_drawn(page, LOSS, lambda: page.keyboard.press("ArrowLeft")))
        page.wait_for_timeout(500)
    of_a_knob("scrub to new picture", seconds, bare_knob)


def test_smoothing(page: Any, bare_knob: list[float]) -> None:
    lab = trained(page)
    lab.at("training_view").locator("summary").first.click()
    handle = lab.slider("training_view_smoothing")
    handle.press("Home")  # room for all the presses to the right
    page.wait_for_timeout(1000)
    seconds = []
    for _ in range(TRIES):
        seconds.append(until_drawn(page, LOSS, lambda: page.keyboard.press("ArrowRight")))
        page.wait_for_timeout(500)
    of_a_knob("smoothing slider to new curve", seconds, bare_knob)


# The figure's data are another object once it was drawn anew. Comparing the values themselves every
# 4 ms would keep the page busy with nothing else.
ANY = """selector => {
    const begun = performance.now(), before = document.querySelector(selector).data;
    window.__wait = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('nothing was drawn within 20 s')), 20000);
        const look = () => {
            const plot = document.querySelector(selector);
            plot?._fullData?.length && plot.data !== before
                ? requestAnimationFrame(() => resolve(performance.now() - begun))
                : setTimeout(look, 4);
        };
        look();
    });
}"""


@pytest.mark.parametrize("what", KNOBS)
def test_a_knob_to_its_new_picture(page: Any, what: str, bare_knob: list[float]) -> None:
    link, chart, slider = KNOBS[what]
    page.goto(link)
    selector = f".st-key-{chart} .js-plotly-plot"
    page.wait_for_function("s => document.querySelector(s)?._fullData?.length", arg=selector)
    page.wait_for_timeout(2500)
    place = page.locator(f".st-key-{slider}")
    handle = place.get_by_role("slider").first
    cell, any_button = place.locator(".cells button").last, place.get_by_role("button").first
    button = None if handle.count() else cell if cell.count() else any_button
    if what == SEEN:
        for key in ("ArrowRight", "ArrowLeft"):
            handle.press(key)
            page.wait_for_timeout(2500)
    seconds = []
    for number in range(TRIES):
        page.evaluate(ANY, selector)
        onward = what in ONWARD or number % 2 == 0  # never what is already known, or to and fro
        if button:
            button.click()
        else:
            handle.press("ArrowRight" if onward else "ArrowLeft")
        seconds.append(float(page.evaluate("() => window.__wait")) / 1000)
        page.wait_for_timeout(300)
    of_a_knob(what, seconds, bare_knob)
