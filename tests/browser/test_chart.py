"""What every chart does: it stays while its numbers change, and follows the page around it."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.lab import SOON, Lab

LOSS = ".st-key-lab_loss .js-plotly-plot"
_RANGE = f"() => document.querySelector('{LOSS}')._fullLayout.xaxis.range.map(Number)"
_PAPER = f"() => document.querySelector('{LOSS}')?._fullLayout?.paper_bgcolor"


def test_picture_and_zoom_stay_while_the_network_trains(page: Page) -> None:
    lab = Lab(page).open(data="moons", epochs=800, seed=5, speed="live")
    lab.press("lab_play")
    lab.longer(10)
    page.evaluate(f"() => document.querySelector('{LOSS}').dataset.mark = 'the same'")
    box = page.locator(f"{LOSS} .nsewdrag").first.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], middle, steps=5)
    page.mouse.up()
    zoomed = page.evaluate(_RANGE)
    lab.longer(len(lab.trace()["y"]))
    assert page.evaluate(f"() => document.querySelector('{LOSS}').dataset.mark") == "the same"
    assert page.evaluate(_RANGE) == zoomed


def test_what_did_not_change_is_not_drawn_again(page: Page) -> None:
    lab = Lab(page).open(data="moons", epochs=20, seed=5)
    if not lab.at("lab_again").count():
        lab.press("lab_play")
    lab.finished()
    page.wait_for_timeout(1000)
    page.evaluate(f"() => window.__before = document.querySelector('{LOSS}').data")
    lab.press("lab_pin")  # the page runs again, and shows the same
    lab.settled()
    page.wait_for_timeout(1000)
    assert page.evaluate(f"() => window.__before === document.querySelector('{LOSS}').data")


def test_colours_follow_the_page(page: Page) -> None:
    Lab(page).open(data="moons", epochs=20, seed=5)
    page.wait_for_function(f"() => ({_PAPER})() !== undefined", timeout=SOON)
    light = page.evaluate(_PAPER)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({_PAPER})() !== light", arg=light, timeout=SOON)


def test_a_chart_without_its_library_says_what_to_do(browser: Any, server: Any) -> None:
    with browser.new_context(base_url=server.url) as context:  # which may complain
        page = context.new_page()
        page.route("**/blindspot/plotly-*.js", lambda route: route.abort())
        lab = Lab(page).open(data="moons", epochs=20, seed=5)
        lab.page.get_by_text("Reload the page").first.wait_for(timeout=SOON)
        page.unroute_all()
        page.reload()
        page.wait_for_selector(f"{LOSS} .main-svg", state="attached", timeout=SOON)
