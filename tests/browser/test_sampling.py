"""Step by step in a browser: scrub without the server, step, force a pixel, reload the link."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.topics.autoregressive.shipped import shipped
from tests.browser.lab import SOON, settled

FILM = ".st-key-sampling_film .js-plotly-plot"
_BOARD = f"""() => {{
    const plot = document.querySelector({FILM!r});
    const trace = plot?._fullData?.find(trace => trace.type === 'heatmap');
    return trace ? Array.from(trace.z, row => Array.from(row)) : null;
}}"""
ROW = ".st-key-sampling_film .blindspot-film"
_ACTIVE = f"""() => Number(document.querySelector("{ROW} input")?.value)"""


def opened(page: Page, query: str) -> Page:
    page.goto(f"/sampling?{query}")
    page.wait_for_selector(f"{FILM} .main-svg", timeout=SOON)
    page.wait_for_function(f"() => ({_BOARD})()", timeout=SOON)
    return page


def board(page: Page) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(_BOARD)
    return found


def drawn(page: Page) -> int:
    """Values drawn so far; 64 when all are."""
    return sum(value >= 0 for row in board(page) for value in row)


def until_drawn(page: Page, count: int) -> None:
    page.wait_for_function(
        f"count => ({_BOARD})()?.flat().filter(value => value >= 0).length === count",
        arg=count, timeout=SOON,
    )  # fmt: skip


def press(page: Page, key: str) -> None:
    page.locator(f"{ROW} button[name={key}]").click()


def click_pixel(page: Page, row: int, column: int) -> None:
    """A real click on the middle of a pixel of the picture."""
    place = page.evaluate(
        f"""([row, column]) => {{
            const plot = document.querySelector({FILM!r});
            plot.scrollIntoView({{block: 'center'}});
            const box = plot.getBoundingClientRect();
            const {{xaxis, yaxis}} = plot._fullLayout;
            return [box.left + xaxis._offset + xaxis.d2p(column),
                    box.top + yaxis._offset + yaxis.d2p(row)];
        }}""",
        [row, column],
    )
    page.mouse.move(*place)
    page.wait_for_timeout(300)
    page.mouse.click(*place)


def test_steps_go_forth_and_back_and_the_link_holds_the_place(page: Page) -> None:
    opened(page, "label=3")
    until_drawn(page, 64)
    press(page, "first")
    until_drawn(page, 0)
    press(page, "next")
    until_drawn(page, 1)
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("ArrowDown")
    until_drawn(page, 8)
    page.keyboard.press("ArrowLeft")
    until_drawn(page, 7)
    page.wait_for_url(re.compile("at=7"), timeout=SOON)
    settled(page)
    page.evaluate(f"() => window.__before = document.querySelector({FILM!r}).data")
    until_drawn(page, 7)
    press(page, "next")
    until_drawn(page, 8)
    press(page, "back")
    page.wait_for_timeout(1500)
    assert page.evaluate(f"() => window.__before === document.querySelector({FILM!r}).data"), (
        "a place that the browser reports draws nothing anew"
    )
    first = board(page)
    page.reload()
    page.wait_for_selector(f"{FILM} .main-svg", timeout=SOON)
    until_drawn(page, 7)
    assert board(page) == first


def test_playing_and_scrubbing_ask_no_server(page: Page) -> None:
    opened(page, "label=3&at=0")
    settled(page)
    sent: list[Any] = []
    page.on("websocket", lambda socket: sent.append(socket.url))
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate(
        """() => {
            window.__sent = 0;
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (...all) {
                window.__sent += 1;
                return send.apply(this, all);
            };
        }"""
    )
    press(page, "last")
    until_drawn(page, 64)
    press(page, "first")
    until_drawn(page, 0)
    press(page, "rows")
    page.wait_for_function(f"() => ({_ACTIVE})() > 8", timeout=SOON)
    until_drawn(page, 64)
    assert not sent
    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.__sent") <= 3, "only where it was left, for the link"


def test_a_forced_pixel_stays_everything_before_it_too_and_the_link_holds_it(page: Page) -> None:
    opened(page, "label=3&ink=16")
    until_drawn(page, 64)
    before = board(page)
    click_pixel(page, 2, 0)
    page.wait_for_url(re.compile("forced=16"), timeout=SOON)
    settled(page)
    page.wait_for_function(f"() => ({_BOARD})()?.[2][0] === 16", timeout=SOON)
    after = board(page)
    assert after[:2] == before[:2] and after[3:] != before[3:]
    page.reload()
    page.wait_for_selector(f"{FILM} .main-svg", timeout=SOON)
    page.wait_for_function(f"() => ({_BOARD})()?.[2][0] === 16", timeout=SOON)
    assert board(page) == after


def test_a_film_that_plays_ends_where_the_picture_changes(page: Page) -> None:
    opened(page, "label=3&at=0&ink=16")
    settled(page)
    press(page, "play")
    page.wait_for_function(f"() => ({_ACTIVE})() > 3", timeout=SOON)
    click_pixel(page, 0, 0)
    page.wait_for_url(re.compile("forced=0"), timeout=SOON)
    settled(page)
    until_drawn(page, 64)
    page.wait_for_timeout(1000)  # longer than a frame of the old film
    assert drawn(page) == 64 and board(page)[0][0] == 16
    last, marked = page.evaluate(
        f"""() => document.querySelector({FILM!r})._fullData.filter(trace => trace.yaxis === 'y4')
            .map(trace => Array.from(trace.y).at(-1)).reverse()"""
    )
    assert abs(last - marked) < 0.01, "the bits so far are those of the picture"


def test_a_saved_file_is_opened_as_the_same_picture(page: Page, tmp_path: Path) -> None:
    page.goto("/sampling?section=use&picture=7")
    button = page.locator(".st-key-sampling_save button")
    button.wait_for(timeout=SOON)
    settled(page)
    with page.expect_download() as download:
        button.click()
    file = tmp_path / "seven.bpix"
    download.value.save_as(file)
    page.locator(".st-key-sampling_open input[type=file]").set_input_files(file)
    opened_chart = ".st-key-sampling_opened .js-plotly-plot"
    page.wait_for_selector(f"{opened_chart} .main-svg", timeout=SOON)
    found = page.evaluate(
        f"""() => Array.from(document.querySelector({opened_chart!r})._fullData[0].z,
            row => Array.from(row)).slice(0, 8)"""
    )
    assert found == shipped("digits").config.pictures().test.x[7, 0].tolist()


def test_training_shows_the_same_draws_getting_better(page: Page) -> None:
    page.goto(
        "/sampling?section=train&train.source=texture&train.source.texture.height=8"
        "&train.source.texture.width=8&train.source.examples=200&train.epochs=3"
        "&train.model.channels=8&train.model.layers=3"
    )
    page.locator(".st-key-sampling_train_start button").click(timeout=SOON)
    page.locator(".st-key-sampling_use").wait_for(timeout=2 * SOON)
    page.wait_for_selector(".st-key-sampling_samples .main-svg", timeout=SOON)
    page.locator(".st-key-sampling_use button").click()
    page.wait_for_selector(f"{FILM} .main-svg", timeout=SOON)
    assert "net=run" in page.url


@pytest.mark.parametrize("size", [(1366, 768), (1600, 900)])
def test_the_film_and_what_moves_it_are_on_the_screen_together(
    page: Any, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, "at=36")
    page.wait_for_function(
        f"""() => document.querySelector("{ROW}").getBoundingClientRect().bottom
                  <= window.innerHeight""",
        timeout=SOON,
    )


@pytest.mark.parametrize("width", [1920, 1280])
def test_a_presenter_sees_the_title_and_can_leave_the_mode(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1080})
    opened(page, "")
    toggle = page.locator(".st-key-presenter label").first
    toggle.click()
    page.wait_for_function(
        "() => parseFloat(getComputedStyle(document.documentElement).fontSize) > 20", timeout=SOON
    )
    below = """() => document.querySelector(".st-key-header h3").getBoundingClientRect().top
                     >= document.querySelector("[data-testid=stHeader]").getBoundingClientRect()
                        .bottom"""
    page.wait_for_function(below, timeout=SOON)
    toggle.click(timeout=5000)  # nothing lies upon it
    page.wait_for_function(
        "() => parseFloat(getComputedStyle(document.documentElement).fontSize) < 20", timeout=SOON
    )
