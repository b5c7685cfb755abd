"""The Training lab at its extremes: every data set, model and number, and links that are wrong."""

import itertools
import math
import os
import tempfile
from urllib.parse import quote_plus, urlencode

import pytest
from safetensors import safe_open
from streamlit.testing.v1 import AppTest

from dashboard.core import export
from dashboard.core.runtime import jobs
from dashboard.training.setting import sweep_of
from dashboard.training.view import View
from engine.config import bounds, family, shown
from engine.data import DATASETS
from engine.models import MODELS
from engine.runs.work import load
from engine.training.config import TrainConfig, fits
from tests.pages.app import sentences, visit, works

FILES = ("mnist", "fashion_mnist", "kmnist", "cifar10", "image_folder")
HERE = [id for id in DATASETS if id not in FILES]
PAIRS = [(d, m) for d, m in itertools.product(HERE, MODELS) if fits(MODELS[m], DATASETS[d]())]
FAMILIES = {
    name: list(registry)
    for name, field in TrainConfig().knobs().items()
    if (registry := family(field)) is not None and name not in ("data", "model")
}
NUMBERS = {
    name: bounds(field)
    for name, field in TrainConfig().knobs().items()
    if None not in bounds(field) and isinstance(TrainConfig().get(name), int | float)
}
WRONG = {
    "not a number": "nan",
    "infinity": "inf",
    "a word": "banana",
    "code": quote_plus("__import__('os').system('true')"),
    "markup": quote_plus("<script>alert(1)</script>"),
    "ten thousand digits": "9" * 10_000,
    "a negative": "-1",
    "nothing": "",
}


def easy(name: str) -> dict[str, str]:
    """A small data set, unless the knob belongs to the default one."""
    return {} if name.startswith("data.") else {"data": "moons"}


@pytest.mark.parametrize(("data", "model"), PAIRS)
def test_every_model_opens_on_every_data_set_that_it_takes(data: str, model: str) -> None:
    app = works(visit("training", urlencode({"data": data, "model": model, "seed": 3})))
    assert not sentences(app)


@pytest.mark.parametrize("data", FILES)
def test_a_data_set_without_its_files_says_how_to_provide_them(data: str) -> None:
    app = works(visit("training", f"data={data}"))
    said = " ".join(sentences(app))
    assert os.environ["BLINDSPOT_DATA"] in said, said or "nothing was said"


@pytest.mark.parametrize(
    ("knob", "member"), [(knob, id) for knob, ids in FAMILIES.items() for id in ids]
)
def test_every_member_of_every_family_opens(knob: str, member: str) -> None:
    works(visit("training", urlencode({knob: member, "data": "moons", "seed": 3})))


@pytest.mark.parametrize("end", ["lowest", "highest"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_at_the_end_of_its_range_is_taken(name: str, end: str) -> None:
    value = NUMBERS[name][end == "highest"]
    app = works(visit("training", urlencode({name: value, **easy(name)})))
    assert not sentences(app)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_beyond_its_range_is_refused_in_one_sentence(name: str) -> None:
    look = shown(TrainConfig().knobs()[name])
    assert look is not None
    high = NUMBERS[name][1]
    app = works(visit("training", urlencode({name: high * 2 + 1, **easy(name)})))
    said = sentences(app)
    assert len(said) == 1, said
    assert look.title in said[0]


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", ["learning_rate", "epochs", "data", "model.hidden", "changes"])
def test_a_wrong_value_is_refused_in_a_sentence_and_the_page_stays(name: str, value: str) -> None:
    app = works(visit("training", f"{name}={value}&seed=3"))
    assert app.button(key="lab_play") or app.button(key="lab_pause")
    if value or name not in ("model.hidden", "changes"):  # none at all is a setting
        assert sentences(app), f"{name}={value[:20]!r} was taken without a word"


@pytest.mark.parametrize(
    "query",
    [
        "compare=sweep&vary=nothing&values=1",
        "compare=sweep&vary=learning_rate&values=nan",
        "compare=sweep&vary=learning_rate&values=",
        "compare=sweep&vary=seed&values=1~2~3&seeds=32&epochs=1",
        "compare=sweep&values=" + "~".join("0.1" for _ in range(40)),
        "compare=everything",
        "overlay=../../etc/passwd",
        "overlay=" + "~".join("0" * 16 for _ in range(20)),
        "smoothing=5&speed=11&log=maybe",
        "data=digits&data=moons",
    ],
)
def test_a_wrong_view_leaves_the_page_standing(query: str) -> None:
    works(visit("training", query))


def test_what_the_link_says_is_what_the_widgets_show() -> None:
    app = works(visit("training", "data=moons&batch_size=50&epochs=7&model.hidden=5~6&seed=3"))
    assert app.selectbox(key="training_data").value == "moons"
    assert app.select_slider(key="training_batch_size").value == 50
    assert app.text_input(key="training_model.hidden").value == "5, 6"


def test_a_widget_writes_the_link() -> None:
    app = works(visit("training", "data=moons&seed=3"))
    works(app.selectbox(key="training_optimizer").set_value("adamw").run())
    assert one(app, "optimizer") == "adamw"
    works(app.select_slider(key="training_learning_rate").set_value(0.1).run())
    assert math.isclose(float(one(app, "learning_rate")), 0.1)


def one(app: AppTest, name: str) -> str:
    """A setting of the link, which Streamlit gives as text or as a list of it."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_a_refused_text_says_what_is_kept_and_keeps_it() -> None:
    app = works(visit("training", "data=circles&epochs=5&seed=3&model.hidden=8~8"))
    app.text_input(key="training_model.hidden").set_value("abc").run()
    (said,) = sentences(works(app))
    assert "Using '8, 8' instead" in said and app.query_params["model.hidden"] == "8~8"
    assert app.text_input(key="training_model.hidden").value == "8, 8"


@pytest.mark.parametrize("text", ["abc", "1/3", "1e999", "", ", ".join(["0.01"] * 60)])
def test_values_that_cannot_be_compared_leave_the_comparison_as_it_is(text: str) -> None:
    app = works(visit("training", "data=moons&epochs=5&seed=3&compare=sweep&values=0.01~0.03"))
    app.text_input(key="training_view_values").set_value(text).run()
    (said,) = sentences(works(app))
    assert not said.startswith(":") and "learning_rate" not in said
    assert app.query_params["values"] == "0.01~0.03"
    assert app.text_input(key="training_view_values").value == "0.01, 0.03"


def test_a_value_that_stands_twice_is_trained_once() -> None:
    config = TrainConfig.read({"data": "moons"})[0]
    view = View(compare="sweep", values=("0.01", "1e-2", "0.03"), seeds=2)
    sweep = sweep_of(config, view)
    assert sweep is not None and sweep.values == ("0.01", "0.03")


def test_a_new_seed_in_mid_run_does_not_wait_until_the_old_run_ends() -> None:
    app = works(visit("training", "data=moons&epochs=5000&seed=4711"))
    app.button(key="lab_play").click().run()
    old = next(run for run in jobs().active() if '"seed": 4711' in run.config)
    app.button(key="lab_dice").click().run()
    try:
        assert jobs().wait(old.key, 30).state == "paused"
    finally:
        for run in (old, *jobs().active()):
            jobs().stop(run.key, wait=5)


def test_a_network_that_is_too_large_is_refused_before_it_is_built() -> None:
    app = works(visit("training", {"model.hidden": "~".join(["4096"] * 25)}))
    assert any("402,771,970 weights" in error.value for error in app.error)
    app = works(app.button(key="lab_smaller").click().run())
    assert not app.error


def test_a_word_that_is_no_setting_takes_nothing_else_with_it() -> None:
    app = works(visit("training", "data=circles&batch_size=16"))
    box = app.text_input(key="training_typed")
    app = works(box.set_value("data=circles sdg learning_rate=0.02").run())
    assert any("sdg" in sentence for sentence in sentences(app))
    assert app.query_params["batch_size"] == "16" and app.query_params["data"] == "circles"
    assert app.query_params["learning_rate"] == "0.02"


def test_a_long_menu_is_in_order() -> None:
    menu = works(visit("training")).selectbox(key="training_data")
    names = [str(name) for name in menu.options]
    tasks = {DATASETS[id].about.label: DATASETS[id].task for id in DATASETS}
    for task in ("classification", "regression"):
        shown = [name.casefold() for name in names if tasks.get(name) == task]
        assert len(shown) > 1 and shown == sorted(shown)
    assert [tasks.get(name) for name in names] == sorted(str(tasks.get(name)) for name in names)


def test_files_are_named_after_what_was_run_and_say_what_they_hold() -> None:
    works(visit("training", "data=circles&epochs=2&seed=4712"))
    config = TrainConfig.read({"data": "circles", "epochs": "2", "seed": "4712"})[0]
    jobs().submit(config)
    run = jobs().wait(config.key, 60)
    name = export.file_name(run)
    assert name.startswith("circles-") and name.endswith(run.key[:8])
    table = export.history_csv({"loss": ([0, 30], [1.0, 0.5])}, 0.1)
    assert table.splitlines() == ["series,step,value,epoch", "loss,0,1.0,0", "loss,30,0.5,3"]
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(export.weights(run))
        file.flush()
        with safe_open(file.name, "pt") as stored:
            assert load(stored.metadata()["config"]).key == run.key
