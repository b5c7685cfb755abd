"""A network without feature maps is explained by what needs none; the rest says so."""

import re
from collections.abc import Iterator

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dashboard.images.lacking import refusal
from dashboard.images.view import SECTIONS, ImagesView
from dashboard.runtime import store
from engine.events import Done
from engine.explain.classifiers import classifier, trained_in_lab
from engine.explain.dream.maximise import Maximise, maximise
from engine.explain.methods import METHODS
from engine.explain.sanity import Sanity
from engine.files import encode_state
from engine.training import TrainConfig, train
from tests.pages.app import sentences, visit, works

CPU = torch.device("cpu")
SAYS = "no feature maps"
FIELD = {"hans": "hans.seed", "look": "network", "residual": "network", "occlusion": "network"}
NEEDS = {"look", "board", "sanity", "stability", "inception"}  # maps, for some or for all of it


def trained(**settings: str) -> str:
    """The id of an MLP that was trained in the lab."""
    config = TrainConfig.read({"model": "mlp", "epochs": "1", **settings})[0]
    (done,) = [event for event in train(config, CPU) if isinstance(event, Done)]
    store().begin(config)
    store().save(config.key, "weights", encode_state(done.weights))
    store().set(config.key, state="done", step=1, steps=1, summary=done.summary)
    return config.key


@pytest.fixture(scope="module", params=[
    {"data": "digits"}, {"data": "shapes", "data.size": "16", "data.examples": "200"},
], ids=["grey", "colour"])  # fmt: skip
def mlp(request: pytest.FixtureRequest) -> Iterator[str]:
    key = trained(**request.param)
    yield f"run-{key}"
    store().delete(key)


def opened(section: str, name: str, **more: str) -> AppTest:
    field = FIELD.get(section, f"{section}.network")
    value = "0" if section == "hans" else name
    link = {"section": section, field: value}
    return works(visit("explain_images", link | {k.replace("__", "."): v for k, v in more.items()}))


def words(app: AppTest) -> list[str]:
    return [element.value for element in (*app.info, *app.caption)]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_stands(section: str, mlp: str) -> None:
    app = opened(section, mlp)
    known = section != "board" or classifier(mlp).shape[0] == 3
    if section == "board":
        expected = "hardly any of these" if known else "known for shapes alone"
        assert [expected in sentence for sentence in sentences(app)] == [True]
    else:
        assert not sentences(app)
    told = [text for text in words(app) if SAYS in text]
    assert bool(told) == (section in NEEDS and known)


def test_channels_and_units_are_refused_and_classes_climb(mlp: str) -> None:
    for goal in ("channel", "unit"):
        app = opened("dream", mlp, dream__goal=goal)
        assert any(SAYS in text for text in words(app))
        assert "images_dream_start" not in {button.key for button in app.button}
    assert opened("dream", mlp).button(key="images_dream_start")
    config = Maximise(network=mlp, steps=10, seeds=1)
    assert any(isinstance(event, Done) for event in maximise(config, classifier(mlp), CPU))


def test_occlusion_maps_the_probability_alone(mlp: str) -> None:
    texts = [text.value for text in opened("occlusion", mlp).markdown]
    assert any("Uncovered, the network says" in text for text in texts)


def test_a_layer_of_another_network_is_no_harm(mlp: str) -> None:
    assert not sentences(opened("look", mlp, look__layer="conv4"))
    assert not sentences(opened("occlusion", mlp, occlusion__layer="conv4"))


@pytest.mark.parametrize("section", ["sanity", "stability"])
def test_methods_that_weigh_maps_are_named_and_the_rest_goes_on(section: str, mlp: str) -> None:
    alone = opened(section, mlp, **{f"{section}__methods": "grad_cam"})
    assert any("Left out: **Grad-CAM**" in text for text in words(alone))
    both = opened(section, mlp, **{f"{section}__methods": "grad_cam~saliency"})
    assert f"images_{section}_start" in {button.key for button in both.button}
    if section == "sanity":
        config = Sanity(network=mlp, methods=("saliency",), pictures=20)
        assert any(isinstance(event, Done) for event in config.run(CPU))


def test_a_picture_of_other_data_is_asked_for_stability(mlp: str) -> None:
    app = opened("stability", mlp, look__source="other", look__other="glyphs",
                 stability__repeats="3", stability__methods="grad_cam~saliency")  # fmt: skip
    assert not sentences(app)


@pytest.mark.parametrize("id", METHODS)
def test_what_is_left_out_is_what_refuses(id: str, mlp: str) -> None:
    of = classifier(mlp)
    x, target = of.examples(1).x[:1], torch.tensor([0])
    if why := refusal(of, id):
        with pytest.raises(ValueError, match=re.escape(why[:60])):
            METHODS[id]().attribute(of.model, x, target)
    else:
        assert METHODS[id]().attribute(of.model, x, target).shape[2:] == x.shape[2:]


def test_a_run_of_another_version_is_no_network_and_breaks_no_menu() -> None:
    key = trained(data="digits", seed="41")
    store().set(key, config='{"kind": "train", "of_old": 1}')
    assert f"run-{key}" not in trained_in_lab(store())
    works(visit("explain_images"))
    works(visit("training"))
    store().delete(key)


def test_the_sections_are_all_there() -> None:
    assert set(SECTIONS) >= NEEDS
    assert all(name in ImagesView.model_fields for name in ("network", *NEEDS))
