"""The Runs page stands whatever the store holds."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runs import describe, row_of
from dashboard.runtime import store
from engine.training import TrainConfig
from engine.work import WORK, import_kinds
from tests.pages.app import visit, works

CONFIG = TrainConfig(seed=77)


def kinds():
    import_kinds()
    return list(WORK.values())


@pytest.fixture(params=['{"kind": "train", "of_old": 1}', '{"kind": "gone"}', "no JSON"])
def stranger(request):
    """A paused run of a version that had other settings."""
    store().begin(CONFIG)
    store().set(CONFIG.key, config=request.param, state="paused")
    yield store().run(CONFIG.key)
    store().delete(CONFIG.key)


@pytest.fixture
def three():
    """Keys of three runs, the newest first; the second is pinned."""
    configs = [TrainConfig(seed=seed) for seed in (901, 902, 903)]
    for config in configs:
        store().begin(config)
        store().set(config.key, state="done", step=1, steps=1, note="of three")
    keys = [config.key for config in reversed(configs)]
    store().set(keys[1], pinned=1)
    yield keys
    for key in keys:
        store().delete(key)


def ticking(*keys: str) -> AppTest:
    """The page with these runs ticked."""
    app = works(visit("runs"))
    app.session_state["runs_ticked"] = list(keys)
    return works(app.run())


def test_the_run_that_was_ticked_is_deleted_though_the_list_has_changed(three):
    app = ticking(three[2])
    newer = TrainConfig(seed=904)
    store().begin(newer)
    store().set(newer.key, state="done")
    works(app.button(key="runs_delete").click().run())
    assert [store().run(key) is None for key in (*three, newer.key)] == [False, False, True, False]
    assert app.session_state["runs_ticked"] == []
    assert "runs_delete" not in {button.key for button in app.button}, "nothing is armed"
    store().delete(newer.key)


def test_the_question_names_what_goes_and_what_stays(three):
    app = ticking(three[0], three[1])
    told = " ".join(text.value for text in (*app.markdown, *app.caption))
    question = next(text.value for text in app.markdown if text.value.startswith("- "))
    assert three[0][:6] in question and three[1][:6] not in question
    assert f"({chr(96)}{three[1][:6]}{chr(96)})" in told and "unpinned" in told
    works(app.button(key="runs_delete").click().run())
    assert store().run(three[0]) is None
    assert store().run(three[1]) is not None


def test_a_pinned_run_is_not_deleted_even_when_it_was_pinned_after_the_question(three):
    assert ticking(three[1]).button(key="runs_delete").disabled
    app = ticking(three[0])
    store().set(three[0], pinned=1)
    works(app.button(key="runs_delete").click().run())
    assert store().run(three[0]) is not None


def test_pin_does_what_it_said_when_it_was_drawn(three):
    app = ticking(three[0])
    store().set(three[0], pinned=1)
    works(app.button(key="runs_pin").click().run())
    assert store().run(three[0]).pinned
    works(app.button(key="runs_pin").click().run())
    assert not store().run(three[0]).pinned


def test_a_filter_ticks_nothing_else(three):
    app = ticking(three[2])
    works(app.text_input(key="runs_search").set_value(three[0]).run())
    assert app.session_state["runs_ticked"] == []
    assert "runs_pin" not in {button.key for button in app.button}


def test_a_note_is_of_one_run(three):
    boxes = [box.key for box in ticking(three[0], three[1]).text_input]
    assert not [key for key in boxes if key.startswith("runs_note")]
    app = ticking(three[2])
    works(app.text_input(key=f"runs_note_{three[2]}").set_value("mine").run())
    assert [store().run(key).note for key in three] == ["of three", "of three", "mine"]


def test_runs_that_are_told_alike_are_chosen_apart(three):
    """Streamlit finds a choice by its words alone."""
    names = {"seed": "900"}
    app = works(visit("training", names))
    labels = app.multiselect(key="lab_overlay").options
    assert len(labels) == len(set(labels))
    assert all(any(key[:6] in label for label in labels) for key in three[:2])


def selected() -> None:
    from dashboard.runs import actions
    from dashboard.runtime import store

    actions([run for run in store().runs() if run.state == "paused"])


def test_a_run_of_another_version_is_listed_and_can_only_be_kept_or_deleted(stranger):
    assert stranger.key in row_of(stranger).values()
    works(visit("runs"))
    app = AppTest.from_function(selected, default_timeout=60).run()
    assert not app.exception
    assert "does not know" in app.warning[0].value
    keys = {button.key for button in app.button}
    assert {"runs_pin", "runs_delete"} <= keys
    assert not keys & {"runs_open", "runs_resume"}


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_work_says_in_words_what_it_is(kind):
    told = describe(kind())
    assert told != kind.kind and "_" not in told
    assert " · " in told
