"""Scenes that ask: the guess first, then the picture, how far off, and a score for the visit."""

import math

import pytest

from dashboard.core.ask import Choice, Curve, Number, Pixel, question_of
from dashboard.core.router import find_pages
from dashboard.core.scenes import Scene, scenes
from dashboard.core.sections import bare, sections_of
from tests.pages.app import sentences, touched, visit, works
from tests.scenes.conftest import opened

ASKING = [
    pytest.param(info.name, scene, id=f"{info.name}-{scene.id}")
    for info in find_pages()
    for scene in scenes(info.name)
    if scene.ask
]


def link(scene: Scene, **more: str) -> dict[str, str | list[str]]:
    return {**scene.settings, **more}


def test_ten_scenes_ask() -> None:
    assert len(ASKING) >= 10


@pytest.mark.parametrize(("page", "scene"), ASKING)
def test_what_is_asked_has_an_answer_that_is_computed(page: str, scene: Scene) -> None:
    section = sections_of(page)[scene.settings.get("section", bare(page))]
    question = question_of(section.module, scene, opened(page, scene))
    match question:
        case Choice(options=options, right=right):
            assert right in options and len(options) > 1 and question.near(right)
            assert not question.near(next(id for id in options if id != right))
        case Number(low=low, high=high, right=right):
            assert math.isfinite(right) and low <= right <= high and question.near(right)
            assert not question.near(high if right < (low + high) / 2 else low)
        case Pixel(size=(rows, columns), right=right):
            assert right and all(0 <= r < rows and 0 <= c < columns for r, c in right)
            assert len(right) < rows * columns / 2, "pressing anywhere is no guess"
        case Curve(right=right, y=(low, high)):
            assert all(low <= value <= high for value in right) and question.near(right)
            assert not question.near([low] * len(right))
        case _:
            raise AssertionError("the scene asks what its section does not know")


@pytest.mark.parametrize(("page", "scene"), ASKING)
def test_a_link_asks_first_and_shows_after_it(page: str, scene: Scene) -> None:
    app = works(visit(page, link(scene, ask="1")))
    boards = [e for e in app.get("bidi_component") if "library" not in str(e.key)]
    assert app.button(key="ask_skip")
    pressed = "ask_reveal" not in {b.key for b in app.button}
    assert len(boards) == (1 if pressed or touched(app) else 0), "no picture gives it away"
    works(app.button(key="ask_skip").click().run())
    assert "ask" not in app.query_params
    assert not {"ask_skip", "ask_again"} & {b.key for b in app.button}


def test_a_guess_is_judged_scored_and_can_be_made_again() -> None:
    (scene,) = (s for s in scenes("optimizers") if s.id == "beyond-the-limit")
    app = works(visit("optimizers", link(scene, ask="1")))
    works(app.button(key="ask_reveal").click().run())
    assert "ask" in app.query_params, "no guess, no answer"
    works(app.number_input(key=f"ask_{scene.id}").set_value(3.0).run())
    works(app.button(key="ask_reveal").click().run())
    said = [e.value for e in (*app.info, *app.success)]
    assert any("You guessed 3; it is **0.25**" in text and "0 of 1 right" in text for text in said)
    works(app.button(key="ask_again").click().run())
    works(app.number_input(key=f"ask_{scene.id}").set_value(0.25).run())
    works(app.button(key="ask_reveal").click().run())
    assert any("1 of 1 right" in e.value for e in app.success)


def test_a_drawn_curve_is_judged_by_how_far_it_is_from_the_right_one() -> None:
    question = Curve("?", (0.0, 4.0), (0.0, 1.0), (0.0, 0.5, 1.0, 0.5, 0.0), 0.1)
    assert question.near([0.0, 0.5, 0.6, 0.5, 0.0]) and not question.near([0.0] * 5)
    assert "0.4 away on average, most at 2: by 1" in question.outcome([0.0] * 5)


def test_the_menu_asks_and_a_plain_link_does_not() -> None:
    (scene,) = (s for s in scenes("activations") if s.id == "a-bottleneck-is-for-ever")
    app = works(visit("activations", link(scene)))
    assert "ask_skip" not in {b.key for b in app.button}
    app = works(visit("activations"))
    works(app.selectbox(key="activations_scene").set_value(scene.id).run())
    assert app.button(key="ask_skip") and not sentences(app)


def test_a_question_of_a_link_that_asks_nothing_is_no_question() -> None:
    app = works(visit("optimizers", "section=weight&weight.w=3&ask=1"))
    assert "ask_skip" not in {b.key for b in app.button} and not sentences(app)


def test_how_far_a_pixel_is_from_the_nearest_right_one() -> None:
    question = Pixel("?", (5, 5), frozenset({(0, 0), (4, 4)}))
    assert "5.0 pixels" in Pixel("?", (9, 9), frozenset({(0, 0)})).outcome((3, 4))
    assert question.near((4, 4)) and not question.near((1, 0))
