"""The home page and the way around, in a real browser."""

from typing import Any

from dashboard.core.router import find_pages
from tests.browser.lab import SOON, Lab, word


def test_home_has_a_card_for_every_page_and_names_the_device(page: Any) -> None:
    page.goto("/")
    page.get_by_text(word("home.device")).wait_for(timeout=SOON)
    for info in find_pages():
        if info.name != "home":
            assert page.get_by_text(info.summary).count(), f"no card for {info.name}"


def test_a_card_opens_its_page(page: Any) -> None:
    page.goto("/")
    page.get_by_role("link", name="Training lab").last.click()
    page.wait_for_url("**/training**", timeout=SOON)
    Lab(page).at("lab_transport").wait_for(timeout=SOON)


def test_coming_back_to_the_lab_finds_the_settings_that_were_left(page: Any) -> None:
    lab = Lab(page)
    lab.open(data="xor", epochs=7, seed=3)
    key = lab.key
    page.locator("a[href$='/runs'], a[href$='/']").first.click()
    lab.at("lab_transport").wait_for(state="detached", timeout=SOON)
    page.get_by_text(word("home.device")).wait_for(timeout=SOON)
    lab.settled()
    page.go_back()
    lab.at("lab_transport").wait_for(timeout=SOON)
    assert lab.key == key


def test_presenter_mode_enlarges_the_type(page: Any) -> None:
    lab = Lab(page)
    lab.open(data="xor", epochs=7, seed=3)
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    lab.at("presenter").locator("label").first.click()
    lab.until(f"before => ({size})() > before * 1.2", before)
    # Charts are told, not only painted over: a legend that does not know overlaps itself.
    lab.until(
        """() => [...document.querySelectorAll('.js-plotly-plot')]
            .some(plot => plot._fullLayout?.legend?.font?.size > 15)"""
    )
