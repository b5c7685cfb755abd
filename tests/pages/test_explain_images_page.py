"""The Explain images page: sections at their ends, what does not fit a network, and wrong links."""

from urllib.parse import quote_plus, urlencode

import pytest

from dashboard.core.sections import sections_of
from dashboard.explain_images.view import ImagesView
from engine.config import bounds, shown
from tests.pages.app import sentences, visit, works

SECTIONS = list(sections_of("explain_images"))

CLIMBS = {"dream": "images_dream", "inception": "images_inception", "fool": "images_fool"}


def ends(section: str, end: int) -> dict[str, str]:
    """Every number of a section at its lowest (0) or highest (1) value."""
    found = {"section": section}
    for name, field in ImagesView().knobs().items():
        limits = bounds(field)
        value, look = ImagesView().get(name), shown(field)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if name.startswith(f"{section}.") and plain and None not in limits and look:
            found[name] = f"{limits[end]:.10g}"
    return found


def test_the_first_section_opens_without_a_word_of_complaint() -> None:
    assert not sentences(works(visit("explain_images", {"look.methods": "grad_cam"})))


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("section", CLIMBS)
def test_a_climb_takes_all_its_numbers_at_their_ends_and_waits(section: str, end: int) -> None:
    app = works(visit("explain_images", ends(section, end)))
    assert not sentences(app)
    assert app.button(key=f"{CLIMBS[section]}_start").label
    assert app.info, "it says what the button does"


@pytest.mark.parametrize(
    "query", ["occlusion.window=128&occlusion.stride=64", "occlusion.window=1&occlusion.stride=6",
              "occlusion.colour=mean&target=3&occlusion.layer=conv1"],
)  # fmt: skip
def test_occlusion_answers_at_its_ends(query: str) -> None:
    app = works(visit("explain_images", f"section=occlusion&{query}"))
    assert not sentences(app)
    assert any("Uncovered" in text.value for text in app.markdown)


def test_too_many_places_are_refused_in_a_sentence() -> None:
    app = works(visit("explain_images", "section=occlusion&occlusion.window=1&occlusion.stride=1"))
    assert any("larger stride" in sentence for sentence in sentences(app))


@pytest.mark.parametrize("network", ["digits", "glyphs", "shapes_resnet"])
@pytest.mark.parametrize("section", ["dream", "inception", "fool", "occlusion"])
def test_what_another_network_does_not_have_is_fitted(section: str, network: str) -> None:
    """A class, a layer and a channel of one network are not there in the next."""
    name = "network" if section == "occlusion" else f"{section}.network"
    query = {"section": section, name: network, f"{section}.layer": "conv4"}
    if section in ("dream", "fool"):
        query |= {f"{section}.target": "25"}
    if section in ("dream", "inception"):
        query |= {f"{section}.channel": "2047"}
    if section == "dream":
        query |= {"dream.goal": "channel"}
    if section == "fool":
        query.pop("fool.layer")
    assert not sentences(works(visit("explain_images", urlencode(query))))


@pytest.mark.parametrize(
    "query",
    [
        "section=nowhere",
        "section=occlusion&occlusion.window=0",
        "section=occlusion&occlusion.colour=red",
        "section=occlusion&network=nothing",
        "section=dream&dream.seed=1&dream.optimizer=muon",
        "section=dream&dream.seed=1&dream.steps=1e9",
        "section=dream&dream.seed=1&dream.l2.weight=nan",
        "section=dream&dream.network=" + quote_plus("../../etc"),
        "section=inception&inception.seed=1&inception.octaves=99",
        "section=fool&fool.seed=1&fool.means=magic",
        "section=fool&fool.network=" + quote_plus("<script>"),
    ],
)
def test_a_wrong_link_is_refused_in_a_sentence_and_the_page_stays(query: str) -> None:
    app = works(visit("explain_images", query))
    assert sentences(app), f"{query[:60]} was taken without a word"


def test_a_menu_writes_the_link() -> None:
    app = works(visit("explain_images", "section=fool&fool.network=digits"))
    menu = next(box for box in app.selectbox if str(box.key).startswith("images_fool.target"))
    works(menu.set_value(7).run())
    assert app.query_params["fool.target"] == ["7"] or app.query_params["fool.target"] == "7"


def test_every_section_has_a_name_a_lesson_and_a_place_on_the_page() -> None:
    from dashboard.core.lessons import load

    lessons = load("explain_images")
    for section in SECTIONS:
        assert section in lessons, f"no lesson for {section}"
