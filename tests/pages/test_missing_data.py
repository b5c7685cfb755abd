"""A data set that is not here is a sentence and an offer in every section, never an error box."""

import pytest

from dashboard.core.router import find_pages
from dashboard.core.sections import sections_of
from engine.config import family
from tests.pages.app import sentences, visit, works
from tests.pages.test_fuzzed_links import view_of

ABSENT = "kmnist"  # no test may need its files


def asked() -> list[tuple[str, str, str]]:
    """Every section with every setting of its page that takes such a data set."""
    found = []
    for info in find_pages():
        view = view_of(info.name)
        names = [
            name
            for name, field in (view.knobs() if view else {}).items()
            if (members := family(field)) is not None and ABSENT in members
        ]
        found += [(info.name, id, name) for id in sections_of(info.name) for name in names]
    return found


@pytest.mark.parametrize(("page", "section", "name"), asked())
def test_a_section_stands_without_its_data(page: str, section: str, name: str) -> None:
    works(visit(page, f"section={section}&{name}={ABSENT}"))


def test_a_race_says_what_is_missing_and_offers_it() -> None:
    app = works(visit("optimizers", "section=race&base.data=kmnist"))
    assert any("KMNIST" in sentence for sentence in sentences(app))
    assert app.button(key="data_download").label == "Download it"


def test_the_lab_says_what_is_missing_and_offers_it() -> None:
    app = works(visit("training", "data=kmnist"))
    assert any("KMNIST" in sentence for sentence in sentences(app))
    assert app.button(key="data_download").label == "Download it"
