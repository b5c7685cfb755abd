"""A link that somebody mangled says so in one sentence, and the page works on."""

from typing import Any

import pytest

from tests.browser.lab import SOON, Lab, word
from tests.serving import Server

BAD = {
    "an unknown data set": ("data=spiral", "spirals"),
    "an unknown setting": ("learning_rat=0.1", "learning_rate"),
    "a number out of range": ("epochs=0", "10,000|10000|1 to"),
    "no number": ("learning_rate=nan", "cannot be"),
    "an unknown model": ("model=%3Cscript%3Ealert(1)%3C/script%3E", "mlp"),
    "a huge value": ("layers.activation=" + "a" * 3000, "tanh"),
}


@pytest.mark.parametrize(("query", "hint"), BAD.values(), ids=BAD)
def test_a_bad_link_is_told_in_a_sentence(page: Any, query: str, hint: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a link ran a script"))
    page.goto(
        f"/training?seed=9&epochs=5&{query}" if "epochs" not in query else f"/training?{query}"
    )
    alert = page.get_by_role("alert").first
    alert.wait_for(timeout=SOON)
    text = alert.inner_text()
    assert any(part in text for part in hint.split("|")), text
    assert len(text) < 600, "one sentence, not the whole value"
    lab = Lab(page)
    lab.at("lab_play").or_(lab.at("lab_pause")).first.wait_for(timeout=SOON)


def test_a_page_that_does_not_exist_leads_home(browser: Any, server: Server) -> None:
    context = browser.new_context(base_url=server.url)  # Streamlit itself tells the console
    page = context.new_page()
    page.goto("/nowhere")
    page.get_by_text("Page not found").first.wait_for(timeout=SOON)
    page.get_by_text(word("home.device")).wait_for(timeout=SOON)
    context.close()
