"""The Runs page stands whatever the store holds."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.core.places import describe
from dashboard.core.runtime import store
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
