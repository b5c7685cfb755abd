"""Does every scene have a test of what it claims?"""

import ast

import pytest

from dashboard.core.router import find_pages
from dashboard.core.scenes import scenes
from tests.scenes.named import FILES, FOLDER, page_of, test_of

CLAIM_NOTHING: dict[str, str] = {  # page/id of a scene that only opens a tool: why there is no test
}
PAGES = [page.name for page in find_pages() if scenes(page.name)]


def written_about(page: str) -> set[str]:
    """Names of the tests about a page's scenes."""
    tree = ast.parse((FOLDER / FILES.format(page=page)).read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("page", PAGES)
def test_what_a_scene_claims_is_a_test(page: str) -> None:
    """A new scene needs a test in tests/scenes/test_claims_<page>.py, named after its id: it
    computes, through the scene's own link, what the sentence says is to be seen."""
    wanted = {test_of(s.id) for s in scenes(page) if f"{page}/{s.id}" not in CLAIM_NOTHING}
    assert wanted - written_about(page) == set(), "scenes without a test of their claim"
    assert written_about(page) - wanted == set(), "tests of scenes that are no longer there"


def test_no_two_scenes_of_a_page_share_a_test() -> None:
    for page in PAGES:
        names = [test_of(scene.id) for scene in scenes(page)]
        assert len(set(names)) == len(names), page


def test_every_file_of_claims_is_about_a_page_with_scenes() -> None:
    found = {page_of(path) for path in FOLDER.glob(FILES.format(page="*"))}
    assert found == set(PAGES)


def test_an_exception_is_a_scene_with_a_reason() -> None:
    known = {f"{page}/{scene.id}" for page in PAGES for scene in scenes(page)}
    assert set(CLAIM_NOTHING) <= known and all(len(why) > 10 for why in CLAIM_NOTHING.values())
