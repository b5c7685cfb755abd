"""The Runs page stands whatever the store holds."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.core.places import describe, settings_of, title_of
from dashboard.core.runtime import store
from dashboard.core.words import say
from dashboard.runs.acts import PICKED
from dashboard.runs.table import row_of
from engine.runs.work import WORK, import_kinds
from engine.training.config import TrainConfig
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


def selected() -> None:
    from dashboard.core.runtime import store
    from dashboard.runs.table import actions

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


@pytest.fixture
def done():
    """Three finished runs, the oldest first."""
    configs = [TrainConfig(seed=seed) for seed in (781, 782, 783)]
    for config in configs[:2]:
        _finished(config)
    yield configs
    for config in configs:
        store().delete(config.key)


def _finished(config):
    store().begin(config)
    store().set(config.key, state="done", step=1, steps=1)


def _ticked(*configs):
    """The page with these runs ticked, as a browser that ticked them left it."""
    app = works(visit("runs"))
    app.session_state[PICKED] = tuple(config.key for config in configs)
    app.session_state["runs_listed"] = ([], 100)  # the list is drawn anew
    return works(app.run())


def _picked(app):
    return set(app.session_state[PICKED])


def _text(app):
    return "\n".join(element.value for element in app.markdown)


def test_what_is_deleted_is_what_the_question_named_whatever_came_since(done):
    first, second, third = done
    app = _ticked(first)
    assert first.key in _text(app) and second.key not in _text(app)
    assert title_of(store().run(first.key)) in _text(app)
    _finished(third)  # another visitor's: it stands above, every row has another number
    works(app.button(key="runs_delete").click().run())
    assert store().run(first.key) is None
    assert store().run(second.key) and store().run(third.key)
    assert _picked(app) == set(), "after a delete nothing is ticked"
    assert "runs_delete" not in {button.key for button in app.button}


def test_a_list_that_changed_keeps_the_run_that_was_ticked(done):
    first, _, third = done
    app = _ticked(first)
    _finished(third)
    works(app.run())
    assert _picked(app) == {first.key}
    works(app.button(key="runs_pin").click().run())
    assert [bool(store().run(config.key).pinned) for config in done] == [True, False, False]


def test_a_filter_ticks_no_other_run(done):
    first, second, _ = done
    app = _ticked(first)
    works(app.text_input(key="runs_search").set_value(first.key).run())
    assert _picked(app) == {first.key}
    works(app.text_input(key="runs_search").set_value(second.key).run())
    assert _picked(app) == set(), "what cannot be seen is not acted on"
    works(app.text_input(key="runs_search").set_value("").run())
    assert _picked(app) == set()


def test_pinned_runs_are_not_deleted(done):
    first, second, _ = done
    store().set(first.key, pinned=1)
    app = _ticked(first)
    assert "runs_delete" not in {button.key for button in app.button}
    assert say("runs.kept", count=1) in _text(app)
    app = _ticked(first, second)
    works(app.button(key="runs_delete").click().run())
    assert store().run(first.key) and store().run(second.key) is None


def test_a_run_that_was_pinned_after_the_question_is_kept(done):
    app = _ticked(done[0])
    store().set(done[0].key, pinned=1)
    works(app.button(key="runs_delete").click().run())
    assert store().run(done[0].key)


def test_a_note_is_of_one_run(done):
    first, second, _ = done
    store().set(second.key, note="mine")
    app = _ticked(first, second)
    boxes = {box.key for box in app.text_input}
    assert not {key for key in boxes if key.startswith("runs_note")}
    app = _ticked(first)
    works(app.text_input(key=f"runs_note_{first.key}").set_value("yours").run())
    assert [store().run(config.key).note for config in done[:2]] == ["yours", "mine"]


def test_what_was_deleted_can_be_brought_back(done):
    first, second, _ = done
    app = _ticked(first)
    works(app.button(key="runs_delete").click().run())
    assert store().run(first.key) is None
    works(app.button(key="runs_undo").click().run())
    assert store().run(first.key).state == "done" and store().run(second.key)
    assert "runs_undo" not in {button.key for button in app.button}


def test_settings_are_said_as_the_screen_says_them_and_found_as_a_link_writes_them():
    config = TrainConfig.read({"data": "blobs", "batch_size": "10", "seed": "788"})[0]
    _finished(config)
    try:
        run = store().run(config.key)
        said = settings_of(run)
        assert "Batch size 10" in said and "Seed 788" in said and "–" not in said
        app = works(visit("runs"))
        app.text_input(key="runs_search").set_value("batch_size=10 seed=788").run()
        (table,) = works(app).dataframe
        assert list(table.value[say("runs.key")]) == [config.key]
    finally:
        store().delete(config.key)
