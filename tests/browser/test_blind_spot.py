"""The blind-spot page in a browser: layers grow, a click moves the target, the link keeps it."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.lab import SOON, settled

BOARD = ".st-key-spot_growth .js-plotly-plot"
_CELL = """([column, row]) => {
    const plot = document.querySelector('.st-key-spot_growth .js-plotly-plot');
    const {xaxis, yaxis} = plot._fullLayout, box = plot.getBoundingClientRect();
    return [box.left + xaxis._offset + xaxis.d2p(column), box.top + yaxis._offset + yaxis.d2p(row)];
}"""
_TARGET = """() => {
    const z = document.querySelector('.st-key-spot_growth .js-plotly-plot')?._fullData?.[0]?.z;
    if (!z) return;  // between two drawings
    for (let r = 0; r < z.length; r++) for (let c = 0; c < z[r].length; c++)
        if (Math.floor(z[r][c]) === 0) return [r, c];
}"""
_USED = """() => {
    const z = document.querySelector('.st-key-spot_growth .js-plotly-plot')._fullData[0].z;
    return [].concat(...z.map(row => Array.from(row))).filter(v => Math.floor(v) === 1).length;
}"""


def test_a_click_makes_a_pixel_the_target_and_the_link_keeps_it(page: Any) -> None:
    page.goto("/blind_spot")
    page.locator(BOARD).first.wait_for(timeout=SOON)
    page.wait_for_function(f"() => ({_TARGET})()?.join() === '9,7'", timeout=SOON)
    x, y = page.evaluate(_CELL, [10, 12])
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y + 1)
    page.mouse.click(x, y)
    page.wait_for_url("**row=12*", timeout=SOON)
    page.wait_for_function(f"() => ({_TARGET})()?.join() === '12,10'", timeout=SOON)
    page.reload()
    page.wait_for_function(
        f"() => document.querySelector('{BOARD}') && ({_TARGET})()?.join() === '12,10'",
        timeout=SOON,
    )


def test_layers_grow_without_asking_the_server(page: Any) -> None:
    page.goto("/blind_spot?layers=5")
    page.wait_for_function(f"() => document.querySelector('{BOARD}')?._fullData", timeout=SOON)
    assert page.evaluate(_USED) == 50
    asked: list[str] = []
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.evaluate(
        f"() => window.Plotly?.animate ?? document.querySelector('{BOARD}')._transitionData"
    )
    page.locator(".st-key-spot_growth .blindspot-film button[name=first]").click()
    page.wait_for_function(f"() => ({_USED})() === 4", timeout=SOON)
    assert not asked


def test_the_museum_gives_its_verdict_and_a_cell_can_be_pressed(page: Any) -> None:
    page.goto("/blind_spot?section=masks")
    page.get_by_text("Pixel (7, 7) sees itself.").first.wait_for(timeout=SOON)
    cells = page.locator(".st-key-spot_first .cells button")
    cells.nth(4).click()
    page.get_by_text("Legal, but loses context").first.wait_for(timeout=SOON)
    page.wait_for_url("**piece=custom*", timeout=SOON)
    settled(page)
    cells.nth(0).hover()  # and several are painted over by one stroke
    page.mouse.down()
    for number in (1, 2):
        cells.nth(number).hover()
    page.mouse.up()
    page.wait_for_url("**first=000100000*", timeout=SOON)
    settled(page)
    page.locator(".st-key-spot_first button[name=undo]").click()
    page.wait_for_url("**first=111100000*", timeout=SOON)


def test_boards_are_below_each_other_where_there_is_no_room_beside(page: Page) -> None:
    def lower(how: str) -> None:
        page.wait_for_function(
            f"""() => {{
                const at = document.querySelector({BOARD!r})?._fullLayout;
                return at && (at.yaxis2.domain[1] < at.yaxis.domain[0]) === {how};
            }}""",
            timeout=SOON,
        )

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/blind_spot")
    lower("true")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1200, "height": 844})
    lower("false")
