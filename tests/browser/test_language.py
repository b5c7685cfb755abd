"""In a real browser nothing is said outside the visitor's language, charts included."""

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.core.router import find_pages
from dashboard.core.sections import sections_of
from scripts.make_test_language import CODE, make
from tests.browser.lab import SOON
from tests.conftest import WIDE
from tests.serving import Server
from tests.visible import outside

TEXTS = """() => {
  const said = [...document.querySelectorAll(".blindspot-chart svg text")].map(t => t.textContent);
  const style = document.createElement("style");
  style.textContent = ".katex, code, pre, style, .blindspot-chart, [data-testid='stIconMaterial']" +
    " {display: none !important}";
  document.head.append(style);
  for (const element of document.querySelectorAll(
    "[data-testid='stElementContainer'], [data-testid='stTopNavLinkContainer']"
  )) {
    const parts = element.querySelector("[data-testid='stElementContainer']");
    if (!parts && element.getClientRects().length) said.push(element.innerText);
  }
  style.remove();
  return said;
}"""
KEYS = ("Space", "Home", "End")  # beside the button that each presses
ICONS = ("equal", "info")  # letters of the font of icons
# Streamlit's own words, which an app cannot change.
ITS_OWN = ("Upload", "Drag and drop file here", "Limit", "per file", "CSV", "TSV", "TXT", "PNG")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the made-up language."""
    folder = tmp_path_factory.mktemp("languages")
    make(folder)
    served = tmp_path_factory.mktemp("language-server")
    with Server(served, BLINDSPOT_LANGUAGES=str(folder)) as server:
        yield server


def left(browser: Any, server: Server, page: str, section: str) -> set[str]:
    """The texts of a section with words outside brackets."""
    path = "" if page == "home" else page
    query = f"lang={CODE}" + (f"&section={section}" if section else "")
    with browser.new_context(base_url=server.url, viewport=WIDE) as context:
        opened = context.new_page()
        opened.goto(f"/{path}?{query}")
        opened.get_by_text("⟦").first.wait_for(timeout=SOON)
        opened.wait_for_function(
            "() => !document.querySelector('[data-testid=\"stStatusWidget\"]')", timeout=SOON
        )
        opened.wait_for_timeout(500)  # a chart is drawn after its page is there
        for _ in range(20):  # cards and charts come one after the other
            if len(found := opened.evaluate(TEXTS)) > 10:
                break
            opened.wait_for_timeout(500)
    assert len(found) > 10
    return {
        text
        for text in found
        if set(outside(text)) - set(" ".join((*ITS_OWN, *KEYS, *ICONS)).split())
    }


@pytest.mark.parametrize(("page", "section"), [("training", ""), ("activations", "gallery")])
def test_a_page_says_nothing_in_another_language(
    browser: Any, elsewhere: Server, page: str, section: str
) -> None:
    assert not left(browser, elsewhere, page, section)


ALL = [(i.name, section) for i in find_pages() for section in list(sections_of(i.name)) or [""]]


@pytest.mark.long
@pytest.mark.parametrize(("page", "section"), ALL)
def test_no_section_says_anything_in_another_language(
    browser: Any, elsewhere: Server, page: str, section: str
) -> None:
    assert not left(browser, elsewhere, page, section)
