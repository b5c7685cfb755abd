"""The ladder's page in a browser: what is drawn, painted and exposed."""

from typing import Any

from tests.browser.lab import SOON, Lab


def show(lab: Lab, query: str, chart: str) -> None:
    lab.page.goto(f"/ladder?{query}")
    lab.at(chart).locator(".main-svg").first.wait_for(timeout=SOON)
    lab.settled()


def signs(lab: Lab, chart: str) -> list[str]:
    """The marker of each row."""
    found: list[str] = lab.page.evaluate(
        """key => document.querySelector(`.st-key-${key} .js-plotly-plot`)._fullData
        .map(trace => trace.marker.symbol)""",
        chart,
    )
    return found


def test_a_forbidden_connection_breaks_the_seal(page: Any) -> None:
    lab = Lab(page)
    show(lab, "", "ladder_bits")
    lab.page.get_by_text("For 9 models the probabilities").wait_for(timeout=SOON)
    assert signs(lab, "ladder_bits") == ["circle"] * 9
    lab.page.locator("[data-testid=stSidebar]").get_by_text("One forbidden connection").click()
    lab.page.get_by_text("is no distribution.").wait_for(timeout=SOON)
    lab.settled()
    assert signs(lab, "ladder_bits")[-1] == "x" and lab.link["exact.cheat"] == "1"


def test_a_picture_of_the_source_is_painted(page: Any) -> None:
    lab = Lab(page)
    lab.page.goto("/ladder?exact.source.kind=own&exact.source.own=0~9&exact.steps=10")
    cell = lab.at("ladder_exact_0").get_by_label("0, 0", exact=True)
    cell.wait_for(timeout=SOON)
    cell.click()
    lab.until("() => location.search.includes('exact.source.own=1~9')")


def test_an_average_that_is_none_is_exposed(page: Any) -> None:
    lab = Lab(page)
    show(lab, "section=orders", "ladder_logits")
    lab.page.get_by_text("bits fewer than the entropy").first.wait_for(timeout=SOON)
