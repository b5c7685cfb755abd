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
