"""The Optimizers page in a browser: films play, clicks choose a start, jobs end, links return."""

import itertools
from typing import Any

import pytest

from dashboard.core.sections import sections_of
from tests.browser.lab import SOON, settled

WALK = ".st-key-optim_walk .js-plotly-plot"
_HEAD = """selector => {
    const trace = document.querySelector(selector)?._fullData?.find(t => t.uid === 'heads');
    return trace ? [trace.x[0], trace.y[0]] : null;
}"""
FILM = ".st-key-optim_walk .blindspot-film"
_SLIDER = "film => Number(document.querySelector(`${film} input`)?.value)"


def visit(page: Any, query: str) -> Any:
    page.goto(f"/optimizers?{query}")
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=SOON)
    settled(page)
    return page


def test_a_film_plays_in_the_browser_without_asking_the_server(page: Any) -> None:
    asked: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(frame)))
    visit(page, "section=surfaces&steps=50")
    end = page.evaluate(_HEAD, WALK)
    assert asked, "the page itself was asked for"
    page.wait_for_timeout(1000)
    asked.clear()
    page.locator(f"{FILM} button[name=play]").click()
    page.wait_for_function(
        "([selector, head, end]) => JSON.stringify(eval(head)(selector)) !== JSON.stringify(end)",
        arg=[WALK, f"({_HEAD})", end],
        timeout=SOON,
    )
    page.wait_for_function(f"s => ({_SLIDER})(s) === 50", arg=FILM, timeout=SOON)
    assert page.evaluate(_HEAD, WALK) == pytest.approx(end, rel=1e-5)
    for name, frame in (("back", 49), ("back", 48), ("next", 49), ("first", 0), ("last", 50)):
        page.locator(f"{FILM} button[name={name}]").click()
        page.wait_for_function(f"s => ({_SLIDER})(s) === {frame}", arg=FILM, timeout=SOON)
    assert page.locator(f"{WALK} .imagelayer image").count() == 1, "the surface stays"
    assert not asked


def test_a_film_stays_where_it_is_when_the_page_changes_its_colours(page: Any) -> None:
    visit(page, "section=surfaces&steps=50")
    page.locator(f"{FILM} button[name=first]").click()
    page.wait_for_function(f"s => ({_SLIDER})(s) === 0", arg=FILM, timeout=SOON)
    page.wait_for_timeout(500)
    first = page.evaluate(_HEAD, WALK)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(2500)
    assert page.evaluate(_SLIDER, FILM) == 0
    assert page.evaluate(_HEAD, WALK) == pytest.approx(first)


def test_a_click_on_the_surface_chooses_the_start(page: Any) -> None:
    visit(page, "section=surfaces&steps=30&surface=bowl")
    box = page.locator(f"{WALK} .nsewdrag").first.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_function("() => location.search.includes('start=')", timeout=SOON)
    settled(page)
    page.wait_for_function(
        """s => {
            const t = document.querySelector(s)?._fullData?.find(t => t.name === 'start');
            return t && Math.abs(t.x[0] - 1.5) < 0.4 && Math.abs(t.y[0] - 1.5) < 0.4;
        }""",
        arg=WALK,
        timeout=SOON,
    )


def test_a_link_brings_back_what_was_set(page: Any) -> None:
    visit(page, "section=surfaces&surface=saddle&rates.adam=0.3&steps=20")
    before = page.evaluate(_HEAD, WALK)
    page.reload()
    page.wait_for_selector(f"{WALK} .main-svg", timeout=SOON)
    settled(page)
    assert page.evaluate(_HEAD, WALK) == before
    assert "rates.adam=0.3" in page.url


def test_quick_basins_start_unasked_as_a_job_and_are_kept(page: Any) -> None:
    page.goto("/optimizers?section=basins&side=40&most=100&optimizers=gradient_descent~adam")
    page.locator(".st-key-optim_job_again").wait_for(timeout=2 * SOON)
    page.locator(".st-key-optim_maps .main-svg").first.wait_for(timeout=SOON)
    page.reload()
    page.locator(".st-key-optim_maps .main-svg").first.wait_for(timeout=SOON)
    assert page.locator(".st-key-optim_job_again").count(), "the second visit finds it done"


def test_a_race_ends_with_curves_verdicts_and_hashes(page: Any) -> None:
    visit_job(
        page, "section=race&seeds=2&tried=0.01~0.03&base.epochs=6&optimizers=gradient_descent~adam"
    )
    page.locator(".st-key-optim_job_start button").click()
    page.locator(".st-key-optim_job_again").wait_for(timeout=2 * SOON)
    page.locator(".st-key-optim_race .main-svg").first.wait_for(timeout=SOON)
    page.get_by_text("95 % interval").first.wait_for(timeout=SOON)
    shared = page.get_by_text("share initial weights and batch order").first
    shared.wait_for(timeout=SOON)
    assert "seed 1: weights" in shared.inner_text()
    page.locator(".st-key-optim_forest .main-svg").first.wait_for(timeout=SOON)


_LENGTHS = itertools.count(500)  # epochs: some 15 seconds, time enough to press Pause


def test_a_race_that_was_paused_still_proves_that_it_is_fair(page: Any) -> None:
    # A second try finds the first one's race: paused, or over. So each has a race of its own.
    race = f"seeds=3&tried=0.01~0.1&base.epochs={next(_LENGTHS)}&optimizers=momentum~adam"
    visit_job(page, f"section=race&{race}")
    page.locator(".st-key-optim_job_start button").click()
    page.get_by_text("So far").first.wait_for(timeout=SOON)
    assert not page.get_by_text("95 % interval").count(), "no verdict while it moves"
    page.locator(".st-key-optim_job_pause button").click()
    page.locator(".st-key-optim_job_start").wait_for(timeout=SOON)
    page.locator(".st-key-optim_job_start button").click()
    page.locator(".st-key-optim_job_again").wait_for(timeout=2 * SOON)
    page.get_by_text("share initial weights and batch order").first.wait_for(timeout=SOON)
    assert not page.get_by_text("Not everything is shared").count()


def visit_job(page: Any, query: str) -> None:
    """Open a section that waits to be started."""
    page.goto(f"/optimizers?{query}")
    page.locator(".st-key-optim_job_start").wait_for(timeout=SOON)
    settled(page)


@pytest.mark.parametrize("page_name", ["optimizers", "activations"])
def test_on_a_phone_no_section_slides_sideways(browser: Any, server: Any, page_name: str) -> None:
    size = {"width": 390, "height": 844}
    with browser.new_context(base_url=server.url, viewport=size, has_touch=True) as phone:
        page = phone.new_page()
        for section in sections_of(page_name):
            page.goto(f"/{page_name}?section={section}")
            page.locator(".js-plotly-plot, [data-testid=stAlert]").first.wait_for(timeout=SOON)
            settled(page)
            wide = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
            assert wide <= 390, f"{section} is {wide} pixels wide"


def test_a_click_chooses_the_point_whose_gradient_is_asked_for(page: Any) -> None:
    page.goto("/optimizers?section=why&why.surface=bowl&why.length=0.1")
    chart = ".st-key-optim_why_map .js-plotly-plot"
    page.locator(f"{chart} .main-svg").first.wait_for(timeout=SOON)
    settled(page)
    box = page.locator(f"{chart} .nsewdrag").first.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_function("() => location.search.includes('why.point=')", timeout=SOON)
    settled(page)
    page.wait_for_function(
        """s => {
            const trace = document.querySelector(s)?._fullData?.find(t => t.name === 'the point');
            return trace && Math.abs(trace.x[0] - 1.5) < 0.4 && Math.abs(trace.y[0] - 1.5) < 0.4;
        }""",
        arg=chart,
        timeout=SOON,
    )
