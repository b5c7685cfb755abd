"""Scoreboard, Clever Hans and sanity check: what is shipped is shown at once, and wrong links are
answered."""

import re

import pytest

from dashboard.core import runtime
from dashboard.core.scenes import Scene, scenes
from tests.pages.app import sentences, visit, works


@pytest.mark.parametrize("section", ["board", "hans", "sanity"])
def test_a_section_opens_on_its_shipped_result(section: str) -> None:
    app = works(visit("explain_images", f"section={section}"))
    assert not sentences(app)
    assert not any("Start" in info.value for info in app.info), "nothing has to be started"
    assert any(button.key == f"images_{section}_again" for button in app.button)


@pytest.mark.parametrize("score", ["best_iou", "sensitivity", "seconds"])
def test_another_score_can_be_ranked_by(score: str) -> None:
    app = works(visit("explain_images", f"section=board&score={score}"))
    assert not sentences(app)
    assert app.selectbox(key="images_score").value == score


@pytest.mark.parametrize(
    "query",
    [
        "section=board&board.methods=grad_cam&board.count=12",
        "section=board&board.pictures=single&board.count=1000",
        "section=board&across=0.25&down=0.75",
        "section=hans&hans.agreements=0~1&hans.epochs=60",
        "section=hans&cheat=0",
        "section=hans&cheat=7",
        "section=sanity&likeness=ssim",
        "section=sanity&sanity.network=shapes_resnet",
        "section=sanity&sanity.pictures=200&picture=239",
    ],
)
def test_another_setting_waits_to_be_started(query: str) -> None:
    assert not sentences(works(visit("explain_images", query)))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("section=board&board.network=digits", "shapes alone"),
        ("section=board&board.network=nonsense", "no network 'nonsense'"),
        ("section=board&board.network=run-0123456789abcdef", "no trained run"),
        ("section=board&board.methods=nonsense", "nonsense"),
        ("section=board&board.methods=", "At least one explanation method"),
        ("section=board&board.count=99999", "99999"),
        ("section=board&score=beauty", "beauty"),
        ("section=board&across=nan", "nan"),
        ("section=hans&hans.agreements=2", "2"),
        ("section=hans&hans.agreements=", "At least one"),
        ("section=sanity&sanity.network=resnet18", "download them, or put"),
        ("section=sanity&sanity.methods=grad_cam~gradcam", "gradcam"),
    ],
)
def test_a_wrong_link_is_answered_in_a_sentence(query: str, told: str) -> None:
    app = works(visit("explain_images", query))
    assert any(told in sentence for sentence in sentences(app)), sentences(app)


def test_a_move_of_the_object_writes_the_link() -> None:
    app = works(visit("explain_images", "section=board"))
    works(app.slider(key="images_across").set_value(0.6).run())
    assert app.query_params["across"] in ("0.6", ["0.6"])
    assert not sentences(app)


def test_the_headline_says_what_the_tolerance_is_worth() -> None:
    app = works(visit("explain_images", "section=board"))
    (text,) = [one.value for one in app.markdown if "points at the right object" in one.value]
    with_it = float(re.search(r"right object in (\d+)%", text)[1])
    without = float(re.search(r"Without this tolerance Grad-CAM reaches (\d+)%", text)[1])
    assert without < 0.6 * with_it
    after = text[text.index("Without this tolerance") :]
    assert {"random map", "edge detector"} <= {name for name in FLOORS if name in after}


FLOORS = ("random map", "edge detector", "untrained network")
CLIMBS = [scene for scene in scenes("explain_images") if scene.settings.get("section") in
          ("dream", "inception", "fool")]  # fmt: skip


@pytest.mark.parametrize("scene", CLIMBS, ids=lambda scene: scene.id)
def test_a_scene_of_a_climb_starts_by_itself(scene: Scene) -> None:
    """Its caption says what is to be seen: nothing has to be pressed for that."""
    section = scene.settings["section"]
    store = runtime.store()
    for run in store.runs():  # another test may have begun and stopped the very same
        store.delete(run.key)
    app = works(visit("explain_images", scene.settings))
    keys = {button.key for button in app.button}
    assert f"images_{section}_start" not in keys
