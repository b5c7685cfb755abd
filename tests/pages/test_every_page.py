"""Every page opens: at its defaults, at each of its scenes, and whatever a link asks for."""

from pathlib import Path
from urllib.parse import parse_qs, quote_plus, urlencode

import pytest

from dashboard.core.router import find_pages
from dashboard.core.scenes import scenes
from engine.paths import TEXT
from engine.runs.shipped import shipped
from tests.pages.app import ROOT, refused, visit, works
from tests.pins import asked, pinned

PINNED = {
    page: {
        urlencode(dict(item.split("=", 1) for item in link.split())): keys
        for link, keys in scenes.items()
    }
    for page, scenes in pinned()["scenes"].items()
}
PAGES = [info.name for info in find_pages()]
SCENES = [
    (path.stem, scene.id, urlencode(scene.settings))
    for path in sorted((TEXT / "en" / "scenes").glob("*.toml"))
    for scene in scenes(path.stem)
]
HOSTILE = {
    "an unknown setting": "nonsense=1",
    "a name that is no name": "__class__=1&..=2&a.b.c.d=3",
    "markup": "x=" + quote_plus("<img src=x onerror=alert(1)>"),
    "ten thousand bytes": "x=" + "9" * 10_000,
    "a repeated setting": "x=1&x=2&x=3",
    "an empty value": "x=",
    "bytes that are no text": "x=%00%ff%fe",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_at_its_defaults(name: str) -> None:
    app = works(visit(name))
    assert app.main.children, "the page shows something"
    assert not refused(app)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_whatever_its_link_holds(name: str, query: str) -> None:
    works(visit(name, query))


@pytest.mark.parametrize(("name", "title", "link"), SCENES, ids=[scene[1] for scene in SCENES])
def test_a_scene_is_what_its_link_says(name: str, title: str, link: str) -> None:
    with asked() as work:
        app = works(visit(name, link))
    assert not refused(app), "a scene of ours must not ask for what is refused"
    assert app.selectbox(key=f"{name}_scene").value == title
    lost = set(PINNED.get(name, {}).get(link, [])) - work
    assert not lost, "this link opened on other work, and a link is for ever"


def test_a_scene_on_a_run_opens_one_that_comes_with_the_app() -> None:
    keys = [key for _, _, link in SCENES for key in parse_qs(link).get("run", [])]
    assert keys
    assert not [key for key in keys if shipped(key) is None]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_is_in_its_first_line(name: str) -> None:
    first = (ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith('"""'), first
    assert first.rstrip('"').endswith((".", "?")), first


@pytest.mark.parametrize("name", [name for name in PAGES if name != "home"])
def test_a_page_keeps_its_link_while_another_is_visited(name: str) -> None:
    app = works(visit(name, "nonsense=1"))
    app.switch_page(str(Path(ROOT) / "pages" / "home.py"))
    works(app.run())
