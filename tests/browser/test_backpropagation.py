"""The Backpropagation page in a browser: its films run without the server."""

from typing import Any

from tests.browser.lab import SOON, settled

GRAPH = ".st-key-bp_graph"
_SLOPE = """selector => {
    const traces = document.querySelector(`${selector} .js-plotly-plot`)?._fullData;
    return traces ? traces[traces.length - 2].text[0] : null;
}"""


def test_a_graph_is_stepped_in_the_browser_without_asking_the_server(page: Any) -> None:
    asked: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(frame)))
    page.goto("/backpropagation?graph.example=twice")
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=SOON)
    settled(page)
    assert page.evaluate(_SLOPE, GRAPH) == "1 + 3 + 3 = 7"
    page.wait_for_timeout(1000)
    asked.clear()
    for name, slope in (("first", ""), ("last", "1 + 3 + 3 = 7"), ("back", "1"), ("first", "")):
        page.locator(f"{GRAPH} .blindspot-film button[name={name}]").click()
        page.wait_for_function(
            "([selector, slope, read]) => eval(read)(selector) === slope",
            arg=[GRAPH, slope, f"({_SLOPE})"],
            timeout=SOON,
        )
    assert not asked


def test_a_window_is_stepped_and_a_pixel_is_changed(page: Any) -> None:
    page.goto("/backpropagation?section=convolution&kernels.size=4")
    page.wait_for_selector(".st-key-bp_kernels .main-svg", timeout=SOON)
    settled(page)
    film = page.locator(".st-key-bp_kernels .blindspot-film")
    film.locator("button[name=first]").click()
    page.wait_for_function(
        """() => document.querySelector('.st-key-bp_kernels .blindspot-film output')
            .textContent.includes('(0, 0)')""",
        timeout=SOON,
    )
    page.locator(".st-key-bp_edit summary").click()
    cell = page.locator(".st-key-bp_pixels input").first
    cell.fill("9")
    cell.press("Enter")
    page.wait_for_function("() => location.search.includes('kernels.pixels=9')", timeout=SOON)
    settled(page)


def test_a_bug_is_caught_where_it_is(page: Any) -> None:
    page.goto("/backpropagation?section=check&check.bug=sign")
    page.wait_for_selector(".st-key-bp_errors .main-svg", timeout=SOON)
    settled(page)
    bright = page.evaluate(
        """() => document.querySelector('.st-key-bp_errors .js-plotly-plot')._fullData
            .filter(trace => trace.type === 'heatmap')
            .map(trace => Array.from(trace.z, row => row[row.length - 1] > -1).every(Boolean))"""
    )
    assert bright == [True, False, False]


def test_a_mistake_is_switched_on_and_its_slope_is_crossed_out(page: Any) -> None:
    page.goto("/backpropagation?section=break&graph.example=twice&broken.calls=once")
    page.wait_for_selector(".st-key-bp_broken .main-svg", timeout=SOON)
    settled(page)
    read = "() => document.querySelector('.st-key-bp_broken .js-plotly-plot')._fullData.at(-2).text"
    assert page.evaluate(read)[0] == "✓"
    page.locator(".st-key-bp_broken-forget label").first.click()
    page.wait_for_function(f"() => ({read})()[0].includes('✕ 3')", timeout=SOON)
    assert page.evaluate(read)[0] == "<b>✕ 3</b> ×0.429"
    settled(page)


def test_a_slope_has_the_shape_of_its_value_and_every_equation_is_written(page: Any) -> None:
    page.goto("/backpropagation?section=layers")
    page.wait_for_selector(".st-key-bp_layers .main-svg", timeout=SOON)
    settled(page)
    shapes = page.evaluate(
        """() => document.querySelector('.st-key-bp_layers .js-plotly-plot')._fullData
            .map(trace => [trace.z.length, trace.z[0].length])"""
    )
    half = len(shapes) // 2
    assert shapes[:half] == shapes[half:] and [2, 3] in shapes
    assert page.locator(".st-key-bp_lines table .katex-html").count() >= 32


def test_a_wider_kernel_is_a_wider_band_of_the_jacobian(page: Any) -> None:
    page.goto("/backpropagation?section=jacobians")
    page.wait_for_selector(".st-key-bp_jacobians .main-svg", timeout=SOON)
    settled(page)
    band = """() => Array.from(
        document.querySelector('.st-key-bp_jacobians .js-plotly-plot')._fullData[0].z[0]
    ).filter(Boolean).length"""
    assert page.evaluate(band) == 3
    page.locator(".st-key-bp_chain-kernel").get_by_role("slider").press("ArrowRight")
    page.wait_for_function(f"() => ({band})() === 4", timeout=SOON)
    page.wait_for_selector(".st-key-bp_modes .main-svg", timeout=SOON)
    settled(page)
