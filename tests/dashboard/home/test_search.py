"""The search box of the home page opens the right picture."""

import pytest

from dashboard.core.router import by_group, find_pages
from dashboard.home.search import entries, search


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("blind spot", "blind_spot"),
        ("dropout", "training"),
        ("Grad-CAM", "explain_images"),
        ("grad cam", "explain_images"),
        ("XOR", "neurons"),
        ("cosine", "optimizers"),
        ("temperature", "sampling"),
        ("beeswarm", "explain_tables"),
    ],
)
def test_a_word_of_the_field_opens_its_picture(text, page):
    found = search(text, "en")
    assert found, f"nothing speaks of {text!r}"
    assert page in [entry.path.stem for entry in found[:3]], [e[2:4] for e in found]


def test_all_words_have_to_be_there():
    assert not search("dropout zebra", "en")
    assert search("", "en") == []


def test_a_title_comes_before_a_text_that_names_it():
    assert search("dead", "en")[0].path.stem == "activations"


def test_every_entry_opens_a_page_with_a_title():
    pages = {info.path for info in find_pages()}
    assert all(entry.path in pages and entry.title for entry in entries("en"))


def test_the_menu_has_its_groups_in_the_order_of_a_course():
    order = ["", "Foundations", "Training", "Vision", "Sequences", "Generate", "Explain",
             "Practice", "Runs"]  # fmt: skip
    found = list(by_group(find_pages()))
    assert found == [group for group in order if group in found]
