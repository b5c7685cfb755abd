"""A network without feature maps in every section: each goes on with what it can."""

from urllib.parse import urlencode

import pytest
import torch

from dashboard.core.runtime import store
from dashboard.core.sections import sections_of
from dashboard.core.words import say
from dashboard.explain_images.suited import refusal
from engine.data import DATASETS
from engine.explain.explained import explain
from engine.explain.methods import METHODS
from engine.models import MODELS
from engine.networks.classifiers import RUN, classifier
from engine.runs.events import Done
from engine.runs.files import encode_state
from engine.training.config import TrainConfig
from engine.training.train import train
from tests.pages.app import visit, works

DATA = {"digits": {}, "shapes": {"size": 16, "examples": 200}}
NETWORK = {  # where a section's network stands in the link
    "look": "network",
    "residual": "network",
    "occlusion": "network",
    "hans": "network",
}


@pytest.fixture(scope="module", params=[(d, m) for d in DATA for m in ("mlp", "linear")])
def network(request):
    """Id of a network that the lab trained on pictures, without a convolution."""
    data, model = request.param
    config = TrainConfig(
        data=DATASETS[data].model_validate(DATA[data]), model=MODELS[model](), epochs=1, seed=991
    )
    *_, done = train(config, torch.device("cpu"))
    assert isinstance(done, Done)
    store().begin(config)
    store().save(config.key, "weights", encode_state(done.weights))
    store().set(config.key, state="done", step=1, steps=1, summary={"test_accuracy": 0.5})
    yield RUN + config.key
    store().delete(config.key)


def opened(section, network, **more):
    name = NETWORK.get(section, f"{section}.network")
    app = works(visit("explain_images", urlencode({"section": section, name: network} | more)))
    return app, [element.value for element in (*app.info, *app.caption, *app.markdown)]


@pytest.mark.parametrize("section", sections_of("explain_images"))
def test_every_section_stands(network, section):
    app, _ = opened(section, network)
    if section != "board":  # that asks for a network that learned shapes, and learned them well
        assert not [element.value for element in app.error]


def test_what_needs_feature_maps_says_so_and_the_rest_is_drawn(network):
    label = classifier(network).label
    _, said = opened("look", network)
    assert say("explain_images.no_layers", label=label) in said
    assert any("Grad-CAM" in text and ":material/block:" in text for text in said)
    _, said = opened("occlusion", network)
    assert say("explain_images.no_layers", label=label) in said
    assert any("Uncovered" in text for text in said), "the other maps are there"
    _, said = opened("inception", network)
    assert say("explain_images.inception_no_layers", label=label) in said


@pytest.mark.parametrize("goal", ["class", "chance", "channel", "unit"])
def test_a_class_can_climb_and_a_channel_is_refused_in_a_sentence(network, goal):
    app, said = opened("dream", network, **{"dream.goal": goal, "dream.seed": "5"})
    refused = say("explain_images.dream_no_layers", label=classifier(network).label) in said
    assert refused == (goal in ("channel", "unit"))
    starts = {button.key for button in app.button if str(button.key).endswith("_start")}
    assert bool(starts) != refused


def test_methods_that_would_refuse_stay_out_of_what_is_measured(network):
    of = classifier(network)
    x, target = torch.zeros(1, *of.shape), torch.tensor([0])
    for name, method in METHODS.items():
        assert refusal(of, name) == explain(method(), of.model, x, target).refused, name
    _, said = opened("sanity", network, **{"sanity.methods": "grad_cam~saliency"})
    assert any("Grad-CAM" in text and ":material/block:" in text for text in said)
    _, said = opened("sanity", network, **{"sanity.methods": "grad_cam"})
    assert say("explain_images.none_suits") in said
