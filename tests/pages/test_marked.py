"""Every setting has an address: a link highlights it, brings it to the front, or leaves it out."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.core.router import find_pages
from dashboard.core.scenes import Scene, scenes
from tests.pages.app import sentences, visit, works


def boxes(app: AppTest) -> list[str]:
    """Widgets of the sidebar in their order."""
    kinds = ("slider", "select_slider", "selectbox", "number_input", "toggle", "text_input")
    return [element.key for kind in kinds for element in app.sidebar.get(kind)]


def test_a_highlighted_setting_comes_first_even_from_the_folded_ones() -> None:
    app = works(visit("training", "highlight=layers.dropout~batch_size"))
    assert not sentences(app)
    sliders = [e.key for e in app.sidebar.get("slider")]
    assert sliders[0] == "training_layers.dropout"
    app = works(visit("training"))
    assert next(e.key for e in app.sidebar.get("slider")) != "training_layers.dropout"


def test_a_hidden_setting_is_left_out_and_shown_again() -> None:
    app = works(visit("training", "hide=batch_size~epochs&epochs=7"))
    assert "training_batch_size" not in boxes(app) and "training_epochs" not in boxes(app)
    assert any("hides 2 settings" in caption.value for caption in app.sidebar.caption)
    works(app.button(key="show_all").click().run())
    assert "training_batch_size" in boxes(app)
    assert "hide" not in app.query_params and app.query_params["epochs"] in ("7", ["7"])


def test_settings_that_are_not_there_are_said_once() -> None:
    app = works(visit("training", "highlight=batch_sise&hide=nonsense"))
    said = " ".join(sentences(app))
    assert "highlights what is no setting here: batch_sise" in said
    assert "Did you mean 'batch_size'?" in said and "no setting here: nonsense" in said
    assert not sentences(works(visit("optimizers", "highlight=weight.x")))  # of another section


def test_a_link_that_hides_everything_says_so() -> None:
    app = works(visit("blind_spot"))
    names = [key.removeprefix("spot_") for key in boxes(app) if key.startswith("spot_")]
    from dashboard.blind_spot.view import SpotView

    hidden = "~".join(SpotView().knobs())
    app = works(visit("blind_spot", f"hide={hidden}"))
    left = [key for key in boxes(app) if key.removeprefix("spot_") in SpotView().knobs()]
    assert names and not left
    assert any("hides all" in caption.value for caption in app.sidebar.caption)
    assert app.button(key="show_all")


def test_the_marks_stay_with_other_settings() -> None:
    app = works(visit("training", "highlight=batch_size"))
    slider = app.sidebar.get("select_slider")
    works(next(s for s in slider if s.key == "training_batch_size").set_value(64).run())
    assert app.query_params["highlight"] in ("batch_size", ["batch_size"])


LIT = [
    pytest.param(info.name, scene, id=scene.id)
    for info in find_pages()
    for scene in scenes(info.name)
    if scene.highlight
]


@pytest.mark.parametrize(("page", "scene"), LIT)
def test_a_scene_highlights_settings_that_its_section_has(page: str, scene: Scene) -> None:
    app = works(visit(page, {**scene.settings, "highlight": scene.highlight}))
    assert not sentences(app)
