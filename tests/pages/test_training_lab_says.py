"""What the Training lab says of a run: its floor, its end, its name, and what became of others."""

import numpy as np
import pytest

from dashboard.core.runtime import store
from dashboard.training import panels
from dashboard.training.overlay import names
from dashboard.training.panels import end_of
from dashboard.training.survival import RATES, fates
from dashboard.training.transport import Place
from engine.runs.files import encode_arrays
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep
from tests.pages.app import visit, works


def text(app):
    return "\n".join(e.value for e in (*app.caption, *app.markdown, *app.warning))


@pytest.fixture
def keep():
    """Runs that a test puts into the store, which are gone after it."""
    kept = []

    def put(config, **columns):
        store().begin(config)
        store().set(config.key, **({"state": "done", "step": 9, "steps": 9} | columns))
        kept.append(config)
        return store().run(config.key)

    yield put
    for config in kept:
        store().delete(config.key)


def grown(config, step, values, frames):
    store().append(config.key, [(step, values)], frames, step)


def test_every_score_has_its_floor_beside_it():
    assert "most frequent class, is right in 9" in text(works(visit("training", "data=card_fraud")))
    told = text(works(visit("training", "data=regression_curve&loss=mse&seed=3")))
    assert "answering the mean has an R²" in told


def test_a_network_that_is_worse_than_its_floor_is_said_to_be(keep):
    config = TrainConfig.read({"data": "moons", "seed": "91"})[0]
    keep(config, facts={"per_epoch": 3}, step=30, steps=30)
    series = [(0, 0.7), (9, 0.5), (12, 53.0), (30, 128.0)]
    for step, loss in series:
        picture = {"surface": np.full((2, 5, 5), 0.5, np.float16)}
        grown(config, step, {"validation_loss": loss}, [(step, encode_arrays(picture))])
    told = text(works(visit("training", "data=moons&seed=91")))
    assert "Since update 12 the network is worse" in told and "128" in told


def test_the_charts_of_a_run_that_diverged_end_where_it_did(keep):
    config = TrainConfig.read({"data": "moons", "seed": "92"})[0]
    run = keep(config, state="diverged", step=5, steps=450, facts={"per_epoch": 10})
    assert end_of(config, Place(run, [0, 5], 1, False)) == 0.5
    whole = keep(config, state="done", step=450, steps=450, facts={"per_epoch": 10})
    assert end_of(config, Place(whole, [0, 450], 1, False)) == config.epochs


def test_runs_that_are_laid_over_each_other_have_names_that_tell_them_apart(keep):
    base = {"data": "moons", "data.noise": "0.3", "learning_rate": "0.01"}
    others = [
        TrainConfig.read(base | more)[0]
        for more in ({"seed": "5"}, {"seed": "6"}, {"seed": "6", "epochs": "20"}, {"seed": "7"})
    ]
    for config in others:
        keep(config)
    store().set(others[3].key, note="the good one")
    found = names(TrainConfig(), [config.key for config in others])
    assert len(set(found.values())) == 4
    first = found[others[0].key]
    assert first.startswith("Seed 5"), "what differs among them comes first"
    assert found[others[3].key].startswith("the good one")


def test_what_becomes_of_every_rate_is_told_in_one_sentence_each():
    sweep = Sweep(vary="learning_rate", values=("0.01", "0.3", "3", "10"), seeds=1)
    steps = np.array([0, 9])
    history = {
        "validation_loss:0": (steps, np.array([0.7, 0.1])),
        "validation_loss:1": (steps, np.array([0.7, 25.8])),
        "validation_loss:2": (steps, np.array([0.7, 0.6])),
        "validation_loss:3": (steps, np.array([0.7, 0.2])),
        "died:3": (np.array([5]), np.array([5.0])),
    }
    assert fates(sweep, history) == ([0.01, 3.0], [0.3], [10.0])


def test_looking_for_the_largest_rate_begins_by_itself_and_answers(keep):
    config = TrainConfig.read({"data": "moons", "epochs": "1", "seed": "93"})[0]
    sweep = Sweep(base=config, vary=RATES.vary, values=RATES.values, seeds=1)
    keep(sweep, facts={"per_epoch": 9, "runs": 9})
    for run in range(9):
        for step, loss in ((0, 0.7), (9, 0.1 if run < 5 else 25.0)):
            grown(sweep, step, {f"validation_loss:{run}": loss}, [])
    app = works(visit("training", config.flat() | RATES.flat()))
    told = text(app)
    assert "**0.001, 0.003, 0.01, 0.03, 0.1**" in told and "**0.3, 1, 3, 10**" in told
    works(app.button(key="lab_use_rate").click().run())
    assert app.query_params["learning_rate"] == "0.1" and "compare" not in app.query_params


def test_a_run_that_is_left_while_it_goes_on_is_shown_with_a_way_to_pause_it(keep):
    config = TrainConfig.read({"data": "moons", "epochs": "6000", "seed": "94"})[0]
    other = config.with_("data.noise", 0.3)
    app = works(visit("training", config.flat()))
    keep(config, state="running", step=30, steps=100)
    app.query_params["data.noise"] = "0.3"
    works(app.run())
    assert "The run before goes on: Noise 0.15; 30% done." in text(app)
    app.button(key="lab_earlier_show").click().run()
    assert "data.noise" not in works(app).query_params and other != config


def test_step_says_what_it_shows_where_the_record_is_coarser_than_an_epoch(keep):
    config = TrainConfig.read({"data": "moons", "seed": "95", "epochs": "3000"})[0]
    per_epoch = config.unit("epoch")
    whole = {"facts": {"per_epoch": per_epoch}, "step": 100 * per_epoch, "steps": 100 * per_epoch}
    keep(config, **whole)
    picture = encode_arrays({"surface": np.full((2, 5, 5), 0.5, np.float16)})
    for epoch in (0, 50, 100):
        step = epoch * per_epoch
        grown(config, step, {"validation_loss": 0.5}, [(step, picture)])
    app = works(visit("training", config.flat()))
    assert app.button(key="lab_step").label == "One epoch", "at the end of the record: computed"
    app.button(key="lab_reset").click().run()
    assert works(app).button(key="lab_step").label == "Next picture"


def test_a_run_that_moves_has_its_progress_where_the_slider_was(keep):
    config = TrainConfig.read({"data": "moons", "seed": "96", "epochs": "3000"})[0]
    keep(config, state="running", facts={"per_epoch": 9}, step=750 * 9, steps=3000 * 9)
    picture = encode_arrays({"surface": np.full((2, 5, 5), 0.5, np.float16)})
    for step in (0, 9):
        grown(config, step, {"validation_loss": 0.5}, [(step, picture)])
    store().set(config.key, step=750 * 9)
    app = works(visit("training", config.flat()))
    (bar,) = [one for one in app.get("progress") if "Epoch 750 of 3,000" in one.proto.text]
    assert bar.proto.value == 25
    assert not [one for one in app.select_slider if one.key == "lab_scrub"]


def test_losses_of_batches_are_drawn_before_the_next_picture_comes(keep, monkeypatch):
    config = TrainConfig.read({"data": "moons", "seed": "97"})[0]
    keep(config, state="running", facts={"per_epoch": 50}, step=40, steps=500)
    picture = encode_arrays({"surface": np.full((2, 5, 5), 0.5, np.float16)})
    grown(config, 0, {"validation_loss": 0.7}, [(0, picture)])
    for step in range(1, 41):
        grown(config, step, {"batch_loss": 0.6}, [])
    app = visit("training", config.flat() | {"speed": "live"})
    app.session_state["lab_playing"] = True
    given = []
    monkeypatch.setattr(panels, "losses", lambda *known: given.append(known[-1]["batch_loss"]))
    works(app.run())
    steps, _ = given[-1]
    assert len(steps) == 40 and app.session_state["lab_playing"]


def test_a_batch_that_is_larger_than_the_data_is_said_to_be_all_of_it():
    told = text(works(visit("training", "data=moons&batch_size=4096&seed=3")))
    assert "4,096 is more than the" in told
    assert "is more than the" not in text(works(visit("training", "data=moons&seed=3")))
