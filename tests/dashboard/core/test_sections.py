"""A section is a file: found by its room, with an id, a name, a lesson and what it draws."""

import pytest

from dashboard.core.lessons import load
from dashboard.core.router import find_pages
from dashboard.core.sections import at, bare, sections_of
from dashboard.core.words import say

SECTIONS = [
    (info.name, section) for info in find_pages() for section in sections_of(info.name).values()
]


@pytest.mark.parametrize(("page", "section"), SECTIONS, ids=lambda v: getattr(v, "id", v))
def test_a_section_has_all_that_a_page_shows_of_it(page, section):
    assert callable(section.module.show) and callable(section.module.knobs)
    assert say(f"{page}.section_{section.id}")
    assert section.id in load(page) or page == "explain_tables"  # a lesson a pitfall


@pytest.mark.parametrize("page", sorted({page for page, _ in SECTIONS}))
def test_places_are_not_taken_twice(page):
    orders = [section.module.ORDER for section in sections_of(page).values()]
    assert len(set(orders)) == len(orders), "two sections have one ORDER"
    named = [s for s in sections_of(page).values() if getattr(s.module, "BARE", False)]
    assert len(named) <= 1, "a link without a section means one of them"


def test_a_link_without_a_section_means_the_one_it_always_meant():
    pages = ("activations", "blind_spot", "explain_images", "explain_tables", "optimizers")
    assert [bare(page) for page in pages] == ["gallery", "spot", "look", "model", "surfaces"]
    assert bare("sampling") == "step"


def test_another_section_keeps_the_settings_of_the_link():
    link = {"section": "one", "row": "3"}
    assert at("explain_tables", "all", link) == {"section": "all", "row": "3"}
    assert at("explain_tables", "model", link) == {"row": "3"}
