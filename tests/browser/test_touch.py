"""Points are drawn, dragged, deleted and undone, by pointer and by key, and stay in the link."""

import re
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Page

from tests.browser.lab import SOON, settled

AREA = ".st-key-training_points svg"
_PLACES = f"""() => [...document.querySelectorAll("{AREA} .point")].map(mark =>
    [Number(mark.getAttribute('x')), Number(mark.getAttribute('y'))])"""


def places(page: Page) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(_PLACES)
    return found


def until(page: Page, count: int) -> None:
    page.wait_for_function(f"count => ({_PLACES})().length === count", arg=count, timeout=SOON)


def until_link(page: Page, pattern: str, holds: bool = True) -> None:
    page.wait_for_url(lambda url: bool(re.search(pattern, unquote(url))) == holds, timeout=SOON)


def at(page: Page, across: float, up: float) -> tuple[float, float]:
    """A place on the screen, by its shares of the area."""
    box: Any = page.locator(AREA).bounding_box()
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def test_points_are_drawn_moved_deleted_and_undone(page: Page) -> None:
    page.goto("/training?data=own_points&data.points=-100!0!0~100!0!1~-120!20!0~120!20!1")
    page.locator(AREA).wait_for(timeout=SOON)
    until(page, 4)
    settled(page)
    page.locator(AREA).scroll_into_view_if_needed()
    page.locator(".st-key-training_points").get_by_role(
        "button", name=re.compile("class 3")
    ).click()
    page.mouse.click(*at(page, 0.5, 0.9))
    until(page, 5)
    until_link(page, r"0!2\d\d!2")
    settled(page)
    page.mouse.move(*at(page, 0.5, 0.9))
    page.mouse.down()
    page.mouse.move(*at(page, 0.6, 0.7), steps=4)
    page.mouse.move(*at(page, 0.75, 0.25), steps=4)
    page.mouse.up()
    until_link(page, r"1[45]\d!-1[45]\d!2")
    settled(page)
    page.reload()
    page.locator(AREA).wait_for(timeout=SOON)
    until(page, 5)
    settled(page)
    last = page.locator(f"{AREA} .point").last
    last.focus()
    before = places(page)[4]
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"y => ({_PLACES})()[4][1] < y", arg=before[1], timeout=SOON)
    page.keyboard.press("Delete")
    until(page, 4)
    settled(page)
    page.locator(".st-key-training_points button[name=undo]").click()
    until(page, 5)
    settled(page)
    page.locator(".st-key-training_points button[name=wipe]").click()
    until(page, 0)
    page.get_by_text("at least two classes").first.wait_for(timeout=SOON)


def test_a_double_click_deletes(page: Page) -> None:
    page.goto("/training?data=own_points&data.points=-100!0!0~100!0!1~-120!20!0~120!20!1")
    until(page, 4)
    settled(page)
    page.locator(AREA).scroll_into_view_if_needed()
    page.mouse.dblclick(*at(page, 1 / 3, 0.5))
    until(page, 3)
    until_link(page, "-100!0!0", holds=False)


def test_a_finger_draws_too(browser: Any, server: Any) -> None:
    with browser.new_context(
        base_url=server.url, has_touch=True, viewport={"width": 390, "height": 844}
    ) as context:
        page = context.new_page()
        page.goto("/training?data=own_points&data.points=-100!0!0~100!0!1~-120!20!0~120!20!1")
        until(page, 4)
        settled(page)
        page.locator(AREA).scroll_into_view_if_needed()
        page.touchscreen.tap(*at(page, 0.5, 0.8))
        until(page, 5)
        until_link(page, r"!1[78]\d!0")
