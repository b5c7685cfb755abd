"""A link that somebody mangled says so in one sentence, and the page works on."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.lab import SOON, Lab, word
from tests.serving import Server

BAD = {  # what a link asks for, and a part of the sentence that says why not
    "data=spiral": "Did you mean 'spirals'?",
    "learning_rat=0.1": "Did you mean 'learning_rate'?",
    "epochs=0": "It goes from 1 to 10000.",
    "learning_rate=nan": "Learning rate cannot be 'nan'.",
    "model=%3Cscript%3Ealert(1)%3C/script%3E": "There is no model",
    "layers.activation=" + "a" * 3000: "There is no activation",
}


def test_each_part_of_a_bad_link_is_told_in_a_sentence(page: Any) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a link ran a script"))
    page.goto(f"/training?seed=9&{'&'.join(BAD)}")
    alert = page.get_by_role("alert").first
    alert.wait_for(timeout=SOON)
    told = alert.inner_text().splitlines()
    for query, sentence in BAD.items():
        assert any(sentence in line for line in told), f"{query[:40]}: {told}"
    assert all(len(line) < 400 for line in told), "one sentence, not the whole value"
    lab = Lab(page)
    lab.at("lab_play").or_(lab.at("lab_pause")).first.wait_for(timeout=SOON)


def test_a_page_that_does_not_exist_leads_home(browser: Any, server: Server) -> None:
    context = browser.new_context(base_url=server.url)  # Streamlit itself tells the console
    page = context.new_page()
    page.goto("/nowhere")
    page.get_by_text("Page not found").first.wait_for(timeout=SOON)
    page.get_by_text(word("home.device")).wait_for(timeout=SOON)
    context.close()


def test_back_goes_through_every_setting_at_once_and_misses_none(page: Any) -> None:
    lab = Lab(page)
    lab.open(data="moons", epochs=5, seed=77)
    rate = lab.slider("training_learning_rate")
    seen = [rate.get_attribute("aria-valuetext")]
    for _ in range(2):
        address = page.url
        rate.press("ArrowRight")
        lab.until("address => location.href !== address", address)
        lab.settled()
        seen.append(rate.get_attribute("aria-valuetext"))
    assert len(set(seen)) == 3
    for before in reversed(seen[:2]):
        page.go_back()
        expect(rate).to_have_attribute("aria-valuetext", before or "", timeout=SOON)
        page.wait_for_timeout(2500)  # nothing that was on its way brings the later one back
        lab.settled()
        assert rate.get_attribute("aria-valuetext") == before


def test_back_leads_to_the_page_before_and_not_to_a_bare_one(page: Any) -> None:
    lab = Lab(page)
    page.goto("/runs")
    page.get_by_text("Every run with its settings").first.wait_for(timeout=SOON)
    lab.settled()
    page.locator("header").get_by_text("Training", exact=True).first.click()
    page.locator("a[href*='/training']").last.click()
    page.wait_for_url("**/training?**", timeout=SOON)
    lab.at("lab_transport").wait_for(timeout=SOON)
    lab.settled()
    page.go_back()
    lab.at("lab_transport").wait_for(state="detached", timeout=SOON)
    page.get_by_text("Every run with its settings").first.wait_for(timeout=SOON)
    lab.settled()
    assert page.url.endswith("/runs")


def test_an_idle_tab_learns_what_another_one_began(page: Any) -> None:
    settings = {"data": "moons", "epochs": 3, "seed": 1077}
    idle, busy = Lab(page), Lab(page.context.new_page())
    idle.open(**settings)
    idle.at("lab_again").wait_for(state="detached", timeout=SOON)
    busy.open(**settings)
    busy.press("lab_play")
    busy.finished()
    idle.at("lab_again").wait_for(timeout=SOON)
