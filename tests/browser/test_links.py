"""A link that somebody mangled says so in one sentence, and the page works on."""

from typing import Any

import pytest

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
